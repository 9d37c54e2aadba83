"""The sums of stories, compiled: an open hash of cells for each story, with linear probing; and what scores them.

All state is integers, so a sum does not depend on the order of its parts, and what was added can be subtracted
without a remainder.  Scores are quantised before anything is compared.  Capacities are powers of two.

numba keeps compiled kernels on disk, and compiles a kernel again when its own file changes, not when another one
does.  So no kernel uses a kernel or a constant of another file.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from pipeline.tag.arrays import Floats, Ints, Keys, Table

SCORE_UNIT = 1024  # scores are compared and published in 1/1024


@njit(cache=True)
def home(key: int, size: int) -> int:
    """The place of a key in a table of that size: by its high bits, so ascending keys ascend in memory."""
    return key * size >> 32


@njit(cache=True)
def find_cell(cells: Table, start: int, capacity: int, key: int) -> int:
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
        cell = find_cell(cells, story.start, story.capacity, np.int64(keys[i]))
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
            sums[i] = cells[find_cell(cells, story.start, story.capacity, np.int64(keys[i]))].text
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


@njit(cache=True)
def by_rank(stories: Ints, points: Ints, rows: Table) -> Ints:
    """Rows by their points, most first; ties: the oldest story first."""
    age = np.empty(stories.size, np.int64)
    for i in range(stories.size):
        age[i] = rows[stories[i]].founded
    oldest_first = np.argsort(age, kind="mergesort")
    return stories[oldest_first[np.argsort(-points[oldest_first], kind="mergesort")]]


@njit(cache=True)
def rivals(stories: Ints, average: Floats, cells: Table, rows: Table, twin_cosine: int) -> Floats:
    """For each story, how well the item matches another one: the best average product of the others.

    Stories that are about the same as the best one (a cosine of `twin_cosine`, 1/SCORE_UNIT) are no rivals of it.
    """
    found = np.zeros(stories.size)
    if stories.size == 0:
        return found
    oldest_first = np.argsort(rows["founded"][stories], kind="mergesort")
    order = oldest_first[np.argsort(-average[oldest_first], kind="mergesort")]
    best, twins, rival = order[0], 1, 0.0
    while twins < order.size:
        if cosine(cells, rows, stories[best], stories[order[twins]]) < twin_cosine:
            rival = average[order[twins]]
            break
        twins += 1
    found[:] = average[best]
    found[order[:twins]] = rival
    return found


@njit(cache=True)
def score(
    stories: Ints,
    keys: Keys,
    text: Ints,
    lead: Ints,
    cells: Table,
    rows: Table,
    time_ms: int,
    weights: Ints,
    unit: int,
    twin_cosine: int,
) -> tuple[Ints, Ints]:
    """Stories by their score, best first, and the scores in 1/SCORE_UNIT (docs/design/stories.md#the-score).

    `weights`, in 1/SCORE_UNIT: bias, average text product, lead cosine, nearness in time, rival; then sigma in ms.
    `unit` is the length of an item's vectors; twins have a cosine of `twin_cosine`, in 1/SCORE_UNIT.
    """
    average, near = np.empty(stories.size), np.empty(stories.size)
    for i in range(stories.size):
        story = rows[stories[i]]
        text_dot, lead_dot = 0, 0
        for j in range(keys.size):
            cell = find_cell(cells, story.start, story.capacity, np.int64(keys[j]))
            text_dot += text[j] * cells[cell].text
            lead_dot += lead[j] * cells[cell].lead
        average[i] = text_dot / (unit * unit * max(story.members, 1))
        lead_cosine = lead_dot / (unit * math.sqrt(max(story.lead_square, 1)))
        age = (time_ms - story.last_ms) / weights[5]
        near[i] = weights[2] * lead_cosine + weights[3] * math.exp(-age * age / 2)
    rival = rivals(stories, average, cells, rows, twin_cosine)
    points = np.empty(stories.size, np.int64)
    for i in range(stories.size):
        points[i] = math.floor(weights[0] + weights[1] * average[i] + near[i] - weights[4] * rival[i])
    return by_rank(stories, points, rows), -np.sort(-points)
