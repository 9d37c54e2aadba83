"""An embargo that is said to stand: `EMBARGO STILL IN FORCE`, `[NEUE SPERRFRIST]`, `SE MANTIENE EL EMBARGO`.

What is said of it need not be understood: an embargo in a tag or a bracket has no end, unless it is one of trade.
"""

from __future__ import annotations

from functools import cache

from pipeline.notes.family_lists import languages
from pipeline.notes.fold import WORD, fold
from pipeline.notes.phrases import singles, word_lists, words
from pipeline.notes.time_words import time_words

STANDING_WORDS_MAX = 7
STANDING_LENGTH_MAX = 80
LETTERS_MIN = 6  # of a word that names an embargo


def says_standing(piece: str, *, is_tag: bool) -> bool:
    """Whether a piece of a line says that there is an embargo.

    `is_tag`: it stands in brackets or before a headline; then what follows the embargo may be anything.  A line of
    its own must have no word besides.
    """
    if len(piece) > STANDING_LENGTH_MAX or "?" in piece:
        return False
    folded = WORD.findall(fold(piece))
    at = next((number for number, word in enumerate(folded) if word in names()), None)
    if at is None or not 1 < len(folded) <= STANDING_WORDS_MAX:
        return False
    before, after = folded[:at], folded[at + 1 :]
    others = {*before, *after}
    if after and after[0] in singles("against") - words("stands") - time_words():
        return False
    if not singles("lifted").isdisjoint(others) and (singles("denial") | singles("not")).isdisjoint(others):
        return is_tag and _is_limited(others) and _known(before)
    if not _known(before):
        return False
    return is_tag or (_known(after) and not words("stands").isdisjoint(others))


def _is_limited(others: set[str]) -> bool:
    """Whether an embargo is lifted in part: `EMBARGO LIFTED FOR RADIO`; one of trade is not meant."""
    limits = others - singles("lifted") - words("with_lift") - words("lead") - words("is")
    return bool(limits) and limits.isdisjoint(
        words("topic") | words("traded") | words("goods") | singles("against")
    )


def may_say_standing(line: str) -> bool:
    """Whether a line may say so: a cheap test."""
    return len(line) <= STANDING_LENGTH_MAX and not names().isdisjoint(WORD.findall(fold(line)))


def _known(found: list[str]) -> bool:
    return all(word[0].isdigit() or word in _spoken() for word in found)


@cache
def names() -> frozenset[str]:
    """The single words that name an embargo, in all languages."""
    found = (
        entry
        for language in languages()
        for name in ("embargo", "embargoed")
        for entry in word_lists(language).get(name, ())
    )
    return frozenset(word for word in found if len(word) >= LETTERS_MIN and word.isalpha())


@cache
def _spoken() -> frozenset[str]:
    """Words that may stand beside an embargo and make no other sense of it."""
    known = words("stands") | words("harmless") | words("article") | words("strict") | words("denial")
    return (known | time_words() | words("note") | words("thing")) - (singles("topic") - words("article"))
