"""A broker that is cut off from the others shows an old log, and a lost connection stops nobody (law 9)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
import sample_stream
from boundaries import Boundaries, Crash
from crash_driver import CrashDriver, Topics, tiny_journals
from test_every_boundary import SLICE, report, undisturbed

from pipeline.runtime.log.memory_state import View
from pipeline.runtime.log.port import ConnectionLost
from pipeline.topology import ROOMS

OLD_SHARE = 0.6  # of the answers; the others come from a broker that is up to date
OLD_ANSWERS_MAX = 12  # then the broker is with the others again
EVERY = 4  # boundaries, where not all are cut at
# Boundaries at which nothing is asked of a broker, or no answer is waited for: there a worker can only end.
OF_THE_WORKER = ("decide", "decided", "apply", "applied", "carry", "assign", "assigned", "ack", "acked", "close")


@pytest.fixture(autouse=True)
def _tiny() -> Iterator[None]:
    with tiny_journals():
        yield


@dataclass
class DeposedLeader:
    """Shows a partition as it once was, another time at each call, from the beginning of the cut on."""

    dice: random.Random
    is_cut_off: bool = False
    old_answers: int = 0

    def shows(self, views: Sequence[View]) -> View:
        if not self.is_cut_off or self.old_answers == OLD_ANSWERS_MAX or self.dice.random() > OLD_SHARE:
            return views[-1]
        self.old_answers += 1
        return self.dice.choice(views)


@dataclass
class CutNetwork(Boundaries):
    """At boundary `cut` a broker is cut off; the worker ends there, or loses its connection, or does not notice."""

    cut: int = 0
    leader: DeposedLeader = field(default_factory=lambda: DeposedLeader(random.Random(0)))

    def at(self, name: str) -> None:
        self.leader.is_cut_off |= len(self.passed) == self.cut
        super().at(name)


@dataclass
class LostConnections(CutNetwork):
    """The same, but where the worker would end it loses its connection, and lives on."""

    lost: int = 0

    def at(self, name: str) -> None:
        try:
            super().at(name)
        except Crash as crash:
            if name in OF_THE_WORKER:
                raise
            self.lost += 1
            raise ConnectionLost(str(crash)) from crash


async def run_with_a_cut(room: str, partition: int, boundaries: CutNetwork) -> Topics:
    """What readers see in the end."""
    driver = CrashDriver(room, partition)
    boundaries.leader.dice.seed(boundaries.cut)
    driver.boundaries = driver.watched.boundaries = boundaries
    driver.log.step, driver.log.shows = boundaries.step, boundaries.leader.shows
    found = await driver.work()
    boundaries.leader.is_cut_off, boundaries.deadly = False, ()
    assert driver.last
    await driver.last.open()  # it forgets what it could not write
    living, rebuilt = await driver.memories()
    assert living == rebuilt
    return found


NETWORKS = {"ends": CutNetwork, "loses its connection": LostConnections}


async def cut_at(first: CrashDriver, cuts: Sequence[int], worker: str, expected: Topics) -> int:
    """The topics are what they are without a cut; how many answers were old."""
    old = 0
    for cut in cuts:
        boundaries = NETWORKS[worker](deadly=(cut, cut + 7) if cut % 3 else (cut,), cut=cut)
        assert await run_with_a_cut(first.room, first.partition, boundaries) == expected, (worker, cut)
        old += boundaries.leader.old_answers
    return old


@pytest.mark.parametrize("worker", NETWORKS)
@pytest.mark.parametrize("room", ROOMS)
def test_a_slice_of_the_cuts(room: str, worker: str) -> None:
    """A worker ends, or loses its connection, at some boundaries; who owns the partition then is told old ends."""
    old = 0
    for partition in sample_stream.read_by(room):
        first, expected = undisturbed(room, partition)
        cuts = range(partition, len(first.boundaries.passed), 2 * SLICE)
        old += asyncio.run(cut_at(first, cuts, worker, expected))
    assert old


@pytest.mark.slow
@pytest.mark.parametrize("worker", NETWORKS)
@pytest.mark.parametrize("room", ROOMS)
def test_many_cuts(
    room: str, worker: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same at every fourth boundary of each partition; with --all-crashes at each."""
    every = 1 if request.config.getoption("--all-crashes") else EVERY
    for partition in sample_stream.read_by(room):
        first, expected = undisturbed(room, partition)
        cuts = range(partition % every, len(first.boundaries.passed), every)
        old = asyncio.run(cut_at(first, cuts, worker, expected))
        report(capsys, f"{room}/{partition}: {len(cuts)} boundaries, {old} old answers")
        assert old
