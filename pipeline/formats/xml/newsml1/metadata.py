"""NewsML 1.2: metadata of a NewsItem, from its envelope, its management and the components around its story."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.tree import Element, words
from pipeline.items import Concept
from pipeline.values.blanks import one_line

IDS = "NewsItem/Identification/NewsIdentifier"
MANAGED = "NewsItem/NewsManagement"
LINES = "NewsComponent/NewsLines"
ADMIN = "NewsComponent/AdministrativeMetadata"
ABOUT = "NewsComponent/DescriptiveMetadata"
RIGHTS = "NewsComponent/RightsMetadata"
PUBLIC_ID, ITEM_ID, REVISION = f"{IDS}/PublicIdentifier", f"{IDS}/NewsItemId", f"{IDS}/RevisionId"
GUID = "NewsComponent/DescriptiveMetada/guid"  # TASS, with its spelling mistake
OTHERS = (f"{MANAGED}/DerivedFrom/@NewsItem", f"{MANAGED}/AssociatedWith/@NewsItem")
NAME_LABEL = "NewsItem/Identification/NameLabel"
ALT_ID_ROLES = {
    ITEM_ID: "news-item-id",
    NAME_LABEL: "name-label",
    "NewsEnvelope/TransmissionId": "transmission-id",
    OTHERS[0]: "derived-from",
    OTHERS[1]: "associated-with",
}
SOURCE_ROLES = {
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
PLACE_PARTS = ("City", "SubLocation", "Area", "CountryArea", "Country", "WorldRegion")  # the smallest first
NEWS_LINES = f"{LINES}/NewsLine"
# Words in the type of a NewsLine that is not certain to be public.
FOR_EDITORS = ("advis", "note", "instruc", "editor", "embargo")


def subjects(paths: Paths) -> tuple[Concept, ...]:
    """Subject codes, genres and keywords."""
    codes = (
        Concept(literal=code)
        for group in paths.every(SUBJECT_CODES)
        for element in group
        if (code := _code(element))
    )
    genres = (Concept(name=name, rel="genre") for name in paths.values(GENRES))
    properties = (element.get("Value") or "" for element in _properties(paths, PROPERTIES, "keyword"))
    words_of = (one for word in (*properties, *paths.values(KEYWORD_LINES)) if (one := one_line(word)))
    keywords = (Concept(name=word, rel="keyword") for word in words_of)
    return tuple(dict.fromkeys((*codes, *genres, *keywords)))


def _code(element: Element) -> str:
    """The code.  IPTC's codes of eight digits need no prefix, others have the name of their scheme."""
    name, scheme = element.get("FormalName") or "", element.get("Scheme")
    return f"{scheme}:{name}" if name and scheme and not (len(name) == 8 and name.isdigit()) else name


def _properties(paths: Paths, places: tuple[str, ...], word: str) -> Iterator[Element]:
    """The properties with the word in their names."""
    found = (element for path in places for element in paths.every(path))
    return (element for element in found if word in (element.get("FormalName") or "").lower())


def byline(paths: Paths) -> str | None:
    """The byline and its title."""
    return ", ".join(filter(None, (paths.text(f"{LINES}/{name}") for name in ("ByLine", "ByLineTitle")))) or None


def places(paths: Paths) -> tuple[Concept, ...]:
    """The Locations, each in one line with its HowPresent: the origin of the item, or where it happened."""
    found = []
    for element in paths.every(LOCATIONS):
        parts = _place_parts(element)
        name = ", ".join(dict.fromkeys(value for part in PLACE_PARTS if (value := parts.get(part))))
        if name:
            found.append(Concept(name=name, rel=(element.get("HowPresent") or "").lower() or None))
    return tuple(dict.fromkeys(found))


def located(paths: Paths) -> str | None:
    """The city of origin; not a Location in another role (`Event`)."""
    for element in paths.every(LOCATIONS):
        city = _place_parts(element).get("City")
        if city and (element.get("HowPresent") or "").lower() in ("", "origin", "dateline"):
            return city
    return None


def _place_parts(location: Element) -> dict[str, str]:
    properties = Paths((location,)).every("Property")
    return {part.get("FormalName") or "": one_line(part.get("Value") or "") for part in properties}


def copyright_notice(paths: Paths) -> str | None:
    """The line, else the holder and the date."""
    parts = (paths.text(f"{RIGHTS}/Copyright/{name}") for name in ("CopyrightHolder", "CopyrightDate"))
    return paths.text(f"{LINES}/CopyrightLine") or " ".join(filter(None, parts)) or None


def usage_terms(paths: Paths) -> str | None:
    """The lines and the rights, each once."""
    rights_of = (words(part) for rights in paths.every(f"{RIGHTS}/UsageRights") for part in rights)
    return "; ".join(dict.fromkeys(filter(None, (*paths.values(f"{LINES}/RightsLine"), *rights_of)))) or None


def private_lines(paths: Paths) -> list[str]:
    """The lines that are not certain to be public."""
    return [line for name, line in _news_lines(paths) if any(word in name for word in FOR_EDITORS)]


def embargoes(paths: Paths) -> list[str]:
    """The text of vendors' own lines and properties named embargo, also if it is empty: it holds the item."""
    properties = _properties(paths, (f"{MANAGED}/Property", f"{ADMIN}/Property", *PROPERTIES), "embargo")
    lines = (line for name, line in _news_lines(paths) if "embargo" in name)
    return [*lines, *(element.get("Value") or "" for element in properties)]


def _news_lines(paths: Paths) -> Iterator[tuple[str, str]]:
    for element in paths.every(NEWS_LINES):
        line = Paths((element,))
        name = line.text("NewsLineType/@FormalName") or ""
        yield name.lower(), " ".join(map(words, line.every("NewsLineText")))
