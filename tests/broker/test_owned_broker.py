"""`up --embedded` and its broker: started again whatever ended it, as soon as that is possible, until `up` ends."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from doctor_lab import small_disk

from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.embedded.node import free_ports, is_free
from pipeline.runtime.kafka.controls import producer
from tests.needs import Need, needs
from tests.waiting import eventually, until

pytestmark = pytest.mark.broker

HOST = "127.0.0.1"
RECORD = b"x" * 500_000  # of no format: it becomes a dead letter
DISK_FREE_BYTES = 3_000_000  # that are left when the disk is filled: some records more
SECONDS_MAX = 300  # to be started again after the longest wait, and for all rooms to be ready


@contextmanager
def up(folder: Path, port: int, **more: str) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[], str]]]:
    """`wiredesk up --embedded`, once its rooms are ready, stopped at the end; its process and its output."""
    log = folder / "up.txt"
    command = [sys.executable, "-m", "pipeline.cli", "up", "--embedded", "--port", str(port)]
    environment = {**os.environ, "WIREDESK_STATE_DIR": str(folder), **more}
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        eventually(lambda: "rooms are ready" in log.read_text(), SECONDS_MAX)
        yield process, log.read_text
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(SECONDS_MAX)
    assert code == 0, log.read_text()


@dataclass
class Owned:
    """A broker that `up --embedded` has started, the process of `up`, and what that has written."""

    broker: Broker
    port: int
    up: subprocess.Popen[bytes]
    said: Callable[[], str]

    def count(self, words: str) -> int:
        return self.said().count(words)

    @contextmanager
    def port_of_the_dead(self) -> Iterator[None]:
        """Its broker ended, and another listens at its port inside: `up` is frozen until that is so."""
        self.up.send_signal(signal.SIGSTOP)
        self.broker.kill()
        eventually(lambda: is_free(HOST, self.port))
        with socket.create_server((HOST, self.port)):
            self.up.send_signal(signal.SIGCONT)
            yield

    @contextmanager
    def comes_back(self) -> Iterator[None]:
        """Ended inside, it is started again."""
        before = self.count("Apache Kafka runs again")
        yield
        is_back = until(lambda: self.count("runs again") > before and self.broker.is_running, SECONDS_MAX)
        assert is_back, self.said()


@pytest.fixture(scope="module")
def owned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owned]:
    """On a small disk where that can be had; a room without its health port is as ready as the others."""
    folder, ports = tmp_path_factory.mktemp("owned"), free_ports(HOST)
    port, health = next(ports), next(ports)
    broker = Broker(folder / "broker")
    with small_disk(broker.data_dir), socket.create_server((HOST, health)):
        with up(folder, port, WIREDESK_HEALTH_PORT=str(health)) as (process, said):
            assert said().count(f"the health page cannot be served at {HOST}:{health}") == 1
            yield Owned(broker, port, process, said)
        assert broker.is_stopped


def test_a_broker_that_dies_is_started_again_for_ever(owned: Owned) -> None:
    """kill -9 is told and mended; while another has its port `up` says so and waits; then all goes on."""
    with owned.comes_back():
        owned.broker.kill()
    with owned.comes_back(), owned.port_of_the_dead():
        eventually(lambda: owned.count(f"cannot be started: port {owned.port} of {HOST} is taken"))


def test_a_disk_that_was_full_and_is_free_again(owned: Owned) -> None:
    """The broker ends for lack of space; `up` says why, and goes on by itself once there is room."""
    broker, data = owned.broker, owned.broker.data_dir
    needs(Need.ROOT, data.is_mount())
    failed, filler = owned.count("cannot be started"), data / "filler"
    with owned.comes_back():
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(data).free - DISK_FREE_BYTES)
        out = producer(broker.connection)
        for _ in range(DISK_FREE_BYTES // len(RECORD) + 1):
            out.send("wire.raw", RECORD, key=b"feed")
        eventually(lambda: broker.is_stopped)
        eventually(lambda: owned.count("cannot be started") > failed, SECONDS_MAX)
        filler.unlink()
    out.close(timeout=SECONDS_MAX)  # it sends the rest, or gives it up: before, it would wait in vain


def test_it_never_stops_a_broker_that_another_started(tmp_path: Path) -> None:
    """Between its broker's end and its own attempt somebody starts one on the same data: it is used, and stays."""
    broker = Broker(tmp_path / "broker", port=next(free_ports(HOST)))
    with broker:
        mine = Broker(tmp_path / "broker")
        mine.start()  # runs already
        mine.stop_own()
        assert broker.is_running
        broker.kill()
        mine.start()
        mine.kill()
        broker.start()
        mine.stop_own()
        assert broker.is_running
