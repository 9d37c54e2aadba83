"""What a word of an end line is: an agency, initials, a desk, a number, a mark of the end; none is of a story."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from pipeline.language import letters
from pipeline.language.blocks import words_of_all
from pipeline.values.agencies import Agency, agency_named, begins_agency

NAME_WORDS_MAX = 4  # of an agency or a mark: `Australian Associated Press`, `fin de nota`


def folded_words(name: str) -> frozenset[str]:
    """The entries of a list, in any language, folded."""
    return frozenset(map(str.casefold, words_of_all(name)))


ENDS = folded_words("ends")
_MEDIA = folded_words("media")
ARABIC = letters.ARABIC_SCRIPT
SMALL_INITIALS = rf"(?:[{letters.SMALL}]{{2,4}}|[a-z]\.[a-z]\.?)"
LETTER = rf"[{letters.CAPITAL}{letters.SMALL}{letters.ARABIC_SCRIPT}]ـ?"


class Kind(StrEnum):
    """What a word of such a line is; the first whose pattern fits, if it is no agency and no mark."""

    AGENCY = ""
    END = " "
    MEDIA = "  "
    INITIALS = rf"[{letters.SMALL}]{{2,4}}|[a-z]\d"
    # Initials too, or a desk.
    CAPITALS = rf"[{letters.CAPITAL}]{{2,3}}|[{letters.CAPITAL}][{letters.SMALL}]{{1,2}}\d{{0,2}}"
    DESK = rf"[{letters.CAPITAL}]{{4,9}}|[A-Z]{{1,3}}\d{{1,2}}"
    ARABIC = rf"[{letters.ARABIC_SCRIPT}]{{1,2}}"
    ARABIC_DESK = rf"[{letters.ARABIC_SCRIPT}]{{3,4}}"
    LETTER = rf"[{letters.CAPITAL}{letters.SMALL}]"  # of `M. N.`
    NUMBER = r"\d[\d:.]{0,9}"


_PATTERNS = tuple((kind, re.compile(kind.value)) for kind in Kind)
UNLISTED = Agency("", "", "")  # named by the dateline alone


class Word(NamedTuple):
    kind: Kind
    text: str
    agency: Agency | None = None


def end_words(parts: list[str], own: frozenset[str] = frozenset()) -> list[Word]:
    """What each word of the line is; empty if one is none of these."""
    words: list[Word] = []
    while parts:
        length, word = _next_word(parts, own)
        if word is None:
            return []
        words.append(word)
        parts = parts[length:]
    return words


def _next_word(parts: list[str], own: frozenset[str]) -> tuple[int, Word | None]:
    """The name, the mark or the word that the parts begin with, and how many of them it takes."""
    begins = begins_agency(parts[0])
    for length in range(min(NAME_WORDS_MAX, len(parts)), 0, -1):
        name = " ".join(parts[:length])
        if name.casefold() in own and not agency_named(name):
            return length, Word(Kind.AGENCY, name, UNLISTED)
        if begins and (agency := agency_named(name)):
            return length, Word(Kind.AGENCY, name, agency)
        if name.casefold() in ENDS:
            return length, Word(Kind.END, name)
        if name.casefold() in _MEDIA:
            return length, Word(Kind.MEDIA, name)
    kind = next((kind for kind, pattern in _PATTERNS if pattern.fullmatch(parts[0])), None)
    return 1, Word(kind, parts[0]) if kind else None
