"""The faults of three brokers: a table, and what each does.  All are in sync again before the next."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from kafka.errors import KafkaError

from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.embedded.cluster import Cluster
from pipeline.runtime.kafka.admin import Admin
from pipeline.topology import ROOMS, TOPICS, journal_topic
from tests.waiting import pause, until

from .faults import Happened, Scene
from .network import Network

SYNC_SECONDS_MAX = 180.0
FROZEN_SECONDS = (8, 20)  # a broker's session is 2 s
CUT_SECONDS_BEFORE = 6.0  # the peers elect other leaders, and these get records, before rooms change their owners
CUT_SECONDS_AFTER = 8.0
NO_QUORUM_SECONDS = 20.0


@dataclass
class ClusterScene(Scene):
    """What the faults may hit."""

    cluster: Cluster = field(kw_only=True)
    network: Network = field(kw_only=True)

    def one(self) -> Broker:
        """Any broker."""
        return self.random.choice(self.cluster.brokers)

    def number(self, number: int) -> Broker:
        """The broker of that number."""
        return self.cluster.brokers[number - 1]

    def leader(self, topic: str) -> Broker:
        """The leader of any partition of a topic."""
        with Admin(self.cluster.connection) as admin:
            (found,) = admin.describe_topics([topic])
        return self.number(self.random.choice(found["partitions"])["leader_id"])

    def restore(self) -> None:
        """Wake every broker, join the network, start what ended; then the workers."""
        for broker in self.cluster.brokers:
            if broker.is_running:
                os.kill(broker.pid, signal.SIGCONT)
        self.network.heal()
        for worker in self.pool.workers.values():
            worker.signal(signal.SIGCONT)
        self.cluster.start()

    def await_sync(self) -> None:
        """Until every partition has all of its replicas in sync."""
        if not until(partial(is_in_sync, self.cluster), SYNC_SECONDS_MAX, every=0.5):
            self.stuck.append("the brokers do not get in sync")
            self.say("STUCK: the brokers do not get in sync")


def is_in_sync(cluster: Cluster) -> bool:
    """Whether every partition, Kafka's own too, has all of its replicas in sync; False without an answer."""
    try:
        with Admin(cluster.connection) as admin:
            found = admin.describe_topics([*TOPICS, "__transaction_state", "__consumer_offsets"])
    except KafkaError:
        return False
    return all(len(one["isr_nodes"]) == len(one["replica_nodes"]) for each in found for one in each["partitions"])


@contextmanager
def away(scene: ClusterScene, broker: Broker, end: Callable[[Broker], None]) -> Iterator[float]:
    """A broker that is ended and, at the end, started again; when it was ended."""
    began = time.monotonic()
    end(broker)
    try:
        yield began
    finally:
        broker.start()
        scene.await_sync()


def _kill(scene: ClusterScene, broker: Broker, what: str) -> None:
    with away(scene, broker, Broker.kill) as began:
        scene.recover(f"kill -9 {what}", f"broker {broker.number}", began)


def kill_broker(scene: ClusterScene) -> None:
    """SIGKILL of any broker; the others go on without it."""
    _kill(scene, scene.one(), "a broker")


def kill_controller(scene: ClusterScene) -> None:
    """SIGKILL of the quorum's leader."""
    with Admin(scene.cluster.connection) as admin:
        (topic,) = admin.describe_metadata_quorum()["topics"]
    _kill(scene, scene.number(topic["partitions"][0]["leader_id"]), "the controller")


def kill_transactions(scene: ClusterScene) -> None:
    """SIGKILL of a coordinator of transactions."""
    _kill(scene, scene.leader("__transaction_state"), "a coordinator of transactions")


def kill_groups(scene: ClusterScene) -> None:
    """SIGKILL of a coordinator of consumer groups."""
    _kill(scene, scene.leader("__consumer_offsets"), "a coordinator of groups")


def kill_journal(scene: ClusterScene) -> None:
    """SIGKILL of the leader of a journal."""
    _kill(scene, scene.leader(journal_topic(scene.random.choice(list(ROOMS)))), "the leader of a journal")


def stop_broker(scene: ClusterScene) -> None:
    """An orderly stop of any broker."""
    broker = scene.one()
    with away(scene, broker, Broker.stop) as began:
        scene.recover("orderly stop of a broker", f"broker {broker.number}", began)


def rolling_restart(scene: ClusterScene) -> None:
    """Each broker stopped in good order and started again, one after the other."""
    began = time.monotonic()
    for broker in scene.cluster.brokers:
        with away(scene, broker, Broker.stop):
            pass
    last = time.monotonic()
    scene.say(f"all restarted after {last - began:.1f} s")
    scene.recover("rolling restart (from its end)", "", last)


def no_quorum(scene: ClusterScene) -> None:
    """SIGKILL of two brokers, and nothing for a while; the time counts from their return."""
    ended = scene.random.sample(scene.cluster.brokers, 2)
    for broker in ended:
        broker.kill()
    pause(NO_QUORUM_SECONDS)
    began = time.monotonic()
    scene.cluster.start()
    scene.recover(f"no quorum for {NO_QUORUM_SECONDS:g} s (from its return)", "", began)
    scene.await_sync()


def freeze_broker(scene: ClusterScene) -> None:
    """SIGSTOP of a broker for longer than its session; its connections stay open, and nothing answers."""
    broker, began, now = scene.one(), time.monotonic(), time.time()
    os.kill(broker.pid, signal.SIGSTOP)
    seconds = scene.random.uniform(*FROZEN_SECONDS)
    late = scene.freshness.wait_fresh(round(now * 1000) + 100, seconds)
    taken = time.monotonic() - began
    if not late:
        at = round(began - scene.began, 1)
        scene.happened.append(Happened("SIGSTOP a broker, while frozen", f"{broker.number}", at, taken, taken))
    scene.say(f"frozen broker {broker.number}: {'nothing fresh' if late else 'fresh'} after {taken:.1f} s")
    pause(began + seconds - time.monotonic())
    awake = time.monotonic()
    os.kill(broker.pid, signal.SIGCONT)
    scene.recover("SIGCONT a broker", f"broker {broker.number}", awake)
    scene.await_sync()


def cut_broker(scene: ClusterScene) -> None:
    """A broker cut off from its peers, not from clients, which new owners of the rooms may ask meanwhile."""
    broker = scene.one()
    scene.network.cut(broker.number)
    pause(CUT_SECONDS_BEFORE)
    for worker in scene.random.sample([one for one in scene.pool.workers.values() if one.is_wanted], 5):
        worker.signal(signal.SIGKILL)
    pause(CUT_SECONDS_AFTER)
    healed = time.monotonic()
    scene.network.heal()
    scene.recover(
        "a broker cut off, and kill -9 of 5 workers (from the end of the cut)", f"{broker.number}", healed
    )
    scene.await_sync()


def kill_broker_and_room(scene: ClusterScene) -> None:
    """SIGKILL of a broker and of all workers of a room, at once."""
    broker, room = scene.one(), scene.random.choice(list(ROOMS))
    for worker in scene.pool.of(room):
        worker.signal(signal.SIGKILL)
    with away(scene, broker, Broker.kill) as began:
        scene.recover("kill -9 a broker and both of a room", f"{broker.number}, {room}", began)


ClusterFault = Callable[[ClusterScene], None]

CLUSTER_FAULTS: tuple[tuple[int, ClusterFault], ...] = (  # of a hundred
    (10, kill_broker),
    (8, kill_controller),
    (8, kill_transactions),
    (8, kill_groups),
    (8, kill_journal),
    (10, stop_broker),
    (6, rolling_restart),
    (6, no_quorum),
    (10, freeze_broker),
    (16, cut_broker),
    (10, kill_broker_and_room),
)
