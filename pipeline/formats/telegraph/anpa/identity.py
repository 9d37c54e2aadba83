"""ANPA 1312: which dispatch a message belongs to, and when it was sent.

Keyword and day identify a dispatch; only the trailer has the year.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import NamedTuple

from pipeline.values.dates import iso_day, read_parts

PART = re.compile(
    r"\b(?:(?P<nth>\d{1,2})(?:st|nd|rd|th) ?)?(?P<part>add|take|insert|sub)\b(?: ?(?P<number>\d{1,2})\b)?",
    re.IGNORECASE,
)
IN_KEYWORD = re.compile(r"-(KILL|CORRECTION|ADVISORY)$")  # the version section is sometimes part of the keyword
ALERT = re.compile(r"alert", re.IGNORECASE)
DAY = r"(?P<first>\d\d)-(?P<second>\d\d)-(?P<year>\d\d)"
CLOCK = r"(?P<clock>\d\d:?\d\d)"
ZONE = r" ?(?P<zone>[A-Z]{1,4})?\b"
TRAILERS = (
    re.compile(rf"(?P<origin>[A-Z]{{2,4}})-{CLOCK}-{DAY}{ZONE}"),  # KWS-21:37-09-12-18
    re.compile(rf"(?P<origin>[A-Z]{{2,4}})?(?:-[A-Z]{{2,4}})?[ -]?{DAY} {CLOCK}{ZONE}"),  # AP-WF-01-12-22 1037GMT
    re.compile(rf"(?P<origin>[A-Z]{{2,8}} )?{CLOCK}{ZONE} {DAY}"),  # 16:35ET 31-10-14
)
DAY_FIRST = {"AP": False, "KWS": True}


class Trailer(NamedTuple):
    """The instant and the day of the trailer, and whether the day precedes the month."""

    created: datetime | None
    day: date | None
    day_first: bool


def dispatch_of(keyword: str, version: str, day: str) -> str | None:
    """The id of the dispatch: keyword, day, and which part of it; None for an alert or without a keyword."""
    if not keyword or ALERT.search(keyword):
        return None
    named = (IN_KEYWORD.sub("", keyword), day)
    if part := PART.search(version):
        return " ".join((*named, part["part"].lower(), part["nth"] or part["number"] or "1"))
    return " ".join(named)


def read_trailer(after: str, warnings: list[str]) -> Trailer:
    """The trailer in the text after ETX.  Raises Rejected(BAD_DATE)."""
    found = next((match for pattern in TRAILERS if (match := pattern.search(after[:200]))), None)
    if found is None:
        warnings.append("no time in the trailer: its arrival counts")
        return Trailer(None, None, False)
    first, second, year, origin = found["first"], found["second"], found["year"], (found["origin"] or "").strip()
    if int(first) > 12 or int(second) > 12:
        day_first = int(first) > 12
    else:
        day_first = DAY_FIRST.get(origin, False)
        if origin not in DAY_FIRST:
            warnings.append("trailer: read as month, day")
    day = iso_day(year, *((second, first) if day_first else (first, second)))
    created = read_parts(day, found["clock"], found["zone"], "trailer", warnings)
    return Trailer(created, date.fromisoformat(day) if created else None, day_first)


def day_of(written: dict[str, str | None], trailer: Trailer, received: datetime) -> str:
    """The day of the second line, in the year that brings it nearest to the trailer, else to the arrival."""
    near = trailer.day or received.date()
    first, second = written.get("first"), written.get("second")
    if first is None or second is None:
        return near.isoformat()
    month, day = (second, first) if trailer.day_first else (first, second)
    days = [found for year in (near.year - 1, near.year, near.year + 1) if (found := _date(year, month, day))]
    return min(days, key=lambda found: abs(found - near), default=near).isoformat()


def _date(year: int, month: str, day: str) -> date | None:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None
