"""What an operator can publish: files, folders, JSON lines, captures, stdin, each of them gzipped or not.

What cannot be read, or is larger than a payload may be, becomes a Skipped with its name and the reason; the rest
follows.  Files are read one at a time and never beyond the limit, whatever a gzip file may unpack to.
"""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, NamedTuple, Protocol, cast

from pipeline.captures import from_line
from pipeline.envelope import CONTENT_TYPE, FORMAT, SOURCE, Headers
from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.records import Record, Rejected
from pipeline.topology import TOPICS

STDIN = "-"
RAW = "wire.raw"
GZIP = ".gz"
LINES = (".jsonl", ".ndjson")
LINE_BYTES_MAX = 8 * PAYLOAD_BYTES_MAX  # of a capture line: JSON may escape a byte in six, and there are headers

CONTENT_TYPES = {  # IANA's names, where the extension is enough; otherwise the content decides
    ".atom": b"application/atom+xml",
    ".htm": b"text/html",
    ".html": b"text/html",
    ".json": b"application/json",
    ".rss": b"application/rss+xml",
    ".txt": b"text/plain",
    ".xml": b"application/xml",
}


class Readable(Protocol):
    """A binary file, compressed or not."""

    def read(self, size: int, /) -> bytes:
        """At most that many bytes."""

    def readline(self, size: int, /) -> bytes:
        """A line with its end, or that many bytes of it."""


@dataclass(frozen=True, slots=True)
class RawPayload:
    """One payload to publish."""

    name: str  # for the operator: path, path:line or "stdin"
    feed: str
    value: bytes
    headers: Headers = ()  # those that the source gave
    received_ms: int | None = None  # None: now


class Skipped(NamedTuple):
    """Something that is not published."""

    name: str
    reason: str


def payloads(
    sources: Iterable[str], feed: str | None = None, format_name: str | None = None, stdin: Readable | None = None
) -> Iterator[RawPayload | Skipped]:
    """Everything in the sources, in their order; folders sorted by path, files that begin with a dot left out.

    Without a `feed`, a file's feed is the name of its folder, a JSON lines file's its own name, stdin's
    ``stdin``.  Captured records keep their own.
    """
    for source in sources:
        if source == STDIN:
            if not (file := stdin or getattr(sys.stdin, "buffer", None)):
                yield Skipped("stdin", "unreadable: it is closed")
                continue
            yield _payload("stdin", feed or "stdin", file, _headers("", format_name))
        else:
            for path in _files(Path(source)):
                yield from _file(path, feed, format_name)


def _files(path: Path) -> Iterator[Path]:
    """The file, or every file below the folder."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))


def _file(path: Path, feed: str | None, format_name: str | None) -> Iterator[RawPayload | Skipped]:
    """The payloads of one file; its extension decides how it is read."""
    packed = path.suffix.lower() == GZIP
    plain = PurePath(path.stem if packed else path.name)
    extension, name = plain.suffix.lower(), _text(str(path))
    try:
        if not path.is_file():
            raise OSError("no such file" if not path.exists() else "not a file")
        with opened(path) as file:
            if extension in LINES:
                yield from _lines(name, feed or _text(plain.stem), file, format_name)
            else:
                folder = feed or _text(path.absolute().parent.name) or "local"
                yield _payload(name, folder, file, _headers(extension, format_name))
    except (OSError, EOFError, zlib.error) as error:
        yield Skipped(name, f"unreadable: {getattr(error, 'strerror', None) or error}")


def _text(name: str) -> str:
    """A name of the file system, whose bytes may be no UTF-8, as text."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _payload(name: str, feed: str, file: Readable, headers: Headers) -> RawPayload | Skipped:
    """The whole file as one payload."""
    data = file.read(PAYLOAD_BYTES_MAX + 1)
    return _too_large(name) if len(data) > PAYLOAD_BYTES_MAX else RawPayload(name, feed, data, headers)


def _lines(path: str, feed: str, file: Readable, format_name: str | None) -> Iterator[RawPayload | Skipped]:
    """A payload a line; the first line decides whether the file is a capture.  Empty lines are skipped."""
    headers = _headers(".json", format_name)
    captured: bool | None = None
    number = 0
    while line := file.readline(LINE_BYTES_MAX):
        number += 1
        name = f"{path}:{number}"
        if not line.endswith(b"\n") and len(line) == LINE_BYTES_MAX:
            _pass_over(file)
            yield _too_large(name)
        elif text := line.strip():
            captured = _is_capture(text) if captured is None else captured
            yield _captured(name, text) if captured else _line(name, feed, text, headers)


def _line(name: str, feed: str, text: bytes, headers: Headers) -> RawPayload | Skipped:
    return _too_large(name) if len(text) > PAYLOAD_BYTES_MAX else RawPayload(name, feed, text, headers)


def _captured(name: str, text: bytes) -> RawPayload | Skipped:
    """A captured payload: a record of wire.raw, or of a topic of another system.

    Its headers stay, and its time: ``ce_time``, or without one the log's.  A record of any other topic of Wiredesk
    has been through a room and is not a payload.
    """
    try:
        record = from_line(text)
        if len(record.value) > PAYLOAD_BYTES_MAX:
            return _too_large(name)
        if record.position.topic in TOPICS and record.position.topic != RAW:
            return Skipped(
                name, f"a record of {record.position.topic} is not a payload; only {RAW} is published again"
            )
        return RawPayload(name, _feed(record), record.value, record.headers, record.time_ms)
    except Rejected as rejected:
        return Skipped(name, rejected.detail)


def _feed(record: Record) -> str:
    """Key, source header or topic: the first that is not blank."""
    names = (record.key, record.header(SOURCE) or b"", record.position.topic.encode())
    return next(name for name in names if name.strip()).decode("utf-8", "replace")


def _is_capture(text: bytes) -> bool:
    try:
        from_line(text)
    except Rejected:
        return False
    return True


def _headers(extension: str, format_name: str | None) -> Headers:
    """What the extension and the operator say about a payload."""
    pairs = ((CONTENT_TYPE, CONTENT_TYPES.get(extension)), (FORMAT, (format_name or "").encode()))
    return tuple((name, value) for name, value in pairs if value)


def _pass_over(file: Readable) -> None:
    """The rest of a line that is too long."""
    while (rest := file.readline(PAYLOAD_BYTES_MAX)) and not rest.endswith(b"\n"):
        pass


def _too_large(name: str) -> Skipped:
    return Skipped(name, f"larger than {PAYLOAD_BYTES_MAX:,} bytes")


def is_capture(path: Path) -> bool:
    """Whether the file is JSON lines whose first line is a captured record."""
    name = path.name.lower().removesuffix(GZIP)
    if not path.is_file() or not name.endswith(LINES):
        return False
    with opened(path) as file:
        return _is_capture(file.readline(LINE_BYTES_MAX).strip())


def opened(path: Path) -> IO[bytes]:
    """The file's bytes, decompressed if it is a gzip file."""
    return cast(IO[bytes], gzip.open(path)) if path.suffix.lower() == GZIP else path.open("rb")
