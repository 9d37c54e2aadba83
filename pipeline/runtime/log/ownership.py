"""The ownership of one partition of a room: its transactional id, and the one writer that has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.records import Out
from pipeline.runtime.log.markers import output_partitions
from pipeline.runtime.log.port import Log, Outcome, TopicPartition, Writer
from pipeline.runtime.log.retry import within
from pipeline.topology import ROOMS, journal_topic


@dataclass
class Ownership:
    """An application's ownership of a room's partition.  Several may believe they have it; one can write."""

    log: Log
    app_id: str
    room: str
    partition: int
    writer: Writer | None = None
    _outcome: Outcome | None = None  # of the transaction before ours, while its markers may be missing

    @property
    def group(self) -> str:
        """The consumer group of the room."""
        return f"{self.app_id}.{self.room}"

    @property
    def source(self) -> TopicPartition:
        """The input."""
        return TopicPartition(ROOMS[self.room].source, self.partition)

    @property
    def journal(self) -> TopicPartition:
        """The partition of the journal that its owner alone writes to."""
        return TopicPartition(journal_topic(self.room), self.partition)

    @property
    def is_lost(self) -> bool:
        """Whether there is no writer, or one that lost a connection to a broker, and perhaps markers with it."""
        return self.writer is None or self.writer.connection_lost

    async def acquire(self, barrier: bytes) -> int:
        """Fence the former owner, end what it left without markers, write the barrier; its journal offset.

        All that former owners wrote lies before it, and no broker that is cut off from the others can confirm it.
        Its transaction goes to all partitions of the room: its markers end whatever lost its own, as the last
        transaction ended.  If this owner dies before that, its successor aborts all of it: nobody has read a batch
        without any marker, and it is decided again.
        """
        transactional_id = f"{self.group}-{self.partition}"
        # First, because the log forgets it with `acquire`; an attempt of ours that failed after that remembers it.
        self._outcome = await self.log.last_outcome(transactional_id) or self._outcome
        writer = await self.log.acquire(transactional_id)
        await self.release()
        self.writer = writer
        everywhere = [self.journal, *output_partitions(self.room)]
        # None: an owner died between `acquire` and its barrier.  Then the one before is taken for committed: an
        # aborted one can lose its markers only if its owner dies in the very moment in which the broker stops.
        if self._outcome is Outcome.ABORTED:
            await writer.begin()
            await writer.include(everywhere)
            await writer.abort()
        await writer.begin()
        await writer.include(everywhere)
        (offset,) = await writer.produce([self._entry(barrier)])
        await writer.commit()
        self._outcome = None
        return offset

    async def release(self) -> None:
        """Give up the writer.  An open transaction is never committed here: the next owner's fence aborts it."""
        writer, self.writer = self.writer, None
        if writer is not None:
            await writer.close()

    async def write(
        self, outputs: Sequence[Out], entries: Sequence[bytes], check: Callable[[int], None], seconds: float
    ) -> list[int]:
        """Write outputs and journal entries in one transaction; the journal offsets of the entries.

        `check` is called with the first of them before the commit, and may raise.
        Raises ConnectionLost after that time, and what the writer raises.
        """
        assert self.writer is not None
        async with within(seconds):
            await self.writer.begin()
            offsets = (await self.writer.produce([*outputs, *map(self._entry, entries)]))[-len(entries) :]
            check(offsets[0])
            await self.writer.commit()
        return offsets

    def _entry(self, value: bytes) -> Out:
        return Out(self.journal.topic, b"", value, partition=self.partition)
