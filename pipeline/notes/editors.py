"""Text that is addressed to editors: every phrase in it counts; where none does, families of its words."""

from __future__ import annotations

import re
from datetime import datetime

from pipeline.notes.effects import notice_of, notice_of_acts, together
from pipeline.notes.families import acts_in_note, is_correction
from pipeline.notes.marks import Text, folded_may_hold, marks_anywhere
from pipeline.notes.passages import Notice
from pipeline.notes.phrases import EVERY, Act

DECIDED = frozenset({Act.EMBARGO, Act.HOLD, Act.KILL, Act.RELEASE, Act.FREE, Act.NONE})
_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?!\s))+")


def read_for_editors(text: str, issued: datetime | None) -> Notice:
    """A text that is addressed to editors: every phrase in it counts; where none does, families of its words."""
    whole = Text(text)
    marks = marks_anywhere(whole) if folded_may_hold(whole.folded, EVERY) else []
    found = [notice_of(whole, marks, issued)] if marks else []
    strict = [mark.start for mark in marks if mark.act in DECIDED]
    private = [mark.start for mark in marks if mark.act is Act.PRIVATE]
    if any(mark.act is Act.KILL for mark in marks):
        return together(found)  # nothing is stricter
    for sentence in _SENTENCE.finditer(whole.plain):
        if not any(sentence.start() <= at < sentence.end() for at in strict):
            note = sentence[0].strip()
            is_private = any(sentence.start() <= at < sentence.end() for at in private)
            corrects = frozenset({Act.CORRECTION}) if is_correction(note) else frozenset()
            found.append(notice_of_acts(acts_in_note(note, private=is_private) | corrects, note))
    return together(found)
