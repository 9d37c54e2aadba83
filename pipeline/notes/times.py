"""The end of an embargo: `6 p.m. GMT on Tuesday, Jan. 4, 2022`, `4. Januar 2022, 18 Uhr MEZ`.

Every word is accounted for, or there is no end (docs/design/laws.md#law-5).  The words of one language at a time
and RULES give all readings of a note; it has an end only if all of them name the same instant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import islice, product
from typing import Any

from pipeline.notes.time_rules import CLOCKS, MIDNIGHT_HOUR, RULES, YEAR_LIKE
from pipeline.notes.time_tokens import Meanings, Token, tokens_of
from pipeline.notes.time_words import SMALL, TIME, lexicons, names_of_zones
from pipeline.notes.zones import Zone, places, zone_names

WORDS_MAX = 24  # of a note; a longer one has no end
READINGS_MAX = 500  # of a note in one language; one with more has no end
NAME_WORDS_MAX = 4  # `central european summer time`
AHEAD_DAYS_MAX = 60  # a date without a year lies this far ahead at most
SLIP_DAYS_MAX = 31  # a time a year ago is a slip if that day of this year lies this far ahead at most
Slots = Mapping[str, Any]


def read_end(note: str, issued: datetime | None = None) -> datetime | None:
    """The one instant, UTC, that the note names with every word; None if it names none, several, or anything else.

    `issued`: when the note had been written at the latest, aware; without it a weekday or a date without a year has
    no end.
    """
    tokens = tokens_of(note)
    if not tokens or len(tokens) > WORDS_MAX:
        return None
    ends: set[datetime | None] = set()
    for lexicon in lexicons().values():
        for row in _rows(tokens, lexicon):
            readings = [*islice(_readings(row, 0, {}), READINGS_MAX + 1)]
            if len(readings) > READINGS_MAX:
                return None
            ends.update(end for slots in readings if (end := _end(slots, issued)) is not None)
    end = ends.pop() if len(ends) == 1 else None
    return None if end is not None and issued is not None and _is_last_year(end, issued) else end


def _is_last_year(end: datetime, issued: datetime) -> bool:
    """Whether the year may be a slip, as in the first days of January: a year later the end would lie ahead."""
    ahead = end - issued + timedelta(days=365)
    return end < issued and timedelta() < ahead <= timedelta(days=SLIP_DAYS_MAX)


def _rows(tokens: list[Token], lexicon: Mapping[str, Meanings]) -> Iterator[list[Token]]:
    """The tokens as the language knows them, without its small words; a word that may be small comes both ways."""
    ways: list[tuple[Token | None, ...]] = []
    for text, meanings in tokens:
        known = {**meanings, **lexicon.get(text, {})}
        if not known and text not in names_of_zones():
            return
        token = Token(text, known)
        if SMALL not in known:
            ways.append((token,))
        else:
            ways.append((None,) if len(known) == 1 and text not in names_of_zones() else (None, token))
    for way in islice(product(*ways), READINGS_MAX):
        yield [token for token in way if token is not None]


def _readings(row: list[Token], at: int, slots: Slots) -> Iterator[Slots]:
    """All ways to account for the tokens from `at` on, each slot filled once."""
    if at == len(row):
        yield slots
        return
    for slot, size, value in _pieces(row, at):
        if slot not in slots:
            yield from _readings(row, at + size, {**slots, slot: value})


def _pieces(row: list[Token], at: int) -> Iterator[tuple[str, int, Any]]:
    for slot, letters, values in RULES:
        size = len(letters)
        found = row[at : at + size]
        if len(found) == size and all(
            letter in token.meanings for letter, token in zip(letters, found, strict=True)
        ):
            arguments = [token.meanings[letter] for letter, token in zip(letters, found, strict=True)]
            yield from ((slot, size, value) for value in values(*arguments))
    for size, zone in _zones(row, at):
        yield "zone", size, zone
    if YEAR_LIKE in row[at].meanings and (any(_zones(row, at + 1)) or _has(row, at + 1, "S")):
        yield "year-like clock", 1, row[at].meanings[YEAR_LIKE]


def _zones(row: list[Token], at: int) -> Iterator[tuple[int, Zone]]:
    """The zones that begin at a token, with their number of tokens."""
    for size in range(min(NAME_WORDS_MAX, len(row) - at), 0, -1):
        if zone := zone_names().get(_name(row, at, size)):
            yield from _with_offset(row, at, size, zone)
        place = places().get(_name(row, at, size))
        if place and _has(row, at + size, TIME):
            yield size + 1, place
        after = places().get(_name(row, at + 1, size)) if _has(row, at, TIME) else None
        if after:
            yield size + 1, after


def _with_offset(row: list[Token], at: int, size: int, zone: Zone) -> Iterator[tuple[int, Zone]]:
    """`GMT`, `GMT-5`, and `CET (GMT+1)`, if that is so."""
    yield size, zone
    following = at + size
    if zone.is_utc and _has(row, following, "s"):
        yield size + 1, row[following].meanings["s"]
    second = zone_names().get(_name(row, following, 1))
    if (
        second
        and second.is_utc
        and _has(row, following + 1, "s")
        and row[following + 1].meanings["s"].clocks[0] in zone.clocks
    ):
        yield size + 2, zone


def _has(row: list[Token], at: int, letter: str) -> bool:
    return at < len(row) and letter in row[at].meanings


def _name(row: list[Token], at: int, size: int) -> str:
    return " ".join(token.text for token in row[at : at + size]) if at + size <= len(row) else ""


def _end(slots: Slots, issued: datetime | None) -> datetime | None:
    """The instant of a reading; None if it lacks anything, or contradicts itself."""
    if "instant" in slots:
        return slots["instant"] if set(slots) == {"instant"} else None
    clocks = [slots[name] for name in CLOCKS if name in slots and (name == "clock" or "date" in slots)]
    if len(clocks) != 1 or "zone" not in slots:
        return None
    zone: Zone = slots["zone"]
    day = _day(slots, issued and issued.astimezone(zone.clocks[0]).date())
    (hour, minute, second), night = clocks[0], timedelta()
    if hour == MIDNIGHT_HOUR and (minute, second) == (0, 0):
        hour, night = 0, timedelta(days=1)
    if day is None or not (hour < 24 and minute < 60 and second < 60):
        return None
    return zone.latest(datetime.combine(day, time(hour, minute, second)) + night)


def _day(slots: Slots, today: date | None) -> date | None:
    """The day of a reading, by its date or as seen from the day on which the note arrived."""
    named = {"date", "day", "near"} & set(slots)
    if len(named) > 1:
        return None
    weekday: int | None = slots.get("weekday")
    try:
        if "date" in slots:
            found: date | None = date(*slots["date"])
        elif today is None:
            return None
        elif "near" in slots:
            found = today + timedelta(days=slots["near"])
        elif "day" in slots:
            found = _next(today, *slots["day"])
        else:
            # A weekday that is today's may be the one of next week.
            ahead = (weekday - today.weekday()) % 7 if weekday is not None else 0
            return today + timedelta(days=ahead) if ahead else None
    except (ValueError, OverflowError):
        return None
    return found if weekday is None or found is None or found.weekday() == weekday else None


def _next(today: date, month: int, day: int) -> date | None:
    """The next day of that name, if it is near: the note may be older than its arrival."""
    found = date(today.year, month, day)
    if found < today:
        found = date(today.year + 1, month, day)
    return found if found - today <= timedelta(days=AHEAD_DAYS_MAX) else None
