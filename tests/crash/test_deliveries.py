"""A crash of deliver between any two steps of room and sender loses nothing, and repeats one request at most."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Collection, Iterator

import pytest
from crash_driver import tiny_journals
from delivery_driver import DeliveryDriver

PAIRS = 60
SLICE = 9
WANTED = Counter(
    {
        **{("hook", name): 1 for name in ("n1", "n3")},
        **{("other", name): 1 for name in ("n1", "n3", "n4")},
        ("hook", "n2"): 2,
        ("other", "n2"): 2,
    }
)


@pytest.fixture(autouse=True)
def _tiny() -> Iterator[None]:
    with tiny_journals():
        yield


def run(deadly: Collection[int] = (), loses: Collection[int] = ()) -> DeliveryDriver:
    """A run with these crashes, held to what must be true of every one."""
    driver = DeliveryDriver(deadly, loses)
    asyncio.run(driver.work())
    seen = Counter({key: count for key, count in driver.receivers.seen.items() if key[1].startswith("n")})
    assert not WANTED - seen, "something was lost"
    for receiver in ("hook", "other"):
        repeats = sum(count for (name, _), count in driver.receivers.seen.items() if name == receiver)
        usual = sum(count for (name, _), count in WANTED.items() if name == receiver) + (receiver == "other")
        assert repeats - usual <= driver.crashes, (receiver, driver.receivers.seen)
        ferry = [id_ for name, id_ in driver.receivers.order if name == receiver and id_ in ("n1", "n3")]
        assert ferry == sorted(ferry), "a thread is out of order"
    assert set(driver.deliveries().values()) == {"sent"}
    assert len(driver.deliveries()) == 8
    (died,) = driver.log.committed("wire.dead")[0]
    assert died.value == b"no notification"
    return driver


def test_without_a_crash() -> None:
    """Each receiver gets each notification once, but for the one that it refused the first time."""
    driver = run()
    assert driver.crashes == 0
    assert {key: count for key, count in driver.receivers.seen.items() if key[1].startswith("n")} == dict(WANTED)
    assert {"request", "response", "append", "appended", "committed"} <= set(driver.boundaries.passed)


def test_a_slice_of_the_crashes() -> None:
    """A crash at some boundaries, and a second one close behind some of them."""
    for one in range(0, len(run().boundaries.passed), SLICE):
        assert run((one,) if one % 2 else (one, one + 5)).crashes


@pytest.mark.slow
def test_one_crash() -> None:
    """A crash at each boundary: kill -9 between any two steps."""
    for one in range(len(run().boundaries.passed)):
        assert run((one,)).crashes == 1


@pytest.mark.slow
def test_two_crashes() -> None:
    """Pairs of boundaries."""
    count, dice = len(run().boundaries.passed), random.Random(7)
    for _ in range(PAIRS):
        first = dice.randrange(count)
        run((first, first + dice.randrange(1, 60)))


@pytest.mark.parametrize("loses", [(1,), (2,), (2, 3, 4), (-2,), (-3, 5), (-1, -2, -3, -4)])
def test_a_broker_that_is_away(loses: tuple[int, ...]) -> None:
    """An answer is written until a broker confirms it; twice in the log, it counts once.  Negative: only the
    confirmation was lost.
    """
    driver = run(loses=loses)
    assert {key: count for key, count in driver.receivers.seen.items() if key[1].startswith("n")} == dict(WANTED)
