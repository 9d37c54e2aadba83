"""The data directory of an embedded broker: records, configuration, logs, and what was started."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.runtime.embedded import node
from pipeline.runtime.embedded.jars import BrokerError

TAIL_LINES = 15


@dataclass(frozen=True, slots=True)
class Started:
    """The last start: the process and its ports."""

    pid: int
    port: int
    controller_port: int


@dataclass(frozen=True, slots=True)
class DataDir:
    """A data directory."""

    path: Path

    @property
    def logs(self) -> Path:
        """Kafka's log directory: the records."""
        return self.file("logs")

    @property
    def is_formatted(self) -> bool:
        """Whether Kafka has prepared the log directory."""
        return self._meta.exists()

    @property
    def _meta(self) -> Path:
        return self.logs / "meta.properties"

    @property
    def checkpoint(self) -> Path:
        """What Kafka begins the metadata of a cluster with."""
        return self.logs / "bootstrap.checkpoint"

    @property
    def cluster_id(self) -> str:
        """The id of the cluster that the log directory belongs to; empty if it is not formatted."""
        with contextlib.suppress(FileNotFoundError):
            lines = dict(line.partition("=")[::2] for line in self._meta.read_text().splitlines())
            return lines["cluster.id"]
        return ""

    def format(self, checkpoint: bytes, cluster_id: str, number: int) -> None:
        """Format the log directory as Kafka's tool does, for the node of this number."""
        self.checkpoint.write_bytes(checkpoint)
        directory_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        lines = {"version": 1, "cluster.id": cluster_id, "node.id": number, "directory.id": directory_id}
        made = self.file("meta.properties")
        made.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        made.replace(self._meta)  # last: it says that all of it is there

    @property
    def is_locked(self) -> bool:
        """Whether a broker runs here, whichever process started it: Kafka holds this lock while it runs."""
        try:
            lock = (self.logs / ".lock").open("r+b")
        except FileNotFoundError:
            return False
        with lock:
            try:
                fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except (BlockingIOError, PermissionError):  # POSIX leaves open which of the two
                return True
        return False

    def file(self, name: str) -> Path:
        """A file or folder in the directory."""
        return self.path.absolute() / name

    def configure(self, one: node.Node, nodes: Sequence[node.Node], more: Mapping[str, str]) -> Path:
        """Write what Kafka reads at its start as one of these nodes; the path of ``server.properties``."""
        self.logs.mkdir(parents=True, exist_ok=True)
        properties = self.file("server.properties")
        properties.write_text(node.properties(self.logs, one, nodes, more))
        self.file("log4j2.properties").write_text(node.LOGGING.format(home=self.file("")))
        return properties

    def record(self, started: Started) -> None:
        """Write down what was started."""
        values = {"pid": started.pid, "port": started.port, "controller_port": started.controller_port}
        self.file("broker.json").write_text(json.dumps(values))

    def last_start(self) -> Started:
        """The last start.  Raises BrokerError if there was none."""
        try:
            return Started(**json.loads(self.file("broker.json").read_text()))
        except (OSError, ValueError, TypeError):
            raise BrokerError(f"no broker was ever started in {self.path}") from None

    def ports(self, host: str, wanted: int) -> tuple[int, int]:
        """The ports for clients and controller: those of the last start where they are free, else free ones."""
        with contextlib.suppress(BrokerError):
            last = self.last_start()
            former = wanted or last.port, last.controller_port
            if all(node.is_free(host, port) for port in former):
                return former
        if wanted and not node.is_free(host, wanted):
            raise BrokerError(
                f"port {wanted} of {host} is taken: choose another with --port, or end what listens there"
            )
        free = node.free_ports(host)
        port = wanted or next(free)
        return port, next(other for other in free if other != port)

    def tail(self) -> str:
        """The last lines that the JVM and Kafka logged, without the frames of stack traces."""
        texts = [self.file(name) for name in ("jvm.log", "broker.log")]
        lines = [line for path in texts if path.exists() for line in path.read_text(errors="replace").splitlines()]
        return "\n".join([line for line in lines if not line.startswith("\tat ")][-TAIL_LINES:])
