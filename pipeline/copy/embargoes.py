"""Embargoes in prose: `Sperrfrist 12. Januar 2022, 09.30 Uhr MEZ`, `EMBARGOED UNTIL 10:00 GMT, January 12 2022`.

An embargo fails closed (docs/design/laws.md#law-5): it has an end only where year, day, time and zone are all
written and mean one instant; anything less - no year, no zone, a weekday, two dates - is an embargo without an end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from pipeline.formats.parsed import Embargo

NOTE_LENGTH_MAX = 300  # a longer paragraph that begins so is copy with an embargo, and stays in the body

_NOTE = re.compile(
    r"[(\[*# -]{0,6}(?:(?:attention|achtung|note)(?: to)?(?: editors?)?(?:[:!,]| [-–—])? )?"
    r"(?:strictly |strikt |(?:bitte )?beachten sie die )?"
    r"(?:sperrfrist(?!en\b| (?:ist |wurde )?(?:aufgehoben|abgelaufen|von|für|des|der (?!meldung)|im ))"
    r"|gesperrt bis\b|embargo(?: (?:until|till|for release|for publication|tot|t/m|jusqu|hasta|fino|bis)\b|:)"
    r"|(?-i:EMBARGOED\b)|embargoed(?: ?[-–—:,;!*)]|$| \d| (?:until|till|to|for|by|at|copy|material|news|press)\b)"
    r"|under embargo\b|sous embargo\b|onder embargo\b|bajo embargo\b|embargado hasta\b|embargada hasta\b"
    r"|not for (?:public )?(?:release|publication|broadcast|use)(?: or [a-z]{3,12}){0,2} (?:before|until)\b"
    r"|hold for release\b|nicht vor .{3,40} veröffentlichen)",
    re.IGNORECASE,
)
_TRACES = ("embarg", "sperrfrist", "gesperrt", "not for", "hold for", "nicht vor")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january janvier enero gennaio janeiro januari",
            "feb februar february février febrero febbraio fevereiro februari",
            "mar mär march märz mars marzo março maart",
            "apr april avril abril aprile",
            "may mai mayo maggio maio mei maj",
            "jun juni june juin junio giugno junho",
            "jul juli july juillet julio luglio julho",
            "aug august août agosto augustus augusti",
            "sep sept september septembre septiembre settembre setembro",
            "oct okt oktober october octobre octubre ottobre outubro",
            "nov november novembre noviembre novembro",
            "dec dez december dezember décembre diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
# Hours from UTC of the zones that mean one offset only; CST, IST and ET mean several, so they fail closed.
_ZONES = {
    "gmt": 0, "utc": 0, "z": 0, "bst": 1, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3,
    "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "jst": 9, "kst": 9, "aest": 10,
    "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip

_ISO = re.compile(r"\b(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d)? ?(Z\b|[+-]\d\d:?\d\d\b)")
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|\.)? (?:of |de )?([^\W\d_]{3,10})\.?,? (?:de )?(\d{4})\b")
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b")
_DIGITS = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")  # day first: the form with points is continental
_TIME = re.compile(
    r"(?<![\d.:])(\d{1,2})[:.h](\d\d)(?![\d.]\d)|(?<![\d.:])(\d\d)(\d\d)(?= ?(?:hrs |h )?[A-Z]{1,4}\b)"
)
_NOON = re.compile(r"(?: ?([ap])\.?m\.?\b)", re.IGNORECASE)
_ZONE = re.compile(r"\b([A-Z]{1,4})\b(?:([+-])(\d{1,2})(?::?(\d\d))?)?", re.IGNORECASE)


def find(text: str) -> Embargo | None:
    """The embargo that a paragraph or headline begins with."""
    head = text[:NOTE_LENGTH_MAX]
    folded = head[:80].lower()
    if not any(map(folded.__contains__, _TRACES)) or not _NOTE.match(head):
        return None
    return Embargo(_until(head), head)


def strictest(found: Iterable[Embargo | None]) -> Embargo | None:
    """Of several the one without an end, else the last to end."""
    embargoes = [embargo for embargo in found if embargo is not None]
    endless = next((embargo for embargo in embargoes if embargo.until is None), None)
    return endless or max(
        embargoes, key=lambda embargo: embargo.until or datetime.min.replace(tzinfo=UTC), default=None
    )


def _until(text: str) -> datetime | None:
    """The instant that the note names, if it names exactly one, whole."""
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
    found = [(int(y), _MONTHS.get(m.lower(), 0), int(d)) for d, m, y in _DAY_FIRST.findall(text)]
    found += [(int(y), _MONTHS.get(m.lower(), 0), int(d)) for m, d, y in _MONTH_FIRST.findall(text)]
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
        base = _ZONES.get(name.lower())
        if base is not None and (name.isupper() or name == "z"):
            signed = (-1 if sign == "-" else 1) * (int(hours or 0) * 60 + int(minutes or 0))
            found.append(timedelta(hours=base, minutes=signed))
    return found
