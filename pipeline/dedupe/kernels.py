"""The hot loops of dedupe, compiled (numba): the posting ring and the comparison of two items.

Each kernel has one explicit signature: compiled, or taken from the cache, at import.  No fastmath; counts are
integers.  Numbers in and out are little-endian uint32 as features.py lays them out.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types

Array = np.ndarray[Any, Any]

DISPATCHES_MAX = 32  # more dispatches than these: boilerplate (docs/design/duplicates.md#the-posting-ring)
DF_BITS = 20
# idf counts so many further documents that have none of the terms.  So a new or small window weighs words about
# alike; with bare counts three changed words could outweigh thirty shared ones.
DOCUMENTS_BEFORE = 1000.0

_IN = types.Array(types.uint32, 1, "C", readonly=True)
_RING = types.Array(types.uint32, 1, "C")
_HEADS = types.Array(types.int64, 1, "C")
_DF = types.Array(types.int32, 1, "C")


@njit("int64(uint32, int64)", cache=True)
def bucket(key: Any, buckets: int) -> Any:
    """The chain of a key; `buckets` is a power of two."""
    return np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & (buckets - 1)


@njit(types.void(_IN, types.uint32, _HEADS, _RING, _RING, _RING, types.int64), cache=True)
def post_keys(
    keys: Array, short_dispatch: int, heads: Array, backs: Array, ring: Array, owners: Array, position: int
) -> None:
    """Write one posting a key from `position` on: the key, its dispatch, and how far back its chain goes on.

    heads: per chain, 1 + the position of its newest posting; 0 for an empty chain.  The caller makes room.
    """
    mask = ring.size - 1
    for i in range(keys.size):
        place, chain = (position + i) & mask, bucket(keys[i], heads.size)
        back = position + i + 1 - heads[chain]
        backs[place] = back if heads[chain] and back < ring.size else 0
        ring[place], owners[place] = keys[i], short_dispatch
        heads[chain] = position + i + 1


@njit(types.void(_RING, _RING, _HEADS, _RING, _RING, _RING, types.int64, types.int64), cache=True)
def move(
    old_ring: Array, old_owners: Array, heads: Array, backs: Array, ring: Array, owners: Array, tail: int, head: int
) -> None:
    """Post the live postings again, in order and at their positions, into larger arrays."""
    for position in range(tail, head):
        place = position & (old_ring.size - 1)
        post_keys(old_ring[place : place + 1], old_owners[place], heads, backs, ring, owners, position)


@njit(
    types.Tuple((types.Array(types.uint32, 1, "C"), types.int64, types.Array(types.uint32, 1, "C")))(
        _IN, types.int64, types.uint32, _HEADS, _RING, _RING, _RING, types.int64
    ),
    cache=True,
)
def probe(
    keys: Array, sampled: int, own: int, heads: Array, backs: Array, ring: Array, owners: Array, tail: int
) -> Any:
    """Which dispatches but `own` hold the first `sampled` keys: one entry a (key, dispatch), sorted; how many of
    these keys counted; and which dispatches hold the other keys.

    Chains run from the newest posting to the oldest live one; a key in more than DISPATCHES_MAX dispatches is
    left out of all answers.
    """
    found = np.empty(keys.size * DISPATCHES_MAX, np.uint32)
    count = used = ours = 0
    for i in range(keys.size):
        key = keys[i]
        first, position = count, heads[bucket(key, heads.size)] - 1
        used += i < sampled
        while position >= tail:
            place = position & (ring.size - 1)
            if ring[place] == key and owners[place] != own and owners[place] not in found[first:count]:
                if count - first == DISPATCHES_MAX:
                    count = first
                    used -= i < sampled
                    break
                found[count] = owners[place]
                count += 1
            if not backs[place]:
                break
            position -= backs[place]
        if i < sampled:
            ours = count
    return np.sort(found[:ours]), used, found[ours:count].copy()


@njit(
    types.Tuple((types.Array(types.uint32, 1, "C"), types.Array(types.int64, 1, "C")))(_IN, types.int64), cache=True
)
def frequent(ordered: Array, least: int) -> Any:
    """The numbers that occur at least `least` times in a sorted array, and how often."""
    kept, counts = np.empty(ordered.size, np.uint32), np.empty(ordered.size, np.int64)
    count = start = 0
    for i in range(1, ordered.size + 1):
        if i == ordered.size or ordered[i] != ordered[start]:
            if i - start >= least:
                kept[count], counts[count] = ordered[start], i - start
                count += 1
            start = i
    return kept[:count].copy(), counts[:count].copy()


@njit(types.int64(_IN, _IN), cache=True)
def overlap(one: Array, two: Array) -> Any:
    """How many numbers two sorted arrays of distinct numbers share."""
    i = j = shared = 0
    while i < one.size and j < two.size:
        if one[i] < two[j]:
            i += 1
        elif one[i] > two[j]:
            j += 1
        else:
            shared += 1
            i += 1
            j += 1
    return shared


@njit(types.Tuple((types.int64, types.int64, types.boolean))(_IN, _IN), cache=True)
def compare_numbers(one: Array, two: Array) -> Any:
    """How many distinct numbers two sorted arrays share, how many the one with fewer has, and whether they differ.

    A number is in them as often as it occurs.  They differ if each has a number more often than the other.
    """
    i = j = shared = ours = theirs = 0
    more = less = False
    while i < one.size or j < two.size:
        number = one[i] if j == two.size or (i < one.size and one[i] < two[j]) else two[j]
        first, second = i, j
        while i < one.size and one[i] == number:
            i += 1
        while j < two.size and two[j] == number:
            j += 1
        ours += i > first
        theirs += j > second
        shared += i > first and j > second
        more |= i - first > j - second
        less |= i - first < j - second
    return shared, min(ours, theirs), more and less


@njit(types.int64(types.uint32, types.uint32), cache=True)
def df_slot(term: int, salt: int) -> Any:
    """The cell of a term's document frequency; two terms may share one: then both look commoner."""
    return np.int64((np.uint64(term ^ salt) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - DF_BITS))


@njit(types.void(_IN, types.uint32, _DF, types.int32), cache=True)
def count_terms(terms: Array, salt: int, df: Array, step: int) -> None:
    """Add `step` to the document frequency of every term."""
    for term in terms:
        df[df_slot(term, salt)] += step


@njit(types.float64(_IN, _IN, types.uint32, _DF, types.int64), cache=True)
def missing(opening: Array, terms: Array, salt: int, df: Array, documents: int) -> Any:
    """The share of the opening's idf whose words are not among `terms` (both sorted); 0 for no opening.

    idf = ln((documents + DOCUMENTS_BEFORE) / (df + 0.5)), never below 0.
    """
    total = absent = 0.0
    for term in opening:
        weight = max(0.0, math.log((documents + DOCUMENTS_BEFORE) / (df[df_slot(term, salt)] + 0.5)))
        place = np.searchsorted(terms, term)
        total += weight
        if place == terms.size or terms[place] != term:
            absent += weight
    return absent / total if total > 0.0 else 0.0
