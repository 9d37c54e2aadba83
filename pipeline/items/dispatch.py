"""Which dispatch an item belongs to, what it does to it, and how it repeats others."""

from __future__ import annotations

from enum import StrEnum
from operator import not_
from typing import Annotated

from pydantic import Field, WithJsonSchema

from pipeline.items.model import Instant, Model, many


class Signal(StrEnum):
    """What an item says about itself or its dispatch, whatever the words, codes or language."""

    KILL = "kill"
    HOLD = "hold"
    RELEASE = "release"  # a hold or an embargo is lifted
    EMBARGO = "embargo"
    UNPUBLISHABLE = "unpublishable"  # for editors only, for good: AP's advisories
    CORRECTION = "correction"
    REFILE = "refile"
    REPEAT = "repeat"
    UPDATE = "update"
    WRAPUP = "wrapup"  # one story so far, in one text
    ROUND_UP = "round-up"  # several stories in one text: a digest, the day in brief
    TAKE = "take"  # a later part of a long dispatch
    ADVISORY = "advisory"  # a note to editors
    FLASH = "flash"
    BULLETIN = "bulletin"
    URGENT = "urgent"


NO_REPORTS = frozenset({Signal.REPEAT, Signal.ADVISORY})  # what calls itself so is no report of its own

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
    """Which dispatch, which revision, and whether it is still good.  normalise fills ids and signals only."""

    id: str = Field(description="the dispatch; `uri` is made of it")
    item: str = Field(description="this revision with this body")
    signals: tuple[PublishedSignal, ...] = many(
        f"what the item says about itself or its dispatch: {', '.join(Signal)}"
    )
    names: tuple[str, ...] = many(
        "the agency's ids for the dispatch, its own first, each behind its kind: `id:`, `link:` …; "
        "behind `maybe:` one that other dispatches may have too",
    )
    number: int | None = Field(None, description="the version as a number, where the agency gives one")
    created: Instant | None = Field(
        None,
        description="when the agency says that it wrote this version; absent if it says nothing, or a time to come",
    )
    revision_undated: bool | None = Field(
        None,
        description="true if `created` is when it was first published, as this version has no date (RSS): "
        "then the order of arrival says which version is newer",
    )
    planned: bool | None = Field(
        None,
        description="true if its embargo is nothing but a feed's date of publication, which lies ahead: "
        "a newer version with one that does not ends it",
    )
    revision: int | None = Field(None, description="1 for the first version of the dispatch that arrived")
    kind: Kind | None = Field(None, description="what this revision does to the dispatch")
    severity: Severity | None = Field(None, description="how grave that is")
    status: Status | None = Field(None, description="the state of the dispatch after this revision")
    supersedes: str | None = Field(None, description="the version that this one replaces")
    corrects: str | None = Field(None, description="the version that was wrong")
    killed_by: str | None = Field(None, description="the item that killed it, or who did by hand")
    erased: bool | None = Field(
        None, description="of a kill: true if nobody may keep the words of the dispatch; absent otherwise"
    )
    merged_into: str | None = Field(
        None, description="of an advisory: the dispatch that this one turned out to be; its id is used from now on"
    )
    by_hand: str | None = Field(None, description="of a notice: the operator who held, released or killed it")
    why: str | None = Field(None, description="the reason, in words: of a hold, a kill, a recall")


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

    relation: Relation = Field(description="how it repeats an earlier item")
    of: str | None = Field(None, description="the dispatch of the earliest item that it repeats")
    of_item: str | None = Field(None, description="that item")
    valid_item: str | None = Field(
        None,
        description="the newest version of that dispatch, where it is another item; absent if it was killed",
    )
    of_feed: str | None = Field(None, description="the feed of that item")
    of_agency: str | None = Field(None, description="the agency that wrote that item, where it is known")
    of_headline: str | None = Field(None, description="the headline of that item: up to 200 characters")
    parts: tuple[str, ...] | None = Field(
        None, description="of a round-up, or a copy of one: the dispatches in the window whose copy it contains"
    )
    score: float | None = Field(None, description="what the rule measured")
    threshold: float | None = Field(None, description="what the rule asks for")
    evidence: dict[str, float | int | str] = Field(
        default_factory=dict, exclude_if=not_, description="the figures that the rule compared"
    )
    rule: str = Field(description="the rule that decided, with its version")
    independent: bool = Field(True, description="false: it counts as no report of its own")
