"""The words of families.yaml: to which families a word belongs in each language, as bits.

A *row* has the words of a text in one language, as an int each with one bit for every family of the word; 0 for a
word that the language does not know.  The *signs* of a word are those of all languages, side
by side: WIDTH bits for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache, reduce
from operator import or_
from typing import Any, NamedTuple

from pipeline.data_files import load_table
from pipeline.language.blocks import ANY
from pipeline.notes.fold import WORD, fold
from pipeline.notes.phrases import words, words_of_notes
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
    LIMIT = "limit"
    AFTER = "after"  # what `until` has and `limit` has not
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
    PART = "part"
    CHANGE = "change"
    WHO = "who"
    OTHER = "other"
    KNOWN = "known"
    TIME = "time"
    NUMBER = "number"


FAMILIES = tuple(Family)
WIDTH = len(FAMILIES)
ALL_FAMILIES = (1 << WIDTH) - 1
DERIVED = frozenset({Family.TIME, Family.NUMBER, Family.AFTER})
NAMED = tuple(family for family in Family if family not in DERIVED)


def bits(names: str) -> int:
    """The bits of families in a row, by their names with blanks between them."""
    return sum(1 << FAMILIES.index(Family(name)) for name in names.split())


KILL, OTHER, KNOWN, TIME, NUMBER, WHO, EVENT = map(
    bits, ("kill", "other", "known", "time", "number", "who", "event")
)
MEANT = bits("object this please")
OBJECT_WITHIN = 6  # words behind one of `kill`


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


def row_of(folded: Sequence[str], language: str) -> list[int]:
    """The families of each word, with those of the entries of several words that it is in."""
    rows, shift = lexicon_of(language).rows, WIDTH * languages().index(language)
    row = [own_signs(word) >> shift & ALL_FAMILIES for word in folded]
    for at, word in enumerate(folded):
        for entry, family in rows.get(word, ()):
            if tuple(folded[at : at + len(entry)]) == entry:
                row[at : at + len(entry)] = [
                    KNOWN if family == OTHER else each | family for each in row[at : at + len(entry)]
                ]
        if row[at] & KILL and (_is_of_news(row, at) or _is_of_other(row, folded, at)):
            row[at] = KNOWN
    return row


def _is_of_news(row: Sequence[int], at: int) -> bool:
    """Whether a word of `kill` stands behind a number or a relative pronoun: `3 killed`, `who withdrew`."""
    return at > 0 and bool(row[at - 1] & (NUMBER | WHO))


def _is_of_other(row: Sequence[int], folded: Sequence[str], at: int) -> bool:
    """Whether it is the withdrawal of something that is no text: `the annulment of the trial`."""
    following = range(at + 1, min(at + 1 + OBJECT_WITHIN, len(row)))
    if not following or folded[at + 1] not in words("of"):
        return False
    first = next((place for place in following if folded[place] not in words("of") | words("article")), None)
    is_other = first is not None and (not row[first] or bool(row[first] & EVENT))
    return is_other and not any(row[place] & MEANT for place in following)


@lru_cache(CACHED_WORDS)
def signs_of(word: str) -> int:
    """The signs of a folded word, with those of entries that begin with it."""
    return own_signs(word) | _tables().rows.get(word, 0)


@lru_cache(CACHED_WORDS)
def own_signs(word: str) -> int:
    """The signs of a folded word; a number is one in each language that has nothing else for it."""
    signs = _looked_up(word)
    if word[0].isdigit():
        for number in range(len(languages())):
            if not in_language(signs, number):
                signs |= NUMBER << WIDTH * number
    return signs


def in_language(signs: int, number: int) -> int:
    """The families in the language of that number."""
    return signs >> WIDTH * number & ALL_FAMILIES


@lru_cache(CACHED_WORDS)
def known_in(written: str) -> int:
    """The languages that know a word with the marks around it, a bit each; every bit of mere marks and figures."""
    known = ALL_LANGUAGES
    for word in WORD.findall(fold(written)):
        if not word[0].isdigit():
            signs = _looked_up(word)
            known &= sum(1 << number for number in range(len(languages())) if in_language(signs, number))
    return known


def _looked_up(word: str) -> int:
    words, stems, _, lengths = _tables()
    signs = words.get(word, 0)
    for length in lengths:
        if length > len(word):
            break
        signs |= stems.get(word[:length], 0)
    return signs


class _Tables(NamedTuple):
    """The signs of each word, of each stem, and of the entries that begin with a word, in all languages."""

    words: Mapping[str, int]
    stems: Mapping[str, int]
    rows: Mapping[str, int]
    lengths: Sequence[int]  # of the stems, the shortest first


@cache
def _tables() -> _Tables:
    tables: tuple[dict[str, int], ...] = ({}, {}, {})
    for number, language in enumerate(languages()):
        lexicon = lexicon_of(language)
        begun = {word: reduce(or_, (family for _, family in entries)) for word, entries in lexicon.rows.items()}
        for table, entries in zip(tables, (lexicon.words, lexicon.stems, begun), strict=True):
            for entry, families in entries.items():
                table[entry] = table.get(entry, 0) | families << WIDTH * number
    words, stems, rows = tables
    return _Tables(words, stems, rows, sorted({len(stem) for stem in stems if len(stem) >= STEM_LENGTH_MIN}))


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
    for entry in set(entries_of(language, Family.UNTIL)) - set(entries_of(language, Family.LIMIT)):
        lexicon.add(entry, bits(Family.AFTER))
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
    found: Mapping[str, Mapping[str, Any]] = load_table(__file__, "families.yaml")
    return found
