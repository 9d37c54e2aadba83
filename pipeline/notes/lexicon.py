"""The words of families.yaml: to which families a word belongs in each language, as bits.

A *row* has the words of a text in one language, as an int each with one bit for every family of the word; 0 for a
word that the language does not know.  The *signs* of a word are those of all languages at once: for each family
LANGUAGES_MAX bits, one a language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.language.blocks import ANY
from pipeline.notes.fold import WORD, fold
from pipeline.notes.phrases import words_of_notes
from pipeline.notes.time_words import DAYS, lexicons, names_of_zones

LANGUAGES_MAX = 32
ALL_LANGUAGES = (1 << LANGUAGES_MAX) - 1
CACHED_WORDS = 65_536
STEM_LENGTH_MIN = 2
UMLAUTS = str.maketrans(
    {"å": "aa"} | {letter: f"{base}e" for letter, base in zip("äöüæø", "aouao", strict=True)}
)  # of wires


class Family(StrEnum):
    """What a word of a note is about; families.yaml explains them."""

    KILL = "kill"
    HOLD = "hold"
    NOT = "not"
    PUBLISH = "publish"
    UNTIL = "until"
    ONLY = "only"
    OBJECT = "object"
    THIS = "this"
    PLEASE = "please"
    DUTY = "duty"
    EMBARGO = "embargo"
    PRIVATE = "private"
    CONTACT = "contact"
    CORRECT = "correct"
    CLEAR = "clear"
    ERROR = "error"
    SENT = "sent"
    EDITION = "edition"
    EVENT = "event"
    TELLS = "tells"
    STATES = "states"
    RIGHTS = "rights"
    OTHER = "other"
    KNOWN = "known"
    TIME = "time"
    NUMBER = "number"


FAMILIES = tuple(Family)
NAMED = tuple(family for family in Family if family not in {Family.TIME, Family.NUMBER})


def bits(names: str) -> int:
    """The bits of families in a row, by their names with blanks between them."""
    return sum(1 << FAMILIES.index(Family(name)) for name in names.split())


KILL, OTHER, KNOWN, TIME, NUMBER = map(bits, ("kill", "other", "known", "time", "number"))


@dataclass
class Lexicon:
    """The words of a language."""

    words: dict[str, int] = field(default_factory=dict)
    stems: dict[str, int] = field(default_factory=dict)  # with any ending
    rows: dict[str, list[tuple[tuple[str, ...], int]]] = field(
        default_factory=dict
    )  # of several words, by the first

    def add(self, entry: str, family: int) -> None:
        """Add an entry of a list: a word, a stem that ends with `*`, several words."""
        found = tuple(WORD.findall(entry))
        if len(found) == 1:
            table = self.stems if entry.endswith("*") else self.words
            table[found[0]] = table.get(found[0], 0) | family
            return
        for word in found:
            self.words[word] = self.words.get(word, 0) | KNOWN
        if found:
            self.rows.setdefault(found[0], []).append((found, family))

    def families(self, word: str) -> int:
        """The bits of one folded word; 0 if the language does not know it."""
        found = self.words.get(word, 0)
        for end in range(STEM_LENGTH_MIN, len(word) + 1):
            found |= self.stems.get(word[:end], 0)
        return found or (NUMBER if word[0].isdigit() else 0)


def row_of(folded: Sequence[str], language: str) -> list[int]:
    """The families of each word, with those of the entries of several words that it is in."""
    lexicon = lexicon_of(language)
    row = [lexicon.families(word) for word in folded]
    for at, word in enumerate(folded):
        for entry, family in lexicon.rows.get(word, ()):
            if tuple(folded[at : at + len(entry)]) == entry:
                row[at : at + len(entry)] = [
                    KNOWN if family == OTHER else each | family for each in row[at : at + len(entry)]
                ]
        if at and row[at] & KILL and row[at - 1] & NUMBER:
            row[at] = KNOWN  # `3 killed`
    return row


@lru_cache(CACHED_WORDS)
def signs_of(word: str) -> int:
    """The families of a folded word, for each a bit a language, and those of entries that begin with it."""
    signs = 0
    for number, language in enumerate(languages()):
        lexicon = lexicon_of(language)
        families = lexicon.families(word)
        for _, family in lexicon.rows.get(word, ()):
            families |= family
        for place in range(len(FAMILIES)):
            if families >> place & 1:
                signs |= 1 << place * LANGUAGES_MAX + number
    return signs


@lru_cache(CACHED_WORDS)
def known_in(written: str) -> int:
    """The languages that know a word with the marks around it, a bit each; every bit of mere marks and figures."""
    known = ALL_LANGUAGES
    words, stems = _known_words()
    for word in WORD.findall(fold(written)):
        if word[0].isdigit():
            continue
        found = words.get(word, 0)
        for end in range(STEM_LENGTH_MIN, len(word) + 1):
            found |= stems.get(word[:end], 0)
        known &= found
    return known


@cache
def _known_words() -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Every word and every stem of a lexicon with its languages, a bit each."""
    words: dict[str, int] = {}
    stems: dict[str, int] = {}
    for number, language in enumerate(languages()):
        lexicon = lexicon_of(language)
        for table, entries in ((words, lexicon.words), (stems, lexicon.stems)):
            for entry in entries:
                table[entry] = table.get(entry, 0) | 1 << number
    return words, stems


@cache
def languages() -> tuple[str, ...]:
    """The languages of families.yaml."""
    return tuple(name for name in _document() if name != ANY)


@cache
def lexicon_of(language: str) -> Lexicon:
    """The lexicon of a language, with the words of all languages."""
    lexicon = Lexicon()
    for word in (*words_of_notes(language), *names_of_zones()):
        lexicon.add(word, KNOWN)
    for word, meanings in lexicons().get(language, {}).items():
        lexicon.add(word, TIME if DAYS & set(meanings) else KNOWN)
    for family in NAMED:
        for entry in entries_of(language, family):
            lexicon.add(entry, bits(family))
    return lexicon


@cache
def entries_of(language: str, name: str) -> tuple[str, ...]:
    """The entries of a list of families.yaml, folded, each in every spelling."""
    texts = (_document()[each].get(name, "") for each in (ANY, language))
    entries = [entry.strip() for text in texts for entry in text.split(",") if entry.strip()]
    return tuple(dict.fromkeys(fold(each) for each in _spelled(entries)))


def _spelled(entries: Iterable[str]) -> Iterable[str]:
    for entry in entries:
        yield entry
        yield entry.translate(UMLAUTS)


@cache
def _document() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("families.yaml").read_text("utf-8")
    )
    return found
