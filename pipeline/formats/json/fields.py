"""The fields of a JSON news item, by whichever name they bear; what is no text where one is due is a warning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from pipeline.items import AltId, Concept, InfoSource
from pipeline.values.blanks import one_line
from pipeline.values.dates import read_instant

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")  # RFC 3986: anything else is a literal
# A name in a vocabulary goes by several: ninjs 2 and 3 `literal`, Superdesk and AP `code`, dpa `qcode`.
CONCEPT = {"name": ("name",), "uri": ("uri",), "literal": ("literal", "code", "qcode")}  # beside rel or role
UNSEEN = "".join(map(chr, (*range(1, 32), 127)))  # a line of these alone is none: limits would leave nothing of it
RELS = {  # of a concept that says none itself, by the list that it stands in
    "person": "person", "people": "person", "organisation": "organisation", "organisations": "organisation",
    "genre": "genre", "genres": "genre", "keywords": "keyword",
}  # fmt: skip
C = TypeVar("C", Concept, InfoSource)
MEDIA_TYPES = {"text": "text/plain", "html": "text/html", "xhtml": "text/html"}  # by a ninjs 1.x name's ending


class Piece(NamedTuple):
    """One of several bodies, headlines or descriptions."""

    value: str
    role: str | None = None
    content_type: str | None = None


class Fields:
    """One item's fields.  `lookup`: field -> its names, the one that wins first; `a.b` is b within the object a.

    Collects warnings.
    """

    def __init__(self, document: Mapping[str, Any], lookup: Mapping[str, tuple[str, ...]]) -> None:
        self._document = document
        self._lookup = lookup
        self.warnings: list[str] = []

    def text(self, field: str) -> str | None:
        """The field in one line, by the first of its names that is not empty; a number is its digits; else None."""
        for name, value in self._present(field):
            if one := one_line(self._as_text(name, value) or ""):
                return one
        return None

    def named(self, field: str) -> list[tuple[str, str]]:
        """Each of its names that holds a text, and the text in one line."""
        texts = ((name, self._as_text(name, value)) for name, value in self._present(field))
        return [(name, one) for name, text in texts if text and (one := one_line(text))]

    def instant(self, field: str) -> datetime | None:
        """The instant, UTC.  Raises Rejected(BAD_DATE)."""
        text = self.text(field)
        return None if text is None else read_instant(text, field, self.warnings)

    def as_written(self, field: str) -> list[str]:
        """Every value under any of its names, empty too, only null is absent: for what fails closed."""
        return [value if isinstance(value, str) else str(value)[:200] for _, value in self._present(field)]

    def every(self, field: str) -> list[str]:
        """Every value under any of its names, lists opened; what is no text in Python's words."""
        return [value if isinstance(value, str) else str(value)[:200] for _, value in self._elements(field)]

    def pieces(self, field: str) -> list[Piece]:
        """Its texts, out of strings (1.x) or objects with a value (2.x, 3.x)."""
        return [piece for name, value in self._elements(field) if (piece := self._piece(name, value)) is not None]

    def concepts(self, field: str, kind: type[C]) -> tuple[C, ...]:
        """Its concepts or sources; those without name, uri and literal left out."""
        found = (self._concept(kind, name, value) for name, value in self._elements(field))
        return tuple(dict.fromkeys(concept for concept in found if concept.name or concept.uri or concept.literal))

    def alt_ids(self, field: str) -> tuple[AltId, ...]:
        """Its ids: a list of role and value (2.x, 3.x), or an object of them (1.x)."""
        found = []
        for name, value in self._elements(field):
            for role, written in self._pairs(name, value):
                text = self._as_text(name, written)
                if isinstance(role, str) and text:
                    found.append(AltId(role=role, value=text))
        return tuple(found)

    def note(self, field: str) -> str | None:
        """Its public notes, their lines kept, each once."""
        public = (value for name, value in self._elements(field) if _is_public(value))
        texts = (self._as_text(field, value.get("value") if isinstance(value, dict) else value) for value in public)
        lines = (one_line(line) for text in texts if text for line in text.splitlines())
        return "\n".join(dict.fromkeys(line for line in lines if line.strip(UNSEEN))) or None

    def lines(self, field: str) -> list[str]:
        """Its texts, each in one line; empty ones left out."""
        texts = (self._as_text(name, value) for name, value in self._elements(field))
        return [one for text in texts if text and (one := one_line(text))]

    def _present(self, field: str) -> Iterator[tuple[str, Any]]:
        for name in self._lookup[field]:
            if (value := self._document.get(name)) is not None or (value := self._within(name)) is not None:
                yield name, value

    def _within(self, name: str) -> Any:
        outer, _, inner = name.partition(".")
        found = self._document.get(outer) if inner else None
        return found.get(inner) if isinstance(found, dict) else None

    def _elements(self, field: str) -> Iterator[tuple[str, Any]]:
        for name, value in self._present(field):
            yield from ((name, element) for element in (value if isinstance(value, list) else [value]))

    def _as_text(self, name: str, value: Any) -> str | None:
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)
        if value is not None:
            self.warnings.append(f"{name}: a text is due, not {type(value).__name__}")
        return None

    def _pairs(self, name: str, value: Any) -> list[tuple[Any, Any]]:
        if not isinstance(value, dict):
            self.warnings.append(f"{name}: ids are due, not {type(value).__name__}")
            return []
        return [(value.get("role"), value["value"])] if "value" in value else list(value.items())

    def _piece(self, name: str, value: Any) -> Piece | None:
        if not isinstance(value, dict):
            text = self._as_text(name, value)
            return None if text is None else Piece(text, None, MEDIA_TYPES.get(name.rpartition("_")[2]))
        text = self._as_text(f"{name}.value", value.get("value"))
        if text is None:
            return None
        role, media_type = value.get("role"), value.get("contentType", value.get("contenttype"))
        return Piece(
            text, role if isinstance(role, str) else None, media_type if isinstance(media_type, str) else None
        )

    def _concept(self, kind: type[C], name: str, value: Any) -> C:
        own = "rel" if kind is Concept else "role"
        if not isinstance(value, dict):
            return kind(**{"name": self._as_text(name, value), own: RELS.get(name)})
        texts = {
            part: self._as_text(f"{name}.{part}", next((value[key] for key in keys if value.get(key)), None))
            for part, keys in (*CONCEPT.items(), (own, (own,)))
        }
        texts[own] = texts[own] or RELS.get(name)
        uri = texts["uri"]
        if uri is not None and not URI.fullmatch(uri):
            texts |= {"uri": None, "literal": texts["literal"] or uri}
        return kind(**texts)


def _is_public(note: Any) -> bool:
    """Not so if the note says so itself: dpa's `is_publishable`, or a role such as `nonpublic`."""
    if not isinstance(note, dict):
        return True
    role = str(note.get("role", "")).lower().replace("-", "").replace("_", "")
    return note.get("is_publishable", True) is True and "nonpublic" not in role and "internal" not in role
