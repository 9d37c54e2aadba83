"""Datelines: where, when and by whom the copy was filed.

    BRUSSELS (Reuters) –            Tel Aviv/Beirut (dpa) -        Jan 3 (Reuters) -
    CHATHAM, Mass. (AP) _           STOCKHOLM, Aug 29, 2014 (AFP) -        San Diego (tca/dpa) -
    MOSCOW, January 12. /TASS/.     København /ritzau/:     (ANSA) - ROMA, 12 GEN -        New Delhi, Jan 12 (PTI)
    MELBOURNE, March 3 AAP -        BRUXELLES 23/07 (AFP-BELGA) =        Bonn (KNA) Der
    BRISBANE, AAP -        ACN Girona.-        Vejle, torsdag /ritzau/        Tirana, 13 nov 11:20 - (Nova) -
    МОСКВА, 28 ноя — РИА Новости.        Москва. 28 ноября. ИНТЕРФАКС -        Lomskas, kovo 3 d. (BNS).
    Brussels, Belgium -             DENVER —                       (no agency: the gazetteer must know the place)

A false dateline costs words of the body, a missed one costs only tidiness: in doubt it is not a dateline.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.copy import gazetteer
from pipeline.copy.datelines_east import find_east, may_be_east
from pipeline.copy.locations import Location, locate, titled
from pipeline.copy.surroundings import ACRONYM_LENGTH_MAX, NOTHING, Surroundings
from pipeline.copy.towns import country_of_town, has_towns
from pipeline.copy.trade_labels import is_label
from pipeline.copy.trade_words import has_word, is_of_trade
from pipeline.items import Dateline
from pipeline.language.blocks import words_by_language, words_of_all
from pipeline.language.letters import SMALL
from pipeline.values.agencies import Agency, agency_named, first_agency
from pipeline.values.dates import MONTHS

HEAD_LENGTH_MAX = 160  # characters that a dateline may take; the longest seen has 71
ALONE_LENGTH_MAX = 80
PARTS_MAX = 2
REGION_CODE_LENGTH = 2  # PA is Pennsylvania, AP Andhra Pradesh

# Everything is matched against the first HEAD_LENGTH_MAX characters only: no pattern can run away.
_DASHES = "-–—―_"
_DASH = rf"(?:-{{1,2}}|[{_DASHES[1:]}])"
_WITH_AGENCY = re.compile(  # `Málaga (España), 3 mar (EFE).-`, `Norrbo (Uttarakhand) [India], December 18 (ANI):`
    r"(?P<where>[^()]{0,100}?(?: \([^()\d]{2,40}\)(?: \[[^()\[\]]{2,30}\])?, ?[^()]{3,24}?)?) ?"
    rf"\((?P<who>[^()]{{2,40}})\)(?P<end> ?[.:]?(?:{_DASH}|=)[\s_-]*|[.:]? |:)"
)
_STOPPED = re.compile(  # `ЖИТОМИР. 12 січня. УНІАН. `, `YEREVAN, NOVEMBER 13, ARMENPRESS. `
    r"(?P<where>[^()–—:;!?\"“”\d]{2,40}[.,] (?:\d{1,2}(?:\.? |\.)[^\W\d_]{3,12}|[^\W\d_]{3,12}\.? \d{1,2})[.,]) "
    r"(?P<who>[^\W\d_]{3,12}(?: [^\W\d_]{3,12}){0,3})\.(?P<end> )"
)
_UNSTOPPED = re.compile(  # `Baku, November 13, AZERTAC The`, and a sentence
    r"(?P<where>[^()–—:;!?\"“”\d]{2,40}, (?:\d{1,2} [^\W\d_]{3,12}|[^\W\d_]{3,12}\.? \d{1,2}),) "
    r"(?P<who>[A-Z]{3,12})(?P<end> )(?=[\"“«]?[A-Z][a-z])"
)
_REGIONED = re.compile(  # `Nkawkaw (E/R), Jan. 12, GNA - `
    rf"(?P<where>[^()–—:;!?\"“”\d]{{2,40}} \([A-Z]{{1,3}}/[A-Z]\), [^()–—:;!?\"“”]{{3,20}}?),? "
    rf"(?P<who>[A-Z]{{3,8}})(?P<end> {_DASH}[\s_-]*)"
)
_REGION = re.compile(r" \([A-Z]{1,3}/[A-Z]\)")
_CAPITALS = re.compile(r"(?P<where>[A-ZÅÄÖ][A-ZÅÄÖ -]{1,30})\.(?P<end> )")  # `IISALMI. Hirvi …`
_ENCLOSED = re.compile(  # `(Río Colorado, 16 de diciembre-Télam).-`
    rf"\((?P<where>[^()]{{5,80}}?) ?[-–—/] ?(?P<who>[^\W\d_]{{2,20}})\)(?P<end>\.? ?{_DASH}[\s_-]*)"
)
_TASS = re.compile(  # `Ломск, 13 ноември /Ана Руис, БТА/. `
    r"(?P<where>[^()/]{2,60}?) ?/ ?(?:[Кк]орр\. |[А-Я][а-я]+ [А-Я][а-я]+, )?"
    r"(?P<who>[^\W\d_][^\d_()/:.,]{1,24})/\.? ?(?:(?:--?|[–—])(?: |$))?(?P<end>)"
)
_TASS_REGION = re.compile(  # `КИРОВО-ЧЕПЕЦК /Кировская область/, 25 января. /ТАСС/. `
    r"(?P<where>[^()/]{2,60} /[^()/\d]{3,40}/, [^()/]{3,20}?) ?/(?P<who>[^\W\d_]{4,12})/\. ?(?P<end>)"
)
_SLASHED = re.compile(r"(?P<where>[^()/:]{2,60}?),? /(?P<who>[A-Za-z-]{3,12})/(?P<end>: ?)")
_DATED = re.compile(
    rf"(?P<where>[^()–—:;!?\"“”]{{5,90}}?) (?P<who>[^\W\d_]{{2,12}}(?: [^\W\d_]{{3,12}}){{0,3}}?)(?:\.RU)?"
    rf"(?P<end> {_DASH}[\s_-]*)"
)
_DASHED = re.compile(  # `МОСКВА, 28 ноя — РИА Новости, Анна Смирнова.`
    rf"(?P<where>[^()–—:;!?\"“”]{{5,60}}?),? {_DASH} ?(?P<who>[^\W\d_]{{2,12}}(?: [^\W\d_]{{3,12}})?)"
    r"(?P<end>(?:, [^\W\d_]{2,14} [^\W\d_]{2,20})?\. )"
)
_AGENCY_BEFORE = re.compile(  # `ACN Girona.- `
    r"(?P<who>[A-Z]{2,6}) (?P<where>[^\W\d_][^()–—:;,.!?\"“”\d]{2,40})(?P<end>\.-{1,2} ?)"
)
_BARE_AGENCY = re.compile(rf"(?P<where>)(?P<who>Reuters|AFP|AGI|dpa|ANSA|EFE|Xinhua|TASS)(?P<end> {_DASH} )")
_ALONE = re.compile(r"(?P<where>[^\d()–—:;,!?\"“”]{2,40}?)[ /](?P<who>[A-ZÅÄÖØ]{2,6})")
_WITHOUT_AGENCY = re.compile(  # APS: `BLIDA- `
    r"(?P<where>[^()–—:;!?\"“”]{3,70}?)(?P<end> ?[–—] ?| --? | _ |(?<=[A-Z]{3})- )(?P<rest>.+)", re.DOTALL
)
_BEHIND_AGENCY = re.compile(  # (ANSA) - `AMATRICE (RIETI), 25 GEN - `
    rf"(?P<where>[^()–—:;!?\"“”]{{2,50}}?(?: \([^()\d]{{2,30}}\))?,? [^()–—:;!?\"“”]{{3,20}}?)(?P<end> ?{_DASH} )"
)
# Behind a dash, of `Zlín - Vítkovice 2:1`: who played, not where it was filed.
_OPPONENT = re.compile(r"[^\W\d_]\S* (?:[^\W\d_]\S* ){0,2}\d{1,3} ?[:–-] ?\d{1,3}(?!\d)")
_SECOND_DASH = re.compile(r" ?[–—] ?| --? ")

_FORMS_OF_MONTHS = words_of_all("month_forms")
_MONTH = (
    rf"(?:(?:{'|'.join(sorted({name[:3] for name in MONTHS}))})[a-zäáçéûèęń]{{0,8}}"
    rf"|(?:{'|'.join(sorted(_FORMS_OF_MONTHS, key=len, reverse=True))}))\.?"
)
_DATE = re.compile(
    rf"(?:\b{_MONTH} {{1,2}}\d{{1,2}}(?:st|nd|rd|th)?\b(?: d\.)?(?:,? {{1,2}}(?:19|20)\d\d\b)?"
    rf"|\b\d{{1,2}}/\d{{1,2}}(?= ?$)"
    rf"|\b\d{{1,2}}(?:\.|(?:\.|st|nd|rd|th)? )(?:de )?{_MONTH}(?:,? (?:de )?(?:19|20)\d\d\b)?"
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
_NO_BRACKETS = str.maketrans({"(": ",", "[": ",", ")": None, "]": None})
_IN_SLASHES = re.compile(" /([^/]+)/")
_CANTON = re.compile(r"(?<=[a-zäöüéèêâ]) (?:A[IRG]|B[ELS]|FR|G[ELR]|JU|LU|N[EW]|OW|S[GHOZ]|T[GI]|UR|V[DS]|Z[GH])$")
_OPENS_SENTENCE = re.compile(r"[\"“„«‘'¿¡(]{0,2}[^\W_" + SMALL + "]")

# Agencies that do not name themselves in the dateline; the end of the copy does.
_DASHES_ALONE = frozenset({"ctk", "tasr", "sita"})  # `Vimperk - Sníh`
_STOPS = frozenset({"stt", "fnb", "tt"})  # `IISALMI. Hirvi`
_OPENS_ALONE = frozenset({"belga"})  # `(Belga) Des arbres`, whoever sends it

# `(EFE).-`, a form that needs a sentence after it, and `札幌、12月14日共同`.
_AROUND_FIELD = (("", "- "), ("", " - A"), ("（", "）。"))


class FoundDateline(NamedTuple):
    """A dateline and where the copy goes on."""

    dateline: Dateline
    end: int
    names: tuple[str, ...] = ()  # who filed it, where it says so


def find_dateline(text: str, around: Surroundings = NOTHING) -> FoundDateline | None:
    """The dateline that `text` begins with: `(ANSA) - ROMA, 12 GEN -` has two parts, none has more.

    `around` may show that a place is meant which no table has.
    """
    if may_be_east(text) and (east := find_east(text, around)):
        written = text[: east.end].rstrip(f"{_DASHES}=： ")
        return FoundDateline(_dateline(written, east.place, east.date, east.agency), east.end, east.names)
    dateline: Dateline | None = None
    end = 0
    for _ in range(PARTS_MAX):
        part = _one(text, end, around) or (_dated_place(text, end) if dateline else None)
        if part is None:
            return FoundDateline(dateline, end) if dateline else None
        dateline, end = _merge(dateline, part.dateline), part.end
    return FoundDateline(dateline, end) if dateline and _one(text, end, around) is None else None


def dateline_alone(text: str, around: Surroundings = NOTHING) -> FoundDateline | None:
    """The dateline that a whole line above the copy is: `MALMÖ TT`, or one that the copy would follow."""
    if len(text) > ALONE_LENGTH_MAX:
        return None
    if (found := find_dateline(f"{text} .", around)) and found.end > len(text) and found.dateline.city:
        return found
    if text.isupper() and text.casefold() in around.places:  # TT: a field has the place, too
        return FoundDateline(_dateline(text, locate(text), None, None), len(text))
    match = _ALONE.fullmatch(text)
    source = agency_named(match["who"]) if match else None
    if not match or not source or not (place := _place(match["where"], source, around)) or not place.known:
        return None
    return FoundDateline(_dateline(text, place, None, source.code), len(text))


def read_dateline_field(text: str) -> Dateline:
    """The dateline in a field of its own, as far as it can be read: it needs no known agency or place."""
    written = text[:HEAD_LENGTH_MAX].rstrip(f"{_DASHES} ")
    for before, end in _AROUND_FIELD:
        bare = written.rstrip(": ")  # with a dash no table need have the place
        if (found := find_dateline(before + bare + end)) and found.end > len(bare):
            return found.dateline.model_copy(update={"text": written})
    where, date = _cut_date(written)
    return _dateline(written, locate(where), date, None)


def _merge(first: Dateline | None, then: Dateline) -> Dateline:
    if first is None:
        return then
    merged = {name: getattr(first, name) or getattr(then, name) for name in Dateline.model_fields if name != "text"}
    return Dateline(text=f"{first.text} {then.text}"[:HEAD_LENGTH_MAX], **merged)


def _dated_place(text: str, start: int) -> FoundDateline | None:
    """What follows `(ANSA) - `: before a date and a dash stands a place that no table needs to have."""
    match = _BEHIND_AGENCY.match(text[start : start + HEAD_LENGTH_MAX])
    where, date = _cut_date(_commas_for_brackets(match["where"])) if match else ("", None)
    if match is None or not date or (place := _place(where, None, NOTHING)) is None:
        return None
    return FoundDateline(_dateline(match["where"].strip(), place, date, None), start + match.end("end"))


def _one(text: str, start: int, around: Surroundings) -> FoundDateline | None:
    head = text[start : start + HEAD_LENGTH_MAX]
    for pattern, accept in _FORMS if head.isascii() else _FORMS_BEYOND_ASCII:
        if (match := pattern.match(head)) and (dateline := accept(match, head, around)):
            return FoundDateline(dateline, start + match.end("end"))
    return None


def _with_agency(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`where (who) -`: the agency is known, or the place is."""
    where, date = _cut_date(_commas_for_brackets(match["where"]))
    who, beside = _cut_date(match["who"])  # `(Newsfile Corp. - November 13, 2025) - `
    source, date = first_agency(who), date or beside
    if source and source.country_code == "CH" and (canton := _CANTON.search(where)):  # `Gland VD (ats)`
        where = f"{where[: canton.start()]}, Switzerland"
    place = _place(where, source, around)
    dashed = match[0].rstrip()[-1] in _DASHES + "="
    # A place in capitals, a date, a name in brackets and a dash can be nothing else, whoever it names.
    is_name = who[:1].isupper() and who.replace(" ", "").isalpha()
    told = bool(date) and dashed and is_name and where.partition(",")[0].isupper()
    if where and (place is None or not (source or place.known or told)):
        return None
    if not where and not source:
        return None
    if not dashed and not (source and _opens_copy(match, head, where, place, source, date, around)):
        return None
    if place and not (place.known or place.stated or date or where.isupper() or _opens(match, head)):
        return None  # `Vermisstes (dpa) - so nennt die Redaktion …`
    written = head[: match.start("end")].strip()
    return _dateline(written, place, date, source.code if source else who)


def _opens_copy(
    match: re.Match[str],
    head: str,
    where: str,
    place: Location | None,
    source: Agency,
    date: str | None,
    around: Surroundings,
) -> bool:
    """Whether what stands before an agency and no dash is a place, not a part of a sentence.

    So it is with a date (PTI), in capitals (TT), or before a sentence (NTB, KNA, ats), if the place or its country
    is known: any label may stand there, too (`Statsminister (NTB): Skatten`).  A date alone shows it only for
    agencies whose towns no table has.
    """
    opens = _opens(match, head)
    if not where:  # `(NTB) Bodø kommune`, from NTB
        is_own = source.code in _OPENS_ALONE or (around.agency is not None and around.agency.code == source.code)
        behind = _dated_place(head, match.end())  # `(DIRE) Roma, 13 nov. - Il ponte`
        return bool(date) or (opens and is_own) or bool(behind and behind.dateline.country_code)
    is_known = place is not None and (place.known or place.stated)
    if date and not has_towns(source.country_code):
        return True
    return is_known and (bool(date) or where.isupper() or opens)


def _opens(match: re.Match[str], head: str) -> bool:
    """Whether what follows it begins a sentence."""
    return _OPENS_SENTENCE.match(head, match.end()) is not None


def _place(where: str, source: Agency | None, around: Surroundings) -> Location | None:
    """The place that it names, which no table need have; a word of the trade is a label: `Rettelse (NTB) - `.

    It is known, too, if it is a town of the agency's country, or if what stands around the dateline names it.
    """
    place = locate(where)
    if place is None or place.stated or (place.known and place.city):
        return place
    city = where.partition(",")[0].partition("/")[0]
    if not place.known and ((is_of_trade(city) and is_label(city)) or has_word("labels", city.casefold())):
        return None
    name = place if place.city else Location(titled(city))  # `Alta (NTB)` is not in Alberta
    if source and (country := country_of_town(city, source.country_code)):
        return name._replace(country_code=country, known=True)
    return place._replace(known=True) if not place.known and around.name(city) else place


def _slashed(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`where /who/:`: the place is known, or there is a date."""
    where, date = _cut_date(match["where"])
    source = first_agency(match["who"])
    place = _place(where, source, around)
    if place is None or source is None or not (place.known or date):
        return None
    return _dateline(head[: match.start("end")], place, date, source.code)


def _dated(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`SAITAMA, Japan, Dec. 9 Kyodo -`: the date shows that it is an agency, or a stop and capitals (Kazinform).

    So does a comma behind a known place, or a word in capitals (`BRISBANE, AAP -`), but before a region
    (`PHILADELPHIA, PA -`).
    """
    where, date = _cut_date(match["where"])
    source = agency_named(match["who"])
    if (bare := _REGION.sub("", where)) != where:
        where = f"{bare}, {gazetteer.country_names()[source.country_code]}" if source else bare
    place = _place(where, source, around)
    told = date or (match["where"].isupper() and match["where"].endswith(".") and match["who"].isupper())
    is_word = where.isupper() and where.isalpha() and len(where) > ACRONYM_LENGTH_MAX
    is_place = place is not None and (place.known or is_word)
    if match["where"].endswith(",") and len(match["who"]) > REGION_CODE_LENGTH and is_place:
        told = told or _opens(match, head)
    if not (told and source and place):
        return None
    return _dateline(head[: match.start("end")].strip(), place, date, source.code)


def _unstopped(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`Baku, November 13, AZERTAC The`: nothing ends it, so the place has to be known."""
    dateline = _dated(match, head, around)
    return dateline if dateline and dateline.country_code else None


def _agency_before(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`ACN Girona.- `: the agency and the place are known, and a sentence follows."""
    source = agency_named(match["who"])
    place = _place(match["where"], source, around)
    if not (source and place and place.known and _opens(match, head)):
        return None
    return _dateline(head[: match.start("end")], place, None, source.code)


def _without_agency(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`Brussels, Belgium -`, `DENVER —`: only the gazetteer shows that it is a dateline."""
    where, date = _cut_date(match["where"])
    if not _OPENS_SENTENCE.match(match["rest"]) or not where:
        return None
    is_signed = around.agency is not None and around.agency.code in _DASHES_ALONE
    place = _place(where, around.agency, around) if is_signed else locate(where)
    if place and not place.known and where.isupper() and where.casefold() in around.places:
        place = place._replace(known=True)  # a field has it: `SEPT-ÎLES — `
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
    return _dateline(match["where"].strip(), place, date, None)


def _stopped(match: re.Match[str], head: str, around: Surroundings) -> Dateline | None:
    """`IISALMI. Hirvi`: a town in capitals in copy that its agency signs."""
    if not (around.agency and around.agency.code in _STOPS and _opens(match, head)):
        return None
    place = _place(match["where"], around.agency, around)
    return _dateline(match["where"], place, None, None) if place and place.known else None


_FORMS = (
    (_ENCLOSED, _dated),
    (_WITH_AGENCY, _with_agency),
    (_SLASHED, _slashed),
    (_TASS, _with_agency),
    (_BARE_AGENCY, _with_agency),
    (_AGENCY_BEFORE, _agency_before),
    (_DATED, _dated),
    (_UNSTOPPED, _unstopped),
    (_REGIONED, _dated),
    (_STOPPED, _dated),
    (_CAPITALS, _stopped),
    (_WITHOUT_AGENCY, _without_agency),
)
_CYRILLIC = ((_TASS_REGION, _with_agency), (_DASHED, _dated))
_FORMS_BEYOND_ASCII = (*_FORMS[:-1], *_CYRILLIC, _FORMS[-1])


def _dateline(text: str, place: Location | None, date: str | None, agency: str | None) -> Dateline:
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


def _cut_date(where: str) -> tuple[str, str | None]:
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
