"""How far each room is, by its journal: what it has decided, what waits for it, whether its breaker is open.

The journal is the truth about a room's progress.  The offsets that its consumer group has committed trail it by up
to a second, are gone with the group, and may be reset by hand; no room depends on them, and nothing here does.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, ClassVar, Self

from kafka import KafkaConsumer, TopicPartition

from pipeline.connection import Connection
from pipeline.records import Room
from pipeline.runtime.log.journal import JournalLost, check_source
from pipeline.runtime.log.port import Bounds
from pipeline.runtime.log.port import TopicPartition as LogPartition
from pipeline.shard import BREAKER_DEAD_MAX, BREAKER_RECORDS, Shard, UnknownJournal
from pipeline.topology import ROOMS, TOPICS, journal_topic

# Offsets before a journal's end that are read.  Each record may have a marker beside it, and copies of older
# changes (carries) may lie between: then more is read, until enough is known.
TAILS = (2 * BREAKER_RECORDS, 8 * BREAKER_RECORDS, 32 * BREAKER_RECORDS)
COUNTED_OFFSETS_MAX = 200  # with more offsets in a partition, offsets are counted and not records
MARKER_OFFSETS = 1  # behind the last record: its transaction's marker, which may be deleted with it
POLL_MS = 250


class TooSlow(OSError):
    """A partition could not be read in time."""


@dataclass(frozen=True, slots=True)
class PartitionProgress:
    """How far a room is in one partition of its input."""

    partition: int
    position: int = -1  # the last input offset that its journal is about; -1: none
    waiting: int = 0  # records behind it; offsets if there are more than COUNTED_OFFSETS_MAX
    deleted: int = 0  # input offsets that were deleted before the room read them, markers among them
    died: int = 0  # of the last `recent` records
    recent: int = 0
    is_breaker_open: bool = False
    unreadable: str = ""  # why this version cannot read the journal
    lost: str = ""  # why the journal cannot be the one of this input


class PositionsOnly(Room[None, bytes]):
    """Stands in for a room whose positions are wanted, but not its state."""

    name: ClassVar[str]

    def open(self) -> None:
        """There is no state."""

    def apply(self, state: None, change: bytes, offset: int) -> None:
        """The change is not looked at."""

    def decode(self, data: bytes) -> bytes:
        return data


STAND_INS: Mapping[str, type[PositionsOnly]] = {
    room: type(room, (PositionsOnly,), {"name": room}) for room in ROOMS
}


class ProgressReader:
    """Reads the ends of the journals.  Needs Read on journals and inputs.  KafkaError if no broker answers."""

    def __init__(self, connection: Connection, seconds: float) -> None:
        self._seconds = seconds
        self._consumer: Any = KafkaConsumer(
            **connection.arguments(),
            group_id=None,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            fetch_max_wait_ms=POLL_MS,
            bootstrap_timeout_ms=round(seconds * 1000),
            request_timeout_ms=round(seconds * 1000),
        )

    def room(self, room: str, committed: Mapping[int, int]) -> list[PartitionProgress]:
        """The progress of a room; `committed`: its group's offset by partition, where it has one."""
        numbers = range(TOPICS[ROOMS[room].source].partitions)
        # The input first: then a room that works meanwhile is not ahead of it.
        source_ends = self._bounds(ROOMS[room].source, numbers)
        journals = self._bounds(journal_topic(room), numbers)
        found = []
        for number in numbers:
            journal = TopicPartition(journal_topic(room), number)
            try:
                shard = self._shard(room, journal, journals[number])
            except UnknownJournal as error:
                found.append(PartitionProgress(number, unreadable=str(error)))
                continue
            found.append(self._progress(shard, source_ends[number], journals[number], committed.get(number, 0)))
        return found

    def close(self) -> None:
        """Close the connection."""
        self._consumer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _progress(self, shard: Shard, source: Bounds, journal: Bounds, committed: int) -> PartitionProgress:
        room, number = shard.room.name, shard.partition
        tp = LogPartition(ROOMS[room].source, number)
        position = max(shard.position, shard.applied)  # behind a trim there may be copies alone
        lost = ""
        if journal.start == journal.end and committed:
            lost = f"{journal_topic(room)}/{number} holds nothing, but the room has done {tp} up to {committed}"
        if position >= source.end:  # perhaps it went on since the end was asked for
            source = self._bounds(tp.topic, [number])[number]
        try:
            deleted = check_source(shard, tp, source)
            deleted = deleted if deleted > MARKER_OFFSETS else 0
        except JournalLost as error:
            deleted, lost = 0, str(error)
        return PartitionProgress(
            number,
            position,
            self._count(TopicPartition(*tp), max(position + 1, source.start), source.end),
            deleted,
            sum(shard.recent),
            len(shard.recent),
            shard.is_breaker_open,
            lost=lost,
        )

    def _shard(self, room: str, journal: TopicPartition, bounds: Bounds) -> Shard:
        """A shard with the journal's last records in it.  Raises UnknownJournal."""
        for tail in TAILS:
            shard = Shard(STAND_INS[room](), journal.partition)
            start = max(bounds.start, bounds.end - tail)
            for message in self._read(journal, start, bounds.end):
                shard.restore(message.value or b"")
            if start == bounds.start or _is_enough(shard):
                break
        return shard

    def _count(self, tp: TopicPartition, start: int, end: int) -> int:
        """The records in [start, end); markers of transactions are none, but where they are not worth the time."""
        if end - start <= COUNTED_OFFSETS_MAX:
            with suppress(TooSlow):  # large payloads, far away
                return sum(1 for _ in self._read(tp, start, end))
        return end - start

    def _read(self, tp: TopicPartition, start: int, end: int) -> Iterator[Any]:
        """The committed records of [start, end).  TooSlow if they do not come in time."""
        if start >= end:
            return
        self._consumer.assign([tp])
        self._consumer.seek(tp, start)
        deadline = time.monotonic() + self._seconds
        while self._consumer.position(tp) < end:
            for message in self._consumer.poll(timeout_ms=POLL_MS).get(tp, ()):
                if message.offset < end:
                    yield message
            if time.monotonic() > deadline:
                raise TooSlow(f"{tp.topic}/{tp.partition} could not be read in {self._seconds:g} s")

    def _bounds(self, topic: str, numbers: Iterable[int]) -> dict[int, Bounds]:
        partitions: Sequence[TopicPartition] = [TopicPartition(topic, number) for number in numbers]
        starts = self._consumer.beginning_offsets(partitions)
        ends = self._consumer.end_offsets(partitions)
        return {tp.partition: Bounds(starts[tp], ends[tp]) for tp in partitions}


def _is_enough(shard: Shard) -> bool:
    """Whether older records could change neither the position nor the breaker."""
    unseen = BREAKER_RECORDS - len(shard.recent)
    return shard.position >= 0 and (shard.is_breaker_open or sum(shard.recent) + unseen <= BREAKER_DEAD_MAX)
