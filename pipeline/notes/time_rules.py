"""What a row of words of a time can be: dates, days, clocks, zones, by a letter for each word.

The letters are those of `time_words` and `time_tokens`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Clock = tuple[int, int, int]  # hour, minute, second

# The hours of a part of the day, first and last, and what has to be added to them.  `12 a.m.`, `12 p.m.` and
# `12 at night` are read both ways, and so they are missing; `12:01 a.m.` is not.
PARTS: dict[str, tuple[tuple[int, int, int], ...]] = {
    "am": ((0, 11, 0),),
    "pm": ((1, 11, 12), (13, 23, 0)),
    "morning": ((1, 11, 0),),
    "afternoon": ((1, 7, 12), (12, 19, 0)),
    "evening": ((4, 11, 12), (16, 23, 0)),
    "night": ((9, 11, 12), (21, 23, 0)),
}
AFTER_TWELVE = {"am": 0, "pm": 12}  # `12:01 a.m.`, `12:30 p.m.`


class Rule(NamedTuple):
    """What a row of tokens can be, by a letter for each (see `time_words` and `time_tokens`)."""

    slot: str  # a reading fills each slot once
    letters: str
    values: Callable[..., Sequence[Any]]  # of the values of the tokens: all that it can mean


def _as_is(clock: Clock) -> Sequence[Clock]:
    return (clock,)


def _either(clock: Clock) -> Sequence[Clock]:
    """Of a clock that may have twelve hours."""
    hour, minute, second = clock
    return (clock, (hour + 12, minute, second)) if 1 <= hour <= 12 else (clock,)


def _in(clock: Clock, part: str) -> Sequence[Clock]:
    """In a part of the day; nothing if it has no such hour."""
    hour, minute, second = clock
    if hour == 12 and part in AFTER_TWELVE:
        return ((AFTER_TWELVE[part], minute, second),) if minute or second else ()
    return tuple((hour + more, minute, second) for first, last, more in PARTS[part] if first <= hour <= last)


def _at(clock: Clock, hour: int) -> Sequence[Clock]:
    """`12 noon`, `12:00 midnight`."""
    return ((hour, 0, 0),) if clock[0] in {12, hour} and clock[1:] == (0, 0) else ()


NOON_HOUR, MIDNIGHT_HOUR = 12, 24
RULES = (
    Rule("date", "D", lambda days: days),
    Rule("date", "nmy", lambda day, month, year: ((year, month, day),)),
    Rule("date", "mny", lambda month, day, year: ((year, month, day),)),
    Rule("date", "ymn", lambda year, month, day: ((year, month, day),)),
    Rule("day", "nm", lambda day, month: ((month, day),)),
    Rule("day", "mn", lambda month, day: ((month, day),)),
    Rule("near", "e", lambda _: (0,)),
    Rule("near", "u", lambda _: (1,)),
    Rule("weekday", "w", lambda weekday: (weekday,)),
    Rule("instant", "I", lambda instant: (instant,)),
    Rule("clock", "C", _as_is),
    Rule("clock", "b", _either),
    Rule("clock", "ch", lambda clock, _: _as_is(clock)),
    Rule("clock", "Co", lambda clock, _: _as_is(clock)),
    Rule("clock", "bo", lambda clock, _: _either(clock)),
    Rule("clock", "ac", lambda _, clock: _as_is(clock)),
    Rule("clock", "cp", _in),
    Rule("clock", "chp", lambda clock, _, part: _in(clock, part)),
    Rule("clock", "cop", lambda clock, _, part: _in(clock, part)),
    Rule("clock", "acp", lambda _, clock, part: _in(clock, part)),
    Rule("clock", "nh", lambda hour, _: ((hour, 0, 0),)),
    Rule("clock", "nhn", lambda hour, _, minute: ((hour, minute, 0),)),
    Rule("clock", "an", lambda _, hour: ((hour, 0, 0),)),
    Rule("clock", "no", lambda hour, _: _either((hour, 0, 0))),
    Rule("clock", "non", lambda hour, _, minute: _either((hour, minute, 0))),
    Rule("clock", "np", lambda hour, part: _in((hour, 0, 0), part)),
    Rule("clock", "nhp", lambda hour, _, part: _in((hour, 0, 0), part)),
    Rule("clock", "nop", lambda hour, _, part: _in((hour, 0, 0), part)),
    Rule("clock", "anp", lambda _, hour, part: _in((hour, 0, 0), part)),
    Rule("clock", "f", _as_is),
    Rule("clock", "fh", lambda clock, _: _as_is(clock)),
    Rule("clock", "af", lambda _, clock: _as_is(clock)),
    Rule("clock", "gh", lambda clock, _: _as_is(clock)),
    Rule("clock", "ag", lambda _, clock: _as_is(clock)),
    Rule("clock", "q", lambda _: ((NOON_HOUR, 0, 0),)),
    Rule("clock", "nq", lambda hour, _: _at((hour, 0, 0), NOON_HOUR)),
    Rule("clock", "nhq", lambda hour, _, __: _at((hour, 0, 0), NOON_HOUR)),
    Rule("clock", "cq", lambda clock, _: _at(clock, NOON_HOUR)),
    Rule("clock", "i", lambda _: ((MIDNIGHT_HOUR, 0, 0),)),
    Rule("clock", "ni", lambda hour, _: _at((hour, 0, 0), MIDNIGHT_HOUR)),
    Rule("clock", "ci", lambda clock, _: _at(clock, MIDNIGHT_HOUR)),
    Rule("zone", "S", lambda zone: (zone,)),
)
CLOCKS = ("clock", "year-like clock")
YEAR_LIKE = "g"  # `2000 GMT`: four digits that could be a year, before a zone, and only beside a whole date
