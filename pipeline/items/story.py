"""Stories and alerts: what tag and alert publish."""

from __future__ import annotations

from typing import Literal

from pipeline.items.model import Instant, Model
from pipeline.language import Language


class StoryTag(Model):
    """Which story: the verdict of tag, with its evidence."""

    id: str
    label: str
    relation: Literal["new", "joined", "inherited", "none"]
    score: float | None = None
    threshold: float | None = None
    evidence: tuple[str, ...] = ()  # terms shared with the story, weightiest first
    items: int
    independent: int  # independent reports
    first_seen: Instant
    merged_from: str | None = None
    rule: str


class Story(Model):
    """A record of wire.stories (compacted, key: id): the whole story as it stands, and what just happened to it."""

    id: str
    label: str
    label_by: str = "wiredesk"  # or the editor who pinned it
    language: str
    event: Literal["created", "joined", "updated", "relabelled", "merged", "killed", "closed", "pinned"]
    merged_into: str | None = None
    items: int
    independent: int
    feeds: tuple[str, ...] = ()
    first_seen: Instant
    last_seen: Instant
    terms: tuple[str, ...] = ()
    previous_label: str | None = None
    time: Instant


class Alert(Model):
    """A record of wire.alerts (key: story id): one thread a story, every alert with its reasons."""

    id: str
    rule: str
    thread: str  # story id; the dispatch id for an item without a story
    level: Literal["flash", "urgent", "notice"]
    headline: str
    story: str | None = None
    label: str | None = None
    language: Language
    uri: str
    item: str
    feed: str
    reasons: tuple[str, ...]
    suppressed: int = 0  # alerts of this thread that the throttle swallowed since the last one
    time: Instant
