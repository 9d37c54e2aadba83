"""Records onto a real broker: for tests of a consumer's own loop."""

from __future__ import annotations

from collections.abc import Iterable

from kafka import KafkaProducer

from pipeline.connection import DURABLE, Connection
from pipeline.records import Record

SEND_SECONDS = 60.0


def send(connection: Connection, records: Iterable[Record]) -> int:
    """Write records to a broker, each to its own topic and partition; how many there were.

    For tests of a consumer's own loop: `send(wiredesk_broker.connection, replayed.records("wire.enriched"))`.
    """
    producer = KafkaProducer(**connection.arguments(), **DURABLE)
    try:
        in_flight = [
            producer.send(
                one.position.topic,
                one.value,
                key=one.key,
                headers=list(one.headers),
                partition=one.position.partition,
            )
            for one in records
        ]
        for future in in_flight:
            future.get(timeout=SEND_SECONDS)
        return len(in_flight)
    finally:
        producer.close(timeout=0)
