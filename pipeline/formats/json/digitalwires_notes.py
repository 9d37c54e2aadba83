"""The notes of a digitalwires entry and its notepad: which are public, and what the others say of the item.

A note is public by its `is_publishable`, the notepad by its two halves; both hold the same texts, so the notepad
counts only for want of notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.formats.text import html
from pipeline.values import editors_notes
from pipeline.values.embargo import Embargo

# A sign-off, what the desk does about pictures, and the embargo, which `embargoed` tells or its absence holds.
NO_NOTES = frozenset({"closingline", "picture", "embargo"})
NONPUBLIC_MARK = "np-nonpublic"  # the class of the notepad's other half
EMBARGO_MARK = 'class="embargoed"'  # by which dpa's own software parts it from the other notes
HALVES = ("public_html", "nonpublic_html")


def public(document: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The public notes as `ednotes`, those of NO_NOTES apart as `ednotes[ROLE]`, or the notepad's public half."""
    found: dict[str, list[Any]] = {}
    for note in objects(document, "ednotes"):
        if note.get("is_publishable") is True:
            role = str(note.get("role"))
            name = f"ednotes[{role}]" if role.rpartition(":")[2] in NO_NOTES else "ednotes"
            found.setdefault(name, []).append(note.get("ednote"))
    if not document.get("ednotes"):
        found["notepad.public_html"] = list(html.paragraphs(public_part(_notepad(document, "public_html"))))
    return found


def public_part(markup: str) -> str:
    """Markup up to where the notepad's non-public half begins, in case it was put in."""
    return markup.partition(NONPUBLIC_MARK)[0]


def without(note: str | None, embargo: Embargo | None) -> str | None:
    """Public notes less what an `embargoed` that can be read says better: theirs has neither year nor zone."""
    if note is None or embargo is None or embargo.until is None:
        return note
    return "\n".join(line for line in note.split("\n") if not editors_notes.embargo([line])) or None


def signals(document: Mapping[str, Any]) -> tuple[str, ...]:
    """What the notes that nobody reads say of the revision: AP's `CORRECTS`."""
    return editors_notes.signals(
        note["ednote"] for note in _notes(document) if note.get("is_publishable") is not True
    )


def embargo(document: Mapping[str, Any]) -> Embargo | None:
    """An embargo of which only the notes speak, public or not: without end, and without their words."""
    notes = list(_notes(document))
    halves = [_notepad(document, half) for half in HALVES]
    is_marked = any(EMBARGO_MARK in half for half in halves)
    if is_marked or any(str(note.get("role")).endswith("embargo") for note in notes):
        return Embargo(None)
    return editors_notes.embargo(
        [*(note["ednote"] for note in notes), *(text for half in halves for text in html.paragraphs(half))]
    )


def objects(document: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """The objects of a list of the entry's; nothing of what is none."""
    found = document.get(name)
    yield from (element for element in (found if isinstance(found, list) else ()) if isinstance(element, dict))


def _notepad(document: Mapping[str, Any], half: str) -> str:
    notepad = document.get("notepad")
    text = notepad.get(half) if isinstance(notepad, dict) else None
    return text if isinstance(text, str) else ""


def _notes(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All notes, public or not: for what they say of the item, never for their words."""
    return (note for note in objects(document, "ednotes") if isinstance(note.get("ednote"), str))
