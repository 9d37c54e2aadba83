"""Feeds on a real broker: one that stopped is told; a broken one is set aside, then resumed with all it sent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from kafka import KafkaProducer
from worker_driver import WorkerDriver, run

from pipeline.connection import DURABLE
from pipeline.items import Alert
from pipeline.normalise.deaths import FEED_DEAD_MAX
from pipeline.replay import payload
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka import reader, topics
from tests.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.slow]

MINUTE_MS, DAY_MS = 60_000, 86_400_000
KEPT = 5


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker with all topics."""
    with Broker(tmp_path_factory.mktemp("feeds")) as running:
        topics.create(running.connection)
        yield running


def report(feed: str, number: int) -> bytes:
    """A short item."""
    text = f"The quay number {number} opened on Monday after a storm of {number} days."
    return orjson.dumps(
        {"uri": f"urn:{feed}:2026:{number:07}", "headline": f"Quay {number} opens", "body_text": text}
    )


def send(broker: Broker, feed: str, payloads: list[tuple[bytes, int]]) -> None:
    """Payloads of a feed with the time at which each was received."""
    producer = KafkaProducer(**broker.connection.arguments(), **DURABLE)
    for data, received_ms in payloads:
        out = payload(feed, data, received_ms)
        producer.send(out.topic, out.value, out.key, headers=list(out.headers))
    producer.flush(60)
    producer.close()


def told(broker: Broker) -> set[str]:
    """What was told of which feed."""
    alerts = (
        Alert.model_validate_json(one.value) for one in reader.read_topics(broker.connection, ["wire.alerts"])
    )
    return {f"{alert.feed} {alert.event}" for alert in alerts}


def enriched(broker: Broker, feed: str) -> list[str]:
    """The headlines that the room normalise made of a feed, in order."""
    records = reader.read_topics(broker.connection, ["wire.normalised"])
    items = [orjson.loads(one.value) for one in records if one.key == feed.encode() and one.type == "wire.item"]
    return [item["headlines"][0]["value"] for item in items]


def test_a_feed_that_stops_and_one_that_is_broken(
    own: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are told; the broken one is listed with its cause, and gives all of its copy when it is resumed."""
    monkeypatch.setenv("WIREDESK_BOOTSTRAP", own.bootstrap)
    now_ms = time.time_ns() // 1_000_000
    stopped = range(now_ms - 17 * DAY_MS, now_ms - 150 * MINUTE_MS, 10 * MINUTE_MS)
    send(own, "polder", [(report("polder", number), ms) for number, ms in enumerate(stopped)])
    broken = [(b'{"uri": broken %d' % number, now_ms) for number in range(FEED_DEAD_MAX + 10)]
    send(own, "quayside", [*broken, *((report("quayside", number), now_ms) for number in range(KEPT))])
    with WorkerDriver(own.bootstrap, tmp_path) as driver:
        driver.start("normalise", "a")
        driver.start("watch", "a")
        eventually(lambda: told(own) >= {"polder feed-silent", "quayside feed-set-aside"})
        shown = run("feeds").output
        assert "51 of its last 100 payloads died, the last one as malformed" in shown
        statuses = [orjson.loads(line) for line in run("feeds", "--json").output.splitlines()]
        assert {one["feed"]: one["state"] for one in statuses} == {"polder": "silent", "quayside": "set-aside"}
        assert enriched(own, "quayside") == []
        assert "is not set aside" in run("feeds", "resume", "polder", "--why", "mended", code=1).output
        again = run("feeds", "resume", "quayside", "--who", "Ada", "--why", "mended").output
        assert f"{9 + KEPT} payloads that were kept are sent again" in again
        expected = [f"Quay {number} opens" for number in range(KEPT)]
        eventually(lambda: enriched(own, "quayside") == expected)
        eventually(lambda: "quayside feed-recovered" in told(own))
