"""The fingerprints of an item: what dedupe compares and tag counts (docs/design/duplicates.md#fingerprints).

A pure function of the text.  Words are compared without their case and width (`fold_text`); terms are counted
without their plural (`fold_word`), function words not at all.  About 90 µs for 300 words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pipeline.language.blocks import FUNCTION_WORDS
from pipeline.language.folding import fold_text, fold_word
from pipeline.language.terms import term_hash
from pipeline.normalise import cutting, hashing
from pipeline.normalise.characters import FOLDS, KINDS
from pipeline.normalise.cutting import Array
from pipeline.values.dates import MONTHS

SHINGLE_WORDS = 3
ALERT_WORDS = 20  # a body shorter than this is compared together with its headline
COMPARED_WORDS_MAX = 8192  # words past this are covered by the exact hashes only
LEAD_WORDS = 40  # all their shingles are in the sample: an alert or an excerpt is mostly a lead
WINNOW = 8
SAMPLE_MAX = 192  # a longer sample keeps the lead and the smallest hashes of the rest
TITLE_WORDS_MAX = 64
BODY_WORDS = 400  # terms are counted in these (docs/design/stories.md#the-score)
STORY_LEAD_WORDS = 60
OPENING_WORDS = 25
TITLE_WEIGHT = 3
PARAGRAPH_WORDS_MIN = 6  # of one that may be a story of its own


class Fingerprints(NamedTuple):
    """The numeric members of features.Features, under the same names; see there for layout and units."""

    raw_hash: bytes
    body_hash: bytes
    bare_hash: bytes
    words: int
    shingles: bytes
    sample: bytes
    numbers: bytes
    terms: bytes
    counts: bytes
    lead_counts: bytes
    opening: bytes


class CutText(NamedTuple):
    """A text cut into words."""

    letters: Array  # uint32: code points, word after word
    ends: Array  # int64: where each word ends in letters
    hashes: Array  # uint64, one a word

    def terms(self, most: int) -> Array:
        """The term hashes (uint32) of the first `most` words; 0 for a function word or a single letter."""
        terms: Array = hashing.hash_terms(self.letters, self.ends[:most], _STOP, _SIEVE)
        return terms


def fingerprint(raw: bytes, headline: str, body: str, bare: str) -> Fingerprints:
    """Fingerprint one item: its payload, its headline, its body with all furniture, and the body without.

    Never raises: an empty text has empty arrays.
    """
    title, whole = cut_text(headline), cut_text(body)
    clean = whole if bare == body else cut_text(bare)
    compared = clean.hashes[:COMPARED_WORDS_MAX]
    numbers = _numbers(clean)
    if len(clean.hashes) < ALERT_WORDS:
        compared = np.concatenate((title.hashes[:TITLE_WORDS_MAX], compared))
        numbers = np.concatenate((_numbers(title), numbers))
    shingles = hashing.shingle(compared, SHINGLE_WORDS)
    return Fingerprints(
        _digest(raw),
        _digest(whole.hashes.tobytes()),
        _digest(clean.hashes.tobytes()),
        len(clean.hashes),
        _bytes(_distinct(_upper(shingles)), "<u4"),
        _bytes(_sample(shingles), "<u8"),
        _bytes(np.sort(numbers), "<u4"),
        *_terms(title.terms(TITLE_WORDS_MAX), clean.terms(BODY_WORDS)),
    )


def paragraph_terms(paragraphs: Sequence[str]) -> tuple[bytes, ...]:
    """The distinct terms (uint32, sorted) of each paragraph that has PARAGRAPH_WORDS_MIN words."""
    cut = (cut_text(paragraph) for paragraph in paragraphs)
    terms = (text.terms(STORY_LEAD_WORDS) for text in cut if len(text.hashes) >= PARAGRAPH_WORDS_MIN)
    return tuple(_bytes(_distinct(np.sort(found[found > 0])), "<u4") for found in terms)


def cut_text(text: str) -> CutText:
    """Fold a text and cut it into words (cutting.cut_words says where)."""
    points = _folded(text)
    letters, ends = np.empty(len(points), np.uint32), np.empty(len(points), np.int64)
    ends = ends[: cutting.cut_words(points, KINDS, letters, ends)]
    return CutText(letters, ends, hashing.hash_words(letters, ends))


def _folded(text: str) -> Array:
    """The code points of the folded text."""
    points = _points(text)
    folded = np.empty(len(points), np.uint32)
    return folded if cutting.fold(points, FOLDS, folded) else _points(fold_text(text))


def _points(text: str) -> Array:
    """The code points; a lone surrogate, which no UTF-8 payload can carry, stays as it is."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint32, copy=False)


def _numbers(words: CutText) -> Array:
    """The hashes of the words that begin with a digit, but for dates, which editors put for `on Monday`."""
    ends = words.ends[:COMPARED_WORDS_MAX]
    numbers: Array = cutting.hash_numbers(words.letters, ends, words.hashes[: len(ends)], KINDS, _MONTHS, _OF)
    return numbers


def _upper(hashes: Array) -> Array:
    """The upper halves, which are enough: 1.2 kB for the shingles of 300 words instead of 2.4."""
    return (hashes >> np.uint64(32)).astype(np.uint32)


def _distinct(numbers: Array) -> Array:
    """The numbers sorted, each once."""
    found: Array = hashing.distinct(np.sort(numbers))
    return found


def _sample(shingles: Array) -> Array:
    """Every shingle of the lead, winnowed after it; sorted, at most SAMPLE_MAX, their upper halves distinct."""
    lead, rest = shingles[:LEAD_WORDS], np.sort(hashing.winnow(shingles[LEAD_WORDS:], WINNOW))
    sample: Array = hashing.distinct_upper(np.sort(np.concatenate((lead, rest[: SAMPLE_MAX - len(lead)]))))
    return sample


def _terms(title: Array, body: Array) -> tuple[bytes, bytes, bytes, bytes]:
    """Distinct terms with their counts, lead counts and opening flags."""
    terms = np.concatenate((title, body)).astype(np.uint64)
    places = np.concatenate((np.zeros(len(title), np.uint64), np.arange(1, len(body) + 1, dtype=np.uint64)))
    keys = np.sort((terms << np.uint64(32) | places)[terms > 0])
    counts, lead, opening = hashing.tally(keys, TITLE_WEIGHT, STORY_LEAD_WORDS, OPENING_WORDS)
    distinct = hashing.distinct(_upper(keys))
    return _bytes(distinct, "<u4"), counts.tobytes(), lead.tobytes(), opening.tobytes()


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _bytes(array: Array, layout: str) -> bytes:
    return array.astype(layout, copy=False).tobytes()


_MONTHS = np.sort(cut_text(" ".join(sorted(name for name in MONTHS if name.isalpha()))).hashes)
_OF = cut_text("de").hashes[0]  # 3 de marzo
_STOP = np.unique(np.array([term_hash(fold_word(word)) for word in sorted(FUNCTION_WORDS)], np.uint32))
_SIEVE = hashing.sieve(_STOP)
