"""Dead letters: a record that cannot be used goes to wire.dead, whole, with the reason and its position.

The value is the original value, byte for byte; the original headers follow ours, each with `original-` before its
name, so that the record can be sent again as it was.  Of a value above KEPT_BYTES_MAX only the beginning is kept,
beside its hash and its size.  Key and original headers have limits as well: whatever somebody wrote into wire.raw,
its letter fits wire.dead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.envelope import FEED_BYTES_MAX, SOURCE, TYPE, Headers, RecordType, forward, reference, source_of
from pipeline.records import Out, Position, Record, Rejected

TOPIC = "wire.dead"
PREFIX = "dead-"
ORIGINAL = "original-"  # before the name of each header of the record that died
KEPT_BYTES_MAX = 2_097_152  # of a whole value; a larger one keeps its first CUT_BYTES
CUT_BYTES = 65_536
KEY_BYTES_MAX = 65_536  # of a longer key the beginning is kept
HEADERS_BYTES_MAX = 1_048_576  # of the original headers, their names and framing too; what does not fit is left out
HEADER_FRAMING_BYTES = 10  # the lengths of name and value, at most


def letter(room: str, record: Record, rejected: Rejected, part: int | None = None) -> Out:
    """The dead letter of a record, or of one item of it, in the partition of the same number."""
    value = record.value
    kept = value if len(value) <= KEPT_BYTES_MAX else value[:CUT_BYTES]
    key, originals = record.key[:KEY_BYTES_MAX], tuple(_original_headers(record.headers))
    whole = (len(key), len(originals)) == (len(record.key), len(record.headers))
    headers: Headers = (
        *forward(record.headers, RecordType.DEAD, record.arrived_ms, _source(record)),
        (PREFIX + "room", room.encode()),
        (PREFIX + "reason", rejected.reason.value.encode()),
        (PREFIX + "detail", rejected.detail.encode("utf-8", "replace")),
        (PREFIX + "topic", record.position.topic.encode()),
        (PREFIX + "partition", b"%d" % record.position.partition),
        (PREFIX + "offset", b"%d" % record.position.offset),
        (PREFIX + "sha256", hashlib.sha256(value).hexdigest().encode()),
        (PREFIX + "size", b"%d" % len(value)),
        *(() if part is None else ((PREFIX + "part", b"%d" % part),)),
        *(() if whole else ((PREFIX + "cut", b"true"),)),
    )
    return Out(TOPIC, key, kept, headers + originals, record.position.partition)


def _source(record: Record) -> bytes:
    """Who sent it: its source, or its key, which is the feed in wire.raw."""
    key = record.key if len(record.key) <= FEED_BYTES_MAX else b""
    return reference(record.header(SOURCE) or source_of(key.decode("utf-8", "replace")))


def _original_headers(headers: Headers) -> Iterator[tuple[str, bytes]]:
    """The headers in their order, `original-` before each name; those that no longer fit are left out."""
    left = HEADERS_BYTES_MAX
    for name, value in headers:
        size = len(ORIGINAL) + len(name.encode()) + len(value) + HEADER_FRAMING_BYTES
        if size <= left:
            left -= size
            yield ORIGINAL + name, value


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter, its headers decoded."""

    record: Record  # of wire.dead

    @property
    def name(self) -> str:
        """Its name in the commands: PARTITION@OFFSET in wire.dead."""
        return f"{self.record.position.partition}@{self.record.position.offset}"

    @property
    def room(self) -> str:
        """The room that could not use the record."""
        return self._text("room")

    @property
    def reason(self) -> str:
        """A value of records.Reason."""
        return self._text("reason")

    @property
    def detail(self) -> str:
        """The reason in words."""
        return self._text("detail")

    @property
    def position(self) -> Position:
        """The position of the record that died."""
        return Position(self._text("topic"), int(self._text("partition")), int(self._text("offset")))

    @property
    def part(self) -> int | None:
        """Which item of the payload died; None: all of it."""
        return int(self._text("part")) if self.record.header(PREFIX + "part") else None

    @property
    def size(self) -> int:
        """Bytes of the whole original value."""
        return int(self._text("size"))

    @property
    def sha256(self) -> str:
        """Of the whole original value: equal for the letters of one payload."""
        return self._text("sha256")

    @property
    def is_whole(self) -> bool:
        """Whether the letter kept all of the record: its key, its value and its headers."""
        return len(self.record.value) == self.size and self.record.header(PREFIX + "cut") is None

    @property
    def headers(self) -> Headers:
        """The headers of the record as it was before it died."""
        return tuple(
            (name.removeprefix(ORIGINAL), value) for name, value in self.record.headers if name.startswith(ORIGINAL)
        )

    @property
    def type(self) -> str:
        """`ce_type` of the record that died; empty without one."""
        return (self.record.header(ORIGINAL + TYPE) or b"").decode("ascii", "replace")

    def _text(self, name: str) -> str:
        return (self.record.header(PREFIX + name) or b"").decode("utf-8", "replace")
