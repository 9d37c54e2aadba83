"""The vectors of an item, compiled: tf-idf weights in integers; and the document frequencies they come from.

numba keeps compiled kernels on disk, and compiles a kernel again when its own file changes, not when another one
does.  So no kernel uses a kernel or a constant of another file.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from pipeline.tag.arrays import Ints, Keys

UNIT = 256  # a vector of length 1: weights are in 1/256, which costs nothing (docs/design/stories.md#the-score)
TERMS_MAX = 64  # terms of a vector: the heaviest
RAW_UNIT = 65_536  # of tf-idf before the vector gets its length


@njit(cache=True)
def heaviest(weights: Ints, most: int) -> Ints:
    """Indices of the heaviest weights, heaviest first, ties in index order."""
    return np.argsort(-weights, kind="mergesort")[:most]


@njit(cache=True)
def unit(raw: Ints) -> Ints:
    """The TERMS_MAX heaviest weights scaled to length UNIT and rounded; the others 0."""
    kept = heaviest(raw, TERMS_MAX)
    square = 0.0
    for i in kept:
        square += float(raw[i]) * float(raw[i])
    scaled = np.zeros(raw.size, np.int64)
    if square > 0:
        for i in kept:
            scaled[i] = math.floor(raw[i] * UNIT / math.sqrt(square) + 0.5)
    return scaled


@njit(cache=True)
def weigh(
    keys: Keys, counts: npt.NDArray[np.uint8], leads: npt.NDArray[np.uint8], frequencies: Keys, items: int
) -> tuple[Ints, Ints, Ints]:
    """The text and the lead vector: (1 + ln tf) x ln((N + 1) / (df + 1/2)) at unit length.

    Returns (indices into keys, text weights, lead weights), without terms that weigh nothing in both.
    """
    text, lead = np.zeros(keys.size, np.int64), np.zeros(keys.size, np.int64)
    mask = frequencies.size - 1
    for i in range(keys.size):
        idf = math.log((items + 1.0) / (frequencies[np.int64(keys[i]) & mask] + 0.5))
        if idf > 0 and counts[i] > 0:
            text[i] = math.floor((1.0 + math.log(counts[i])) * idf * RAW_UNIT + 0.5)
        if idf > 0 and leads[i] > 0:
            lead[i] = math.floor((1.0 + math.log(leads[i])) * idf * RAW_UNIT + 0.5)
    text, lead = unit(text), unit(lead)
    kept = np.nonzero((text > 0) | (lead > 0))[0]
    return kept, text[kept], lead[kept]


@njit(cache=True)
def tally_terms(keys: Keys, frequencies: Keys, sign: int) -> None:
    """Count the terms of an item in (+1) or out (-1)."""
    mask = frequencies.size - 1
    for key in keys:
        slot = np.int64(key) & mask
        frequencies[slot] = np.uint32(np.int64(frequencies[slot]) + sign)
