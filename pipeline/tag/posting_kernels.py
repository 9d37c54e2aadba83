"""The postings of the window's items, compiled: which stories have the terms of an item.

Postings are in a ring, linked into one chain for each slot of `heads`; the sizes are powers of two.

numba keeps compiled kernels on disk, and compiles a kernel again when its own file changes, not when another one
does.  So no kernel uses a kernel or a constant of another file.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from pipeline.tag.arrays import Ints, Keys, Table

NEWEST_MAX = 64  # postings of a term that are looked at: the newest
STEPS_MAX = 4096  # links of a hash chain that are followed for one term; what is further down is not a candidate
CANDIDATES_MAX = 32  # stories that are scored; 48, 20 and 10 give the same scores (python -m benchmarks stories)
PROBES_MAX = 24  # terms of an item that look for candidates: the heaviest
FOUND_SLOTS = 2048  # of the candidates' table; it has PROBES_MAX x NEWEST_MAX = 1,536 stories at most


@njit(cache=True)
def chain(key: int, chains: int) -> int:
    """The chain of a key: by its high bits, so ascending keys ascend in memory."""
    return key * chains >> 32


@njit(cache=True)
def post_terms(
    keys: Keys, weights: Ints, number: int, heads: Ints, postings: Table, position: int, tail: int
) -> int:
    """Write an item's terms to the ring, newest at the head of its chain; returns the next position.

    The ring must have room: position + keys.size - tail <= postings.size.  Positions begin at 1.
    """
    size = postings.size
    for i in range(keys.size):
        if weights[i] == 0:
            continue
        head, posting = chain(np.int64(keys[i]), heads.size), postings[position & (size - 1)]
        before = heads[head]
        posting.back = position - before if before >= tail else 0
        posting.key = keys[i]
        posting.number = number
        posting.weight = weights[i]
        heads[head] = position
        position += 1
    return position


@njit(cache=True)
def slot_of(row_1: int, slots: npt.NDArray[np.int32]) -> np.int64:
    """The slot of a story in the candidates' table, or the free one that it would get."""
    slot = (np.int64(row_1) * 40503) & (FOUND_SLOTS - 1)
    while slots[slot] != 0 and slots[slot] != row_1:
        slot = (slot + 1) & (FOUND_SLOTS - 1)
    return slot


@njit(cache=True)
def strongest(rows: Ints, weights: Ints) -> tuple[Ints, Ints]:
    """The CANDIDATES_MAX rows of most weight with their weights, and more if the last tie; in no order."""
    if rows.size <= CANDIDATES_MAX:
        return rows, weights
    place = rows.size - CANDIDATES_MAX
    least = np.partition(weights, place)[place]  # to rank a thousand would cost more
    return rows[weights >= least], weights[weights >= least]


@njit(cache=True)
def candidates(
    keys: Keys,
    weights: Ints,
    probes: Ints,
    heads: Ints,
    postings: Table,
    tail: int,
    numbers: npt.NDArray[np.int32],
) -> tuple[Ints, Ints]:
    """Rows of the stories that share most with the item, and how much: CANDIDATES_MAX, and more if the last tie.

    `probes` are the indices into `keys` of the terms to look up, at most PROBES_MAX.  `numbers` has the row + 1 of
    each item of the window, 0 for one whose vector has left its story.
    """
    slots, shared = np.zeros(FOUND_SLOTS, np.int32), np.zeros(FOUND_SLOTS, np.int64)
    found, n = np.empty(PROBES_MAX * NEWEST_MAX, np.int64), 0
    probes_left = probes[weights[probes] > 0]
    at, seen = np.empty(probes_left.size, np.int64), np.zeros(probes_left.size, np.int64)
    for p in range(probes_left.size):
        at[p] = heads[chain(np.int64(keys[probes_left[p]]), heads.size)]
    active = probes_left.size
    for _ in range(STEPS_MAX):
        kept = 0
        for p in range(active):  # all chains one link each: their waits for memory overlap
            i, position, newest = probes_left[p], at[p], seen[p]
            if position < tail:
                continue
            posting = postings[position & (postings.size - 1)]
            if posting.key == keys[i]:
                row_1 = numbers[np.int64(posting.number) & (numbers.size - 1)]
                if row_1 > 0:
                    newest += 1
                    slot = slot_of(row_1, slots)
                    if slots[slot] == 0:
                        slots[slot] = row_1
                        found[n] = slot
                        n += 1
                    shared[slot] += weights[i] * posting.weight
            if posting.back > 0 and newest < NEWEST_MAX:
                probes_left[kept], at[kept], seen[kept] = i, position - np.int64(posting.back), newest
                kept += 1
        active = kept
        if active == 0:
            break
    stories, weight = strongest(slots[found[:n]].astype(np.int64) - 1, shared[found[:n]])
    return stories, weight
