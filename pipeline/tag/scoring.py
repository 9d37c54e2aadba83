"""Which story an item is about: vectors, candidates, the score (docs/design/stories.md#the-score)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from pipeline.features import Features
from pipeline.records import Reason, Rejected
from pipeline.tag import posting_kernels, sum_kernels, vector_kernels
from pipeline.tag.arrays import Ints, ItemVectors, Keys
from pipeline.tag.changes import MERGED_MAX
from pipeline.tag.index import Index, mixed, term_keys
from pipeline.tag.living import LivingStory
from pipeline.tag.posting_kernels import CANDIDATES_MAX, PROBES_MAX
from pipeline.tag.state import TagState
from pipeline.tag.sum_kernels import SCORE_UNIT
from pipeline.tag.vector_kernels import UNIT

THRESHOLD = 0
MERGE_COSINE = round(0.5 * SCORE_UNIT)
EVIDENCE_MAX = 5
SHORT_WORDS = 20  # a shorter body is scored like a headline: a few terms must do
DAY_MS = 86_400_000
SIGMA_MS = 2 * DAY_MS


def _weights(*points: float) -> Ints:
    return np.array([*(round(point * SCORE_UNIT) for point in points), SIGMA_MS], np.int64)


# Bias, text, lead, time, rival: docs/design/stories.md#the-score.
FULL_TEXT = _weights(-6.9, 11.0, 8.0, 4.0, 8.0)
HEADLINE_ONLY = _weights(-6.5, 14.0, 8.0, 4.0, 8.0)


class StoryMatch(NamedTuple):
    """A story and its score, in 1/SCORE_UNIT."""

    story: LivingStory
    score: int


def vectors(index: Index, features: Features, language: str) -> ItemVectors:
    """The item's weights by the terms of the window.  Raises Rejected(BAD_RECORD) for arrays that do not match."""
    count = len(features.counts)
    if len(features.terms) != 4 * count or len(features.lead_counts) != count:
        raise Rejected(Reason.BAD_RECORD, f"features: {len(features.terms)} bytes of terms for {count} counts")
    terms = mixed(features.terms, language)
    counts, leads = (np.frombuffer(part, np.uint8) for part in (features.counts, features.lead_counts))
    kept, text, lead = vector_kernels.weigh(terms, counts, leads, index.frequencies, index.documents(language))
    return ItemVectors(terms, terms[kept], text, lead)


def paragraph_vectors(index: Index, terms: bytes, language: str) -> ItemVectors:
    """The same of a paragraph of a round-up, by its distinct terms."""
    keys, ones = mixed(terms, language), np.ones(len(terms) // 4, np.uint8)
    kept, text, lead = vector_kernels.weigh(keys, ones, ones, index.frequencies, index.documents(language))
    return ItemVectors(keys, keys[kept], text, lead)


def find_matches(state: TagState, item: ItemVectors, words: int, time_ms: int, now_ms: int) -> list[StoryMatch]:
    """The stories at or above the threshold, and the best one below it; best first, of equals the oldest."""
    index, weights = state.index, HEADLINE_ONLY if words < SHORT_WORDS else FULL_TEXT
    rows = candidate_rows(index, item.keys, item.text, state.tail(now_ms))
    best, scores = sum_kernels.score(
        rows, item.keys, item.text, item.lead, index.cells, index.rows, time_ms, weights, UNIT, MERGE_COSINE
    )
    most = 1 + int(np.count_nonzero(scores >= THRESHOLD))
    found = zip(best[:most].tolist(), scores[:most].tolist(), strict=True)
    return [StoryMatch(state.by_row[row], points) for row, points in found]


def candidate_rows(index: Index, keys: Keys, text: Ints, tail: int) -> Ints:
    """Rows of the stories that share most with the heaviest terms, CANDIDATES_MAX at most; of equals the oldest."""
    probes = vector_kernels.heaviest(text, PROBES_MAX)
    rows, shared = posting_kernels.candidates(keys, text, probes, index.heads, index.postings, tail, index.numbers)
    best: Ints = sum_kernels.by_rank(rows, shared, index.rows)
    return best[:CANDIDATES_MAX]


def same_story(index: Index, found: list[StoryMatch]) -> LivingStory | None:
    """The twin of the best match: another match at or above the threshold whose centroid is close to it.

    Two stories with an editor's label each stay apart; so does one with MERGED_MAX merged stories.
    """
    best = found[0].story
    for story, points in found[1:]:
        if points < THRESHOLD:
            break
        pinned = story.totals.label_by and best.totals.label_by
        merges = len(best.totals.merged) + len(story.totals.merged) + 1
        if pinned or merges > MERGED_MAX:
            continue
        if sum_kernels.cosine(index.cells, index.rows, best.row, story.row) >= MERGE_COSINE:
            return story
    return None


def text_sums(index: Index, story: LivingStory, keys: Keys) -> Ints:
    """A story's text sum of each key."""
    sums: Ints = sum_kernels.sums_of(index.cells, index.rows, story.row, keys)
    return sums


def product_of(index: Index, story: LivingStory, item: ItemVectors) -> int:
    """The mean product of the item's text vector with those of the story's members, in 1/UNIT²."""
    product = int(np.dot(item.text, text_sums(index, story, item.keys)))
    return product // max(int(index.rows[story.row]["members"]), 1)


def evidence(
    item: ItemVectors, features: Features, language: str, sums_of: Callable[[Keys], Ints]
) -> tuple[str, ...]:
    """The terms that the item shares with a story, weightiest first; only those whose spelling is known.

    `sums_of` gives the story's weight of each key.
    """
    terms = [term for term, _ in features.label_terms]
    keys = term_keys(terms, language)
    own = dict(zip(item.keys.tolist(), item.text.tolist(), strict=True))
    theirs = sums_of(keys).tolist()
    shared = ((own.get(key, 0) * sums, term) for key, sums, term in zip(keys.tolist(), theirs, terms, strict=True))
    return tuple(term for weight, term in sorted(shared, key=lambda s: (-s[0], s[1])) if weight > 0)[:EVIDENCE_MAX]
