"""What each form of a dateline needs beside its pattern: a known agency or place, a date, a sentence behind it.

The table is at the end: forms are tried in its order.
"""

from __future__ import annotations

import re

from pipeline.copy.datelines import patterns
from pipeline.copy.datelines.dates import cut_date
from pipeline.copy.datelines.parts import OPENS_SENTENCE, FoundDateline, make_dateline, opens_sentence, place_named
from pipeline.copy.datelines.patterns import HEAD_LENGTH_MAX
from pipeline.copy.datelines.surroundings import ACRONYM_LENGTH_MAX, Surroundings
from pipeline.copy.datelines.with_agency import with_agency
from pipeline.copy.manners import Manner, has_manner
from pipeline.copy.places import gazetteer
from pipeline.copy.places.locations import locate
from pipeline.items import Dateline
from pipeline.values.agencies import agency_named, first_agency

REGION_CODE_LENGTH = 2  # PA is Pennsylvania, AP Andhra Pradesh
# Behind a dash, of `Zlín - Vítkovice 2:1`: who played, not where it was filed.
_OPPONENT = re.compile(r"[^\W\d_]\S* (?:[^\W\d_]\S* ){0,2}\d{1,3} ?[:–-] ?\d{1,3}(?!\d)")
_SECOND_DASH = re.compile(r" ?[–—] ?| --? ")
_REGION = re.compile(r" \([A-Z]{1,3}/[A-Z]\)")


def read_part(text: str, start: int, around: Surroundings) -> FoundDateline | None:
    """The part of a dateline that the text goes on with at `start`: the first form that accepts it."""
    head = text[start : start + HEAD_LENGTH_MAX]
    for pattern, accept in _FORMS if head.isascii() else _FORMS_BEYOND_ASCII:
        if (match := pattern.match(head)) and (dateline := accept(match, head, around)):
            names = match.groupdict().get("names")
            return FoundDateline(dateline, start + match.end("end"), (names,) if names else ())
    return None


def _slashed(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`where /who/:`: the place is known, or there is a date."""
    where, date = cut_date(match["where"])
    source = first_agency(match["who"])
    place = place_named(where, source, around)
    if place is None or source is None or not (place.known or date):
        return None
    return make_dateline(head[: match.start("end")], place, date, source.code)


def _dated(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`SAITAMA, Japan, Dec. 9 Kyodo -`: the date shows that it is an agency, or a stop and capitals (Kazinform).

    So does a comma behind a known place, or a word in capitals (`BRISBANE, AAP -`), but before a region
    (`PHILADELPHIA, PA -`).
    """
    where, date = cut_date(match["where"])
    source = agency_named(match["who"])
    if (bare := _REGION.sub("", where)) != where:
        where = f"{bare}, {gazetteer.country_names()[source.country_code]}" if source else bare
    place = place_named(where, source, around)
    is_shown = date or (match["where"].isupper() and match["where"].endswith(".") and match["who"].isupper())
    is_word = where.isupper() and where.isalpha() and len(where) > ACRONYM_LENGTH_MAX
    is_place = place is not None and (place.known or is_word)
    if match["where"].endswith(",") and len(match["who"]) > REGION_CODE_LENGTH and is_place:
        is_shown = is_shown or opens_sentence(match, head)
    if not (is_shown and source and place):
        return None
    return make_dateline(head[: match.start("end")].strip(), place, date, source.code)


def _unstopped(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`Baku, November 13, AZERTAC The`: nothing ends it, so the place has to be known."""
    dateline = _dated(match, head, around)
    return dateline if dateline and dateline.country_code else None


def _agency_before(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`ACN Girona.- `: the agency and the place are known, and a sentence follows."""
    source = agency_named(match["who"])
    place = place_named(match["where"], source, around)
    if not (source and place and place.known and opens_sentence(match, head)):
        return None
    return make_dateline(head[: match.start("end")], place, None, source.code)


def _without_agency(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`Brussels, Belgium -`, `DENVER —`: only the gazetteer shows that it is a dateline."""
    where, date = cut_date(match["where"])
    if not OPENS_SENTENCE.match(match["rest"]) or not where:
        return None
    is_signed = around.has_manner(Manner.DASHES)
    place = place_named(where, around.agency, around) if is_signed else locate(where)
    if place and not place.known and where.isupper() and _is_named_again(where, around):
        place = place._replace(known=True)
    # In Russian a dash is the verb: `Москва — столица`.
    if not date and "Ѐ" <= where[0] <= "ӿ":
        return None
    if date and date.isalpha() and not where.isupper():  # `London, Sunday - Chelsea face Arsenal`
        return None
    if place is None or not (place.known or (place.stated and place.city and where.partition(",")[0].isupper())):
        return None
    # A city alone, in mixed case: only a well-known one, and no `Paris – the capital – is …`.
    alone = not (place.stated or date or where.isupper())
    if alone and (not (place.well_known or is_signed) or _SECOND_DASH.search(match["rest"])):
        return None
    if alone and _OPPONENT.match(match["rest"]):
        return None
    return make_dateline(match["where"].strip(), place, date, None)


def _is_named_again(where: str, around: Surroundings) -> bool:
    """Whether a field has the place (`SEPT-ÎLES — `), or copy of an agency says `in Den Helder`."""
    return where.casefold() in around.places or (around.agency is not None and around.names(where))


def _joined(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`MALMÖ TT Malmö`, `Kalmar/TT Kalmar`: a known place, in capitals or with a mark behind it."""
    source = agency_named(match["who"])
    is_apart = match["apart"] != " " or match["where"].isupper()
    if not (source and has_manner(source.code, Manner.JOINS) and is_apart and opens_sentence(match, head)):
        return None
    place = place_named(match["where"], source, around)
    return make_dateline(head[: match.start("end")], place, None, source.code) if place and place.known else None


def _stopped(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`IISALMI. Hirvi`: a town in capitals in copy that its agency signs."""
    if not (around.has_manner(Manner.STOPS) and opens_sentence(match, head)):
        return None
    place = place_named(match["where"], around.agency, around)
    return make_dateline(match["where"], place, None, None) if place and place.known else None


_FORMS = (
    (patterns.ENCLOSED, _dated),
    (patterns.WITH_AGENCY, with_agency),
    (patterns.SLASHED, _slashed),
    (patterns.TASS, with_agency),
    (patterns.BARE_AGENCY, with_agency),
    (patterns.AGENCY_BEFORE, _agency_before),
    (patterns.DATED, _dated),
    (patterns.UNSTOPPED, _unstopped),
    (patterns.REGIONED, _dated),
    (patterns.STOPPED, _dated),
    (patterns.CAPITALS, _stopped),
    (patterns.JOINED, _joined),
    (patterns.WITHOUT_AGENCY, _without_agency),
)
_CYRILLIC = ((patterns.TASS_REGION, with_agency), (patterns.DASHED, _dated))
_FORMS_BEYOND_ASCII = (*_FORMS[:-1], *_CYRILLIC, _FORMS[-1])
