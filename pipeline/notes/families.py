"""Notes recognised by families of words (families.yaml): `kill` and `object` near each other withdraw a text.

In text that is addressed to editors such a pair is enough.  A line of public text is a note only if one language
knows all its words; at the edges of a text, where notes stand, and between marks, some may be names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache, reduce
from operator import and_, or_
from typing import NamedTuple

from pipeline.notes.fold import WORD, fold
from pipeline.notes.lexicon import (
    ALL_FAMILIES,
    ALL_LANGUAGES,
    WIDTH,
    bits,
    in_language,
    known_in,
    languages,
    row_of,
    signs_of,
)
from pipeline.notes.phrases import Act

WORDS_MAX = 60  # of a line that may be a note as a whole
LINE_LENGTH_MAX = 300
BEGINNING_WORDS = 3
ROW_MAX = 400  # words of one sentence that are looked at
OTHERS_EVERY = 8  # a language that knows fewer words than another, by one in so many, is not that of the note
_SENTENCE_END = re.compile(r"(?<=[^\W_]{3})[.!?…]+\s+(?=[^\Wa-zß-ÿ_])|(?<!!)!++\s")


class Rule(NamedTuple):
    """One family of each group, in any order within `width` words, makes a note; none of `without` is there."""

    act: Act
    groups: tuple[int, ...]
    without: int
    width: int


class Rules(tuple[Rule, ...]):
    """Rules that are looked for together."""

    __slots__ = ()
    __eq__, __hash__ = object.__eq__, object.__hash__  # there are few, and what is remembered is looked up by them


def _rule(act: Act, groups: str, without: str = "", width: int = 8) -> Rule:
    """A rule of groups with blanks between them: `kill object|please`."""
    return Rule(act, tuple(bits(group.replace("|", " ")) for group in groups.split()), bits(without), width)


IN_PUBLIC = Rules(
    (
        _rule(Act.KILL, "kill object", "tells", 10),
        _rule(Act.KILL, "kill please object|this|error", "tells", 8),
        _rule(Act.HOLD, "hold object please|duty|clear", "tells states"),
        _rule(Act.HOLD, "hold publish please|object|clear", "tells states", 6),
        _rule(Act.HOLD, "hold publish until event|clear|time", "tells states"),
        _rule(Act.HOLD, "not publish object|please", "tells states private rights"),
        _rule(Act.EMBARGO, "not publish until time|event", "tells states private"),
        _rule(Act.EMBARGO, "publish after only time|event", "tells states private"),
        _rule(Act.EMBARGO, "publish after please|object time", "tells states private"),
        _rule(Act.EMBARGO, "embargo please|object", "tells states"),
        _rule(Act.PRIVATE, "private", "tells"),
    )
)
BETWEEN_MARKS = Rules(
    (
        *IN_PUBLIC,
        _rule(Act.KILL, "kill please|error", "tells", 6),
        _rule(Act.HOLD, "hold object|please|publish|clear", "tells states", 6),
        _rule(Act.HOLD, "not publish this|duty|clear|error|until", "tells states private rights"),
        _rule(Act.EMBARGO, "embargo until|publish", "tells states"),
        _rule(Act.EMBARGO, "publish after time please|object|only|not|duty", "tells states private"),
        _rule(Act.EMBARGO, "publish only time", "tells states private limit"),
        _rule(Act.EMBARGO, "edition time only|not|until", "tells states"),
    )
)
AMONG_EDITORS = Rules(
    (  # where nobody writes prose
        _rule(Act.KILL, "kill object|this|please|duty|error|sent"),
        _rule(Act.KILL, "error sent object|this"),
        _rule(Act.HOLD, "hold object|this|please|duty|publish|clear"),
        _rule(Act.HOLD, "not clear object|this|please", width=5),
        _rule(Act.HOLD, "until clear object|this|please|publish", "rights"),
        _rule(Act.HOLD, "not publish", "private rights"),
        _rule(Act.HOLD, "hold private"),
        _rule(Act.EMBARGO, "publish after", "tells private rights"),
        _rule(Act.EMBARGO, "hold until", "tells private"),
        _rule(Act.EMBARGO, "publish time please|duty|only", "private limit"),
        _rule(Act.EMBARGO, "not until time|event", "private contact"),
        _rule(Act.EMBARGO, "edition time not|after"),
        _rule(Act.EMBARGO, "edition time only", "limit"),
        _rule(Act.EMBARGO, "embargo time|event|number|until|object|this|publish|please", "private"),
        _rule(Act.CORRECTION, "correct object"),
        _rule(Act.CORRECTION, "correct|change part"),
        _rule(Act.PRIVATE, "private|contact"),
    )
)
ALL_KNOWN = Rules(
    (
        *AMONG_EDITORS,
        _rule(Act.KILL, "kill", "tells correct event"),
        _rule(Act.HOLD, "kill", "tells correct"),  # `Withdrawal talks in paragraph 3`
        _rule(Act.KILL, "error sent", "tells correct"),
    )
)  # of a note for editors without other words
CACHED_SETS = 65_536  # of families
CORRECT, PRIVATE, HOLD = map(bits, ("correct", "private", "hold"))
BARE = bits("hold private not publish please duty")  # a note of these alone is about the item that it is in
BARE_WORDS_MAX = 12


class Reading(NamedTuple):
    """How a line is read: its rules, and how many of its words may be unknown: one in so many, and not more."""

    rules: Rules
    unknown_every: int
    unknown_max: int


PLAIN = Reading(
    Rules(
        (
            *IN_PUBLIC,
            _rule(Act.HOLD, "hold object|publish", "tells states", 4),
        )
    ),
    0,
    0,
)  # a line anywhere in public text
EDGE = Reading(IN_PUBLIC, 4, 6)  # one of its first and last lines
MARKED = Reading(BETWEEN_MARKS, 2, 10)  # in brackets, behind a label
_FOR_EDITORS = Reading(ALL_KNOWN, 0, 0)
STRICTEST = (Act.KILL, Act.HOLD, Act.EMBARGO)  # a note has only the first of these


DECISIVE = bits("kill hold not publish embargo private correct edition error")  # each rule needs one of these


def acts_of_line(line: str, reading: Reading = PLAIN) -> frozenset[Act]:
    """What a line says that is a note as a whole, to its last word; nothing of nearly all lines."""
    if len(line) > LINE_LENGTH_MAX or "?" in line or not (known := _languages_of(line, reading)):
        return frozenset()
    return _acts_in(line, reading.rules, known)


def acts_in_note(note: str, *, private: bool = False) -> frozenset[Act]:
    """What a sentence for editors says: in it, a few words near each other are enough, and a kill is then a hold.

    `private`: a phrase in it keeps something private, so that `not for publication` holds nothing.
    """
    if not private and (whole := acts_of_line(note, _FOR_EDITORS)):
        return whole
    acts = _acts_in(note, AMONG_EDITORS, ALL_LANGUAGES, present=PRIVATE if private else 0)
    return _strictest(frozenset(Act.HOLD if act is Act.KILL else act for act in acts))


def is_bare(note: str) -> bool:
    """Whether a note only has words that hold a text or keep it private: `Please, not for publication`."""
    folded = WORD.findall(fold(note))
    if not 0 < len(folded) <= BARE_WORDS_MAX or not reduce(or_, map(signs_of, folded), 0) & _lanes(HOLD | PRIVATE):
        return False
    rows = (row_of(folded, language) for language in _named(reduce(and_, map(known_in, folded))))
    return any(all(each & BARE for each in row) and reduce(or_, row) & (HOLD | PRIVATE) for row in rows)


def may_be_private(line: str) -> bool:
    """Whether an entry of what is private is in a line, in any language: in most there is none."""
    folded = WORD.findall(fold(line))
    signs = reduce(or_, map(signs_of, folded), 0)
    if not signs & _lanes(PRIVATE):
        return False
    named = (name for number, name in enumerate(languages()) if in_language(signs, number) & PRIVATE)
    return any(reduce(or_, row_of(folded, name), 0) & PRIVATE for name in named)


def is_correction(note: str) -> bool:
    """Whether a note begins as a correction: `Corrects spelling of …`."""
    folded = WORD.findall(fold(note[:LINE_LENGTH_MAX]))[:BEGINNING_WORDS]
    if not reduce(or_, map(signs_of, folded), 0) & _lanes(CORRECT):
        return False
    known = 0
    for word in folded:
        known |= 0 if word[0].isdigit() else known_in(word)
    return any(families & CORRECT for language in _named(known) for families in row_of(folded, language))


@cache
def _lanes(families: int) -> int:
    """In signs: these families in all languages."""
    return sum(families << WIDTH * number for number in range(len(languages())))


def _acts_in(text: str, rules: Rules, known: int, present: int = 0) -> frozenset[Act]:
    """The acts of the sentences of a text, in the languages of `known`, a bit each."""
    acts: set[Act] = set()
    for sentence in _SENTENCE_END.split(text):
        folded = WORD.findall(fold(sentence))[:ROW_MAX]
        rows = [row_of(folded, language) for language in _named(_may_act(folded, rules) & known)]
        fewest = min((row.count(0) for row in rows), default=0)
        for row in rows:
            if row.count(0) <= fewest + len(row) // OTHERS_EVERY:  # the note is in another language
                acts.update(_acts_of_row(row, rules, present))
    return _strictest(frozenset(acts))


def _acts_of_row(row: Sequence[int], rules: Rules, more: int) -> Iterator[Act]:
    present = reduce(or_, row, more)
    for act, groups, without, width in rules:
        if present & without or not all(present & group for group in groups):
            continue
        for start in range(max(1, len(row) - width + 1)):
            near = reduce(or_, row[start : start + width], more)
            if all(near & group for group in groups):
                yield act
                break


def _may_act(folded: Iterable[str], rules: Rules) -> int:
    """The languages that have the families of a rule among these words, a bit each; of most notes none has."""
    signs, found, number = reduce(or_, map(signs_of, folded), 0), 0, 0
    if not signs & _lanes(DECISIVE):
        return 0
    while signs:
        families = signs & ALL_FAMILIES
        if _has_rule(families, rules):
            found |= 1 << number
        signs >>= WIDTH
        number += 1
    return found


@lru_cache(CACHED_SETS)
def _has_rule(families: int, rules: Rules) -> bool:
    return any(all(families & group for group in rule.groups) for rule in rules)


def _strictest(acts: frozenset[Act]) -> frozenset[Act]:
    first = next((act for act in STRICTEST if act in acts), None)
    return acts - set(STRICTEST) | ({first} if first else frozenset())


def _languages_of(line: str, reading: Reading) -> int:
    """The languages that know all words of the line but for a few, a bit each; 0 for nearly all lines.

    Counts in bits, one a language: `over[n]` has those that do not know more than n words.
    """
    words = line.split()
    if not words or len(words) > WORDS_MAX:
        return 0
    most = min(reading.unknown_max, (1 + len(words)) // reading.unknown_every) if reading.unknown_every else 0
    over = [0] * (most + 1)
    for word in words:
        unknown = ALL_LANGUAGES & ~known_in(word)
        for number in range(most, 0, -1):
            over[number] |= over[number - 1] & unknown
        over[0] |= unknown
        if over[most] == ALL_LANGUAGES:
            return 0
    return ALL_LANGUAGES & ~over[most]


def _named(known: int) -> Iterator[str]:
    return (language for number, language in enumerate(languages()) if known >> number & 1)
