"""What each form of a dateline needs beside its pattern: a known agency or place, a date, a sentence behind it.

The table is at the end: forms are tried in its order.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.copy.datelines import patterns
from pipeline.copy.datelines.dates import cut_date
from pipeline.copy.datelines.patterns import DASHES, HEAD_LENGTH_MAX
from pipeline.copy.datelines.surroundings import ACRONYM_LENGTH_MAX, NOTHING, Surroundings
from pipeline.copy.manners import Manner, has_manner
from pipeline.copy.places import gazetteer
from pipeline.copy.places.locations import Location, locate, titled
from pipeline.copy.places.towns import country_of_town, has_towns
from pipeline.copy.trade.labels import is_label
from pipeline.copy.trade.words import has_word, is_of_trade
from pipeline.items import Dateline
from pipeline.language.letters import SMALL
from pipeline.values.agencies import Agency, agency_named, first_agency

REGION_CODE_LENGTH = 2  # PA is Pennsylvania, AP Andhra Pradesh
# Behind a dash, of `Zlín - Vítkovice 2:1`: who played, not where it was filed.
_OPPONENT = re.compile(r"[^\W\d_]\S* (?:[^\W\d_]\S* ){0,2}\d{1,3} ?[:–-] ?\d{1,3}(?!\d)")
_SECOND_DASH = re.compile(r" ?[–—] ?| --? ")
_REGION = re.compile(r" \([A-Z]{1,3}/[A-Z]\)")
_IN_BRACKETS = re.compile(r"(?P<city>[^()]{2,40}) \([^()]{2,40}\)")  # `Frankfurt (Oder)`; `Die Partei (SPD)`
_DAY = re.compile(r", ?(\d{1,2})$")  # of this month: `MADRID, 8 (EUROPA PRESS) -`
_NO_BRACKETS = str.maketrans({"(": ",", "[": ",", ")": None, "]": None})
_IN_SLASHES = re.compile(" /([^/]+)/")
_CANTON = re.compile(r"(?<=[a-zäöüéèêâ]) (?:A[IRG]|B[ELS]|FR|G[ELR]|JU|LU|N[EW]|OW|S[GHOZ]|T[GI]|UR|V[DS]|Z[GH])$")
_OPENS_SENTENCE = re.compile(r"[\"“„«‘'¿¡(]{0,2}[^\W_" + SMALL + "]")


class FoundDateline(NamedTuple):
    """A dateline and where the copy goes on."""

    dateline: Dateline
    end: int
    names: tuple[str, ...] = ()  # who filed it, where it says so


def read_part(text: str, start: int, around: Surroundings) -> FoundDateline | None:
    """The part of a dateline that the text goes on with at `start`: the first form that accepts it."""
    head = text[start : start + HEAD_LENGTH_MAX]
    for pattern, accept in _FORMS if head.isascii() else _FORMS_BEYOND_ASCII:
        if (match := pattern.match(head)) and (dateline := accept(match, head, around)):
            names = match.groupdict().get("names")
            return FoundDateline(dateline, start + match.end("end"), (names,) if names else ())
    return None


def dated_place(text: str, start: int) -> FoundDateline | None:
    """What follows `(ANSA) - `: before a date and a dash is a place, which no table need have."""
    match = patterns.BEHIND_AGENCY.match(text[start : start + HEAD_LENGTH_MAX])
    where, date = cut_date(_commas_for_brackets(match["where"])) if match else ("", None)
    if match is None or not date or (place := place_named(where, None, NOTHING)) is None:
        return None
    return FoundDateline(make_dateline(match["where"].strip(), place, date, None), start + match.end("end"))


def _with_agency(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`where (who) -`: the agency is known, or the place is."""
    where, date = cut_date(_commas_for_brackets(match["where"].rstrip(f"{DASHES} ")))  # `Mass.--(BUSINESS WIRE)--`
    if not date and (day := _DAY.search(where)) and where.isupper():
        where, date = where[: day.start()], day[1]
    who, beside = cut_date(match["who"])  # `(Newsfile Corp. - November 13, 2025) - `
    source, date = first_agency(who), date or beside
    written, opens = head[: match.start("end")].strip(), _opens(match, head)
    dashed = match[0].rstrip()[-1] in DASHES + "="
    if not where:
        is_alone = source and (dashed or date or _opens_alone(source, opens, head[match.end() :], around))
        return make_dateline(written, None, date, source.code) if source and is_alone else None
    if source and source.country_code == "CH" and (canton := _CANTON.search(where)):  # `Gland VD (ats)`
        where = f"{where[: canton.start()]}, Switzerland"
    place = place_named(where, source, around)
    if (bracketed := _IN_BRACKETS.fullmatch(match["where"])) and not (place and (place.known or place.stated)):
        place = place_named(bracketed["city"], source, around)
    if "(" in match["where"] and not date and (not place or not (place.known or place.stated) or _is_label(where)):
        return None  # `Ana Ruiz (Vox) (EFE) - `; with its country a place needs no date: `Lomsk (Norway) (AFP) - `
    # A place in capitals, a date, a name in brackets and a dash can be nothing else, whoever it names.
    is_name = who[:1].isupper() and who.replace(" ", "").isalpha()
    is_complete = bool(date) and dashed and is_name and where.partition(",")[0].isupper()
    if place is None or not (source or place.known or is_complete):
        return None
    if not dashed and not (source and _is_before(source, place, date, opens or where.isupper())):
        return None
    if not (place.known or place.stated or date or where.isupper() or opens):
        return None  # `Vermisstes (dpa) - so nennt die Redaktion …`
    return make_dateline(written, place, date, source.code if source else who)


def _opens_alone(source: Agency, opens: bool, behind: str, around: Surroundings) -> bool:
    """Whether copy begins with an agency alone: `(NTB) Bodø kommune`, from NTB; `(DIRE) Roma, 13 nov. - Il`."""
    if opens and (has_manner(source.code, Manner.OPENS) or source == around.agency):
        return True
    place = dated_place(behind, 0)
    return place is not None and place.dateline.country_code is not None


def _is_before(source: Agency, place: Location, date: str | None, is_shown: bool) -> bool:
    """Whether what is before an agency and no dash is a place, not a part of a sentence.

    So it is with a date (PTI), in capitals (TT), or before a sentence (NTB, KNA, ats), if the place or its country
    is known: any label may be there, too (`Statsminister (NTB): Skatten`).  A date alone shows it only for
    agencies whose towns no table has.
    """
    if date and not has_towns(source.country_code):
        return True
    return (place.known or place.stated) and (bool(date) or is_shown)


def _opens(match: re.Match[str], head: str) -> bool:
    """Whether what follows it begins a sentence."""
    return _OPENS_SENTENCE.match(head, match.end()) is not None


def place_named(where: str, source: Agency | None, around: Surroundings) -> Location | None:
    """The place that it names, which no table need have; a word of the trade is a label: `Rettelse (NTB) - `.

    It is known, too, if it is a town of the agency's country, or if the item names it again.
    """
    place = locate(where)
    if place is None or place.stated or (place.known and place.city):
        return place
    if not place.known and _is_label(where):
        return None
    city = _city_of(where)
    name = place if place.city else Location(titled(city))  # `Alta (NTB)` is not in Alberta
    if source and (country := country_of_town(city, source.country_code)):
        return name._replace(country_code=country, known=True)
    return place._replace(known=True) if not place.known and around.names(city) else place


def _is_label(where: str) -> bool:
    city = _city_of(where)
    return (is_of_trade(city) and is_label(city)) or has_word("labels", city.casefold())


def _city_of(where: str) -> str:
    return where.partition(",")[0].partition("/")[0]


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
        is_shown = is_shown or _opens(match, head)
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
    if not (source and place and place.known and _opens(match, head)):
        return None
    return make_dateline(head[: match.start("end")], place, None, source.code)


def _without_agency(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`Brussels, Belgium -`, `DENVER —`: only the gazetteer shows that it is a dateline."""
    where, date = cut_date(match["where"])
    if not _OPENS_SENTENCE.match(match["rest"]) or not where:
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
    if not (source and has_manner(source.code, Manner.JOINS) and is_apart and _opens(match, head)):
        return None
    place = place_named(match["where"], source, around)
    return make_dateline(head[: match.start("end")], place, None, source.code) if place and place.known else None


def _stopped(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`IISALMI. Hirvi`: a town in capitals in copy that its agency signs."""
    if not (around.has_manner(Manner.STOPS) and _opens(match, head)):
        return None
    place = place_named(match["where"], around.agency, around)
    return make_dateline(match["where"], place, None, None) if place and place.known else None


def make_dateline(text: str, place: Location | None, date: str | None, agency: str | None) -> Dateline:
    """The dateline of these, with the name of its country."""
    place = place or Location()
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


def _commas_for_brackets(where: str) -> str:
    """`Málaga (España), 3 mar` and `КИРОВО-ЧЕПЕЦК /Кировская область/` as they are written with commas."""
    return _IN_SLASHES.sub(r", \1", where).translate(_NO_BRACKETS).replace(" ,", ",")


_FORMS = (
    (patterns.ENCLOSED, _dated),
    (patterns.WITH_AGENCY, _with_agency),
    (patterns.SLASHED, _slashed),
    (patterns.TASS, _with_agency),
    (patterns.BARE_AGENCY, _with_agency),
    (patterns.AGENCY_BEFORE, _agency_before),
    (patterns.DATED, _dated),
    (patterns.UNSTOPPED, _unstopped),
    (patterns.REGIONED, _dated),
    (patterns.STOPPED, _dated),
    (patterns.CAPITALS, _stopped),
    (patterns.JOINED, _joined),
    (patterns.WITHOUT_AGENCY, _without_agency),
)
_CYRILLIC = ((patterns.TASS_REGION, _with_agency), (patterns.DASHED, _dated))
_FORMS_BEYOND_ASCII = (*_FORMS[:-1], *_CYRILLIC, _FORMS[-1])
