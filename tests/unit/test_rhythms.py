"""WATCH: how often feeds of our own invention are called silent while they are not, and that a stop is noticed."""

from __future__ import annotations

import pytest

from benchmarks.watch_feeds import BEGAN_MS, DAY_MS, FEEDS, HOUR_MS, WEEK_MS, WEEKS, Times, bursts
from pipeline.watch.rhythm import LEARN_MS, MISSING_MIN, TENTHS, Rhythm, rhythm_of

ALARMS_A_WEEK_MAX = 0.5
# What no rhythm tells: pauses have any length, and a holiday is as silent as a feed that has stopped.
MORE_ALARMS = {"pauses of any length": 1.0}
NEVER_NOTICED = {"two a week"}
NOTICED_HOURS_MAX = 72  # a feed of few items is told when enough are missing
SEED = 11  # none that a number was chosen by


def told(times: Times) -> list[int]:
    """When a silence was too long, of those that ended."""
    rhythm, last, found = Rhythm(times[0]), times[0], []
    for moment in times[1:]:
        due = rhythm.too_long_ms(last)
        if due is not None and due < moment:
            found.append(due)
        rhythm.take(last, moment)
        last = moment
    return found


def learnt(times: Times) -> tuple[Rhythm, int]:
    """The rhythm behind all items, and the time of the last."""
    rhythm, last = Rhythm(times[0]), times[0]
    for moment in times[1:]:
        rhythm.take(last, moment)
        last = moment
    return rhythm, last


@pytest.mark.parametrize("name", FEEDS)
def test_how_often_it_is_wrong(name: str) -> None:
    """In twelve weeks behind those in which it is learnt, a feed is called silent six times at the most."""
    alarms = told(FEEDS[name](SEED))
    weeks = WEEKS - LEARN_MS / WEEK_MS
    assert len(alarms) <= MORE_ALARMS.get(name, ALARMS_A_WEEK_MAX) * weeks


@pytest.mark.parametrize("name", FEEDS)
def test_a_stop_is_noticed(name: str) -> None:
    """On a Wednesday at noon, after twelve weeks."""
    noon = BEGAN_MS + 12 * WEEK_MS + 2 * DAY_MS + 12 * HOUR_MS
    rhythm, last = learnt([moment for moment in FEEDS[name](SEED) if moment < noon])
    due = rhythm.too_long_ms(last)
    assert (due is None) == (name in NEVER_NOTICED)
    assert due is None or due - noon <= NOTICED_HOURS_MAX * HOUR_MS


def test_what_bursts_teach() -> None:
    """Where items come in bursts many are missing again and again, so more have to be missing."""
    rhythm, _ = learnt(bursts(lambda at: 8 / 24, 15, 60_000, SEED))
    assert rhythm._enough > 5 * MISSING_MIN * TENTHS
    even, _ = learnt(FEEDS["an item each ten minutes"](SEED))
    assert even._enough == MISSING_MIN * TENTHS


def test_two_long_silences_change_nothing() -> None:
    """A holiday and an outage make no third: a stop is noticed as soon as before them."""
    times = list(range(BEGAN_MS, BEGAN_MS + 6 * WEEK_MS, 600_000))
    days = (BEGAN_MS + 29 * DAY_MS, BEGAN_MS + 36 * DAY_MS)
    with_pauses = [ms for ms in times if not any(day <= ms < day + DAY_MS for day in days)]
    assert len(told(with_pauses)) == len(days)
    (rhythm, last), (other, other_last) = learnt(times), learnt(with_pauses)
    assert last == other_last
    assert other._enough == rhythm._enough


def test_a_rhythm_comes_back_from_its_journal() -> None:
    """With all that it knows of silences."""
    rhythm, last = learnt(FEEDS["bursts, eight a day"](SEED))
    again = rhythm_of(rhythm.first_ms, rhythm.epoch, rhythm.figures())
    assert again.figures() == rhythm.figures()
    assert again.too_long_ms(last) == rhythm.too_long_ms(last)
    assert any(rhythm._now.missed)
