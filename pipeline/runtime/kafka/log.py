"""The log on Kafka, for reading and ownership (docs/design/kafka-and-faust.md: traps 2 and 7)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as KafkaPartition  # the same pair as the port's, in the client's own type
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete
from aiokafka.errors import CorruptRecordException, OffsetOutOfRangeError
from kafka.errors import for_code

from pipeline.connection import Connection
from pipeline.records import JOURNAL_BYTES_MAX
from pipeline.runtime.kafka.rebootstrap import let_aiokafka_find_brokers_again
from pipeline.runtime.kafka.transaction_state import last_outcome, shared_admin
from pipeline.runtime.kafka.translation import translated
from pipeline.runtime.kafka.writer import REQUEST_TIMEOUT_MS, KafkaWriter, start_writer
from pipeline.runtime.log.port import (
    PAGE_RECORDS_MAX,
    Bounds,
    ConnectionLost,
    Damaged,
    NoPartition,
    Outcome,
    RecordsDeleted,
    Stored,
    TopicPartition,
)

TRANSACTION_TIMEOUT_MS = 15_000  # after which the broker aborts what a vanished owner left open
FETCH_WAIT_MS = 50
BACKOFF_MS = 10
STALLED_SECONDS = 5.0  # a reader that gets nothing of what was shown asks a broker that is cut off from the others


@dataclass(frozen=True)
class KafkaLog:
    """A cluster, by its connection."""

    connection: Connection
    transaction_timeout_ms: int = TRANSACTION_TIMEOUT_MS

    async def last_outcome(self, transactional_id: str) -> Outcome | None:
        with translated():
            return await last_outcome(self.connection, transactional_id)

    async def topic_id(self, topic: str) -> str:
        with translated():
            return await asyncio.to_thread(_topic_id, self.connection, topic)

    async def acquire(self, transactional_id: str) -> KafkaWriter:
        return await start_writer(self.connection, transactional_id, self.transaction_timeout_ms)

    async def bounds(self, *tps: TopicPartition) -> list[Bounds]:
        partitions = [KafkaPartition(*tp) for tp in tps]
        async with self._reader() as consumer:
            await _learn_leaders(consumer, partitions)
            starts, ends = await asyncio.gather(
                consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
            )
        return [Bounds(starts[partition], ends[partition]) for partition in partitions]

    async def hanging(self, *tps: TopicPartition) -> list[TopicPartition]:
        partitions = [KafkaPartition(*tp) for tp in tps]
        async with self._reader(isolation="read_uncommitted") as every, self._reader() as committed:
            await asyncio.gather(_learn_leaders(every, partitions), _learn_leaders(committed, partitions))
            written = await every.end_offsets(partitions)  # first: a marker that is written in between does no harm
            stable = await committed.end_offsets(partitions)
        return [TopicPartition(*partition) for partition in partitions if stable[partition] < written[partition]]

    async def read(self, tp: TopicPartition, start: int, end: int) -> AsyncGenerator[Sequence[Stored], None]:
        if start >= end:
            return  # also: aiokafka's consumer, stopped before its tasks ever ran, raises CancelledError
        partition, progress = KafkaPartition(*tp), time.monotonic()
        async with self._reader() as consumer:
            consumer.assign([partition])
            consumer.seek(partition, start)
            while (position := await consumer.position(partition)) < end:
                page = await _next_page(consumer, partition)
                if await consumer.position(partition) > position:
                    progress = time.monotonic()
                elif time.monotonic() - progress > STALLED_SECONDS:
                    raise ConnectionLost(f"the broker that answers has nothing of {tp} from {position} on")
                if wanted := [stored for stored in page if stored.offset < end]:
                    yield wanted

    async def delete_below(self, tp: TopicPartition, offset: int) -> None:
        let_aiokafka_find_brokers_again()
        admin = AIOKafkaAdminClient(**self.connection.arguments(), request_timeout_ms=REQUEST_TIMEOUT_MS)
        with translated():
            try:
                await admin.start()
                await admin.delete_records({KafkaPartition(*tp): RecordsToDelete(before_offset=offset)})
            finally:
                await admin.close()

    async def group_offset(self, group: str, tp: TopicPartition) -> int | None:
        partition = KafkaPartition(*tp)
        async with self._reader(group) as consumer:  # not the admin client: that gives up on a new cluster
            consumer.assign([partition])
            committed: int | None = await consumer.committed(partition)
        return committed

    @asynccontextmanager
    async def _reader(
        self, group: str | None = None, isolation: str = "read_committed"
    ) -> AsyncIterator[AIOKafkaConsumer]:
        let_aiokafka_find_brokers_again()
        consumer = AIOKafkaConsumer(
            **self.connection.arguments(),
            isolation_level=isolation,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="none",
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            fetch_max_wait_ms=FETCH_WAIT_MS,
            retry_backoff_ms=BACKOFF_MS,  # a new client does not know the leaders: its first request is a retry
            max_partition_fetch_bytes=JOURNAL_BYTES_MAX,
        )
        with translated():
            try:
                await consumer.start()
                yield consumer
            finally:
                await consumer.stop()


def _topic_id(connection: Connection, topic: str) -> str:
    """aiokafka does not read it."""
    with shared_admin(connection) as admin:
        (described,) = admin.describe_topics([topic])
    if described["error_code"]:
        raise for_code(described["error_code"])(topic)
    return str(described["topic_id"])


async def _next_page(consumer: AIOKafkaConsumer, partition: KafkaPartition) -> list[Stored]:
    """The next records; none if none come within a second.  Raises RecordsDeleted and Damaged."""
    try:
        found = await consumer.getmany(partition, timeout_ms=1000, max_records=PAGE_RECORDS_MAX)
    except OffsetOutOfRangeError as error:
        raise RecordsDeleted(f"{partition}: {error}") from None
    except CorruptRecordException as error:
        raise Damaged(f"behind offset {await consumer.position(partition)}: {error}") from None
    return [Stored(record.offset, record.value or b"", record.key or b"") for record in found.get(partition, ())]


async def _learn_leaders(consumer: AIOKafkaConsumer, partitions: Sequence[KafkaPartition]) -> None:
    """Raises NoPartition.  Without this a new client's first request for offsets fails, and is sent again later."""
    for topic, number in partitions:
        if number not in await consumer._client._wait_on_metadata(topic):  # as the producer does
            raise NoPartition(f"{topic} has no partition {number}; see `wiredesk topics check`")
