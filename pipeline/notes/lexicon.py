"""The words of families.yaml: to which families a word belongs in each language, as bits.

A *row* is a text in one language: an int for each word, with a bit for each family that the word belongs to; 0 for
a word that the language does not know.  The *signs* of a word are its families in all languages in one int, WIDTH
bits for each language in the order of `languages()`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, reduce
from itertools import filterfalse, islice
from operator import or_
from typing import NamedTuple

from pipeline.notes.family_lists import ALL_FAMILIES, NAMED, WIDTH, Family, bits, entries_of, languages
from pipeline.notes.fold import WORD, fold
from pipeline.notes.phrases import known_words, lists_of_language, words_in
from pipeline.notes.time_words import DAYS, lexicons, names_of_zones

LANGUAGES_MAX = 32
ALL_LANGUAGES = (1 << LANGUAGES_MAX) - 1
CACHED_WORDS = 65_536
STEM_LENGTH_MIN = 2
KILL, OTHER, KNOWN, TIME, NUMBER, WHO, EVENT, PICTURE, TELLS, PART, CHANGE = map(
    bits, ("kill", "other", "known", "time", "number", "who", "event", "picture", "tells", "part", "change")
)
MEANT = bits("object this please")
ASKING = MEANT | bits("duty error sent hold not publish embargo private")
OBJECT_WITHIN = 6  # words behind one of `kill`
PART_BEFORE, PART_BEHIND = 6, 3  # words before and behind one of `kill` that tells what was done


class Memory(dict[str, int]):
    """What a function says of a word, remembered; emptied when it is full.

    Every word of every line is looked up in it: 30 ns, where `lru_cache` takes 80.
    """

    def __init__(self, say: Callable[[str], int]) -> None:
        super().__init__()
        self.say = say

    def __missing__(self, word: str) -> int:
        if len(self) >= CACHED_WORDS:
            self.clear()
        self[word] = said = self.say(word)
        return said


@dataclass
class Lexicon:
    """The words of a language."""

    words: dict[str, int] = field(default_factory=dict)
    stems: dict[str, int] = field(default_factory=dict)  # with any ending
    phrases: dict[str, list[tuple[tuple[str, ...], int]]] = field(
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
            self.phrases.setdefault(found[0], []).append((found, family))


def row_of(folded: Sequence[str], language: str) -> list[int]:
    """The families of each word, with those of the entries of several words that it is in."""
    phrases, shift = lexicon_of(language).phrases, WIDTH * languages().index(language)
    row = [own_signs(word) >> shift & ALL_FAMILIES for word in folded]
    for at, word in enumerate(folded):
        for entry, family in phrases.get(word, ()):
            if tuple(folded[at : at + len(entry)]) == entry:
                row[at : at + len(entry)] = [
                    KNOWN if family == OTHER else each | family for each in row[at : at + len(entry)]
                ]
        if row[at] & KILL and (_is_of_news(row, at) or _is_of_other(row, folded, at)):
            row[at] = KNOWN
        elif row[at] & KILL and _is_of_part(row, folded, at):
            row[at] = CHANGE
        elif row[at] & KILL and at and row[at - 1] & EVENT and word in words_in("kills"):
            row[at] |= TELLS  # `Minister withdraws report`: in public text news, in a ministry's note a kill
    return row


def _is_of_news(row: Sequence[int], at: int) -> bool:
    """Whether a word of `kill` is behind a number or a relative pronoun: `3 killed`, `who withdrew`."""
    return at > 0 and bool(row[at - 1] & (NUMBER | WHO))


def _is_of_part(row: Sequence[int], folded: Sequence[str], at: int) -> bool:
    """Whether it says that a part was taken out, and nothing is asked for: `Zeile im 1. Absatz gestrichen`.

    `Streichen Sie den 1. Absatz` asks for it: until an editor has done it the item is not fit to be published.
    """
    if folded[at] not in words_in("taken_out") or any(each & ASKING and not each & PART for each in row):
        return False
    near = (*row[max(0, at - PART_BEFORE) : at], *row[at + 1 : at + 1 + PART_BEHIND])
    return any(each & PART for each in near)


def _is_of_other(row: Sequence[int], folded: Sequence[str], at: int) -> bool:
    """Whether it is the withdrawal of something that is no text: `the annulment of the trial`."""
    following = range(at + 1, min(at + 1 + OBJECT_WITHIN, len(row)))
    if not following or folded[at + 1] not in words_in("of"):
        return False
    first = next((place for place in following if folded[place] not in words_in("of") | words_in("article")), None)
    is_other = first is not None and (not row[first] or bool(row[first] & EVENT))
    return is_other and not any(row[place] & MEANT for place in following)


@lru_cache(CACHED_WORDS)
def signs_of(word: str) -> int:
    """The signs of a folded word, with those of entries that begin with it."""
    return own_signs(word) | _tables().phrases.get(word, 0)


@lru_cache(CACHED_WORDS)
def own_signs(word: str) -> int:
    """The signs of a folded word; a number is one in each language that has nothing else for it."""
    signs = _looked_up(word)
    if word[0].isdigit():
        for number in range(len(languages())):
            if not in_language(signs, number):
                signs |= NUMBER << WIDTH * number
    return signs


@cache
def embargo_words(letters_min: int) -> tuple[str, ...]:
    """The single words that name an embargo, in all languages, without shorter ones."""
    found = (
        entry
        for language in languages()
        for name in ("embargo", "embargoed")
        for entry in lists_of_language(language).get(name, ())
    )
    return tuple(dict.fromkeys(word for word in found if len(word) >= letters_min and word.isalpha()))


@lru_cache(CACHED_WORDS)
def is_of_picture(word: str) -> bool:
    """Whether a folded word is one for a picture, in any language."""
    return any(in_language(own_signs(word), number) & PICTURE for number in range(len(languages())))


def in_language(signs: int, number: int) -> int:
    """The families in the language of that number."""
    return signs >> WIDTH * number & ALL_FAMILIES


def _known_in(written: str) -> int:
    known = ALL_LANGUAGES
    for word in WORD.findall(fold(written)):
        if not word[0].isdigit():
            known &= _languages_with(_looked_up(word))
    return known


def _languages_with(signs: int) -> int:
    """The languages in which these signs are any, a bit each; of most words none."""
    known = 0
    for number in range(signs.bit_length() // WIDTH + 1):
        if in_language(signs, number):
            known |= 1 << number
    return known


KNOWN_IN = Memory(_known_in)
"""The languages that know a word with the marks around it, a bit each; every bit of mere marks and figures."""
known_in = KNOWN_IN.__getitem__


def are_unknown(words: Sequence[str], more_than: int) -> bool:
    """Whether more words than so many are known in no language; words behind those are not looked at."""
    unknown = filterfalse(None, map(known_in, words))
    return next(islice(unknown, more_than, None), None) is not None


def _looked_up(word: str) -> int:
    words, stems, _, lengths, beginnings = _tables()
    signs = words.get(word, 0)
    if word[:STEM_LENGTH_MIN] not in beginnings:
        return signs
    for length in lengths:
        if length > len(word):
            break
        signs |= stems.get(word[:length], 0)
    return signs


class _Tables(NamedTuple):
    """The signs of each word, of each stem, and of the entries that begin with a word, in all languages."""

    words: Mapping[str, int]
    stems: Mapping[str, int]
    phrases: Mapping[str, int]
    lengths: Sequence[int]  # of the stems, the shortest first
    beginnings: frozenset[str]  # the first letters of the stems


@cache
def _tables() -> _Tables:
    tables: tuple[dict[str, int], ...] = ({}, {}, {})
    for number, language in enumerate(languages()):
        lexicon = lexicon_of(language)
        begun = {word: reduce(or_, (family for _, family in entries)) for word, entries in lexicon.phrases.items()}
        for table, entries in zip(tables, (lexicon.words, lexicon.stems, begun), strict=True):
            for entry, families in entries.items():
                table[entry] = table.get(entry, 0) | families << WIDTH * number
    words, stems, phrases = tables
    lengths = sorted({len(stem) for stem in stems if len(stem) >= STEM_LENGTH_MIN})
    return _Tables(words, stems, phrases, lengths, frozenset(stem[:STEM_LENGTH_MIN] for stem in stems))


@cache
def lexicon_of(language: str) -> Lexicon:
    """The lexicon of a language, with the words of all languages."""
    lexicon = Lexicon()
    for word in (*known_words(language), *names_of_zones()):
        lexicon.add(word, KNOWN)
    for word, meanings in lexicons().get(language, {}).items():
        lexicon.add(word, TIME if DAYS & set(meanings) else KNOWN)
    for family in NAMED:
        for entry in entries_of(language, family):
            lexicon.add(entry, bits(family))
    for entry in set(entries_of(language, Family.UNTIL)) - set(entries_of(language, Family.LIMIT)):
        lexicon.add(entry, bits(Family.AFTER))
    return lexicon
