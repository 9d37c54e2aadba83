"""Text that is addressed to editors: every phrase in it counts; where none does, families of its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from pipeline.items import Signal
from pipeline.notes.describing import without_descriptions
from pipeline.notes.effects import notice_of, notice_of_acts, together
from pipeline.notes.families import acts_in_note, is_bare, is_correction
from pipeline.notes.fold import WORD, plain
from pipeline.notes.marks import Mark, Text, folded_may_hold, marks_anywhere
from pipeline.notes.passages import NOTHING, Notice
from pipeline.notes.phrases import EVERY, Act, words
from pipeline.notes.respelled import respelled
from pipeline.notes.short_tags import act_of_tag
from pipeline.notes.standing import says_standing
from pipeline.values.embargo import Embargo

DECIDED = frozenset({Act.EMBARGO, Act.HOLD, Act.KILL, Act.RELEASE, Act.FREE, Act.NONE})
_CODE = re.compile(r"[a-z]+(?:[-:_][a-z]+)*")
_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?!\s))+")


def read_for_editors(text: str, issued: datetime | None) -> Notice:
    """A text that is addressed to editors: every phrase in it counts; where none does, families of its words."""
    whole = Text(without_descriptions(respelled(plain(text))))
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
        if says_standing(note := sentence[0].strip(), is_tag=True) and not any(
            mark.act in DECIDED - {Act.NONE} and sentence.start() <= mark.start < sentence.end() for mark in marks
        ):
            found.append(Notice((), Embargo(None, note)))
    return together([*found, _said_barely(whole, marks)])


def _said_barely(text: Text, marks: Sequence[Mark]) -> Notice:
    """What a note says that has no word about anything else: `Hold!`, `Not for publication`, `Internal`.

    There is nothing that could be private but the item: it is held.  Not by a heading, nor by `non-public`, the
    role of a text beside it.
    """
    if words("heading").issuperset(WORD.findall(text.folded)):
        return NOTHING
    tag = act_of_tag(text.plain)
    if tag not in {Act.PRIVATE, None}:
        is_said = any(mark.act in DECIDED for mark in marks)
        return NOTHING if is_said else notice_of_acts(frozenset({tag}), text.plain)
    is_role = _CODE.fullmatch(text.plain) is not None
    is_held = not is_role and (tag is Act.PRIVATE or _is_marker(text, marks) or is_bare(text.plain))
    return Notice((Signal.HOLD,)) if is_held else NOTHING


def _is_marker(text: Text, marks: Sequence[Mark]) -> bool:
    """Whether a text is nothing but a private marker."""
    private = [mark for mark in marks if mark.act is Act.PRIVATE]
    around = words("lead") | words("label") | words("harmless")
    return bool(private) and all(
        word[0] in around or any(mark.start <= word.start() < mark.end for mark in private)
        for word in WORD.finditer(text.folded)
    )
