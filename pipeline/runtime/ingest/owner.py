"""The one owner of the ledger, and the one writer of what is taken.

As for a room's partition (docs/adr/0017-a-barrier-proves-the-end.md): it acquires the transactional id, which
fences the former owner, writes a barrier into all partitions that it writes to, and reads the ledger up to there.
What it takes is written in one transaction with the ledger, and only what is committed changes its memory.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import structlog

from pipeline.records import Out
from pipeline.runtime.ingest.ledger import PLACE, WAYS_PLACE, Barrier, Ledger, barrier_record, barriers_in
from pipeline.runtime.log import journal as journals
from pipeline.runtime.log.ownership import Ownership
from pipeline.runtime.log.port import Bounds, ConnectionLost, Log, RecordsDeleted, TopicPartition
from pipeline.runtime.log.retry import within
from pipeline.topology import TOPICS

RAW = "wire.raw"
REPORTED_RECORDS_MIN = 2_000  # a ledger of fewer is not worth a line in the log

log = structlog.get_logger("wiredesk.ingest")


MARKER = 1  # offset of a partition, that the end of a transaction takes


class Behind(Exception):
    """Another has written to the ledger (`wiredesk ingest forget`): it is to be read before anything is written."""


class TakenOver(Exception):
    """Another process has become the owner; this one has to end."""

    def __init__(self, by: str) -> None:
        super().__init__(
            f"the ingest of {by} has taken over: two cannot run at once. What this one had not written is taken by "
            "that one; start this one again only to take over from it"
        )


def output_partitions() -> list[TopicPartition]:
    """What is written beside the ledger."""
    return [*(TopicPartition(RAW, number) for number in range(TOPICS[RAW].partitions)), WAYS_PLACE]


@dataclass
class LedgerOwner:
    """Ownership of the ledger, and the ledger."""

    log: Log
    app_id: str
    instance: str
    transaction_seconds: float
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    pid: int = field(default_factory=os.getpid)
    ledger: Ledger = field(default_factory=Ledger)
    generation: int = 0  # of what is known: what was decided under one that others ended counts no more

    def __post_init__(self) -> None:
        self.ownership = Ownership(self.log, f"{self.app_id}.ingest-{PLACE.partition}", PLACE, output_partitions())
        self._end = 0  # of the ledger, as far as memory has it
        self._topic_ids: dict[str, str] = {}
        self._is_unsure = True  # whether memory may lack what is committed

    async def ensure(self) -> bool:
        """Be the owner, with all that is committed in memory; whether it had to become it.

        Raises ConnectionLost, TakenOver, JournalLost, UnreadableLedger and Fenced.
        """
        if not (self._is_unsure or self.ownership.is_lost):
            return False
        self._is_unsure = True
        await self.look()
        await self._acquire()
        self._is_unsure = False
        return True

    async def look(self) -> None:
        """Remember what others have written: feeds are forgotten beside a running ingest.

        Raises TakenOver if another process became the owner after this one was it.
        """
        if not self._end:
            return
        (bounds,) = await self.log.bounds(PLACE)
        found = await self._read(bounds, self.ledger.apply)
        self._end = max(self._end, bounds.end)
        if found and found[-1].run != self.run:
            raise TakenOver(found[-1].owner)

    async def commit(self, outputs: Sequence[Out], entries: Sequence[Out]) -> None:
        """Write both in one transaction, then remember the entries.

        Raises ConnectionLost and Fenced: then `ensure` finds out whether it was committed.  Raises Behind: then it
        was not, and never is.
        """
        self._is_unsure = True
        offsets = await self.ownership.write(outputs, entries, self._check, self.transaction_seconds)
        self._end = offsets[-1] + 1
        for entry in entries:
            self.ledger.apply(entry.key, entry.value)
        self._is_unsure = False

    def _check(self, offset: int) -> None:
        """The entries follow what memory has, and at most the marker of the transaction before."""
        journals.check_end(PLACE, self._end, offset)
        if offset > self._end + MARKER:
            raise Behind

    async def close(self) -> None:
        """Stop being the owner."""
        await self.ownership.release()

    async def _acquire(self) -> None:
        began = time.monotonic()
        try:
            async with within(self.transaction_seconds):
                await journals.check_topics(self.log, self._topic_ids, PLACE.topic, RAW)
                barrier = barrier_record(Barrier(self.instance, self.run, self.pid), self.now_ms())
                offset = await self.ownership.acquire(barrier)
            bounds = await journals.wait_for_barrier(self.log, PLACE, self._end, offset, self._is_lost)
            count = await self._apply(bounds, offset)
        except BaseException as error:
            await self.ownership.release()
            if isinstance(error, RecordsDeleted):  # it is a broker with an old log
                raise ConnectionLost(f"the ledger is not there to be read: {error}") from error
            raise
        if count > REPORTED_RECORDS_MIN:
            log.info("ledger-read", records=count, seconds=round(time.monotonic() - began, 1))

    async def _apply(self, bounds: Bounds, barrier: int) -> int:
        """Bring memory to what is committed before the barrier; how many records were read.

        Memory has only what is committed, so it goes on where it ended.
        """
        count = 0

        def apply(key: bytes, value: bytes) -> None:
            nonlocal count
            count += 1
            self.ledger.apply(key, value)

        await self._read(Bounds(bounds.start, max(bounds.end, barrier + 1)), apply)
        self._end = max(bounds.end, barrier + 1)
        return count

    async def _read(self, bounds: Bounds, apply: Callable[[bytes, bytes], None]) -> list[Barrier]:
        """Hand each record behind what memory has to `apply`; the barriers among them.

        If they change what is known, another generation begins, also where the reading breaks off.
        """
        found: list[Barrier] = []
        start, changes = max(self._end, bounds.start), self.ledger.changes
        try:
            async with aclosing(self.log.read(PLACE, start, max(start, bounds.end))) as pages:
                async for page in pages:
                    for stored in page:
                        apply(stored.key, stored.value)
                    found += barriers_in([(stored.key, stored.value) for stored in page])
        finally:
            self.generation += self.ledger.changes > changes
        return found

    def _is_lost(self) -> bool:
        return self.ownership.is_lost
