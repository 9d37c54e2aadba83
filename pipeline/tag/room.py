"""TAG: which story?

Every item gets the story it belongs to: its dispatch's, the one of the dispatch it copies, the best match by its
words, or a story of its own.  What happens to a story is told in wire.stories.  Both topics are written to the
input's partition number, so order is total in a language: a kill never overtakes its dispatch.

Crash guarantee: none of its own; records, state and progress move together in the shell's transaction, and a
recovery applies the journalled changes without deciding anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import msgspec

from pipeline.envelope import FEATURES, RecordType
from pipeline.items import Action, StoryEvent, read_control, read_item
from pipeline.records import Decision, Out, Reason, Record, Rejected, Room
from pipeline.tag.cases import Case
from pipeline.tag.changes import LABEL_CHARACTERS_MAX, Change, Entry
from pipeline.tag.digest import digest
from pipeline.tag.judging import Verdict, judge
from pipeline.tag.stories import Stories
from pipeline.tag.telling import enriched, snapshot

DAY_MS = 86_400_000


class TagRoom(Room[Stories, Change]):
    """`window_days` and `items_max` bound the state of a shard: at 100,000 items about 0.6 GB, idle 1 MB."""

    name = "tag"
    accepts = (RecordType.ITEM, RecordType.CONTROL)
    change_type = Change

    def __init__(self, window_days: float = 5, items_max: int = 100_000) -> None:
        self.window_ms = round(window_days * DAY_MS)
        self.items_max = items_max

    def open(self) -> Stories:
        return Stories(self.window_ms, self.items_max)

    def on_item(self, state: Stories, record: Record) -> Decision[Change]:
        return _tag(state, record)

    def on_control(self, state: Stories, record: Record) -> Decision[Change]:
        return _control(state, record)

    def apply(self, state: Stories, change: Change, offset: int) -> None:
        state.apply(change, offset)

    def floor(self, state: Stories, offset: int) -> int:
        """Where the oldest entry of the window, or the oldest lesson, came from."""
        window, lessons = state.window, state.lessons
        oldest = [*(member.offset for member in islice(window, 1)), *(lesson[0] for lesson in islice(lessons, 1))]
        return min(oldest, default=offset)  # the last change always: it bears the stream time

    def carry(self, state: Stories, before: int) -> Iterator[Change]:
        """The killed dispatches; a living story's last change always lies in the window (see stories)."""
        return (Change(state.now_ms, killed=killed) for killed in state.killed.before(before))

    def digest(self, state: Stories) -> bytes:
        return digest(state)


def _tag(state: Stories, record: Record) -> Decision[Change]:
    item = read_item(record.value)
    now_ms = max(state.now_ms, record.time_ms)
    rule, verdict = judge(Case(state, item, record.position.offset, now_ms, record.header(FEATURES)))
    change = _change(verdict, now_ms)
    told = enriched(record, item, verdict, rule)
    return Decision(change, (*_closings(state, record, change), told, *_happenings(state, record, verdict, now_ms)))


def _change(verdict: Verdict, now_ms: int) -> Change:
    merged = verdict.merged.id if verdict.merged else None
    totals = verdict.totals if verdict.event else None
    return Change(now_ms, totals, merged, verdict.entry, verdict.lesson, verdict.killed)


def _closings(state: Stories, record: Record, change: Change) -> Iterator[Out]:
    """A snapshot of each story that the change leaves without an entry in the window."""
    return (snapshot(record, totals, StoryEvent.CLOSED, change.time_ms) for totals in state.closing(change))


def _happenings(state: Stories, record: Record, verdict: Verdict, now_ms: int) -> Iterator[Out]:
    """What the item did to its story: one snapshot an event, in the order of cause."""
    totals = verdict.totals
    if totals is None or verdict.event is None:
        return
    if verdict.merged:
        yield snapshot(record, verdict.merged, StoryEvent.MERGED, now_ms, merged_into=totals.id)
    yield snapshot(record, totals, verdict.event, now_ms)
    before = state.living.get(totals.id)
    if before and before.totals.label != totals.label:
        yield snapshot(record, totals, StoryEvent.RELABELLED, now_ms, previous_label=before.totals.label)


def _control(state: Stories, record: Record) -> Decision[Change]:
    """An editor's pin: the label wins over every generated one from now on.  Other actions are not tag's."""
    control = read_control(record.value)
    if control.action is not Action.PIN:
        return Decision(Change(state.now_ms))
    story, label = state.story(control.story), " ".join((control.label or "").split())
    if story is None:
        raise Rejected(Reason.BAD_CONTROL, f"pin: no living story {control.story!r}")
    if not 0 < len(label) <= LABEL_CHARACTERS_MAX:
        raise Rejected(Reason.BAD_CONTROL, f"pin: a label has 1 to {LABEL_CHARACTERS_MAX} characters")
    totals = msgspec.structs.replace(story.totals, label=label, label_by=control.who)
    now_ms = max(state.now_ms, record.time_ms)
    change = Change(now_ms, totals, entry=Entry(totals.id, totals.language))
    told = snapshot(record, totals, StoryEvent.PINNED, now_ms, previous_label=story.totals.label)
    return Decision(change, (*_closings(state, record, change), told))
