"""Recognises notes by families of words (families.yaml): a word of `kill` near one of `object` withdraws a text.

In text for editors such a pair is enough.  A line of public text is a note only if one language has all its words;
in the first and last lines, in brackets and behind a label a few may be unknown, because they may be names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache, reduce
from operator import and_, or_

from pipeline.notes.family_lists import ALL_FAMILIES, WIDTH, bits, languages
from pipeline.notes.fold import WORD, fold
from pipeline.notes.lexicon import ALL_LANGUAGES, Memory, are_unknown, in_language, known_in, row_of, signs_of
from pipeline.notes.phrases import Act
from pipeline.notes.rules import AMONG_EDITORS, DECISIVE, FOR_EDITORS, IN_TERMS, PLAIN, STRICTEST, Reading, Rules

WORDS_MAX = 60  # of a line that may be a note as a whole
LINE_LENGTH_MAX = 300
BEGINNING_WORDS = 3
ROW_MAX = 400  # words of one sentence that are looked at
OTHERS_EVERY = 8  # a language counts if its unknown words exceed the best language's by at most one in so many
CACHED_SETS = 65_536  # of families
CORRECT, PRIVATE, HOLD, OBJECT, PICTURE = map(bits, ("correct", "private", "hold", "object", "picture"))
RESTRICTION = bits("hold private not publish please duty")  # a note of these alone is about the item that it is in
RESTRICTION_WORDS_MAX = 12
_PUBLIC_SENTENCE_END = re.compile(r"(?<=[^\W_]{3})[.!?…]+\s+(?=[^\Wa-zß-ÿ_])|(?<!!)!++\s")


def acts_of_line(line: str, reading: Reading = PLAIN) -> frozenset[Act]:
    """What a line says that is a note as a whole, to its last word; nothing of nearly all lines."""
    if len(line) > LINE_LENGTH_MAX or "?" in line or not (known := languages_of(line.split(), reading)):
        return frozenset()
    return _acts_in(line, reading.rules, known)


def languages_of(words: Sequence[str], reading: Reading) -> int:
    """The languages in which a line of these words may be a note as a whole, a bit each; 0 for nearly all lines.

    They know all the words but for a few, and have the families of a rule.  Bits count them, one a
    language: `over[n]` has the languages that do not know more than n of the words.
    """
    most = reading.unknown_of(len(words))
    if not 0 < len(words) <= WORDS_MAX or are_unknown(words, more_than=most):
        return 0
    known = [*map(known_in, words)]
    meant = _may_act(reduce(or_, map(SIGNS_IN.__getitem__, words)), reading.rules)
    if not (meant and most):
        return reduce(and_, known, meant)
    over = [0] * (most + 1)
    for each in known:
        unknown = meant & ~each
        if unknown:
            for number in range(most, 0, -1):
                over[number] |= over[number - 1] & unknown
            over[0] |= unknown
            if over[most] == meant:
                return 0
    return meant & ~over[most]


def acts_in_note(note: str, *, private: bool = False) -> frozenset[Act]:
    """What a sentence for editors says: in it, a few words near each other are enough, and a kill is then a hold.

    `private`: a phrase in it keeps something private, so that `not for publication` holds nothing.
    """
    if not private and (whole := acts_of_line(note, FOR_EDITORS)):
        return whole
    acts = _acts_in(note, AMONG_EDITORS, ALL_LANGUAGES, present=PRIVATE if private else 0)
    return _strictest(frozenset(Act.HOLD if act is Act.KILL else act for act in acts))


def acts_in_terms(terms: str) -> frozenset[Act]:
    """What a sentence about rights asks for: to wait, as in a note; not what it forbids for good."""
    return _acts_in(terms, IN_TERMS, ALL_LANGUAGES)


def is_only_a_restriction(note: str) -> bool:
    """Whether a note only has words that hold a text or keep it private: `Please, not for publication`."""
    folded = WORD.findall(fold(note))
    if not 0 < len(folded) <= RESTRICTION_WORDS_MAX or not _signs(folded) & _in_every_language(HOLD | PRIVATE):
        return False
    rows = (row_of(folded, language) for language in _named(reduce(and_, map(known_in, folded))))
    return any(all(each & RESTRICTION for each in row) and reduce(or_, row) & (HOLD | PRIVATE) for row in rows)


def may_be_private(line: str) -> bool:
    """Whether an entry of what is private is in a line, in any language: in most there is none."""
    folded = WORD.findall(fold(line))
    signs = _signs(folded)
    if not signs & _in_every_language(PRIVATE):
        return False
    named = (name for number, name in enumerate(languages()) if in_language(signs, number) & PRIVATE)
    return any(reduce(or_, row_of(folded, name), 0) & PRIVATE for name in named)


def is_correction(note: str) -> bool:
    """Whether a note begins as a correction: `Corrects spelling of …`."""
    folded = WORD.findall(fold(note[:LINE_LENGTH_MAX]))[:BEGINNING_WORDS]
    if not _signs(folded) & _in_every_language(CORRECT):
        return False
    known = 0
    for word in folded:
        known |= 0 if word[0].isdigit() else known_in(word)
    return any(families & CORRECT for language in _named(known) for families in row_of(folded, language))


@cache
def _in_every_language(families: int) -> int:
    """In signs: these families in all languages."""
    return sum(families << WIDTH * number for number in range(len(languages())))


def _acts_in(text: str, rules: Rules, known: int, present: int = 0) -> frozenset[Act]:
    """The acts of the sentences of a text, in the languages of `known`, a bit each."""
    acts: set[Act] = set()
    for sentence in _PUBLIC_SENTENCE_END.split(text):
        folded = WORD.findall(fold(sentence))[:ROW_MAX]
        rows = [row_of(folded, language) for language in _named(_may_act(_signs(folded), rules) & known)]
        fewest = min((row.count(0) for row in rows), default=0)
        for row in rows:
            if row.count(0) <= fewest + len(row) // OTHERS_EVERY:  # the note is in another language
                acts.update(_acts_of_row(row, rules, present))
    return _strictest(frozenset(acts))


def _acts_of_row(row: Sequence[int], rules: Rules, more: int) -> Iterator[Act]:
    present = reduce(or_, row, more)
    texts = [each & ~OBJECT if each & PICTURE else each for each in row]  # a picture is no text
    for act, groups, without, width in rules:
        if present & without or not all(present & group for group in groups):
            continue
        words = texts if act is Act.KILL else row
        for start in range(max(1, len(row) - width + 1)):
            near = reduce(or_, words[start : start + width], more)
            if all(near & group for group in groups):
                yield act
                break


def _may_act(signs: int, rules: Rules) -> int:
    """The languages that have the families of a rule among these signs, a bit each; of most notes none has."""
    found, number = 0, 0
    if not signs & _in_every_language(DECISIVE):
        return 0
    while signs:
        families = signs & ALL_FAMILIES
        if _has_rule(families, rules):
            found |= 1 << number
        signs >>= WIDTH
        number += 1
    return found


def _signs(folded: Iterable[str]) -> int:
    """The signs of all the words together."""
    return reduce(or_, map(signs_of, folded), 0)


def _signs_in(written: str) -> int:
    return _signs(WORD.findall(fold(written)))


SIGNS_IN = Memory(_signs_in)
"""The signs of a word with the marks around it."""


@lru_cache(CACHED_SETS)
def _has_rule(families: int, rules: Rules) -> bool:
    return any(all(families & group for group in rule.groups) for rule in rules)


def _strictest(acts: frozenset[Act]) -> frozenset[Act]:
    first = next((act for act in STRICTEST if act in acts), None)
    return acts - set(STRICTEST) | ({first} if first else frozenset())


def _named(known: int) -> Iterator[str]:
    return (language for number, language in enumerate(languages()) if known >> number & 1)
