"""NITF: concepts, sources, rights and notes, from the head and from the head of the body."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.tree import Element, is_private, words
from pipeline.items import Concept
from pipeline.values.blanks import one_line

DOCDATA, HEAD = "head/docdata", "body/body.head"
# Where a concept's name is written, and its relation to the document.
NAMED = {
    f"{DOCDATA}/fixture/@fix-id": "fixture",
    f"{DOCDATA}/series/@series.name": "series",
    f"{DOCDATA}/doc-scope/@scope": "scope",
    "head/tobject/@tobject.type": "type",
    "head/tobject/tobject.property/@tobject.property.type": "genre",
}
SUBJECT = "head/tobject/tobject.subject"
LEVELS = ("detail", "matter", "type")  # of the IPTC subject codes, the narrowest first
KEYWORDS = f"{DOCDATA}/key-list/keyword"
EVENT_PLACE = f"{DOCDATA}/evloc"
PLACE_PARTS = ("city", "county-dist", "state-prov", "iso-cc")
CONTENT = f"{DOCDATA}/identified-content"
CONTENT_KINDS = ("person", "org", "event", "function", "object.title", "classifier", "virtloc")
SOURCE_ROLES = {
    f"{DOCDATA}/doc-id/@regsrc": "originator",
    f"{HEAD}/distributor": "distributor",
}
META, KEY = "head/meta", f"{DOCDATA}/du-key/@key"
SUBHEAD, TAGLINE = f"{HEAD}/hedline/hl2", "body/body.end/tagline"
BYLINE, DATELINE, NOTE = f"{HEAD}/byline", f"{HEAD}/dateline", f"{HEAD}/note"
COPYRITE, COPYRIGHT = f"{HEAD}/rights/copyrite", f"{DOCDATA}/doc.copyright"
RIGHTS, USE = f"{HEAD}/rights", f"{DOCDATA}/doc.rights"
RIGHTS_PARTS = ("owner", "agent", "geography", "type", "limitations")
EDITORS, CORRECTION = f"{DOCDATA}/ed-msg/@info", f"{DOCDATA}/correction/@info"


def subjects(paths: Paths) -> tuple[Concept, ...]:
    """Subject codes, keywords and the like, and what the content is about."""
    coded = (_subject(element) for element in paths.every(SUBJECT))
    named = (Concept(name=name, rel=rel) for path, rel in NAMED.items() for name in paths.values(path))
    keys = (element.get("key") or words(element) for element in paths.every(KEYWORDS))  # CP has them as text
    keywords = (Concept(name=one_line(key), rel="keyword") for key in keys if key and key.strip())
    tagged = (concept for kind in CONTENT_KINDS for concept in _tagged(paths, kind, kind))
    return tuple(
        dict.fromkeys(each for found in (coded, keywords, named, tagged) for each in found if each != Concept())
    )


def _subject(element: Element) -> Concept:
    """The subject.  IPTC's codes need no prefix, others have the name of their owner."""
    names = (element.get(f"tobject.subject.{level}") for level in LEVELS)
    code, owner = element.get("tobject.subject.refnum"), element.get("tobject.subject.ipr") or "IPTC"
    literal = code and (code if owner == "IPTC" else f"{owner}:{code}")
    return Concept(name=next(filter(None, names), None), literal=literal or None)


def _tagged(paths: Paths, kind: str, rel: str) -> Iterator[Concept]:
    for element in paths.every(f"{CONTENT}/{kind}"):
        code = element.get("value") or element.get("location-code") or None
        source = element.get("idsrc") or element.get("code-source")
        name = words(element) or None
        if name or code:
            yield Concept(name=name, rel=rel, literal=code and (f"{source}:{code}" if source else code))


def places(paths: Paths) -> tuple[Concept, ...]:
    """Where it happened, and the places that the content is about."""
    events = (
        ", ".join(dict.fromkeys(filter(None, map(element.get, PLACE_PARTS))))
        for element in paths.every(EVENT_PLACE)
    )
    named = (Concept(name=name, rel="event") for name in events if name)
    return tuple(dict.fromkeys((*named, *_tagged(paths, "location", "about"))))


def nitf_tagline(paths: Paths) -> str | None:
    """The byline at the end of the story, unless it is private."""
    return " ".join(words(element) for element in paths.every(TAGLINE) if not is_private(element)) or None


def slugline(paths: Paths) -> str | None:
    """The keyword of AP and AAP, else the key of the story."""
    metas = {element.get("name"): one_line(element.get("content") or "") for element in paths.every(META)}
    return metas.get("anpa-keyword") or paths.text(KEY)


def nitf_byline(paths: Paths) -> str | None:
    """The names, each followed by its title: `By Ada Quay, Harbour Wire`."""
    lines = []
    for element in paths.every(BYLINE):
        pieces = (element.text, *(text for child in element for text in (_named(child), child.tail)))
        names = one_line(" ".join(filter(None, pieces))).replace(" ,", ",")
        lines.append(", ".join(filter(None, (names, *map(words, element.iter("byttl"))))))
    return "; ".join(filter(None, lines)) or None


def _named(part: Element) -> str:
    """The words of a part of a byline: a name is a word of its own (`By<person>Ada</person>`)."""
    return "" if part.tag == "byttl" else words(part)


def copyright_notice(paths: Paths) -> str | None:
    """The notice of the body; else year and holder from the head."""
    for element in paths.every(COPYRIGHT):
        if holder := element.get("holder"):
            return paths.text(COPYRITE) or " ".join(filter(None, ("Copyright", element.get("year"), holder)))
    return paths.text(COPYRITE)


def usage_terms(paths: Paths) -> str | None:
    """The rights, from the body and the head."""
    terms = (element.get(part) or "" for element in paths.every(USE) for part in RIGHTS_PARTS)
    return "; ".join(dict.fromkeys(filter(None, (*paths.values(RIGHTS), *terms)))) or None


def nitf_private_notes(paths: Paths) -> list[str]:
    """The notes that are not certain to be public: they may give signals, and are never published."""
    found = (
        words(element) for root in paths.elements for element in root.iter("note", "tagline") if is_private(element)
    )
    return [*paths.values(EDITORS), *filter(None, found)]


def nitf_public_notes(paths: Paths) -> str | None:
    """What a correction corrects, and the public notes of the body's head, one a line."""
    notes = (words(element) for element in paths.every(NOTE) if not is_private(element))
    return "\n".join(dict.fromkeys(filter(None, (*paths.values(CORRECTION), *notes)))) or None
