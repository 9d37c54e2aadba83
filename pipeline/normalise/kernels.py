"""The hot loops of the fingerprints, compiled (numba).

Text comes in as code points (uint32).  FOLDS says how each of them folds, KINDS what it is to a word.
Every kernel has one explicit signature: it is compiled, or taken from the cache, at import, never on a record.
No fastmath, and integer arithmetic only: the same bytes on every machine (docs/design/laws.md#law-6).
"""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
from numba import njit, types

from pipeline.copy.folding import fold_text

Array = np.ndarray[Any, Any]

# What a code point is to a word.  In this order: from ALONE on it is written, from LETTER on it joins its
# neighbours.
BREAK, APOSTROPHE, SILENT, ALONE, LETTER, DIGIT = range(6)

COMMA, FULL_STOP = ord(","), ord(".")
(C, E, H, I, S, U, X, Y) = (ord(letter) for letter in "cehisuxy")  # noqa: E741 - letters are what they name

_POINTS = types.Array(types.uint32, 1, "C", readonly=True)
_KINDS = types.Array(types.uint8, 1, "C", readonly=True)
_ENDS = types.Array(types.int64, 1, "C", readonly=True)
_HASHES = types.Array(types.uint64, 1, "C", readonly=True)
_SIEVE = types.Array(types.boolean, 1, "C", readonly=True)
_OUT_32 = types.Array(types.uint32, 1, "C")
_OUT_64 = types.Array(types.int64, 1, "C")


def _kinds() -> Array:
    """What every code point of the basic plane is to a word; the planes above are words only where CJK."""
    table = np.zeros(0x10000, np.uint8)
    of_category = {"L": LETTER, "M": LETTER, "N": DIGIT}
    for point in range(0x10000):
        table[point] = of_category.get(unicodedata.category(chr(point))[0], BREAK)
    # Scripts written without blanks: every sign stands alone.  Thai to Khmer, kana, ideographs.
    for first, last in ((0x0E01, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3041, 0x30FF), (0x3400, 0x9FFF)):
        signs = table[first : last + 1]
        signs[signs == LETTER] = ALONE
    table[[0x27, 0x2019, 0x02BC]] = APOSTROPHE
    table[[0xAD, 0x200C, 0x200D, 0x2060, 0xFEFF]] = SILENT  # soft hyphen, joiners: nobody sees them
    return table


KINDS = _kinds()

FOLDED_HERE = 0x2100  # from letterlike symbols on hardly a letter of a language with cases: fold_text is asked
ASK = 0xFFFFFFFF


def _folds() -> Array:
    """What a code point folds to (folding.fold_text); ASK where that takes more than the one character.

    Marks and Hangul vowels and finals may join the letter before them (NFKC); every other character that folds
    to one character does so whatever stands beside it.
    """
    table = np.full(FOLDED_HERE, ASK, np.uint32)
    for point in range(FOLDED_HERE):
        folded = fold_text(chr(point))
        joins = unicodedata.category(chr(point)).startswith("M") or 0x1100 <= point < 0x1200
        if len(folded) == 1 and not joins:
            table[point] = ord(folded)
    return table


FOLDS = _folds()


@njit("uint64(uint64)", cache=True)
def mix(x: Any) -> Any:
    """The finaliser of splitmix64: every bit of x moves every bit of the result."""
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit(types.boolean(_POINTS, _POINTS, _OUT_32), cache=True)
def fold(points: Array, folds: Array, folded: Array) -> Any:
    """Fold text into `folded`, which is as long.  False where a character is in it that FOLDS cannot tell of."""
    for i in range(points.size):
        if points[i] >= folds.size or folds[points[i]] == ASK:
            return False
        folded[i] = folds[points[i]]
    return True


@njit(types.uint8(_POINTS, _KINDS, types.int64), cache=True)
def kind_at(points: Array, kinds: Array, i: int) -> Any:
    """The kind of the code point at i; BREAK past the end."""
    if i >= points.size:
        return np.uint8(BREAK)
    point = points[i]
    if point < kinds.size:
        return kinds[point]
    return np.uint8(ALONE) if point >= 0x20000 else np.uint8(BREAK)


@njit(types.int64(_POINTS, _KINDS, types.int64), cache=True)
def run_length(points: Array, kinds: Array, i: int) -> Any:
    """How many letters or digits stand in a row from i, counted up to 4."""
    n = 0
    while n < 4 and kind_at(points, kinds, i + n) >= LETTER:
        n += 1
    return n


@njit(types.boolean(types.uint32), cache=True)
def is_separator(point: int) -> Any:
    """Whether it parts the groups or the fraction of a number: a comma or a full stop."""
    return point in (COMMA, FULL_STOP)


@njit(types.int64(_POINTS, _KINDS, _OUT_32, _OUT_64), cache=True)
def cut_words(points: Array, kinds: Array, letters: Array, ends: Array) -> Any:
    """Cut folded text into words: their code points to `letters`, where each ends there to `ends`.

    Both are as long as `points`.  Returns the number of words.  An apostrophe stays (unwritten) in a word
    before one or two letters (`NATO's`, `we'll`) and parts it otherwise (`l'Otan`, `o'brien`).  A number is one
    word with its separators: a group of three digits loses them, so 1,500 and 1.500 and 1500 are the same.
    """
    count = length = start = 0
    number = False
    for i in range(points.size):
        kind = kind_at(points, kinds, i)
        if kind == SILENT:
            continue
        if length > start and kind < LETTER:
            follows = run_length(points, kinds, i + 1)
            if kind == APOSTROPHE and 1 <= follows <= 2:
                continue
            if number and is_separator(points[i]) and kind_at(points, kinds, i + 1) == DIGIT:
                if follows != 3:
                    letters[length] = FULL_STOP
                    length += 1
                continue
            ends[count] = length
            count += 1
            start = length
        if kind >= ALONE:
            letters[length] = points[i]
            length += 1
        if kind == ALONE:
            ends[count] = length
            count += 1
            start = length
        number = kind == DIGIT
    if length > start:
        ends[count] = length
        count += 1
    return count


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


@njit(types.uint32(_POINTS, types.int64, types.int64), cache=True)
def hash_term(letters: Array, start: int, end: int) -> Any:
    """The 32-bit hash of a word as a term, its plural dropped."""
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


def sieve(terms: Array) -> Array:
    """For every beginning of a term hash, SIEVE_BITS long, whether one of `terms` has it: spares the search."""
    table = np.zeros(1 << SIEVE_BITS, np.bool_)
    table[terms >> np.uint32(32 - SIEVE_BITS)] = True
    return table


@njit(types.Array(types.uint32, 1, "C")(_POINTS, _ENDS, _POINTS, _SIEVE), cache=True)
def hash_terms(letters: Array, ends: Array, dropped: Array, sieve: Array) -> Any:
    """The term hash of every word: 0 for one in `dropped` (sorted; its sieve) and for a single letter or digit.

    A sign that stands alone (from Thai on, U+0E00) is a term.
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


@njit(types.Array(types.uint32, 1, "C")(_POINTS, _ENDS, _HASHES, _KINDS), cache=True)
def hash_numbers(letters: Array, ends: Array, hashes: Array, kinds: Array) -> Any:
    """The upper halves of the hashes of those words that begin with a digit, in text order."""
    out = np.empty(ends.size, np.uint32)
    count = start = 0
    for i in range(ends.size):
        if kind_at(letters, kinds, start) == DIGIT:
            out[count] = np.uint32(hashes[i] >> np.uint64(32))
            count += 1
        start = ends[i]
    return out[:count].copy()


@njit(types.Array(types.uint8, 2, "C")(_HASHES, types.int64, types.int64, types.int64), cache=True)
def tally(places: Array, title_weight: int, lead: int, opening: int) -> Any:
    """Count terms out of sorted `places` (term << 32 | place; place 0 is the title, n the body's nth word).

    Returns a column a distinct term: its count (a title occurrence counts title_weight), its count in title and
    first `lead` words, whether it is in title and first `opening` words.  Counts stop at 255.
    """
    out = np.zeros((3, places.size), np.uint8)
    column = -1
    for i in range(places.size):
        if i == 0 or places[i] >> np.uint64(32) != places[i - 1] >> np.uint64(32):
            column += 1
        place = places[i] & np.uint64(0xFFFFFFFF)
        out[0, column] = min(255, out[0, column] + (title_weight if place == 0 else 1))
        if place <= lead:
            out[1, column] = min(255, out[1, column] + 1)
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
