"""A broker that is stopped during a commit loses transaction markers (docs/chaos.md): nothing is seen twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator

import pytest
import sample_stream
from boundaries import Boundaries
from crash_driver import CrashDriver, Topics, tiny_journals
from test_every_boundary import report, undisturbed

from pipeline.runtime.log.port import TopicPartition
from pipeline.topology import ROOMS

COMMITS_BETWEEN = 4  # where a second accident follows, every fourth commit of a partition loses its markers
RECOVERED_AFTER = 30  # boundaries: by then the next owner has settled, read, and decided again
RECORDS_BETWEEN = 3  # every third record is the last one before a crash

WHERE: dict[str, Callable[[TopicPartition], bool]] = {  # partitions that get no marker
    "everywhere": lambda tp: True,
    "in the journal": lambda tp: tp.topic.startswith("wire.journal."),
    "in the outputs": lambda tp: not tp.topic.startswith("wire.journal."),
    "in one output": lambda tp: tp.topic in {spec.writes[0] for spec in ROOMS.values()},
}


@pytest.fixture(autouse=True)
def _tiny() -> Iterator[None]:
    with tiny_journals():
        yield


class StoppingBroker(Boundaries):
    """At boundary `stop` the broker is stopped: the markers that come next are lost, until it is back."""

    def __init__(self, driver: CrashDriver, stop: int, where: str, deadly: Collection[int]) -> None:
        super().__init__(deadly)
        self.driver, self.stop, self.where = driver, stop, where

    def at(self, name: str) -> None:
        if len(self.passed) == self.stop:
            self.driver.log.loses = WHERE[self.where]
        elif name not in ("marker written", "assign", "last outcome", "acquire"):  # it is back
            self.driver.log.loses = lambda tp: False
        super().at(name)


async def run_with_a_stop(
    room: str, partition: int, stop: int, where: str, deadly: Collection[int] = ()
) -> tuple[Topics, int]:
    """What readers see in the end, and how many markers were lost."""
    driver = CrashDriver(room, partition)
    driver.boundaries = driver.watched.boundaries = StoppingBroker(driver, stop, where, deadly)
    driver.log.step = driver.boundaries.step
    return await driver.work(), driver.log.connections_lost


def boundaries_named(name: str, driver: CrashDriver) -> list[int]:
    return [number for number, passed in enumerate(driver.boundaries.passed) if passed == name]


@pytest.mark.slow
@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("room", ROOMS)
def test_markers_of_a_commit_are_lost(room: str, where: str) -> None:
    """The owner lives on, or ends at that moment: its transaction is seen once, whichever markers are lost."""
    lost = 0
    for partition in sample_stream.read_by(room):
        first, expected = undisturbed(room, partition)
        for stop in boundaries_named("prepared", first):
            for deadly in ((), (stop,)):
                found, markers = asyncio.run(run_with_a_stop(room, partition, stop, where, deadly))
                assert found == expected, (partition, stop, deadly)
                lost += markers
    assert lost


@pytest.mark.parametrize(
    "room", [pytest.param(room, marks=() if room == "alert" else pytest.mark.slow) for room in ROOMS]
)
def test_markers_of_an_abort_are_lost(room: str) -> None:
    """The owner ends before its commit, and its successor's fence leaves no marker: the batch stays aborted.

    The successor has asked for the outcome before it fenced.  Had it asked afterwards, it would have taken the
    half batch for committed, and decided it a second time.
    """
    lost = 0
    for partition in sample_stream.read_by(room):
        first, expected = undisturbed(room, partition)
        for stop in boundaries_named("produced", first)[::RECORDS_BETWEEN]:
            found, markers = asyncio.run(run_with_a_stop(room, partition, stop, "everywhere", (stop,)))
            assert found == expected, (partition, stop)
            lost += markers
    assert lost


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
def test_markers_are_lost_and_a_crash_follows(room: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A crash at each later boundary, through the settling and the batch that is decided next."""
    runs = 0
    for partition in sample_stream.read_by(room):
        first, expected = undisturbed(room, partition)
        for stop in boundaries_named("prepared", first)[::COMMITS_BETWEEN]:
            for later in range(1, RECOVERED_AFTER):
                deadly = (stop, stop + later) if later % 2 else (stop + later,)
                found, markers = asyncio.run(run_with_a_stop(room, partition, stop, "everywhere", deadly))
                assert markers, (partition, stop)
                assert found == expected, (partition, deadly)
                runs += 1
    report(capsys, f"{room}: {runs} runs with lost markers and a crash")
