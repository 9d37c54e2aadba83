"""A broker that its controller does not hear in time is fenced, and names no broker: that is a lost connection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka.errors import KafkaTimeoutError

from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.log import KafkaLog
from pipeline.runtime.log.port import ConnectionLost, TopicPartition
from pipeline.topology import ROOMS
from tests.waiting import eventually

pytestmark = pytest.mark.broker

# Each heartbeat comes 0.2 s too late, and for so long it is fenced.  On a busy machine that happens now and then.
OFTEN_FENCED = {"broker.session.timeout.ms": "700", "broker.heartbeat.interval.ms": "900"}
QUESTIONS = 20
PLACE = TopicPartition(ROOMS["normalise"].source, 0)


@pytest.fixture
def fenced(tmp_path: Path) -> Iterator[Broker]:
    """A broker with all topics that is fenced again and again."""
    with Broker(tmp_path / "broker") as broker:
        topics.create(broker.connection)
    broker = Broker(tmp_path / "broker", settings=OFTEN_FENCED)
    broker.launch()
    yield broker
    broker.kill()


def brokers_named(broker: Broker) -> int:
    try:
        with Admin(broker.connection) as admin:
            return len([one for one in admin.describe_cluster()["brokers"] if not one.get("is_fenced")])
    except KafkaTimeoutError:  # none, for as long as the client asks
        return 0


def test_who_asks_it_waits_or_asks_again(fenced: Broker) -> None:
    """Every question of a room has its answer, or is to be asked again, whichever moment it meets."""
    log = KafkaLog(fenced.connection)

    async def answered() -> int:
        count = 0
        for _ in range(QUESTIONS):
            try:
                await log.group_offset("fenced", PLACE)
                await log.bounds(PLACE)
                count += 1
            except ConnectionLost:
                await asyncio.sleep(0.1)
        return count

    eventually(lambda: brokers_named(fenced) == 1)
    eventually(lambda: brokers_named(fenced) == 0)
    assert asyncio.run(answered()) > 0
