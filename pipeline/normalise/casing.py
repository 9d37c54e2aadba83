"""Case: in CAPITALS or Title Case it does not show which words are names.

Words of such a run are spelt as the body spells them inside a sentence.  One that the body does not have is spelt
like a name, with one capital, until the tagger says that it is not one; an acronym stays as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby, pairwise

from pipeline.language.word_lists import WordLists
from pipeline.normalise.viterbi import CAPITALS, CASE_INFORMATIVE, TITLE_CASE

Spelling = tuple[list[str], list[int]]  # words, and the case of each: CASE_INFORMATIVE, TITLE_CASE or CAPITALS

CAPITALS_SHARE = 0.8  # of the words of a run, in capitals
# Of the words of a headline, with a capital.  German nouns have one anyway; the others know no Title Case, and
# `Muere Mario Vrandel` has names.
TITLE_CASE_SHARE = {"de": 0.95} | dict.fromkeys(("es", "fr", "it", "nl", "pt"), 1.01)
TITLE_CASE_SHARE_ELSE = 0.7
HEADING_WORDS_MAX = 24
TITLE_CASE_WORDS_MIN = 3  # fewer may all be names
ACRONYM_LETTERS_MAX = 4  # a longer word in capitals is not an acronym, unless the list of acronyms has it
CLEARLY = 2  # so many times as often: Trump, not trump
_SENTENCE_STARTS = '.!?\n:"'
_VOWELS = frozenset("aeiouy")
_CAPITALS = re.compile(r"[A-ZÀ-ÞΑ-ΩА-Я]{5}")  # more letters than an acronym without an entry in the list
_KINDS = bytes(ord("A") if chr(byte).isascii() and chr(byte).isupper() else ord(" ") for byte in range(256))
_IN_A_ROW = b"A" * 5


def respell(headline: list[str], body: list[str], lists: WordLists, language: str) -> tuple[Spelling, Spelling]:
    """The words of a headline and of its body as they are most likely spelt; "\\n" is between paragraphs."""
    style, styles = _style(headline, lists, language), _paragraph_styles(body, lists)
    if style == CASE_INFORMATIVE and CAPITALS not in styles:
        return (headline, [CASE_INFORMATIVE] * len(headline)), (body, styles)
    first = _heading_words(body, lists, language)
    known = _spellings(
        [word for word, one in zip(body[first:], styles[first:], strict=True) if one == CASE_INFORMATIVE]
    )
    respelt = _respelt(body, styles, known, lists) if CAPITALS in styles else (body, styles)
    return _respelt(headline, [style] * len(headline), known, lists), respelt


def _style(headline: list[str], lists: WordLists, language: str) -> int:
    if _is_in_capitals(headline, lists):
        return CAPITALS
    alphabetic = [word for word in headline if word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in alphabetic)
    titled = capitals >= TITLE_CASE_SHARE.get(language, TITLE_CASE_SHARE_ELSE) * len(alphabetic)
    return TITLE_CASE if titled and len(alphabetic) >= TITLE_CASE_WORDS_MIN else CASE_INFORMATIVE


def _heading_words(body: list[str], lists: WordLists, language: str) -> int:
    """How many words of a body are a heading of its own, in Title Case as the headline, without a full stop."""
    end = next((at for at, word in enumerate(body[:HEADING_WORDS_MAX]) if word[0] == "\n"), 0)
    return end if end and body[end - 1] != "." and _style(body[:end], lists, language) == TITLE_CASE else 0


def _paragraph_styles(body: list[str], lists: WordLists) -> list[int]:
    """For each word, whether its paragraph is in capitals; Title Case occurs in headlines only."""
    if not _has_capitals(" ".join(body)):  # most bodies: a look at each word would cost more than all the rest
        return [CASE_INFORMATIVE] * len(body)
    styles: list[int] = []
    for _, run in groupby(body, lambda word: word[0] == "\n"):
        paragraph = list(run)
        styles += [CAPITALS if _is_in_capitals(paragraph, lists) else CASE_INFORMATIVE] * len(paragraph)
    return styles


def _has_capitals(text: str) -> bool:
    """Whether the text has so many capitals in a row; by its bytes, where they show it, at a fifth of the cost."""
    if text.isascii():
        return _IN_A_ROW in text.encode().translate(_KINDS)
    return _CAPITALS.search(text) is not None


def _is_in_capitals(words: list[str], lists: WordLists) -> bool:
    """Whether a run is in capitals, more than by acronyms alone."""
    capitals = [word for word in words if word.isupper() and len(word) > 1]
    if all(len(word) <= ACRONYM_LETTERS_MAX or is_acronym(word, lists) for word in capitals):
        return False
    return len(capitals) >= CAPITALS_SHARE * sum(len(word) > 1 and word[0].isalpha() for word in words)


def is_acronym(word: str, lists: WordLists) -> bool:
    """Whether a word in capitals is an acronym wherever it occurs: in the list, or short and without a vowel."""
    low = word.lower()
    unpronounceable = (
        1 < len(low) <= ACRONYM_LETTERS_MAX and low.isascii() and low.isalpha() and _VOWELS.isdisjoint(low)
    )
    return low in lists.acronyms or (unpronounceable and low not in lists.abbreviations)


def _spellings(body: list[str]) -> dict[str, str]:
    """How the body spells each word inside a sentence first, or clearly more often, by its lower case.

    Parts of hyphened words come last.
    """
    counted = Counter(
        word
        for before, word in pairwise(body)
        if word[0].isalpha() and before[0] not in _SENTENCE_STARTS and not _are_capitals(before, word)
    )
    inside: dict[str, str] = {}
    for word, times in counted.items():  # in the order of the body
        if times > CLEARLY * counted[inside.setdefault(word.lower(), word)]:
            inside[word.lower()] = word
    for word in [word for word in inside.values() if "-" in word]:
        for part in word.split("-"):
            inside.setdefault(part.lower(), part)
    return inside


def _are_capitals(before: str, word: str) -> bool:
    """Whether a word goes on in the capitals of a line's beginning: FULLER PARK, but not US NAVY."""
    return len(before) > ACRONYM_LETTERS_MAX and before.isupper() and word.isupper()


def _respelt(words: list[str], styles: list[int], known: dict[str, str], lists: WordLists) -> Spelling:
    spelt = [_spell(word, style, known, lists) for word, style in zip(words, styles, strict=True)]
    return [word for word, _ in spelt], [case for _, case in spelt]


def _spell(word: str, style: int, known: dict[str, str], lists: WordLists) -> tuple[str, int]:
    """A word of a run as it is to be spelt, and its case then."""
    low = word.lower()
    if style == CASE_INFORMATIVE:
        return word, CASE_INFORMATIVE
    if low in known:
        return known[low], CASE_INFORMATIVE
    if not word.isupper() or (style == TITLE_CASE and len(word) <= ACRONYM_LETTERS_MAX):
        return word, style
    parts = word.split("-")
    spelt = [known.get(part.lower()) or _as_name(part, lists) for part in parts]
    return "-".join(spelt), CASE_INFORMATIVE if all(part.lower() in known for part in parts) else style


def _as_name(part: str, lists: WordLists) -> str:
    """A word in capitals as a name is spelt; an acronym as it is."""
    if is_acronym(part, lists):
        return part
    return part.title() if part[:1].isalpha() else part.lower()
