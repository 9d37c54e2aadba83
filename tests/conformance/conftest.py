"""One suite for two logs: it shows that the model in memory behaves as Kafka does."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiokafka.conn import CloseReason
from echo_driver import PARTITIONS, Echo, EchoDriver, records, spec_of, topics_of

from pipeline.records import Out, Record
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka.log import KafkaLog
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.memory_state import WrittenRecord
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import Outcome, TopicPartition
from pipeline.shard import as_record
from pipeline.topology import ROOMS, TOPICS
from tests.waiting import eventually

TIMEOUT_MS = 1_000  # where it is what is tried; a loaded machine may need more for any other transaction
NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that looks for timed-out transactions every second.

    It does not check with the coordinator that a partition belongs to a transaction, so that markers can be lost.
    """
    settings = {
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
        "transaction.partition.verification.enable": "false",
    }
    with Broker(tmp_path_factory.mktemp("broker"), settings=settings) as running:
        yield running


@pytest.fixture(params=["model", pytest.param("broker", marks=pytest.mark.broker)])
def driver(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> EchoDriver:
    """A new Echo room with empty topics, over the model or over Kafka."""
    name = f"echo-{next(NUMBERS)}"
    for topic in topics_of(name):
        monkeypatch.setitem(TOPICS, topic.name, topic)
    monkeypatch.setitem(ROOMS, name, spec_of(name))
    return (_on_model if request.param == "model" else _on_kafka)(name, request)


def _on_model(name: str, request: pytest.FixtureRequest) -> EchoDriver:
    log = MemoryLog(counts={topic.name: PARTITIONS for topic in topics_of(name)} | {"wire.dead": 4})

    def send(topic: str, words: Sequence[str]) -> None:
        slots = log.partition(TopicPartition(topic, 1)).slots
        slots.extend(
            WrittenRecord("publisher", Out(topic, record.key, record.value, record.headers, 1), Outcome.COMMITTED)
            for record in records(topic, words, 0)
        )

    def read(topic: str) -> list[Record]:
        found = log.committed(topic)
        return [as_record(out, 0, 0) for outs in found.values() for out in outs]

    def hint(group: str, tp: TopicPartition, offset: int) -> None:
        log.groups[group, tp] = offset

    @contextmanager
    def losing(task: PartitionTask, tps: Collection[TopicPartition]) -> Iterator[None]:
        log.loses = tps.__contains__
        yield
        log.loses = lambda tp: False

    return EchoDriver(log, Echo(name), read, send, hint, log, log.time_out, losing)


def _on_kafka(name: str, request: pytest.FixtureRequest) -> EchoDriver:
    from kafka import KafkaConsumer, KafkaProducer, TopicPartition
    from kafka.structs import OffsetAndMetadata

    from pipeline.runtime.kafka import reader, topics

    connection = request.getfixturevalue("broker").connection
    wanted = [replace(topic, retention_ms=-1) for topic in topics_of(name)]
    topics.create(connection, [*wanted, TOPICS["wire.dead"]])
    log = KafkaLog(connection)

    def send(topic: str, words: Sequence[str]) -> None:
        producer = KafkaProducer(**connection.arguments())
        for record in records(topic, words, 0):
            producer.send(topic, record.value, record.key, list(record.headers), partition=1)
        producer.close()

    def hint(group: str, tp: TopicPartition, offset: int) -> None:
        consumer = KafkaConsumer(**connection.arguments(), group_id=group, enable_auto_commit=False)
        consumer.assign([TopicPartition(*tp)])
        consumer.commit({TopicPartition(*tp): OffsetAndMetadata(offset, "", -1)})
        consumer.close()

    def pass_timeout(transactional_id: str) -> None:
        def has_marker() -> bool:
            (bounds,) = asyncio.run(log.bounds(TopicPartition(f"{name}.out", 1)))
            return bounds.end > len(captures_of(f"{name}.out"))

        eventually(has_marker)

    @contextmanager
    def losing(task: PartitionTask, tps: Collection[TopicPartition]) -> Iterator[None]:
        """A partition that the coordinator does not know of gets no marker, like one whose marker is lost."""
        producer: Any = task.ownership.writer._producer  # type: ignore[union-attr]  # the accident happens below the port
        manager, add = producer._txn_manager, producer._txn_manager.maybe_add_partition_to_txn

        def add_other(tp: Any) -> None:
            manager._txn_partitions.update({tp} if tp in tps else ())
            add(TopicPartition(f"{name}.out", 0) if tp in tps else tp)  # the coordinator has to know of one

        manager.maybe_add_partition_to_txn = add_other
        yield
        manager.maybe_add_partition_to_txn = add
        for way in list(producer.client._conns.values()):
            way.close(CloseReason.CONNECTION_BROKEN)

    def captures_of(topic: str) -> list[Record]:
        return [record for record in reader.read_topics(connection, [topic]) if record.position.partition == 1]

    hasty = replace(log, transaction_timeout_ms=TIMEOUT_MS)
    return EchoDriver(log, Echo(name), captures_of, send, hint, hasty, pass_timeout, losing)
