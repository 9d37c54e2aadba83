"""One suite, two logs: the model is worth what this shows, and so is our picture of Kafka."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from echo import PARTITIONS, Desk, Echo, records, topics_of

from pipeline.records import Out, Record
from pipeline.runtime.kafka_log import KafkaLog
from pipeline.runtime.log import Place
from pipeline.runtime.memory_log import Fate, MemoryLog, Transaction
from pipeline.shard import as_record
from pipeline.topology import TOPICS

TIMEOUT_MS = 2_000
PATIENCE_SECONDS = 30  # the broker looks for timed-out transactions every 10 s
NUMBERS = itertools.count()


@pytest.fixture(params=["model", pytest.param("broker", marks=pytest.mark.broker)])
def desk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A room of its own, with empty topics, over the model or over Kafka."""
    name = f"echo-{next(NUMBERS)}"
    for topic in topics_of(name):
        monkeypatch.setitem(TOPICS, topic.name, topic)
    return (_on_model if request.param == "model" else _on_kafka)(name, request)


def _on_model(name: str, request: pytest.FixtureRequest) -> Desk:
    log = MemoryLog(counts={topic.name: PARTITIONS for topic in topics_of(name)} | {"wire.dead": 4})

    def send(topic: str, words: Sequence[str]) -> None:
        publisher = Transaction("publisher", Fate.COMMITTED)
        cells = log.partition(Place(topic, 1)).cells
        cells.extend(
            (publisher, Out(topic, record.key, record.value, record.headers, 1))
            for record in records(topic, words, 0)
        )

    def read(topic: str) -> list[Record]:
        found = log.committed(topic)
        return [as_record(out, 0, 0) for outs in found.values() for out in outs]

    def hint(group: str, place: Place, offset: int) -> None:
        log.groups[group, place] = offset

    return Desk(log, Echo(name), read, send, hint, log.time_out)


def _on_kafka(name: str, request: pytest.FixtureRequest) -> Desk:
    from kafka import KafkaConsumer, KafkaProducer, TopicPartition
    from kafka.structs import OffsetAndMetadata

    from pipeline.runtime import captures, topics

    connection = request.getfixturevalue("broker").connection
    wanted = [replace(topic, retention_ms=-1) for topic in topics_of(name)]
    topics.create(connection, [*wanted, TOPICS["wire.dead"]])
    log = KafkaLog(connection, transaction_timeout_ms=TIMEOUT_MS)

    def send(topic: str, words: Sequence[str]) -> None:
        producer = KafkaProducer(**connection.arguments())
        for record in records(topic, words, 0):
            producer.send(topic, record.value, record.key, list(record.headers), partition=1)
        producer.close()

    def hint(group: str, place: Place, offset: int) -> None:
        consumer = KafkaConsumer(**connection.arguments(), group_id=group, enable_auto_commit=False)
        consumer.assign([TopicPartition(*place)])
        consumer.commit({TopicPartition(*place): OffsetAndMetadata(offset, "", -1)})
        consumer.close()

    def pass_timeout(transactional_id: str) -> None:
        place, until = Place(f"{name}.out", 1), time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            (bounds,) = asyncio.run(log.bounds(place))
            if bounds.end > len(captures_of(f"{name}.out")):
                return
            time.sleep(0.5)

    def captures_of(topic: str) -> list[Record]:
        return [record for record in captures.read(connection, [topic]) if record.position.partition == 1]

    return Desk(log, Echo(name), captures_of, send, hint, pass_timeout)
