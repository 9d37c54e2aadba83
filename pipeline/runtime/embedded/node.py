"""The configuration of one KRaft node: settings, logging, ports."""

from __future__ import annotations

import base64
import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

CLUSTER_ID = base64.urlsafe_b64encode(b"wiredesk-cluster").decode()[:22]
PORTS = range(20_000, 32_000)  # below every system's ephemeral range: no client's own port can take ours

SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
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
    "broker.heartbeat.interval.ms": "250",
    "log.cleaner.dedupe.buffer.size": "16777216",  # 128 MB otherwise, of a heap of 512
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


def properties(logs: Path, host: str, port: int, controller_port: int, more: Mapping[str, str]) -> str:
    """The content of ``server.properties``; `more` overrides the rest."""
    listener, controller = f"PLAINTEXT://{host}:{port}", f"{host}:{controller_port}"
    settings = {
        **SETTINGS,
        "log.dirs": str(logs),
        "listeners": f"{listener},CONTROLLER://{controller}",
        "advertised.listeners": listener,
        "controller.quorum.voters": f"1@{controller}",
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
    """Free ports.  Each process begins its search far from where others begin: two seldom get the same."""
    start = os.getpid() * 4_637  # a prime of 0.39 of the range
    ports = (PORTS[(start + step) % len(PORTS)] for step in range(len(PORTS)))
    return (port for port in ports if is_free(host, port))
