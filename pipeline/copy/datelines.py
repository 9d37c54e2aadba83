"""Datelines: where, when and by whom the copy was filed.

    BRUSSELS (Reuters) –            Tel Aviv/Beirut (dpa) -        Jan 3 (Reuters) -
    CHATHAM, Mass. (AP) _           STOCKHOLM, Aug 29, 2014 (AFP) -        San Diego (tca/dpa) -
    MOSCOW, January 12. /TASS/.     København /ritzau/:     (ANSA) - ROMA, 12 GEN -        New Delhi, Jan 12 (PTI)
    MELBOURNE, March 3 AAP -        BRUXELLES 23/07 (AFP-BELGA) =        Bonn (KNA) Der
    Brussels, Belgium -             DENVER —                       (no agency: the gazetteer must know the place)

A false dateline costs words of the body, a missed one nothing but tidiness: in doubt it is no dateline.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.copy import gazetteer
from pipeline.copy.agencies import agency, first_agency
from pipeline.items import Dateline
from pipeline.values.dates import MONTHS

HEAD_LENGTH_MAX = 160  # characters that a dateline may take; the longest seen has 71
PLACE_WORDS_MAX = 7
PARTS_MAX = 2
PLACES_MAX = 4  # WASHINGTON/BRUSSELS/KYIV

# Everything is matched against the first HEAD_LENGTH_MAX characters only: no pattern can run away.
_DASHES = "-–—―_"
_DASH = rf"(?:-{{1,2}}|[{_DASHES[1:]}])"
_WITH_AGENCY = re.compile(
    rf"(?P<where>[^()]{{0,100}}?) ?\((?P<who>[^()]{{2,40}})\)(?P<end> ?[.:]?(?:{_DASH}|=)[\s_-]*|[ :])"
)
_TASS = re.compile(r"(?P<where>[^()/]{2,60}?) ?/ ?(?P<who>[A-Za-z][A-Za-z -]{2,24})/\.? ?(?:--(?: |$))?(?P<end>)")
_SLASHED = re.compile(r"(?P<where>[^()/:]{2,60}?),? /(?P<who>[A-Za-z-]{3,12})/(?P<end>: ?)")
_DATED = re.compile(rf"(?P<where>[^()–—:;!?\"“”]{{5,90}}?) (?P<who>[A-Za-z]{{2,10}})(?P<end> {_DASH}[\s_-]*)")
_BARE_AGENCY = re.compile(rf"(?P<where>)(?P<who>Reuters|AFP|dpa|ANSA|EFE|Xinhua|TASS)(?P<end> {_DASH} )")
_WITHOUT_AGENCY = re.compile(r"(?P<where>[^()–—:;!?\"“”]{3,70}?)(?P<end> ?[–—] ?| --? | _ )(?P<rest>.+)", re.DOTALL)
_SECOND_DASH = re.compile(r" ?[–—] ?| --? ")

_MONTH = rf"(?:{'|'.join(sorted({name[:3] for name in MONTHS}))})[a-zäáçéûèęń]{{0,8}}\.?"
_DATE = re.compile(
    rf"(?:\b{_MONTH} {{1,2}}\d{{1,2}}(?:st|nd|rd|th)?\b(?:,? {{1,2}}(?:19|20)\d\d\b)?"
    rf"|\b\d{{1,2}}/\d{{1,2}}(?= ?$)|\b\d{{1,2}}\.? (?:de )?{_MONTH}(?:,? (?:de )?(?:19|20)\d\d\b)?"
    rf"|\b\d{{1,2}}\.\d{{1,2}}\.(?:(?:19|20)\d\d\b)?"
    rf"|\b(?:19|20)\d\d\. {_MONTH} \d{{1,2}}\.(?:, \w{{4,10}})?)(?=[\s,.]|$)",
    re.IGNORECASE,
)
_SMALL = (
    "of the de del della di do da dos du des la le les el los las am an im in der den dem bei ob sur sous upon on "
    "under aan den op over near off aboard e y and und et al ash es"
)
_SMALL_WORDS = frozenset(_SMALL.split())
_OPENS_SENTENCE = re.compile(r"[\"“„«‘'¿¡(]{0,2}[^\W_a-z]")


class Place(NamedTuple):
    """Where: as far as the tables know it."""

    city: str | None = None
    region: str | None = None
    country_code: str | None = None
    known: bool = False  # the gazetteer has it
    stated: bool = False  # with its region or country
    well_known: bool = False  # a capital or a million people


class Found(NamedTuple):
    """A dateline and where the copy goes on."""

    dateline: Dateline
    end: int


def find(text: str) -> Found | None:
    """The dateline that `text` begins with: `(ANSA) - ROMA, 12 GEN -` has two parts; more than two are none."""
    dateline: Dateline | None = None
    end = 0
    for _ in range(PARTS_MAX):
        part = _one(text, end)
        if part is None:
            return Found(dateline, end) if dateline else None
        dateline, end = _merge(dateline, part.dateline), part.end
    return Found(dateline, end) if dateline and _one(text, end) is None else None


def told(text: str) -> Dateline:
    """The dateline that `text` is said to be, as far as it can be read: nothing else needs to vouch for it."""
    written = text[:HEAD_LENGTH_MAX].rstrip(f"{_DASHES} ")
    for end in ("- ", " - A"):  # `(EFE).-`, and a form that wants a sentence behind it
        if (found := find(written + end)) and found.end > len(written):
            return found.dateline
    where, date = _cut_date(written)
    return _dateline(written, locate(where), date, None)


def _merge(first: Dateline | None, then: Dateline) -> Dateline:
    if first is None:
        return then
    merged = {name: getattr(first, name) or getattr(then, name) for name in Dateline.model_fields if name != "text"}
    return Dateline(text=f"{first.text} {then.text}"[:HEAD_LENGTH_MAX], **merged)


def _one(text: str, start: int) -> Found | None:
    head = text[start : start + HEAD_LENGTH_MAX]
    for pattern, accept in _FORMS:
        if (match := pattern.match(head)) and (dateline := accept(match, head)):
            return Found(dateline, start + match.end("end"))
    return None


def _with_agency(match: re.Match[str], head: str) -> Dateline | None:
    """`where (who) -`: a known agency vouches for the place, or a known place for the agency."""
    where, date = _cut_date(match["where"])
    place = locate(where)
    source = first_agency(match["who"])
    dashed = len(match["end"].strip(" :.")) > 0
    if where and (place is None or not (source or place.known)):
        return None
    if not where and not source:
        return None
    # Without a dash only what cannot be a sentence: the agency, and a date, a place in capitals (PTI, TT), or a
    # known one with a sentence behind it (KNA, ats).
    known = place is not None and place.known
    if not dashed and not (
        source and where and (date or (known and (where.isupper() or _OPENS_SENTENCE.match(head, match.end()))))
    ):
        return None
    written = head[: match.start("end")].strip()
    return _dateline(written, place, date, source.code if source else match["who"].strip())


def _slashed(match: re.Match[str], head: str) -> Dateline | None:
    """`where /who/:`: slashes and colon leave nothing else that it could be."""
    where, date = _cut_date(match["where"])
    place, source = locate(where), first_agency(match["who"])
    if place is None or source is None:
        return None
    return _dateline(head[: match.start("end")], place, date, source.code)


def _dated(match: re.Match[str], head: str) -> Dateline | None:
    """`SAITAMA, Japan, Dec. 9 Kyodo -`, `MELBOURNE, March 3 AAP -`: the date vouches for the agency."""
    where, date = _cut_date(match["where"])
    source, place = agency(match["who"]), locate(where)
    if not (date and source and place):
        return None
    return _dateline(head[: match.start("end")].strip(), place, date, source.code)


def _without_agency(match: re.Match[str], head: str) -> Dateline | None:
    """`Brussels, Belgium -`, `DENVER —`: nothing but the gazetteer vouches for it."""
    where, date = _cut_date(match["where"])
    if not _OPENS_SENTENCE.match(match["rest"]) or not where:
        return None
    place = locate(where)
    if place is None or not (place.known or (place.stated and place.city and where.partition(",")[0].isupper())):
        return None
    # A city alone, in mixed case: only a well-known one, and no `Paris – the capital – is …`.
    alone = not (place.stated or date or where.isupper())
    if alone and (not place.well_known or _SECOND_DASH.search(match["rest"])):
        return None
    return _dateline(match["where"].strip(), place, date, None)


_FORMS = (
    (_WITH_AGENCY, _with_agency),
    (_SLASHED, _slashed),
    (_TASS, _with_agency),
    (_BARE_AGENCY, _with_agency),
    (_DATED, _dated),
    (_WITHOUT_AGENCY, _without_agency),
)


def _dateline(text: str, place: Place | None, date: str | None, agency: str | None) -> Dateline:
    place = place or Place()
    country = gazetteer.country_names().get(place.country_code or "")
    return Dateline(
        text=text,
        city=place.city,
        region=place.region,
        country=country,
        country_code=place.country_code,
        date=date,
        agency=agency,
    )


def _cut_date(where: str) -> tuple[str, str | None]:
    """The place without its date, and the date as written."""
    match = _DATE.search(where)
    if not match:
        return where.strip(" ,."), None
    return (where[: match.start()] + where[match.end() :]).strip(" ,.|"), match[0].strip(" ,.")


def locate(where: str) -> Place | None:
    """The place of a dateline; None when it does not look like one.

    A region or country that is stated decides between cities of one name; without it the most populous is meant.
    """
    pieces = [piece.strip() for piece in where.split(",") if piece.strip()]
    if not pieces or len(pieces) > 3 or not all(_looks_like_place(piece) for piece in pieces):
        return None
    options = pieces[0].split("/")[:PLACES_MAX]
    places = [_resolve(option.strip(), pieces[1:]) for option in options]
    return next((place for place in places if place.known), places[0])


def _looks_like_place(piece: str) -> bool:
    words = piece.replace("/", " ").split()
    return (
        0 < len(words) <= PLACE_WORDS_MAX
        and words[0].lower() not in {"the", "a", "an", "by"}
        and all(word in _SMALL_WORDS or word[0].isupper() or word[0] in "'’‘" for word in words)
        and not any(c.isdigit() for c in piece)
    )


def _resolve(name: str, within: list[str]) -> Place:
    areas = [area for piece in within[::-1] for area in gazetteer.areas(piece)]
    cities = gazetteer.cities(name)
    for area in areas:
        for city in cities:
            if city.country_code == area.country_code and area.code in (None, city.state or None):
                return _place(city, area.region, stated=True)
    if areas:
        return Place(_titled(name), areas[0].region, areas[0].country_code, stated=True)
    if within:  # a region that no table has: the city's own country would be a guess
        return Place(_titled(name), _titled(within[0]))
    if cities:
        return _place(cities[0], None, stated=False)
    if own := gazetteer.areas(name):  # GIBRALTAR, SINGAPORE; WEST BANK
        return Place(None, own[0].region, own[0].country_code, known=True)
    return Place(_titled(name))


def _place(city: gazetteer.City, region: str | None, *, stated: bool) -> Place:
    state = gazetteer.state_names().get(city.state)
    return Place(city.name, region or state, city.country_code, True, stated, city.well_known)


def _titled(name: str) -> str:
    """A name in capitals as it is written elsewhere; any other as it is."""
    return name.title() if name.isupper() else name
