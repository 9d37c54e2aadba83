"""The ownership of what one process at a time may write: its transactional id, and the one writer that has it.

Of a partition of a room, or of the ledger of `wiredesk ingest`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.records import Out
from pipeline.runtime.log.port import Log, Outcome, TopicPartition, Writer
from pipeline.runtime.log.retry import within


@dataclass
class Ownership:
    """What an id owns.  Several may believe they have it; one can write."""

    log: Log
    transactional_id: str
    journal: TopicPartition  # what its owner remembers
    outputs: Sequence[TopicPartition]  # whatever else it writes to
    writer: Writer | None = None
    _outcome: Outcome | None = None  # of the transaction before ours, while its markers may be missing

    @property
    def is_lost(self) -> bool:
        """Whether there is no writer, or one that lost a connection to a broker, and perhaps markers with it."""
        return self.writer is None or self.writer.connection_lost

    async def acquire(self, *opening: Out) -> int:
        """Fence the former owner, end what it left without markers, write the opening; its last journal offset.

        All that former owners wrote lies before it, and no broker that is cut off from the others can confirm it.
        Its transaction goes to all partitions that it writes to: its markers end whatever lost its own, as the last
        transaction ended.  If this owner dies before that, its successor aborts all of it: nobody has read a batch
        without any marker, and it is decided again.
        """
        # First, because the log forgets it with `acquire`; an attempt of ours that failed after that remembers it.
        self._outcome = await self.log.last_outcome(self.transactional_id) or self._outcome
        writer = await self.log.acquire(self.transactional_id)
        await self.release()
        self.writer = writer
        everywhere = [self.journal, *self.outputs]
        # None: an owner died between `acquire` and its opening.  Then the one before is taken for committed: an
        # aborted one can lose its markers only if its owner dies in the very moment in which the broker stops.
        if self._outcome is Outcome.ABORTED:
            await _end_all(writer, everywhere)
        await writer.begin()
        await writer.include(everywhere)
        offsets = await writer.produce(opening)
        await writer.commit()
        self._outcome = None
        return offsets[-1]

    async def release(self) -> None:
        """Give up the writer.  An open transaction is never committed here: the next owner's fence aborts it."""
        writer, self.writer = self.writer, None
        if writer is not None:
            await writer.close()

    async def write(
        self, outputs: Sequence[Out], entries: Sequence[Out], check: Callable[[int], None], seconds: float
    ) -> list[int]:
        """Write outputs and journal entries in one transaction; the journal offsets of the entries.

        `check` is called with the first of them before the commit, and may raise.
        Raises ConnectionLost after that time, and what the writer raises.
        """
        assert self.writer is not None
        async with within(seconds):
            await self.writer.begin()
            offsets = (await self.writer.produce([*outputs, *entries]))[-len(entries) :]
            check(offsets[0])
            await self.writer.commit()
        return offsets

    async def settle(self, seconds: float) -> None:
        """Return when whoever reads finds all that was written.  Raises what `write` raises.

        Kafka answers a commit before it writes the markers, and begins no other transaction of an id before it has.
        """
        assert self.writer is not None
        async with within(seconds):
            await _end_all(self.writer, [self.journal, *self.outputs])


async def _end_all(writer: Writer, tps: Sequence[TopicPartition]) -> None:
    """Have a marker written to each, in a transaction without a record."""
    await writer.begin()
    await writer.include(tps)
    await writer.abort()
