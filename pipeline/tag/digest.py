"""The content hash of a state of tag: equal for two states that decide alike, whatever their layout."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import numpy as np

from pipeline.tag import sum_kernels
from pipeline.tag.living import LivingStory, StoryMember
from pipeline.tag.state import TagState


def digest(state: TagState) -> bytes:
    """blake2b-128 over everything a decision can depend on: window, stories, sums, counts, postings, killed."""
    index = state.index
    counted = np.flatnonzero(index.frequencies != 0)  # of booleans: eight times as fast as of numbers
    whole: tuple[Any, ...] = (
        state.now_ms,
        [_member(member) for member in state.window],
        [_story(state, story) for story in sorted(state.living.values(), key=lambda s: s.totals.id)],
        sorted(state.aliases.items()),
        sorted((name, member.offset) for name, member in state.dispatches.items()),
        sorted((name, member.offset) for name, member in state.copied.items()),
        state.killed.rows(),
        state.closed.rows(),
        list(state.term_samples),
        sorted(index.documents_by_language.items()),
        (counted.tobytes(), index.frequencies[counted].tobytes()),
        _postings(state),
    )
    return hashlib.blake2b(msgspec.msgpack.encode(whole), digest_size=16).digest()


def _member(member: StoryMember) -> tuple[Any, ...]:
    return member.offset, member.arrived_ms, member.entry, member.contribution


def _story(state: TagState, story: LivingStory) -> tuple[Any, ...]:
    row = state.index.rows[story.row]
    keys, text, lead = sum_kernels.listed(state.index.cells, int(row["start"]), int(row["capacity"]))
    order = np.argsort(keys)
    numbers = [int(row[name]) for name in row.dtype.names if name not in ("start", "capacity")]
    members = sorted(member.offset for member in story.members.values())
    sums = [part[order].tobytes() for part in (keys, text, lead)]
    return story.totals, numbers, members, story.arrivals, sums, story.labels.members


def _postings(state: TagState) -> list[tuple[int, int, str]]:
    """Key, weight and story of every posting that can still be found."""
    index = state.index
    found = index.postings[np.arange(index.tail, index.position) & (index.postings.size - 1)]
    rows = index.numbers[found["number"] & (index.numbers.size - 1)] - 1
    ids = {row: story.totals.id for row, story in state.by_row.items()}
    postings = zip(found["key"].tolist(), found["weight"].tolist(), rows.tolist(), strict=True)
    return [(key, weight, ids[row]) for key, weight, row in postings if row >= 0]
