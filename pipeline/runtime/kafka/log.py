"""The log on Kafka, through aiokafka's transactions (docs/design/kafka-and-faust.md: traps 2 and 7)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka import TopicPartition as KafkaPartition  # the same pair as the port's, in the client's own type
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete
from aiokafka.conn import CloseReason
from aiokafka.errors import CorruptRecordException, KafkaConnectionError, OffsetOutOfRangeError, ProducerFenced

from pipeline.connection import Connection
from pipeline.records import Out
from pipeline.runtime.kafka.transaction_state import last_outcome
from pipeline.runtime.log.port import (
    PAGE_RECORDS_MAX,
    Bounds,
    ConnectionLost,
    Damaged,
    Fenced,
    NoPartition,
    Outcome,
    RecordsDeleted,
    Stored,
    TopicPartition,
)
from pipeline.topology import JOURNAL_BYTES_MAX, RAW_BYTES_MAX

BATCH_BYTES = 1_048_576  # of one produce batch; one larger record goes alone
STOP_SECONDS = 5
TRANSACTION_TIMEOUT_MS = 15_000  # after which the broker aborts what a vanished owner left open
FETCH_WAIT_MS = 50
BACKOFF_MS = 10

log = structlog.get_logger("wiredesk.log")


class KafkaWriter:
    """A transactional producer.  No deadline of its own: aiokafka can hang for ever after a broker's crash."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self.connection_lost = False
        client = producer.client
        self._pass_on, client._on_connection_closed = client._on_connection_closed, self._on_connection_closed

    async def begin(self) -> None:
        with _translated():
            await self._producer.begin_transaction()

    async def produce(self, outputs: Sequence[Out]) -> list[int]:
        batches = batched(self._producer, outputs)
        for topic, partition in {batch.tp: None for batch in batches}:
            if partition not in await self._producer.partitions_for(topic):
                raise NoPartition(f"{topic} has no partition {partition}; see `wiredesk topics check`")
        offsets = [0] * len(outputs)
        with _translated():
            deliveries = [
                await self._producer.send_batch(batch.builder, batch.tp.topic, partition=batch.tp.partition)
                for batch in batches
            ]
            for batch, stored in zip(batches, await asyncio.gather(*deliveries), strict=True):
                for at, index in enumerate(batch.indexes):
                    offsets[index] = stored.offset + at
        return offsets

    async def commit(self) -> None:
        with _translated():
            await self._producer.commit_transaction()

    async def settle(self, tps: Sequence[TopicPartition], outcome: Outcome) -> None:
        await self.begin()
        with _translated():
            for tp in tps:  # aiokafka has no other way to a transaction of markers alone
                self._producer._txn_manager.maybe_add_partition_to_txn(KafkaPartition(*tp))
            if outcome is Outcome.ABORTED:
                await self._producer.abort_transaction()
            else:
                await self._producer.commit_transaction()

    def _on_connection_closed(self, connection: Any, reason: Any) -> None:
        self.connection_lost |= reason not in (CloseReason.IDLE_DROP, CloseReason.SHUTDOWN)
        self._pass_on(connection, reason)

    async def close(self) -> None:
        try:
            await asyncio.wait_for(self._producer.stop(), STOP_SECONDS)
        except Exception as error:  # whatever it is, the producer is not used again
            log.warning("producer-stop", error=repr(error))


@dataclass(frozen=True)
class KafkaLog:
    """A cluster, by its connection."""

    connection: Connection
    transaction_timeout_ms: int = TRANSACTION_TIMEOUT_MS

    async def last_outcome(self, transactional_id: str) -> Outcome | None:
        with _translated():
            return await last_outcome(self.connection, transactional_id)

    async def acquire(self, transactional_id: str) -> KafkaWriter:
        producer = AIOKafkaProducer(
            **self.connection.arguments(),
            transactional_id=transactional_id,
            transaction_timeout_ms=self.transaction_timeout_ms,
            request_timeout_ms=TRANSACTION_TIMEOUT_MS,
            retry_backoff_ms=50,
            linger_ms=0,
            max_batch_size=BATCH_BYTES,
            max_request_size=RAW_BYTES_MAX,
        )
        writer = KafkaWriter(producer)
        try:
            with _translated():
                await producer.start()  # waits for InitProducerId, and that for the markers of what was left open
        except BaseException:
            await writer.close()
            raise
        return writer

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
        partition = KafkaPartition(*tp)
        async with self._reader() as consumer:
            consumer.assign([partition])
            consumer.seek(partition, start)
            while await consumer.position(partition) < end:
                try:
                    found = await consumer.getmany(partition, timeout_ms=1000, max_records=PAGE_RECORDS_MAX)
                except OffsetOutOfRangeError as error:
                    raise RecordsDeleted(f"{tp}: {error}") from None
                except CorruptRecordException as error:
                    raise Damaged(f"behind offset {await consumer.position(partition)}: {error}") from None
                page = [
                    Stored(record.offset, record.value)
                    for record in found.get(partition, ())
                    if record.offset < end
                ]
                if page:
                    yield page

    async def delete_below(self, tp: TopicPartition, offset: int) -> None:
        admin = AIOKafkaAdminClient(**self.connection.arguments())
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
        consumer = AIOKafkaConsumer(
            **self.connection.arguments(),
            isolation_level=isolation,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_max_wait_ms=FETCH_WAIT_MS,
            retry_backoff_ms=BACKOFF_MS,  # a new client does not know the leaders: its first request is a retry
            max_partition_fetch_bytes=JOURNAL_BYTES_MAX,
        )
        try:
            await consumer.start()
            yield consumer
        finally:
            await consumer.stop()


async def _learn_leaders(consumer: AIOKafkaConsumer, partitions: Sequence[KafkaPartition]) -> None:
    """Raises NoPartition.  Without this a new client's first request for offsets fails, and is sent again later."""
    for topic, number in partitions:
        if number not in await consumer._client._wait_on_metadata(topic):  # as the producer does
            raise NoPartition(f"{topic} has no partition {number}; see `wiredesk topics check`")


@dataclass
class Batch:
    """Records of one partition that are sent to the broker together."""

    tp: TopicPartition
    builder: Any
    indexes: list[int] = field(default_factory=list)  # of the outputs in it


def batched(producer: AIOKafkaProducer, outputs: Sequence[Out]) -> list[Batch]:
    """The outputs in produce batches, in order within each partition."""
    now_ms = int(time.time() * 1000)  # never seen: all topics are LogAppendTime
    full: list[Batch] = []
    filling: dict[TopicPartition, Batch] = {}
    for index, out in enumerate(outputs):
        assert out.partition is not None
        tp = TopicPartition(out.topic, out.partition)
        for _ in range(2):
            if tp not in filling:
                filling[tp] = Batch(tp, producer.create_batch())
                full.append(filling[tp])
            batch = filling[tp]
            if batch.builder.append(timestamp=now_ms, key=out.key, value=out.value, headers=list(out.headers)):
                batch.indexes.append(index)
                break
            del filling[tp]  # full; an empty batch takes any record
    return full


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ProducerFenced as error:
        raise Fenced(str(error)) from error
    except KafkaConnectionError as error:
        raise ConnectionLost(str(error)) from error
