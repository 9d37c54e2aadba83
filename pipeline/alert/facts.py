"""An item as the rules see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from pipeline.alert.corrections import correction_of
from pipeline.alert.figures import figures_in
from pipeline.alert.reports import Report, near, report_of, same, source_name
from pipeline.alert.rules import HoldChange
from pipeline.alert.texts import DispatchText, StoredParty
from pipeline.alert.threads import Thread, Threads
from pipeline.items import Correction, Dispatch, Item, Kind, PartyKind, Relation, Severity, Status, instant
from pipeline.language.watched import TEXT_CHARACTERS_MAX, FoldedText

NOTICES = frozenset({Kind.KILL, Kind.RECALL, Kind.ADVISORY})  # notices about a dispatch
HOLD_CHANGES = {Status.HELD: HoldChange.HELD, Status.USABLE: HoldChange.RELEASED}


@dataclass(frozen=True)
class Facts:
    """What the conditions may ask of an item."""

    item: Item
    thread: Thread  # with this item in it
    before: DispatchText | None  # what is remembered of its dispatch
    source: DispatchText | None  # of a copy: what is remembered of the dispatch that it copies
    severity: Severity  # what happened to the dispatch, or to the one that it repeats
    is_recalled: bool  # the dispatch that this one copies was killed or corrected
    is_news: bool  # it is a valid report: not killed, not recalled, no notice about a dispatch

    @classmethod
    def of(cls, item: Item, thread: Thread, state: Threads) -> Facts:
        """The facts of an item, `thread` with it and `state` without it.  Each rule asks for them: 20 us in all."""
        dispatch, duplicate = item.dispatch, item.duplicate
        is_recalled = dispatch.status is Status.RECALLED
        return cls(
            item,
            thread,
            None if dispatch.erased else state.text(dispatch.id),
            state.text(duplicate.of) if duplicate and duplicate.of else None,
            _severity(dispatch),
            is_recalled,
            dispatch.status is not Status.KILLED and not is_recalled and dispatch.kind not in NOTICES,
        )

    @cached_property
    def near(self) -> tuple[Report, ...]:
        """The reports on the same event, one a source, this item's source included."""
        return near(self.thread.reports, self._report) if self.is_news else ()

    @cached_property
    def near_sources(self) -> tuple[str, ...]:
        """Who reports on the same event, by name."""
        return tuple(report.name for report in self.near)

    @cached_property
    def same_sources(self) -> tuple[str, ...]:
        """Who has the claim of the item's headline, by name."""
        return tuple(report.name for report in same(self.thread.reports, self._report)) if self.is_news else ()

    @property
    def _report(self) -> Report:
        """What of the item is compared with other reports; an independent one has it in the thread already."""
        offset = self.thread.offset
        known = (each for each in reversed(self.thread.reports) if each.offset == offset)
        return next(known, None) or report_of(self.item, self.thread.time_ms, offset)

    @property
    def sources_count(self) -> int:
        """How many sources report it: an agency's alert and its report count once, a killed report not at all."""
        return min(len(self.near), self.independent)

    @property
    def independent(self) -> int:
        """How many independent reports its story has."""
        return self.item.story.independent if self.item.story else 0

    @property
    def story_items(self) -> int:
        """How many items its story has, copies included."""
        return self.item.story.items if self.item.story else 0

    @cached_property
    def new_figures(self) -> tuple[str, ...]:
        """The figures of the headline that the thread was not alerted of."""
        return tuple(each for each in figures_in(self.item.headline) if each not in self.thread.figures)

    @cached_property
    def correction(self) -> Correction | None:
        """What was wrong and what is right: of a correction, or of the one that a recall passes on."""
        if self.severity is not Severity.CORRECTED:
            return None
        if self.is_recalled:
            stored = self.source and self.source.correction
            return stored.published() if stored else None
        return correction_of(self.before or self.source, self.item)

    @property
    def hold(self) -> HoldChange | None:
        """Whether the dispatch, which was published, is put on hold or released."""
        dispatch = self.item.dispatch
        if dispatch.kind is not Kind.ADVISORY or dispatch.merged_into:
            return None
        return HOLD_CHANGES.get(dispatch.status or Status.KILLED)

    @property
    def received(self) -> datetime:
        """When it arrived, by the stream's time."""
        return instant(self.thread.time_ms)

    @cached_property
    def by(self) -> StoredParty:
        """Who reported, killed, corrected or held it."""
        item = self.item
        if item.dispatch.by_hand:
            return StoredParty(item.dispatch.by_hand, PartyKind.PERSON)
        if self.is_recalled and self.source and self.source.by:
            return self.source.by
        name = source_name(item)
        known = self.before.by if self.before else None
        if name == item.wire.feed and known and known.kind == PartyKind.AGENCY:  # a kill or notice names no agency
            return known
        return StoredParty(name, PartyKind.FEED if name == item.wire.feed else PartyKind.AGENCY)

    @cached_property
    def note(self) -> str | None:
        """The reason that was given for a kill, a recall or a hold, as far as it is public."""
        dispatch = self.item.dispatch
        if self.is_recalled:
            return self.source.note if self.source else None
        if dispatch.by_hand:
            return (dispatch.why or "").removeprefix(f"{dispatch.by_hand}: ") or None
        return self.item.ed_note

    @cached_property
    def text(self) -> FoldedText:
        """Headline and body."""
        return FoldedText(f"{self.item.headline}\n{self.item.body[:TEXT_CHARACTERS_MAX]}")

    @property
    def withdrawal_key(self) -> str:
        """The key of the kill or correction: the same for the notice itself and for all the recalls it causes."""
        dispatch, duplicate = self.item.dispatch, self.item.duplicate
        of = duplicate.of if self.is_recalled and duplicate else None
        return f"{self.severity}/{of or dispatch.id}"

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


def _severity(dispatch: Dispatch) -> Severity:
    if dispatch.kind is Kind.KILL or dispatch.status is Status.KILLED:
        return Severity.KILLED
    if dispatch.status is Status.RECALLED and dispatch.kind is not Kind.RECALL:  # a copy that came later
        return Severity.KILLED if dispatch.killed_by else Severity.CORRECTED
    return dispatch.severity or Severity.NONE
