"""Clauses of notes to editors that hold nothing: `Adds reaction to embargo`, `Photo is free for use`.

A clause that only says what an item has asks for nothing, unless it has a time, a negation, a word for the dispatch
or a request.  Of a permission and of the end of a use every word is accounted for.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.notes.family_lists import Family, entries_in_every_language
from pipeline.notes.fold import WORD, fold
from pipeline.notes.lexicon import is_of_picture, known_in
from pipeline.notes.phrases import entries, one_word_entries, words_in
from pipeline.notes.time_words import telling_time_words, time_words

WORDS_MIN = 3
_CLAUSE = re.compile(r"[^;,.:!?\n]+")
_ASKING = (Family.PLEASE, Family.ERROR, Family.NOT)
_NOTED = ("notice", "mandatory", "urgent", "bulletin", "advisory")


def without_descriptions(text: str) -> str:
    """A plain text with blanks for such clauses; of one that describes the first word stays: `UPDATES` counts."""
    return _CLAUSE.sub(_without_description, text) if _begins().intersection(WORD.findall(fold(text))) else text


def _without_description(clause: re.Match[str]) -> str:
    found = [*WORD.finditer(clause[0])]
    folded = [fold(word[0]) for word in found]
    if len(found) < WORDS_MIN:
        return clause[0]
    if _permits(folded) or _expires(folded):
        return " " * len(clause[0])
    if not _describes(folded, clause[0]):
        return clause[0]
    end = found[0].end() if folded[0] in one_word_entries("describes") | one_word_entries("corrects") else 0
    return clause[0][:end] + " " * (len(clause[0]) - end)


def _permits(folded: list[str]) -> bool:
    """Whether a clause is a permission, and says no time: `the photo is free for use`."""
    if one_word_entries("cleared").isdisjoint(folded) or not any(
        entry in " ".join(folded) for entry in entries("for_use")
    ):
        return False
    return all(word in _permitting() or is_of_picture(word) for word in folded)


def _expires(folded: list[str]) -> bool:
    """Whether a clause is the end of a use: `delete after 30 days`, `please delete photos after 31 January`."""
    at = next((number for number, word in enumerate(folded) if word in one_word_entries("expire")), len(folded))
    behind = next((number for number, word in enumerate(folded) if word in one_word_entries("later")), 0)
    if not at < behind < len(folded) - 1 or at > 1:
        return False
    meant, when = folded[at + 1 : behind], folded[behind + 1 :]
    return (
        all(word in words_in("lead") for word in folded[:at])
        and all(word in words_in("article") | words_in("thing_only") or is_of_picture(word) for word in meant)
        and all(word[0].isdigit() or word in _times() for word in when)
    )


@cache
def _permitting() -> frozenset[str]:
    """The words of a permission."""
    return words_in("cleared") | words_in("for_use") | words_in("is") | words_in("article") | words_in("thing")


@cache
def _times() -> frozenset[str]:
    """The words of a time or a span."""
    return time_words() | words_in("spans") | words_in("article")


def _describes(folded: list[str], written: str) -> bool:
    first, second = folded[:2]
    spoken = _excluding()
    if first in one_word_entries("corrects") and " ".join(folded[1:3]) in entries("reports"):
        return (spoken - one_word_entries("lifted")).isdisjoint(_without_places(folded))
    if not spoken.isdisjoint(_without_places(folded)):
        return False
    if first in one_word_entries("killed"):  # `Cancelled flights listed below`
        return not known_in(second) and f" {second}" in written
    if first not in one_word_entries("describes"):
        return False
    if not one_word_entries("embargo").isdisjoint(folded):
        return not one_word_entries("aspect").isdisjoint(folded)
    return _is_shown(folded)


def _is_shown(folded: list[str]) -> bool:
    """Whether a word of `kill` belongs to what is shown, and does not say what has happened to the pictures."""
    if one_word_entries("shown").isdisjoint(folded[1:]):
        return False
    done = [number for number, word in enumerate(folded) if word in one_word_entries("killed")]
    return all(number + 1 < len(folded) and folded[number + 1] not in words_in("thing") for number in done)


def _without_places(folded: list[str]) -> list[str]:
    """The words without the numbers of paragraphs."""
    return [
        word
        for at, word in enumerate(folded)
        if not (at and word.isdecimal() and folded[at - 1] in one_word_entries("aspect"))
    ]


@cache
def _begins() -> frozenset[str]:
    return (
        one_word_entries("describes")
        | one_word_entries("killed")
        | one_word_entries("corrects")
        | one_word_entries("cleared")
        | one_word_entries("expire")
    )


@cache
def _excluding() -> frozenset[str]:
    """Words of a note that asks for something."""
    lists = ("until", "before", "embargoed", "dispatch", "publish", "dont", "not", "denial", "lifted")
    asking = entries_in_every_language(*_ASKING)
    found = {word for name in lists for word in one_word_entries(name)} | {
        entry for entry in asking if entry.isalpha()
    }
    times = telling_time_words()
    digits = frozenset(map(str, range(60))) | frozenset(f"{number:02}" for number in range(10))
    return frozenset(
        (found | times | digits | {*_NOTED})
        - one_word_entries("shown")
        - one_word_entries("killed")
        - one_word_entries("describes")
    )
