"""NewsML 1.2: the fields of a NewsItem, out of its envelope, its management and the components around its story."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.tree import Element, text, words
from pipeline.items import AltId, Concept, InfoSource
from pipeline.values.blanks import one_line
from pipeline.values.codes import parted_id

IDS = "NewsItem/Identification/NewsIdentifier"
MANAGED = "NewsItem/NewsManagement"
LINES = "NewsComponent/NewsLines"
ADMIN = "NewsComponent/AdministrativeMetadata"
ABOUT = "NewsComponent/DescriptiveMetadata"
RIGHTS = "NewsComponent/RightsMetadata"
PUBLIC_ID, ITEM_ID, REVISION = f"{IDS}/PublicIdentifier", f"{IDS}/NewsItemId", f"{IDS}/RevisionId"
GUID = "NewsComponent/DescriptiveMetada/guid"  # TASS, misspelt as it is
REVISED = re.compile(r"(?::\w{1,20})?")
ALT_IDS = {
    ITEM_ID: "news-item-id",
    "NewsItem/Identification/NameLabel": "name-label",
    "NewsEnvelope/TransmissionId": "transmission-id",
    f"{MANAGED}/DerivedFrom/@NewsItem": "derived-from",
    f"{MANAGED}/AssociatedWith/@NewsItem": "associated-with",
}
SOURCES_OF = {
    f"{ADMIN}/Source/Party/@FormalName": "source",
    f"{ADMIN}/Creator/Party/@FormalName": "creator",
    f"{LINES}/CreditLine": "credit",
    f"{ADMIN}/Provider/Party/@FormalName": "provider",
    "NewsEnvelope/SentFrom/Party/@FormalName": "distributor",
}
SUBJECT_CODES, GENRES, KEYWORD_LINES = (
    f"{ABOUT}/SubjectCode",
    f"{ABOUT}/Genre/@FormalName",
    f"{LINES}/KeywordLine",
)
PROPERTIES = (f"{ABOUT}/Property", "NewsComponent/Metadata/Property")
LOCATIONS = f"{ABOUT}/Location"
PLACE_PARTS = ("City", "SubLocation", "Area", "CountryArea", "Country", "WorldRegion")  # the narrowest first
NEWS_LINES = f"{LINES}/NewsLine"
FOR_EDITORS = ("advis", "note", "instruc", "editor", "embargo")  # in the type of a NewsLine: not surely for readers


class Identity(NamedTuple):
    """The dispatch and its version."""

    native_id: str | None
    version: str | None


def identity(paths: Paths, warnings: list[str]) -> Identity:
    """PublicIdentifier without the revision that ends it; without one the parts that it is made of.

    Vendors write what is no identifier of an item (`urn:newsml:www.belga.be`): it must end in the revision, or hold
    the NewsItemId.
    """
    public, revision, item = (paths.text(path) for path in (PUBLIC_ID, REVISION, ITEM_ID))
    native_id = _unrevised(public, revision, item, paths.text(f"{REVISION}/@Update") or "N") if public else None
    if native_id:
        return Identity(native_id, revision)
    if public and (parted := parted_id(public))[1]:
        return Identity(parted[0], revision or parted[1])
    if item:
        provider, day = (paths.text(f"{IDS}/{name}") for name in ("ProviderId", "DateId"))
        parts = ("urn:newsml", provider, day and day[:8], item)  # Belga: a DateId's time is that of the revision
        return Identity(":".join(filter(None, parts)), revision)
    native_id = paths.text(GUID)
    if native_id is None:
        warnings.append("no NewsItemId: revisions of it cannot be told")
    return Identity(native_id, revision)


def _unrevised(public: str, revision: str | None, item: str | None, update: str) -> str | None:
    """The identifier up to its NewsItemId; where that stands otherwise (ANP), up to its revision."""
    if item:
        before, found, after = public.rpartition(f":{item}")
        if found and REVISED.fullmatch(after):
            return before + found
    endings = (f":{revision}{update}", f":{revision}") if revision else ()
    return next((public.removesuffix(ending) for ending in endings if public.endswith(ending)), None)


def alt_ids(paths: Paths) -> tuple[AltId, ...]:
    """What else it is called, and what it is derived from or belongs to."""
    found = (AltId(role=role, value=value) for path, role in ALT_IDS.items() for value in paths.values(path))
    return tuple(dict.fromkeys(found))


def subjects(paths: Paths) -> tuple[Concept, ...]:
    """Subject codes, genres and keywords."""
    codes = (
        Concept(literal=code)
        for group in paths.every(SUBJECT_CODES)
        for element in group
        if (code := _code(element))
    )
    genres = (Concept(name=name, rel="genre") for name in paths.values(GENRES))
    told = (element.get("Value") or "" for element in _properties(paths, PROPERTIES, "keyword"))
    words_of = (one for word in (*told, *paths.values(KEYWORD_LINES)) if (one := one_line(word)))
    keywords = (Concept(name=word, rel="keyword") for word in words_of)
    return tuple(dict.fromkeys((*codes, *genres, *keywords)))


def _code(element: Element) -> str:
    """IPTC's codes of eight digits need no prefix; others stand behind their scheme's name."""
    name, scheme = element.get("FormalName") or "", element.get("Scheme")
    return f"{scheme}:{name}" if name and scheme and not (len(name) == 8 and name.isdigit()) else name


def _properties(paths: Paths, places: tuple[str, ...], word: str) -> Iterator[Element]:
    """The properties with the word in their names."""
    found = (element for path in places for element in paths.every(path))
    return (element for element in found if word in (element.get("FormalName") or "").lower())


def places(paths: Paths) -> tuple[Concept, ...]:
    """Each Location in one line, and whether it is the origin or where it happened (HowPresent)."""
    found = []
    for element in paths.every(LOCATIONS):
        parts = {part.get("FormalName"): part.get("Value") for part in element.iterfind("Property")}
        name = ", ".join(dict.fromkeys(value for part in PLACE_PARTS if (value := parts.get(part))))
        if name:
            found.append(Concept(name=name, rel=(element.get("HowPresent") or "").lower() or None))
    return tuple(dict.fromkeys(found))


def located(paths: Paths) -> str | None:
    """The city of origin; of a Location that happened elsewhere (`Event`) nothing."""
    for element in paths.every(LOCATIONS):
        city = text(element, "Property[@FormalName='City']/@Value")
        if city and (element.get("HowPresent") or "").lower() in ("", "origin", "dateline"):
            return city
    return None


def sources(paths: Paths) -> tuple[InfoSource, ...]:
    """Whose it is, and who provides and sends it."""
    found = (InfoSource(name=name, role=role) for path, role in SOURCES_OF.items() for name in paths.values(path))
    return tuple(dict.fromkeys(found))


def copyright_notice(paths: Paths) -> str | None:
    """As it reads, or the holder and the date."""
    parts = (paths.text(f"{RIGHTS}/Copyright/{name}") for name in ("CopyrightHolder", "CopyrightDate"))
    return paths.text(f"{LINES}/CopyrightLine") or " ".join(filter(None, parts)) or None


def usage_terms(paths: Paths) -> str | None:
    """The lines and the rights, each once."""
    told = (words(part) for rights in paths.every(f"{RIGHTS}/UsageRights") for part in rights)
    return "; ".join(dict.fromkeys(filter(None, (*paths.values(f"{LINES}/RightsLine"), *told)))) or None


def private_notes(paths: Paths) -> list[str]:
    """The lines that are, or may be, for editors."""
    return [line for name, line in _news_lines(paths) if any(word in name for word in FOR_EDITORS)]


def embargoes(paths: Paths) -> list[str]:
    """What a vendor's own line or property of that name says, empty too: it holds."""
    told = _properties(paths, (f"{MANAGED}/Property", *PROPERTIES), "embargo")
    lines = (line for name, line in _news_lines(paths) if "embargo" in name)
    return [*lines, *(element.get("Value") or "" for element in told)]


def _news_lines(paths: Paths) -> Iterator[tuple[str, str]]:
    for element in paths.every(NEWS_LINES):
        name = text(element, "NewsLineType/@FormalName") or ""
        yield name.lower(), " ".join(map(words, element.iterfind("NewsLineText")))
