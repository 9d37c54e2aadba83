"""Datelines: where, when and by whom the copy was filed.

    BRUSSELS (Reuters) –            Tel Aviv/Beirut (dpa) -        Jan 3 (Reuters) -
    CHATHAM, Mass. (AP) _           STOCKHOLM, Aug 29, 2014 (AFP) -        San Diego (tca/dpa) -
    MOSCOW, January 12. /TASS/.     København /ritzau/:     (ANSA) - ROMA, 12 GEN -        New Delhi, Jan 12 (PTI)
    MELBOURNE, March 3 AAP -        BRUXELLES 23/07 (AFP-BELGA) =        Bonn (KNA) Der
    BRISBANE, AAP -        ACN Girona.-        Vejle, torsdag /ritzau/        Tirana, 13 nov 11:20 - (Nova) -
    МОСКВА, 28 ноя — РИА Новости.        Москва. 28 ноября. ИНТЕРФАКС -        Lomskas, kovo 3 d. (BNS).
    MALMÖ TT Malmö        Kalmar/TT Kalmar        MADRID, 8 (EUROPA PRESS)        Rabat, 11/09/2026 (MAP) -
    Brussels, Belgium -             DENVER —                       (no agency: the gazetteer must know the place)

A false dateline costs words of the body, a missed one costs only tidiness: in doubt it is not a dateline.
"""

from __future__ import annotations

import re

from pipeline.copy.datelines.dates import cut_date
from pipeline.copy.datelines.east import find_east, may_be_east
from pipeline.copy.datelines.forms import read_part
from pipeline.copy.datelines.parts import FoundDateline, make_dateline, place_named
from pipeline.copy.datelines.patterns import DASHES, HEAD_LENGTH_MAX
from pipeline.copy.datelines.surroundings import NOTHING, Surroundings
from pipeline.copy.datelines.with_agency import dated_place
from pipeline.copy.places.locations import locate
from pipeline.items import Dateline
from pipeline.values.agencies import agency_named

ALONE_LENGTH_MAX = 80
PARTS_MAX = 2
_BEHIND = re.compile(r"([^\W\d_]{3,9}\.? \d{1,2}, \d{4}) ?(?:--|/) ?(?=\S)")
_BEFORE_DATE = ("--", "/")  # how press releases join the parts of their datelines
_ALONE = re.compile(r"(?P<where>[^\d()–—:;,!?\"“”]{2,40}?)[ /](?P<who>[A-ZÅÄÖØ]{2,6})")
# `(EFE).-`, a form that needs a sentence after it, and `札幌、12月14日共同`.
_AROUND_FIELD = (("", "- "), ("", " - A"), ("（", "）。"))


def find_dateline(text: str, around: Surroundings = NOTHING) -> FoundDateline | None:
    """The dateline that `text` begins with: `(ANSA) - ROMA, 12 GEN -` has two parts, none has more.

    `around` may show that a place is meant which no table has.
    """
    if may_be_east(text) and (east := find_east(text, around)):
        written = text[: east.end].rstrip(f"{DASHES}=： ")
        return FoundDateline(make_dateline(written, east.place, east.date, east.agency), east.end, east.names)
    dateline: Dateline | None = None
    names: tuple[str, ...] = ()
    end = 0
    for _ in range(PARTS_MAX):
        part = read_part(text, end, around) or (dated_place(text, end) if dateline else None)
        if part is None:
            return _with_date_behind(text, FoundDateline(dateline, end, names)) if dateline else None
        dateline, end, names = _merge(dateline, part.dateline), part.end, (*names, *part.names)
    return FoundDateline(dateline, end, names) if dateline and read_part(text, end, around) is None else None


def _with_date_behind(text: str, found: FoundDateline) -> FoundDateline:
    """With the date that stands between the same marks behind it: `Mass.--(BUSINESS WIRE)--Dec 5, 2024--`."""
    is_joined = found.dateline.date is None and text[: found.end].rstrip().endswith(_BEFORE_DATE)
    match = _BEHIND.match(text, found.end) if is_joined else None
    rest, date = cut_date(match[1]) if match else ("", None)
    if match is None or date is None or rest:
        return found
    dated = found.dateline.model_copy(update={"text": text[: match.end(1)][:HEAD_LENGTH_MAX], "date": date})
    return found._replace(dateline=dated, end=match.end())


def dateline_alone(text: str, around: Surroundings = NOTHING) -> FoundDateline | None:
    """The dateline that a whole line above the copy is: `MALMÖ TT`, or one that the copy would follow."""
    if len(text) > ALONE_LENGTH_MAX:
        return None
    if (found := find_dateline(f"{text} .", around)) and found.end > len(text) and found.dateline.city:
        return found
    if text.isupper() and text.casefold() in around.places:  # TT: a field has the place, too
        return FoundDateline(make_dateline(text, locate(text), None, None), len(text))
    match = _ALONE.fullmatch(text)
    source = agency_named(match["who"]) if match else None
    if not match or not source or not (place := place_named(match["where"], source, around)) or not place.known:
        return None
    return FoundDateline(make_dateline(text, place, None, source.code), len(text))


def read_dateline_field(text: str) -> Dateline:
    """The dateline in a field of its own, as far as it can be read: it needs no known agency or place."""
    written = text[:HEAD_LENGTH_MAX].rstrip(f"{DASHES} ")
    for before, end in _AROUND_FIELD:
        bare = written.rstrip(": ")  # with a dash no table need have the place
        if (found := find_dateline(before + bare + end)) and found.end > len(bare):
            return found.dateline.model_copy(update={"text": written})
    where, date = cut_date(written)
    return make_dateline(written, locate(where), date, None)


def _merge(first: Dateline | None, then: Dateline) -> Dateline:
    if first is None:
        return then
    merged = {name: getattr(first, name) or getattr(then, name) for name in Dateline.model_fields if name != "text"}
    return Dateline(text=f"{first.text} {then.text}"[:HEAD_LENGTH_MAX], **merged)
