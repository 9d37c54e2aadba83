"""The texts of a JSON document by place: `name/name`; the elements of a list have the place of the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.formats.named import Sense, sense_of
from pipeline.formats.places import CODE, Place, Places, Unread, is_code, labelled, of_code, unlabelled
from pipeline.notes import Addressee, Passage

# Names that never hold a text about the item, wherever they are, but a code without blanks.
SKIPPED = frozenset(
    ["id", "_id", "guid", "uri", "urn", "href", "url", "scheme", "contentType", "contenttype", "mimetype",
     "language", "version", "rel", "rels", "etag", "_etag", "itemid"]
)  # fmt: skip
# Members that name what the value beside them is: `{"name": "embargo", "value": "2022-01-04"}`.
NAMING = ("name", "key", "field", "property", "label", "role", "type", "rel", "id", "code")
VALUES = ("value", "val", "content", "text", "date", "datetime")


def passages_in(document: Any, places: Places) -> list[Passage]:
    """The texts of the document, each with the class of its place; one that no table names is for editors."""
    found: list[Passage] = []
    waiting: list[tuple[Any, Place]] = [(document, places.root("", ""))]
    while waiting:
        value, place = waiting.pop()
        if isinstance(value, str | int | float):
            own, text = place.own, value if isinstance(value, str) else str(value)
            if own is CODE:
                found += of_code(place, text) if place.sense or not is_code(text) else ()
            elif not isinstance(own, Unread) and (
                place.name not in SKIPPED or " " in text or place.sense is Sense.STATUS
            ):
                if place.sense:
                    found += labelled(place.sense, own, place.path, text, place.name)
                elif value:
                    found += unlabelled(own, place.path, text)
        elif isinstance(value, dict):
            known = place.children
            naming = _naming(value, place) if place.own is Addressee.EDITORS else ()
            found += _named(value, naming, place.path)
            for key, inner in reversed(value.items()):
                if (inner or inner is False) and key not in naming:
                    within = known[key] if key in known else place.child(key)
                    if within is not None:
                        waiting.append((inner, within))
        elif isinstance(value, list):
            waiting += [(element, place) for element in reversed(value)]
    return found


def _naming(found: dict[str, Any], place: Place) -> tuple[str, ...]:
    """The members of an object that say by their text what the value beside them means for the item."""
    if not any(key in found for key in VALUES):
        return ()
    weak = "note" not in place.path.lower()
    labels = ((key, found.get(key)) for key in NAMING)
    return tuple(key for key, label in labels if isinstance(label, str) and sense_of(label, weak=weak))


def _named(found: dict[str, Any], naming: tuple[str, ...], path: str) -> Iterator[Passage]:
    """What the values of an object mean by the name that it gives them."""
    for label in map(found.__getitem__, naming):
        for value in (found[key] for key in VALUES if isinstance(found.get(key), str | int | float)):
            if sense := sense_of(label):
                yield from labelled(sense, Addressee.EDITORS, path, str(value), label)
