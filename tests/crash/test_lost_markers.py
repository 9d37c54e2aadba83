"""A broker that is told to stop in mid-commit loses marks (docs/chaos.md): nothing shows twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator

import pytest
import sample_stream
from boundaries import Boundaries
from crash_driver import CrashDriver, Topics, tiny_journals
from test_every_boundary import say, undisturbed

from pipeline.runtime.log.port import TopicPartition
from pipeline.topology import ROOMS

pytestmark = pytest.mark.slow

COMMITS_BETWEEN = 4  # where a second accident follows, every fourth commit of a partition loses its marks
SETTLED_AFTER = 30  # boundaries: the next owner has settled, read and decided again by then

WHERE: dict[str, Callable[[TopicPartition], bool]] = {
    "everywhere": lambda place: True,
    "in the journal": lambda place: place.topic.startswith("wire.journal."),
    "in the outputs": lambda place: not place.topic.startswith("wire.journal."),
    "in one output": lambda place: place.topic in {spec.writes[0] for spec in ROOMS.values()},
}


@pytest.fixture(autouse=True)
def _tiny() -> Iterator[None]:
    with tiny_journals():
        yield


class Stopping(Boundaries):
    """At boundary `stop` a transaction has just been decided: the broker stops, and takes the marks for written."""

    def __init__(self, driver: CrashDriver, stop: int, where: str, deadly: Collection[int]) -> None:
        super().__init__(deadly)
        self.driver, self.stop, self.where = driver, stop, where

    def at(self, name: str) -> None:
        if len(self.passed) == self.stop:
            assert name == "prepared"
            self.driver.log.loses = WHERE[self.where]
        elif name not in ("marker written", "assign", "last outcome", "acquire"):  # it is back
            self.driver.log.loses = lambda place: False
        super().at(name)


async def lived(
    room: str, partition: int, stop: int, where: str, deadly: Collection[int] = ()
) -> tuple[Topics, int]:
    """What readers see at the end of such a life, and how many marks were lost in it."""
    driver = CrashDriver(room, partition)
    driver.boundaries = driver.watched.boundaries = Stopping(driver, stop, where, deadly)
    driver.log.step = driver.boundaries.step
    return await driver.work(), driver.log.connections_lost


def stops(driver: CrashDriver) -> list[int]:
    """The boundaries at which it can happen."""
    return [number for number, name in enumerate(driver.boundaries.passed) if name == "prepared"]


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("room", ROOMS)
def test_marks_are_lost(room: str, where: str) -> None:
    """The owner lives on, or ends in that moment: its transaction shows once, whichever of its marks are lost."""
    lost = 0
    for partition in sample_stream.read_by(room):
        first, expected = undisturbed(room, partition)
        for stop in stops(first):
            for deadly in ((), (stop,)):
                found, marks = asyncio.run(lived(room, partition, stop, where, deadly))
                assert found == expected, (partition, stop, deadly)
                lost += marks
    assert lost


@pytest.mark.parametrize("room", ROOMS)
def test_marks_are_lost_and_a_crash(room: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A crash at each boundary behind that, through the settling and the batch that is decided next."""
    runs = 0
    for partition in sample_stream.read_by(room):
        first, expected = undisturbed(room, partition)
        for stop in stops(first)[::COMMITS_BETWEEN]:
            for later in range(1, SETTLED_AFTER):
                deadly = (stop, stop + later) if later % 2 else (stop + later,)
                found, marks = asyncio.run(lived(room, partition, stop, "everywhere", deadly))
                assert marks, (partition, stop)
                assert found == expected, (partition, deadly)
                runs += 1
    say(capsys, f"{room}: {runs} runs with lost marks and a crash")
