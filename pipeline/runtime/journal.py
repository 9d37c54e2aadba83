"""The journal of one partition of a room: read back on assignment, trimmed behind the window.

Only the owner of a partition touches its journal: the transactional id fences everybody else.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from pipeline.runtime.clients import Connection
from pipeline.shard import BREAKER_RECORDS, Shard
from pipeline.topology import JOURNAL_BYTES_MAX, journal_topic

READ_RECORDS = 2_000  # a poll: recovery is flat in memory
CHECKPOINT_RECORDS = 500  # the trim is as fine as this
TRIM_RECORDS_MIN = 5_000  # fewer are not worth a request
PROGRESS_SECONDS = 2.0


@dataclass
class Journal:
    """Where the journal of a partition stands, and which source offsets its records are about.

    `checkpoints` holds one (journal offset, source offset) pair every CHECKPOINT_RECORDS: below a checkpoint's
    journal offset, the journal speaks of source offsets below its source offset only, carries aside.
    """

    room: str
    partition: int
    start: int = 0  # first journal offset that still exists
    end: int = 0  # next journal offset to be read or written
    records: int = 0  # between the two
    checkpoints: deque[tuple[int, int]] = field(default_factory=deque)

    @property
    def tp(self) -> TopicPartition:
        return TopicPartition(journal_topic(self.room), self.partition)

    def note(self, journal_offset: int, source_offset: int) -> None:
        """A record stands at `journal_offset` that is the first to speak of `source_offset`."""
        if not self.checkpoints or journal_offset >= self.checkpoints[-1][0] + CHECKPOINT_RECORDS:
            self.checkpoints.append((journal_offset, source_offset))

    def cut(self, floor: int) -> tuple[int, int] | None:
        """(journal offset, source offset) up to which a trim is possible and worth it, for the shard's floor.

        The breaker's count must be restorable: the newest BREAKER_RECORDS records always stay.
        """
        newest = self.end - 2 * BREAKER_RECORDS
        found = None
        for journal_offset, source_offset in self.checkpoints:
            if source_offset > floor or journal_offset > newest:
                break
            found = (journal_offset, source_offset)
        enough = max(TRIM_RECORDS_MIN, (self.end - self.start) // 4)
        return found if found and found[0] - self.start >= enough else None

    def trimmed(self, journal_offset: int) -> None:
        """Everything below `journal_offset` is gone."""
        self.start = journal_offset
        while self.checkpoints and self.checkpoints[0][0] < journal_offset:
            self.checkpoints.popleft()


async def read(connection: Connection, journal: Journal, shard: Shard, progress: Callable[[int, int], None]) -> int:
    """Apply everything committed from `journal.end` on; the number of records.

    `progress(done, total)` in journal offsets, at most every PROGRESS_SECONDS.  Raises shard.UnknownJournal.
    """
    consumer = AIOKafkaConsumer(
        **connection.arguments(),
        isolation_level="read_committed",
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="none",
        fetch_max_wait_ms=50,
        max_partition_fetch_bytes=JOURNAL_BYTES_MAX,
    )
    await consumer.start()
    try:
        tp, count, spoken = journal.tp, 0, time.monotonic()
        consumer.assign([tp])
        journal.start = (await consumer.beginning_offsets([tp]))[tp]
        end = (await consumer.end_offsets([tp]))[tp]
        journal.end = max(journal.end, journal.start)
        consumer.seek(tp, journal.end)
        while (at := await consumer.position(tp)) < end:
            for record in (await consumer.getmany(tp, timeout_ms=1000, max_records=READ_RECORDS)).get(tp, ()):
                before = shard.position
                shard.restore(record.value)
                if shard.position > before:
                    journal.note(record.offset, shard.position)
                count += 1
            if time.monotonic() - spoken > PROGRESS_SECONDS:
                progress(at, end)
                spoken = time.monotonic()
        journal.end = end
        journal.records += count
        return count
    finally:
        await consumer.stop()


async def delete_below(connection: Connection, tp: TopicPartition, offset: int) -> None:
    """Trim: everything below `offset` goes."""
    admin = AIOKafkaAdminClient(**connection.arguments())
    await admin.start()
    try:
        await admin.delete_records({tp: RecordsToDelete(before_offset=offset)})
    finally:
        await admin.close()
