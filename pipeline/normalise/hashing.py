"""Hashes of words, terms and shingles, compiled (numba); see cutting.py.

No fastmath, and integer arithmetic only: the same bytes on every machine (docs/design/laws.md#law-6).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types

from pipeline.normalise.cutting import Array

ALEF, LAM, WAW, FEH, BEH, KEH = (ord(letter) for letter in "الوفبك")
(C, E, H, I, S, U, X, Y) = (ord(letter) for letter in "cehisuxy")  # noqa: E741 - letters are what they name

_POINTS = types.Array(types.uint32, 1, "C", readonly=True)
_ENDS = types.Array(types.int64, 1, "C", readonly=True)
_HASHES = types.Array(types.uint64, 1, "C", readonly=True)
_SIEVE = types.Array(types.boolean, 1, "C", readonly=True)


@njit("uint64(uint64)", cache=True)
def mix(x: Any) -> Any:
    """The finaliser of splitmix64: every bit of x moves every bit of the result."""
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit(types.uint64(_POINTS, types.int64, types.int64), cache=True)
def hash_range(letters: Array, start: int, end: int) -> Any:
    """FNV-1a over the code points of one word."""
    h = np.uint64(14695981039346656037)
    for i in range(start, end):
        h = (h ^ np.uint64(letters[i])) * np.uint64(1099511628211)
    return h


@njit(types.Array(types.uint64, 1, "C")(_POINTS, _ENDS), cache=True)
def hash_words(letters: Array, ends: Array) -> Any:
    """The 64-bit hash of every word."""
    hashes = np.empty(ends.size, np.uint64)
    start = 0
    for i in range(ends.size):
        hashes[i] = mix(hash_range(letters, start, ends[i]))
        start = ends[i]
    return hashes


@njit(types.UniTuple(types.int64, 2)(_POINTS, types.int64, types.int64), cache=True)
def singular(letters: Array, start: int, end: int) -> Any:
    """folding.fold_word's plural rules: how many letters of the word stay, and the letter that then follows."""
    n = end - start
    if n < 4 or letters[end - 1] != S:
        return n, 0
    third, second = letters[end - 3], letters[end - 2]
    if n > 4 and third == I and second == E:
        return n - 3, Y
    if second in (S, U, I):
        return n, 0
    hissing = third == H and letters[end - 4] in (S, C)
    if second == E and (third == X or hissing or third == letters[end - 4] == S):
        return n - 2, 0
    return n - 1, 0


@njit(types.int64(_POINTS, types.int64, types.int64), cache=True)
def article(letters: Array, start: int, end: int) -> Any:
    """folding.fold_word's Arabic prefixes: how many letters the word begins with that are no part of the term."""
    n = end - start
    if n < 5:
        return 0
    first, second = letters[start], letters[start + 1]
    if n > 5 and second == ALEF and letters[start + 2] == LAM and first in (WAW, FEH, BEH, KEH):
        return 3
    return 2 if second == LAM and first in (ALEF, LAM) else 0


@njit(types.uint32(_POINTS, types.int64, types.int64), cache=True)
def hash_term(letters: Array, start: int, end: int) -> Any:
    """The 32-bit hash of a word as a term, its plural and its article dropped."""
    start += article(letters, start, end)
    kept, last = singular(letters, start, end)
    h = hash_range(letters, start, start + kept)
    if last:
        h = (h ^ np.uint64(last)) * np.uint64(1099511628211)
    return np.uint32(mix(h) >> np.uint64(32))


@njit(types.Array(types.uint64, 1, "C")(_HASHES, types.int64), cache=True)
def shingle(hashes: Array, size: int) -> Any:
    """The hash of every run of `size` words; of all of them where there are fewer."""
    size = min(size, hashes.size)
    out = np.empty(hashes.size - size + 1 if size else 0, np.uint64)
    for i in range(out.size):
        h = np.uint64(0)
        for j in range(size):
            h = (h * np.uint64(0x9E3779B97F4A7C15)) ^ hashes[i + j]
        out[i] = mix(h)
    return out


@njit(types.Array(types.uint64, 1, "C")(_HASHES, types.int64), cache=True)
def winnow(shingles: Array, window: int) -> Any:
    """The rightmost smallest shingle of every `window` in a row (Schleimer, Wilkerson, Aiken 2003).

    Two texts that share window + 2 words in a row share one of these.
    """
    out = np.empty(shingles.size, np.uint64)
    count, last = 0, -1
    for start in range(max(1, shingles.size - window + 1)):
        least = start
        for i in range(start + 1, min(start + window, shingles.size)):
            if shingles[i] <= shingles[least]:
                least = i
        if least != last and shingles.size:
            out[count] = shingles[least]
            count += 1
            last = least
    return out[:count].copy()


SIEVE_BITS = 13
COUNT_MAX = 255  # of a term in one item: counts are uint8


def sieve(terms: Array) -> Array:
    """For every beginning of a term hash, SIEVE_BITS long, whether one of `terms` has it: spares the search."""
    table = np.zeros(1 << SIEVE_BITS, np.bool_)
    table[terms >> np.uint32(32 - SIEVE_BITS)] = True
    return table


@njit(types.Array(types.uint32, 1, "C")(_POINTS, _ENDS, _POINTS, _SIEVE), cache=True)
def hash_terms(letters: Array, ends: Array, dropped: Array, sieve: Array) -> Any:
    """The term hash of every word: 0 for one in `dropped` (sorted; its sieve) and for a single letter or digit.

    A single sign of a script without blanks (from Thai on, U+0E00) is a term.
    """
    terms = np.zeros(ends.size, np.uint32)
    start = 0
    for i in range(ends.size):
        if ends[i] - start > 1 or letters[start] >= 0x0E00:
            term = hash_term(letters, start, ends[i])
            terms[i] = term
            if sieve[term >> np.uint32(32 - SIEVE_BITS)]:
                place = np.searchsorted(dropped, term)
                if place < dropped.size and dropped[place] == term:
                    terms[i] = 0
        start = ends[i]
    return terms


@njit(types.Array(types.uint8, 2, "C")(_HASHES, types.int64, types.int64, types.int64), cache=True)
def tally(places: Array, title_weight: int, lead: int, opening: int) -> Any:
    """Count terms out of sorted `places` (term << 32 | place; place 0 is the title, n the body's nth word).

    Returns a column a distinct term: its count (a title occurrence counts title_weight), its count in title and
    first `lead` words, whether it is in title and first `opening` words.  Counts stop at COUNT_MAX.
    """
    out = np.zeros((3, places.size), np.uint8)
    column = -1
    for i in range(places.size):
        if i == 0 or places[i] >> np.uint64(32) != places[i - 1] >> np.uint64(32):
            column += 1
        place = places[i] & np.uint64(0xFFFFFFFF)
        out[0, column] = min(COUNT_MAX, out[0, column] + (title_weight if place == 0 else 1))
        if place <= lead:
            out[1, column] = min(COUNT_MAX, out[1, column] + 1)
        if place <= opening:
            out[2, column] = 1
    return out[:, : column + 1].copy()


@njit(types.Array(types.uint32, 1, "C")(_POINTS), cache=True)
def distinct(ordered: Array) -> Any:
    """The distinct numbers of a sorted array (numpy's own unique hashes first: five times slower here)."""
    out = np.empty(ordered.size, np.uint32)
    count = 0
    for i in range(ordered.size):
        if i == 0 or ordered[i] != ordered[i - 1]:
            out[count] = ordered[i]
            count += 1
    return out[:count].copy()


@njit(types.Array(types.uint64, 1, "C")(_HASHES), cache=True)
def distinct_upper(ordered: Array) -> Any:
    """Of a sorted array, the first number of every upper half."""
    out = np.empty(ordered.size, np.uint64)
    count = 0
    for i in range(ordered.size):
        if i == 0 or ordered[i] >> np.uint64(32) != ordered[i - 1] >> np.uint64(32):
            out[count] = ordered[i]
            count += 1
    return out[:count].copy()
