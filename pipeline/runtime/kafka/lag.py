"""How far each room is behind its input, by its group's committed offsets.

Those trail the journal by up to a second, and by the transaction marker of a partition that is read to its end: one
record a partition is not lag (docs/design/kafka-and-faust.md#trap-9).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kafka import KafkaConsumer, TopicPartition

from pipeline.runtime.kafka.admin import Admin
from pipeline.settings import Settings
from pipeline.topology import ROOMS, TOPICS


@dataclass(frozen=True, slots=True)
class Lag:
    """A room, the number of its workers, and the records that wait for it."""

    room: str
    members: int
    lag: int


def lags(settings: Settings) -> Iterator[Lag]:
    """The lag of every room."""
    arguments = settings.connection.arguments()
    consumer = KafkaConsumer(**arguments, isolation_level="read_committed")
    try:
        with Admin(settings.connection) as admin:
            for spec in ROOMS.values():
                group = f"{settings.app_id}.{spec.name}"
                described = admin.describe_groups([group])[group]
                committed = admin.list_group_offsets({group: None})[group]
                partitions = [TopicPartition(spec.source, p) for p in range(TOPICS[spec.source].partitions)]
                ends, starts = consumer.end_offsets(partitions), consumer.beginning_offsets(partitions)
                waiting = 0
                for tp in partitions:
                    done = committed[tp].offset if tp in committed else starts[tp]
                    behind = ends[tp] - max(done, starts[tp])
                    waiting += behind if behind > 1 else 0
                yield Lag(spec.name, len(described["members"]), waiting)
    finally:
        consumer.close()
