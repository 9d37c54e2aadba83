"""Instants as wires write them: ISO 8601 in its eight forms seen, and RFC 822 (RSS).

Every instant that leaves here is aware, UTC, and of a year between 1900 and 2100; a date beyond is no date of a
news item and rejects it.  What cannot be read at all is a warning, but for an embargo, which then fails closed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pipeline.formats.blanks import untagged
from pipeline.formats.parsed import Embargo
from pipeline.records import Reason, Rejected

YEAR_MIN, YEAR_MAX = 1900, 2100
CHARACTERS_MAX = 64  # the longest form seen has 35; a longer text is unreadable

ISO = re.compile(
    r"(?:(\d{4,6})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d))"
    r"(?:[Tt ] ?(\d\d(?::?\d\d){1,2}(?:[.,]\d{1,9})?) ?([Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?"
)
ZULU = frozenset({"Z", "z", "UTC", "GMT"})


def read_instant(text: str, field: str, warnings: list[str]) -> datetime | None:
    """The instant; None with a warning if unreadable.  Without an offset it is UTC, with a warning.

    Raises Rejected(BAD_DATE) for a year outside 1900..2100.
    """
    moment = parse_moment(text)
    if moment is None:
        warnings.append(f"{field}: unreadable date {text[:CHARACTERS_MAX]!r}")
        return None
    if moment.tzinfo is None:
        warnings.append(f"{field}: no offset, read as UTC")
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def read_embargo(texts: Sequence[str]) -> Embargo | None:
    """The latest of several; held without end if one is empty, unreadable or without offset (law 5).

    Without its offset an embargo could end up to 14 hours early: that is not read as UTC.
    """
    if not texts:
        return None
    moments = [parse_moment(text) for text in texts]
    known = [moment.astimezone(UTC) for moment in moments if moment is not None and moment.tzinfo is not None]
    return Embargo(max(known) if len(known) == len(texts) else None, untagged(" ".join(texts)[:200]))


def parse_moment(text: str) -> datetime | None:
    """The moment as written, naive if it names no offset; None if unreadable.  Raises Rejected(BAD_DATE)."""
    text = text.strip()
    if len(text) > CHARACTERS_MAX:
        return None
    if match := ISO.fullmatch(text):
        year, month, day = match.group(1, 2, 3) if match[1] else match.group(4, 5, 6)
        zone = "+00:00" if match[8] in ZULU else match[8] or ""
        _check_year(int(year), text)
        return _built(lambda: datetime.fromisoformat(f"{year}-{month}-{day}T{match[7] or '00:00'}{zone}"))
    moment = _built(lambda: parsedate_to_datetime(text))
    if moment is not None:
        _check_year(moment.year, text)
    return moment


def _check_year(year: int, text: str) -> None:
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise Rejected(Reason.BAD_DATE, f"{text!r}: year {year} is outside {YEAR_MIN}..{YEAR_MAX}")


def _built(build: Callable[[], datetime]) -> datetime | None:
    try:
        return build()
    except (ValueError, TypeError, IndexError, OverflowError):  # what email.utils raises on nonsense
        return None
