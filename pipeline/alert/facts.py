"""An item as the rules see it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipeline.alert.watched import TEXT_CHARACTERS_MAX, FoldedText
from pipeline.items import Item, Kind, Relation, Severity, Status

NOTICES = frozenset({Kind.KILL, Kind.RECALL, Kind.ADVISORY})  # notices about a dispatch


@dataclass(frozen=True)
class Facts:
    """What the conditions may ask of an item."""

    item: Item
    sources: tuple[str, ...]  # of the thread's independent reports, this item's included

    @property
    def sources_count(self) -> int:
        """How many sources reported it: an agency's alert and its report count once, a killed report not at all."""
        return min(len(self.sources), self.item.story.independent) if self.item.story else 0

    @cached_property
    def text(self) -> FoldedText:
        """Headline and body."""
        return FoldedText(f"{self.item.headline}\n{self.item.body[:TEXT_CHARACTERS_MAX]}")

    @cached_property
    def severity(self) -> Severity:
        """What happened to the dispatch, or to the one that it repeats."""
        dispatch = self.item.dispatch
        if dispatch.kind is Kind.KILL or dispatch.status is Status.KILLED:
            return Severity.KILLED
        if dispatch.status is Status.RECALLED and dispatch.kind is not Kind.RECALL:  # a copy that came later
            return Severity.KILLED if dispatch.killed_by else Severity.CORRECTED
        return dispatch.severity or Severity.NONE

    @cached_property
    def is_recalled(self) -> bool:
        """Whether the dispatch that this one copies was killed or corrected."""
        return self.item.dispatch.status is Status.RECALLED

    @property
    def withdrawal_key(self) -> str:
        """The key of the kill or correction: the same for the notice itself and for all the recalls it causes."""
        dispatch, duplicate = self.item.dispatch, self.item.duplicate
        of = duplicate.of if self.is_recalled and duplicate else None
        return f"{self.severity}/{of or dispatch.id}"

    @cached_property
    def is_news(self) -> bool:
        """Whether it is a valid report: not killed, not recalled, no notice about a dispatch."""
        dispatch = self.item.dispatch
        return dispatch.status is not Status.KILLED and not self.is_recalled and dispatch.kind not in NOTICES

    @property
    def is_copy(self) -> bool:
        """Whether it copies another dispatch."""
        duplicate = self.item.duplicate
        return duplicate is not None and not duplicate.independent

    @property
    def was_published(self) -> bool:
        """Whether someone may have received an earlier, wrong version.

        An operator's kill is not a new revision: the dispatch was published if it has a story.
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
