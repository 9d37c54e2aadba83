"""The writer of a transactional id, through aiokafka's transactions (docs/design/kafka-and-faust.md)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.conn import CloseReason

from pipeline.connection import DURABLE, Connection
from pipeline.records import Out
from pipeline.runtime.kafka.rebootstrap import let_aiokafka_find_brokers_again
from pipeline.runtime.kafka.translation import translated
from pipeline.runtime.log.port import NoPartition, TopicPartition
from pipeline.topology import CODEC, RAW_BYTES_MAX

BATCH_BYTES = 1_048_576  # of one produce batch; one larger record goes alone
REQUEST_TIMEOUT_MS = 6_000  # a leader that is cut off holds a write so long; it is sent again, to the present one
RETRY_MS = 50
STOP_SECONDS = 1  # of a producer with nothing under way; what a fenced one has under way is lost anyhow

log = structlog.get_logger("wiredesk.log")


class KafkaWriter:
    """A transactional producer.  No deadline of its own: aiokafka can hang for ever after a broker's crash."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self.connection_lost = False
        client = producer.client
        self._pass_on, client._on_connection_closed = client._on_connection_closed, self._on_connection_closed

    async def begin(self) -> None:
        with self._translated():
            await self._producer.begin_transaction()

    async def produce(self, outputs: Sequence[Out]) -> list[int]:
        batches = batched(self._producer, outputs)
        await self._find([batch.tp for batch in batches])
        offsets = [0] * len(outputs)
        with self._translated():
            deliveries = [
                await self._producer.send_batch(batch.builder, batch.tp.topic, partition=batch.tp.partition)
                for batch in batches
            ]
            for batch, stored in zip(batches, await asyncio.gather(*deliveries), strict=True):
                for at, index in enumerate(batch.indexes):
                    offsets[index] = stored.offset + at
        return offsets

    async def commit(self) -> None:
        with self._translated():
            await self._producer.commit_transaction()

    async def abort(self) -> None:
        with self._translated():
            await self._producer.abort_transaction()

    async def include(self, tps: Sequence[TopicPartition]) -> None:
        await self._find(tps)
        with self._translated():
            for tp in tps:  # aiokafka has no other way to a marker without a record
                self._producer._txn_manager.maybe_add_partition_to_txn(KafkaPartition(*tp))

    async def _find(self, tps: Iterable[TopicPartition]) -> None:
        """Raises NoPartition: aiokafka would look for it for ever."""
        with self._translated():
            for topic, partition in dict.fromkeys(tps):
                if partition not in await self._producer.partitions_for(topic):
                    raise NoPartition(f"{topic} has no partition {partition}; see `wiredesk topics check`")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """As `translated`, by the reason: aiokafka may raise that the transaction is in the wrong state instead."""
        with translated():
            try:
                yield
            except Exception:
                if reason := self._reason():
                    raise reason from reason.__cause__
                raise

    def _reason(self) -> BaseException | None:
        """What ended the task that sends, or what a broker refused of this transaction."""
        futures: tuple[asyncio.Future[None] | None, ...] = (
            self._producer._sender.sender_task,
            self._producer._txn_manager._transaction_waiter,
        )
        reasons = (one.exception() for one in futures if one and one.done() and not one.cancelled())
        return next(filter(None, reasons), None)

    def _on_connection_closed(self, connection: Any, reason: Any) -> None:
        self.connection_lost |= reason not in (CloseReason.IDLE_DROP, CloseReason.SHUTDOWN)
        self._pass_on(connection, reason)

    async def close(self) -> None:
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._producer.stop()
        except Exception as error:  # whatever it is, the producer is not used again
            log.warning("producer-stop", error=repr(error))


async def start_writer(connection: Connection, transactional_id: str, timeout_ms: int) -> KafkaWriter:
    """Acquire the id.  The broker aborts a transaction that stays open for `timeout_ms`.  Raises ConnectionLost."""
    let_aiokafka_find_brokers_again()
    producer = AIOKafkaProducer(
        **connection.arguments(),
        **DURABLE,
        compression_type=CODEC,
        transactional_id=transactional_id,
        transaction_timeout_ms=timeout_ms,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        retry_backoff_ms=RETRY_MS,
        linger_ms=0,
        max_batch_size=BATCH_BYTES,
        max_request_size=RAW_BYTES_MAX,
    )
    writer = KafkaWriter(producer)
    try:
        with translated():
            await producer.start()  # waits for InitProducerId, and that for the markers of what was left open
    except BaseException:
        await writer.close()
        raise
    return writer


@dataclass
class ProduceBatch:
    """Records of one partition that are sent to the broker together."""

    tp: TopicPartition
    builder: Any
    indexes: list[int] = field(default_factory=list)  # of the outputs in it


def batched(producer: AIOKafkaProducer, outputs: Sequence[Out]) -> list[ProduceBatch]:
    """The outputs in produce batches, in order within each partition."""
    now_ms = int(time.time() * 1000)  # never seen: all topics are LogAppendTime
    full: list[ProduceBatch] = []
    filling: dict[TopicPartition, ProduceBatch] = {}
    for index, out in enumerate(outputs):
        assert out.partition is not None
        tp = TopicPartition(out.topic, out.partition)
        for _ in range(2):
            if tp not in filling:
                filling[tp] = ProduceBatch(tp, producer.create_batch())
                full.append(filling[tp])
            batch = filling[tp]
            value = None if out.is_tombstone else out.value
            if batch.builder.append(timestamp=now_ms, key=out.key, value=value, headers=list(out.headers)):
                batch.indexes.append(index)
                break
            del filling[tp]  # full; an empty batch takes any record
    return full
