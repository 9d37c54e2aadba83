"""The notes and the notepad of a digitalwires entry: which are public, and what the others say about the item.

A note is public by its `is_publishable`; the notepad has a public half.  Both hold the same texts, so the notepad
is published only if there are no notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.formats.json.places import passages_in
from pipeline.formats.places import CODE, Places, passages_of
from pipeline.formats.text import html
from pipeline.notes import Addressee, Passage
from pipeline.values.embargo import Embargo

# A sign-off, a note about pictures, and the embargo: `embargoed` has its end, without that it has none.
NO_NOTES = frozenset({"closingline", "picture", "embargo"})
NONPUBLIC_MARK = "np-nonpublic"  # the class of the notepad's private half
# The class by which dpa's own software recognises the embargo among the notes.
EMBARGO_MARK = re.compile(r"""class\s*+=\s*+["']?(?:(?!class\s*+=)[^"'>])*?\bembargoed\b""", re.IGNORECASE)
MEMBERS = Places.of_names({CODE: "ednotes/role ednotes/is_publishable"})  # all others are addressed to editors
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
        found["notepad.public_html"] = list(html.paragraphs(before_private_half(_notepad(document, "public_html"))))
    return found


def before_private_half(markup: str) -> str:
    """The markup before the private half of the notepad, which may have been put in."""
    return markup.partition(NONPUBLIC_MARK)[0]


def note_passages(document: Mapping[str, Any], embargo: Embargo | None) -> Iterator[Passage]:
    """What the notes and the notepad say, public or not.

    The words of an embargo that `embargoed` gives with its end are left out: they have neither year nor zone.
    Without one the role or the mark of a note is enough: `Embargo` then precedes its words.
    """
    has_end = embargo is not None and embargo.until is not None
    for note in _every_note(document):
        role = str(note.get("role")) if isinstance(note, dict) else ""
        text = note.get("ednote") if isinstance(note, dict) else note
        is_embargo = "embargo" in role.lower()
        yield from _other_members(note)
        if isinstance(text, str) and not (is_embargo and has_end):
            label = role.rpartition(":")[2] if is_embargo else ""
            yield from passages_of(Addressee.EDITORS, "ednotes", text, label)
    for half in HALVES:
        markup = _notepad(document, half)
        is_embargo = EMBARGO_MARK.search(markup) is not None
        if markup and not (is_embargo and has_end):
            yield from passages_of(Addressee.EDITORS, f"notepad.{half}", markup, "Embargo" if is_embargo else "")


def _other_members(note: Any) -> Iterator[Passage]:
    """The texts of a note in whatever other member, however deep; a list of notes within the list is one."""
    if isinstance(note, dict):
        note = {name: text for name, text in note.items() if name != "ednote" or not isinstance(text, str)}
    if isinstance(note, dict | list):
        yield from passages_in({"ednotes": note}, MEMBERS)


def objects_in(document: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """The objects in a list of the entry, or one that is there without a list; other elements are skipped."""
    found = document.get(name)
    elements = found if isinstance(found, list) else (found,)
    yield from (element for element in elements if isinstance(element, dict))


def _notepad(document: Mapping[str, Any], half: str) -> str:
    notepad = document.get("notepad")
    text = notepad.get(half) if isinstance(notepad, dict) else None
    return text if isinstance(text, str) else ""


def _every_note(document: Mapping[str, Any]) -> Iterator[Any]:
    """All notes, public or not, of whatever type.  Their words may be tested, never published."""
    found = document.get("ednotes")
    yield from found if isinstance(found, list) else () if found is None else (found,)
