"""Lines below the copy that only say when it was sent: `03.03.2022 14:32`, `03 mar 2022 10:32 CET`, `0123`."""

from __future__ import annotations

import re

from pipeline.language.blocks import words_of_all
from pipeline.notes.time_words import day_words
from pipeline.values.agencies import agency_named
from pipeline.values.dates import MONTHS, ZONE_HOURS

STAMP_LENGTH_MAX = 80
# `송고시간2026-01-05` has nothing between its word and its date.
_BETWEEN = re.compile(r"[\s.,:：;()/|+=·–—年月日時时分秒-]+|(?<=[가-힣])(?=\d)")
_MONTHS_JOINED = "|".join(sorted({name[:3].upper() for name in MONTHS if name.isascii()}))
_NUMBER = re.compile(
    rf"\d{{1,8}}(?:T\d{{4,6}}Z?)?|\d{{1,2}}(?:st|nd|rd|th|h|h\d\d|Z|[ap]m)"
    rf"|\d{{1,2}}(?:{_MONTHS_JOINED})[A-Z]{{0,6}}\d{{2,4}}",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b\d\d?:\d\d\b|\b\d{8}T\d{4}|\d{4}[ ,|/]{1,3}\d\d?\.\d\d$|\d時\d\d分")
_TRAILING = re.compile(r"(?:[/ ]\d\d?:\d\d| \d{8}T\d{4,6}Z?|(?<=\D)/\d{4}(?: ?[^\W\d_]{1,4}\.?)?|/[23]\d)$")
_TRAILING_DATE = re.compile(r" \d{1,2}(?:[./-]\d{1,2}[./-]|[ .]?[^\W\d_]{3,9}[ .]?)\d{2,4}(?:,? \d\d?[:.]\d\d)?$")
_COUNT = re.compile(r" \(\d{2,4}(?: [a-z]{4,6})?\)$")  # AIM: `Ab/ cd (312)`, of words


def _listed(name: str) -> frozenset[str]:
    """The words of a list, in any language, one by one: `a.m.` are two."""
    return frozenset(part for entry in words_of_all(name) for part in _BETWEEN.split(entry.casefold()) if part)


def _words() -> frozenset[str]:
    named = _listed("stamps") | words_of_all("month_forms")
    zones = ("ET", "CT", "PT", "IST", "CST", "WIB", "TSI", "WIT", "WITA", "KST", *ZONE_HOURS)
    return frozenset(part.casefold() for name in (*named, *MONTHS, *day_words(), *zones) for part in name.split())


_WORDS = _words()
_UPDATES = _listed("updates")
_BESIDE = _listed("beside_times")


def is_stamp(text: str) -> bool:
    """Whether it is a date or a time of day, and nothing else but the name of an agency."""
    if len(text) > STAMP_LENGTH_MAX or not any(c.isdigit() for c in text):
        return False
    words = [word for word in _BETWEEN.split(text.casefold()) if word]
    numbers = sum(bool(_NUMBER.fullmatch(word)) or word.isdigit() for word in words)
    return numbers >= len(words) / 2 and all(is_of_stamp(word) for word in words)


def is_update_stamp(text: str) -> bool:
    """Whether it says when the copy was written or changed: `—Updated at 9:20 a.m.`, `Aktualisiert: 14:32 Uhr`."""
    text = text.lstrip("-–—*•([ ").rstrip(".)] ")
    if len(text) > STAMP_LENGTH_MAX or text[:1].islower() or not any(c.isdigit() for c in text):
        return False
    words = [word for word in _BETWEEN.split(text.casefold()) if word]
    begun = words[0] in _UPDATES or (words[0] in _BESIDE and words[1] in _UPDATES)
    return begun and all(word in _UPDATES or word in _BESIDE or is_of_stamp(word) for word in words)


def is_clock(text: str) -> bool:
    """Whether it is a stamp with a time of day, and no end of a sentence: `1985.` may be the last line of one."""
    may_be = len(text) <= STAMP_LENGTH_MAX and not text.endswith(".")
    return may_be and bool(_CLOCK.search(text)) and is_stamp(text)


def is_of_stamp(word: str) -> bool:
    return word in _WORDS or bool(_NUMBER.fullmatch(word)) or agency_named(word.upper()) is not None


def without_stamp(text: str) -> str:
    """The text without a time or a count of words at its end: `Red/Abc 20220303T143200Z`, `мј/ав/14:32`."""
    text = _COUNT.sub("", text)
    dated = _TRAILING_DATE.search(text)
    return text[: dated.start()] if dated and is_stamp(dated[0]) else _TRAILING.sub("", text)
