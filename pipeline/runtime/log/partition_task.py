"""One input partition of a room on the log: state, output and progress move together or not at all.

On assignment: take the transactional id (which fences a former owner and aborts what it left open), settle what
lost its marks, read the journal, go on after its last record.  Then batch by batch: decide, and write outputs, dead
letters and journal in one transaction.  A crash at any point leaves either all of a batch or nothing of it:
tests/crash tries every point.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from pipeline.records import Out, Record, Room
from pipeline.runtime.log import journal as journals
from pipeline.runtime.log.journal import Journal
from pipeline.runtime.log.markers import output_partitions, settle, wait_visible
from pipeline.runtime.log.port import ConnectionLost, Log, Outcome, TopicPartition, Writer
from pipeline.shard import FeedBroken, Shard
from pipeline.topology import JOURNAL_BYTES_MAX, ROOMS, journal_topic

REPORTED_RECORDS_MIN = 2_000  # a recovery of fewer is not worth a line
PROGRESS_SECONDS = 2.0  # of a recovery, from one line to the next
RECONNECT_SECONDS = 0.2  # between two looks for a broker that went away

log = structlog.get_logger("wiredesk.partition")


@dataclass
class RecoveryProgress:
    """How much of its journal a recovery has read, in offsets."""

    read: int = 0
    of: int = 0
    reported: float = field(default_factory=time.monotonic)


@dataclass
class PartitionTask:
    """Shard, journal and writer of one partition.  All of its methods hold one lock."""

    room: Room[Any, Any]
    partition: int
    log: Log
    app_id: str
    transaction_seconds: float  # the deadline of every write
    ready: bool = False
    recovering: RecoveryProgress | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _writer: Writer | None = None

    def __post_init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self.shard = Shard(self.room, self.partition)
        self.journal = Journal(self.room.name, self.partition)
        self._memory_ahead = False  # memory has what the journal may not have: something began and did not end

    async def open(self) -> None:
        """Become the owner: fence, read the journal on from where memory is, be ready.

        Raises shard.UnknownJournal and journal.JournalLost, where starting again will not help.
        """
        async with self.lock:
            self.ready = False
            await self._release()
            await self._acquire()
            self.ready = True

    async def reacquire_if_lost(self) -> None:
        """If a broker went away under us, own the partition anew once it is back.

        Else readers would wait for lost marks until the next record comes.
        """
        if not self._is_connection_lost:
            return
        async with self.lock:
            if self.ready and self._is_connection_lost:
                with contextlib.suppress(ConnectionLost):
                    async with asyncio.timeout(self.transaction_seconds):
                        await self._acquire()

    async def close(self) -> None:
        """Stop being the owner; what was not committed is the next owner's work."""
        async with self.lock:
            self.ready = False
            await self._release()

    async def commit(self, records: Sequence[Record], is_stale: Callable[[], bool] = lambda: False) -> int | None:
        """Decide on the records and write what follows in one transaction; how many of them died.

        None, and nothing done, if the partition is not ours any more: not open, or `is_stale` says so.
        Raises FeedBroken after the records before the breaker are committed; TimeoutError, log.Fenced, or what the
        broker said, when the transaction fails: then the process has to end.
        """
        async with self.lock:
            if not self.ready or is_stale():
                return None
            await self._ensure_owner()
            self._memory_ahead = True
            outputs: list[Out] = []
            offsets: list[int] = []
            entries: list[bytes] = []
            died, broken = 0, None
            for record in records:
                if record.position.offset <= self.shard.position:
                    continue  # decided and committed before: Faust's hint trailed the journal
                try:
                    step = self.shard.step(record)
                except FeedBroken as error:
                    broken = error
                    break
                outputs += step.outputs
                offsets.append(record.position.offset)
                entries.append(step.journal)
                if step.died:
                    died += 1
                    log.warning("died", **self._name, at=str(record.position), reason=str(step.died))
            if entries:
                journal_offsets = await self._write(outputs, entries)
                for journal_offset, source_offset in zip(journal_offsets, offsets, strict=True):
                    self.journal.note(journal_offset, source_offset)
            self._memory_ahead = False
            if broken:
                raise broken
            return died

    async def trim(self) -> None:
        """Say again what outlives the window, then delete the journal behind it, if that is worth a request."""
        async with self.lock:
            cut = self.journal.cut(self.shard.floor()) if self.ready else None
            if cut is None:
                return
            await self._ensure_owner()
            self._memory_ahead = True
            carried = 0
            for portion in portions(self.shard.carry(cut.source_offset), JOURNAL_BYTES_MAX):
                await self._write([], portion)
                carried += len(portion)
            await self._write([], [self.shard.whole(cut.journal_offset)])
            self._memory_ahead = False
            await self._ensure_owner()
            async with asyncio.timeout(self.transaction_seconds):
                await wait_visible(
                    self.log, self.journal.topic_partition
                )  # what is deleted must have been said again for good
                await self.log.delete_below(self.journal.topic_partition, cut.journal_offset)
            self.journal.trimmed(cut.journal_offset)
            log.info("trimmed", **self._name, before=cut.journal_offset, carried=carried)

    async def reset_breaker(self) -> None:
        """Forget the dead so far, durably."""
        async with self.lock:
            self._memory_ahead = True
            await self._write([], [self.shard.reset_breaker()])
            self._memory_ahead = False

    @property
    def group(self) -> str:
        """The consumer group of the room."""
        return f"{self.app_id}.{self.room.name}"

    @property
    def _name(self) -> dict[str, Any]:
        return {"room": self.room.name, "partition": self.partition}

    @property
    def _is_connection_lost(self) -> bool:
        return self._writer is not None and self._writer.connection_lost

    async def _acquire(self) -> None:
        """Take the transactional id and settle, read, be sure.  On ConnectionLost nothing has changed."""
        began, name = time.monotonic(), f"{self.group}-{self.partition}"
        self.recovering = RecoveryProgress()
        try:
            outcome = await self.log.last_outcome(name)
            writer = await self.log.acquire(name)
            await self._release()
            self._writer = writer
            count = await self._settle_and_recover(outcome)
        finally:
            self.recovering = None
        if count > REPORTED_RECORDS_MIN:
            log.info("recovered", **self._name, records=count, seconds=round(time.monotonic() - began, 2))

    async def _settle_and_recover(self, outcome: Outcome | None) -> int:
        """What hangs is ended and the journal read; the number of records read."""
        assert self._writer is not None
        try:
            await settle(
                self.log, self._writer, self.journal.topic_partition, output_partitions(self.room.name), outcome
            )
            return await self._recover()
        except Exception as error:
            await self._release()
            if isinstance(error, ConnectionLost):  # a second time: half done is no place to wait
                raise ConnectionError(str(error)) from error
            raise

    async def _ensure_owner(self) -> None:
        """Before anything is written: own the partition anew if a broker went away under us."""
        async with asyncio.timeout(self.transaction_seconds):
            while self._is_connection_lost:
                try:
                    await self._acquire()
                except ConnectionLost:
                    await asyncio.sleep(RECONNECT_SECONDS)

    def _report_progress(self, read: int, of: int) -> None:
        assert self.recovering
        self.recovering.read, self.recovering.of = read, of
        if time.monotonic() - self.recovering.reported > PROGRESS_SECONDS:
            self.recovering.reported = time.monotonic()
            log.info("recovering", **self._name, read=read, of=of)

    async def _recover(self) -> int:
        """The shard as its journal has it.  Memory of an earlier assignment saves reading what it knows."""
        source = TopicPartition(ROOMS[self.room.name].source, self.partition)
        bounds, source_bounds = await self.log.bounds(self.journal.topic_partition, source)
        if self._memory_ahead or bounds.start > self.journal.end:  # another owner trimmed what we have not read
            self._reset()
        self._memory_ahead = True
        count = await journals.recover(self.log, self.journal, self.shard, bounds, self._report_progress)
        if self.shard.whole_from is None and self.shard.position < 0:
            await journals.check_birth(self.log, self.journal, self.group, source)
            await self._write([], [self.shard.whole(0)])
        if unread := journals.check_source(self.shard, source, source_bounds):
            log.error("unread", **self._name, source=str(source), after=self.shard.position, offsets=unread)
        self._memory_ahead = False
        return count

    async def _release(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:  # an open transaction is never committed here; the next owner's fence aborts it
            await writer.close()

    async def _write(self, outputs: Iterable[Out], entries: Iterable[bytes]) -> list[int]:
        """One transaction, with a deadline; the offsets of the journal's entries."""
        topic = journal_topic(self.room.name)
        journal = [Out(topic, b"", value, partition=self.partition) for value in entries]
        writer = self._writer
        assert writer is not None
        async with asyncio.timeout(self.transaction_seconds):
            await writer.begin()
            written = (await writer.produce([*outputs, *journal]))[-len(journal) :]
            await writer.commit()
        self.journal.end = written[-1] + 1
        return written


def portions(values: Iterable[bytes], bytes_max: int) -> Iterator[list[bytes]]:
    """The values in lists of at most `bytes_max`; a larger value goes alone."""
    portion: list[bytes] = []
    size = 0
    for value in values:
        if portion and size + len(value) > bytes_max:
            yield portion
            portion, size = [], 0
        portion.append(value)
        size += len(value)
    if portion:
        yield portion
