"""`Embargo lifted`: it lifts only if every word of its note is accounted for (words.yaml, `with_lift`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from pipeline.notes.family_lists import Family, entries_in_every_language
from pipeline.notes.fold import WORD
from pipeline.notes.passages import NOTE_CHARACTERS_MAX
from pipeline.notes.phrase_matches import PhraseMatch, Text, find_phrase_matches
from pipeline.notes.phrases import Act, words_in

HEADLINE_WORDS_MIN = 3  # behind `EMBARGO LIFTED:`; `UK only` is no headline
AROUND_LENGTH_MAX = 80  # of a line beside a lift that may belong to it; a longer one is a paragraph of the story
_GOES_ON = re.compile(r"\.\.|…|\A(?!\s*\*).*\*[\s)\]]*\Z", re.DOTALL)  # somewhere else: `Embargo lifted *`
_SEPARATORS = " \t-–—|:"
_DOUBTS = ("reader", "denial", "allowed", "yet", "until", "before", "hold", "dont")


def is_lift_of_all(text: Text, matches: Sequence[PhraseMatch]) -> bool:
    """Whether a note with the phrase of a release has no word that could limit, deny or withdraw it.

    Before the lift it may be addressed to somebody; behind it only words of `with_lift` may follow, in any sentence
    or line: `Embargo lifted. Only for radio.` lifts nothing.
    """
    if _GOES_ON.search(text.plain):
        return False
    lifts = [match for match in matches if match.act is Act.RELEASE]
    for word in WORD.finditer(text.folded):
        if any(match.start <= word.start() < match.end for match in lifts):
            continue
        if word[0] not in (_addressed() if lifts and word.start() < lifts[0].start else words_in("with_lift")):
            return False
    return True


def is_lift_of_headline(text: Text, end: int) -> bool:
    """Whether what follows `EMBARGO LIFTED` in a headline, from `end` on, is nothing, or the headline itself."""
    found = WORD.findall(text.folded, end)
    if all(word in words_in("with_lift") for word in found):
        return True
    behind = text.plain[end:].strip("*)] ")
    rest = behind.lstrip(_SEPARATORS)
    if rest == behind or len(found) < HEADLINE_WORDS_MIN or rest[:1].islower():
        return False
    return _limits().isdisjoint(found)


def is_lift_of_copy(headline: str, lines: Sequence[str]) -> bool:
    """Whether no line of copy limits a lift that it or its headline announces.

    A lift and the short lines around it are one note: `EMBARGO LIFTED (NOT FOR BROADCAST)`, or `Only for radio.` in
    the next line, lifts nothing.  `headline`, without its tags, may be one of these lines again.
    """
    lines = [line for line in lines if line.strip()]
    texts = [*map(Text, lines)]
    marks = [*map(_marks_of_lift, texts)]
    lifts = [number for number, found in enumerate(marks) if found]
    beside = {number for at in lifts or [-1] for number in _around(lines, at)}
    known = {headline.casefold().strip(), ""}
    return all(
        lines[number].casefold().strip() in known or is_lift_of_all(texts[number], marks[number])
        for number in beside
    )


def _marks_of_lift(text: Text) -> list[PhraseMatch]:
    """The lifts that a line announces."""
    matches = find_phrase_matches(text) if len(text.plain) <= NOTE_CHARACTERS_MAX else []
    return [match for match in matches if match.act is Act.RELEASE]


def _around(lines: Sequence[str], at: int) -> Iterator[int]:
    """The number of a line, unless it is the headline's -1, and those of the short lines around it."""
    if at >= 0:
        yield at
    for step in (-1, 1):
        number = at + step
        while 0 <= number < len(lines) and len(lines[number]) <= AROUND_LENGTH_MAX:
            yield number
            number += step


@cache
def _addressed() -> frozenset[str]:
    """What may be before a lift: whom it is addressed to."""
    leading = words_in("harmless") | words_in("label") | words_in("reader") | words_in("lead")
    return leading - words_in("denial") - entries_in_every_language(Family.ONLY)


@cache
def _limits() -> frozenset[str]:
    """Words that limit or deny a lift."""
    spoken = words_in("is") | words_in("with_lift") | words_in("article")
    return frozenset(word for name in _DOUBTS for word in words_in(name)) - spoken
