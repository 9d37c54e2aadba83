"""The texts of a JSON document by place: `name/name`; the elements of a list have the place of the list."""

from __future__ import annotations

import re
from typing import Any

from pipeline.formats.places import Place, Places, Unread, passages_of, unlabelled
from pipeline.notes import Passage

# Names that never hold a text about the item, wherever they are.
SKIPPED = frozenset(
    ["id", "_id", "guid", "uri", "urn", "href", "url", "scheme", "contentType", "contenttype", "mimetype",
     "language", "version", "rel", "rels", "etag", "_etag", "itemid"]
)  # fmt: skip
WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|_")  # embargoedReason, embargo_reason


def passages_in(document: Any, places: Places) -> list[Passage]:
    """The texts of the document, each with the class of its place; one that no table names is for editors."""
    found: list[Passage] = []
    waiting: list[tuple[Any, Place]] = [(document, places.root("", ""))]
    while waiting:
        value, place = waiting.pop()
        if isinstance(value, str | int | float):
            own = place.own
            if value and not isinstance(own, Unread) and place.name not in SKIPPED:
                text = value if isinstance(value, str) else str(value)
                if place.names_embargo:
                    found += passages_of(own, place.path, text, WORDS.sub(" ", place.name))
                else:
                    found += unlabelled(own, place.path, text)
        elif isinstance(value, dict):
            known = place.children
            for key, inner in reversed(value.items()):
                if inner:
                    within = known[key] if key in known else place.child(key)
                    if within is not None:
                        waiting.append((inner, within))
        elif isinstance(value, list):
            waiting += [(element, place) for element in reversed(value)]
    return found
