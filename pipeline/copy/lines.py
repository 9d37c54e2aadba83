"""Whole lines that are furniture wherever they stand, and the bracketed sign-offs at the end of any paragraph.

One ordered table, LINE_RULES: the first rule that takes a paragraph notes what it was.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.copy import embargoes, furniture, signoffs
from pipeline.copy.agencies import desk
from pipeline.copy.notes import Notes

LINE_LENGTH_MAX = 800  # no whole paragraph longer than this is furniture
EDGE_LENGTH_MAX = 4000  # of a paragraph: where its dateline and notes, or its sign-offs, may stand


def without_lines(paragraphs: list[str], notes: Notes) -> list[str]:
    """The paragraphs that are story, without their sign-offs; what goes is noted."""
    kept = []
    for paragraph in paragraphs:
        text = _without_ending(paragraph, notes)
        rules = LINE_RULES if len(text) <= LINE_LENGTH_MAX else LONG_RULES
        if text and not any(rule(text, notes) for rule in rules):
            kept.append(text)
    return kept


def _without_ending(text: str, notes: Notes) -> str:
    """The paragraph without the sign-offs at its end."""
    before, end = text[:-EDGE_LENGTH_MAX], text[-EDGE_LENGTH_MAX:]
    while end and end[-1] in ").;E" and (found := signoffs.ending(end)):
        end, sign_off = found
        notes.sign(sign_off)
    return before + end


def _embargo(text: str, notes: Notes) -> bool:
    embargo = embargoes.find(text)
    if not embargo:
        return False
    notes.embargoes.append(embargo)
    if len(text) > embargoes.NOTE_LENGTH_MAX:
        return False  # the copy goes on in the same paragraph
    notes.strip("embargo-note", text, "embargo")
    return True


def _boilerplate(text: str, notes: Notes) -> bool:
    rule = furniture.boilerplate(text)
    if not rule:
        return False
    notes.strip("boilerplate", text, f"boilerplate:{rule.pattern}")
    notes.source("boilerplate", rule.agency)
    return True


def _copyright(text: str, notes: Notes) -> bool:
    holder = furniture.copyright_line(text)
    if holder is None:
        return False
    notes.strip("copyright", text, "copyright")
    notes.copyright = notes.copyright or text
    found = desk(holder)
    notes.source("copyright", found.code if found else None)
    return True


def _credit(text: str, notes: Notes) -> bool:
    holder = furniture.credit(text)
    if holder is None:
        return False
    notes.strip("credit", text, "credit")
    notes.credits.append(holder)
    return True


def _rule_off(text: str, notes: Notes) -> bool:
    if not furniture.rule_off(text):
        return False
    notes.strip("boilerplate", text, "rule-off")
    return True


def _story_note(text: str, notes: Notes) -> bool:
    note = furniture.story_note(text)
    if note is None:
        return False
    notes.change(note)
    return True


def _editors_note(text: str, notes: Notes) -> bool:
    if not furniture.editors_note(text):
        return False
    notes.strip("editors-note", text, "editors")
    return True


LINE_RULES: tuple[Callable[[str, Notes], bool], ...] = (
    _embargo, _boilerplate, _copyright, _credit, _rule_off, _story_note, _editors_note,
)  # fmt: skip
LONG_RULES = (_embargo,)  # an embargo in front of the copy holds, however long the paragraph
