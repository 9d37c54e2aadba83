"""Noun phrases: runs of names, nouns and their modifiers, divided where a new phrase must begin."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from pipeline.language.folding import fold_word
from pipeline.language.word_lists import WordLists
from pipeline.normalise.casing import ACRONYM_LETTERS_MAX
from pipeline.normalise.tokens import HEADLINE, Tokens, inside_quotations
from pipeline.normalise.viterbi import (
    ADJECTIVE,
    CASE_INFORMATIVE,
    GERUND,
    NAME,
    NOUN,
    NUMBER,
    OTHER,
    PLURAL,
    SENTENCE_START,
    TITLE_CASE,
    VERBAL,
)

# What a word is in a phrase, as bits.
IS_NAME, IS_NOUN, IS_MODIFIER, VERBLIKE, AFTER_NAME, NEVER, CASE_UNKNOWN = (1 << bit for bit in range(7))
HEADS = IS_NAME | IS_NOUN
CAPITALISED, CAPITALISED_DE = frozenset((NAME,)), frozenset((NAME, NOUN, PLURAL))
_BIT = {NAME: IS_NAME, NOUN: IS_NOUN, PLURAL: IS_NOUN, ADJECTIVE: IS_MODIFIER, NUMBER: IS_MODIFIER}
_NO_NAME_ENDS = ("n't", "'re", "'ve", "'ll", "ed", "ing")  # of a word that the tagger takes for no name
PREFIXES = frozenset(("anti", "pro", "ex", "non", "pre", "post", "un"))  # of a name: anti-Vrandel
MEASURE = re.compile("(?:second|minute|hour|day|week|month|year|mile|foot|point)-")  # what a number is before
_NUMBER_DIGITS_MAX = 3  # of a number that belongs to the name before it: Apollo 13, Super Bowl 50


IsName = Callable[[str], bool]  # whether a word by itself is most likely a name


class AnnotatedWords(NamedTuple):
    """Columns over the words of a text."""

    low: list[str]  # lower case
    shown: list[str]  # as a label writes it
    classes: list[int]  # repaired; OTHER ends a phrase
    bits: list[int]
    starts: list[bool]
    weights: list[int]
    inner: list[bool]  # inside a quotation of the headline, not its first word


def joined(words: list[str]) -> str:
    """Words as they are written: nothing between `d'` and what it is elided before."""
    return " ".join(words).replace("' ", "'")


class Chunk(NamedTuple):
    """Words start..end-1 of a text; the last is a name or a noun."""

    start: int
    end: int


def annotate(
    tokens: Tokens, classes: list[int], lists: WordLists, language: str, is_name: IsName
) -> AnnotatedWords:
    """Each word with its class, the tagger's usual errors repaired, and with what it can be in a phrase."""
    low = [word.lower() for word in tokens.words]
    inner = inside_quotations(tokens)
    annotated = AnnotatedWords(
        low, tokens.words[:], classes[:], [0] * len(low), tokens.starts, tokens.weights, inner
    )
    repaired, bits = annotated.classes, annotated.bits
    for at, kind in enumerate(classes):
        if _letters_a_name(at, tokens, annotated):
            repaired[at - 1 : at + 1] = [NAME, NAME]
            bits[at] = IS_NAME
            continue
        if kind == OTHER:
            continue
        following = classes[at + 1] if at + 1 < len(classes) else OTHER
        found = repaired[at] = _repaired(kind, at, following, tokens, annotated, lists)
        if found != OTHER:
            bits[at] = _bits(kind, found, at, tokens, annotated, lists, language)
    for at, case in enumerate(tokens.cases):
        if (
            case != CASE_INFORMATIVE
            and low[at] not in lists.capitals
            and _is_plain_word(repaired[at], at, tokens, language)
        ):
            annotated.shown[at] = low[at] if case == SENTENCE_START else _lowered(tokens.words[at], is_name)
    return annotated


def _repaired(
    kind: int, at: int, following: int, tokens: Tokens, annotated: AnnotatedWords, lists: WordLists
) -> int:
    """The class of a word in its surroundings.  Words before it are already repaired, `following` is not."""
    word, low = tokens.words[at], annotated.low[at]
    before_name = following == NAME
    if kind == NAME and before_name and low in lists.particles:
        return NAME
    if word == "US" and kind == NAME and tokens.cases[at] < TITLE_CASE:
        return NAME  # not the pronoun
    if low in lists.stop:  # New Jersey, Will Smith
        named = before_name and word[0].isupper() and len(word) > 2
        return NAME if named and (low == "new" or tokens.cases[at] == CASE_INFORMATIVE) else OTHER
    if not word[0].isalnum() or low in lists.titles or low.endswith("n't"):
        return OTHER
    headline = tokens.weights[at] == HEADLINE
    if kind == NUMBER:
        return NUMBER if _numbers_a_name(at, tokens, annotated) else OTHER
    if kind == GERUND:
        return NOUN if following == OTHER and fold_word(low) in lists.events else OTHER
    if kind == PLURAL and headline and before_name:
        return OTHER
    if kind == VERBAL:  # a headline's verb before its object, else a plural
        return OTHER if headline and following in (NAME, ADJECTIVE) else PLURAL
    if kind == NAME and (word[0].islower() or (tokens.cases[at] >= TITLE_CASE and fold_word(low) in lists.events)):
        return NOUN
    return ADJECTIVE if before_name and low in lists.offices else kind


def _numbers_a_name(at: int, tokens: Tokens, annotated: AnnotatedWords) -> bool:
    word = tokens.words[at]
    inside = 0 < at < len(tokens.words) - 1 and not tokens.starts[at]
    return inside and annotated.classes[at - 1] == NAME and len(word) <= _NUMBER_DIGITS_MAX and word.isdigit()


def _letters_a_name(at: int, tokens: Tokens, annotated: AnnotatedWords) -> bool:
    """Whether a capital letter belongs to the name before it: Malcolm X, Model S."""
    word, case = tokens.words[at], tokens.cases[at]
    letter = len(word) == 1 and word.isupper() and word not in "AI" and case == CASE_INFORMATIVE
    return letter and at > 0 and not tokens.starts[at] and bool(annotated.bits[at - 1] & IS_NAME)


def _bits(
    kind: int, repaired: int, at: int, tokens: Tokens, annotated: AnnotatedWords, lists: WordLists, language: str
) -> int:
    low, bits = annotated.low[at], _BIT[repaired]
    if kind == VERBAL:
        bits |= VERBLIKE | (AFTER_NAME if _follows_name(at, tokens, annotated) else 0)
    if tokens.cases[at] >= TITLE_CASE:
        bits |= CASE_UNKNOWN
    elif language != "de" and tokens.words[at][0].isupper() and _has_own_capital(at, tokens):
        bits |= IS_NAME  # whatever the tagger takes it for
    return bits | NEVER if low in lists.dates or low in lists.outlets else bits


def _has_own_capital(at: int, tokens: Tokens) -> bool:
    """Whether a word has a capital that its place does not explain."""
    return at > 0 and tokens.cases[at] == CASE_INFORMATIVE and tokens.words[at - 1][-1].isalnum()


def _follows_name(at: int, tokens: Tokens, annotated: AnnotatedWords) -> bool:
    """Whether it follows a name in a headline: there a form in -s is most likely the verb."""
    if tokens.weights[at] != HEADLINE or not at:
        return False
    capital = tokens.cases[at - 1] == CASE_INFORMATIVE and tokens.words[at - 1][0].isupper()
    return annotated.classes[at - 1] == NAME or capital


def _is_plain_word(kind: int, at: int, tokens: Tokens, language: str) -> bool:
    """Whether the word has a capital only at this place: German nouns and acronyms keep theirs."""
    word = tokens.words[at]
    if kind in (CAPITALISED_DE if language == "de" else CAPITALISED):
        return False
    if tokens.cases[at] == SENTENCE_START and not word[1:].islower():  # Cruz-O'Rourke
        return False
    return word.islower() or not _is_acronym(word)


def _lowered(word: str, is_name: IsName) -> str:
    """A word in lower case, but for its parts that are acronyms or names: NATO-backed."""
    if word == "I":
        return word
    parts = word.split("-")
    kept = [
        _is_acronym(part)
        or (is_name(part) and not part.endswith(_NO_NAME_ENDS))
        or (at and parts[at - 1].lower() in PREFIXES)
        for at, part in enumerate(parts)
    ]
    return "-".join(part if keeps else part.lower() for part, keeps in zip(parts, kept, strict=True))


def _is_acronym(part: str) -> bool:
    return 1 < len(part) <= ACRONYM_LETTERS_MAX and part.isupper()


def find_chunks(annotated: AnnotatedWords, tokens: Tokens, language: str) -> list[Chunk]:
    """The noun phrases, in order."""
    found, start, words = [], 0, len(annotated.classes)
    classes, bits = annotated.classes, annotated.bits
    while start < words:
        if classes[start] == OTHER:
            start += 1
            continue
        end = start + 1
        while end < words and classes[end] != OTHER and not _starts_phrase(end, annotated, tokens, language):
            end += 1
        last = end
        while last > start and not bits[last - 1] & HEADS:
            last -= 1
        if last > start:
            found.append(Chunk(start, last))
        start = end
    return found


def _starts_phrase(at: int, annotated: AnnotatedWords, tokens: Tokens, language: str) -> bool:
    """Whether a new phrase begins at a word that could continue the one before."""
    if annotated.starts[at]:
        return True
    before, kind = annotated.classes[at - 1], annotated.classes[at]
    noun_before = before in (NOUN, PLURAL)
    if kind == ADJECTIVE:  # a participle, mostly: "vote delayed"
        return noun_before or (before == NAME and (language != "en" or annotated.low[at].endswith("ed")))
    if before == PLURAL and kind == NAME:
        return True
    words, cases = tokens.words, tokens.cases  # a capital after a small letter: "in talks Putin said"
    informative = cases[at] == cases[at - 1] == CASE_INFORMATIVE
    return noun_before and informative and words[at][0].isupper() and words[at - 1][0].islower()
