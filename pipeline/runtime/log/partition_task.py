"""One input partition of a room on the log: state, output and progress move together or not at all.

On assignment the task acquires the transactional id, which fences a former owner and aborts what it left open.  It
settles transactions that lost their markers, reads the journal, and goes on after its last record.  Then it works
batch by batch: it decides, and writes outputs, dead letters and journal in one transaction.  A crash at any point
leaves all of a batch or nothing of it; tests/crash tries every point.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from pipeline.records import JOURNAL_BYTES_MAX, Out, Record, Rejected, Room
from pipeline.runtime.log import journal as journals
from pipeline.runtime.log.batch import DecidedBatch, decide, portions
from pipeline.runtime.log.journal import Journal
from pipeline.runtime.log.markers import wait_visible
from pipeline.runtime.log.ownership import Ownership
from pipeline.runtime.log.port import ConnectionLost, Log, Outcome
from pipeline.shard import Shard

REPORTED_RECORDS_MIN = 2_000  # a recovery of fewer is not worth a line in the log
PROGRESS_SECONDS = 10.0  # from one line about a recovery to the next
RECONNECT_SECONDS = 0.2  # from one look for a lost broker to the next

log = structlog.get_logger("wiredesk.partition")


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
    ready: bool = False
    recovering: RecoveryProgress | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.ownership = Ownership(self.log, self.app_id, self.room.name, self.partition)
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
        """Acquire the partition, and read the journal from where memory ends.

        Raises shard.UnknownJournal and journal.JournalLost: then starting again does not help.
        """
        async with self.lock:
            self.ready = False
            await self.ownership.release()
            await self._acquire()
            self.ready = True

    async def reacquire_if_lost(self) -> None:
        """Acquire the partition again if the connection to a broker was lost, as soon as one answers.

        Without this, readers would wait for lost markers until the next record comes.
        """
        if not self.ownership.is_connection_lost:
            return
        async with self.lock:
            if self.ready and self.ownership.is_connection_lost:
                with contextlib.suppress(ConnectionLost):
                    async with asyncio.timeout(self.transaction_seconds):
                        await self._acquire()

    async def close(self) -> None:
        """Stop being the owner; the next owner does what was not committed."""
        async with self.lock:
            self.ready = False
            await self.ownership.release()

    async def commit(self, records: Sequence[Record], is_stale: Callable[[], bool] = lambda: False) -> int | None:
        """Decide on the records and write what follows, in one transaction if it fits; how many of them died.

        None, and nothing done, if the partition is no longer ours: not open, or `is_stale` says so.
        Raises FeedBroken after the records before the breaker are committed; TimeoutError, port.Fenced, or what the
        broker says, when the transaction fails; then the process has to end.
        """
        async with self.lock:
            if not self.ready or is_stale():
                return None
            await self._ensure_owner()
            died, rest = 0, deque(records)
            while rest:  # once, unless what follows from them is large
                batch = await self._commit_beginning(rest)
                died += batch.died
                if batch.broken:
                    raise batch.broken
            return died

    async def _commit_beginning(self, rest: deque[Record]) -> DecidedBatch:
        """One transaction for as many of the records as fit it; they are taken off `rest`."""
        with self._changing_memory():
            batch = decide(self.shard, rest, self._log_death)
            if batch.entries:
                journal_offsets = await self._write(batch.outputs, batch.entries)
                for journal_offset, source_offset in zip(journal_offsets, batch.source_offsets, strict=True):
                    self.journal.note(journal_offset, source_offset)
        return batch

    async def trim(self) -> None:
        """Copy what outlives the window, then delete the journal behind it, if that is worth a request."""
        async with self.lock:
            cut = self.journal.cut(self.shard.floor()) if self.ready else None
            if cut is None:
                return
            await self._ensure_owner()
            copied = 0
            with self._changing_memory():
                for portion in portions(self.shard.carry(cut.source_offset), JOURNAL_BYTES_MAX):
                    await self._write([], portion)
                    copied += len(portion)
                await self._write([], [self.shard.completeness_record(cut.journal_offset)])
            await self._ensure_owner()
            async with asyncio.timeout(self.transaction_seconds):
                await wait_visible(self.log, self.ownership.journal)  # else a reader finds neither record nor copy
                await self.log.delete_below(self.ownership.journal, cut.journal_offset)
            self.journal.trimmed(cut.journal_offset)
            log.info("trimmed", **self._name, before=cut.journal_offset, carried=copied)

    async def reset_breaker(self) -> None:
        """Forget the dead records so far, durably."""
        async with self.lock:
            with self._changing_memory():
                await self._write([], [self.shard.reset_breaker()])

    @property
    def _name(self) -> dict[str, Any]:
        return {"room": self.room.name, "partition": self.partition}

    def _log_death(self, record: Record, why: Rejected) -> None:
        # Without its detail, which may quote what is not for publication: that is in wire.dead.
        log.warning("died", **self._name, at=str(record.position), reason=why.reason.value)

    async def _write(self, outputs: Sequence[Out], entries: Sequence[bytes]) -> list[int]:
        """One transaction; the journal offsets of the entries."""
        journal_offsets = await self.ownership.write(outputs, entries, self.transaction_seconds)
        self.journal.end = journal_offsets[-1] + 1
        return journal_offsets

    async def _ensure_owner(self) -> None:
        """Before anything is written: acquire the partition again if the connection to a broker was lost."""
        async with asyncio.timeout(self.transaction_seconds):
            while self.ownership.is_connection_lost:
                try:
                    await self._acquire()
                except ConnectionLost:
                    await asyncio.sleep(RECONNECT_SECONDS)

    async def _acquire(self) -> None:
        """Become the owner, settle, read the journal.  After ConnectionLost nothing has changed."""
        began = time.monotonic()
        self.recovering = RecoveryProgress()
        try:
            count = await self._settle_and_recover(await self.ownership.acquire())
        finally:
            self.recovering = None
        if count > REPORTED_RECORDS_MIN:
            log.info("recovered", **self._name, records=count, seconds=round(time.monotonic() - began, 2))

    async def _settle_and_recover(self, outcome: Outcome | None) -> int:
        """End hanging transactions, then read the journal; how many records were read."""
        try:
            await self.ownership.settle(outcome)
            return await self._recover()
        except Exception as error:
            await self.ownership.release()
            if isinstance(error, ConnectionLost):  # a second time, half-way: the process must end, not wait
                raise ConnectionError(str(error)) from error
            raise

    async def _recover(self) -> int:
        """Bring the shard to the state in its journal; how many records were read.

        What memory holds from an earlier assignment is not read again.
        """
        source = self.ownership.source
        bounds, source_bounds = await self.log.bounds(self.ownership.journal, source)
        if self._memory_ahead or bounds.start > self.journal.end:  # another owner trimmed what we have not read
            self._reset_memory()
        with self._changing_memory():
            count = await journals.recover(self.log, self.journal, self.shard, bounds, self._report_progress)
            if self.shard.complete_from is None and self.shard.position < 0:
                await journals.check_birth(self.log, self.journal, self.ownership.group, source)
                await self._write([], [self.shard.completeness_record(0)])
            if unread := journals.check_source(self.shard, source, source_bounds):
                log.error("unread", **self._name, source=str(source), after=self.shard.position, offsets=unread)
        return count

    def _report_progress(self, read: int, of: int) -> None:
        assert self.recovering
        self.recovering.read, self.recovering.of = read, of
        if time.monotonic() - self.recovering.reported > PROGRESS_SECONDS:
            self.recovering.reported = time.monotonic()
            log.info("recovering", **self._name, read=read, of=of)
