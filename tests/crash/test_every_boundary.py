"""A crash between any two effects, and a second one anywhere after it: readers never notice (law 3)."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
import sample_stream
from crash_driver import CrashDriver, Topics, tiny_journals

from pipeline.envelope import ID
from pipeline.topology import ROOMS

PAIRS_SAMPLED = 40  # of a partition; --all-crashes tries all
SLICE = 12  # every so many boundaries of a partition, where time is short
MEMORIES_COMPARED = 4  # of so many runs one, because it is slow


@pytest.fixture(autouse=True)
def _tiny() -> Iterator[None]:
    with tiny_journals():
        yield


@pytest.mark.parametrize("room", ROOMS)
def test_without_a_crash(room: str) -> None:
    """PartitionTask and log bring what the replay wrote, nothing more or less, and trim the journal on the way."""
    brought: Counter[tuple[str, bytes]] = Counter()
    trims = 0
    for partition in sample_stream.read_by(room):
        driver, topics = undisturbed(room, partition)
        trims += driver.boundaries.passed.count("deleted")
        brought += contents(topics)
        assert not has_erased_word(driver)
    replayed: Counter[tuple[str, bytes]] = Counter()
    for topic in ROOMS[room].writes:
        replayed.update(
            (topic, record.value)
            for record in sample_stream.written().log[topic]
            if record.type != "wire.tick" and (record.header(ID) or b"").startswith(f"{room}/".encode())
        )
    assert {key: count for key, count in brought.items() if key[0] != "wire.dead"} == {
        key: count for key, count in replayed.items() if key not in sample_stream.foreign()
    }
    assert trims > 1


@pytest.mark.parametrize("room", ROOMS)
def test_a_slice_of_the_crashes(room: str) -> None:
    """A crash at some boundaries of each partition, and a second one close behind some of them."""
    for partition in sample_stream.read_by(room):
        first, expected = undisturbed(room, partition)
        some = range(partition, len(first.boundaries.passed), SLICE)
        asyncio.run(crash_all(first, [(one,) if one % 2 else (one, one + 5) for one in some], expected))


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
def test_one_crash(room: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A crash at each boundary."""
    for partition in sample_stream.read_by(room):
        first, expected = undisturbed(room, partition)
        passed = first.boundaries.passed
        asyncio.run(crash_all(first, [(number,) for number in range(len(passed))], expected))
        report(capsys, f"{room}/{partition}: {len(passed)} boundaries of {len(set(passed))} kinds, a run each")


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
def test_two_crashes(room: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> None:
    """A second crash: within the first one's recovery, or at any later boundary."""
    everything = bool(request.config.getoption("--all-crashes"))
    for partition in sample_stream.read_by(room):
        first, expected = undisturbed(room, partition)
        chosen = pairs(len(first.boundaries.passed), everything)
        asyncio.run(crash_all(first, chosen, expected))
        report(capsys, f"{room}/{partition}: {len(chosen)} pairs")


def undisturbed(room: str, partition: int) -> tuple[CrashDriver, Topics]:
    driver = CrashDriver(room, partition)
    return driver, asyncio.run(driver.work())


async def crash_all(first: CrashDriver, runs: Iterable[tuple[int, ...]], expected: Topics) -> None:
    """The topics are what they are without a crash, and the journal has all that the last worker knew (law 8)."""
    for deadly in runs:
        driver = CrashDriver(first.room, first.partition, deadly)
        assert await driver.work() == expected, [f"{at}: {driver.boundaries.passed[at]}" for at in deadly]
        assert not has_erased_word(driver), [f"{at}: {driver.boundaries.passed[at]}" for at in deadly]
        assert driver.crashes  # a second one may lie behind the end: a run with a crash can be the shorter one
        if sum(deadly) % MEMORIES_COMPARED == 0:
            living, rebuilt = await driver.memories()
            assert living == rebuilt, [f"{at}: {driver.boundaries.passed[at]}" for at in deadly]


def has_erased_word(driver: CrashDriver) -> bool:
    """Whether a word of what was erased is in the journal."""
    return sample_stream.ERASED_WORD.lower().encode() in driver.journal_bytes().lower()


def contents(topics: Topics) -> Counter[tuple[str, bytes]]:
    return Counter((topic, out.value) for topic, found in topics.items() for outs in found.values() for out in outs)


def pairs(boundaries: int, everything: bool) -> list[tuple[int, ...]]:
    """Pairs of boundaries, the second counted on through the recovery: all, or half of them close together."""
    if everything:
        return [(one, other) for one in range(boundaries) for other in range(one + 1, boundaries)]
    dice = random.Random(4)  # the same every time
    ones = [dice.randrange(boundaries - 1) for _ in range(PAIRS_SAMPLED)]
    return [(one, one + 1 + dice.randrange(12 if at % 2 else boundaries - one - 1)) for at, one in enumerate(ones)]


def report(capsys: pytest.CaptureFixture[str], line: str) -> None:
    """Print a line even if the output is captured."""
    with capsys.disabled():
        print(f"\n  {line}", end="")
