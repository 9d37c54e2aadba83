"""The search for the best sequence of tags: second-order Viterbi over a few tags a word, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

# The constants that the kernel uses are in its own file, because numba's cache watches no other.
TAGS_PER_WORD = 8  # of a word form, the likeliest; a less likely one never won
# Word classes; VERBAL is a plural noun or a verb in -s.
OTHER, NAME, NOUN, PLURAL, ADJECTIVE, GERUND, NUMBER, VERBAL = range(8)
# What a word's case says about it: whether it is a name; little; nothing; nothing.
CASE_INFORMATIVE, SENTENCE_START, TITLE_CASE, CAPITALS = range(4)

Array = npt.NDArray[Any]
_NEVER = np.float32(-1e30)


@njit(cache=True)  # type: ignore[untyped-decorator]  # numba has no types; the signature below has
def viterbi(
    rows: Array,  # int32, per word: its row in the four tables
    starts: Array,  # bool, per word: it begins a sentence
    cases: Array,  # int8, per word
    tags: Array,  # int16, row x TAGS_PER_WORD
    scores: Array,  # float32, row x TAGS_PER_WORD: log-probability of the word given the tag
    counts: Array,  # int8, row: how many tags
    verbs: Array,  # bool, row: the form may be a verb
    follows: Array,  # float32, tag x tag x tag: log-probability of the third after two; last index: none
    closes: Array,  # float32, tag x tag: that a sentence ends after the two
    classes: Array,  # int8, tag: its word class
) -> Array:
    """The class of each word, int8; each sentence is searched by itself."""
    words = rows.size
    outside = follows.shape[0] - 1
    found = np.zeros(words, np.int8)
    back = np.zeros((words, TAGS_PER_WORD, TAGS_PER_WORD), np.int8)
    here = np.full((TAGS_PER_WORD, TAGS_PER_WORD), _NEVER, np.float32)
    there = np.full((TAGS_PER_WORD, TAGS_PER_WORD), _NEVER, np.float32)
    start = 0
    while start < words:
        end = start + 1
        while end < words and not starts[end]:
            end += 1
        row = rows[start]
        before, now = 1, counts[row]
        for b in range(now):
            here[0, b] = follows[outside, outside, tags[row, b]] + scores[row, b]
        for at in range(start + 1, end):
            row = rows[at]
            for b in range(now):
                tag_b = tags[rows[at - 1], b]
                for c in range(counts[row]):
                    best, best_a = _NEVER, 0
                    for a in range(before):
                        tag_a = tags[rows[at - 2], a] if at - 2 >= start else outside
                        score = here[a, b] + follows[tag_a, tag_b, tags[row, c]]
                        if score > best:
                            best, best_a = score, a
                    there[b, c] = best + scores[row, c]
                    back[at, b, c] = best_a
            before, now = now, counts[row]
            here, there = there, here
        best, a_won, b_won = _NEVER, 0, 0
        for a in range(before):
            tag_a = tags[rows[end - 2], a] if end - 2 >= start else outside
            for b in range(now):
                score = here[a, b] + closes[tag_a, tags[rows[end - 1], b]]
                if score > best:
                    best, a_won, b_won = score, a, b
        for at in range(end - 1, start - 1, -1):
            row = rows[at]
            kind = classes[tags[row, b_won]]
            if verbs[row] and (kind == PLURAL or (kind == NAME and cases[at] >= TITLE_CASE)):
                kind = VERBAL
            found[at] = kind
            a_won, b_won = back[at, a_won, b_won], a_won
        start = end
    return found
