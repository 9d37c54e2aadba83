"""`wiredesk ingest` as a process, its folder and its senders, for tests on a real broker."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from kafka import KafkaConsumer, TopicPartition

from pipeline.connection import Connection
from pipeline.runtime.embedded.node import free_ports
from pipeline.runtime.kafka.header_names import let_kafka_python_read_any_name
from pipeline.runtime.local.deployment import HEALTH_HOST
from tests.waiting import SECONDS, pause, until

TOKEN = "0123456789abcdef0123"
PORTS = free_ports(HEALTH_HOST)
TELEGRAM = b"\x01hbt%04d 4 wi 9\r\n\x02Ferry %d late =\r\n\r\nLate.\r\n\x03120541 Jan 22\r\n\x04"
FILE = """
listen: 127.0.0.1:{port}
feeds:
  meridian: {{folder: {folder}, settle: 0s, after: move, zone: Europe/Oslo}}
  polder: {{push: true, secrets: ["env:POLDER_SECRET"]}}
"""


@dataclass
class IngestLab:
    """Processes of ingest over one feeds file; the last one started is the one that works."""

    bootstrap: str
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.wires = self.folder / "wires"
        self.wires.mkdir()
        self.port, self.health = next(PORTS), next(PORTS)
        self.file = self.folder / "feeds.yaml"
        self.file.write_text(FILE.format(port=self.port, folder=self.wires))
        self.log = self.folder / "ingest.log"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait(SECONDS)

    @property
    def environment(self) -> dict[str, str]:
        """That of a process."""
        mine = {"BOOTSTRAP": self.bootstrap, "STATE_DIR": str(self.folder), **self.settings}
        return {**os.environ, "POLDER_SECRET": TOKEN, **{f"WIREDESK_{name}": value for name, value in mine.items()}}

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start one, and do not wait for it."""
        self.health = next(PORTS)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "pipeline.cli", "ingest", *arguments, str(self.file)],
                env=self.environment | {"WIREDESK_HEALTH_PORT": str(self.health)},
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def kill(self) -> None:
        """kill -9 of the last one."""
        self.processes[-1].kill()
        self.processes[-1].wait(SECONDS)

    def kill_again_and_again(self, kills: int, dice: random.Random, seconds: tuple[float, float]) -> None:
        """kill -9, each time after so many seconds by chance; another goes on, and is waited for."""
        for _ in range(kills):
            pause(dice.uniform(*seconds))
            self.kill()
            self.start()
            self.await_ready()

    def end(self) -> int:
        """SIGTERM; its exit code."""
        self.processes[-1].send_signal(signal.SIGTERM)
        return self.processes[-1].wait(SECONDS)

    def write(self, number: int, size: int = 1_500) -> bytes:
        """A file that is renamed when it is whole; its content."""
        value = f"<nitf><!-- {number} -->{'.' * size}</nitf>".encode()
        half = self.wires / f"{number}.xml.part"
        half.write_bytes(value)
        half.rename(self.wires / f"{number}.xml")
        return value

    @property
    def left(self) -> int:
        """Files that were not put away."""
        return sum(1 for _ in self.wires.glob("*.xml"))

    def state(self) -> dict[str, object]:
        """What the page of the last one says; empty while there is none."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.health}/ready", timeout=5) as answer:
                found: dict[str, object] = json.load(answer)
                return found
        except (OSError, ValueError):
            return {}

    def await_ready(self) -> None:
        """Until it works; if it ends or takes too long, the test fails with what it said."""
        process = self.processes[-1]
        found = until(lambda: self.state().get("status") == "ready" or process.poll() is not None)
        said = self.log.read_text("utf-8")[-2_000:]
        assert (found, process.poll()) == (True, None), f"{self.state()}: {said}"

    def post(self, body: bytes, key: str) -> int:
        """The status that a request gets; 0 without an answer."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/feeds/polder",
            body,
            {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": key, "Content-Type": "application/xml"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                status: int = answer.status
                return status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return 0


class Sender(threading.Thread):
    """Sends numbered bodies, each until it is answered 202."""

    def __init__(self, lab: IngestLab, count: int) -> None:
        super().__init__(daemon=True)
        self.lab, self.count = lab, count
        self.sent: list[bytes] = []
        self.statuses: Counter[int] = Counter()

    def run(self) -> None:
        for number in range(self.count):
            body = f"<push>{number}</push>".encode()
            until(lambda: self._is_taken(body, number), 600, 0.05)  # noqa: B023 - called at once
            self.sent.append(body)

    def _is_taken(self, body: bytes, number: int) -> bool:
        status = self.lab.post(body, f"urn:polder:{number}")
        self.statuses[status] += 1
        return status == 202


class Line:
    """A sender over TCP, which connects again when it has to."""

    def __init__(self, port: int, *, waits: bool) -> None:
        self._port, self._waits = port, waits
        self._connection: socket.socket | None = None
        self.repeated = 0

    def send(self, telegram: bytes) -> None:
        """Until the system has it; with `waits`, until it is acknowledged."""
        first = True
        while not self._sent(telegram):
            self.repeated += not first
            first = False
            pause(0.1)

    def _sent(self, telegram: bytes) -> bool:
        try:
            if self._connection is None:
                self._connection = socket.create_connection(("127.0.0.1", self._port), timeout=30)
            self._connection.sendall(telegram)
            if self._waits and self._connection.recv(1) != b"\x06":
                raise ConnectionError
        except OSError:
            self.close()
            return False
        return True

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None


def payloads(connection: Connection) -> Counter[tuple[str, bytes]]:
    """What an independent reader of committed records finds in wire.raw, by key and value."""
    let_kafka_python_read_any_name()
    consumer = KafkaConsumer(
        **connection.arguments(), group_id=None, enable_auto_commit=False, isolation_level="read_committed"
    )
    try:
        tps = [TopicPartition("wire.raw", number) for number in sorted(consumer.partitions_for_topic("wire.raw"))]
        consumer.assign(tps)
        consumer.seek_to_beginning(*tps)
        ends = consumer.end_offsets(tps)
        found: Counter[tuple[str, bytes]] = Counter()
        while any(consumer.position(tp) < ends[tp] for tp in tps):
            for records in consumer.poll(timeout_ms=500).values():
                found.update((record.key.decode(), record.value) for record in records)
        return found
    finally:
        consumer.close()
