"""The notes to editors of a NewsML-G2 item: the public ones, and what all of them say about the item.

A note with a `pubconstraint` is private (`message` empties it); for others the role decides.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.formats.xml.newsml_g2.fields import G2Fields, code_of
from pipeline.formats.xml.tree import Element, body_paragraphs, words
from pipeline.items import Signal
from pipeline.values import editors_notes
from pipeline.values.blanks import one_line
from pipeline.values.embargo import Embargo

# Public roles of APA, dpa and STT; a note without a role is public.  A note of any other role may be private, so it
# is not kept; OTHERS are known, so they give no warning.
PUBLIC = frozenset(
    ["", "public", "note", "correctionnote", "closing", "editorialnote", "correction", "correctionshort",
     "genrenote", "edservice", "advisory", "update"]
)  # fmt: skip
SIGN_OFF = "closingline"  # dpa
# Private, or read from other fields: dpa's pictures, the embargo, notepads (which repeat the notes).
OTHERS = frozenset(
    {"private", "dpacontacts", "contacts", "ap.ednote", "notepad", "picture", "embargo", "embargotext", SIGN_OFF}
)
LINE = re.compile(r"\n(?=\S)")


class NoteEffects(NamedTuple):
    """What the notes, public or private, say about the item; none of their words."""

    embargo: Embargo | None = None
    signals: tuple[Signal, ...] = ()


def effects_of_notes(item: Element) -> NoteEffects:
    """An embargo without an end, by role, by dpa's mark or in words; and the signals of private notes."""
    notes = [(code_of(note.get("role")), note) for note in item.iterfind("itemMeta/edNote")]
    if not notes:
        return NoteEffects()
    is_marked = any("embargo" in role or note.find(".//*[@class='embargoed']") is not None for role, note in notes)
    embargo = (
        Embargo(None) if is_marked else editors_notes.embargo_in(line for _, note in notes for line in _lines(note))
    )
    private = (note for role, note in notes if role not in PUBLIC or note.get("pubconstraint") is not None)
    return NoteEffects(embargo, editors_notes.signals_in(map(words, private)))


def g2_public_notes(fields: G2Fields, embargo: Embargo | None) -> str | None:
    """The public notes, one a line, each once; without their embargo if `embargoed` can be read."""
    notes = (note for note in fields.elements("ed_note") if _is_public(note, fields.warnings))
    lines = dict.fromkeys(line for note in notes for line in _lines(note))
    has_end = embargo is not None and embargo.until is not None
    return "\n".join(line for line in lines if not (has_end and editors_notes.embargo_in([line]))) or None


def g2_sign_off(fields: G2Fields) -> str | None:
    """The closing line that dpa keeps apart from the copy."""
    return (
        " ".join(words(one) for one in fields.elements("ed_note") if code_of(one.get("role")) == SIGN_OFF) or None
    )


def _is_public(note: Element, warnings: list[str]) -> bool:
    role = code_of(note.get("role"))
    if role not in PUBLIC | OTHERS:
        warnings.append(f"edNote of the role {role[:40]}, not known to be public: left out")
    return role in PUBLIC


def _lines(note: Element) -> list[str]:
    """The paragraphs of a note; without markup its lines, where an indented line continues the one before."""
    found = body_paragraphs(note) if len(note) else map(one_line, LINE.split((note.text or "").strip()))
    return [line for line in found if line]
