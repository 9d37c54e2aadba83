"""Words of notes in disguise: letters set apart (`E M B A R G O`), digits for letters, one letter that is wrong.

The readers of notes read the words that are meant; what is published is not changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from pipeline.notes.fold import WORD, fold
from pipeline.notes.lexicon import embargo_words, own_signs
from pipeline.notes.phrases import EVERY, openings, words_in

DIGITS = str.maketrans("01345", "oieas")
DISGUISED_LENGTH_MIN = 3  # of a word with digits
LETTERS_MIN = 5  # of one that begins with a digit: `3MBARGO`, not `1st`
MISSPELT_LENGTH_MIN = 7  # of a word that names an embargo
CACHED_WORDS = 65_536
# Four or more single letters; between the words of such a line there are more blanks.
_APART = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .*_·-]{1,3}){3,60}[^\W\d_](?![^\W_])")
_BETWEEN = re.compile(r"[ .*_·-]+")
_FIRST_WORD = re.compile(r"[\W_]*+([^\W_]++)")
_FIRST_WORDS = re.compile(r"(?:\A|[(\[])(?:[^\w(\[]|_)*+([^\W_]++)")


def respelled(text: str) -> str:
    """A plain text with the words that are meant.  Raises nothing."""
    if _APART.search(text):
        text = _APART.sub(_joined, text)
    if any(map(is_disguised, WORD.findall(text))):
        text = WORD.sub(lambda word: meant(word[0]), text)
    return text


def respelled_line(line: str) -> str:
    """The same of a line of public text, if one of the places where a note may begin has such a word."""
    if "(" in line or "[" in line:
        heads = _FIRST_WORDS.findall(line)
        is_one = any(map(is_disguised, heads)) or (1 in map(len, heads) and _APART.search(line) is not None)
        return respelled(line) if is_one else line
    return respelled(line) if may_be_apart(line) else line


def may_be_apart(line: str) -> bool:
    """Whether a line without brackets begins with such a word, or with one of letters that are set apart."""
    head = _FIRST_WORD.match(line)
    return head is not None and (is_disguised(head[1]) or (len(head[1]) == 1 and _APART.search(line) is not None))


@lru_cache(CACHED_WORDS)
def is_disguised(word: str) -> bool:
    """Whether another word than the written one is meant."""
    return meant(word) != word


@lru_cache(CACHED_WORDS)
def meant(word: str) -> str:
    """The word of a note that is meant; nearly always the written one."""
    folded = fold(word)
    if len(folded) < DISGUISED_LENGTH_MIN or folded.isdecimal():
        return word
    letters = folded.translate(DIGITS)
    if letters != folded:
        counted = sum(map(str.isalpha, folded))
        if not (folded[0].isalpha() or counted >= LETTERS_MIN) or not letters.isalpha():
            return word
        if own_signs(letters) or letters in openings(EVERY):
            return letters.upper() if word.isupper() else letters
    if len(letters) < MISSPELT_LENGTH_MIN - 1 or letters in embargo_words(MISSPELT_LENGTH_MIN):
        return word
    alike = (name for first in letters[:2] for name in _names_by_letter().get(first, ()))  # `ÿEmbargo`, `Mebargo`
    found = next((name for name in alike if _is_one_apart(letters, name)), None)
    if found is None or letters in words_in("no_slip"):
        return word
    return found.upper() if word.isupper() else found


def _joined(stretch: re.Match[str]) -> str:
    """The letters as words: between two of them is a wider gap than the least."""
    letters, gaps = _BETWEEN.split(stretch[0]), _BETWEEN.findall(stretch[0])
    least = min(map(len, gaps))
    return "".join(
        letter + (" " if len(gap) > least else "") for letter, gap in zip(letters, (*gaps, ""), strict=True)
    )


@cache
def _names_by_letter() -> Mapping[str, tuple[str, ...]]:
    names = embargo_words(MISSPELT_LENGTH_MIN)
    return {letter: tuple(name for name in names if name[0] == letter) for letter in {name[0] for name in names}}


def _is_one_apart(one: str, other: str) -> bool:
    """Whether a letter more, a letter less, another letter, or two in the wrong order are all the difference."""
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return (
        one[at + 1 :] == other[at + 1 :]
        or one[at:] == other[at + 1 :]
        or one[at + 1 :] == other[at:]
        or (one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :])
    )
