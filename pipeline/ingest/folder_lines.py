"""A folder whose files have a payload in each line: .jsonl, NDJSON, one telegram a line.

A line is known by the path of its file and its bytes, so that a crash in the middle of a file, or lines that are
appended to it, repeat none of them; the same line twice in a file is one payload.  What is known of the lines stays
for as long as a file of that path is there: its keys begin alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pipeline.ingest.contract import KEY_BYTES, Incoming, Known, Taken, key_of, named
from pipeline.ingest.folder import FolderConnector
from pipeline.ingest.folder_feed import (
    Content,
    Contents,
    FolderCursor,
    Found,
    Line,
    Listing,
    Look,
    Put,
    Read,
    Trouble,
    shown_path,
)

# Of a key.  Two paths that share them keep each other's lines; the rest tells the lines of a file apart.
PATH_BYTES = 6


class LinesConnector(FolderConnector):
    """Takes each line of each file once."""

    def _reading(self, files: tuple[Found, ...], again_ms: int | None, problem: str) -> Read | None:
        return Read(files[:1], files[1:], again_ms, problem=problem) if files else None

    def _needed(self, listing: Listing) -> Callable[[bytes], bool]:
        there = {_of_path(found.path) for found in listing.files}
        return lambda key: key[:PATH_BYTES] in there

    def _read(
        self, known: Known[FolderCursor], question: Read, answer: Contents, now_ms: int
    ) -> Taken[FolderCursor, Look | Read, Put]:
        """The lines that are new.  The file itself is known, and put away, with its last one."""
        taken = super()._read(known, question, answer, now_ms)
        (content,) = answer.files
        if content.trouble is not None:
            return taken
        path = content.found.path
        new: dict[bytes, Line] = {}
        for line in content.lines:
            if line.value and (key := _line_key(path, line.value)) not in known.seen:
                new.setdefault(key, line)
        payloads = (Incoming(f"{shown_path(path)}:{line.number}", line.value) for line in new.values())
        taken = replace(
            taken, payloads=tuple(payloads), seen=(*taken.seen, *new), warnings=taken.warnings + _too_large(content)
        )
        if content.next_line is None:
            return taken
        return replace(taken, seen=tuple(new), after=(), then=question._replace(line=content.next_line))


def _too_large(content: Content) -> tuple[str, ...]:
    numbers = [f"{shown_path(content.found.path)}:{line.number}" for line in content.lines if not line.value]
    return (f"{Trouble.TOO_LARGE}: {named(numbers)}",) if numbers else ()


def _of_path(path: str) -> bytes:
    return key_of("lines", path)[:PATH_BYTES]


def _line_key(path: str, value: bytes) -> bytes:
    return _of_path(path) + key_of("line", path, value)[: KEY_BYTES - PATH_BYTES]
