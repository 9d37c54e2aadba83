"""The pool: some workers a room, each with a name, a state folder and a health page, restarted with back-off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipeline.runtime.embedded.node import free_ports
from pipeline.runtime.local.deployment import HEALTH_HOST, ask
from pipeline.runtime.worker.exits import STOP_SECONDS
from pipeline.settings import PREFIX
from pipeline.topology import PARTITIONS, ROOMS

ROOT = Path(__file__).parents[2]
PORTS = free_ports(HEALTH_HOST)
BACKOFF_SECONDS_MIN = 0.3
BACKOFF_SECONDS_MAX = 5.0
FORGIVEN_SECONDS = 10.0  # after running so long a worker waits the shortest time again
LOOK_SECONDS = 0.05
GRACE_SECONDS = STOP_SECONDS + 5.0


@dataclass
class WorkerProcess:
    """One worker process and its name."""

    room: str
    instance: str
    port: int
    folder: Path
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    is_wanted: bool = False
    started: float = 0.0
    start_at: float = 0.0
    wait_seconds: float = BACKOFF_SECONDS_MIN
    starts: int = 0

    @property
    def name(self) -> str:
        return f"{self.room}-{self.instance}"

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the process; its stderr goes on in its log."""
        self.is_wanted, self.started, self.starts = True, time.monotonic(), self.starts + 1
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.worker", self.room],
                cwd=ROOT,
                env={
                    **self.environment,
                    PREFIX + "INSTANCE": self.instance,
                    PREFIX + "HEALTH_PORT": str(self.port),
                },
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def signal(self, number: signal.Signals) -> None:
        """Send it to the process, if that runs."""
        if self.is_alive:
            assert self.process is not None
            os.kill(self.process.pid, number)

    def wait(self) -> float | None:
        """How many seconds an orderly stop took; None if it had to be killed."""
        assert self.process is not None
        began = time.monotonic()
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None
        return time.monotonic() - began

    def health(self) -> dict[str, Any] | None:
        """The content of its health page; None without an answer."""
        return ask(f"http://127.0.0.1:{self.port}/health") if self.is_alive else None

    def again_in(self, now: float) -> float:
        """Count its end; seconds until it starts again."""
        if now - self.started > FORGIVEN_SECONDS:
            self.wait_seconds = BACKOFF_SECONDS_MIN
        wait, self.wait_seconds = self.wait_seconds, min(BACKOFF_SECONDS_MAX, 2 * self.wait_seconds)
        self.start_at = now + wait
        return wait


@dataclass
class WorkerPool:
    """All workers, and a thread that restarts those that end.  A context manager."""

    folder: Path
    environment: Mapping[str, str]
    say: Callable[[str], None]
    workers: dict[tuple[str, str], WorkerProcess] = field(default_factory=dict)
    exits: Counter[int] = field(default_factory=Counter)  # exit code (negative: signal) -> how often
    instances: tuple[str, ...] = ("a", "b")  # of each room, from the beginning
    hung: int = 0  # did not stop within the grace time
    _lock: threading.Lock = field(default_factory=threading.Lock)  # around what starts and dismisses
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self.environment = {**os.environ, **self.environment, PREFIX + "STATE_DIR": str(self.folder)}
        for room in ROOMS:
            for instance in self.instances:
                self.add(room, instance)
        self._restarter = threading.Thread(target=self._restart, daemon=True)
        self._restarter.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def starts(self) -> int:
        return sum(worker.starts for worker in self.workers.values())

    def logs(self) -> list[Path]:
        """What the workers logged."""
        return list(self.folder.glob("*.log"))

    def of(self, room: str) -> list[WorkerProcess]:
        """The workers of a room that should be there."""
        return [worker for worker in self.workers.values() if worker.room == room and worker.is_wanted]

    def add(self, room: str, instance: str) -> WorkerProcess:
        """A worker more."""
        port = next(PORTS)
        known = self.workers.get((room, instance))
        worker = known or WorkerProcess(room, instance, port, self.folder, self.environment)
        with self._lock:
            self.workers[room, instance] = worker
            worker.start()
        return worker

    def dismiss(self, *workers: WorkerProcess) -> None:
        """Stop them in an orderly way, together and for good; those that hang are killed and counted."""
        with self._lock:
            for worker in workers:
                worker.is_wanted = False
                worker.signal(signal.SIGCONT)
                worker.signal(signal.SIGTERM)
        for worker in workers:
            self._left(worker)

    def _left(self, worker: WorkerProcess) -> None:
        if worker.process is None:
            return
        seconds = worker.wait()
        self.exits[worker.process.returncode] += 1
        took = "never" if seconds is None else f"after {seconds:.1f} s"
        self.say(f"{worker.name} stopped: {took}, with {worker.process.returncode}")
        self.hung += seconds is None
        self._close(worker)

    def idle(self) -> list[str]:
        """What is wrong: each worker is ready and has partitions, each partition has one owner."""
        wrong = []
        for room in ROOMS:
            owned: list[int] = []
            for worker in self.of(room):
                health = worker.health() or {}
                owned += health.get("partitions", ())
                if health.get("status") != "ready":
                    wrong.append(f"{worker.name} is {health.get('status', 'silent')}")
            if sorted(owned) != list(range(PARTITIONS)):
                wrong.append(f"{room} owns {sorted(owned)}")
        return wrong

    def stop(self) -> None:
        """Stop all of them in an orderly way; those that hang are counted."""
        self._over.set()
        self._restarter.join()
        self.dismiss(*[worker for worker in self.workers.values() if worker.is_wanted])

    def _restart(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            now = time.monotonic()
            with self._lock:
                for worker in self.workers.values():
                    self._look(worker, now)

    def _look(self, worker: WorkerProcess, now: float) -> None:
        if not worker.is_wanted or worker.is_alive:
            return
        if worker.process is not None:
            code = worker.process.returncode
            self.exits[code] += 1
            self._close(worker)
            self.say(f"{worker.name} ended with {code}; again in {worker.again_in(now):.1f} s")
        elif now >= worker.start_at:
            worker.start()

    def _close(self, worker: WorkerProcess) -> None:
        assert worker.process is not None
        assert worker.process.stdin is not None
        worker.process.stdin.close()
        worker.process = None
