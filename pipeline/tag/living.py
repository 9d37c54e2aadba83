"""A living story, and its members: the entries of the window that keep it alive."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipeline.tag.arrays import Ints, Keys
from pipeline.tag.changes import Contribution, StoryEntry, StoryTotals
from pipeline.tag.label_members import LabelMembers


@dataclass(slots=True)
class StoryMember:
    """An entry of the window, where it is in the window, and what it still contributes."""

    number: int
    offset: int
    arrived_ms: int  # stream time
    position: int  # of its first posting
    entry: StoryEntry
    contribution: Contribution  # the entry's, until a kill or a newer revision takes it out


@dataclass(slots=True)
class LivingStory:
    """A story with members in the window."""

    row: int  # in Index.rows
    totals: StoryTotals
    labels: LabelMembers = field(default_factory=LabelMembers)
    members: dict[int, StoryMember] = field(default_factory=dict)  # by number
    arrivals: list[int] = field(default_factory=list)  # stream times of the counted members, ascending


def keys_of(terms: bytes) -> Keys:
    """The keys in a term sample or a contribution."""
    return np.frombuffer(terms, "<u4")


def weights_of(contribution: Contribution) -> tuple[Keys, Ints, Ints]:
    """Keys, text weights and lead weights of a contribution."""
    text, lead = (np.frombuffer(part, "<i2").astype(np.int64) for part in (contribution.text, contribution.lead))
    return keys_of(contribution.keys), text, lead
