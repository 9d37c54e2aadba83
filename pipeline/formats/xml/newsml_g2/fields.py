"""The fields of a NewsML-G2 newsItem: look-ups by path in the language of the item, concepts, codes.

A code follows an alias (`stat:usable`) or ends a URI.  Only a catalogue says which vocabulary an alias means, and
none is fetched: codes are recognised by their own names, concepts keep the whole code as a literal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from pipeline.formats.xml.newsml_g2.sources import SOURCES
from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.tree import LANGUAGE, Element, words
from pipeline.items import AltId, Concept, InfoSource
from pipeline.language import Language
from pipeline.values import dates

HEADER = "newsMessage/"  # in our paths: the header of the message around the item
RELATIONS = {  # the relation of a concept to the item, by its element
    "located": "located", "keyword": "keyword", "genre": "genre", "memberOf": "memberOf",
    "creditline": "creditline", "provider": "provider",
}  # fmt: skip
PLACES = frozenset({"geoarea", "poi", "place"})  # types of a subject (IPTC cpnat, TT)
ASSERTED = ("name", "POIDetails/address/locality/name")  # what an assertion is about
REUTERS_PLACE = "cptType:5"


@lru_cache(maxsize=1024)  # every item has the same few
def code_of(written: str | None) -> str:
    """The code behind the alias of a QCode or at the end of a URI, lower case."""
    return (written or "").strip().rstrip("/").replace("/", ":").replace("#", ":").rpartition(":")[2].lower()


def name_of(written: str | None) -> str | None:
    """The code behind the alias of a QCode, as it is written; None without any."""
    return (written or "").strip().rpartition(":")[2] or None


def identifier_of(element: Element) -> str:
    """The identifier of a concept: its QCode, URI or literal, else its text."""
    written = (element.get(name) for name in ("qcode", "uri", "literal", "code"))  # `code`: G2 1.0
    return next((one.strip() for one in written if one), (element.text or "").strip())


class G2Fields:
    """The fields of one newsItem, looked up by SOURCES.  Collects warnings."""

    def __init__(self, item: Element) -> None:
        message = item.getroottree().getroot()
        header = None if message is item else message.find("header")
        self.item = item
        self._item = Paths([item])
        self._message = Paths.of(newsMessage=[] if header is None else [header])
        self.warnings: list[str] = []
        self._asserted = {literal: one for one in item.iterfind("assert") if (literal := one.get("literal"))}
        self.language: str | None = None  # until it is known, nothing is foreign
        self.language = self.text("language")

    def text(self, field: str) -> str | None:
        """The first text of `lines`."""
        return next(iter(self.lines(field)), None)

    def lines(self, field: str) -> tuple[str, ...]:
        """All texts at the first path that has any, each in one line and once."""
        for path in SOURCES[field]:
            if found := self._texts(path):
                return found
        return ()

    def elements(self, field: str) -> Sequence[Element]:
        """The elements at the first path that has any; without those in a foreign language unless all are."""
        return next((found for path in SOURCES[field] if (found := self._native(path))), ())

    def elements_with_text(self, field: str) -> list[tuple[Element, str]]:
        """The elements at the first path that has text, with their text; languages as for `elements`."""
        for path in SOURCES[field]:
            if found := [(element, line) for element in self._native(path) if (line := words(element))]:
                return found
        return []

    def every(self, field: str) -> list[Element]:
        """The elements at all of its paths; languages as for `elements`."""
        return [element for path in SOURCES[field] for element in self._native(path)]

    def of_every_language(self, field: str) -> list[Element]:
        """The elements at all of its paths, those in a foreign language too."""
        return [element for path in SOURCES[field] for element in self._from(path).every(path)]

    def instant(self, field: str) -> datetime | None:
        """The instant, UTC."""
        for path in SOURCES[field]:
            if written := next(iter(self._texts(path)), None):
                name = path.rpartition("/")[2]
                if path != SOURCES[field][0]:
                    self.warnings.append(f"no {SOURCES[field][0].rpartition('/')[2]}: {name} read instead")
                return dates.read_instant(written, name, self.warnings)
        return None

    def concepts(self, elements: Iterable[Element]) -> tuple[Concept, ...]:
        """The concepts that have a name, a URI or a code, each once."""
        found = dict.fromkeys((*self._concept(element), RELATIONS.get(element.tag)) for element in elements)
        return tuple(
            Concept(name=name, uri=uri, literal=literal, rel=rel)
            for name, uri, literal, rel in found if not _is_placeholder(name or uri or literal)
        )  # fmt: skip

    def info_sources(self, field: str) -> tuple[InfoSource, ...]:
        """Its sources that have a name, a URI or a code, each once."""
        found = dict.fromkeys((*self._concept(element), _role(element)) for element in self.every(field))
        return tuple(
            InfoSource(name=name, uri=uri, literal=literal, role=role)
            for name, uri, literal, role in found if not _is_placeholder(name or uri or literal)
        )  # fmt: skip

    def alt_ids(self, field: str) -> tuple[AltId, ...]:
        """Its ids, each with its type as the role."""
        found = [(element, words(element)) for element in self.every(field)]
        return tuple(
            AltId(role=name_of(element.get("type")) or element.tag, value=id_) for element, id_ in found if id_
        )

    def is_foreign(self, element: Element) -> bool:
        """Whether it is declared to be in another language than the item."""
        tag = element.get(LANGUAGE)
        if tag is None or self.language is None:
            return False
        return Language.of(tag).primary != Language.of(self.language).primary

    def _native(self, path: str) -> Sequence[Element]:
        found = self._from(path).every(path)
        return found if len(found) < 2 else [element for element in found if not self.is_foreign(element)] or found

    def _texts(self, path: str) -> tuple[str, ...]:
        if "/@" in path or path.startswith("@"):
            found = (self._meant(value) for value in self._from(path).values(path))
        else:
            found = (words(element) for element in self._native(path))
        return tuple(dict.fromkeys(line for line in found if not _is_placeholder(line)))

    def _from(self, path: str) -> Paths:
        return self._message if path.startswith(HEADER) else self._item

    def _concept(self, element: Element) -> tuple[str | None, str | None, str | None]:
        """Its name, URI and code."""
        names = [child for child in element if child.tag == "name"]
        if not names and (main := element.find("mainConcept")) is not None:  # since 2.29: a concept with facets
            element, names = main, list(main.iterfind("name"))
        name = next((name for name in names if not self.is_foreign(name)), names[0] if names else None)
        text = words(name if len(element) else element)  # a keyword has no child that names it
        literal = element.get("literal")  # free text, which serves as the name of Reuters' sources
        return text or self._meant(literal or "") or None, element.get("uri"), element.get("qcode") or literal

    def _meant(self, literal: str) -> str:
        """The name that an assertion of the item gives a literal, which is then a mere label (dpa's `poiID`)."""
        if (asserted := self._asserted.get(literal)) is None:
            return literal
        return next((name for path in ASSERTED if (name := words(asserted.find(path)))), "")


def _role(source: Element) -> str | None:
    return name_of(source.get("role")) or RELATIONS.get(source.tag)


def is_place(subject: Element) -> bool:
    """Whether a subject is a place."""
    written = subject.get("type") or subject.get("typeuri")
    return code_of(written) in PLACES or written == REUTERS_PLACE


def _is_placeholder(text: str | None) -> bool:
    """Whether it is empty, Reuters' placeholder (also with a date behind it), or the None of dpa's exporter."""
    return not text or text.startswith("No-Data-Available") or text == "None"
