"""TAG: which story?

Every item gets the story it belongs to: that of its dispatch, that of the dispatch it copies, the best match by its
words, or a story of its own.  wire.stories gets a record of everything that happens to a story.  Both topics are
written to the input's partition number, so all records of a language are in order: a kill never overtakes its
dispatch.

Guarantee: a function of the partition's records; a crash loses, repeats and reorders nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from pipeline.envelope import FEATURES, RecordType
from pipeline.items import Action, LabelKind, StoryEvent, read_control, read_item
from pipeline.records import Counted, Decision, Out, Reason, Record, Rejected, Room
from pipeline.tag.changes import LABEL_CHARACTERS_MAX, StoryEntry, TagChange
from pipeline.tag.digest import digest
from pipeline.tag.naming import nameless
from pipeline.tag.outputs import enriched_record, story_record
from pipeline.tag.query import StoryQuery
from pipeline.tag.rules import judge_story
from pipeline.tag.state import TagState
from pipeline.tag.verdicts import TagVerdict

DAY_MS = 86_400_000


class TagRoom(Room[TagState, TagChange]):
    """`window_days` and `items_max` bound the state of a shard: at 100,000 items about 0.6 GB, idle 1 MB."""

    name = "tag"
    accepts = (RecordType.ITEM, RecordType.CONTROL)
    change_type = TagChange

    def __init__(self, window_days: float = 5, items_max: int = 100_000) -> None:
        self.window_ms = round(window_days * DAY_MS)
        self.items_max = items_max

    def open(self) -> TagState:
        return TagState(self.window_ms, self.items_max)

    def on_item(self, state: TagState, record: Record) -> Decision[TagChange]:
        item = read_item(record.value)
        now_ms = max(state.now_ms, record.time_ms)
        rule, verdict = judge_story(
            StoryQuery(state, item, record.position.offset, now_ms, record.header(FEATURES))
        )
        change = _change(verdict, now_ms, item.dispatch.id if item.dispatch.erased else None)
        enriched = enriched_record(record, item, verdict, rule)
        closed, events = _closed(state, record, change), _events(state, record, verdict, change)
        return Decision(change, (*closed, enriched, *events, *_nameless(state, record, change)))

    def on_control(self, state: TagState, record: Record) -> Decision[TagChange]:
        """An editor's pin: that label wins over every generated one from now on.  Other actions are not for tag."""
        control = read_control(record.value)
        if control.action is not Action.PIN:
            return Decision(TagChange(state.now_ms))
        story, label = state.story(control.story), " ".join((control.label or "").split())
        if story is None:
            raise Rejected(Reason.BAD_CONTROL, f"pin: no living story {control.story!r}")
        if not 0 < len(label) <= LABEL_CHARACTERS_MAX:
            raise Rejected(Reason.BAD_CONTROL, f"pin: a label has 1 to {LABEL_CHARACTERS_MAX} characters")
        totals = msgspec.structs.replace(
            story.totals, label=label, label_by=control.who, label_kind=LabelKind.PINNED
        )
        now_ms = state.now_ms  # no operator's clock moves the window
        change = TagChange(now_ms, totals, entry=StoryEntry(totals.id, totals.language))
        pinned = story_record(state, record, totals, change, StoryEvent.PINNED, previous_label=story.totals.label)
        return Decision(change, (*_closed(state, record, change), pinned))

    def apply(self, state: TagState, change: TagChange, offset: int) -> None:
        state.apply(change, offset)

    def counts(self, state: TagState) -> Mapping[Counted, int]:
        return {
            Counted.STORIES: len(state.living),
            Counted.CLOSED_STORIES: len(state.closed),
            Counted.WINDOW_ITEMS: len(state.window),
        }

    def floor(self, state: TagState, offset: int) -> int:
        return state.floor(offset)

    def carry(self, state: TagState, before: int) -> Iterator[TagChange]:
        return state.carry(before)

    def erases(self, change: TagChange) -> bool:
        return change.erased is not None

    def digest(self, state: TagState) -> bytes:
        return digest(state)


def _change(verdict: TagVerdict, now_ms: int, erased: str | None) -> TagChange:
    merged = verdict.merged.id if verdict.merged else None
    totals = verdict.totals if verdict.event else None
    return TagChange(
        now_ms,
        totals,
        merged,
        verdict.entry,
        verdict.term_sample,
        verdict.killed,
        forgotten=verdict.forgotten,
        erased=erased,
    )


def _closed(state: TagState, record: Record, change: TagChange) -> Iterator[Out]:
    """A record of each story that the change leaves without an entry in the window."""
    return (story_record(state, record, totals, change, StoryEvent.CLOSED) for totals in state.closing(change))


def _nameless(state: TagState, record: Record, change: TagChange) -> Iterator[Out]:
    """The last record of a closed story that ends with its founding dispatch: no word of it in label and terms.

    The label of several reports goes only with an erasure.
    """
    totals = state.closed.get(change.forgotten) if change.forgotten else None
    if totals and (change.erased or totals.independent <= 1):
        yield story_record(state, record, nameless(totals), change, StoryEvent.KILLED)


def _events(state: TagState, record: Record, verdict: TagVerdict, change: TagChange) -> Iterator[Out]:
    """A record of each thing that the item did to its story, causes before effects."""
    totals = verdict.totals
    if totals is None or verdict.event is None:
        return
    if verdict.merged:
        yield story_record(state, record, verdict.merged, change, StoryEvent.MERGED, merged_into=totals.id)
    yield story_record(state, record, totals, change, verdict.event)
    before = state.living.get(totals.id)
    known = (before.totals if before else state.closed.get(totals.id), verdict.merged)
    if totals.grown > max(each.grown if each else 0 for each in known):
        yield story_record(state, record, totals, change, StoryEvent.GROWN)
    if before and before.totals.label != totals.label:
        previous_label = None if verdict.event is StoryEvent.KILLED else before.totals.label  # of the killed words
        yield story_record(state, record, totals, change, StoryEvent.RELABELLED, previous_label=previous_label)
