"""Dead letters: a record that cannot be used goes to wire.dead, whole, with the reason and its position.

The value is the original value, byte for byte; the original headers follow ours, each with `original-` before its
name, so that the record can be sent again as it was.  Of a value above KEPT_BYTES_MAX only the beginning is kept,
beside its hash and its size.  Key and original headers have limits as well: whatever somebody wrote into wire.raw,
its letter fits into wire.dead.

The letters of one record keep it once: the first has value, key and headers, the others name that letter by its
`ce_id` (`dead-kept-in`).  They are in one partition, written in one transaction, the first before the rest, so a
reader of wire.dead has already read it.  wire.dead is not compacted, and its retention deletes whole segments from
the front: the first letter goes at most one segment before the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.envelope import (
    FEED_BYTES_MAX,
    ID,
    SOURCE,
    TYPE,
    Headers,
    RecordType,
    feed_of,
    forward,
    reference,
    source_of,
)
from pipeline.records import Out, Position, Record, Rejected

TOPIC = "wire.dead"
PREFIX = "dead-"
ORIGINAL = "original-"  # before the name of each header of the record that died
KEPT_BYTES_MAX = 2_097_152  # of a whole value; a larger one keeps its first CUT_BYTES
CUT_BYTES = 65_536
KEY_BYTES_MAX = 65_536  # of a longer key the beginning is kept
HEADERS_BYTES_MAX = 1_048_576  # of the original headers, their names and framing too; what does not fit is left out
HEADER_FRAMING_BYTES = 10  # the lengths of name and value, at most


def letter(
    room: str, record: Record, rejected: Rejected, part: int | None = None, kept_in: bytes | None = None
) -> Out:
    """The dead letter of a record, or of one item of it, in the partition of the same number.

    `kept_in`: the `ce_id` of the letter that has the record; this one names it, and repeats nothing.
    """
    value = record.value
    headers: Headers = (
        *forward(record.headers, RecordType.DEAD, record.arrived_ms, _source(record)),
        (PREFIX + "room", room.encode()),
        (PREFIX + "reason", rejected.reason.value.encode()),
        (PREFIX + "detail", rejected.detail.encode("utf-8", "replace")),
        (PREFIX + "topic", record.position.topic.encode()),
        (PREFIX + "partition", b"%d" % record.position.partition),
        (PREFIX + "offset", b"%d" % record.position.offset),
        (PREFIX + "sha256", _sha256(value)),
        (PREFIX + "size", b"%d" % len(value)),
        *(() if part is None else ((PREFIX + "part", b"%d" % part),)),
    )
    if kept_in is not None:
        key = record.key[:FEED_BYTES_MAX]
        return Out(TOPIC, key, b"", (*headers, (PREFIX + "kept-in", kept_in)), record.position.partition)
    kept = value if len(value) <= KEPT_BYTES_MAX else value[:CUT_BYTES]
    key, originals = record.key[:KEY_BYTES_MAX], tuple(_original_headers(record.headers))
    whole = (len(key), len(originals)) == (len(record.key), len(record.headers))
    cut: Headers = () if whole else ((PREFIX + "cut", b"true"),)
    return Out(TOPIC, key, kept, headers + cut + originals, record.position.partition)


@lru_cache(maxsize=1)  # of a payload with 1,000 letters
def _sha256(value: bytes) -> bytes:
    return hashlib.sha256(value).hexdigest().encode()


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
    first: Record | None = None  # the first letter of the record, if it is another one and was found

    @property
    def name(self) -> str:
        """Its name in the commands: PARTITION@OFFSET in wire.dead."""
        return f"{self.record.position.partition}@{self.record.position.offset}"

    @property
    def room(self) -> str:
        """The room that could not use the record."""
        return self._text("room")

    @property
    def feed(self) -> str:
        """The feed of the record, as `ce_source` or the key of its payload named it; empty if none was."""
        return feed_of(self.record.header(SOURCE) or b"").decode("utf-8", "replace")

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
    def id(self) -> str:
        """Its `ce_id`, by which other letters of the same record name it."""
        return (self.record.header(ID) or b"").decode("utf-8", "replace")

    @property
    def kept_in(self) -> str:
        """The `id` of the letter that has the record; empty if it is this one."""
        return self._text("kept-in")

    @property
    def kept(self) -> Record:
        """The record of wire.dead that has key, value and headers; this one if the other is gone."""
        return self.first or self.record

    @property
    def is_whole(self) -> bool:
        """Whether all of the record was kept: its key, its value and its headers."""
        return len(self.kept.value) == self.size and not self._cut and bool(self.first or not self.kept_in)

    @property
    def _cut(self) -> bool:
        return self.kept.header(PREFIX + "cut") is not None

    @property
    def headers(self) -> Headers:
        """The headers of the record as it was before it died."""
        return tuple(
            (name.removeprefix(ORIGINAL), value) for name, value in self.kept.headers if name.startswith(ORIGINAL)
        )

    @property
    def type(self) -> str:
        """`ce_type` of the record that died; empty without one."""
        return (self.kept.header(ORIGINAL + TYPE) or b"").decode("ascii", "replace")

    def _text(self, name: str) -> str:
        return (self.record.header(PREFIX + name) or b"").decode("utf-8", "replace")


def letters_of(records: Iterable[Record]) -> Iterator[Letter]:
    """The letters in records of wire.dead, of each partition in order: with the letter that keeps the record."""
    last: dict[tuple[int, str], Letter] = {}  # by partition and room, whose letters come in order
    for record in records:
        letter = Letter(record)
        kept = last.get(place := (record.position.partition, letter.room))
        if not letter.kept_in:
            last[place] = letter
        elif kept is not None and kept.id == letter.kept_in:
            letter = Letter(record, kept.record)
        yield letter
