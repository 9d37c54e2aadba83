"""An item, as the rules look at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipeline.alert.terms import TEXT_CHARS_MAX, fold
from pipeline.items import Item, Kind, Relation, Severity, Status

NO_NEWS = frozenset({Kind.KILL, Kind.RECALL, Kind.ADVISORY})  # notices about a dispatch


@dataclass(frozen=True)
class Facts:
    """What the conditions may know of an item."""

    item: Item
    sources: tuple[str, ...]  # of the thread's independent reports, this item's included

    @cached_property
    def text(self) -> str:
        """Headline and body, folded."""
        return fold(f"{self.item.headline}\n{self.item.body[:TEXT_CHARS_MAX]}")

    @cached_property
    def severity(self) -> Severity:
        """What happened to the dispatch.  A copy of a killed one that comes after the kill is killed itself."""
        dispatch = self.item.dispatch
        if dispatch.kind is Kind.KILL or dispatch.status is Status.KILLED:
            return Severity.KILLED
        if dispatch.status is Status.RECALLED and dispatch.severity in (None, Severity.NONE):
            return Severity.KILLED
        return dispatch.severity or Severity.NONE

    @property
    def is_news(self) -> bool:
        """Whether it reports something: a dispatch that is no longer good, or a notice about one, does not."""
        dispatch = self.item.dispatch
        return dispatch.status not in (Status.KILLED, Status.RECALLED) and dispatch.kind not in NO_NEWS

    @property
    def is_copy(self) -> bool:
        """Whether another dispatch said it before."""
        duplicate = self.item.duplicate
        return duplicate is not None and not duplicate.independent

    @property
    def was_published(self) -> bool:
        """Whether someone can have got an earlier, wrong version."""
        dispatch, duplicate = self.item.dispatch, self.item.duplicate
        return bool(
            (dispatch.revision or 1) > 1
            or dispatch.supersedes
            or dispatch.corrects
            or dispatch.status is Status.RECALLED
            or (duplicate and duplicate.relation is Relation.CORRECTION)
        )
