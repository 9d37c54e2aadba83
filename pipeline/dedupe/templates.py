"""Stubs and templates: texts that are alike although the items are about different things.

A feed sends *This article is for subscribers only* with every item, and the same report of every earthquake with
other figures; the headline says what the item is about.  Between feeds a text is a copy whatever its headline,
unless a feed has sent it as a stub before; a correction has other figures by its nature.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipeline.copy.stopwords import FUNCTION_WORDS
from pipeline.copy.terms import term_hash
from pipeline.copy.word_lists import terms_of
from pipeline.dedupe.window import uint32s

STUB_WORDS_MAX = 60  # of a body that says less about the item than its headline does
SERIES_MIN = 2  # earlier reports of a feed that differ from a new one as templates do, under any headlines
SAME_TEXT_MIN = 0.8  # resemblance from which a text is the same, whatever it is called: a name was put right
AGREEMENT_MIN = 1 / 3  # of the terms of a headline, in the other text: then the text is about it
OPENING_CHARACTERS_MAX = 600  # of a body, where the names of its headline are looked for
HEADLINES_CACHED = 512  # one is compared with up to 32 dispatches, of up to 8 revisions each
TITLE_CASE_SHARE = 0.7  # of the words of a headline with a capital: then it does not show which are names
PART_LETTERS_MIN = 3
_BREAKS = re.compile(r"[-'\u2019]")
_HEADLINE_WORD = re.compile(r"[^\W\d_]+(?:[-.'\u2019][^\W\d_]+)*")


class Text(NamedTuple):
    """A headline, and the hashes of the terms of headline and body; without a body those of the headline."""

    headline: str
    terms: frozenset[int]


def text_of(headline: str, terms: bytes | None) -> Text:
    """The text of an item; `terms` as in ItemFingerprints, None if they are not kept."""
    return Text(headline, frozenset(uint32s(terms).tolist()) if terms else _headline_terms(headline))


def is_stub(one: Text, other: Text) -> bool:
    """Whether a short body that both have says nothing of either headline."""
    return _is_foreign(one.headline, other) and _is_foreign(other.headline, one)


def name_different(one: Text, other: Text) -> bool:
    """Whether each headline has a name that the other text lacks."""
    return not _names(one.headline) <= other.terms and not _names(other.headline) <= one.terms


def word_different(one: Text, other: Text) -> bool:
    """Whether each headline has a word that the other text lacks; a new headline of one report has one as well."""
    return not _headline_terms(one.headline) <= other.terms and not _headline_terms(other.headline) <= one.terms


def names_in(headline: str, opening: str) -> frozenset[int]:
    """The terms of the words of a headline, in whatever case, that the copy writes as names: always with a capital.

    At the beginning of a sentence a capital counts if the next word has one too: `Porvo Corp`, not `Shares fell`.
    """
    shown: dict[str, bool] = {}
    words = [(found[0], _opens_sentence(opening, found.start())) for found in _HEADLINE_WORD.finditer(opening)]
    for (word, opens), (after, _) in pairwise([*words, ("", False)]):
        capital = word[0].isupper() and (not opens or after[:1].isupper())
        if capital or not opens:
            shown[word.lower()] = capital and shown.get(word.lower(), True)
    return _terms([part for word in _words(headline) if shown.get(word.lower()) for part in _parts(word)])


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" \"“'‘(<\n")
    return not before or before[-1] in ".!?:"


def about_others(names: frozenset[int], text: Text, other: Text) -> bool:
    """Whether the other text lacks a name of this one's headline, and this one a word of the other's headline."""
    return not names <= other.terms and not _part_terms(other.headline) <= text.terms


def _is_foreign(headline: str, text: Text) -> bool:
    terms = _headline_terms(headline)
    return bool(terms) and len(terms & text.terms) < AGREEMENT_MIN * len(terms)


@lru_cache(HEADLINES_CACHED)
def _headline_terms(headline: str) -> frozenset[int]:
    return _terms(_words(headline))


@lru_cache(HEADLINES_CACHED)
def _names(headline: str) -> frozenset[int]:
    """The terms of the words with a capital, but for the first; none in Title Case."""
    words = _words(headline)
    capitals = [word for word in words if word[0].isupper()]
    return (
        frozenset()
        if len(capitals) >= TITLE_CASE_SHARE * len(words)
        else _terms([word for word in words[1:] if word[0].isupper()])
    )


@lru_cache(HEADLINES_CACHED)
def _part_terms(headline: str) -> frozenset[int]:
    return _terms([part for word in _words(headline) for part in _parts(word)])


def _parts(word: str) -> list[str]:
    """The parts of a word that are a term wherever they stand: `Rent-A-Center`, not `U.S.`, `Brazil's`."""
    parts = [] if "." in word else _BREAKS.split(word)
    return [part for part in parts if len(part) >= PART_LETTERS_MIN]


def _words(headline: str) -> list[str]:
    return _HEADLINE_WORD.findall(headline)


def _terms(words: list[str]) -> frozenset[int]:
    lower = (word.lower() for word in words)
    return frozenset(term_hash(term) for word in lower if word not in FUNCTION_WORDS for term in terms_of(word))
