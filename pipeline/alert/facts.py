"""An item, as the rules look at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipeline.alert.terms import TEXT_CHARS_MAX, Reading
from pipeline.items import Item, Kind, Relation, Severity, Status

NO_NEWS = frozenset({Kind.KILL, Kind.RECALL, Kind.ADVISORY})  # notices about a dispatch


@dataclass(frozen=True)
class Facts:
    """What the conditions may know of an item."""

    item: Item
    sources: tuple[str, ...]  # of the thread's independent reports, this item's included

    @property
    def sources_count(self) -> int:
        """How many reported it themselves: an agency's alert and report are one, what was killed is none."""
        return min(len(self.sources), self.item.story.independent) if self.item.story else 0

    @cached_property
    def text(self) -> Reading:
        """Headline and body."""
        return Reading(f"{self.item.headline}\n{self.item.body[:TEXT_CHARS_MAX]}")

    @cached_property
    def severity(self) -> Severity:
        """What happened to the dispatch, or to the one that it repeats."""
        dispatch = self.item.dispatch
        if dispatch.kind is Kind.KILL or dispatch.status is Status.KILLED:
            return Severity.KILLED
        if (
            dispatch.status is Status.RECALLED and dispatch.kind is not Kind.RECALL
        ):  # a copy that came after the fall
            return Severity.KILLED if dispatch.killed_by else Severity.CORRECTED
        return dispatch.severity or Severity.NONE

    @property
    def is_recalled(self) -> bool:
        """Whether another dispatch fell, and this one with it."""
        return self.item.dispatch.status is Status.RECALLED

    @property
    def fallen(self) -> str:
        """What was killed or corrected: the same for the kill and for all that it recalls."""
        dispatch, duplicate = self.item.dispatch, self.item.duplicate
        of = duplicate.of if self.is_recalled and duplicate else None
        return f"{self.severity}/{of or dispatch.id}"

    @property
    def is_news(self) -> bool:
        """Whether it reports something: a dispatch that is no longer good, or a notice about one, does not."""
        dispatch = self.item.dispatch
        return dispatch.status is not Status.KILLED and not self.is_recalled and dispatch.kind not in NO_NEWS

    @property
    def is_copy(self) -> bool:
        """Whether another dispatch said it before."""
        duplicate = self.item.duplicate
        return duplicate is not None and not duplicate.independent

    @property
    def was_published(self) -> bool:
        """Whether someone can have got an earlier, wrong version.

        A kill by hand is no new revision; it is published if the dispatch has a story.
        """
        dispatch, duplicate = self.item.dispatch, self.item.duplicate
        return bool(
            (dispatch.revision or 1) > 1
            or dispatch.supersedes
            or dispatch.corrects
            or self.is_recalled
            or (dispatch.kind is Kind.KILL and self.item.story)
            or (duplicate and duplicate.relation is Relation.CORRECTION)
        )
