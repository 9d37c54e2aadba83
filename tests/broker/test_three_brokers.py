"""The short form of the chaos run on three brokers: brokers end and are cut off under a room that works."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer
from worker_driver import WorkerDriver, ninjs

from pipeline.connection import Connection
from pipeline.partitioner import partition_of
from pipeline.records import Record
from pipeline.replay import EPOCH_MS, Replay, payload
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.embedded.cluster import Cluster
from pipeline.runtime.kafka import reader, topics
from pipeline.runtime.kafka.admin import Admin
from pipeline.topology import PARTITIONS, ROOMS, journal_topic
from tests.chaos.check import count_room
from tests.chaos.cluster_faults import is_in_sync
from tests.chaos.network import Network
from tests.waiting import arrived, eventually, until

pytestmark = [pytest.mark.broker, pytest.mark.slow]

ROOM, WORKERS = "resolve", ("resolve-a", "resolve-b")
SOURCE, TARGET, JOURNAL = ROOMS[ROOM].source, "wire.resolved", journal_topic(ROOM)
CUT = 1  # the partition of the journal whose leader is cut off
CUT_SECONDS = 8.0
A_SECOND = 20
SECONDS_MAX = 600.0  # to recover, on a loaded machine


def inputs() -> Iterator[Record]:
    """What normalise makes of dispatches of all partitions, without end."""
    numbers = [next(n for n in count() if partition_of(b"desk%d" % n) == one) for one in range(PARTITIONS)]
    walk = Replay(rooms=("normalise",), makes_ticks=False)
    for number in count():
        feed = f"desk{numbers[number % PARTITIONS]}"
        walk.publish(payload(feed, ninjs(f"{feed}-{number}"), EPOCH_MS), EPOCH_MS)
        yield walk.log[SOURCE][number]


@dataclass
class Stream:
    """A publisher that goes on until the end, and a reader of committed records."""

    cluster: Cluster
    records: Iterator[Record]
    sent: int = 0
    seen: int = 0
    _reader: Any = None
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def flowing(self) -> Iterator[None]:
        thread = threading.Thread(target=self._publish, daemon=True)
        with reader.TopicReader(self.cluster.connection, [TARGET]) as self._reader:
            thread.start()
            try:
                yield
                self._over.set()
                thread.join(SECONDS_MAX)
                assert not thread.is_alive()
                arrived(self._look, self.sent, SECONDS_MAX)
            finally:
                self._over.set()

    def await_fresh(self) -> None:
        """Until what was sent by now has come out, and something more of each partition."""
        arrived(self._look, self.sent + 2 * PARTITIONS, SECONDS_MAX)

    def forget_all_but(self, broker: Broker) -> None:
        """Let the reader know one broker only, as after others have come and gone."""
        metadata = self._reader._consumer._cluster
        metadata._brokers = {broker.number: metadata._brokers[broker.number]}

    def _look(self) -> int:
        self.seen += len(self._reader.poll())
        return self.seen

    def _publish(self) -> None:
        producer = KafkaProducer(**self.cluster.connection.arguments(), acks="all", enable_idempotence=True)
        for record in self.records:
            if self._over.wait(1 / A_SECOND):
                break
            where, headers = record.position.partition, list(record.headers)
            producer.send(SOURCE, record.value, record.key, headers, partition=where).get(SECONDS_MAX)
            self.sent += 1
        producer.close()


def leader(cluster: Cluster, topic: str, partition: int, asked: Connection | None = None) -> Broker:
    """As the broker sees it that is asked."""
    with Admin(asked or cluster.connection) as admin:
        (found,) = admin.describe_topics([topic])
    leaders = {one["partition_index"]: one["leader_id"] for one in found["partitions"]}
    broker: Broker = cluster.brokers[leaders[partition] - 1]
    return broker


def without(stream: Stream, broker: Broker) -> None:
    """All goes on without this broker, which has ended; then it comes back."""
    stream.await_fresh()
    broker.start()
    eventually(lambda: is_in_sync(stream.cluster), SECONDS_MAX)


def cut_off(stream: Stream, network: Network, broker: Broker, workers: WorkerDriver) -> None:
    """A broker that is cut off goes on answering clients; a new owner may ask it where its journal ends."""
    other = next(one for one in stream.cluster.brokers if one is not broker)
    network.cut(broker.number)
    eventually(lambda: leader(stream.cluster, JOURNAL, CUT, other.connection) is not broker, SECONDS_MAX)
    workers.kill(WORKERS[0])
    workers.start(ROOM, "a")
    until(lambda: workers.shared_out(*WORKERS), CUT_SECONDS)
    network.heal()
    stream.await_fresh()
    eventually(lambda: workers.shared_out(*WORKERS), SECONDS_MAX)


def test_brokers_end_and_are_cut_off(tmp_path: Path) -> None:
    """A leader is killed, a coordinator stops, a leader is cut off: each record once, in order; no worker ends."""
    with Network() as network:
        cluster = Cluster(tmp_path / "brokers", settings=network.settings)
        assert cluster.brokers
        network.open(cluster.nodes)
        with cluster, WorkerDriver(cluster.bootstrap, tmp_path, {"SESSION_SECONDS": "6"}) as workers:
            topics.create(cluster.connection)
            for instance in "ab":
                workers.start(ROOM, instance)
            stream = Stream(cluster, inputs())
            eventually(lambda: workers.shared_out(*WORKERS), SECONDS_MAX)
            with stream.flowing():
                killed = leader(cluster, JOURNAL, 0)
                stream.forget_all_but(killed)
                killed.kill()
                without(stream, killed)
                stopped = leader(cluster, "__transaction_state", 0)
                stopped.stop()
                without(stream, stopped)
                cut_off(stream, network, leader(cluster, JOURNAL, CUT), workers)
            assert [workers.stop(name) for name in WORKERS] == [0, 0]
            found = count_room(cluster.connection, ROOM)
    assert (found.total.line(), found.hanging) == ("lost 0 duplicated 0 out-of-order 0 differing 0", [])
    assert found.topics[TARGET].records >= stream.sent > 0
