"""The notes and the notepad of a digitalwires entry: which are public, and what the others say about the item.

A note is public by its `is_publishable`; the notepad has a public half.  Both hold the same texts, so the notepad
is published only if there are no notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.formats.text import html
from pipeline.items import Signal
from pipeline.values import editors_notes
from pipeline.values.embargo import Embargo

# A sign-off, a note about pictures, and the embargo: `embargoed` has its end, without that it has none.
NO_NOTES = frozenset({"closingline", "picture", "embargo"})
NONPUBLIC_MARK = "np-nonpublic"  # the class of the notepad's private half
EMBARGO_MARK = 'class="embargoed"'  # by which dpa's own software recognises it among the notes
HALVES = ("public_html", "nonpublic_html")


def public_notes(document: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The public notes as `ednotes`, those of NO_NOTES as `ednotes[ROLE]`; else the public half of the notepad."""
    found: dict[str, list[Any]] = {}
    for note in objects_in(document, "ednotes"):
        if note.get("is_publishable") is True:
            role = str(note.get("role"))
            name = f"ednotes[{role}]" if role.rpartition(":")[2] in NO_NOTES else "ednotes"
            found.setdefault(name, []).append(note.get("ednote"))
    if not document.get("ednotes"):
        found["notepad.public_html"] = list(html.paragraphs(public_part(_notepad(document, "public_html"))))
    return found


def public_part(markup: str) -> str:
    """The markup before the private half of the notepad, which may have been put in."""
    return markup.partition(NONPUBLIC_MARK)[0]


def without_embargo(note: str | None, embargo: Embargo | None) -> str | None:
    """The public notes without their embargo, if `embargoed` can be read: theirs has neither year nor zone."""
    if note is None or embargo is None or embargo.until is None:
        return note
    return "\n".join(line for line in note.split("\n") if not editors_notes.embargo_in([line])) or None


def signals_in(document: Mapping[str, Any]) -> tuple[Signal, ...]:
    """The signals of the private notes: AP's `CORRECTS`."""
    return editors_notes.signals_in(
        note["ednote"] for note in _notes(document) if note.get("is_publishable") is not True
    )


def embargo_in(document: Mapping[str, Any]) -> Embargo | None:
    """An embargo that only the notes mention, public or not: without an end, and without their words."""
    notes = list(_notes(document))
    halves = [_notepad(document, half) for half in HALVES]
    is_marked = any(EMBARGO_MARK in half for half in halves)
    if is_marked or any(str(note.get("role")).endswith("embargo") for note in notes):
        return Embargo(None)
    return editors_notes.embargo_in(
        [*(note["ednote"] for note in notes), *(text for half in halves for text in html.paragraphs(half))]
    )


def objects_in(document: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """The objects in a list of the entry; other elements are skipped."""
    found = document.get(name)
    yield from (element for element in (found if isinstance(found, list) else ()) if isinstance(element, dict))


def _notepad(document: Mapping[str, Any], half: str) -> str:
    notepad = document.get("notepad")
    text = notepad.get(half) if isinstance(notepad, dict) else None
    return text if isinstance(text, str) else ""


def _notes(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All notes, public or not.  Their words may be tested, never published."""
    return (note for note in objects_in(document, "ednotes") if isinstance(note.get("ednote"), str))
