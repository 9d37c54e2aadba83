"""What pictures and other items in a document of JSON say to editors about the item that they are in.

None of their words is kept.  An embargo or a hold holds the item; so does a kill, which is of the picture alone: an
operator decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.formats.named import Sense, named_passages, sense_of
from pipeline.notes import Addressee, Passage

NOTES = frozenset(
    ["ednote", "edNote", "ednotes", "edNotes", "editorialnote", "editorial_note", "editor_note", "note", "notes",
     "instructions", "special_instructions", "specialinstructions", "specialInstructions"]
)  # fmt: skip
ASSOCIATIONS = "associations"
RELATION_MEMBERS = ("rel", "relation", "role", "name")
CAPTION_CHARACTERS_MAX = 300  # of a headline or caption of what is beside the item; a longer text is its copy


def aside_passages(document: dict[str, Any]) -> Iterator[Passage]:
    """The notes of what is beside the item, however deep, its captions, and the embargoes of its fields."""
    waiting: list[Any] = [document.get(ASSOCIATIONS)]
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            waiting += reversed(found)
        elif isinstance(found, dict):
            for name, value in found.items():
                if name in NOTES:
                    yield from (Passage(Addressee.ASIDE, text, f"{ASSOCIATIONS}/{name}") for text in _texts(value))
                elif isinstance(value, str) and sense_of(name, weak=False) is Sense.EMBARGO:
                    yield from named_passages(Sense.EMBARGO, name, f"{ASSOCIATIONS}/{name}", value)
                elif isinstance(value, str) and " " in value and len(value) <= CAPTION_CHARACTERS_MAX:
                    yield Passage(Addressee.CAPTION, value, f"{ASSOCIATIONS}/{name}")
                elif isinstance(value, dict | list):
                    waiting.append(value)


def related(document: Mapping[str, Any], relations: frozenset[str]) -> list[str]:
    """The ids of the items beside it to which it has one of these relations: by name (1.x) or by member."""
    found = document.get(ASSOCIATIONS)
    named = found.items() if isinstance(found, dict) else enumerate(found if isinstance(found, list) else ())
    items = ((name, one) for name, one in named if isinstance(one, dict))
    return [
        str(one["uri"])
        for name, one in items
        if one.get("uri") and any(_code(each) in relations for each in (name, *map(one.get, RELATION_MEMBERS)))
    ]


def _code(relation: object) -> str:
    return str(relation).rpartition(":")[2].lower()


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and one:
            yield one
        elif isinstance(one, dict | list):
            waiting += one.values() if isinstance(one, dict) else one
