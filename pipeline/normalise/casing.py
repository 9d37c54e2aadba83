"""What the case of words tells: nothing in CAPITALS and in Title Case.

Words of such a run are spelt as the body writes them inside a sentence.  One that the body does not show is spelt
like a name, with one capital, until the tagger says that it is none; an acronym stays what it is.
"""

from __future__ import annotations

import re
from itertools import groupby, pairwise

from pipeline.copy.word_lists import WordLists
from pipeline.normalise.viterbi import SHOUTED, TITLED, TOLD

Spelt = tuple[list[str], list[int]]  # words, and what the case of each tells: TOLD, TITLED or SHOUTED

SHOUTED_SHARE = 0.8  # of the words of a run, in capitals
TITLED_SHARE = {"de": 0.95}  # of the words of a headline, with a capital; German nouns have one anyway
TITLED_SHARE_ELSE = 0.7
TITLED_WORDS_MIN = 3  # fewer may all be names
ACRONYM_LETTERS_MAX = 4  # a longer word in capitals is shouted, or in the list of acronyms
_SENTENCE_STARTS = '.!?\n:"'
_VOWELS = frozenset("aeiouy")
_CAPITALS = re.compile(r"[A-ZÀ-ÞΑ-ΩА-Я]{5}")  # more letters than an acronym without an entry in the list


def spelt(headline: list[str], body: list[str], lists: WordLists, language: str) -> tuple[Spelt, Spelt]:
    """The words of a headline and of its body as they are most likely spelt; "\\n" parts a body's paragraphs."""
    style, styles = _style(headline, lists, language), _paragraph_styles(body, lists)
    if style == TOLD and SHOUTED not in styles:
        return (headline, [TOLD] * len(headline)), (body, styles)
    known = _spellings([word for word, one in zip(body, styles, strict=True) if one == TOLD])
    return _respelt(headline, [style] * len(headline), known, lists), _respelt(body, styles, known, lists)


def _style(headline: list[str], lists: WordLists, language: str) -> int:
    if _is_shouted(headline, lists):
        return SHOUTED
    alphabetic = [word for word in headline if word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in alphabetic)
    titled = capitals >= TITLED_SHARE.get(language, TITLED_SHARE_ELSE) * len(alphabetic)
    return TITLED if titled and len(alphabetic) >= TITLED_WORDS_MIN else TOLD


def _paragraph_styles(body: list[str], lists: WordLists) -> list[int]:
    """For each word, whether its paragraph is in capitals; Title Case is for headlines."""
    if not _CAPITALS.search(" ".join(body)):  # most bodies: a look at each word would cost more than all the rest
        return [TOLD] * len(body)
    styles: list[int] = []
    for _, run in groupby(body, lambda word: word[0] == "\n"):
        paragraph = list(run)
        styles += [SHOUTED if _is_shouted(paragraph, lists) else TOLD] * len(paragraph)
    return styles


def _is_shouted(words: list[str], lists: WordLists) -> bool:
    """Whether a run is in capitals so that they tell nothing; acronyms alone do not shout."""
    capitals = [word for word in words if word.isupper() and len(word) > 1]
    if all(len(word) <= ACRONYM_LETTERS_MAX or is_acronym(word, lists) for word in capitals):
        return False
    return len(capitals) >= SHOUTED_SHARE * sum(len(word) > 1 and word[0].isalpha() for word in words)


def is_acronym(word: str, lists: WordLists) -> bool:
    """Whether a word in capitals is an acronym whatever stands around it: in the list, or short without a vowel."""
    low = word.lower()
    unspeakable = (
        1 < len(low) <= ACRONYM_LETTERS_MAX and low.isascii() and low.isalpha() and _VOWELS.isdisjoint(low)
    )
    return low in lists.acronyms or (unspeakable and low not in lists.abbreviations)


def _spellings(body: list[str]) -> dict[str, str]:
    """How the body first writes each word inside a sentence, by its lower case; parts of hyphened words last."""
    inside: dict[str, str] = {}
    for before, word in pairwise(body):
        if word[0].isalpha() and before[0] not in _SENTENCE_STARTS:
            inside.setdefault(word.lower(), word)
    for word in [word for word in inside.values() if "-" in word]:
        for part in word.split("-"):
            inside.setdefault(part.lower(), part)
    return inside


def _respelt(words: list[str], styles: list[int], known: dict[str, str], lists: WordLists) -> Spelt:
    spelt = [_spell(word, style, known, lists) for word, style in zip(words, styles, strict=True)]
    return [word for word, _ in spelt], [case for _, case in spelt]


def _spell(word: str, style: int, known: dict[str, str], lists: WordLists) -> tuple[str, int]:
    """A word of a run as it is spelt, and what its case then tells."""
    low = word.lower()
    if style == TOLD:
        return word, TOLD
    if low in known:
        return known[low], TOLD
    if not word.isupper() or (style == TITLED and len(word) <= ACRONYM_LETTERS_MAX):
        return word, style
    parts = word.split("-")
    spelt = [known.get(part.lower()) or _quieted(part, lists) for part in parts]
    return "-".join(spelt), TOLD if all(part.lower() in known for part in parts) else style


def _quieted(part: str, lists: WordLists) -> str:
    """A word out of CAPITALS as a name is written; an acronym as it is."""
    if is_acronym(part, lists):
        return part
    return part.title() if part[:1].isalpha() else part.lower()
