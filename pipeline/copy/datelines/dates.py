"""The date in a dateline."""

from __future__ import annotations

import re

from pipeline.language.blocks import any_of, words_by_language, words_of_all
from pipeline.values.dates import MONTHS

_MONTH = (
    rf"(?:(?:{'|'.join(sorted({name[:3] for name in MONTHS}))})[a-zäáçéûèęń]{{0,8}}"
    rf"|{any_of('month_forms')})\.?"
)
_DATE = re.compile(
    rf"(?:\b{_MONTH} {{1,2}}\d{{1,2}}(?:st|nd|rd|th)?\b(?: d\.)?(?:(?:,? {{1,2}}|/)(?:19|20)\d\d\b)?"
    rf"|\b(?:ngày )?\d{{1,2}}/\d{{1,2}}(?:/(?:19|20)?\d\d)?(?= ?$)"
    rf"|\b\d{{1,2}}(?:\.|(?:\.|st|nd|rd|th|er)? )(?:de )?{_MONTH}"
    r"(?:[,/]? ?(?:de )?(?:19|20)\d\d\b(?: (?:года|року|г\.|р\.))?)?"
    rf"|\b\d{{1,2}}\.\d{{1,2}}\.(?:(?:19|20)\d\d\b)?"
    rf"|[\u0900-\u097f\d]{{1,9}} (?:{'|'.join(sorted(words_by_language('month_forms')['hi']))})"
    rf"|\b(?:19|20)\d\d\. {_MONTH} \d{{1,2}}\.(?:, \w{{4,10}})?)(?=[\s,.]|$)",
    re.IGNORECASE,
)
_ARABIC_MONTH = (
    rf"(?:{'|'.join(sorted((name for name in MONTHS if 'ء' <= name[0] <= 'ي'), key=len, reverse=True))}"
    r"|(?:كانون|تشرين) (?:الأول|الاول|الثاني))"
)
_ARABIC_DATE = re.compile(  # `في 4 مارس آذار`, `4 كانون الثاني/يناير 2024`, KUNA: `- 4 - 3`
    rf"(?:\bفي )?\b\d{{1,2}} {_ARABIC_MONTH}(?: ?[ /] ?{_ARABIC_MONTH})?(?:,? (?:19|20)\d\d\b)?(?= ?$)"
    r"|(?:- )?\b\d{1,2} ?- ?\d{1,2}(?: ?- ?(?:19|20)\d\d)?(?= ?$)"
)
_CLOCK = re.compile(r"[, ]{1,3}\d{1,2}[:.]\d\d$")  # behind a date: `13 nov 11:20`


def cut_date(where: str) -> tuple[str, str | None]:
    """The place without its date, and the date as written; a weekday is one: `Vejle, torsdag`."""
    if not where.isascii() or any(map(str.isdigit, where)):  # not most copy that begins with a dash somewhere
        match = (_DATE if where.isascii() else _ARABIC_DATE).search(where) or _DATE.search(where)
        if match:
            rest = where[: match.start()] + where[match.end() :]
            return _CLOCK.sub("", rest.strip(" ,،.|-")), match[0].strip(" ,.-")
    place, comma, day = where.rpartition(",")
    if comma and day.strip().casefold() in words_of_all("weekdays"):
        return place.strip(" ,."), day.strip()
    return where.strip(" ,."), None
