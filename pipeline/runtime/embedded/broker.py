"""A real Apache Kafka node, alone or one of a cluster's, with nothing to install but Python.

A data directory is a broker: any process that opens it can see whether the broker runs, and can stop it.  Whether
it runs is known by the lock that Kafka holds on its log directory while it runs.  POSIX only (Linux, macOS), for
that lock and the signals.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from kafka.errors import KafkaError

from pipeline.connection import Connection
from pipeline.paths import expanded
from pipeline.runtime.embedded import guard
from pipeline.runtime.embedded.data_dir import DataDir, Started
from pipeline.runtime.embedded.jars import BrokerError
from pipeline.runtime.embedded.jvm import HEAP_MB, Jvm, prepare
from pipeline.runtime.embedded.node import Node, new_cluster_id
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.progress import OnProgress, ignore_progress
from pipeline.settings import CACHE_HOME

START_SECONDS_MAX = 90  # a loaded machine; about one is usual
STOP_SECONDS_MAX = 30  # then SIGKILL
ARCHIVE_SECONDS_MAX = 180  # to write the start-up archive once Kafka has stopped; on two quiet cores 8
POLL_SECONDS = 0.02
STARTING = "starting Apache Kafka"


@dataclass(eq=False)
class Broker:
    """The broker of a data directory: the only one of its cluster, unless `cluster` names all of its nodes.

    Guarded (the default) it ends with the process that started it, however that ends.  Detached it runs until it is
    stopped.  The data survive stop, kill and start; so does the port, if it is free.
    """

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 0  # 0: the port of last time, or any free one
    cache: Path = field(default_factory=lambda: expanded(CACHE_HOME))
    detached: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)  # more of Kafka's settings, or other values
    on_progress: OnProgress = ignore_progress
    jvm_flags: tuple[str, ...] | None = None  # instead of the start-up archive, which is made if it is missing
    heap_mb: int = HEAP_MB
    exit_seconds: float = 0  # that the JVM may take to exit once Kafka has stopped; the guard then gives it 15 more
    number: int = 1
    cluster: tuple[Node, ...] = ()  # all nodes, this one too, each with its ports; empty: a broker alone
    cluster_id: str = field(default_factory=new_cluster_id)  # of a data directory that is not formatted yet
    _launched: int | None = field(default=None, init=False, repr=False)  # the process that this object started
    _guard: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    def start(self) -> Broker:
        """Start it, unless it runs, and return when it answers.  Raises BrokerError with the reason."""
        if not self.is_running:
            self.launch()
            self.await_answer()
        return self

    def launch(self) -> None:
        """Start its process.  Raises BrokerError with the reason."""
        self._release()
        self.on_progress(STARTING, 0, 0)
        jvm = prepare(self.cache, self.on_progress)
        quick = quick_start_flags(jvm, self.on_progress) if self.jvm_flags is None else ()
        self.on_progress(STARTING, 0, 0)
        node = self._node()
        properties = str(self._dir.configure(node, self.cluster or (node,), self.settings))
        if not self._dir.is_formatted:
            self._format(jvm, properties, quick)
        logging = f"-Dlog4j2.configurationFile={self._dir.file('log4j2.properties').as_uri()}"
        flags = (*quick, *(self.jvm_flags or ()), logging)
        self._launched = self._launch(jvm.command("kafka.Kafka", properties, flags=flags, heap_mb=self.heap_mb))
        self._dir.record(Started(self._launched, node.port, node.controller_port))

    def await_answer(self) -> None:
        """Wait until the launched broker answers a client.  Raises BrokerError with the end of its log."""
        assert self._guard is not None
        deadline = time.monotonic() + START_SECONDS_MAX
        while not _answers(self.connection, self.number):
            if self._guard.poll() is not None or time.monotonic() > deadline:
                self._end(signal.SIGKILL)
                raise BrokerError(f"the broker in {self.data_dir} does not start:\n{self._dir.tail()}")
            time.sleep(POLL_SECONDS)
        if self.detached:
            self._release()
        self.on_progress("", 0, 0)

    def stop(self) -> None:
        """Stop it in an orderly way, if it runs."""
        self._end(signal.SIGTERM)

    def stop_own(self) -> None:
        """Stop it in an orderly way, if it is the process that this object started and no later one."""
        if self._launched is not None and self._launched == self.pid:
            self.stop()

    def kill(self) -> None:
        """End it as a crash would (SIGKILL)."""
        self._end(signal.SIGKILL)

    @property
    def is_running(self) -> bool:
        """Whether a broker runs on the data directory, whichever process started it."""
        return self._dir.is_locked

    @property
    def is_stopped(self) -> bool:
        """Whether none runs."""
        return not self.is_running

    @property
    def was_started(self) -> bool:
        """Whether the data directory ever had a broker."""
        return self._dir.is_formatted

    @property
    def pid(self) -> int:
        """The process id of the last start."""
        return self._dir.last_start().pid

    @property
    def bootstrap(self) -> str:
        """``host:port`` for clients."""
        return f"{self.host}:{self._dir.last_start().port}"

    def missing(self) -> str:
        """What does not run, in words."""
        return "the broker does not run"

    def last_words(self) -> str:
        """The end of what the JVM and Kafka logged."""
        return self._dir.tail()

    @property
    def connection(self) -> Connection:
        """The way in, for our own clients."""
        return Connection(self.bootstrap)

    def __enter__(self) -> Broker:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _dir(self) -> DataDir:
        return DataDir(self.data_dir)

    def _node(self) -> Node:
        """Where it listens: as the cluster has it, or at the ports of last time, or at free ones."""
        if not self.cluster:
            return Node(self.number, self.host, *self._dir.ports(self.host, self.port))
        (node,) = (one for one in self.cluster if one.number == self.number)
        return node

    def _format(self, jvm: Jvm, properties: str, flags: tuple[str, ...]) -> None:
        """Format the log directory: with Kafka's own tool, once a cache, and then with what that has written.

        The tool is a JVM, and takes half as long as the start of a broker.
        """
        if jvm.checkpoint.exists():
            self._dir.format(jvm.checkpoint.read_bytes(), self.cluster_id, self.number)
            return
        command = jvm.command(
            "kafka.tools.StorageTool", "format", "-t", self.cluster_id, "-c", properties, flags=flags
        )
        done = subprocess.run(command, capture_output=True, text=True, timeout=START_SECONDS_MAX, check=False)  # noqa: S603 - our own command
        if done.returncode:
            raise BrokerError(f"Kafka cannot format {self._dir.logs}:\n{(done.stderr or done.stdout).strip()}")
        with tempfile.TemporaryDirectory(prefix="format-", dir=jvm.cache) as home:
            made = Path(home, "made.checkpoint")
            made.write_bytes(self._dir.checkpoint.read_bytes())
            made.replace(jvm.checkpoint)

    def _launch(self, command: list[str]) -> int:
        """Start the JVM under the guard; its process id."""
        mode = "detached" if self.detached else "guarded"
        with self._dir.file("jvm.log").open("wb") as log:
            self._guard = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-I", "-S", guard.__file__, mode, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self._guard.stdout is not None
        line = self._guard.stdout.readline()
        if not line.strip():
            raise BrokerError(f"the JVM does not start:\n{self._dir.tail()}")
        return int(line)

    def _end(self, how: signal.Signals) -> None:
        """Signal it and wait for its end."""
        deadline = time.monotonic() + STOP_SECONDS_MAX
        if self.is_running:
            self.on_progress("stopping Apache Kafka", 0, 0)
            _signal(self.pid, how)
        while self.is_running:
            if time.monotonic() > deadline:
                _signal(self.pid, signal.SIGKILL)
            time.sleep(POLL_SECONDS)
        self._release()
        self.on_progress("", 0, 0)

    def _release(self) -> None:
        """End the guard: after its JVM, or at once if the JVM is detached."""
        if self._guard is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._guard.wait(self.exit_seconds)
        for pipe in (self._guard.stdin, self._guard.stdout):
            assert pipe is not None
            pipe.close()
        self._guard.wait()
        self._guard = None


def quick_start_flags(jvm: Jvm, on_progress: OnProgress) -> tuple[str, ...]:
    """The flags of a quick start: the start-up archive, made by a training run of 10 s or more if it is missing.

    A start without it takes 2 s longer and is otherwise the same, so a failed training is no error.
    """
    archive = jvm.archive
    if archive is None:
        return ()
    if not archive.exists():
        on_progress("preparing quick starts of Apache Kafka, once", 0, 0)
        with contextlib.suppress(BrokerError):
            _make_archive(jvm.cache, archive)
    return (f"-XX:AOTCache={archive}",) if archive.exists() else ()


def _make_archive(cache: Path, archive: Path) -> None:
    """Start a broker once, so that the JVM learns what it loads; when it ends it writes the archive."""
    with tempfile.TemporaryDirectory(prefix="training-", dir=cache) as home:
        made = Path(home, "made.aot")
        flags = (f"-XX:AOTCacheOutput={made}",)
        with Broker(Path(home, "data"), cache=cache, jvm_flags=flags, exit_seconds=ARCHIVE_SECONDS_MAX):
            pass
        if made.exists():
            made.replace(archive)


def _signal(pid: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)


def _answers(connection: Connection, number: int) -> bool:
    """Whether a broker answers there, and is a member of its cluster that may lead partitions."""
    host, port = connection.addresses[0].rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
        with Admin(connection, seconds=2) as admin:
            brokers = admin.describe_cluster()["brokers"]
            return any(one["broker_id"] == number and not one["is_fenced"] for one in brokers)
    except (OSError, KafkaError):
        return False
