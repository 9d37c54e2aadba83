"""Text that is addressed to editors: every phrase in it counts; where none does, families of its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from pipeline.items import Signal
from pipeline.notes.describing import without_descriptions
from pipeline.notes.effects import meaning_of, meaning_of_acts, together
from pipeline.notes.families import acts_in_note, is_correction, is_only_a_restriction
from pipeline.notes.fold import WORD, plain
from pipeline.notes.in_force import says_in_force
from pipeline.notes.passages import NOTHING, NoteMeaning
from pipeline.notes.phrase_matches import PhraseMatch, Text, find_phrase_matches, folded_may_hold
from pipeline.notes.phrases import EVERY, Act, words_in
from pipeline.notes.respelled import respelled
from pipeline.notes.signed import signed_tag
from pipeline.notes.tag_words import act_of_tag
from pipeline.values.embargo import Embargo

DECIDED = frozenset({Act.EMBARGO, Act.HOLD, Act.KILL, Act.RELEASE, Act.NO_EMBARGO, Act.OTHER_EMBARGO})
_CODE = re.compile(r"[a-z]+(?:[-:_][a-z]+)*")
_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?!\s))+")


def read_for_editors(text: str, issued: datetime | None) -> NoteMeaning:
    """A text that is addressed to editors: every phrase in it counts; where none does, families of its words."""
    whole = Text(without_descriptions(respelled(plain(text))))
    matches = find_phrase_matches(whole) if folded_may_hold(whole.folded, EVERY) else []
    found = [meaning_of(whole, matches, issued)] if matches else []
    strict = [match.start for match in matches if match.act in DECIDED]
    private = [match.start for match in matches if match.act is Act.PRIVATE]
    if any(match.act is Act.KILL for match in matches):
        return together(found)  # nothing is stricter
    for sentence in _SENTENCE.finditer(whole.plain):
        if not any(sentence.start() <= at < sentence.end() for at in strict):
            note = sentence[0].strip()
            is_private = any(sentence.start() <= at < sentence.end() for at in private)
            corrects = frozenset({Act.CORRECTION}) if is_correction(note) else frozenset()
            found.append(meaning_of_acts(acts_in_note(note, private=is_private) | corrects, note))
        if says_in_force(note := sentence[0].strip(), is_tag=True) and not any(
            match.act in DECIDED - {Act.OTHER_EMBARGO} and sentence.start() <= match.start < sentence.end()
            for match in matches
        ):
            found.append(NoteMeaning((), Embargo(None, note)))
    return together([*found, _bare_note(whole, matches)])


def _bare_note(text: Text, matches: Sequence[PhraseMatch]) -> NoteMeaning:
    """What a note says that has no other words: `Hold!`, `Not for publication`, `Internal`.

    Only the item can be meant, so it is held.  A heading does not hold it, nor does a code such as `non-public`,
    which is the role of a text beside it.
    """
    if words_in("heading").issuperset(WORD.findall(text.folded)):
        return NOTHING
    tag = act_of_tag(text.plain)
    if tag is None and (signed := signed_tag(text.plain)):
        tag = signed.act
    if tag not in {Act.PRIVATE, None}:
        is_said = any(match.act in DECIDED for match in matches)
        return NOTHING if is_said else meaning_of_acts(frozenset({tag}), text.plain)
    is_role = _CODE.fullmatch(text.plain) is not None
    is_held = not is_role and (tag is Act.PRIVATE or _is_marker(text, matches) or is_only_a_restriction(text.plain))
    return NoteMeaning((Signal.HOLD,)) if is_held else NOTHING


def _is_marker(text: Text, matches: Sequence[PhraseMatch]) -> bool:
    """Whether a text is nothing but a private marker."""
    private = [match for match in matches if match.act is Act.PRIVATE]
    around = words_in("lead") | words_in("label") | words_in("harmless")
    return bool(private) and all(
        word[0] in around or any(match.start <= word.start() < match.end for match in private)
        for word in WORD.finditer(text.folded)
    )
