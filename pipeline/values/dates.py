"""Dates, times and zones as the wires write them: eight forms of ISO 8601, RFC 822 (RSS), trailers.

Every instant that is returned is aware, UTC, and of a year between 1900 and 2100; another year is a fault of the
item.  An instant that cannot be read gives a warning; an embargo that cannot be read fails closed.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

from pipeline.language.blocks import ANY, language_blocks
from pipeline.records import Fault, Reason, Rejected
from pipeline.values.accents import without_accents
from pipeline.values.blanks import one_line, untagged
from pipeline.values.embargo import Embargo

YEAR_MIN, YEAR_MAX = 1900, 2100
WEST = timedelta(hours=14)  # after this a time without a zone is past everywhere
# No embargo ended before: a clock that was never set shows 1970, as that of a database 1900.
EMBARGO_MIN = datetime(1971, 1, 1, tzinfo=UTC)
CHARACTERS_MAX = 64  # the longest form seen has 35; a longer text is unreadable

ISO = re.compile(
    r"(?:(\d{4,6})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d))"
    r"(?:[Tt ] ?(\d\d(?::?\d\d){1,2}(?:[.,]\d{1,9})?) ?([Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?"
)
RFC_822 = re.compile(
    r"(?:[A-Za-z]{3,9},? )?\d{1,2} [A-Za-z]{3,9} \d{4} \d\d:\d\d(?::\d\d)? ([+-]\d{4}|[A-Za-z]{1,4})(?<!-0000)"
)
# Seconds or milliseconds since 1970, from 2001 to the end of 2099, behind which a year is refused.
EPOCH = re.compile(r"((?:[1-3]\d|40)\d{8})(?:\d{3})?", re.ASCII)
# As many digits as seconds have from 2030 on: day and hour without a blank, which is no form of ISO 8601.
DAY_AND_HOUR = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-4])", re.ASCII)
# A clock, and all that may stand behind it: a zone by its name or an offset, a comment or the zone again; the year.
# Behind an offset browsers write the name of the zone in their own language.
ZONE_IN_WORDS = (
    r"(?: ?\((?:[^()]{3,40}(?:[Zz]eit|tid|tijd)|(?:[Hh]eure|[Hh]ora|[Oo]ra|Horário|czas) [^()]{3,40})\))?"
)
CLOCK_AND_ZONE = re.compile(
    r"(?P<before>.*?(?<![\d:.])\d{1,2}[:.]\d\d(?:[:.]\d\d(?:[.,]\d{1,9})?)?)(?: (?:Uhr|h))?(?P<year> \d{4})?,? ?"
    r"(?:(?P<name>[A-Za-z]{1,5})(?P<more> ?[+-]\d{1,2}(?::?\d\d)?)?"
    r"|(?P<offset>[+-]\d\d(?::?\d\d)?)"
    r"|[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_-]+)+)?"
    rf"{ZONE_IN_WORDS}"
    r"(?: ?\((?:China|India|Ireland|Israel|[A-Z][A-Za-z ]+ Time|(?:GMT|UTC)?[+-]\d\d(?::?\d\d)?"
    r"|(?P<comment>[A-Za-z]{1,5}))\)"
    r"| (?P<again>[A-Z]{1,5}))?"
    r"(?P<last> \d{4})?",
    re.ASCII,
)
# `Jan 3 10:00:00 2022`
YEAR_LAST = re.compile(r"(?:[A-Za-z]{3},? )?[A-Za-z]{3} \d{1,2},? \d{1,2}[:.]\d\d", re.ASCII)
CLOCK = re.compile(r"\d[:.]\d\d", re.ASCII)
HALF_DAY = re.compile(
    r"(?<![\d:.])(\d{1,2})([:.]\d\d(?:[:.]\d\d)?) ?([AaPp])(?:\. ?[Mm]\.?|[Mm]\.?|\.)?(?![A-Za-z])", re.ASCII
)
# A year that the library would read as one of two digits: .NET writes 0001 for no date.
YEAR_OF_ZEROS = re.compile(r"(?:[ ,]|[A-Za-z]-)(0\d{3})(?![\d:])", re.ASCII)
ASSUMED = timezone(timedelta(0), "UTC, assumed")  # of a moment whose text names no zone: it may be another one
NO_ZONE = "-0000"  # in RFC 5322; the library wants one behind 12-Jan-22
NO_OFFSET = "no offset, read as UTC"
ZULU = frozenset({"Z", "z", "UT", "UTC", "GMT"})
# Hours from UTC of the zones that mean one offset only: CST, IST and ET mean several.
ZONE_HOURS = {
    "GMT": 0, "UTC": 0, "Z": 0, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "MEST": 2,
    "EET": 2, "EEST": 3, "MSK": 3,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9, "KST": 9, "AEST": 10,
    "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
# And those that mean several, or another one: a date with one of them has no offset.
ZONES = frozenset({
    *ZULU, *ZONE_HOURS, "ACDT", "ACST", "ADT", "AKDT", "AKST", "ART", "AST", "AWST", "BDT", "BRT", "CAT", "CST",
    "CT", "EAT", "ET", "GST", "HKT", "HST", "ICT", "IDT", "IST", "MT", "NDT", "NPT", "NST", "PHT", "PKT", "PMT",
    "PT", "SAST", "SGT", "SST", "TRT", "WAT", "WEST", "WET", "WIB", "WIT", "WITA",
})  # fmt: skip
# Offsets as RFC 822 writes them and zones that it knows, but for CST, which is China's too.
ONE_OFFSET = frozenset({
    *(f"{sign}{hours:02}{minutes}" for sign in "+-" for hours in range(15) for minutes in ("00", "15", "30", "45")),
    *("GMT", "UT", "UTC", "Z", "EST", "EDT", "CDT", "MST", "MDT", "PST", "PDT"),
})  # fmt: skip
# A date in that form in another language: its weekday says nothing, its month is looked up.
OTHER_LANGUAGE = re.compile(
    r"(?:[^\W\d_]{2,12}\.?,? )?(?P<day>[0-9]{1,2})\.? (?:de )?(?P<month>[^\W\d_]{3,12})\.? (?:de )?"
    r"(?P<year>[0-9]{4}),? "
    r"(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: (?:[+-][0-9]{4}|[A-Z]{1,4}))?)"
)
FIRST_WORD = re.compile(r"([^\W\d_]+)\.?,")
# The months by name and as agencies abbreviate them, in all languages.
_MONTH_NAMES = [
    (name, number)
    for block in language_blocks().values()
    for number, names in enumerate(block.get("months", ()), start=1)
    for name in names.split()
]
MONTHS = dict(_MONTH_NAMES)
WEEKDAY_LENGTH_MIN = 2  # of one that is cut: `Mo`


def _plain(word: str) -> str:
    """Small letters without accents: feeds write `Mie` and `mié`."""
    return without_accents(word.lower())


_WEEKDAYS = tuple(map(_plain, language_blocks()[ANY]["weekdays"].split()))


def read_instant(text: str, field: str, warnings: list[str]) -> datetime | None:
    """The instant, UTC; None with a warning if unreadable.  Without an offset it is read as UTC, with a warning.

    Its zone is then ASSUMED, so that `in_zone` may read it otherwise.  A year outside 1900..2100 is a Fault.
    """
    try:
        moment = parse_moment(text)
    except Rejected as rejected:
        warnings.append(Fault(rejected.reason, rejected.detail))
        return None
    if moment is None:
        warnings.append(f"{field}: unreadable date {text[:CHARACTERS_MAX]!r}")
        return None
    if moment.tzinfo is None:
        warnings.append(f"{field}: {NO_OFFSET}")
        return moment.replace(tzinfo=ASSUMED)
    return moment.astimezone(UTC)


def in_zone(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """The instant, read in this zone if its text named none; of an hour that a clock shows twice the first."""
    if moment is None or moment.tzinfo is not ASSUMED:
        return moment
    return moment.replace(tzinfo=zone).astimezone(UTC)


def read_parts(day: str, clock: str, zone: str | None, field: str, warnings: list[str]) -> datetime | None:
    """The instant of a trailer: the day in ISO form (see iso_day), the time as hhmm or hh:mm, the zone by its name.

    Warnings and errors as for read_instant; a zone that is not in ZONE_HOURS gives a warning too.
    """
    hours = ZONE_HOURS.get((zone or "").upper())
    if zone and hours is None:
        warnings.append(f"{field}: zone {zone} unknown")
    offset = "" if hours is None else f"{hours:+03}:00" if hours else "Z"
    return read_instant(f"{day}T{clock[:2]}:{clock[-2:]}{offset}", field, warnings)


def iso_day(year: str, month: str, day: str) -> str:
    """The day in ISO form: a year of four or two digits (1969 to 2068, as in POSIX), a month in digits or letters.

    An unknown name of a month gives month 00, which no reader accepts as a date.
    """
    century = ("19" if year >= "69" else "20") if len(year) == 2 else ""
    number = month if month.isdecimal() else str(MONTHS.get(month.lower(), 0))
    return f"{century}{year}-{number:0>2}-{day:0>2}"


def as_version(moment: datetime | None) -> str | None:
    """The instant in one fixed form, as the version of formats that have none: such versions sort as texts."""
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_embargo(texts: Sequence[str], warnings: list[str]) -> Embargo | None:
    """The embargo until the latest of several instants; None for none.

    It has no end if one of them is empty, not understood to its last character, that of a clock that was never set,
    or without an offset that means one thing (docs/design/laws.md#law-5): read as UTC, it could end up to 14 hours
    early.  A year outside 1900..2100 is a Fault too.
    """
    if not texts:
        return None
    found = [read_instant(text, "embargo", warnings) if _is_understood(text) else None for text in texts]
    known = [moment for moment in found if moment and moment.tzinfo is not ASSUMED and moment >= EMBARGO_MIN]
    return Embargo(max(known) if len(known) == len(texts) else None, untagged(" ".join(texts)[:200]))


def _is_understood(text: str) -> bool:
    """Whether it is a date as ISO 8601 or RFC 822 has it; no embargo ends by what else parse_moment reads."""
    found = RFC_822.fullmatch(text.strip())
    return ISO.fullmatch(text.strip()) is not None or (found is not None and found[1].upper() in ONE_OFFSET)


def parse_moment(text: str) -> datetime | None:
    """The moment as written, naive without an offset; None if unreadable.  Raises Rejected(BAD_DATE)."""
    text = text.strip()
    if len(text) > CHARACTERS_MAX:
        return None
    text = one_line(text)
    if seconds := EPOCH.fullmatch(text):
        return None if DAY_AND_HOUR.fullmatch(text) else datetime.fromtimestamp(int(seconds[1]), UTC)
    if match := ISO.fullmatch(text) or ISO.fullmatch(text := _with_offset(_of_24_hours(text))):
        year, month, day = match.group(1, 2, 3) if match[1] else match.group(4, 5, 6)
        zone = "+00:00" if match[8] in ZULU else match[8] or ""
        _check_year(int(year), text)
        return _built(lambda: datetime.fromisoformat(f"{year}-{month}-{day}T{match[7] or '00:00'}{zone}"))
    if (word := FIRST_WORD.match(text)) and not _is_weekday(word[1]):
        return None  # `Evening, 03 Jan`: whatever it says of the time, the library passes over it
    if zeros := YEAR_OF_ZEROS.search(text):
        _check_year(int(zeros[1]), text)
    moment = (
        _built(lambda: parsedate_to_datetime(text))
        or _built(lambda: parsedate_to_datetime(_in_english(text)))
        or _built(lambda: parsedate_to_datetime(f"{text} {NO_ZONE}"))
    )
    if moment is not None:
        _check_year(moment.year, text)
    return moment


def is_past(text: str, now: datetime | None) -> bool:
    """Whether that moment has surely come: one that is not understood has not, nor a clock's that was never set."""
    moment = moment_or_none(text)
    if moment is None or now is None or moment.year < EMBARGO_MIN.year:
        return False
    if (moment.tzinfo is None) == (now.tzinfo is None):
        return moment <= now
    return moment.replace(tzinfo=moment.tzinfo or UTC) + WEST <= now.replace(tzinfo=now.tzinfo or UTC)


def moment_or_none(text: str) -> datetime | None:
    """As parse_moment, for a comparison; None also of a year that no item may have."""
    try:
        return parse_moment(text)
    except Rejected:
        return None


def _is_weekday(word: str) -> bool:
    """Whether it is the name of a day, or the beginning of one, in any language."""
    return len(word) >= WEEKDAY_LENGTH_MIN and any(day.startswith(_plain(word)) for day in _WEEKDAYS)


def _of_24_hours(text: str) -> str:
    """A clock with a.m. or p.m. as one of 24 hours, of which the library knows nothing: it reads 10 p.m. as 10."""
    found = HALF_DAY.search(text)
    if found is None:
        return text
    hour = int(found[1])
    if not 1 <= hour <= 12:
        return ""  # nobody can tell what is meant
    hour = hour % 12 + 12 * (found[3] in "Pp")
    return f"{text[: found.start()]}{hour:02}{found[2]}{text[found.end() :]}"


def _with_offset(text: str) -> str:
    """A date with its zone as an offset; one that means several offsets is left out.  Nothing for an unknown word.

    The library reads `10:00 night GMT` as 10:00 without a zone or with one, and takes CST and AST for America's.
    """
    found = CLOCK_AND_ZONE.fullmatch(text)
    if found is None:
        return "" if CLOCK.search(text) else text
    names = [found[group].upper() for group in ("name", "comment", "again") if found[group]]
    year = found["year"] or found["last"] or ""
    if not ZONES.issuperset(names) or (year and not YEAR_LAST.match(text)) or (found["year"] and found["last"]):
        return ""
    if found["offset"]:  # whatever zone a comment has beside it
        offsets = {f"{found['offset'].replace(':', ''):0<5}", *map(_offset, names[bool(found["comment"]) :])}
    else:
        offsets = set(map(_offset, names)) if found["name"] and not found["more"] else set()
    return f"{found['before']}{year} {offsets.pop() if len(offsets) == 1 else ''}".rstrip()


def _offset(name: str) -> str:
    """That of a zone by its name; empty if it means several."""
    hours = 0 if name in ZULU else ZONE_HOURS.get(name)
    return "" if hours is None else f"{hours:+03}00"


def _in_english(text: str) -> str:
    """A date of RFC 822 with its month in another language, as in English.  Raises ValueError for any other text.

    A month may be cut (`févr.`) as long as it is the same in all languages: `listopad` is October in Zagreb and
    November in Prague, and `jui` is June or July.
    """
    found = OTHER_LANGUAGE.fullmatch(text)
    numbers = {number for name, number in _MONTH_NAMES if found and name.startswith(found["month"].lower())}
    if found is None or len(numbers) != 1:
        raise ValueError("no date in words")
    return f"{found['day']} {calendar.month_abbr[numbers.pop()]} {found['year']} {found['clock']}"


def _check_year(year: int, text: str) -> None:
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise Rejected(Reason.BAD_DATE, f"{text!r}: year {year} is outside {YEAR_MIN}..{YEAR_MAX}")


def _built(build: Callable[[], datetime]) -> datetime | None:
    try:
        return build()
    except (ValueError, TypeError, IndexError, OverflowError):  # what email.utils raises on nonsense
        return None
