"""The words of tags: `RETRACTED`, `DO NOT USE`, `NOT BEFORE 6PM TUES`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pipeline.notes.families import acts_of_line
from pipeline.notes.family_lists import Family, entries_in_every_language
from pipeline.notes.fold import WORD, fold
from pipeline.notes.phrases import Act
from pipeline.notes.respelled import respelled
from pipeline.notes.rules import STRICTEST, TAGGED
from pipeline.notes.time_words import time_words

TAG_WORDS_MAX = 7
SQUEEZED_MIN = 10  # letters of a tag that is written as one word
TAG_MARKS = " -–—|:*"
LISTS = {
    "tag_kill": Act.KILL,
    "tag_hold": Act.HOLD,
    "tag_embargo": Act.EMBARGO,
    "tag_private": Act.PRIVATE,
    "tag_correct": Act.CORRECTION,
}


@cache
def tags() -> Mapping[str, Act]:
    """The words of a tag, folded, with a blank between them, of all languages."""
    return {
        " ".join(WORD.findall(entry)): act
        for name, act in LISTS.items()
        for entry in entries_in_every_language(name)
    }


@cache
def _squeezed() -> Mapping[str, Act]:
    """The tags of several words, without blanks: `DO NOT PUBLISH` may be letters that are set apart evenly."""
    return {squeezed: act for tag, act in tags().items() if len(squeezed := tag.replace(" ", "")) >= SQUEEZED_MIN}


def act_of_tag(piece: str) -> Act | None:
    """What a piece says that is a tag, and a time if it is one of an embargo: `NOT BEFORE 6PM TUES`."""
    folded = WORD.findall(fold(piece))
    if (len(folded) <= TAG_WORDS_MAX or max(map(len, folded)) == 1) and (meant := respelled(piece)) is not piece:
        folded = WORD.findall(fold(meant))
    if not 0 < len(folded) <= TAG_WORDS_MAX:
        return None
    known = tags()
    if len(folded) == 1 and folded[0] not in known:
        return _squeezed().get(folded[0])
    for size in range(len(folded), 0, -1):
        act = known.get(" ".join(folded[:size]))
        if act and (size == len(folded) or (act is Act.EMBARGO and all(map(_is_time, folded[size:])))):
            return act
    return None


def act_of_words(text: str) -> Act | None:
    """What a tag says that is made of nothing but words of notes: `STORY ON HOLD`, `HOLD: LEGAL`."""
    if len(WORD.findall(text)) > TAG_WORDS_MAX:
        return None
    return next((act for act in STRICTEST if act in acts_of_line(text.strip(TAG_MARKS), TAGGED)), None)


def strict_act(text: str) -> Act | None:
    """The kill, hold or embargo that a piece is."""
    act = act_of_tag(text)
    return act if act in STRICTEST else act_of_words(text)


def _is_time(word: str) -> bool:
    return word[0].isdigit() or word in time_words() or word in _editions()


@cache
def _editions() -> frozenset[str]:
    """The single words for what appears at a time: `Tuesday AMs`, `Dienstagausgaben`."""
    return frozenset(entry for entry in entries_in_every_language(Family.EDITION) if entry.isalpha())
