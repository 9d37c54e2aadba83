"""The journal of one partition of a room: read back on assignment, trimmed behind the window.

Only the owner of a partition writes to its journal: the transactional id fences everybody else.  A new owner first
writes a barrier, and reads up to it: so it has read everything, whatever a broker says that is cut off from the
others (docs/adr/0017-a-barrier-proves-the-end.md).  The first record, and the last one before every trim, says from
which offset on the journal is whole.  So a room notices when anybody but the owner deleted the beginning of its
journal, or all of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.runtime.log.markers import shown
from pipeline.runtime.log.port import Bounds, ConnectionLost, Damaged, Log, TopicPartition
from pipeline.shard import BREAKER_RECORDS, Shard, UnknownJournal
from pipeline.topology import journal_topic

CHECKPOINT_RECORDS = 500  # from one place where the journal can be cut to the next
TRIM_RECORDS_MIN = 5_000  # fewer are not worth a request
KEPT_RECORDS_MIN = 2 * BREAKER_RECORDS  # the newest are never trimmed: the breaker counts them
# For an owner's first record to be shown: milliseconds, ten seconds where brokers have too much to do.  By then the
# broker has ended any transaction that its writer left open: a timeout of 15 s, and 10 s until it looks.
BARRIER_SECONDS = 30.0


class JournalLost(Exception):
    """The journal is not whole, or not of this input.  To go on would lose or repeat records."""


class Cut(NamedTuple):
    """Where to trim: all records below `journal_offset` are about source offsets below `source_offset`."""

    journal_offset: int
    source_offset: int


class SizeMark(NamedTuple):
    """Some records that follow each other in the journal: the last one's offset, their number and their bytes."""

    last_offset: int
    records: int
    size: int


@dataclass
class JournalSize:
    """How many records a journal has, and the bytes of their values: right to CHECKPOINT_RECORDS after a trim."""

    records: int = 0
    size: int = 0
    _marks: deque[SizeMark] = field(default_factory=deque)

    def add(self, last_offset: int, values: Sequence[bytes]) -> None:
        """These were read or written; the last one is at `last_offset`."""
        records, size = len(values), sum(map(len, values))
        self.records += records
        self.size += size
        if self._marks and self._marks[-1].records + records <= CHECKPOINT_RECORDS:
            before = self._marks.pop()
            records, size = before.records + records, before.size + size
        self._marks.append(SizeMark(last_offset, records, size))

    def trim(self, start: int) -> None:
        """Everything below `start` has been deleted."""
        while self._marks and self._marks[0].last_offset < start:
            mark = self._marks.popleft()
            self.records -= mark.records
            self.size -= mark.size


@dataclass
class Journal:
    """The bounds of the journal of a partition, and which source offsets its records are about.

    `checkpoints` holds one cut every CHECKPOINT_RECORDS; carries are not counted.
    """

    room: str
    partition: int
    start: int = 0  # first journal offset that still exists
    end: int = 0  # next journal offset to be read or written
    checkpoints: deque[Cut] = field(default_factory=deque)
    size: JournalSize = field(default_factory=JournalSize)

    @property
    def topic_partition(self) -> TopicPartition:
        return TopicPartition(journal_topic(self.room), self.partition)

    def note(self, journal_offset: int, source_offset: int) -> None:
        """The record at `journal_offset` is the first one about `source_offset`."""
        if not self.checkpoints or journal_offset >= self.checkpoints[-1].journal_offset + CHECKPOINT_RECORDS:
            self.checkpoints.append(Cut(journal_offset, source_offset))

    def cut(self, floor: int) -> Cut | None:
        """Where to trim for this floor of the shard; None if that is not possible, or not worth a request."""
        newest, found = self.end - KEPT_RECORDS_MIN, None
        for checkpoint in self.checkpoints:
            if checkpoint.source_offset > floor or checkpoint.journal_offset > newest:
                break
            found = checkpoint
        enough = max(TRIM_RECORDS_MIN, (self.end - self.start) // 4)
        return found if found and found.journal_offset - self.start >= enough else None

    def trimmed(self, journal_offset: int) -> None:
        """Everything below `journal_offset` has been deleted."""
        self.start = journal_offset
        self.size.trim(journal_offset)
        while self.checkpoints and self.checkpoints[0].journal_offset < journal_offset:
            self.checkpoints.popleft()


async def wait_for_barrier(
    log: Log, tp: TopicPartition, known_end: int, barrier: int, is_owner_lost: Callable[[], bool]
) -> Bounds:
    """The bounds of the journal, once a broker shows it up to the barrier that its owner has written.

    Raises JournalLost if the barrier is where the owner has read before, or if a transaction hangs there;
    ConnectionLost if all who answer show an older journal, or if the owner lost a connection, and perhaps the
    barrier's marker with it: the marker of another barrier ends this one too.
    """
    check_end(tp, known_end, barrier)
    bounds = await shown(log, tp, barrier + 1, BARRIER_SECONDS, is_owner_lost)
    if bounds.end > barrier:
        return bounds
    if is_owner_lost():
        raise ConnectionLost(f"{tp} is not shown up to {barrier}: its marker may be lost")
    if await log.hanging(tp):
        raise JournalLost(
            f"{tp}: a transaction that is not its owner's hangs at its end. End it with kafka-transactions.sh "
            "find-hanging and abort; see docs/operations.md, A journal is lost."
        )
    raise ConnectionLost(f"{tp} ends at {bounds.end} for the broker that answers, which is cut off from the others")


async def recover(
    log: Log, journal: Journal, shard: Shard, bounds: Bounds, progress: Callable[[int, int], None]
) -> int:
    """Apply everything committed from `journal.end` on, page by page; the number of records.

    `progress(read, of)` is called after every page, in journal offsets.  Raises JournalLost,
    shard.UnknownJournal and port.RecordsDeleted; then the shard is half restored and must be thrown away.
    """
    journal.start, journal.end = bounds.start, max(journal.end, bounds.start)
    journal.size.trim(bounds.start)
    try:
        count = await _apply_all(log, journal, shard, bounds, progress)
    except Damaged as error:
        raise UnknownJournal(
            f"{journal.topic_partition}: a record is damaged ({error}). See docs/operations.md, A journal is lost."
        ) from None
    journal.end = max(journal.end, bounds.end)
    complete_from = shard.complete_from or 0
    if bounds.start > complete_from:
        raise JournalLost(
            f"{journal.topic_partition} begins at {bounds.start}, but its owner trimmed no further than "
            f"{complete_from}: somebody else deleted its head (a retention?), and state went with it. "
            "See docs/operations.md, A journal is lost."
        )
    return count


async def _apply_all(
    log: Log, journal: Journal, shard: Shard, bounds: Bounds, progress: Callable[[int, int], None]
) -> int:
    count, first = 0, journal.end
    async with aclosing(log.read(journal.topic_partition, first, bounds.end)) as pages:
        async for page in pages:
            for stored in page:
                before = shard.position
                shard.restore(stored.value)
                if shard.position > before:
                    journal.note(stored.offset, shard.position)
            count += len(page)
            journal.size.add(page[-1].offset, [stored.value for stored in page])
            progress(page[-1].offset + 1 - first, bounds.end - first)
    return count


async def check_topics(log: Log, known: dict[str, str], *topics: str) -> None:
    """The topics are those of the last time; `known` has their ids.  Raises JournalLost."""
    for topic in topics:
        found = await log.topic_id(topic)
        if known.setdefault(topic, found) != found:
            raise JournalLost(
                f"{topic} is another topic than before: it was deleted and created again, or another cluster "
                "answers at this address. See docs/operations.md, A journal is lost."
            )


def check_end(tp: TopicPartition, known_end: int, offset: int) -> None:
    """What is written takes an offset behind all that was read or written.  Raises JournalLost."""
    if offset < known_end:
        raise JournalLost(
            f"{tp} goes on at {offset}, but this worker knows it up to {known_end}: "
            "the topic was deleted and created again, or another cluster answers. "
            "See docs/operations.md, A journal is lost."
        )


async def check_birth(log: Log, journal: Journal, group: str, source: TopicPartition) -> None:
    """A journal without any record is new, unless the group has done work before.  Raises JournalLost."""
    if done := await log.group_offset(group, source):
        raise JournalLost(
            f"{journal.topic_partition} holds nothing, but {group} has done {source} up to offset {done}: "
            "the journal was deleted, and the room's state with it. `wiredesk reset` starts afresh, and ends one "
            "that was interrupted; see docs/operations.md, A journal is lost."
        )


def check_source(shard: Shard, source: TopicPartition, bounds: Bounds) -> int:
    """How many offsets of the input were deleted before they were read.

    Raises JournalLost if the input ends before the journal's position: then it is another topic of the same name.
    """
    next_offset = shard.position + 1
    if next_offset > bounds.end:
        raise JournalLost(
            f"{journal_topic(shard.room.name)} is about {source} up to offset {shard.position}, "
            f"but the input ends at {bounds.end}: it was created again. See docs/operations.md, A journal is lost."
        )
    return max(0, bounds.start - next_offset) if next_offset else 0
