"""The fields of a JSON news item, under any of their names; values of a wrong type give warnings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from pipeline.formats.text.bodies import TypedText
from pipeline.items import AltId, Concept, InfoSource
from pipeline.notes import NOTES_NOT_KEPT
from pipeline.outside import clean_line
from pipeline.values.blanks import one_line
from pipeline.values.dates import read_instant
from pipeline.values.roles import is_public_note

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")  # RFC 3986: anything else is a literal
# The code of a concept has several names: `literal` in ninjs 2 and 3, `code` for Superdesk and AP, `qcode` for dpa.
CONCEPT = {"name": ("name",), "uri": ("uri",), "literal": ("literal", "code", "qcode")}  # beside rel or role
UNSEEN = "".join(map(chr, (*range(1, 32), 127)))  # limits would remove all of a line that has nothing else
RELS = {  # of a concept that names none itself, by the list that holds it
    "person": "person", "people": "person", "organisation": "organisation", "organisations": "organisation",
    "genre": "genre", "genres": "genre", "keywords": "keyword",
}  # fmt: skip
C = TypeVar("C", Concept, InfoSource)
# By the end of a ninjs 1.x name.
MEDIA_TYPES = {"text": "text/plain", **dict.fromkeys(("html", "xhtml", "html5"), "text/html")}


class JsonFields:
    """The fields of one item.  Collects warnings.

    `lookup` maps a field to its names, the preferred one first; the name `a.b` is b within the object a.
    """

    def __init__(self, document: Mapping[str, Any], lookup: Mapping[str, tuple[str, ...]]) -> None:
        self._document = document
        self._lookup = lookup
        self.warnings: list[str] = []

    def text(self, field: str) -> str | None:
        """The first value that is not empty, in one line; a number as its digits; None without a value."""
        for name, value in self._present(field):
            if one := one_line(self._as_text(name, value) or ""):
                return one
        return None

    def named(self, field: str) -> list[tuple[str, str]]:
        """Each name that holds a text, and the text in one line."""
        texts = ((name, self._as_text(name, value)) for name, value in self._present(field))
        return [(name, one) for name, text in texts if text and (one := one_line(text))]

    def instant(self, field: str) -> datetime | None:
        """The instant, UTC."""
        text = self.text(field)
        return None if text is None else read_instant(text, field, self.warnings)

    def as_written(self, field: str) -> list[str]:
        """Every value under any of its names, also an empty one but not null: for fields that fail closed."""
        return [value if isinstance(value, str) else str(value)[:200] for _, value in self._present(field)]

    def every(self, field: str) -> list[str]:
        """Every value under any of its names and every element of a list, as text."""
        return [value if isinstance(value, str) else str(value)[:200] for _, value in self._elements(field)]

    def every_value(self, field: str) -> list[Any]:
        """Every value under any of its names and every element of a list, as it is."""
        return [value for _, value in self._elements(field)]

    def codes(self, field: str) -> list[str]:
        """Every code under any of its names and in a list, alone or of a concept."""
        return [_code(value) for _, value in self._elements(field)]

    def statuses(self, field: str) -> list[str]:
        """Every status as it is written, and its code: a list is not understood, but a kill in it counts."""
        return list(dict.fromkeys((*self.as_written(field), *self.codes(field))))

    def typed_texts(self, field: str) -> list[TypedText]:
        """Its texts, from strings (1.x) or objects with a value (2.x, 3.x)."""
        return [
            text for name, value in self._elements(field) if (text := self._typed_text(name, value)) is not None
        ]

    def concepts(self, field: str, kind: type[C]) -> tuple[C, ...]:
        """Its concepts or sources that have a name, a uri or a literal, each once."""
        elements = ((name, one) for name, value in self._elements(field) for one in _each_code(value))
        found = (self._concept(kind, name, value) for name, value in elements)
        return tuple(dict.fromkeys(concept for concept in found if concept.name or concept.uri or concept.literal))

    def alt_ids(self, field: str) -> tuple[AltId, ...]:
        """Its ids: a list of role and value (2.x, 3.x), or an object of values by role (1.x)."""
        found = []
        for name, value in self._elements(field):
            for role, written in self._pairs(name, value):
                text = self._as_text(name, written)
                if isinstance(role, str) and text:
                    found.append(AltId(role=role, value=text))
        return tuple(found)

    def note(self, field: str) -> str | None:
        """The lines of its public notes, each once.  One that is not certain to be public gives a warning."""
        notes = [value for _, value in self._elements(field)]
        public = [value for value in notes if _is_public(value)]
        self.warnings += [NOTES_NOT_KEPT] if len(public) < len(notes) else []
        texts = (self._as_text(field, value.get("value") if isinstance(value, dict) else value) for value in public)
        lines = (clean_line(line) for text in texts if text for line in text.splitlines())
        return "\n".join(dict.fromkeys(line for line in lines if line.strip(UNSEEN))) or None

    def lines(self, field: str) -> list[str]:
        """Its texts that are not empty, each in one line."""
        texts = (self._as_text(name, value) for name, value in self._elements(field))
        return [one for text in texts if text and (one := one_line(text))]

    def _present(self, field: str) -> Iterator[tuple[str, Any]]:
        for name in self._lookup[field]:
            value = self._document.get(name)
            if value is None and "." in name:
                value = self._within(name)
            if value is not None:
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
            self.warnings.append(f"{name}: text expected, not {type(value).__name__}")
        return None

    def _pairs(self, name: str, value: Any) -> list[tuple[Any, Any]]:
        if not isinstance(value, dict):
            self.warnings.append(f"{name}: ids expected, not {type(value).__name__}")
            return []
        return [(value.get("role"), value["value"])] if "value" in value else list(value.items())

    def _typed_text(self, name: str, value: Any) -> TypedText | None:
        if not isinstance(value, dict):
            text = self._as_text(name, value)
            return None if text is None else TypedText(text, None, MEDIA_TYPES.get(name.rpartition("_")[2]))
        text = self._as_text(f"{name}.value", value.get("value"))
        if text is None:
            return None
        role, media_type = value.get("role"), value.get("contentType", value.get("contenttype"))
        return TypedText(
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


def _each_code(value: Any) -> list[Any]:
    """A concept for each of its codes, which PA has in one: `{"code": ["news", "politics"]}`."""
    listed = value.get("code") if isinstance(value, dict) else None
    return [{**value, "code": one} for one in listed] if isinstance(listed, list) else [value]


def _code(value: Any) -> str:
    """The code of a status or a signal, which may be a concept."""
    if not isinstance(value, dict):
        return str("" if value is None else value)[:200]
    return str(next(filter(None, map(value.get, ("literal", "code", "qcode", "uri", "value", "name"))), ""))[:200]


PUBLISHABLE = ("is_publishable", "publishable", "public", "is_public", "isPublic")


def _is_public(note: Any) -> bool:
    """Whether the note may be published: by what it says (dpa: `is_publishable`), and by its role."""
    if not isinstance(note, dict):
        return True
    role = note.get("role")
    is_known = role is None or (isinstance(role, str) and is_public_note(role))
    return all(note.get(name, True) is True for name in PUBLISHABLE) and is_known
