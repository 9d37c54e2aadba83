"""One input partition of a room on the log: state, output and progress move together or not at all.

On assignment the task acquires the transactional id, which fences a former owner and aborts what it left open.  It
writes a barrier, which settles transactions that lost their markers, reads the journal up to there, and goes on
after its last record.  Then it works batch by batch: it decides, and writes outputs, dead letters and journal in
one transaction.  A crash at any point leaves all of a batch or nothing of it; tests/crash tries every point.

A lost connection is a crash that the process survives: memory is rebuilt from the journal if a write failed, and
what was not committed is decided again.  An owner that is fenced gives the partition up until it is opened again.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import structlog

from pipeline.records import JOURNAL_BYTES_MAX, Out, Record, Rejected, Room
from pipeline.runtime.log import journal as journals
from pipeline.runtime.log.batch import DecidedBatch, decide, portions
from pipeline.runtime.log.journal import Journal
from pipeline.runtime.log.markers import output_partitions, shown
from pipeline.runtime.log.ownership import Ownership
from pipeline.runtime.log.port import ConnectionLost, Fenced, Log, RecordsDeleted, TopicPartition
from pipeline.runtime.log.retry import Outage, within
from pipeline.runtime.log.tally import Tally
from pipeline.shard import BARRIER, Shard
from pipeline.topology import ROOMS, journal_topic

REPORTED_RECORDS_MIN = 2_000  # a recovery of fewer is not worth a line in the log
PROGRESS_SECONDS = 10.0  # from one line about a recovery to the next

log = structlog.get_logger("wiredesk.partition")
T = TypeVar("T")


@dataclass
class RecoveryProgress:
    """How much of its journal a recovery has read, in offsets."""

    read: int = 0
    of: int = 0
    reported: float = field(default_factory=time.monotonic)


@dataclass
class PartitionTask:
    """Shard, journal and ownership of one partition.  Whatever changes them holds the lock."""

    room: Room[Any, Any]
    partition: int
    log: Log
    app_id: str
    transaction_seconds: float  # the deadline of every write
    on_retry: Callable[[], None] = lambda: None  # an attempt failed because no broker answers
    on_deciding: Callable[[], None] = lambda: None  # a few records more of a batch are decided
    on_fenced: Callable[[], None] = lambda: None  # the partition was given up: the group has to say whose it is
    ready: bool = False
    wanted: bool = False  # between `open` and `close`
    is_deciding: bool = False  # or waits until another task of the worker has decided
    tally: Tally = field(default_factory=Tally)
    recovering: RecoveryProgress | None = None
    unread: int = 0  # input offsets that were deleted before this task could read them, markers among them
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    deciding: asyncio.Lock = field(default_factory=asyncio.Lock)  # of all tasks of a worker: one decides at a time

    def __post_init__(self) -> None:
        self._topic_ids: dict[str, str] = {}
        name = self.room.name
        self.group = f"{self.app_id}.{name}"
        self.source = TopicPartition(ROOMS[name].source, self.partition)
        journal = TopicPartition(journal_topic(name), self.partition)
        id_ = f"{self.group}-{self.partition}"
        self.ownership = Ownership(self.log, id_, journal, output_partitions(name))
        self._reset_memory()

    def _reset_memory(self) -> None:
        self.shard = Shard(self.room, self.partition)
        self.journal = Journal(self.room.name, self.partition)
        self._memory_ahead = False  # whether memory may hold what the journal does not

    @contextlib.contextmanager
    def _changing_memory(self) -> Iterator[None]:
        """Around a change of memory and its write; if either fails, memory is rebuilt before it is used again."""
        self._memory_ahead = True
        yield
        self._memory_ahead = False

    async def open(self) -> None:
        """Acquire the partition, and read the journal from where memory ends; until `close` if no broker answers.

        Raises shard.UnknownJournal and journal.JournalLost: then starting again does not help.
        """
        self.wanted = True
        async with self.lock:
            self.ready = False
            await self.ownership.release()

            async def be_ready() -> None:
                self.ready = True

            await self._as_owner(be_ready)

    async def close(self) -> None:
        """Stop being the owner; the next owner does what was not committed."""
        self.wanted = False
        async with self.lock:
            self.ready = False
            await self.ownership.release()

    @property
    def settled(self) -> Shard | None:
        """The shard, if all that it holds is committed; None while a batch is decided, or memory is ahead."""
        return self.shard if self.ready and not self.lock.locked() and not self._memory_ahead else None

    async def reacquire_if_lost(self) -> None:
        """Acquire the partition again if the connection to a broker was lost.  Raises ConnectionLost.

        Without this, readers would wait for lost markers until the next record comes.
        """
        if self.ready and self._is_owner_lost:
            async with self.lock, self._unless_fenced():
                if self.ready:
                    try:
                        await self._ensure_owner()
                    except ConnectionLost:
                        self.on_retry()
                        raise

    async def commit(self, records: Sequence[Record], is_stale: Callable[[], bool] = lambda: False) -> int | None:
        """Decide on the records and write what follows, in one transaction if it fits; how many of them died.

        While no broker answers it tries again.
        None, and what is left not done, if the partition is no longer ours: not open, fenced, or `is_stale`.
        Raises FeedBroken after the records before the breaker are committed, and what the broker says when the
        transaction fails for good; then the process has to end.
        """
        async with self.lock:
            before = self.tally.died

            async def commit_all() -> int:
                rest = deque(records)
                if rest and rest[0].position.offset <= self.shard.position:  # done before; or it is another topic
                    await self.check_topics()
                while rest:  # once, unless what follows from them is large
                    batch = await self._commit_beginning(rest)
                    if batch.broken:
                        raise batch.broken
                return self.tally.died - before

            return await self._as_owner(commit_all, is_stale) if self.ready else None

    async def _commit_beginning(self, rest: deque[Record]) -> DecidedBatch:
        """One transaction for as many of the records as fit it; they are taken off `rest`."""
        with self._changing_memory():
            self.is_deciding = True
            try:
                async with self.deciding:
                    batch = await decide(self.shard, rest, self._log_death, self.on_deciding)
            finally:
                self.is_deciding = False
            if batch.entries:
                began = time.monotonic()
                journal_offsets = await self._write(batch.outputs, batch.entries)
                self.tally.committed(batch, time.monotonic() - began)
                for journal_offset, source_offset in zip(journal_offsets, batch.source_offsets, strict=True):
                    self.journal.note(journal_offset, source_offset)
        return batch

    async def trim(self) -> None:
        """Copy what outlives the window, then delete the journal behind it, if that is worth a request.

        Behind an erasure all of the journal is written anew, and deleted up to there: its words go with it.
        Raises ConnectionLost; then it is done another time.
        """
        async with self.lock, self._unless_fenced():
            if not self.ready or (self.shard.has_erased and self.shard.is_breaker_open):
                return
            if self.shard.has_erased:
                await self._ensure_owner()
                await self._replace(self.shard.rewritten(), None)
                self.shard.has_erased = False
            elif cut := self.journal.cut(self.shard.floor()):
                await self._ensure_owner()
                await self._replace(self.shard.carry(cut.source_offset), cut.journal_offset)

    async def _replace(self, entries: Iterable[bytes], below: int | None) -> None:
        """Write the entries, then delete the journal below this offset, or below the first of them."""
        carried = 0
        with self._changing_memory():
            for portion in portions(entries, JOURNAL_BYTES_MAX):
                first, *_ = await self._write([], portion)
                below = first if below is None else below
                carried += len(portion)
            assert below is not None
            await self._write([], [self.shard.completeness_record(below)])
        await self._ensure_owner()
        async with within(self.transaction_seconds):
            await shown(self.log, self.ownership.journal, self.journal.end)  # else a reader finds no copy
            await self.log.delete_below(self.ownership.journal, below)
        self.journal.trimmed(below)
        log.info("trimmed", **self._name, before=below, carried=carried)

    async def reset_breaker(self) -> bool:
        """Forget the dead records so far, durably; False if the partition is no longer ours."""

        async def reset() -> bool:
            with self._changing_memory():
                await self._write([], [self.shard.reset_breaker()])
            return True

        async with self.lock:
            return bool(await self._as_owner(reset))

    @property
    def _name(self) -> dict[str, Any]:
        return {"room": self.room.name, "partition": self.partition}

    def _log_death(self, record: Record, why: Rejected) -> None:
        # Without its detail, which may quote what is not for publication: that is in wire.dead.
        log.warning("died", **self._name, at=str(record.position), reason=why.reason.value)

    async def _write(self, outputs: Sequence[Out], entries: Sequence[bytes]) -> list[int]:
        """One transaction; the journal offsets of the entries."""
        check = partial(journals.check_end, self.ownership.journal, self.journal.end)
        kept = [self._entry(entry) for entry in entries]
        journal_offsets = await self.ownership.write(outputs, kept, check, self.transaction_seconds)
        self.journal.end = journal_offsets[-1] + 1
        self.journal.size.add(journal_offsets[-1], entries)
        return journal_offsets

    async def _as_owner(
        self, work: Callable[[], Awaitable[T]], is_stale: Callable[[], bool] = lambda: False
    ) -> T | None:
        """What the work returns: it is done as the owner, and again after each lost connection.

        None as soon as the partition is no longer wanted, or `is_stale`, or fenced.
        """
        outage = Outage(self._name)
        async with self._unless_fenced():
            while self.wanted and not is_stale():
                try:
                    await self._ensure_owner()
                    done = await work()
                except ConnectionLost as error:
                    self.on_retry()
                    await outage.wait(error)
                else:
                    outage.over()
                    return done
        return None

    @contextlib.asynccontextmanager
    async def _unless_fenced(self) -> AsyncIterator[None]:
        """Whoever is fenced inside gives the partition up, until it is opened again.

        Either the group has given it to another worker, and this one has not heard of it; or the coordinator ended
        a transaction that took too long, and it is still ours.  The group knows which.  To take the id again
        without asking would fence the new owner.
        """
        try:
            yield
        except Fenced as error:
            self.ready = False
            await self.ownership.release()
            log.warning("fenced", **self._name, why=str(error))
            self.on_fenced()

    @property
    def _is_owner_lost(self) -> bool:
        return self.ownership.is_lost or self._memory_ahead

    async def _ensure_owner(self) -> None:
        """Before anything is written: acquire the partition if nothing says that it is still ours."""
        if self._is_owner_lost:
            await self._acquire()

    async def _acquire(self) -> None:
        """Become the owner, and read the journal up to the barrier."""
        began = time.monotonic()
        self.recovering = RecoveryProgress()
        try:
            async with within(self.transaction_seconds):
                await self.check_topics()
                barrier = await self.ownership.acquire(self._entry(BARRIER))
            count = await self._recover(barrier)
        except (Exception, asyncio.CancelledError) as error:
            await self.ownership.release()
            if isinstance(error, RecordsDeleted):  # meanwhile, by a former owner; or it is a broker with an old log
                raise ConnectionLost(f"the journal is not there to be read: {error}") from error
            raise
        finally:
            self.recovering = None
        if count > REPORTED_RECORDS_MIN:
            log.info("recovered", **self._name, records=count, seconds=round(time.monotonic() - began, 2))

    async def _recover(self, barrier: int) -> int:
        """Bring the shard to the state in its journal, as it is shown with the barrier; how many records were read.

        A newer owner may have trimmed it meanwhile: what says so lies behind the barrier, and is read too.
        What memory holds from an earlier assignment is not read again.
        """
        bounds = await journals.wait_for_barrier(
            self.log, self.ownership.journal, self.journal.end, barrier, self._is_connection_lost
        )
        if self._memory_ahead or bounds.start > self.journal.end:  # another owner trimmed what we have not read
            self._reset_memory()
        with self._changing_memory():
            count = await journals.recover(self.log, self.journal, self.shard, bounds, self._report_progress)
            if self.shard.complete_from is None and self.shard.position < 0:
                await journals.check_birth(self.log, self.journal, self.group, self.source)
                await self._write([], [self.shard.completeness_record(0)])
            source_bounds = await shown(self.log, self.source, self.shard.position + 1, journals.BARRIER_SECONDS)
            self.unread = unread = journals.check_source(self.shard, self.source, source_bounds)
            if unread:
                log.error(
                    "unread", **self._name, source=str(self.source), after=self.shard.position, offsets=unread
                )
        return count

    def _entry(self, value: bytes) -> Out:
        """A record of the journal."""
        return Out(self.ownership.journal.topic, b"", value, partition=self.partition)

    def _is_connection_lost(self) -> bool:
        return self.ownership.is_lost

    async def check_topics(self) -> None:
        """Journal and input are the topics that they were.  Raises JournalLost and ConnectionLost."""
        topics = self.ownership.journal.topic, self.source.topic
        await journals.check_topics(self.log, self._topic_ids, *topics)

    def _report_progress(self, read: int, of: int) -> None:
        assert self.recovering
        self.recovering.read, self.recovering.of = read, of
        if time.monotonic() - self.recovering.reported > PROGRESS_SECONDS:
            self.recovering.reported = time.monotonic()
            log.info("recovering", **self._name, read=read, of=of)
