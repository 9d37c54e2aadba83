"""Which dispatch an item belongs to, what it does to it, and how it repeats others."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, WithJsonSchema

from pipeline.items.model import Model


class Signal(StrEnum):
    """What an item says about itself or its dispatch, in whatever words, codes or languages it says it."""

    KILL = "kill"
    HOLD = "hold"
    RELEASE = "release"  # a hold or an embargo is lifted
    EMBARGO = "embargo"
    UNPUBLISHABLE = "unpublishable"  # for editors only, now and ever: AP's advisories
    CORRECTION = "correction"
    REFILE = "refile"
    REPEAT = "repeat"
    UPDATE = "update"
    WRAPUP = "wrapup"  # several stories in one
    TAKE = "take"  # a later part of a long dispatch
    ADVISORY = "advisory"  # a note to editors
    FLASH = "flash"
    BULLETIN = "bulletin"
    URGENT = "urgent"


# Consumers read signals as strings: a new one breaks no schema.
PublishedSignal = Annotated[Signal, WithJsonSchema({"type": "string"})]


class Kind(StrEnum):
    """What a revision does to its dispatch."""

    NEW = "new"
    UPDATE = "update"
    CORRECTION = "correction"
    REFILE = "refile"
    REPEAT = "repeat"  # the same item again: published, indexed and counted nowhere
    LATE = "late"  # an older revision than one already seen
    KILL = "kill"
    ADVISORY = "advisory"  # a hold or a release of something already published
    RECALL = "recall"  # ours: what it depends on was killed or corrected


class Severity(StrEnum):
    """Of a revision, highest first; `none` for a first version or an ordinary update."""

    KILLED = "killed"
    CORRECTED = "corrected"
    REFILED = "refiled"
    REPEATED = "repeated"
    NONE = "none"


class Status(StrEnum):
    """The state of a dispatch after this revision."""

    USABLE = "usable"
    HELD = "held"
    CORRECTED = "corrected"
    SUPERSEDED = "superseded"
    KILLED = "killed"
    RECALLED = "recalled"


class Dispatch(Model):
    """Which dispatch, which revision, and whether it is still good.  normalise knows ids and signals only."""

    id: str
    item: str
    signals: tuple[PublishedSignal, ...] = ()
    revision: int | None = None  # 1 for the first seen of the chain
    kind: Kind | None = None
    severity: Severity | None = None
    status: Status | None = None
    supersedes: str | None = None  # version
    corrects: str | None = None  # version
    killed_by: str | None = None  # item id, or who, for a kill by hand
    why: str | None = None


class Relation(StrEnum):
    """How an item repeats an earlier one."""

    ORIGINAL = "original"  # nothing like it in the window
    EXACT = "exact"  # the same payload, body, or body without furniture
    REPUBLISH = "republish"
    CORRECTION = "correction"
    UPDATE = "update"
    EXCERPT = "excerpt"
    ROUND_UP = "round-up"
    RELATED = "related"


class Duplicate(Model):
    """Who said it before: the verdict of dedupe, with its evidence."""

    relation: Relation
    of: str | None = None  # dispatch id of the earliest item it repeats
    of_item: str | None = None
    of_feed: str | None = None
    score: float | None = None
    threshold: float | None = None
    evidence: dict[str, float | int | str] = Field(default_factory=dict)
    rule: str  # name and version of the rule that decided
    independent: bool = True  # false: counts as no report of its own
