"""The log on Kafka, through aiokafka's transactions (docs/design/kafka-and-faust.md: traps 2 and 7)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete
from aiokafka.conn import CloseReason
from aiokafka.errors import CorruptRecordException, KafkaConnectionError, OffsetOutOfRangeError, ProducerFenced

from pipeline.records import Out
from pipeline.runtime.kafka.connection import Connection
from pipeline.runtime.kafka.transaction_state import last_fate
from pipeline.runtime.log.port import (
    PAGE_RECORDS_MAX,
    Away,
    Bounds,
    Damaged,
    Fate,
    Fenced,
    Gone,
    NoPlace,
    Place,
    Stored,
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
        self.shaken = False
        client = producer.client
        self._pass_on, client._on_connection_closed = client._on_connection_closed, self._on_connection_closed

    async def begin(self) -> None:
        with _translated():
            await self._producer.begin_transaction()

    async def produce(self, outputs: Sequence[Out]) -> list[int]:
        batches = batched(self._producer, outputs)
        for topic, partition in {batch.place: None for batch in batches}:
            if partition not in await self._producer.partitions_for(topic):
                raise NoPlace(f"{topic} has no partition {partition}; see `wiredesk topics check`")
        offsets = [0] * len(outputs)
        with _translated():
            deliveries = [
                await self._producer.send_batch(batch.builder, batch.place.topic, partition=batch.place.partition)
                for batch in batches
            ]
            for batch, stored in zip(batches, await asyncio.gather(*deliveries), strict=True):
                for at, index in enumerate(batch.indexes):
                    offsets[index] = stored.offset + at
        return offsets

    async def commit(self) -> None:
        with _translated():
            await self._producer.commit_transaction()

    async def settle(self, places: Sequence[Place], fate: Fate) -> None:
        await self.begin()
        with _translated():
            for place in places:  # aiokafka has no other way to a transaction of marks alone
                self._producer._txn_manager.maybe_add_partition_to_txn(TopicPartition(*place))
            if fate is Fate.ABORTED:
                await self._producer.abort_transaction()
            else:
                await self._producer.commit_transaction()

    def _on_connection_closed(self, connection: Any, reason: Any) -> None:
        self.shaken |= reason not in (CloseReason.IDLE_DROP, CloseReason.SHUTDOWN)
        self._pass_on(connection, reason)

    async def close(self) -> None:
        try:
            await asyncio.wait_for(self._producer.stop(), STOP_SECONDS)
        except Exception as error:  # whatever it is, the producer is gone for us
            log.warning("producer-stop", error=repr(error))


@dataclass(frozen=True)
class KafkaLog:
    """A cluster, by its connection."""

    connection: Connection
    transaction_timeout_ms: int = TRANSACTION_TIMEOUT_MS

    async def fate(self, transactional_id: str) -> Fate | None:
        with _translated():
            return await last_fate(self.connection, transactional_id)

    async def become(self, transactional_id: str) -> KafkaWriter:
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

    async def bounds(self, *places: Place) -> list[Bounds]:
        tps = [TopicPartition(*place) for place in places]
        async with self._reader() as consumer:
            starts, ends = await consumer.beginning_offsets(tps), await consumer.end_offsets(tps)
        return [Bounds(starts[tp], ends[tp]) for tp in tps]

    async def hanging(self, *places: Place) -> list[Place]:
        tps = [TopicPartition(*place) for place in places]
        ends = []
        for isolation in ("read_uncommitted", "read_committed"):  # in this order: a mark in between is no harm
            async with self._reader(isolation=isolation) as consumer:
                for topic, partition in tps:
                    if partition not in await consumer._client._wait_on_metadata(topic):  # as the producer does
                        raise NoPlace(f"{topic} has no partition {partition}; see `wiredesk topics check`")
                ends.append(await consumer.end_offsets(tps))
        written, stable = ends
        return [Place(*tp) for tp in tps if stable[tp] < written[tp]]

    async def read(self, place: Place, start: int, end: int) -> AsyncGenerator[Sequence[Stored], None]:
        if start >= end:
            return  # also: aiokafka's consumer, stopped before its tasks ever ran, raises CancelledError
        tp = TopicPartition(*place)
        async with self._reader() as consumer:
            consumer.assign([tp])
            consumer.seek(tp, start)
            while await consumer.position(tp) < end:
                try:
                    found = await consumer.getmany(tp, timeout_ms=1000, max_records=PAGE_RECORDS_MAX)
                except OffsetOutOfRangeError as error:
                    raise Gone(f"{place}: {error}") from None
                except CorruptRecordException as error:
                    raise Damaged(f"behind offset {await consumer.position(tp)}: {error}") from None
                page = [Stored(record.offset, record.value) for record in found.get(tp, ()) if record.offset < end]
                if page:
                    yield page

    async def delete_below(self, place: Place, offset: int) -> None:
        admin = AIOKafkaAdminClient(**self.connection.arguments())
        try:
            await admin.start()
            await admin.delete_records({TopicPartition(*place): RecordsToDelete(before_offset=offset)})
        finally:
            await admin.close()

    async def group_offset(self, group: str, place: Place) -> int | None:
        tp = TopicPartition(*place)
        async with self._reader(group) as consumer:  # not the admin client: that gives up on a new cluster
            consumer.assign([tp])
            committed: int | None = await consumer.committed(tp)
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


@dataclass
class Batch:
    """Records of one partition that go to the broker together."""

    place: Place
    builder: Any
    indexes: list[int] = field(default_factory=list)  # of the outputs in it


def batched(producer: AIOKafkaProducer, outputs: Sequence[Out]) -> list[Batch]:
    """The outputs in produce batches, in order within each partition."""
    now_ms = int(time.time() * 1000)  # never seen: all topics are LogAppendTime
    full: list[Batch] = []
    filling: dict[Place, Batch] = {}
    for index, out in enumerate(outputs):
        assert out.partition is not None
        place = Place(out.topic, out.partition)
        for _ in range(2):
            if place not in filling:
                filling[place] = Batch(place, producer.create_batch())
                full.append(filling[place])
            batch = filling[place]
            if batch.builder.append(timestamp=now_ms, key=out.key, value=out.value, headers=list(out.headers)):
                batch.indexes.append(index)
                break
            del filling[place]  # full; an empty batch takes any record
    return full


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ProducerFenced as error:
        raise Fenced(str(error)) from error
    except KafkaConnectionError as error:
        raise Away(str(error)) from error
