"""The ownership of one partition of a room: its transactional id, and the one writer that has it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import Out
from pipeline.runtime.log.markers import output_partitions, settle
from pipeline.runtime.log.port import Log, Outcome, TopicPartition, Writer
from pipeline.topology import ROOMS, journal_topic


@dataclass
class Ownership:
    """An application's ownership of a room's partition.  Several may believe they have it; one can write."""

    log: Log
    app_id: str
    room: str
    partition: int
    writer: Writer | None = None

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
    def is_connection_lost(self) -> bool:
        """Whether the writer lost its connection to a broker: markers may have been lost with it."""
        return self.writer is not None and self.writer.connection_lost

    async def acquire(self) -> Outcome | None:
        """Fence the former owner and become the writer; the outcome of the last transaction before.

        Raises ConnectionLost; then nothing has changed.
        """
        transactional_id = f"{self.group}-{self.partition}"
        outcome = await self.log.last_outcome(transactional_id)  # first: `acquire` makes the coordinator forget it
        writer = await self.log.acquire(transactional_id)
        await self.release()
        self.writer = writer
        return outcome

    async def settle(self, outcome: Outcome | None) -> None:
        """End hanging transactions in journal and outputs, as the last transaction ended.  Raises JournalLost."""
        assert self.writer is not None
        await settle(self.log, self.writer, self.journal, output_partitions(self.room), outcome)

    async def release(self) -> None:
        """Give up the writer.  An open transaction is never committed here: the next owner's fence aborts it."""
        writer, self.writer = self.writer, None
        if writer is not None:
            await writer.close()

    async def write(self, outputs: Sequence[Out], entries: Sequence[bytes], seconds: float) -> list[int]:
        """Write outputs and journal entries in one transaction; the journal offsets of the entries.

        Raises TimeoutError after that time, and what the writer raises.
        """
        journal = [Out(self.journal.topic, b"", value, partition=self.partition) for value in entries]
        assert self.writer is not None
        async with asyncio.timeout(seconds):
            await self.writer.begin()
            offsets = await self.writer.produce([*outputs, *journal])
            await self.writer.commit()
        return offsets[-len(journal) :]
