"""Cutting text into words, compiled (numba).

Text is code points (uint32).  The tables of characters.py say how each of them folds and what it is to a word.
Every kernel has one explicit signature: it is compiled, or taken from the cache, at import, never on a record.
The constants that a kernel uses are in its own file, because numba's cache watches no other.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types

Array = np.ndarray[Any, Any]

# What a code point is to a word.  The order matters: from ALONE on it is kept, from LETTER on it joins neighbours.
BREAK, APOSTROPHE, SILENT, ALONE, LETTER, DIGIT = range(6)
YEAR_DIGITS = 4
YEAR_MIN, YEAR_MAX, DAY_MAX = 1900, 2100, 31  # `1600 - April 7` is an hour, and `in July 45 people` no day
COMMA, FULL_STOP = ord(","), ord(".")
UNKNOWN_FOLD = 0xFFFFFFFF  # in the table of folds: what the character folds to is not one character

_POINTS = types.Array(types.uint32, 1, "C", readonly=True)
_KINDS = types.Array(types.uint8, 1, "C", readonly=True)
_ENDS = types.Array(types.int64, 1, "C", readonly=True)
_HASHES = types.Array(types.uint64, 1, "C", readonly=True)
_OUT_32 = types.Array(types.uint32, 1, "C")
_OUT_64 = types.Array(types.int64, 1, "C")


@njit(types.boolean(_POINTS, _POINTS, _OUT_32), cache=True)
def fold(points: Array, folds: Array, folded: Array) -> Any:
    """Fold text into `folded`, which is as long.  False if a character has no entry in `folds`."""
    for i in range(points.size):
        if points[i] >= folds.size or folds[points[i]] == UNKNOWN_FOLD:
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
    """How many letters or digits follow from i on without a break, at most 4."""
    n = 0
    while n < 4 and kind_at(points, kinds, i + n) >= LETTER:
        n += 1
    return n


@njit(types.boolean(types.uint32), cache=True)
def is_separator(point: int) -> Any:
    """Whether it can separate groups of digits or a fraction: a comma or a full stop."""
    return point in (COMMA, FULL_STOP)


@njit(types.int64(_POINTS, _KINDS, _OUT_32, _OUT_64), cache=True)
def cut_words(points: Array, kinds: Array, letters: Array, ends: Array) -> Any:
    """Cut folded text into words: their code points to `letters`, where each ends there to `ends`.

    Both are as long as `points`.  Returns the number of words.  An apostrophe stays (unwritten) in a word
    before one or two letters (`NATO's`, `we'll`) and splits it otherwise (`l'Otan`, `o'brien`).  A number is one
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


@njit(types.boolean(_HASHES, _HASHES, types.int64), cache=True)
def is_month(hashes: Array, months: Array, i: int) -> Any:
    """Whether the word at i, if there is one, is one of `months` (hashes, sorted)."""
    if not 0 <= i < hashes.size:
        return False
    place = np.searchsorted(months, hashes[i])
    return bool(place < months.size and months[place] == hashes[i])


@njit(types.int64(_POINTS, _KINDS, types.int64, types.int64), cache=True)
def digits_of_date(letters: Array, kinds: Array, start: int, end: int) -> Any:
    """How many digits the day or year has that a word may be (3, 3rd, 2022): 1, 2 or 4; 0 if it can be neither."""
    digits = value = 0
    while start + digits < end and kind_at(letters, kinds, start + digits) == DIGIT:
        point = letters[start + digits]  # a zero ends with 0, in the scripts of India with 6
        value = 10 * value + (point & 15) - (6 if 0x0900 <= point < 0x0E00 else 0)
        digits += 1
    for i in range(start + digits, end):
        if kind_at(letters, kinds, i) != LETTER:
            return 0
    if end - start - digits > 2:
        return 0
    is_date = YEAR_MIN <= value <= YEAR_MAX if digits == YEAR_DIGITS else digits <= 2 and value <= DAY_MAX
    return digits if is_date else 0


@njit(types.Array(types.uint32, 1, "C")(_POINTS, _ENDS, _HASHES, _KINDS, _HASHES, types.uint64), cache=True)
def hash_numbers(letters: Array, ends: Array, hashes: Array, kinds: Array, months: Array, of: int) -> Any:
    """The upper halves of the hashes of those words that begin with a digit, in text order, but for dates.

    Days and years of dates are beside a month, or a year behind its day: `March 3, 2022`, `3 de marzo de 2022`.
    """
    out = np.empty(ends.size, np.uint32)
    count = start = 0
    dated = month = -3  # the last day or year, and the month behind the last day
    for i in range(ends.size):
        if kind_at(letters, kinds, start) == DIGIT:
            after = i + 2 if i + 1 < hashes.size and hashes[i + 1] == of else i + 1
            before = i - 2 if i > 1 and hashes[i - 1] == of else i - 1
            digits = digits_of_date(letters, kinds, start, ends[i])
            if digits > 0 and is_month(hashes, months, after):
                dated, month = i, after
            elif (digits == YEAR_DIGITS and before in (dated, month)) or (
                digits > 0 and before != month and is_month(hashes, months, before)
            ):
                dated = i
            else:
                out[count] = np.uint32(hashes[i] >> np.uint64(32))
                count += 1
        start = ends[i]
    return out[:count].copy()
