"""The arithmetic of stories, compiled: weights, candidates, scores, sums.

All state is integers, so a sum does not depend on the order of its parts, and what was added can be subtracted
without a remainder.  Only `weigh` and `score` (and Index.rarities, for labels) take logarithms or exponentials;
both quantise before anything is compared.  A key is the hash of a term mixed with its language (index.mixed),
never 0; tables have sizes of powers of two.

One file for all kernels, because numba's cache of compiled code notices a change of the file that a kernel is in,
but not of the files whose kernels it calls.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint32]
Table = npt.NDArray[Any]  # a structured array of one of the layouts below

UNIT = 256  # a vector of length 1: weights are in 1/256, which costs nothing (docs/design/stories.md#the-score)
SCORE_UNIT = 1024  # scores are compared and published in 1/1024
TERMS_MAX = 64  # terms of a vector: the heaviest
PROBES_MAX = 24  # terms of an item that look for candidates: the heaviest
NEWEST_MAX = 64  # postings of a term that are looked at: the newest
STEPS_MAX = 4096  # links of a hash chain that are followed for one term; what is further down is no candidate
CANDIDATES_MAX = 32  # stories that are scored; 48, 20 and 10 give the same scores in benchmarks/stories.py
FOUND_SLOTS = 2048  # of the candidates' table; it has PROBES_MAX x NEWEST_MAX = 1,536 stories at most
RAW_UNIT = 65_536  # of tf-idf before the vector gets its length

ROW = np.dtype(  # the numbers of one living story
    [
        ("start", "i8"),  # its cells: cells[start : start + capacity]
        ("capacity", "i8"),
        ("used", "i8"),
        ("members", "i8"),  # items whose vectors are in the sum
        ("text_square", "i8"),  # squared length of the sum of the text vectors, 1/65536
        ("lead_square", "i8"),
        ("last_ms", "i8"),  # event time of its latest item
        ("founded", "i8"),  # source offset of the founding item: the order of age
        ("arrived_ms", "i8"),  # stream time of its latest change
    ]
)
CELL = np.dtype([("key", "u4"), ("text", "i4"), ("lead", "i4")])  # one term of one story
POSTING = np.dtype([("back", "u4"), ("key", "u4"), ("number", "u4"), ("weight", "i4")])  # one term of one item


# ---- an item's vectors ----------------------------------------------------------------------------------------


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
def count_terms(keys: Keys, frequencies: Keys, sign: int) -> None:
    """Count the terms of an item in (+1) or out (-1)."""
    mask = frequencies.size - 1
    for key in keys:
        slot = np.int64(key) & mask
        frequencies[slot] = np.uint32(np.int64(frequencies[slot]) + sign)


# ---- a story's sums: an open hash of cells per story, linear probing -------------------------------------------


@njit(cache=True)
def home(key: int, size: int) -> int:
    """The place of a key in a table of that size: by its high bits, so ascending keys ascend in memory."""
    return key * size >> 32


@njit(cache=True)
def find(cells: Table, start: int, capacity: int, key: int) -> int:
    """The cell of the key, or the free one that it would get."""
    place: int = home(key, capacity)
    while cells[start + place].key != 0 and cells[start + place].key != key:
        place = (place + 1) & (capacity - 1)
    return start + place


@njit(cache=True)
def vacate(cells: Table, start: int, capacity: int, cell: int) -> None:
    """Empty a cell and close the gap in its run (Knuth 6.4, algorithm R)."""
    gap, place, mask = cell - start, cell - start, capacity - 1
    while True:
        place = (place + 1) & mask
        key = np.int64(cells[start + place].key)
        if key == 0:
            break
        if ((place - home(key, capacity)) & mask) >= ((place - gap) & mask):
            cells[start + gap].key = cells[start + place].key
            cells[start + gap].text = cells[start + place].text
            cells[start + gap].lead = cells[start + place].lead
            gap = place
    cells[start + gap].key = 0
    cells[start + gap].text = 0
    cells[start + gap].lead = 0


@njit(cache=True)
def shift(cells: Table, rows: Table, row: int, keys: Keys, text: Ints, lead: Ints, sign: int) -> None:
    """Add (sign 1) a vector pair to a story's sums or take it away (-1).  The row must have room for every key."""
    story = rows[row]
    for i in range(keys.size):
        cell = find(cells, story.start, story.capacity, np.int64(keys[i]))
        if cells[cell].key == 0:
            cells[cell].key = keys[i]
            story.used += 1
        old_text, old_lead = np.int64(cells[cell].text), np.int64(cells[cell].lead)
        new_text, new_lead = old_text + sign * text[i], old_lead + sign * lead[i]
        cells[cell].text = new_text
        cells[cell].lead = new_lead
        story.text_square += new_text * new_text - old_text * old_text
        story.lead_square += new_lead * new_lead - old_lead * old_lead
        if new_text == 0 and new_lead == 0:
            vacate(cells, story.start, story.capacity, cell)
            story.used -= 1


@njit(cache=True)
def listed(cells: Table, start: int, capacity: int) -> tuple[Keys, Ints, Ints]:
    """The keys and sums in a story's cells, in the order of the cells."""
    keys = np.empty(capacity, np.uint32)
    text, lead = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
    n = 0
    for cell in range(start, start + capacity):
        if cells[cell].key != 0:
            keys[n], text[n], lead[n] = cells[cell].key, cells[cell].text, cells[cell].lead
            n += 1
    return keys[:n], text[:n], lead[:n]


@njit(cache=True)
def sums_of(cells: Table, rows: Table, row: int, keys: Keys) -> Ints:
    """A story's text sum of each key; 0 where it has none."""
    story = rows[row]
    sums = np.zeros(keys.size, np.int64)
    if story.capacity > 0:
        for i in range(keys.size):
            sums[i] = cells[find(cells, story.start, story.capacity, np.int64(keys[i]))].text
    return sums


@njit(cache=True)
def cosine(cells: Table, rows: Table, a: int, b: int) -> int:
    """The cosine of two stories' text sums, in 1/SCORE_UNIT; 0 where one has none."""
    if rows[a].text_square == 0 or rows[b].text_square == 0:
        return 0
    keys, text, _ = listed(cells, rows[a].start, rows[a].capacity)
    others = sums_of(cells, rows, b, keys)
    dot = 0.0
    for i in np.argsort(keys):  # a fixed order: the sum may pass what 64 bits hold exactly
        dot += float(text[i]) * float(others[i])
    length = math.sqrt(float(rows[a].text_square)) * math.sqrt(float(rows[b].text_square))
    return math.floor(dot / length * SCORE_UNIT + 0.5)


# ---- postings: which recent items have a term -------------------------------------------------------------------


@njit(cache=True)
def post(keys: Keys, weights: Ints, number: int, heads: Ints, postings: Table, position: int, tail: int) -> int:
    """Write an item's terms to the ring, newest at the head of its chain; returns the next position.

    The ring must have room: position + keys.size - tail <= postings.size.  Positions begin at 1.
    """
    size = postings.size
    for i in range(keys.size):
        if weights[i] == 0:
            continue
        bucket, posting = home(np.int64(keys[i]), heads.size), postings[position & (size - 1)]
        before = heads[bucket]
        posting.back = position - before if before >= tail else 0
        posting.key = keys[i]
        posting.number = number
        posting.weight = weights[i]
        heads[bucket] = position
        position += 1
    return position


@njit(cache=True)
def candidates(
    keys: Keys,
    weights: Ints,
    heads: Ints,
    postings: Table,
    tail: int,
    numbers: npt.NDArray[np.int32],
    rows: Table,
) -> Ints:
    """Rows of the stories that share most with the item's heaviest terms, at most CANDIDATES_MAX.

    `numbers` holds the row + 1 of each item of the window, 0 for one whose vector has left its story.
    """
    slots, shared = np.zeros(FOUND_SLOTS, np.int32), np.zeros(FOUND_SLOTS, np.int64)
    found, n = np.empty(PROBES_MAX * NEWEST_MAX, np.int64), 0
    probes = heaviest(weights, PROBES_MAX)
    probes = probes[weights[probes] > 0]
    at, seen = np.empty(probes.size, np.int64), np.zeros(probes.size, np.int64)
    for p in range(probes.size):
        at[p] = heads[home(np.int64(keys[probes[p]]), heads.size)]
    walking = probes.size
    for _ in range(STEPS_MAX):
        ahead = 0
        for p in range(walking):  # all chains one link each: their waits for memory overlap
            i = probes[p]
            position, newest = at[p], seen[p]
            if position < tail:
                continue
            posting = postings[position & (postings.size - 1)]
            if posting.key == keys[i]:
                row_1 = numbers[np.int64(posting.number) & (numbers.size - 1)]
                if row_1 > 0:
                    newest += 1
                    slot = (np.int64(row_1) * 40503) & (FOUND_SLOTS - 1)
                    while slots[slot] != 0 and slots[slot] != row_1:
                        slot = (slot + 1) & (FOUND_SLOTS - 1)
                    if slots[slot] == 0:
                        slots[slot] = row_1
                        found[n] = slot
                        n += 1
                    shared[slot] += weights[i] * posting.weight
            if posting.back > 0 and newest < NEWEST_MAX:
                probes[ahead], at[ahead], seen[ahead] = i, position - np.int64(posting.back), newest
                ahead += 1
        walking = ahead
        if walking == 0:
            break
    stories, weight = slots[found[:n]].astype(np.int64) - 1, shared[found[:n]]
    if n > CANDIDATES_MAX:  # to rank a thousand costs more than to find them
        least = np.partition(weight, n - CANDIDATES_MAX)[n - CANDIDATES_MAX]
        stories, weight = stories[weight >= least], weight[weight >= least]
    best: Ints = by_rank(stories, weight, rows)
    return best[:CANDIDATES_MAX]


@njit(cache=True)
def by_rank(stories: Ints, points: Ints, rows: Table) -> Ints:
    """Rows by their points, most first; ties: the oldest story first."""
    age = np.empty(stories.size, np.int64)
    for i in range(stories.size):
        age[i] = rows[stories[i]].founded
    oldest_first = np.argsort(age, kind="mergesort")
    return stories[oldest_first[np.argsort(-points[oldest_first], kind="mergesort")]]


@njit(cache=True)
def score(
    stories: Ints, keys: Keys, text: Ints, lead: Ints, cells: Table, rows: Table, time_ms: int, weights: Ints
) -> tuple[Ints, Ints]:
    """TagState by their score, best first, and the scores in 1/SCORE_UNIT (docs/design/stories.md#the-score).

    `weights`, in 1/SCORE_UNIT: bias, average text product, lead cosine, nearness in time; then sigma in ms.
    """
    points = np.empty(stories.size, np.int64)
    for i in range(stories.size):
        story = rows[stories[i]]
        text_dot, lead_dot = 0, 0
        for j in range(keys.size):
            cell = find(cells, story.start, story.capacity, np.int64(keys[j]))
            text_dot += text[j] * cells[cell].text
            lead_dot += lead[j] * cells[cell].lead
        average = text_dot / (UNIT * UNIT * max(story.members, 1))
        lead_cosine = lead_dot / (UNIT * math.sqrt(max(story.lead_square, 1)))
        age = (time_ms - story.last_ms) / weights[4]
        nearness = math.exp(-age * age / 2)
        points[i] = math.floor(weights[0] + weights[1] * average + weights[2] * lead_cosine + weights[3] * nearness)
    return by_rank(stories, points, rows), -np.sort(-points)
