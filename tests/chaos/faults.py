"""The faults: a table, and what each does.  The rooms have recovered from each before the next."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from pipeline.runtime.embedded.broker import Broker
from pipeline.settings import Settings
from pipeline.topology import ROOMS
from tests.waiting import pause, until

from .freshness import FreshnessMonitor
from .worker_pool import WorkerPool, WorkerProcess

RECOVER_SECONDS_MAX = 180.0  # without fresh output for so long somebody is stuck
SETTLE_SECONDS_MAX = 120.0  # then, until every worker has its share again
IN_FLIGHT_MS = 100  # what was on its way to the broker when the fault struck may still arrive


@dataclass(frozen=True, slots=True)
class Happened:
    """A fault and its time to recover: from its beginning to fresh output everywhere."""

    fault: str
    whom: str
    at_seconds: float
    recovered_seconds: float
    settled_seconds: float  # ... and until every worker had its share again


@dataclass
class Scene:
    """What the faults may hit, and where they report."""

    pool: WorkerPool
    broker: Broker
    freshness: FreshnessMonitor
    random: Random
    outage_seconds: float
    say: Callable[[str], None]
    happened: list[Happened] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def worker(self) -> WorkerProcess:
        """Any worker."""
        return self.random.choice([worker for worker in self.pool.workers.values() if worker.is_wanted])

    def recover(self, fault: str, whom: str, began: float, since: float | None = None) -> None:
        """Wait for fresh output and for every worker; note both times.  `since`: if it took effect earlier."""
        since_ms = round((since or time.time()) * 1000) + IN_FLIGHT_MS
        if stale := self.freshness.wait_fresh(since_ms, RECOVER_SECONDS_MAX):
            self._stuck(f"{fault} {whom}: nothing fresh in {', '.join(stale)}")
            self.freshness.wait_fresh(since_ms, RECOVER_SECONDS_MAX)
        recovered, last = time.monotonic() - began, ", ".join(self.freshness.slowest)
        while not until(lambda: not self.pool.idle(), SETTLE_SECONDS_MAX):
            self._stuck(f"{fault} {whom}: {', '.join(self.pool.idle())}")
        settled = time.monotonic() - began
        self.happened.append(Happened(fault, whom, round(began - self.began, 1), recovered, settled))
        self.say(f"{fault} {whom}: recovered after {recovered:.1f} s, settled after {settled:.1f} s; last {last}")

    def restore(self) -> None:
        """After a fault that was cut short: wake every worker, start the broker."""
        for worker in self.pool.workers.values():
            worker.signal(signal.SIGCONT)
        self.broker.start()

    def _stuck(self, what: str) -> None:
        """A worker goes on without working: note it, and end all of them so that the run can go on."""
        self.stuck.append(what)
        self.say(f"STUCK: {what}")
        for worker in self.pool.workers.values():
            worker.signal(signal.SIGCONT)
            worker.signal(signal.SIGKILL)


def kill(scene: Scene) -> None:
    """SIGKILL of a worker."""
    worker, began, now = scene.worker(), time.monotonic(), time.time()
    worker.signal(signal.SIGKILL)
    scene.recover("kill -9 a worker", worker.name, began, now)


def kill_room(scene: Scene) -> None:
    """SIGKILL of all workers of a room."""
    room, began, now = scene.random.choice(list(ROOMS)), time.monotonic(), time.time()
    for worker in scene.pool.of(room):
        worker.signal(signal.SIGKILL)
    scene.recover("kill -9 both of a room", room, began, now)


def restart(scene: Scene) -> None:
    """SIGTERM of a worker, as a new version is rolled out; it starts again when it has ended."""
    worker, began = scene.worker(), time.monotonic()
    process = worker.process
    worker.signal(signal.SIGTERM)
    until(lambda: process is None or process.poll() is not None, RECOVER_SECONDS_MAX, every=0.02)
    scene.recover("SIGTERM a worker", worker.name, began)


def freeze(scene: Scene) -> None:
    """SIGSTOP past the session timeout, then SIGCONT: a zombie that believes to own its partitions."""
    worker, began, now = scene.worker(), time.monotonic(), time.time()
    session_seconds = Settings().session_seconds
    worker.signal(signal.SIGSTOP)
    late = scene.freshness.wait_fresh(round(now * 1000) + IN_FLIGHT_MS, RECOVER_SECONDS_MAX)
    taken = time.monotonic() - began
    scene.say(f"frozen {worker.name}: {'nobody took over' if late else 'taken over'} after {taken:.1f} s")
    rest = began + session_seconds + scene.random.uniform(2, 8) - time.monotonic()
    pause(rest)
    scene.happened.append(
        Happened("SIGSTOP past the session", worker.name, round(began - scene.began, 1), taken, taken)
    )
    awake = time.monotonic()
    worker.signal(signal.SIGCONT)
    scene.recover("SIGCONT the zombie", worker.name, awake)


def crash_broker(scene: Scene) -> None:
    """SIGKILL of the broker, started again a moment later."""
    began = time.monotonic()
    scene.broker.kill()
    pause(scene.random.uniform(0.5, 3))
    scene.broker.start()
    scene.say(f"broker up again after {time.monotonic() - began:.1f} s")
    scene.recover("kill -9 the broker", "", began)


def outage(scene: Scene) -> None:
    """The broker stopped in good order, and away for a while; the time counts from its return."""
    scene.broker.stop()
    pause(scene.outage_seconds)
    began = time.monotonic()
    scene.broker.start()
    scene.recover(f"broker away {scene.outage_seconds:g} s (from its return)", "", began)


def join_and_leave(scene: Scene) -> None:
    """Two more workers join a room, work, and leave: four partitions on two, on four, on three, on two.

    Not one more: Faust gives out at most ⌈4 / 3⌉ = 2 partitions a worker, and the first two keep what they have.
    """
    room, began = scene.random.choice(list(ROOMS)), time.monotonic()
    more = [scene.pool.add(room, instance) for instance in ("c", "d")]
    until(lambda: not scene.pool.idle(), RECOVER_SECONDS_MAX)
    scene.recover("two more workers join a room", room, began)
    began = time.monotonic()
    scene.pool.dismiss(*more)
    scene.recover("they leave", room, began)


Fault = Callable[[Scene], None]
AnyFault = TypeVar("AnyFault", bound=Callable[..., None])

FAULTS: tuple[tuple[int, Fault], ...] = (  # of a hundred
    (40, kill),
    (12, kill_room),
    (14, restart),
    (10, freeze),
    (10, crash_broker),
    (4, outage),
    (10, join_and_leave),
)


def drawn(table: Sequence[tuple[int, AnyFault]], random: Random, count: int) -> Iterator[AnyFault]:
    """Faults in the proportions of the table, shuffled; each kind once first where there is room for all."""
    every = [fault for _, fault in table]
    random.shuffle(every)
    chosen = every[:count]
    rest = [fault for weight, fault in table for _ in range(weight - 1)]
    random.shuffle(rest)
    while len(chosen) < count:
        chosen += rest
    return iter(chosen[:count])
