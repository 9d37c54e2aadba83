"""What pictures and other items in a document of JSON say to editors about the item that they are in.

None of their words is kept.  An embargo or a hold holds the item; so does a kill, which is of the picture alone: an
operator decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.formats.named import Sense, named_passages, sense_of
from pipeline.notes import Addressee, Passage

NOTES = frozenset(
    ["ednote", "edNote", "ednotes", "edNotes", "editorialnote", "editorial_note", "editor_note", "note", "notes",
     "instructions", "special_instructions", "specialinstructions", "specialInstructions"]
)  # fmt: skip
ASSOCIATIONS = "associations"


def aside_passages(document: dict[str, Any]) -> Iterator[Passage]:
    """The notes of what is beside the item, however deep, and the embargoes of their fields."""
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
                elif isinstance(value, dict | list):
                    waiting.append(value)


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and one:
            yield one
        elif isinstance(one, dict | list):
            waiting += one.values() if isinstance(one, dict) else one
