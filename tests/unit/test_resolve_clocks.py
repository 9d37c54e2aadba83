"""Clocks: the broker's alone begins and ends anything, whatever publishers, operators and workers believe."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from resolve_driver import FEED, MINUTE_MS, START_MS, ResolveDriver

from pipeline.items import Kind, PubStatus
from pipeline.records import Record
from pipeline.resolve import state as resolve_state
from pipeline.resolve.room import ResolveRoom
from pipeline.route.room import RouteRoom
from pipeline.runtime.worker.timers import TICK_AGAIN_SECONDS, TICK_SECONDS_MAX, TickClock
from pipeline.shard import Shard

HOUR, YEAR = 60.0, 365 * 24 * 60.0
WRONG = [pytest.param(sign * size, id=f"{sign * size:+.0f} min") for size in (HOUR, YEAR) for sign in (1, -1)]
END = 100.0  # minute at which the embargo of these tests ends


@pytest.mark.parametrize("wrong", WRONG)
def test_a_publishers_clock(wrong: float) -> None:
    """Of another feed it moves nothing; of its own it ends nothing early."""
    driver = ResolveDriver()
    driver.send("a", until=END)
    driver.send("b", feed="polder", clock=wrong)
    driver.send("c", clock=wrong)
    assert driver.tick() == driver.send("a", 2) == []
    driver.wait(END)
    assert [item.version for item in driver.tick()] == ["1", "2"]


@pytest.mark.parametrize("wrong", WRONG)
def test_an_operators_clock(wrong: float) -> None:
    """A control of anything ends no embargo, of what is held and of what comes later; nor does it delay one."""
    driver = ResolveDriver()
    driver.send("a", until=END)
    driver.send("x")
    for action in ("hold", "release", "release"):
        driver.control(action, "x", clock=wrong)
    driver.control("release", "unknown", clock=wrong)
    assert driver.tick() == driver.send("b", until=END) == []
    driver.wait(END)
    assert len(driver.tick()) == 2


@pytest.mark.parametrize("wrong", WRONG)
def test_a_tick_has_no_authority(wrong: float) -> None:
    """Whatever time it names, the broker's stamp on it counts."""
    driver = ResolveDriver()
    driver.send("a", until=END)
    assert driver.tick(due_minute=driver.minute + wrong) == []
    driver.wait(END)
    (released,) = driver.tick(due_minute=driver.minute + wrong)
    assert released.version == "1"


def test_an_archive_has_its_own_time() -> None:
    """Records of years ago, sent through now: their embargoes hold as long as they did, and no other feed's."""
    driver = ResolveDriver()
    driver.wait(3 * YEAR)
    assert driver.send("a", until=END, feed="archive", clock=-3 * YEAR) == []
    assert driver.send("b", until=driver.minute + 10) == []
    assert driver.tick() == []
    driver.wait(20)
    assert [item.wire.feed for item in driver.tick()] == ["norden"]
    driver.send("c", feed="archive", clock=-3 * YEAR + END)
    assert [item.wire.feed for item in driver.tick()] == ["archive"]


def test_one_record_with_an_old_time_delays_nothing() -> None:
    """The lag of a feed is the least that it had."""
    driver = ResolveDriver()
    driver.send("a", until=END)
    driver.send("b", clock=-YEAR)
    driver.wait(END)
    assert len(driver.tick()) == 1


@pytest.mark.parametrize("feed", [FEED, "polder"])
def test_no_clock_but_the_brokers_ends_the_window(feed: str) -> None:
    """A dispatch that came with an old time is known when time jumps to now: a kill reaches it by all its names."""
    driver = ResolveDriver()
    driver.send("a", names=("id:a", "id:b"), clock=-YEAR)
    driver.send("x", feed=feed)
    (kill,) = driver.send("b", names=("id:b",), status=PubStatus.CANCELED)
    assert kill.dispatch.kind is Kind.KILL
    assert driver.send("a", 2) == []


def test_the_lag_is_remembered() -> None:
    """A restart knows it, also behind a trim; beyond LAGS_MAX the feed furthest behind gets the broker's time."""
    driver = ResolveDriver()
    driver.wait(3 * YEAR)
    driver.send("a", until=END, feed="archive", clock=-3 * YEAR)
    (living,) = driver.shards.values()
    rebuilt = Shard(ResolveRoom(), living.partition)
    for value in living.carry(before=100):
        rebuilt.restore(value)
    assert rebuilt.state.lags == living.state.lags == {"archive": round(3 * YEAR * MINUTE_MS)}
    assert rebuilt.due_ms() == living.due_ms() == START_MS + round((3 * YEAR + END) * MINUTE_MS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resolve_state, "LAGS_MAX", 1)
        living.state.put_lags((("norden", 5),))
        assert living.state.lags == {"norden": 5}


def test_a_replay_repeats_it() -> None:
    """The records of the log, stepped through again, give the same outputs and journal records, byte for byte."""
    driver = ResolveDriver()
    driver.send("a", until=END)
    driver.send("b", feed="polder", clock=-YEAR)
    driver.control("hold", "a", clock=YEAR)
    driver.wait(END)
    driver.tick(due_minute=0)
    driver.control("release", "a", clock=-YEAR)
    again = ResolveDriver()
    again.process(_read(driver))
    assert again.log["wire.resolved"] == driver.log["wire.resolved"]
    assert again.journal == driver.journal


def _read(driver: ResolveDriver) -> Iterator[Record]:
    return iter(sorted(driver.log["wire.normalised"], key=lambda record: (record.timestamp_ms, record.position)))


@pytest.mark.parametrize("broker_ahead_seconds", [0.0, 3_600.0, -3_600.0, 31_536_000.0, -31_536_000.0])
@pytest.mark.parametrize("due_seconds", [0.2, 59.0, 61.0, 3_600.0])
def test_when_a_worker_sends_a_tick(broker_ahead_seconds: float, due_seconds: float) -> None:
    """A worker, whose own clock nobody asks, releases within a minute of the broker's time, and not before it."""
    clock, sent, now = TickClock(), list[float](), 1_000.0
    due_ms = round((broker_ahead_seconds + 1_000 + due_seconds) * 1000)
    released = None
    while released is None:
        if clock.is_time(due_ms, now):
            broker_ms = round((broker_ahead_seconds + now) * 1000)
            clock.was_sent(due_ms, now, broker_ms)
            sent.append(now)
            released = now if broker_ms >= due_ms else None
        now += 0.25
    assert 0 <= released - (1_000 + due_seconds) <= TICK_AGAIN_SECONDS
    waits = [later - earlier for earlier, later in pairwise(sent)]
    assert max(waits, default=0) <= TICK_SECONDS_MAX + 0.25
    assert len(sent) <= 3 + due_seconds / TICK_SECONDS_MAX


@pytest.mark.parametrize(("seconds_max", "ticks"), [(TICK_SECONDS_MAX, 721), (RouteRoom.tick_seconds_max, 13)])
def test_how_many_ticks_a_wait_of_twelve_hours_takes(seconds_max: float, ticks: int) -> None:
    """A release waits with a tick a minute, a digest with one an hour; neither comes late."""
    clock, sent, now, due_ms = TickClock(seconds_max), list[float](), 0.0, 12 * 3_600_000
    while not sent or sent[-1] * 1000 < due_ms:
        if clock.is_time(due_ms, now):
            clock.was_sent(due_ms, now, round(now * 1000))
            sent.append(now)
        now += 0.25
    assert (len(sent), sent[-1] * 1000) == (ticks, due_ms)


def test_a_broker_whose_clock_is_put_back() -> None:
    """What the worker believes of the broker's time may be wrong: the tick of each minute finds out."""
    clock = TickClock()
    clock.was_sent(1_000_000, 0.0, 0)
    assert not clock.is_time(1_000_000, 59.0)
    assert clock.is_time(1_000_000, 60.0)
    assert not clock.is_time(None, 600.0)


def test_a_tick_without_effect_comes_again() -> None:
    """The room may be slow, or the tick lost: again after 1, 2, 4 seconds, up to a minute."""
    clock, sent, now = TickClock(), list[float](), 0.0
    while now < 400:
        if clock.is_time(500, now):
            clock.was_sent(500, now, 1_000 + round(now * 1000))
            sent.append(now)
        now += 0.25
    assert [later - earlier for earlier, later in pairwise(sent)] == [
        1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60,
    ]  # fmt: skip
