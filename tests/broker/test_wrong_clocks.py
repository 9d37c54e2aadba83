"""Real workers, publishers and operators with wrong clocks: an embargo ends by the broker's, and soon enough."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from itertools import count
from pathlib import Path

import pytest
from worker_driver import WorkerDriver, ninjs

from pipeline.items import Action, Control, Item, dispatch_id, instant
from pipeline.partitioner import partition_of
from pipeline.records import Out, Record
from pipeline.resolve.room import ResolveRoom
from pipeline.runtime.kafka import reader
from pipeline.runtime.kafka.controls import send_control
from pipeline.runtime.publish import publisher
from pipeline.runtime.publish.sources import RawPayload
from pipeline.runtime.worker.timers import TICK_SECONDS_MAX
from pipeline.shard import Shard
from pipeline.topology import PARTITIONS
from tests.own_broker import own_broker
from tests.waiting import SPARE_SECONDS, arrived, eventually

pytestmark = [pytest.mark.broker, pytest.mark.slow]

HOUR, YEAR = 3_600, 365 * 86_400
AHEAD = [HOUR, -HOUR, YEAR, -YEAR]  # seconds by which a worker's clock is ahead; a worker a partition
WAIT_SECONDS = 20  # from the last payload to the end of the embargoes
HERE = Path(__file__).parent


def feed_in(partition: int, name: str) -> str:
    """A feed whose records are in this partition."""
    return next(feed for number in count() if partition_of((feed := f"{name}{number}").encode()) == partition)


def test_an_embargo_ends_by_the_brokers_clock(tmp_path: Path) -> None:
    """Not before its end by the broker's clock, at most a minute after it; a replay gives the same bytes."""
    assert len(AHEAD) == PARTITIONS
    partitions = range(PARTITIONS)
    held, other = ([feed_in(number, name) for number in partitions] for name in ("held", "other"))
    with own_broker(tmp_path) as broker, WorkerDriver(broker.bootstrap, tmp_path) as workers:
        workers.start("normalise", "n")
        for number, ahead in enumerate(AHEAD):
            workers.program = (str(HERE / "wrong_clock.py"), str(ahead))
            workers.start("resolve", f"r{number}")
        names = [f"resolve-r{number}" for number in partitions]
        eventually(lambda: workers.shared_out(*names) and workers.shared_out("normalise-n"), 180)

        now_ms = time.time_ns() // 1_000_000
        end_ms = now_ms + WAIT_SECONDS * 1000
        until = instant(end_ms).isoformat()
        payloads = []
        for number, ahead in enumerate(AHEAD):
            clock_ms = now_ms + ahead * 1000
            payloads += [
                RawPayload("", held[number], ninjs("quay-1", embargoedUntil=until)),
                RawPayload("", other[number], ninjs("ahead-1"), received_ms=now_ms + YEAR * 1000),
                RawPayload("", other[number], ninjs("behind-1"), received_ms=now_ms - YEAR * 1000),
                RawPayload("", held[number], ninjs("another-1"), received_ms=max(clock_ms, now_ms)),
            ]
        publisher.publish(broker.connection, payloads)
        stream = reader.TopicReader(broker.connection, ["wire.resolved"])
        found: list[Record] = []

        def count_found() -> int:
            found.extend(stream.poll())
            return len(found)

        arrived(count_found, 3 * PARTITIONS)
        for number, ahead in enumerate(AHEAD):
            control = Control(
                action=Action.HOLD, dispatch=dispatch_id(other[number], "ahead-1"), who="A", why="clock"
            )
            send_control(broker.connection, "resolve", number, control, now_ms + ahead * 1000)
        arrived(count_found, 5 * PARTITIONS, WAIT_SECONDS + TICK_SECONDS_MAX + SPARE_SECONDS)
        stream.close()
        released = {
            item.wire.feed: record.timestamp_ms - end_ms
            for record in found
            if (item := Item.model_validate_json(record.value)).headline.endswith("quay quay-1")
        }
        assert sorted(released) == sorted(held)
        assert min(released.values()) >= 0, released
        assert max(released.values()) <= (TICK_SECONDS_MAX + SPARE_SECONDS) * 1000, released
        assert replayed(reader.read_topics(broker.connection, ["wire.normalised"])) == written(found)


def written(records: list[Record]) -> dict[bytes, list[Out]]:
    """What a reader saw, by the output id: key, value and headers of each."""
    outs: dict[bytes, list[Out]] = defaultdict(list)
    for record in records:
        outs[record.header("ce_id") or b""].append(Out("wire.resolved", record.key, record.value, record.headers))
    return outs


def replayed(records: Iterable[Record]) -> dict[bytes, list[Out]]:
    """What the room makes of the same input again."""
    shards = [Shard(ResolveRoom(), number) for number in range(PARTITIONS)]
    outs: dict[bytes, list[Out]] = defaultdict(list)
    for record in records:
        for out in shards[record.position.partition].step(record).outputs:
            outs[dict(out.headers)["ce_id"]].append(Out(out.topic, out.key, out.value, out.headers))
    return outs
