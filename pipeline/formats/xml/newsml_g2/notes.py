"""The notes to editors of a NewsML-G2 item: the public ones, and what all of them say of it.

What is public has no field of its own.  A `pubconstraint` says what is not (g2_message
empties it), else the role tells.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.formats.xml.newsml_g2.fields import Fields, code
from pipeline.formats.xml.tree import Element, paragraphs, words
from pipeline.values import editors_notes
from pipeline.values.blanks import one_line
from pipeline.values.embargo import Embargo

# Roles without reserve: of APA, dpa, STT; a note without a role has none.  Any other may have one, so it stays in
# wire.raw.  Known to have one, so that no warning is due: OTHERS.
PUBLIC = frozenset(
    ["", "public", "note", "correctionnote", "closing", "editorialnote", "correction", "correctionshort",
     "genrenote", "edservice", "advisory", "update"]
)  # fmt: skip
SIGN_OFF = "closingline"  # dpa
# Not for readers, or told by other fields: dpa's pictures, the embargo, notepads (all their notes stand alone too).
OTHERS = frozenset(
    {"private", "dpacontacts", "contacts", "ap.ednote", "notepad", "picture", "embargo", "embargotext", SIGN_OFF}
)
LINE = re.compile(r"\n(?=\S)")


class Heard(NamedTuple):
    """What the notes say of the item, public or not; none of their words."""

    embargo: Embargo | None = None
    signals: tuple[str, ...] = ()


def heard(item: Element) -> Heard:
    """Embargoes by role, by dpa's own mark or in words, always without end; signals of notes that nobody reads."""
    notes = [(code(note.get("role")), note) for note in item.iterfind("itemMeta/edNote")]
    if not notes:
        return Heard()
    is_marked = any("embargo" in role or note.find(".//*[@class='embargoed']") is not None for role, note in notes)
    embargo = (
        Embargo(None) if is_marked else editors_notes.embargo(line for _, note in notes for line in _lines(note))
    )
    unread = (note for role, note in notes if role not in PUBLIC or note.get("pubconstraint") is not None)
    return Heard(embargo, editors_notes.signals(map(words, unread)))


def public(fields: Fields, embargo: Embargo | None) -> str | None:
    """The public notes, one a line, each once; without what an `embargoed` that can be read says better."""
    notes = (note for note in fields.elements("ed_note") if _is_public(note, fields.warnings))
    lines = dict.fromkeys(line for note in notes for line in _lines(note))
    told = embargo is not None and embargo.until is not None
    return "\n".join(line for line in lines if not (told and editors_notes.embargo([line]))) or None


def sign_off(fields: Fields) -> str | None:
    """The closing line that dpa has beside the copy."""
    return " ".join(words(one) for one in fields.elements("ed_note") if code(one.get("role")) == SIGN_OFF) or None


def _is_public(note: Element, warnings: list[str]) -> bool:
    role = code(note.get("role"))
    if role not in PUBLIC | OTHERS:
        warnings.append(f"edNote of the role {role[:40]}, not known to be public: left out")
    return role in PUBLIC


def _lines(note: Element) -> list[str]:
    """A note's paragraphs; without markup its lines, an indented one being the end of the one before (wrapped)."""
    found = paragraphs(note) if len(note) else map(one_line, LINE.split((note.text or "").strip()))
    return [line for line in found if line]
