"""A line or tag that says that an embargo is in force: `EMBARGO STILL IN FORCE`, `[NEUE SPERRFRIST]`.

What is said of it need not be understood: an embargo in a tag or a bracket has no end, unless it is one of trade.
"""

from __future__ import annotations

from functools import cache

from pipeline.notes.fold import WORD, fold
from pipeline.notes.lexicon import embargo_words
from pipeline.notes.phrases import one_word_entries, words_in
from pipeline.notes.time_words import time_words

IN_FORCE_WORDS_MAX = 7
IN_FORCE_LENGTH_MAX = 80
LETTERS_MIN = 6  # of a word that names an embargo


def says_in_force(piece: str, *, is_tag: bool) -> bool:
    """Whether a piece of a line says that there is an embargo.

    `is_tag`: whether the piece is in brackets or before a headline.  A tag may have any words after the embargo; a
    line of its own only known ones, and one of them from the list `stands`.
    """
    if len(piece) > IN_FORCE_LENGTH_MAX or "?" in piece:
        return False
    folded = WORD.findall(fold(piece))
    at = next((number for number, word in enumerate(folded) if word in _embargo_words()), None)
    if at is None or not 1 < len(folded) <= IN_FORCE_WORDS_MAX:
        return False
    before, after = folded[:at], folded[at + 1 :]
    others = {*before, *after}
    if after and after[0] in one_word_entries("against") - words_in("stands") - time_words():
        return False
    if not one_word_entries("lifted").isdisjoint(others) and (
        one_word_entries("denial") | one_word_entries("not")
    ).isdisjoint(others):
        return is_tag and _is_limited(others) and _known(before)
    if not _known(before):
        return False
    return is_tag or (_known(after) and not words_in("stands").isdisjoint(others))


def _is_limited(others: set[str]) -> bool:
    """Whether an embargo is lifted in part: `EMBARGO LIFTED FOR RADIO`; one of trade is not meant."""
    limits = others - one_word_entries("lifted") - words_in("with_lift") - words_in("lead") - words_in("is")
    return bool(limits) and limits.isdisjoint(
        words_in("topic") | words_in("traded") | words_in("goods") | one_word_entries("against")
    )


def may_say_in_force(folded: list[str]) -> bool:
    """Whether a line of these words may say so: a cheap test."""
    return not _embargo_words().isdisjoint(folded)


def _known(found: list[str]) -> bool:
    return all(word[0].isdigit() or word in _spoken() for word in found)


@cache
def _embargo_words() -> frozenset[str]:
    return frozenset(embargo_words(LETTERS_MIN))


@cache
def _spoken() -> frozenset[str]:
    """Words that may be beside an embargo and make no other sense of it."""
    known = (
        words_in("stands") | words_in("harmless") | words_in("article") | words_in("strict") | words_in("denial")
    )
    return (known | time_words() | words_in("note") | words_in("thing")) - (
        one_word_entries("topic") - words_in("article")
    )
