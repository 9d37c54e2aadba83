"""`Embargo lifted`: it lifts only if every word of its note is accounted for (words.yaml, `with_lift`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pipeline.notes.family_lists import Family, entries_of, languages
from pipeline.notes.fold import WORD
from pipeline.notes.marks import Mark, Text
from pipeline.notes.phrases import Act, words

HEADLINE_WORDS_MIN = 3  # behind `EMBARGO LIFTED:`; `UK only` is no headline
_SEPARATORS = " \t-–—|:"
_DOUBTS = ("reader", "denial", "allowed", "yet", "until", "before", "hold", "dont")


def is_lift_of_all(text: Text, marks: Sequence[Mark]) -> bool:
    """Whether a note with a mark of a release has no word that could limit, deny or withdraw it.

    Before the lift it may be addressed to somebody; behind it only words of `with_lift` may follow, in any sentence
    or line: `Embargo lifted. Only for radio.` lifts nothing.
    """
    lifts = [mark for mark in marks if mark.act is Act.RELEASE]
    for word in WORD.finditer(text.folded):
        if any(mark.start <= word.start() < mark.end for mark in lifts):
            continue
        if word[0] not in (_addressed() if word.start() < lifts[0].start else words("with_lift")):
            return False
    return True


def is_lift_of_headline(text: Text, end: int) -> bool:
    """Whether what follows `EMBARGO LIFTED` in a headline, from `end` on, is nothing, or the headline itself."""
    found = WORD.findall(text.folded, end)
    if all(word in words("with_lift") for word in found):
        return True
    behind = text.plain[end:].strip("*)] ")
    rest = behind.lstrip(_SEPARATORS)
    if rest == behind or len(found) < HEADLINE_WORDS_MIN or rest[:1].islower():
        return False
    return _limits().isdisjoint(found)


@cache
def _addressed() -> frozenset[str]:
    """What may stand before a lift: whom it is addressed to."""
    only = {entry for language in languages() for entry in entries_of(language, Family.ONLY)}
    return (words("harmless") | words("label") | words("reader") | words("lead")) - words("denial") - only


@cache
def _limits() -> frozenset[str]:
    """Words that limit or deny a lift."""
    spoken = words("is") | words("with_lift") | words("article")
    return frozenset(word for name in _DOUBTS for word in words(name)) - spoken
