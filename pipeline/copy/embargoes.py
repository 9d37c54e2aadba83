"""Embargoes in prose: `Sperrfrist 12. Januar 2022, 09.30 Uhr MEZ`, `EMBARGOED UNTIL 10:00 GMT, January 12 2022`.

An embargo fails closed (docs/design/laws.md#law-5): it has an end only where year, day, time and zone are all
written and mean one instant.  With anything less - no year, no zone, a weekday, two dates - it has no end.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from pipeline.values.dates import MONTHS, ZONE_HOURS
from pipeline.values.embargo import Embargo, Where, names_embargo

NOTE_LENGTH_MAX = 300  # a longer paragraph that begins so is copy with an embargo, and stays in the body

_TRACES = ("embarg", "sperrfrist", "gesperrt", "not for", "hold for", "hold-for", "nicht vor")

_ISO = re.compile(r"\b(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d)? ?(Z\b|[+-]\d\d:?\d\d\b)")
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|\.)? (?:of |de )?([^\W\d_]{3,10})\.?,? (?:de )?(\d{4})\b")
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b")
_DIGITS = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")  # day first: the form with points is continental
_TIME = re.compile(
    r"(?<![\d.:])(\d{1,2})[:.h](\d\d)(?![\d.]\d)|(?<![\d.:])(\d\d)(\d\d)(?= ?(?:hrs |h )?[A-Z]{1,4}\b)"
)
_NOON = re.compile(r"(?: ?([ap])\.?m\.?\b)", re.IGNORECASE)
_ZONE = re.compile(r"\b([A-Z]{1,4})\b(?:([+-])(\d{1,2})(?::?(\d\d))?)?", re.IGNORECASE)


def find_embargo(text: str) -> Embargo | None:
    """The embargo that a paragraph or headline begins with."""
    head = text[:NOTE_LENGTH_MAX]
    folded = head[:80].lower()
    if not any(map(folded.__contains__, _TRACES)) or not names_embargo(head, Where.COPY):
        return None
    return Embargo(_until(head), head)


def _until(text: str) -> datetime | None:
    """The instant that the note names, if it names exactly one completely."""
    if iso := _ISO.findall(text):
        day, time, zone = iso[0]
        return datetime.fromisoformat(f"{day}T{time}{zone}").astimezone(UTC) if len(iso) == 1 else None
    dates, times, offsets = _dates(text), _times(text), _offsets(text)
    if not len(set(dates)) == len(set(times)) == len(set(offsets)) == 1:
        return None
    try:
        return datetime(*dates[0], *times[0], tzinfo=timezone(offsets[0])).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _dates(text: str) -> list[tuple[int, int, int]]:
    found = [(int(y), MONTHS.get(m.lower(), 0), int(d)) for d, m, y in _DAY_FIRST.findall(text)]
    found += [(int(y), MONTHS.get(m.lower(), 0), int(d)) for m, d, y in _MONTH_FIRST.findall(text)]
    found = [date for date in found if date[1]]
    return found + [(int(y), int(m), int(d)) for d, m, y in _DIGITS.findall(text)]


def _times(text: str) -> list[tuple[int, int]]:
    found = []
    for match in _TIME.finditer(_DIGITS.sub(" ", text)):
        hour, minute = int(match[1] or match[3]), int(match[2] or match[4])
        noon = _NOON.match(match.string, match.end())
        if noon:
            hour = hour % 12 + 12 * (noon[1].lower() == "p")
        found.append((hour, minute))
    return found


def _offsets(text: str) -> list[timedelta]:
    found = []
    for name, sign, hours, minutes in _ZONE.findall(text):
        base = ZONE_HOURS.get(name.upper())
        if base is not None and (name.isupper() or name == "z"):
            signed = (-1 if sign == "-" else 1) * (int(hours or 0) * 60 + int(minutes or 0))
            found.append(timedelta(hours=base, minutes=signed))
    return found
