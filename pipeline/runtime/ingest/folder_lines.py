"""The lines of a file, a step's worth at a time; the file stays open from one step to the next."""

from __future__ import annotations

import gzip
import os
import zlib
from contextlib import suppress
from typing import IO, NamedTuple, Protocol

from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.contract import TAKEN_BYTES_MAX, TAKEN_PAYLOADS_MAX
from pipeline.ingest.folder_feed import Content, Found, Line, Trouble
from pipeline.runtime.ingest.folder_files import is_same, opened_below, trouble_of
from pipeline.runtime.ingest.packed import is_packed

FILE_BYTES_MAX = 1_073_741_824  # of a file, unpacked; a gzip file may have no end
LINES_PASSED_MAX = 100_000  # in a step, blank ones too: a file of nothing else is read in many short steps
REST_BYTES = 1_048_576  # of a line that is too large, at a time


class TooLong(Exception):
    """The file has more than FILE_BYTES_MAX."""


class _Stream(Protocol):
    def readline(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class _Open(NamedTuple):
    found: Found
    file: int
    stream: _Stream


class LineReader:
    """Reads one file at a time."""

    def __init__(self) -> None:
        self._open: _Open | None = None
        self._number = self._bytes = 0  # of lines and bytes that were read

    def close(self) -> None:
        """Give up the file."""
        opened, self._open = self._open, None
        if opened:
            with suppress(OSError):
                opened.stream.close()
            os.close(opened.file)

    def read(self, root: int, found: Found, line: int) -> Content:
        """The lines behind so many, as many as fit into a step."""
        try:
            content = self._read(root, found, line)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            content = Content(found, trouble=Trouble.DAMAGED)
        except TooLong:
            content = Content(found, trouble=Trouble.TOO_LARGE)
        except OSError as error:
            content = Content(found, trouble=trouble_of(error))
        if content.next_line is None:
            self.close()
        return content

    def _read(self, root: int, found: Found, line: int) -> Content:
        opened = self._open
        if opened is None or (opened.found[:3], self._number) != (found[:3], line):
            opened = self._opened(root, found)
        if not is_same(found, os.fstat(opened.file)):
            return Content(found, trouble=Trouble.CHANGED)
        while self._number < line and self._next(opened.stream) is not None:
            pass
        lines, has_ended = self._some(opened.stream)
        if not is_same(found, os.fstat(opened.file)):
            return Content(found, trouble=Trouble.CHANGED)
        return Content(found, lines=lines, next_line=None if has_ended else self._number)

    def _opened(self, root: int, found: Found) -> _Open:
        self.close()
        self._number = self._bytes = 0
        with opened_below(root, found.path, os.O_RDONLY) as file:
            kept = os.dup(file)
        stream = os.fdopen(os.dup(kept), "rb")
        self._open = _Open(found, kept, _Unpacking(stream) if is_packed(found.path) else stream)
        return self._open

    def _some(self, stream: _Stream) -> tuple[tuple[Line, ...], bool]:
        """Lines until a step is full, or the file ends; whether it has ended."""
        found: list[Line] = []
        size, until = 0, self._number + LINES_PASSED_MAX
        while len(found) < TAKEN_PAYLOADS_MAX and size < TAKEN_BYTES_MAX and self._number < until:
            if (line := self._next(stream)) is None:
                return tuple(found), True
            if line.strip() or not line:
                size += len(line)
                found.append(Line(self._number, line))
        return tuple(found), False

    def _next(self, stream: _Stream) -> bytes | None:
        """The next line without its end; empty if it is too large; None behind the last one."""
        line = stream.readline(PAYLOAD_BYTES_MAX + len(b"\r\n"))
        if not line:
            return None
        self._number += 1
        self._bytes += len(line)
        value = line.removesuffix(b"\n").removesuffix(b"\r")
        is_large = len(value) > PAYLOAD_BYTES_MAX
        while line and not line.endswith(b"\n") and is_large:
            line = stream.readline(REST_BYTES)
            self._bytes += len(line)
            if self._bytes > FILE_BYTES_MAX:
                break
        if self._bytes > FILE_BYTES_MAX:
            raise TooLong
        return b"" if is_large else value or b" "


class _Unpacking(gzip.GzipFile):
    """Closes what it reads, too."""

    def __init__(self, packed: IO[bytes]) -> None:
        super().__init__(fileobj=packed)
        self._packed = packed

    def close(self) -> None:
        super().close()
        self._packed.close()
