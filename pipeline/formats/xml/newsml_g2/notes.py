"""The public notes of a NewsML-G2 item.

A note with a `pubconstraint` is private (`message` empties it); for others the role decides.  What notes say about
the item, public and private, is for the reader of notes (`places`).
"""

from __future__ import annotations

import re

from pipeline.formats.xml.newsml_g2.fields import G2Fields, code_of
from pipeline.formats.xml.tree import Element, body_paragraphs, words
from pipeline.values.blanks import one_line
from pipeline.values.roles import PUBLIC_NOTES

SIGN_OFF = "closingline"  # dpa
# Private, or read from other fields: dpa's pictures, the embargo, notepads (which repeat the notes).
OTHERS = frozenset(
    {"private", "dpacontacts", "contacts", "ap.ednote", "notepad", "picture", "embargo", "embargotext", SIGN_OFF}
)
LINE = re.compile(r"\n(?=\S)")


def g2_public_notes(fields: G2Fields) -> str | None:
    """The public notes, one a line, each once."""
    notes = (note for note in fields.elements("ed_note") if _is_public(note, fields.warnings))
    return "\n".join(dict.fromkeys(line for note in notes for line in _lines(note))) or None


def g2_sign_off(fields: G2Fields) -> str | None:
    """The closing line that dpa keeps apart from the copy."""
    return (
        " ".join(words(one) for one in fields.elements("ed_note") if code_of(one.get("role")) == SIGN_OFF) or None
    )


def _is_public(note: Element, warnings: list[str]) -> bool:
    role = code_of(note.get("role") or note.get("roleuri"))
    if role not in PUBLIC_NOTES | OTHERS:
        warnings.append(f"edNote of the role {role[:40]}, not known to be public: left out")
    return role in PUBLIC_NOTES


def _lines(note: Element) -> list[str]:
    """The paragraphs of a note; without markup its lines, where an indented line continues the one before."""
    found = body_paragraphs(note) if len(note) else map(one_line, LINE.split((note.text or "").strip()))
    return [line for line in found if line]
