"""Random schedules of a partition: workers start, sleep, crash, wake as zombies, get old records again, trim."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import pytest
from boundaries import Crash
from crash_driver import CrashDriver, Topics, seen, tiny_journals
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.records import Record
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import RecordsDeleted
from pipeline.topology import ROOMS

pytestmark = pytest.mark.slow

BY_FEED = frozenset(
    {"wire.raw", "wire.normalised"}
)  # topics whose key is the feed: the sample's are in partition 0
WORKERS = 3
STEPS_AHEAD_MAX = 40
EXAMPLES = 40  # of a room


@pytest.fixture(autouse=True)
def _tiny() -> Iterator[None]:
    with tiny_journals():
        yield


@cache
def expected(room: str) -> Topics:
    return asyncio.run(CrashDriver(room, 0 if ROOMS[room].source in BY_FEED else 3).work())


@dataclass
class Sleeper:
    """A worker that falls asleep, or crashes, after so many effects of its own."""

    task: PartitionTask
    running: asyncio.Task[None] | None = None
    steps_left: int | None = None
    dies: bool = False
    awake: asyncio.Event = field(default_factory=asyncio.Event)


class RivalWorkers(CrashDriver):
    """Several workers over one log, each of which takes itself for the owner; `act` lets one of them work."""

    def begin(self) -> None:
        self.sleepers = [Sleeper(self.new_task()) for _ in range(WORKERS)]
        self.log.step = self._step

    async def act(self, number: int, action: str, count: int) -> None:
        sleeper = self.sleepers[number]
        if sleeper.running and not sleeper.running.done():  # asleep in the middle of something: it wakes, a zombie
            sleeper.steps_left = None
            sleeper.awake.set()
            await asyncio.wait([sleeper.running])
        self._buried(sleeper)
        sleeper.dies, sleeper.steps_left = action == "crash", None if action == "work" else count
        sleeper.awake.clear()
        sleeper.running = asyncio.create_task(self._live(sleeper, count), name=str(number))
        for _ in range(1_000):
            await asyncio.sleep(0)
            if sleeper.running.done() or sleeper.steps_left == 0:
                break
        self._buried(sleeper)

    async def rest(self) -> Topics:
        """All wake and end; a last worker does the rest."""
        for number, sleeper in enumerate(self.sleepers):
            if sleeper.running and not sleeper.running.done():
                await self.act(number, "work", 1)
        self.log.step = self.boundaries.step
        await self._run_worker()
        for transactional_id in self.log.coordinators:
            self.log.settle(transactional_id)
        return seen(self.log, self.room)

    async def _live(self, sleeper: Sleeper, count: int) -> None:
        """What a worker does with an assignment: open, some batches, trims."""
        task = sleeper.task
        await task.open()
        for batch in batches(self.records, task.shard.position, count):
            await task.commit(batch)
            await task.trim()

    async def _step(self, name: str) -> None:
        task = asyncio.current_task()
        sleeper = next((each for each in self.sleepers if each.running is task), None)
        if sleeper is None or sleeper.steps_left is None:
            return
        sleeper.steps_left -= 1
        if sleeper.steps_left <= 0 and sleeper.dies:
            raise Crash(name)
        if sleeper.steps_left <= 0:
            sleeper.steps_left = 0
            await sleeper.awake.wait()

    def _buried(self, sleeper: Sleeper) -> None:
        """A worker that ended by an error is replaced, memory and all."""
        if sleeper.running is None or not sleeper.running.done():
            return
        error, sleeper.running = sleeper.running.exception(), None
        if error is not None:
            if not isinstance(error, Crash | RecordsDeleted):
                raise error
            sleeper.task = self.new_task()


def batches(records: Sequence[Record], position: int, count: int) -> Iterator[list[Record]]:
    """`count` records from a little before the position on, in batches of uneven size."""
    first = next((at for at, record in enumerate(records) if record.position.offset > position), len(records))
    chosen = list(records[max(0, first - 2) : first + count])
    while chosen:
        yield chosen[: 1 + len(chosen) % 4]
        chosen = chosen[1 + len(chosen) % 4 :]


ACTIONS = st.lists(
    st.tuples(
        st.integers(0, WORKERS - 1), st.sampled_from(["work", "sleep", "crash"]), st.integers(1, STEPS_AHEAD_MAX)
    ),
    min_size=3,
    max_size=14,
)


@pytest.mark.parametrize("room", tuple(ROOMS))
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # the constants it sets are the same for all
)
@given(actions=ACTIONS)
def test_any_schedule(room: str, actions: list[tuple[int, str, int]]) -> None:
    """Whatever happens to the workers, readers see the same records, and the journal rebuilds the last memory."""

    async def run() -> tuple[Topics, list[tuple[object, ...]]]:
        rivals = RivalWorkers(room, 0 if ROOMS[room].source in BY_FEED else 3)
        rivals.begin()
        for number, action, count in actions:
            await rivals.act(number, action, count)
        return await rivals.rest(), await rivals.memories()

    topics, (living, rebuilt) = asyncio.run(run())
    assert topics == expected(room)
    assert living == rebuilt
