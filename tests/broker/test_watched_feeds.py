"""Feeds on a real broker: one that stopped is told; a broken one is set aside, then resumed with all it sent; of
forty feeds twenty stop, and no other is told.
"""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from pathlib import Path

import orjson
import pytest
from board_driver import BoardDriver
from kafka import KafkaProducer
from worker_driver import WorkerDriver, run

from pipeline.connection import DURABLE
from pipeline.envelope import RecordType
from pipeline.items import Alert, AlertEvent, instant
from pipeline.normalise.deaths import FEED_DEAD_MAX
from pipeline.replay import payload
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.ingest.forgetting import forget
from pipeline.runtime.kafka import reader
from pipeline.runtime.kafka.log import KafkaLog
from pipeline.watch.rhythm import Rhythm
from tests.waiting import arrived, eventually

pytestmark = [pytest.mark.broker, pytest.mark.slow]

MINUTE_MS, DAY_MS = 60_000, 86_400_000
KEPT = 5
MANY, STOPPED = 40, 20
LEAD_MS = 60_000  # from the beginning of the test to the first silence that is too long


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


def alarms(broker: Broker, event: AlertEvent, prefix: str) -> list[Alert]:
    """The alarms of some feeds, in the order in which they were raised."""
    found = (Alert.model_validate_json(one.value) for one in reader.read_topics(broker.connection, ["wire.alerts"]))
    return [alert for alert in found if alert.event is event and alert.feed.startswith(prefix)]


def told(broker: Broker) -> set[str]:
    """What was told of which feed."""
    alerts = (
        Alert.model_validate_json(one.value) for one in reader.read_topics(broker.connection, ["wire.alerts"])
    )
    return {f"{alert.feed} {alert.event}" for alert in alerts}


def every(minutes: int, last_ms: int) -> list[int]:
    """Three weeks of items."""
    return list(range(last_ms - 21 * DAY_MS, last_ms + 1, minutes * MINUTE_MS))


def too_long_ms(times: list[int]) -> int:
    """When the silence behind these items is too long."""
    rhythm = Rhythm(times[0])
    for before, moment in pairwise((times[0], *times)):
        rhythm.take(before, moment)
    found = rhythm.too_long_ms(times[-1])
    assert found
    return found


def send_items(broker: Broker, feeds: dict[str, list[int]]) -> None:
    """Items as normalise writes them, as far as watch reads them, each received at its time."""
    producer = KafkaProducer(**broker.connection.arguments(), **DURABLE)
    for feed, times in feeds.items():
        for number, ms in enumerate(times):
            value = orjson.dumps(
                {"wire": {"feed": feed, "offset": number}, "dispatch": {"created": instant(ms - 9_000).isoformat()}}
            )
            headers = [("ce_type", RecordType.ITEM.encode()), ("ce_time", instant(ms).isoformat().encode())]
            producer.send("wire.normalised", value, feed.encode(), headers=headers)
    producer.flush(120)
    producer.close()


def enriched(broker: Broker, feed: str) -> list[str]:
    """The headlines that the room normalise made of a feed, in order."""
    records = reader.read_topics(broker.connection, ["wire.normalised"])
    items = [orjson.loads(one.value) for one in records if one.key == feed.encode() and one.type == "wire.item"]
    return [item["headlines"][0]["value"] for item in items]


def test_a_feed_that_stops_and_one_that_is_broken(
    own: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are told; the broken one is listed with its cause, and gives all of its copy when it is resumed.  Of
    those that were forgotten nothing is listed.
    """
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
        assert states_of("") == {"polder": "silent", "quayside": "set-aside"}
        assert enriched(own, "quayside") == []
        assert "is not set aside" in run("feeds", "resume", "polder", "--why", "mended", code=1).output
        again = run("feeds", "resume", "quayside", "--who", "Ada", "--why", "mended").output
        assert f"{9 + KEPT} payloads that were kept are sent again" in again
        expected = [f"Quay {number} opens" for number in range(KEPT)]
        eventually(lambda: enriched(own, "quayside") == expected)
        eventually(lambda: "quayside feed-recovered" in told(own))
        asyncio.run(forget(KafkaLog(own.connection), "tests", ["polder", "quayside"], 20))
        eventually(lambda: states_of("") == {})


def test_twenty_of_forty_feeds_stop(own: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them is told, none before the time that its status names, and no other; list and board say the same.

    The last items of the twenty came so long ago that the silence of each is too long within two minutes.
    """
    monkeypatch.setenv("WIREDESK_BOOTSTRAP", own.bootstrap)
    now_ms = time.time_ns() // 1_000_000
    feeds = {f"many-{number:02}": every(20 + number % 16, now_ms) for number in range(MANY)}
    stopped = {}
    for number, (feed, times) in enumerate(list(feeds.items())[:STOPPED]):
        due_ms = now_ms + LEAD_MS + number * 3_000
        while (beyond := too_long_ms(times) - due_ms) > 0:  # by hours of the week, so not the same for each time
            times = every(20 + number % 16, times[-1] - beyond)
        feeds[feed], stopped[feed] = times, due_ms + beyond
    send_items(own, feeds)
    with WorkerDriver(own.bootstrap, tmp_path) as driver, BoardDriver(own.bootstrap, tmp_path) as board:
        driver.start("watch", "b")
        arrived(lambda: len(alarms(own, AlertEvent.FEED_SILENT, "many-")), STOPPED)
        eventually(lambda: len(states_of("many-")) == MANY)
        assert states_of("many-") == {feed: "silent" if feed in stopped else "ok" for feed in feeds}
        with board.browser() as browser:
            eventually(lambda: all(f"{feed} SILENT since" in browser.text("/feeds") for feed in stopped))
            page = browser.text("/feeds")
            assert not any(f"{feed} SILENT since" in page for feed in feeds.keys() - stopped.keys())
    found = alarms(own, AlertEvent.FEED_SILENT, "many-")
    assert sorted(alarm.feed for alarm in found) == sorted(stopped)
    assert all(alarm.time.timestamp() >= stopped[alarm.feed] / 1000 for alarm in found)


def states_of(prefix: str) -> dict[str, str]:
    """The states that `wiredesk feeds` lists."""
    statuses = [orjson.loads(line) for line in run("feeds", "--json").output.splitlines()]
    return {one["feed"]: one["state"] for one in statuses if one["feed"].startswith(prefix)}
