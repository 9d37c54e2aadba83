"""`where (who) -`, the commonest form of a dateline, and what may follow an agency: `(ANSA) - ROMA, 12 GEN -`."""

from __future__ import annotations

import re

from pipeline.copy.datelines import patterns
from pipeline.copy.datelines.dates import cut_date
from pipeline.copy.datelines.parts import FoundDateline, is_label_above, make_dateline, opens_sentence, place_named
from pipeline.copy.datelines.patterns import DASHES, HEAD_LENGTH_MAX
from pipeline.copy.datelines.surroundings import NOTHING, Surroundings
from pipeline.copy.manners import Manner, has_manner
from pipeline.copy.places.locations import Location
from pipeline.copy.places.towns import has_towns
from pipeline.items import Dateline
from pipeline.values.agencies import Agency, first_agency

_IN_BRACKETS = re.compile(r"(?P<city>[^()]{2,40}) \([^()]{2,40}\)")  # `Frankfurt (Oder)`; `Die Partei (SPD)`
_DAY = re.compile(r", ?(\d{1,2})$")  # of this month: `MADRID, 8 (EUROPA PRESS) -`
_NO_BRACKETS = str.maketrans({"(": ",", "[": ",", ")": None, "]": None})
_IN_SLASHES = re.compile(" /([^/]+)/")
_CANTON = re.compile(r"(?<=[a-zäöüéèêâ]) (?:A[IRG]|B[ELS]|FR|G[ELR]|JU|LU|N[EW]|OW|S[GHOZ]|T[GI]|UR|V[DS]|Z[GH])$")


def with_agency(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`where (who) -`: the agency is known, or the place is."""
    where, date = _where_and_date(match["where"])
    who, beside = cut_date(match["who"])  # `(Newsfile Corp. - November 13, 2025) - `
    source, date = first_agency(who), date or beside
    written, opens = head[: match.start("end")].strip(), opens_sentence(match, head)
    dashed = match[0].rstrip()[-1] in DASHES + "="
    if not where:
        is_alone = source and (dashed or date or _opens_alone(source, opens, head[match.end() :], around))
        return make_dateline(written, None, date, source.code) if source and is_alone else None
    place = _place_before(where, match["where"], source, date, around)
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


def _where_and_date(written: str) -> tuple[str, str | None]:
    """What is before the brackets without its date, and the date; in capitals the day of this month is one."""
    where, date = cut_date(_commas_for_brackets(written.rstrip(f"{DASHES} ")))  # `Mass.--(BUSINESS WIRE)--`
    day = _DAY.search(where) if not date and where.isupper() else None
    return (where[: day.start()], day[1]) if day else (where, date)


def _place_before(
    where: str, written: str, source: Agency | None, date: str | None, around: Surroundings
) -> Location | None:
    """The place before the agency; with brackets and no date it needs its country: no `Ana Ruiz (Vox) (EFE) - `."""
    if source and source.country_code == "CH" and (canton := _CANTON.search(where)):  # `Gland VD (ats)`
        where = f"{where[: canton.start()]}, Switzerland"
    first, joined, second = where.partition(" & ")
    if joined and first != second:  # `BERGEN & PARIS--(BUSINESS WIRE)--`; a company is no two places
        both = [place_named(one, source, around) for one in (first, second)]
        where = first if all(one and (one.known or one.stated) for one in both) else where
    place = place_named(where, source, around)
    if (bracketed := _IN_BRACKETS.fullmatch(written)) and not (place and (place.known or place.stated)):
        place = place_named(bracketed["city"], source, around)
    is_sure = place and (place.known or place.stated) and not is_label_above(where)
    return place if "(" not in written or date or is_sure else None


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


def dated_place(text: str, start: int) -> FoundDateline | None:
    """What follows `(ANSA) - `: before a date and a dash is a place, which no table need have."""
    match = patterns.BEHIND_AGENCY.match(text[start : start + HEAD_LENGTH_MAX])
    where, date = cut_date(_commas_for_brackets(match["where"])) if match else ("", None)
    if match is None or not date or (place := place_named(where, None, NOTHING)) is None:
        return None
    return FoundDateline(make_dateline(match["where"].strip(), place, date, None), start + match.end("end"))


def _commas_for_brackets(where: str) -> str:
    """`Málaga (España), 3 mar` and `КИРОВО-ЧЕПЕЦК /Кировская область/` as they are written with commas."""
    return _IN_SLASHES.sub(r", \1", where).translate(_NO_BRACKETS).replace(" ,", ",")
