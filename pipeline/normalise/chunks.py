"""Noun phrases: runs of names, nouns and their modifiers, cut where a new phrase must begin."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pipeline.copy.folding import fold_word
from pipeline.copy.word_lists import WordLists
from pipeline.normalise.casing import ACRONYM_LETTERS_MAX
from pipeline.normalise.tokens import HEADLINE, Tokens
from pipeline.normalise.viterbi import (
    ADJECTIVE,
    GERUND,
    NAME,
    NOUN,
    NUMBER,
    OPENING,
    OTHER,
    PLURAL,
    TITLED,
    TOLD,
    VERBAL,
)

# What a word is in a phrase, as bits.
IS_NAME, IS_NOUN, IS_MODIFIER, VERBLIKE, AFTER_NAME, NEVER, UNTOLD_CASE = (1 << bit for bit in range(7))
HEADS = IS_NAME | IS_NOUN
CAPITALISED, CAPITALISED_DE = frozenset((NAME,)), frozenset((NAME, NOUN, PLURAL))
_BIT = {NAME: IS_NAME, NOUN: IS_NOUN, PLURAL: IS_NOUN, ADJECTIVE: IS_MODIFIER, NUMBER: IS_MODIFIER}
_NUMBER_DIGITS_MAX = 3  # of a number that belongs to the name before it: Apollo 13, Super Bowl 50


IsName = Callable[[str], bool]  # whether a word by itself is most likely a name


class Reading(NamedTuple):
    """Columns over the words of a text."""

    low: list[str]  # lower case
    shown: list[str]  # as a label writes it
    classes: list[int]  # repaired; OTHER ends a phrase
    bits: list[int]
    opens: list[bool]
    places: list[int]


class Chunk(NamedTuple):
    """Words start..end-1 of a text; the last is a name or a noun."""

    start: int
    end: int


def read(tokens: Tokens, classes: list[int], lists: WordLists, language: str, is_name: IsName) -> Reading:
    """Each word with its class, where the tagger's usual errors are repaired, and what it can be in a phrase."""
    low = [word.lower() for word in tokens.words]
    reading = Reading(low, tokens.words[:], classes[:], [0] * len(low), tokens.opens, tokens.places)
    for place, kind in enumerate(classes):
        if kind == OTHER:
            continue
        following = classes[place + 1] if place + 1 < len(classes) else OTHER
        repaired = reading.classes[place] = _repaired(kind, place, following, tokens, reading, lists)
        if repaired != OTHER:
            reading.bits[place] = _bits(kind, repaired, place, tokens, reading, lists)
    for place, case in enumerate(tokens.cases):
        if case != TOLD and _is_plain_word(reading.classes[place], place, tokens, language):
            reading.shown[place] = low[place] if case == OPENING else _small(tokens.words[place], is_name)
    return reading


def _repaired(kind: int, place: int, following: int, tokens: Tokens, reading: Reading, lists: WordLists) -> int:
    """The class of a word in its surroundings.  Words before it are repaired already, `following` is not."""
    word, low = tokens.words[place], reading.low[place]
    before_name = following == NAME
    if low in lists.stop:  # New Jersey, Will Smith
        named = before_name and word[0].isupper() and len(word) > 2
        return NAME if named and (low == "new" or tokens.cases[place] == TOLD) else OTHER
    if not word[0].isalnum() or low in lists.titles or low.endswith("n't"):
        return OTHER
    headline = tokens.places[place] == HEADLINE
    if kind == NUMBER:
        return NUMBER if _numbers_a_name(place, tokens, reading) else OTHER
    if kind == GERUND:
        return NOUN if following == OTHER and fold_word(low) in lists.events else OTHER
    if kind == PLURAL and headline and before_name:
        return OTHER
    if kind == VERBAL:  # a headline's verb before its object, else a plural
        return OTHER if headline and following in (NAME, ADJECTIVE) else PLURAL
    if kind == NAME and word[0].islower():
        return NOUN
    return ADJECTIVE if before_name and low in lists.offices else kind


def _numbers_a_name(place: int, tokens: Tokens, reading: Reading) -> bool:
    word = tokens.words[place]
    inside = 0 < place < len(tokens.words) - 1 and not tokens.opens[place]
    return inside and reading.classes[place - 1] == NAME and len(word) <= _NUMBER_DIGITS_MAX and word.isdigit()


def _bits(kind: int, repaired: int, place: int, tokens: Tokens, reading: Reading, lists: WordLists) -> int:
    low, bits = reading.low[place], _BIT[repaired]
    if kind == VERBAL:
        bits |= VERBLIKE | (AFTER_NAME if _follows_name(place, tokens, reading) else 0)
    if tokens.cases[place] >= TITLED:
        bits |= UNTOLD_CASE
    return bits | NEVER if low in lists.dates or low in lists.outlets else bits


def _follows_name(place: int, tokens: Tokens, reading: Reading) -> bool:
    """In a headline, after a name: there a form in -s is most likely the verb."""
    if tokens.places[place] != HEADLINE or not place:
        return False
    capital = tokens.cases[place - 1] == TOLD and tokens.words[place - 1][0].isupper()
    return reading.classes[place - 1] == NAME or capital


def _is_plain_word(kind: int, place: int, tokens: Tokens, language: str) -> bool:
    """A common word whose capital only comes from its place; German nouns keep theirs, and so do acronyms."""
    word = tokens.words[place]
    if kind in (CAPITALISED_DE if language == "de" else CAPITALISED):
        return False
    if tokens.cases[place] == OPENING and not word[1:].islower():  # Cruz-O'Rourke
        return False
    return word.islower() or not _is_acronym(word)


def _small(word: str, is_name: IsName) -> str:
    """A word whose case tells nothing, each part small that is neither acronym nor name: NATO-backed."""
    return "-".join(part if _is_acronym(part) or is_name(part) else part.lower() for part in word.split("-"))


def _is_acronym(part: str) -> bool:
    return 1 < len(part) <= ACRONYM_LETTERS_MAX and part.isupper()


def chunks(reading: Reading, tokens: Tokens, language: str) -> list[Chunk]:
    """The noun phrases, in order."""
    found, start, words = [], 0, len(reading.classes)
    classes, bits = reading.classes, reading.bits
    while start < words:
        if classes[start] == OTHER:
            start += 1
            continue
        end = start + 1
        while end < words and classes[end] != OTHER and not _begins(end, reading, tokens, language):
            end += 1
        last = next((last for last in range(end, start, -1) if bits[last - 1] & HEADS), start)
        if last > start:
            found.append(Chunk(start, last))
        start = end
    return found


def _begins(place: int, reading: Reading, tokens: Tokens, language: str) -> bool:
    """Whether a new phrase begins here although a phrase was going on."""
    if reading.opens[place]:
        return True
    before, kind = reading.classes[place - 1], reading.classes[place]
    noun_before = before in (NOUN, PLURAL)
    if kind == ADJECTIVE:  # a participle, mostly: "vote delayed"
        return noun_before or (before == NAME and (language != "en" or reading.low[place].endswith("ed")))
    if before == PLURAL and kind == NAME:
        return True
    words, cases = tokens.words, tokens.cases  # a capital after a small letter: "in talks Putin said"
    told = cases[place] == cases[place - 1] == TOLD
    return noun_before and told and words[place][0].isupper() and words[place - 1][0].islower()
