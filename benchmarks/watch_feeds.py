"""Feeds of our own invention, for judging the room watch: when each item came, in fourteen weeks."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
WEEK_MS = 7 * DAY_MS
BEGAN_MS = 1_641_168_000_000  # a Monday
WEEKS = 14
HOLIDAYS = frozenset({28, 29, 59, 67})  # days since the beginning

Times = list[int]


class Moment:
    """A moment by the clock and the calendar of a newsroom."""

    def __init__(self, ms: int) -> None:
        self.hour = ms // HOUR_MS % 24
        self.day = (ms - BEGAN_MS) // DAY_MS
        self.week = (ms - BEGAN_MS) // WEEK_MS

    @property
    def is_day(self) -> bool:
        """From seven to seven."""
        return 7 <= self.hour < 19

    @property
    def is_awake(self) -> bool:
        """From six to ten."""
        return 6 <= self.hour < 22

    @property
    def is_weekday(self) -> bool:
        """From Monday to Friday."""
        return self.day % 7 < 5


def by_chance(rate: Callable[[Moment], float], seed: int) -> Times:
    """Items that know nothing of each other, so many an hour."""
    dice, now, found = random.Random(seed), float(BEGAN_MS), []
    top = max(rate(Moment(BEGAN_MS + hour * HOUR_MS)) for hour in range(WEEKS * 168))
    while (now := now + dice.expovariate(top) * HOUR_MS + 1) < BEGAN_MS + WEEKS * WEEK_MS:
        if dice.random() * top < rate(Moment(int(now))):
            found.append(int(now))
    return found


def bursts(rate: Callable[[Moment], float], size: int, lasts_ms: int, seed: int) -> Times:
    """So many bursts an hour, of `size` items in the mean."""
    dice = random.Random(seed)
    counts = ((begin, max(1, round(dice.expovariate(1 / size)))) for begin in by_chance(rate, seed))
    return sorted(begin + int(dice.random() * lasts_ms) for begin, count in counts for _ in range(count))


def daily(count: int, hour: float, seed: int, drift_ms: int = 0) -> Times:
    """`count` items within ten minutes once a day, give or take a quarter of an hour."""
    dice, found = random.Random(seed), []
    for day in range(WEEKS * 7):
        begin = BEGAN_MS + day * (DAY_MS + drift_ms) + int(hour * HOUR_MS + dice.gauss(0, 15 * MINUTE_MS))
        found += [begin + int(dice.random() * 10 * MINUTE_MS) for _ in range(count)]
    return sorted(found)


def long_pauses(seed: int) -> Times:
    """Three items an hour in the mean, with pauses of which some are very long (Pareto)."""
    dice, now, found = random.Random(seed), float(BEGAN_MS), []
    while (now := now + dice.paretovariate(1.6) * 7.5 * MINUTE_MS) < BEGAN_MS + WEEKS * WEEK_MS:
        found.append(int(now))
    return found


def polled(seed: int) -> Times:
    """Asked for each hour, so that items come together."""
    return [-(-ms // HOUR_MS) * HOUR_MS for ms in by_chance(lambda at: 5 if at.is_awake else 1, seed)]


FEEDS: dict[str, Callable[[int], Times]] = {
    "many items, fewer by night": lambda seed: by_chance(lambda at: 60 if at.is_awake else 15, seed),
    "silent by night": lambda seed: by_chance(lambda at: 6 * at.is_day, seed),
    "silent by night and at weekends": lambda seed: by_chance(lambda at: 8 * (at.is_day and at.is_weekday), seed),
    "the same, with four holidays": lambda seed: by_chance(
        lambda at: 8 * (at.is_day and at.is_weekday and at.day not in HOLIDAYS), seed
    ),
    "few items by night and at weekends": lambda seed: by_chance(
        lambda at: 10 * (1 if at.is_day else 0.1) * (1 if at.is_weekday else 0.15), seed
    ),
    "daylight saving in the eighth week": lambda seed: by_chance(
        lambda at: 8 * (at.is_weekday and 7 <= at.hour + (at.week >= 7) < 19), seed
    ),
    "half as many from the eighth week on": lambda seed: by_chance(
        lambda at: 12 * at.is_day * (1 if at.week < 7 else 0.5), seed
    ),
    "fewer each week": lambda seed: by_chance(
        lambda at: 12 * (1 if at.is_awake else 0.3) * (1 - 0.055 * at.week), seed
    ),
    "bursts, eight a day": lambda seed: bursts(lambda at: 8 / 24, 15, 20 * MINUTE_MS, seed),
    "bursts, ten a day, none by night": lambda seed: bursts(
        lambda at: 10 / 12 * at.is_day, 10, 15 * MINUTE_MS, seed
    ),
    "pauses of any length": long_pauses,
    "polled each hour": polled,
    "once a day, ten items": lambda seed: daily(10, 6 + seed / 3, seed),
    "once a day, eight minutes later each day": lambda seed: daily(15, 6, seed, drift_ms=8 * MINUTE_MS),
    "an item each ten minutes": lambda seed: list(
        range(BEGAN_MS + seed * MINUTE_MS, BEGAN_MS + WEEKS * WEEK_MS, 10 * MINUTE_MS)
    ),
    "ten a day": lambda seed: by_chance(lambda at: 10 / 24, seed),
    "three a day in working hours": lambda seed: by_chance(lambda at: 0.3 * (at.is_day and at.is_weekday), seed),
    "two a week": lambda seed: by_chance(lambda at: 2 / 168, seed),
}


def invented(seeds: int) -> Iterator[tuple[str, list[Times]]]:
    """Each kind of feed, with so many feeds of it."""
    for name, make in FEEDS.items():
        yield name, [make(seed) for seed in range(seeds)]
