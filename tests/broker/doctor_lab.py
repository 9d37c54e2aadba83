"""A broker with a login, rights, a certificate of another and a small disk, and what can be wrong with it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, MemberToRemove, NewPartitions
from worker_driver import WorkerDriver

from pipeline.cli import main
from pipeline.replay import payload
from pipeline.runtime.doctor import cluster
from pipeline.runtime.embedded import node
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.controls import letters
from pipeline.runtime.kafka.rights import Right, operator_rights
from pipeline.runtime.worker.register import workers
from pipeline.settings import PREFIX, Settings
from pipeline.topology import ROOMS
from tests.acls import grant
from tests.needs import Need, needs
from tests.waiting import eventually

HOST, APP = "127.0.0.1", "wiredesk"
USERS = ("operator", "resolve", "nobody")
CERTIFICATE = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -addext subjectAltName=DNS:another.example"
MIB = 1024 * 1024
SESSION_SECONDS = "60"  # so long Kafka lists a worker that has ended, however slow the machine is


@dataclass
class Lab:
    """A broker with a listener for everybody, one with a login and rights, and one with another's certificate."""

    broker: Broker
    folder: Path
    login: int
    tls: int
    workers: WorkerDriver = field(init=False)

    def __post_init__(self) -> None:
        self.workers = WorkerDriver(self.broker.bootstrap, self.folder, {"SESSION_SECONDS": SESSION_SECONDS})

    def findings(self, **variables: object) -> list[dict[str, Any]]:
        """What the doctor says; settings by name."""
        given = {"BOOTSTRAP": self.broker.bootstrap, "STATE_DIR": self.folder, **variables}
        environment = {PREFIX + name: str(value) for name, value in given.items()}
        result = CliRunner().invoke(main, ["doctor", "--json"], env=environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        found = [json.loads(line) for line in result.stdout.splitlines()]
        assert result.exit_code == any(one["level"] == "bad" for one in found), result.output
        return found

    def user(self, name: str, password: str = "secret") -> dict[str, object]:
        """The settings of a user."""
        address = f"{HOST}:{self.login}"
        return {"BOOTSTRAP": address, "SECURITY_PROTOCOL": "SASL_PLAINTEXT", "USER": name, "PASSWORD": password}

    def grant(self, user: str, rights: Iterable[Right]) -> None:
        """Give the user these rights and no others."""
        grant(self.broker.connection, f"User:{user}", rights)

    def alter(self, topic: str, name: str, value: str) -> None:
        """Set a topic's configuration."""
        with Admin(self.broker.connection) as admin:
            admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {name: value})])
            eventually(lambda: topics.seen(admin, [topic])[topic].config[name] == value)

    def recreate(self, *names: str) -> None:
        """Delete the topics and create them."""
        with Admin(self.broker.connection) as admin:
            admin.delete_topics(list(names))
            eventually(lambda: not {*names} & {*admin.list_topics()})
        topics.create(self.broker.connection)

    def send(self, topic: str, *values: bytes, partition: int = 0, transactional: bool = False) -> None:
        """Write records; in one transaction, which leaves its marker, or without one."""
        options = {"transactional_id": "another"} if transactional else {}
        producer = KafkaProducer(**self.broker.connection.arguments(), **options)
        if transactional:
            producer.init_transactions()
            producer.begin_transaction()
        for value in values:
            producer.send(topic, value, partition=partition)
        if transactional:
            producer.commit_transaction()
        producer.close()

    def take_transactional_id(self, name: str) -> None:
        """Fence whoever has it."""
        producer = KafkaProducer(**self.broker.connection.arguments(), transactional_id=name)
        producer.init_transactions()
        producer.close()

    def signal(self, room: str, number: signal.Signals) -> None:
        """Send a signal to the living worker of a room."""
        (one,) = [each for each in workers(self.settings) if each.is_alive and each.registered.room == room]
        os.kill(one.registered.pid, number)

    @property
    def settings(self) -> Settings:
        return Settings(bootstrap=self.broker.bootstrap, state_dir=self.folder)

    def dead(self, room: str) -> bool:
        """Whether records of this room died."""
        return any(letter.room == room for letter in letters(self.broker.connection))

    def delete_group(self, room: str) -> None:
        """Delete the group of a room whose worker has ended, though Kafka still lists it."""
        group = f"{APP}.{room}"
        with Admin(self.broker.connection) as admin:
            admin.remove_group_members(group, [MemberToRemove(group_instance_id=f"{group}-a")])
            admin.delete_groups([group])

    def delete_records(self, topic: str) -> None:
        """Delete everything that is in the first partition."""
        with Admin(self.broker.connection) as admin:
            admin.delete_records({TopicPartition(topic, 0): -1})

    def publish(self, *payloads: bytes, feed: str = "harbour") -> None:
        """Write payloads of one feed into wire.raw."""
        producer = KafkaProducer(**self.broker.connection.arguments())
        for content in payloads:
            out = payload(feed, content, round(time.time() * 1000))
            producer.send(out.topic, out.value, out.key, headers=list(out.headers))
        producer.close()


@contextmanager
def made(folder: Path) -> Iterator[Lab]:
    """The broker runs as the embedded one of the state folder, on a small disk of its own where that can be had."""
    needs(Need.OPENSSL, shutil.which("openssl"))
    key, cert, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    command = ["openssl", *CERTIFICATE.split(), "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    both.write_text(key.read_text() + cert.read_text())
    ports = node.free_ports(HOST)
    port, login, tls, controller = (next(ports) for _ in range(4))
    users = " ".join(f'user_{name}="secret"' for name in USERS)
    settings = {
        "listeners": f"PLAINTEXT://{HOST}:{port},LOGIN://{HOST}:{login},TLS://{HOST}:{tls},"
        f"CONTROLLER://{HOST}:{controller}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LOGIN:SASL_PLAINTEXT,TLS:SSL",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(both),
        "sasl.enabled.mechanisms": "PLAIN",
        "listener.name.login.plain.sasl.jaas.config": "org.apache.kafka.common.security.plain.PlainLoginModule "
        f"required {users};",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
        "controller.quorum.voters": f"1@{HOST}:{controller}",
    }
    settings["advertised.listeners"] = settings["listeners"].rsplit(",", 1)[0]
    with small_disk(folder / "broker"), Broker(folder / "broker", port=port, settings=settings) as broker:
        found = Lab(broker, folder, login, tls)
        with found.workers:
            yield found


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of its own for the folder, if this user may mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", str(folder)]
    is_mounted = not os.geteuid() and subprocess.run(mount, check=False, capture_output=True).returncode == 0
    try:
        yield
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def a_port_that_never_answers() -> Iterator[int]:
    with socket.create_server((HOST, 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def fewer_rights(lab: Lab, user: str, rights: Iterable[Right]) -> Iterator[None]:
    lab.grant(user, rights)
    yield
    lab.grant(user, [])


@contextmanager
def altered(lab: Lab, topic: str, name: str, value: str, right: str) -> Iterator[None]:
    lab.alter(topic, name, value)
    yield
    lab.alter(topic, name, right)


@contextmanager
def more_partitions(lab: Lab, topic: str) -> Iterator[None]:
    with Admin(lab.broker.connection) as admin:
        admin.create_partitions({topic: NewPartitions(6)})
        eventually(lambda: topics.seen(admin, [topic])[topic].partitions == 6)
    yield
    lab.recreate(topic)


@contextmanager
def without(lab: Lab, topic: str) -> Iterator[None]:
    with Admin(lab.broker.connection) as admin:
        admin.delete_topics([topic])
        eventually(lambda: topic not in admin.list_topics())
    yield
    topics.create(lab.broker.connection)


@contextmanager
def one_hidden_one_missing(lab: Lab) -> Iterator[None]:
    rights = {right for right in operator_rights(APP) if right.name != "wire.alerts"}
    with fewer_rights(lab, "operator", rights), without(lab, "wire.dead"):
        yield


@contextmanager
def a_full_disk(lab: Lab) -> Iterator[None]:
    """Filled by a file, for the moment: the broker itself ends when it cannot write."""
    data = lab.folder / "broker"
    needs(Need.ROOT, data.is_mount())
    filler = data / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(data).free - 20 * MIB)
    yield
    filler.unlink()


@contextmanager
def a_clock(seconds: int) -> Iterator[None]:
    """This machine's clock, as far as the doctor reads it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "_now_ms", lambda: time.time_ns() // 1_000_000 + seconds * 1000)
        yield


@contextmanager
def joining_again(lab: Lab, room: str) -> Iterator[None]:
    """Somebody joins the room's group again and again under one name, as two workers do that have it."""
    over = threading.Event()

    def join() -> None:
        while not over.wait(0.2):
            consumer = KafkaConsumer(
                ROOMS[room].source,
                **lab.broker.connection.arguments(),
                group_id=f"{APP}.{room}",
                group_instance_id=f"{APP}.{room}-twin",
                session_timeout_ms=6_000,
            )
            consumer.poll(timeout_ms=1_000)
            consumer.close()

    thread = threading.Thread(target=join)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
