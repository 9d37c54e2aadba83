"""docs/operations.md, Switch-over and Scaling, done as written under load: nothing lost, doubled, out of order."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from worker_driver import WorkerDriver, ninjs

from pipeline.envelope import RecordType
from pipeline.items import Item
from pipeline.partitioner import partition_of
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka import reader
from pipeline.runtime.publish import publisher
from pipeline.runtime.publish.sources import RawPayload
from pipeline.topology import PARTITIONS, ROOMS
from tests.own_broker import own_broker
from tests.waiting import arrived, eventually

pytestmark = [pytest.mark.broker, pytest.mark.slow]

RATE = 25.0
SESSION_SECONDS = 12  # three times what a worker needs to stop and to come back
HEARTBEAT_SECONDS = SESSION_SECONDS / 5
FEEDS = [f"desk{number}" for number in range(8)]
OTHERS = [room for room in ROOMS if room != "resolve"]


class SteadyPublisher:
    """A publisher that goes on until it is stopped; each feed counts its dispatches."""

    def __init__(self, broker: Broker) -> None:
        self.counts: dict[str, int] = defaultdict(int)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(broker,), daemon=True)

    def __enter__(self) -> SteadyPublisher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive()

    @property
    def sent(self) -> int:
        return sum(self.counts.values())

    def _run(self, broker: Broker) -> None:
        publisher.publish(broker.connection, self._payloads(), RATE)

    def _payloads(self) -> Iterator[RawPayload]:
        while not self._stop.is_set():
            for feed in FEEDS:
                number = self.counts[feed]
                self.counts[feed] += 1
                yield RawPayload(feed, feed, ninjs(f"{feed}-{number}"))


class Stream:
    """What a read_committed consumer of wire.enriched sees: feed and number of each item, in order."""

    def __init__(self, broker: Broker) -> None:
        self._reader = reader.TopicReader(broker.connection, ["wire.enriched"])
        self.seen: dict[str, list[int]] = defaultdict(list)

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()

    def count(self) -> int:
        """How many items have come."""
        for record in self._reader.poll():
            if record.type == RecordType.ITEM:
                item = Item.model_validate_json(record.value)
                (native,) = (alt.value for alt in item.alt_ids if alt.role == "native")
                feed, number = native.split("-")
                self.seen[feed].append(int(number))
        return sum(map(len, self.seen.values()))


def test_a_new_version_and_another_number_of_workers(tmp_path: Path) -> None:
    """Stop the old and start the new under its name; twice as many workers, then half; all while items come in."""
    assert {partition_of(feed.encode()) for feed in FEEDS} == set(range(PARTITIONS))
    with (
        own_broker(tmp_path) as broker,
        WorkerDriver(broker.bootstrap, tmp_path, {"SESSION_SECONDS": str(SESSION_SECONDS)}) as workers,
    ):
        for room in OTHERS:
            workers.start(room, "a")
        workers.start("resolve", "a")
        workers.start("resolve", "b")
        eventually(lambda: workers.shared_out("resolve-a", "resolve-b"))
        eventually(lambda: all(workers.shared_out(f"{room}-a") for room in OTHERS))
        with SteadyPublisher(broker) as load, Stream(broker) as stream:
            arrived(stream.count, 50)

            # a new version: the old stops, the new starts under the same name, the other worker does not notice
            mine, others = workers.partitions("resolve-a"), workers.partitions("resolve-b")
            last_heard = time.monotonic() - HEARTBEAT_SECONDS
            assert workers.stop("resolve-a") == 0
            workers.start("resolve", "a")
            eventually(lambda: workers.shared_out("resolve-a", "resolve-b"))
            in_time = time.monotonic() - last_heard < SESSION_SECONDS
            assert not in_time or (workers.partitions("resolve-a"), workers.partitions("resolve-b")) == (
                mine,
                others,
            )

            # twice as many, under new names
            for name in "cd":
                workers.start("resolve", name)
            eventually(lambda: workers.shared_out("resolve-a", "resolve-b", "resolve-c", "resolve-d"))

            # fewer: what they had waits until their sessions have lapsed
            assert [workers.stop("resolve-b"), workers.stop("resolve-d")] == [0, 0]
            eventually(lambda: workers.shared_out("resolve-a", "resolve-c"))

            # every room at once, as an upgrade of all of it
            names = [f"{room}-a" for room in ROOMS]
            assert [workers.stop(name) for name in names] == [0] * len(names)
            for room in ROOMS:
                workers.start(room, "a")
            eventually(lambda: workers.shared_out("resolve-a", "resolve-c"))
            load.end()
            arrived(stream.count, load.sent)
            stream.count()  # whatever was written twice has come by now
        assert stream.seen == {feed: list(range(count)) for feed, count in load.counts.items()}
