"""One input partition of one room, without a broker: the pure core that everything else drives.

``step`` takes the next record and returns everything that has to reach the log together: the outputs, or the
dead letter, and the journal record.  ``restore`` takes a journal record back in.  The worker, the replay and the
crash tests all drive this class; none of them knows more about a room.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import msgspec

from pipeline import dead
from pipeline.envelope import ADDRESSED, ID, ROOM, RecordType, addressed_headers, output_id
from pipeline.machine import failed
from pipeline.partitioner import partition_of
from pipeline.records import JOURNAL_BYTES_MAX, Decision, Out, Position, Reason, Record, Rejected, Room, size_of
from pipeline.topology import ROOMS, TOPICS, journal_topic

JOURNAL_VERSION = 9  # 9: the feeds whose payloads die, and the room watch
BREAKER_RECORDS = 200
BREAKER_DEAD_MAX = BREAKER_RECORDS // 2
# What one record may cause, all outputs together; beyond it the record dies, alone.  A payload of 2 MiB with 1,000
# items causes 12 MB, the recall of 1,000 copies 2 MB.
CAUSED_OUTPUTS_MAX, CAUSED_BYTES_MAX = 20_000, 33_554_432
RECORD_OVERHEAD_BYTES = 512  # Kafka's record and batch framing, generously


class JournalKind(IntEnum):
    """What a journal record means."""

    DECIDED = 0
    DIED = 1  # the record went to wire.dead; a change if the room remembers the death
    CARRY = 2  # repeats a change before a trim; moves no position
    RESET = 3  # an operator closed the breaker: the dead before it no longer count
    COMPLETE = 4  # from `offset` of the journal on nothing that is needed is missing: it is new, or trimmed
    PASSED = 5  # a tick or control for another room that reads the same topic; no change
    BARRIER = 6  # a new owner begins; no change.  Former owners wrote nothing behind it
    UNTRIED = 7  # like DECIDED, but the record was not looked at: the breaker does not count it
    CLEAN = 8  # like DECIDED, and like RESET: an operator has resumed what had died


OF_RECORDS = frozenset(
    {JournalKind.DECIDED, JournalKind.DIED, JournalKind.PASSED, JournalKind.UNTRIED, JournalKind.CLEAN}
)
CHANGING = frozenset(  # they always have a change
    {JournalKind.DECIDED, JournalKind.CARRY, JournalKind.UNTRIED, JournalKind.CLEAN}
)


class JournalEntry(msgspec.Struct, frozen=True, array_like=True):
    """A journal record's value, behind one version byte."""

    kind: int
    offset: int  # of the source record; of a carry: of the last one decided; of COMPLETE: in the journal itself
    change: bytes


class UnknownJournal(Exception):
    """The journal holds a record that this version cannot read: another version's, or a damaged one."""


class FeedBroken(Exception):
    """More than half of the last records died: stop, rather than drain the feed into wire.dead."""


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from one record; written in one transaction or not at all.  Every output has its partition."""

    outputs: tuple[Out, ...]
    journal: bytes
    died: Rejected | None = None


@dataclass
class Shard:
    """The state of one room over one input partition, and how far it has come."""

    room: Room[Any, Any]
    partition: int
    state: Any = None
    position: int = -1  # source offset of the last record that was stepped or restored
    applied: int = -1  # source offset of the last record whose change was applied, or the position of a carry
    recent: deque[bool] = field(default_factory=lambda: deque(maxlen=BREAKER_RECORDS))  # did it die?
    complete_from: int | None = None  # the journal offset from which on the journal has all that is needed
    has_erased: bool = False  # the journal holds words that the state has forgotten: it has to be rewritten

    def __post_init__(self) -> None:
        self.state = self.room.open()
        self._writes = {name: TOPICS[name] for name in (*ROOMS[self.room.name].writes, dead.TOPIC)}

    def step(self, record: Record) -> Step:
        """Decide about the next record and apply the decision.

        Raises, before anything changes: FeedBroken when the breaker is open, MachineFailed when the machine fails;
        nothing else, whatever the record.
        """
        assert record.position.offset > self.position, f"{record.position} after {self.position}"
        if self.is_breaker_open:
            raise FeedBroken(f"{sum(self.recent)} of the last {len(self.recent)} records died")
        try:
            if self._is_for_another_room(record):
                self.position = record.position.offset
                return Step((), _entry(JournalKind.PASSED, self.position, b""))
            decision = self.room.decide(self.state, record)
            outputs = tuple(self._stamped(out, record, number) for number, out in enumerate(decision.outputs))
            check_caused(outputs)
            change = self._encoded(decision)
        except Rejected as rejected:
            return self._die(record, rejected)
        except Exception as error:  # our bug on this record must neither stop nor lose the rest
            if stop := failed(error, str(record.position)):
                raise stop from error
            return self._die(record, Rejected(Reason.BUG, f"{type(error).__name__}: {error}"))
        self.room.apply(self.state, decision.change, record.position.offset)
        self.has_erased |= self.room.erases(decision.change)
        kind = self._kind(decision.change)
        self._advance(record.position.offset, kind)
        self.applied = record.position.offset
        return Step(outputs, _entry(kind, record.position.offset, change))

    def restore(self, value: bytes) -> None:
        """Apply one journal record.  Raises UnknownJournal."""
        if value == BARRIER:
            return
        if not value or value[0] != JOURNAL_VERSION:
            raise UnknownJournal(
                f"{journal_topic(self.room.name)}/{self.partition} holds records of version "
                f"{value[0] if value else 'none'}; this Wiredesk reads version {JOURNAL_VERSION}. "
                "Start the version that wrote it, or start afresh: docs/operations.md, Start afresh."
            )
        try:
            entry = _decoder.decode(value[1:])
            has_change = entry.kind in CHANGING or (entry.kind == JournalKind.DIED and bool(entry.change))
            change = self.room.decode(entry.change) if has_change else None
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnknownJournal(
                f"{journal_topic(self.room.name)}/{self.partition}: the record after source offset {self.position} "
                f"is damaged ({error}). See docs/operations.md, A journal is lost."
            ) from None
        if has_change:
            self.room.apply(self.state, change, entry.offset)
            self.applied = entry.offset
            self.has_erased |= self.room.erases(change)
        if entry.kind in OF_RECORDS:
            self._advance(entry.offset, JournalKind(entry.kind))
        if entry.kind == JournalKind.RESET:
            self.recent.clear()
        if entry.kind == JournalKind.COMPLETE:
            self.complete_from = entry.offset

    @property
    def is_breaker_open(self) -> bool:
        """Whether so many of the last records died that the next one will not be taken."""
        return sum(self.recent) > BREAKER_DEAD_MAX

    def reset_breaker(self) -> bytes:
        """Forget the records that died so far.  Returns the journal record for it."""
        self.recent.clear()
        return _entry(JournalKind.RESET, self.position, b"")

    def completeness_record(self, journal_offset: int) -> bytes:
        """The journal record which says that from `journal_offset` on nothing that is needed is missing."""
        self.complete_from = journal_offset
        return _entry(JournalKind.COMPLETE, journal_offset, b"")

    def carry(self, before: int) -> Iterator[bytes]:
        """Journal records to be written before everything below source offset `before` is trimmed away."""
        for change in list(self.room.carry(self.state, before)):
            self.room.apply(self.state, change, self.position)
            self.applied = self.position
            yield _entry(JournalKind.CARRY, self.position, self.room.encode(change))

    def rewritten(self) -> Iterator[bytes]:
        """Journal records that replace the whole journal: alone they give this state and this position.

        The position comes first: a trim behind it may not take what is carried at it.  The records that died are
        counted anew, because the journal that had them goes.
        """
        yield _entry(JournalKind.PASSED, self.position, b"")
        yield self.reset_breaker()
        yield from self.carry(self.position + 1)

    def floor(self) -> int:
        """The first source offset that the journal must keep, carries aside.

        The last change always stays, whatever the room needs: a journal of nothing but records that died would not
        say what was applied last.
        """
        return min(self.room.floor(self.state, self.applied), self.applied)

    def due_ms(self) -> int | None:
        """When, by the broker's clock, the next tick is wanted."""
        return self.room.due_ms(self.state)

    def _kind(self, change: Any) -> JournalKind:
        """What the change says to the breaker."""
        if self.room.is_clean(change):
            return JournalKind.CLEAN
        return JournalKind.DECIDED if self.room.is_tried(change) else JournalKind.UNTRIED

    def _die(self, record: Record, rejected: Rejected) -> Step:
        noted = self.room.on_death(self.state, record, rejected)
        letter, *outputs = (
            self._stamped(out, record, number)
            for number, out in enumerate(
                (dead.letter(self.room.name, record, rejected), *(noted.outputs if noted else ()))
            )
        )
        change = self._encoded(noted) if noted else b""
        if noted:
            self.room.apply(self.state, noted.change, record.position.offset)
            self.applied = record.position.offset
        self._advance(record.position.offset, JournalKind.DIED)
        return Step((letter, *outputs), _entry(JournalKind.DIED, record.position.offset, change), rejected)

    def _advance(self, offset: int, kind: JournalKind) -> None:
        self.position = offset
        if kind is JournalKind.CLEAN:
            self.recent.clear()
        if kind in (JournalKind.DECIDED, JournalKind.DIED):
            self.recent.append(kind is JournalKind.DIED)

    def _is_for_another_room(self, record: Record) -> bool:
        """Whether the tick or control names another room.  Raises Rejected if no such room reads this topic.

        A record without the header was written before the header existed: it is for the room that accepts it.
        """
        room = record.header(ROOM) if record.type in ADDRESSED else None
        if room is None or room == self.room.name.encode():
            return False
        topic = record.position.topic
        if room not in [name.encode() for name, spec in ROOMS.items() if spec.source == topic]:
            reason = Reason.BAD_CONTROL if record.type == RecordType.CONTROL else Reason.BAD_RECORD
            raise Rejected(reason, f"{ROOM} {room[:40]!r}: no room of that name reads {topic}")
        return True

    def _stamped(self, out: Out, record: Record, number: int) -> Out:
        """The output with its partition, and its id: which output of which input it is, whenever it is made."""
        topic = self._writes.get(out.topic)
        if topic is None:
            raise Rejected(Reason.BUG, f"{self.room.name} writes to {out.topic}, which its row does not name")
        headers = (*out.headers, (ID, output_id(self.room.name, self.partition, record.position.offset, number)))
        size = size_of(out) + len(headers[-1][0]) + len(headers[-1][1])
        allowed = topic.max_message_bytes - RECORD_OVERHEAD_BYTES
        if size > allowed:
            raise Rejected(Reason.TOO_LARGE, f"its record for {out.topic} has {size} bytes, {allowed} are allowed")
        partition = partition_of(out.key, topic.partitions) if out.partition is None else out.partition
        return Out(out.topic, out.key, out.value, headers, partition)

    def _encoded(self, decision: Decision[Any]) -> bytes:
        change = self.room.encode(decision.change)
        if len(change) > JOURNAL_BYTES_MAX - RECORD_OVERHEAD_BYTES:
            raise Rejected(Reason.TOO_LARGE, f"its journal record has {len(change)} bytes")
        return change


def check_caused(outputs: tuple[Out, ...]) -> None:
    """Raises Rejected(TOO_LARGE) for more outputs, or more bytes, than one record may cause."""
    if len(outputs) == 1:  # nearly always: within the limit of its topic
        return
    size = sum(map(size_of, outputs))
    if len(outputs) > CAUSED_OUTPUTS_MAX or size > CAUSED_BYTES_MAX:
        raise Rejected(
            Reason.TOO_LARGE,
            f"it causes {len(outputs):,} records of {size:,} bytes; allowed are {CAUSED_OUTPUTS_MAX:,} of"
            f" {CAUSED_BYTES_MAX:,}",
        )


def tick(room: str, partition: int, due_ms: int) -> Out:
    """The record that wakes a room when something may be due.  Its time decides nothing."""
    headers = addressed_headers(RecordType.TICK, room, room, f"tick/{room}/{partition}/{due_ms}", due_ms)
    return Out(ROOMS[room].source, b"", b"", headers, partition)


def as_record(out: Out, offset: int, timestamp_ms: int) -> Record:
    """The output as the log returns it."""
    assert out.partition is not None
    return Record(Position(out.topic, out.partition, offset), out.key, out.value, out.headers, timestamp_ms)


def _entry(kind: JournalKind, offset: int, change: bytes) -> bytes:
    return bytes([JOURNAL_VERSION]) + _encode(JournalEntry(kind, offset, change))


_encode = msgspec.msgpack.Encoder().encode
# The same bytes in every version from 5 on: an owner writes it before it knows whose journal it is. One that then
# refuses the journal must leave nothing that the version that wrote it cannot read.
BARRIER = b"\x05" + _encode(JournalEntry(JournalKind.BARRIER, 0, b""))
_decoder = msgspec.msgpack.Decoder(JournalEntry)
