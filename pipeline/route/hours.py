"""Quiet hours and digests, in the zone of a desk.

A week has 10,080 minutes, from Monday at 00:00.  Local times become instants by the zone's rules of that day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from pipeline.items import instant, milliseconds

DAY_MINUTES, WEEK_MINUTES = 1440, 10_080
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
Span = tuple[int, int]  # minutes of the week, the second one not included


class Weekday(StrEnum):
    """The days, in the order of datetime.weekday()."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


DAYS = tuple(Weekday)


def spans(days: Iterable[Weekday], start: int, end: int) -> tuple[Span, ...]:
    """The minutes of the week from `start` to `end`, minutes of these days; over midnight if it ends first."""
    length = end - start if end > start else end - start + DAY_MINUTES
    begins = (DAYS.index(day) * DAY_MINUTES + start for day in days)
    return tuple(part for begin in begins for part in _within_week(begin, begin + length))


def _within_week(begin: int, end: int) -> tuple[Span, ...]:
    if end <= WEEK_MINUTES:
        return ((begin, end),)
    return ((begin, WEEK_MINUTES), (0, end - WEEK_MINUTES))


def overlapping(found: Iterable[Span]) -> bool:
    """Whether two spans share a minute."""
    ordered = sorted(found)
    return any(second[0] < first[1] for first, second in pairwise(ordered))


def quiet_until_ms(quiet: tuple[Span, ...], clock: tzinfo, now_ms: int) -> int | None:
    """When the quiet hours end that `now_ms` is in; None if it is in none.  Spans that touch are one."""
    local = instant(now_ms).astimezone(clock)
    minute = local.weekday() * DAY_MINUTES + local.hour * 60 + local.minute
    left = _minutes_left(quiet, minute)
    if not left:
        return None
    if left >= WEEK_MINUTES:
        left = WEEK_MINUTES  # it is always quiet: once a week
    end = local.replace(second=0, microsecond=0, tzinfo=None) + timedelta(minutes=left)
    return max(_ms(end, clock), now_ms + 1)  # clocks may be put back in between


def _minutes_left(quiet: tuple[Span, ...], minute: int) -> int:
    left = 0
    while left < WEEK_MINUTES:
        at = (minute + left) % WEEK_MINUTES
        end = next((end for begin, end in quiet if begin <= at < end), None)
        if end is None:
            break
        left += end - at
    return left


def next_digest_ms(times: tuple[int, ...], clock: tzinfo, now_ms: int) -> int | None:
    """The next of these times of day (minutes) after `now_ms`; None without any."""
    today = instant(now_ms).astimezone(clock).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    moments = (today + timedelta(days=day, minutes=time) for day in (0, 1, 2) for time in times)
    ahead = (_ms(moment, clock) for moment in moments)
    return min((ms for ms in ahead if ms > now_ms), default=None)


def _ms(local: datetime, clock: tzinfo) -> int:
    return milliseconds(local.replace(tzinfo=clock))
