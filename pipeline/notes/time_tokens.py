"""The pieces of a time as a note writes it, each with all that it can mean; no word is dropped but punctuation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pipeline.notes.fold import fold, plain
from pipeline.notes.zones import offset_zone
from pipeline.values.dates import YEAR_MAX, YEAR_MIN

Meanings = Mapping[str, Any]  # a letter of the rules in `times` -> its value
NEUTRAL = frozenset(",.:;()[]-*=\"'’‘“”„«»|!#_/@")  # anything else is a word that nobody knows: `?`, `~`, `&`, `<`
# Words of several parts, one of which means something else: `après` is after, `midi` is noon.
_JOINED = re.compile(r"\b(apres|meio|meia|aujourd|o)[-'’ ](midi|dia|noite|hui|clock)\b")
_TOKEN = re.compile(
    r"(?P<instant>\d{4}-\d\d-\d\d[t ]\d\d:?\d\d(?::?\d\d(?:[.,]\d+)?)? ?(?:z|utc|gmt|[+-]\d\d:?\d\d))(?![\w:+-])"
    r"|(?P<iso>(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d))(?![\w-])"
    r"|(?P<day>\d{1,2}(?P<by>[./-])\d{1,2}(?P=by)\d{4})(?![\w/-])"
    r"|(?P<clock>(?P<hour>\d{1,2})(?P<mark>[:.h])(?P<minute>\d\d)(?:[:.](?P<second>\d\d))?)(?![.:]?\d)"
    r"|(?P<half>[ap]\.? ?m)(?![^\W_])"
    r"|(?P<offset>(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?)(?![\w:])"
    r"|(?P<number>\d+)(?:(?:st|nd|rd|th|er|ro)(?![^\W_])|[º°ª])?"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<other>\S)"
)


class Token(NamedTuple):
    """A piece of a note."""

    text: str  # folded
    meanings: Meanings


def tokens_of(note: str) -> list[Token]:
    """The pieces of the note; a word has no meanings yet: they depend on the language."""
    folded = _JOINED.sub(r"\1\2", fold(plain(note)))
    found = []
    for match in _TOKEN.finditer(folded):
        kind = next(name for name in KINDS if match[name] is not None)
        if match[0] not in NEUTRAL:
            found.append(Token(match[0], KINDS[kind](match)))
    return found


def _instant(match: re.Match[str]) -> Meanings:
    text = re.sub(r" ?(?:utc|gmt)$", "z", match["instant"]).replace(" +", "+").replace(" -", "-").replace(" z", "z")
    try:
        return {"I": datetime.fromisoformat(text.upper()).astimezone(UTC)}
    except (ValueError, OverflowError):
        return {}


def _day(match: re.Match[str]) -> Meanings:
    """Day first with points, which is the continental form; else both orders, and so often no end."""
    one, two, year = map(int, re.split(r"[./-]", match["day"]))
    return {"D": ((year, two, one),) if match["by"] == "." else ((year, two, one), (year, one, two))}


def _clock(match: re.Match[str]) -> Meanings:
    """`9:30` may be of twelve hours or of twenty-four; `09:30`, `10:30` and `9h30` are of twenty-four."""
    value = (int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    return {"c": value, "b" if len(match["hour"]) == 1 and match["mark"] != "h" else "C": value}


def _number(match: re.Match[str]) -> Meanings:
    """A day or an hour; a year; `0001`, `1800`; where four digits may be both, it depends on what follows."""
    digits, value = match["number"], int(match["number"][:6])
    if len(digits) <= 2:
        return {"n": value}
    if len(digits) != 4:
        return {}
    year = {"y": value} if YEAR_MIN <= value <= YEAR_MAX else {}
    clock = {"g" if year else "f": (value // 100, value % 100, 0)} if value % 100 < 60 else {}
    return {**year, **clock}


def _offset(match: re.Match[str]) -> Meanings:
    """`-5` behind GMT, `+0100` alone; the `-5` of `4-5` may also be a number after a dash."""
    zone = offset_zone(match["sign"], match["hours"], match["minutes"] or "")
    found: dict[str, Any] = {"s": zone} if zone else {}
    if zone and match["minutes"] and len(match["hours"]) == 2:
        found["S"] = zone
    if match["sign"] == "-" and not match["minutes"]:
        found["n"] = int(match["hours"])
    return found


KINDS: dict[str, Callable[[re.Match[str]], Meanings]] = {
    "instant": _instant,
    "iso": lambda match: {"D": ((int(match["y"]), int(match["m"]), int(match["d"])),)},
    "day": _day,
    "clock": _clock,
    "half": lambda match: {"p": f"{match['half'][0]}m"},
    "offset": _offset,
    "number": _number,
    "word": lambda match: {},
    "other": lambda match: {},
}
