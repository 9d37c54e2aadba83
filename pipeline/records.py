"""The contract of a room.

A room is a function of its input partition.  ``decide`` looks at the state and one record and returns what
follows: the records to write and the change to remember.  Only ``apply`` changes the state, and it sees nothing
but the change: what the journal has is enough to rebuild the state bit for bit, and a recovery never decides
again.  A room knows no clock, no network and no randomness: docs/design/laws.md, laws 2, 6
and 8.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import ClassVar, Generic, NamedTuple, Self, TypeVar

import msgspec

from pipeline.envelope import RESERVED, TIME, TYPE, Headers, RecordType
from pipeline.outside import without_hidden


class Position(NamedTuple):
    """The position of a record in the log."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}@{self.offset}"


@dataclass(frozen=True)
class Record:
    """One record of the log: bytes, undecoded."""

    position: Position
    key: bytes
    value: bytes
    headers: Headers
    timestamp_ms: int  # LogAppendTime: milliseconds since 1970, UTC

    def header(self, name: str) -> bytes | None:
        """The first header of that name."""
        for key, value in self.headers:  # a plain loop: every room asks several times a record
            if key == name:
                return value
        return None

    @cached_property
    def time_ms(self) -> int:
        """The room's time, milliseconds since 1970: ``ce_time``, never after the log's own; that one without it.

        Only the broker's clock is trusted: no other one can bring anything forward (docs/design/laws.md#law-6).
        """
        text = self.header(TIME)
        return self.timestamp_ms if text is None else min(instant_ms(text), self.timestamp_ms)

    @property
    def arrived_ms(self) -> int:
        """The time for putting records in order: like `time_ms`, the log's own where `ce_time` cannot be read."""
        try:
            return self.time_ms
        except Rejected:
            return self.timestamp_ms

    @cached_property
    def type(self) -> str:
        """`ce_type` as it was written; empty if the header is missing."""
        return (self.header(TYPE) or b"").decode("ascii", "replace")


class Out(msgspec.Struct, frozen=True, gc=False):  # made twice a record: 0.1 us, a frozen dataclass 0.8
    """A record to be written.  Without a partition the key chooses it (partitioner.partition_of)."""

    topic: str
    key: bytes
    value: bytes
    headers: Headers = ()
    partition: int | None = None
    is_tombstone: bool = False  # it deletes its key in a compacted topic; its value is empty


RECORD_BYTES_MAX = 1_048_576  # of a record of every topic but wire.raw, wire.dead and the journals
JOURNAL_BYTES_MAX = 4_194_304  # of a journal record: a held dispatch with all its revisions

# The partitions of wire.feeds: what ingest remembers, a million records and more, and how each feed is, a few.
LEDGER_PARTITION, STATUS_PARTITION = 0, 1
FEEDS_PARTITIONS = 2


def size_of(out: Out) -> int:
    """Bytes of its key, its value and its headers."""
    return len(out.key) + len(out.value) + sum([len(name) + len(value) for name, value in out.headers])


C = TypeVar("C")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Decision(Generic[C]):
    """What follows from one record: the change of state, and what is written because of it."""

    change: C
    outputs: tuple[Out, ...] = ()


class Reason(StrEnum):
    """Why a record went to wire.dead.  The values are published: never rename one."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    UNKNOWN_FORMAT = "unknown-format"
    MALFORMED = "malformed"  # the payload breaks its format's grammar
    ENCODING = "encoding"
    TOO_DEEP = "too-deep"
    BAD_DATE = "bad-date"
    NO_ITEM = "no-item"  # well-formed, but nothing in it is a news item
    NO_FEED = "no-feed"
    HELD_FULL = "held-full"  # resolve holds as much as it may; nothing embargoed leaves because of that
    BAD_CONTROL = "bad-control"
    BAD_RECORD = "bad-record"  # a record of ours that a room cannot read
    UNDELIVERABLE = "undeliverable"  # a notification that a receiver could not be sent
    SET_ASIDE = "set-aside"  # nothing is read of its feed, most of whose payloads died, until somebody resumes it
    BUG = "bug"  # our own error on this record; the detail names it


class Rejected(Exception):
    """The record cannot be used.  Raised anywhere below a room, caught once: in shard.Shard."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = without_hidden(detail[:500])


class Fault(str):
    """A parser's warning that the item is no news to be published: a usable one is rejected with it.

    What kills or holds is not: the id of its dispatch is enough for it to take effect.
    """

    reason: Reason

    def __new__(cls, reason: Reason, detail: str) -> Self:
        fault = super().__new__(cls, detail)
        fault.reason = reason
        return fault

    def __getnewargs__(self) -> tuple[Reason, str]:  # type: ignore[override] # of a copy
        return self.reason, str(self)


class Counted(StrEnum):
    """What a room's state has a number of, for the figures of its worker.  The values are published."""

    DISPATCHES = "dispatches"
    HELD = "held"  # items that wait for their embargo to end, or for a release
    WINDOW_ITEMS = "window-items"  # with which a new item is compared
    KILLED = "killed"  # dispatches whose copies are recalled
    CORRECTED = "corrected"  # likewise
    STORIES = "stories"  # that live
    CLOSED_STORIES = "closed-stories"  # that have ended and may go on
    THREADS = "threads"
    TOLD = "told"  # dispatches that a desk was told of
    KEPT_BACK = "kept-back"  # alerts that wait for a digest or the end of quiet hours
    UNDELIVERED = "undelivered"  # deliveries that wait, or whose attempt is under way
    FEEDS = "feeds"  # that are watched
    SILENT_FEEDS = "silent-feeds"  # for longer than they ever are
    FEEDS_SET_ASIDE = "feeds-set-aside"
    DISABLED = "disabled"  # receivers that get nothing until an operator resumes them


EARLIEST_MS, LATEST_MS = -62_135_596_800_000, 253_402_300_799_999  # what RFC 3339 can write
HANDLERS: dict[str, str] = {  # by record type
    RecordType.ITEM: "on_item",
    RecordType.ALERT: "on_alert",
    RecordType.NOTIFICATION: "on_notification",
    RecordType.ANSWER: "on_answer",
    RecordType.TICK: "on_tick",
    RecordType.CONTROL: "on_control",
}


class Room(ABC, Generic[S, C]):
    """One room: the name of its row in topology.ROOMS, a state of type S, changes of type C (a msgspec Struct).

    It declares the record types that it accepts and has a method for each: `on_item`, `on_tick`, `on_control`.
    They are pure: they return what follows from a record and change nothing.

    ``apply`` must be a fold: applying the journal's changes in order to a new state gives the living state.
    The journal before ``floor`` may be trimmed away at any time, after ``carry`` has repeated what outlives
    it; so ``apply`` never assumes that it has seen the record a change refers to.
    """

    name: ClassVar[str]
    accepts: ClassVar[tuple[RecordType, ...]] = (RecordType.ITEM,)
    foreign_type: ClassVar[RecordType | None] = None  # the type of a record whose own is not ours, or missing
    tick_seconds_max: ClassVar[float] = 60.0  # between ticks while something is due later: most that it may be late
    change_type: type[C]

    @abstractmethod
    def open(self) -> S:
        """A new state: what a shard knows before its first record."""

    def decide(self, state: S, record: Record) -> Decision[C]:
        """What follows from this record.  Pure.  Raises Rejected for a record that cannot be used."""
        type_ = record.type if record.type.startswith(RESERVED) else self.foreign_type
        if type_ not in self.accepts:
            accepted = ", ".join(self.accepts)
            raise Rejected(Reason.BAD_RECORD, f"{self.name} accepts {TYPE} {accepted}, not {record.type[:40]!r}")
        handler: Callable[[S, Record], Decision[C]] = getattr(self, HANDLERS[type_])
        return handler(state, record)

    @abstractmethod
    def apply(self, state: S, change: C, offset: int) -> None:
        """Remember the change; `offset` is the source offset of the record (or carry) that brought it."""

    def on_death(self, state: S, record: Record, rejected: Rejected) -> Decision[C] | None:
        """What follows from a record that dies, beside its letter: a change, outputs.  Pure; it raises nothing."""
        return None

    def is_tried(self, change: C) -> bool:
        """Whether the record of this change was looked at; one that was not says nothing to the breaker."""
        return True

    def is_clean(self, change: C) -> bool:
        """Whether an operator has looked at what died before: the breaker counts it no more."""
        return False

    def due_ms(self, state: S) -> int | None:
        """When the next tick is wanted, by the broker's clock (LogAppendTime), milliseconds since 1970."""
        return None

    def counts(self, state: S) -> Mapping[Counted, int]:
        """How many of what the state has now, for the figures of the worker.  Nothing is decided by it."""
        return {}

    def floor(self, state: S, offset: int) -> int:
        """The first source offset whose change the state still needs, given `offset` as the last applied.

        Changes before it matter only as far as ``carry`` repeats them.
        """
        return offset + 1

    def carry(self, state: S, before: int) -> Iterator[C]:
        """Changes that repeat what the state still needs from source offsets below `before`.

        Behind an erasure that is everything: the journal then begins with them, and they alone make the state.
        """
        return iter(())

    def erases(self, change: C) -> bool:
        """Whether the change makes the state forget words that earlier records of the journal still have."""
        return False

    def digest(self, state: S) -> object:
        """All that a decision can depend on: equal for a living state and for one rebuilt from the journal."""
        return repr(state)

    def encode(self, change: C) -> bytes:
        """The change as the journal keeps it."""
        return _encode(change)

    def decode(self, data: bytes) -> C:
        """The change out of the journal."""
        return msgspec.msgpack.decode(data, type=self.change_type)


_encode = msgspec.msgpack.Encoder().encode


def instant_ms(text: bytes) -> int:
    """Milliseconds since 1970 of an RFC 3339 instant.  Raises Rejected(BAD_RECORD)."""
    try:
        moment = datetime.fromisoformat(text.decode("ascii"))
        if moment.tzinfo is None:
            raise ValueError("no offset from UTC")
        ms = round(moment.timestamp() * 1000)
        if not EARLIEST_MS <= ms <= LATEST_MS:  # an offset from UTC, or rounding, may take it out of the calendar
            raise ValueError("not in the years 1 to 9999 of UTC")
        return ms
    except (ValueError, OverflowError) as error:
        raise Rejected(Reason.BAD_RECORD, f"{TIME} {text[:40]!r}: {error}") from None
