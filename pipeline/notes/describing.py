"""Notes to editors that tell what an item has: `Adds reaction to embargo`, `Photos of kill site available`.

They ask for nothing.  A note with a time, a negation, a word for the dispatch, or a request is none of them.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.notes.family_lists import Family, entries_of, languages
from pipeline.notes.fold import WORD, fold
from pipeline.notes.lexicon import known_in
from pipeline.notes.phrases import singles, words
from pipeline.notes.time_words import small_words, time_words

WORDS_MIN = 3
_CLAUSE = re.compile(r"[^;,.:!?\n]+")
_ASKING = (Family.PLEASE, Family.ERROR, Family.NOT)
_NOTED = ("notice", "mandatory", "urgent", "bulletin", "advisory")


def without_descriptions(text: str) -> str:
    """A plain text with blanks for the clauses that describe, but for their first words: `UPDATES` still counts."""
    return _CLAUSE.sub(_without_description, text) if _begins().intersection(WORD.findall(fold(text))) else text


def _without_description(clause: re.Match[str]) -> str:
    found = [*WORD.finditer(clause[0])]
    if len(found) < WORDS_MIN or not _describes([fold(word[0]) for word in found], clause[0]):
        return clause[0]
    end = found[0].end() if fold(found[0][0]) in singles("describes") else 0
    return clause[0][:end] + " " * (len(clause[0]) - end)


def _describes(folded: list[str], written: str) -> bool:
    first, second = folded[:2]
    if not _excluding().isdisjoint(_without_places(folded)):
        return False
    if first in singles("killed"):  # `Cancelled flights listed below`
        return not known_in(second) and f" {second}" in written
    if first not in singles("describes"):
        return False
    if not singles("embargo").isdisjoint(folded):
        return not singles("aspect").isdisjoint(folded)
    return _is_shown(folded)


def _is_shown(folded: list[str]) -> bool:
    """Whether a word of `kill` belongs to what is shown, and does not say what has happened to the pictures."""
    if singles("shown").isdisjoint(folded[1:]):
        return False
    done = [number for number, word in enumerate(folded) if word in singles("killed")]
    return all(number + 1 < len(folded) and folded[number + 1] not in words("thing") for number in done)


def _without_places(folded: list[str]) -> list[str]:
    """The words without the numbers of paragraphs."""
    return [
        word
        for at, word in enumerate(folded)
        if not (at and word.isdecimal() and folded[at - 1] in singles("aspect"))
    ]


@cache
def _begins() -> frozenset[str]:
    return singles("describes") | singles("killed")


@cache
def _excluding() -> frozenset[str]:
    """Words of a note that asks for something."""
    lists = ("until", "before", "embargoed", "dispatch", "publish", "dont", "not", "denial", "lifted")
    asking = (entry for language in languages() for family in _ASKING for entry in entries_of(language, family))
    found = {word for name in lists for word in singles(name)} | {entry for entry in asking if entry.isalpha()}
    times = time_words() - small_words()
    digits = frozenset(map(str, range(60))) | frozenset(f"{number:02}" for number in range(10))
    return frozenset(
        (found | times | digits | {*_NOTED}) - singles("shown") - singles("killed") - singles("describes")
    )
