r"""The line with which an agency ends its copy: its name, the initials of who worked on it, a mark of the end.

    hh/ph/ts        burs-js/cd        AAP RTV ar        PTI AB CD        (SDA\/sj)        ==Kyodo        STT-AFP
    (Schluss) am    -0-    （完）    // انتهى //    Lusa/fim    د ب أ ع ج/ م ح    (Foto)
    ABC/DEF         ABC // DE         END         where the copy has named its agency

Each word of such a line is an agency, initials, a desk, a number or a mark of the end: no word of a story.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from pipeline.copy.agencies import Agency, agency_named
from pipeline.language.blocks import words_by_language

END_LINE_LENGTH_MAX = 60
NAME_WORDS_MAX = 4  # of an agency or a mark: `Australian Associated Press`, `fin de nota`
LOOSE_MAX = 3  # initials without a slash behind an acronym: `SID ab cd`
LOOSE_LENGTH_MAX = 3  # of initials without a slash: `AAP RTV ar`

_ARABIC = "ء-ي"
_AROUND = " -–—*/\\|=()（）[]【】.。+"
_BETWEEN = re.compile(r"[\s/\\()（）\[\]|*=.–—-]+")


def _words(name: str) -> frozenset[str]:
    """The entries of a list, in any language; a `_` in an entry stands for a blank."""
    return frozenset(
        word.replace("_", " ").casefold() for words in words_by_language(name).values() for word in words
    )


_ENDS = _words("ends")
_MEDIA = _words("media")
_FUNCTIONS = _words("functions")


class _Kind(StrEnum):
    """What a word of such a line is; the first whose pattern fits, if it is no agency and no mark."""

    AGENCY = ""
    END = " "
    MEDIA = "  "
    INITIALS = r"[a-zäöüß]{2,4}|[a-z]\d"
    CAPITALS = r"[A-ZÄÖÜ]{2,3}|[A-Z][a-z]{2}"  # initials too, or a desk
    DESK = r"[A-Z]{4,9}"
    ARABIC = rf"[{_ARABIC}]{{1,2}}"
    ARABIC_DESK = rf"[{_ARABIC}]{{3,4}}"
    NUMBER = r"\d[\d:.]{0,9}"


_INITIALS_OF_ANY = frozenset({_Kind.INITIALS, _Kind.CAPITALS, _Kind.ARABIC})
_LOOSE_CAPITALS = frozenset({_Kind.CAPITALS, _Kind.DESK})
_PATTERNS = tuple((kind, re.compile(kind.value)) for kind in _Kind)
_SLASHED = re.compile(  # and PAP: `jk/ ab/`
    r"(?!(?:and/or|und/oder|et/ou|y/o|e/o)$)(?=.*/)/?(?:[A-Z]{2,5}[-/])?[a-zäöüß]{2,4}(?:[-/][a-zäöüß]{2,4}){1,8}/?"
    r"|[a-z]{2,4}/(?: [a-z]{2,4}/)+"
)
_ARABIC_INITIALS = rf"[{_ARABIC}]{{1,4}}(?:[ .][{_ARABIC}]{{1,2}}){{0,2}}"  # AFP, QNA, KUNA: `بور/غ ر/نور`
_ARABIC_SLASHED = re.compile(
    rf"(?!و/أو)(?=.*/)(?=.*\b[{_ARABIC}]{{1,2}}\b){_ARABIC_INITIALS}(?: ?[/-] ?{_ARABIC_INITIALS}){{1,5}}"
)
_CAPITALS = r"(?:[A-Z]{2,4}|[A-Z][a-z]{2})"
_CAPITALS_SLASHED = re.compile(
    rf"/?{_CAPITALS}(?: ?(?://?|-) ?{_CAPITALS}){{1,4}}/?|/{_CAPITALS}/"
    rf"|{_CAPITALS}(?: \({_CAPITALS}\))? // {_CAPITALS}"
)


class EndLine(NamedTuple):
    """What such a line says."""

    agency: Agency | None = None
    ends: bool = False  # by a mark of the end, without an agency


class _Word(NamedTuple):
    kind: _Kind
    text: str
    agency: Agency | None = None


def end_line(text: str, by_agency: bool = False) -> EndLine | None:
    """What the line says if it is one; `by_agency`: the copy has named the agency that wrote it."""
    if len(text) > END_LINE_LENGTH_MAX or (text.endswith(".") and not text.endswith(").")):
        return None
    words = _words_of(_BETWEEN.split(text.strip(_AROUND)))
    agency = next((word.agency for word in words if word.agency), None)
    if agency and _is_signed(text, words):
        return EndLine(agency)
    kinds = {word.kind for word in words}
    alone = kinds == {_Kind.END} and (by_agency or not text.isascii())
    if alone or (_Kind.END in kinds and text[0] in _AROUND):
        return EndLine(agency, ends=agency is None)
    if kinds == {_Kind.MEDIA} and text[0] in _AROUND:
        return EndLine(ends=True)
    if text.startswith("==") and kinds and kinds <= _INITIALS_OF_ANY:
        return EndLine()
    if _SLASHED.fullmatch(text) or _ARABIC_SLASHED.fullmatch(text):
        return EndLine()
    return EndLine() if by_agency and _CAPITALS_SLASHED.fullmatch(text) else None


def _words_of(parts: list[str]) -> list[_Word]:
    """What each word of the line is; empty if one is none of these."""
    words: list[_Word] = []
    while parts:
        length, word = _next_word(parts)
        if word is None:
            return []
        words.append(word)
        parts = parts[length:]
    return words


def _next_word(parts: list[str]) -> tuple[int, _Word | None]:
    """The name, the mark or the word that the parts begin with, and how many of them it takes."""
    for length in range(min(NAME_WORDS_MAX, len(parts)), 0, -1):
        name = " ".join(parts[:length])
        if agency := agency_named(name):
            return length, _Word(_Kind.AGENCY, name, agency)
        if name.casefold() in _ENDS:
            return length, _Word(_Kind.END, name)
        if name.casefold() in _MEDIA:
            return length, _Word(_Kind.MEDIA, name)
    kind = next((kind for kind, pattern in _PATTERNS if pattern.fullmatch(parts[0])), None)
    return 1, _Word(kind, parts[0]) if kind else None


def _is_signed(text: str, words: list[_Word]) -> bool:
    """Whether agencies sign so: alone, before a desk and initials, or after initials and a slash or in brackets."""
    kinds = [word.kind for word in words]
    enclosed = text[0] in _AROUND
    if kinds[0] is not _Kind.AGENCY:
        return kinds[-1] is _Kind.AGENCY and ("/" in text or enclosed)
    acronym = words[0].text.isupper()
    if kinds.count(_Kind.DESK) > 1 or (_LOOSE_CAPITALS.intersection(kinds) and not (acronym or enclosed)):
        return False
    if "/" in text or words[0].text.islower():  # dpa and epd are written small, and use no slashes
        return True
    loose = [word.text for word in words if word.kind in {_Kind.INITIALS, _Kind.ARABIC_DESK}]
    few = len(loose) <= (LOOSE_MAX if acronym else 1)
    return few and all(len(word) <= LOOSE_LENGTH_MAX and word not in _FUNCTIONS for word in loose)
