"""Notes told by families of words (families.yaml): `kill` and `object` in any order withdraw a text.

A word belongs to families of each language that has it, and is *known* there if it is in one, in words.yaml or in a
time.  A line of public text is a note only if one language knows all its words; in text that is addressed to
editors a row of known words is enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache, reduce
from itertools import pairwise
from operator import and_, or_
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pipeline.language.blocks import ANY
from pipeline.notes.fold import WORD, fold
from pipeline.notes.phrases import Act, words_of_notes
from pipeline.notes.time_words import DAYS, lexicons, names_of_zones

WORDS_MAX = 60  # of a line that may be a note as a whole
LINE_LENGTH_MAX = 300
NEAR_WORDS = 8  # what a note in running text is told by lies within so many words
BEGINNING_WORDS = 3
ROW_MAX = 400  # words of one row that are looked at
CACHED_WORDS = 65_536
STEM_LENGTH_MIN = 2
EVERY_BIT = -1  # marks between words


class Family(StrEnum):
    """What a word of a note is about; families.yaml explains them."""

    KILL = "kill"
    HOLD = "hold"
    NOT = "not"
    PUBLISH = "publish"
    UNTIL = "until"
    OBJECT = "object"
    PLEASE = "please"
    EMBARGO = "embargo"
    PRIVATE = "private"
    CORRECT = "correct"
    TELLS = "tells"
    KNOWN = "known"
    TIME = "time"
    NUMBER = "number"


Families = frozenset[Family]
NOTHING: Families = frozenset()
KNOWN: Families = frozenset({Family.KNOWN})
DIGITS: Families = frozenset({Family.NUMBER})
NAMED = tuple(family for family in Family if family not in {Family.TIME, Family.NUMBER})


class Rule(NamedTuple):
    """The families that make a note, in any order, if it has none of `without`."""

    act: Act
    families: Families
    without: Families = NOTHING


NEWS: Families = frozenset({Family.TELLS})
OTHER: Families = frozenset({Family.TELLS, Family.PRIVATE})  # news, or a part of the text that is private
KEPT: Families = frozenset({Family.PRIVATE})
SURE = (  # of any text
    Rule(Act.KILL, frozenset({Family.KILL, Family.OBJECT})),
    Rule(Act.KILL, frozenset({Family.KILL, Family.PLEASE})),
    Rule(Act.HOLD, frozenset({Family.HOLD, Family.OBJECT})),
    Rule(Act.HOLD, frozenset({Family.HOLD, Family.PLEASE})),
    Rule(Act.HOLD, frozenset({Family.HOLD, Family.PUBLISH, Family.UNTIL}), NEWS),
    Rule(Act.HOLD, frozenset({Family.NOT, Family.PUBLISH, Family.OBJECT}), OTHER),
    Rule(Act.HOLD, frozenset({Family.NOT, Family.PUBLISH, Family.PLEASE}), OTHER),
    Rule(Act.EMBARGO, frozenset({Family.PUBLISH, Family.UNTIL}), OTHER),
    Rule(Act.EMBARGO, frozenset({Family.HOLD, Family.UNTIL}), OTHER),
    Rule(Act.EMBARGO, frozenset({Family.NOT, Family.UNTIL, Family.TIME, Family.PUBLISH}), OTHER),
    Rule(Act.EMBARGO, frozenset({Family.PUBLISH, Family.TIME, Family.PLEASE})),
    Rule(Act.EMBARGO, frozenset({Family.EMBARGO, Family.PLEASE})),
    Rule(Act.HOLD, frozenset({Family.HOLD, Family.PRIVATE})),
    Rule(Act.PRIVATE, frozenset({Family.PRIVATE})),
)
AMONG_EDITORS = (  # where nobody writes prose
    *SURE,
    Rule(Act.HOLD, frozenset({Family.HOLD, Family.PUBLISH})),
    Rule(Act.HOLD, frozenset({Family.NOT, Family.PUBLISH}), KEPT),
    Rule(Act.EMBARGO, frozenset({Family.NOT, Family.UNTIL, Family.TIME})),
    Rule(Act.EMBARGO, frozenset({Family.EMBARGO, Family.TIME})),
    Rule(Act.CORRECTION, frozenset({Family.CORRECT, Family.OBJECT})),
    Rule(Act.EMBARGO, frozenset({Family.EMBARGO, Family.NUMBER})),
    Rule(Act.EMBARGO, frozenset({Family.EMBARGO, Family.UNTIL})),
)
LANGUAGES_MAX = 32  # a bit each
ALL_LANGUAGES = (1 << LANGUAGES_MAX) - 1
SHIFTS = {family: LANGUAGES_MAX * number for number, family in enumerate(Family)}
CORRECTS = ALL_LANGUAGES << SHIFTS[Family.CORRECT]
# Every rule needs one of these.
DECISIVE = reduce(
    or_,
    (
        ALL_LANGUAGES << SHIFTS[family]
        for family in (
            Family.KILL,
            Family.HOLD,
            Family.NOT,
            Family.PUBLISH,
            Family.EMBARGO,
            Family.PRIVATE,
            Family.CORRECT,
        )
    ),
)
STRICTEST = (Act.KILL, Act.HOLD, Act.EMBARGO)  # a note has only the first of these


@dataclass(frozen=True)
class Lexicon:
    """The words of a language."""

    words: Mapping[str, Families]
    stems: Mapping[str, Families]  # with any ending
    rows: Mapping[str, Sequence[tuple[tuple[str, ...], Family]]]  # entries of several words, by the first

    def families(self, word: str) -> Families:
        """Of one folded word; nothing if the language does not know it."""
        found = self.words.get(word, NOTHING)
        for end in range(STEM_LENGTH_MIN, len(word) + 1):
            if stem := self.stems.get(word[:end]):
                found |= stem
        return found or (DIGITS if word[0].isdigit() else NOTHING)


def acts_of_line(line: str, rules: Sequence[Rule] = SURE) -> frozenset[Act]:
    """What a line says that is a note as a whole, to its last word; nothing of nearly all lines."""
    if len(line) > LINE_LENGTH_MAX or line[:1].islower() or not (known_in := _languages_of(line)):
        return frozenset()  # a line of small letters goes on with the sentence of the line before
    folded = WORD.findall(fold(line))
    if not _may_act(folded):
        return frozenset()
    acts = [_acts(_row(folded, language), rules) for language in languages() if _bit(language) & known_in]
    return _strictest(frozenset().union(*acts))


def acts_in_note(note: str, *, private: bool = False) -> frozenset[Act]:
    """What a sentence for editors says: in it, a row of known words is enough, and a kill is then a hold.

    `private`: a phrase in it keeps something private, so that `not for publication` holds nothing.
    """
    folded = WORD.findall(fold(note))[:ROW_MAX]
    if not private and not _may_act(folded):
        return frozenset()
    if not private and (whole := acts_of_line(note, AMONG_EDITORS)):
        return whole
    more = KEPT if private else NOTHING
    acts: set[Act] = set()
    known_in = [_languages_of_word(word) for word in folded]
    rows_in = 0  # the languages that know two words in a row; two numbers are a row only beside what is private
    for at, (one, other) in enumerate(pairwise(known_in)):
        if one & other != EVERY_BIT or private or not (folded[at][0].isdigit() and folded[at + 1][0].isdigit()):
            rows_in |= one & other
    for language in (each for each in languages() if _bit(each) & rows_in):
        for row in _known_rows(_row(folded, language)):
            for start in range(max(1, len(row) - NEAR_WORDS + 1)):
                acts |= _acts([more, *row[start : start + NEAR_WORDS]], AMONG_EDITORS)
    return _strictest(frozenset(Act.HOLD if act is Act.KILL else act for act in acts))


def is_correction(note: str) -> bool:
    """Whether a note begins as a correction: `Corrects spelling of …`."""
    folded = WORD.findall(fold(note[:LINE_LENGTH_MAX]))[:BEGINNING_WORDS]
    if not any(_signs_of(word) & CORRECTS for word in folded):
        return False
    known_in = 0
    for word in folded:
        known_in |= 0 if word[0].isdigit() else _languages_of_word(word)
    known = (name for name in languages() if _bit(name) & known_in)
    return any(Family.CORRECT in families for name in known for families in _row(folded, name))


def _may_act(folded: Sequence[str]) -> bool:
    """Whether some language has the families of a rule among these words, in any order; of most notes none has."""
    present = 0
    for word in folded:
        present |= _signs_of(word)
    if not present & DECISIVE:
        return False
    by_family = {family: present >> shift & ALL_LANGUAGES for family, shift in SHIFTS.items()}
    return any(reduce(and_, (by_family[family] for family in rule.families)) for rule in AMONG_EDITORS)


@lru_cache(CACHED_WORDS)
def _signs_of(word: str) -> int:
    """The families of a folded word, for each a bit a language, and those of entries that begin with it."""
    signs = 0
    for language in languages():
        lexicon = lexicon_of(language)
        for family in lexicon.families(word) | {family for _, family in lexicon.rows.get(word, ())}:
            signs |= _bit(language) << SHIFTS[family]
    return signs


def _strictest(acts: frozenset[Act]) -> frozenset[Act]:
    first = next((act for act in STRICTEST if act in acts), None)
    return acts - set(STRICTEST) | ({first} if first else frozenset())


def _acts(row: Sequence[Families], rules: Sequence[Rule]) -> frozenset[Act]:
    present = frozenset[Family]().union(*row)
    return frozenset(rule.act for rule in rules if rule.families <= present and not rule.without & present)


def _known_rows(row: Sequence[Families]) -> Iterator[list[Families]]:
    """The rows of words without one that is not known."""
    found: list[Families] = []
    for families in (*row, NOTHING):
        if families:
            found.append(families)
            continue
        if len(found) > 1:
            yield found
        found = []


def _row(folded: Sequence[str], language: str) -> list[Families]:
    """The families of each word, with those of the entries of several words that it is in."""
    lexicon = lexicon_of(language)
    row = [lexicon.families(word) for word in folded]
    for at, word in enumerate(folded):
        for entry, family in lexicon.rows.get(word, ()):
            if tuple(folded[at : at + len(entry)]) == entry:
                row[at : at + len(entry)] = [each | {family} for each in row[at : at + len(entry)]]
        if at and Family.KILL in row[at] and Family.NUMBER in row[at - 1]:
            row[at] = KNOWN  # `3 killed`
    return row


def _languages_of(line: str) -> int:
    """The languages that know all words of the line, a bit each; 0 for nearly all lines, after a few words."""
    known_in = EVERY_BIT
    words = line.split()
    for word in words if len(words) <= WORDS_MAX else ():
        known_in &= _languages_of_word(word)
        if not known_in:
            return 0
    return known_in if known_in != EVERY_BIT else 0


@lru_cache(CACHED_WORDS)
def _languages_of_word(word: str) -> int:
    """The languages that know a word with the marks around it, a bit each."""
    known_in = EVERY_BIT
    words, stems = _known_words()
    for part in WORD.findall(fold(word)):
        if part[0].isdigit():
            continue
        bits = words.get(part, 0)
        for end in range(STEM_LENGTH_MIN, len(part) + 1):
            bits |= stems.get(part[:end], 0)
        known_in &= bits
    return known_in


@cache
def _known_words() -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Every word and every stem of a lexicon with its languages, a bit each."""
    words: dict[str, int] = {}
    stems: dict[str, int] = {}
    for language in languages():
        lexicon = lexicon_of(language)
        for table, entries in ((words, lexicon.words), (stems, lexicon.stems)):
            for entry in entries:
                table[entry] = table.get(entry, 0) | _bit(language)
    return words, stems


@cache
def _bit(language: str) -> int:
    return int(1 << languages().index(language))


@cache
def languages() -> tuple[str, ...]:
    """The languages of families.yaml."""
    return tuple(name for name in _document() if name != ANY)


@cache
def lexicon_of(language: str) -> Lexicon:
    """The lexicon of a language, with the words of all languages."""
    words: dict[str, Families] = {}
    stems: dict[str, Families] = {}
    rows: dict[str, list[tuple[tuple[str, ...], Family]]] = {}

    def add(entry: str, family: Family) -> None:
        if entry.endswith("*"):
            stems[entry[:-1]] = stems.get(entry[:-1], NOTHING) | {family}
            return
        found = tuple(WORD.findall(entry))
        for word in found:
            words[word] = words.get(word, NOTHING) | {family if len(found) == 1 else Family.KNOWN}
        if len(found) > 1:
            rows.setdefault(found[0], []).append((found, family))

    for word in (*words_of_notes(language), *names_of_zones()):
        add(word, Family.KNOWN)
    for word, meanings in lexicons()[language].items():
        add(word, Family.TIME if DAYS & set(meanings) else Family.KNOWN)
    for family in NAMED:
        for entry in entries_of(language, family):
            add(entry, family)
    return Lexicon(words, stems, rows)


@cache
def entries_of(language: str, name: str) -> tuple[str, ...]:
    """The entries of a list of families.yaml, folded."""
    texts = (_document()[each].get(name, "") for each in (ANY, language))
    return tuple(fold(entry.strip()) for text in texts for entry in text.split(",") if entry.strip())


@cache
def _document() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("families.yaml").read_text("utf-8")
    )
    return found
