"""The configuration of KRaft nodes, alone or in a cluster: settings, logging, ports."""

from __future__ import annotations

import base64
import os
import socket
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.topology import IN_SYNC_MIN

PORTS = range(20_000, 32_000)  # below every system's ephemeral range: no client's own port can take ours

SETTINGS = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",  # a topic exists if topology.TOPICS has it
    # One node: Kafka's own topics have one replica and few partitions.
    "offsets.topic.num.partitions": "1",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",  # nobody else is about to join
    # After kill -9 the node waits until its former self's session has lapsed: 10.6 s with the default of 9 s.
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "500",
    # After kill -9 of the quorum's leader, others lead its partitions in 3.0 s; with the defaults in 4.1 s.
    "controller.quorum.fetch.timeout.ms": "1000",
    "controller.quorum.election.timeout.ms": "500",
    "controller.quorum.election.backoff.max.ms": "300",
    # Each of these threads wakes three times a second for nothing; there are 8 and 3 a listener otherwise.
    "num.io.threads": "3",
    "num.network.threads": "2",
    "log.cleaner.dedupe.buffer.size": "16777216",  # 128 MB otherwise, of a heap of 512
}

REPLICAS = 3  # of Kafka's own topics, and by default of ours, where there are so many nodes
COORDINATORS = 3  # partitions of Kafka's own topics there: each node coordinates some groups and transactions


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a cluster, and where it listens."""

    number: int  # from 1
    host: str
    port: int  # for clients and other brokers
    controller_port: int


def cluster_settings(size: int) -> dict[str, str]:
    """What differs from SETTINGS in a cluster of so many nodes: a record has replicas, one broker may be away."""
    if size < REPLICAS:
        return {}
    replicas, in_sync, partitions = str(REPLICAS), str(IN_SYNC_MIN), str(COORDINATORS)
    return {
        "default.replication.factor": replicas,
        "min.insync.replicas": in_sync,
        "offsets.topic.num.partitions": partitions,
        "offsets.topic.replication.factor": replicas,
        "transaction.state.log.num.partitions": partitions,
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": replicas,
        "share.coordinator.state.topic.min.isr": in_sync,
    }


LOGGING = """\
status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = {home}/broker.log
appender.file.filePattern = {home}/broker.%i.log
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{{ISO8601}} %p %c{{1}}: %m%n
appender.file.policies.type = SizeBasedTriggeringPolicy
appender.file.policies.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 2
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
"""


def properties(logs: Path, node: Node, nodes: Sequence[Node], more: Mapping[str, str]) -> str:
    """The content of the ``server.properties`` of one of the nodes; `more` overrides the rest."""
    listener = f"PLAINTEXT://{node.host}:{node.port}"
    settings = {
        **SETTINGS,
        **cluster_settings(len(nodes)),
        "node.id": str(node.number),
        "log.dirs": str(logs),
        "listeners": f"{listener},CONTROLLER://{node.host}:{node.controller_port}",
        "advertised.listeners": listener,
        "controller.quorum.voters": ",".join(f"{one.number}@{one.host}:{one.controller_port}" for one in nodes),
        **more,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def is_free(host: str, port: int) -> bool:
    """Whether a server could take the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Kafka does: TIME_WAIT is no obstacle
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_ports(host: str) -> Iterator[int]:
    """Free ports, each claimed while this process lives: no other call, here or in another process, gives it.

    A port may be without a server for a while, before its broker listens or while that is killed and started again.
    """
    start = os.getpid() * 4_637  # a prime of 0.39 of the range: processes seldom search at the same place
    ports = (PORTS[(start + step) % len(PORTS)] for step in range(len(PORTS)))
    return (port for port in ports if is_free(host, port) and _claim(host, port))


def _claim(host: str, port: int) -> bool:
    """Claim the port by its UDP twin, which only one process can have and which ends with it.  Kafka speaks TCP."""
    twin = socket.socket(type=socket.SOCK_DGRAM)
    try:
        twin.bind((host, port))
    except OSError:
        twin.close()
        return False
    twin.detach()  # nobody closes it
    return True


def new_cluster_id() -> str:
    """An id that no other cluster has: what comes from another cluster by a mistaken address is refused."""
    without_dash = b"\0" + uuid.uuid4().bytes[1:]  # Kafka's tool takes an id that begins with a dash for an option
    return base64.urlsafe_b64encode(without_dash).decode().rstrip("=")
