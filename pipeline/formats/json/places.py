"""The texts of a JSON document by place: `name/name`; the elements of a list have the place of the list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pipeline.formats.places import Places, Unread, passages_of
from pipeline.notes import Addressee, Passage

# Names that never hold a text about the item, wherever they are.
SKIPPED = frozenset(
    ["id", "_id", "guid", "uri", "urn", "href", "url", "scheme", "contentType", "contenttype", "mimetype",
     "language", "version", "rel", "rels", "etag", "_etag", "itemid"]
)  # fmt: skip
WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|_")  # embargoedReason, embargo_reason


def passages_in(document: Any, places: Places) -> Iterator[Passage]:
    """The texts of the document, each with the class of its place; one that no table names is for editors."""
    waiting: list[tuple[Any, str, str, Addressee | Unread]] = [(document, "", "", Addressee.EDITORS)]
    while waiting:
        value, path, name, own = waiting.pop()
        if isinstance(value, str | int | float):
            if value and not isinstance(own, Unread) and name not in SKIPPED:
                text = value if isinstance(value, str) else str(value)
                yield from passages_of(own, path, text, WORDS.sub(" ", name))
        elif isinstance(value, dict):
            for key, inner in reversed(value.items()):
                at = f"{path}/{key}" if path else key
                of_key = places.class_of(at, key, own)
                if inner and not places.is_left_out(at, of_key):
                    waiting.append((inner, at, key, of_key))
        elif isinstance(value, list):
            waiting += ((element, path, name, own) for element in reversed(value))
