"""DEDUPE: who said it before?

Every item gets a verdict, none is dropped: a repeat of its own dispatch, an exact copy (payload, body, body
without furniture), a near-duplicate, a round-up, or an original.  Revisions of one dispatch are no duplicates of
each other.  A kill or correction recalls every copy in the window; a copy that comes later is recalled at sight.

Guarantee: a function of the partition's records; nothing is lost, doubled or reordered by a crash.  What has left
the window (3 days, 100,000 items) is no longer found, and its copies are no longer recalled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pipeline import features
from pipeline.dedupe import recalls
from pipeline.dedupe.changes import Change, Fall, Seen
from pipeline.dedupe.prints import exact_keys, prints_of
from pipeline.dedupe.state import State
from pipeline.dedupe.verdicts import Subject, Verdict, judge, original, repeat
from pipeline.envelope import FEATURES, RecordType, forward
from pipeline.items import Item, Kind, Status, dump, read
from pipeline.records import Decision, Out, Record, Room

OUTPUT = "wire.deduped"
WINDOW_MS = 3 * 86_400_000
ITEMS_MAX = 100_000


class DedupeRoom(Room[State, Change]):
    """`window_ms` of stream time and `items_max` items bound what it remembers; the oldest leave first."""

    name: ClassVar[str] = "dedupe"
    change_type = Change

    def __init__(self, window_ms: int = WINDOW_MS, items_max: int = ITEMS_MAX) -> None:
        self.window_ms, self.items_max = window_ms, items_max

    def open(self) -> State:
        return State(self.window_ms, self.items_max)

    def on_item(self, state: State, record: Record) -> Decision[Change]:
        now_ms = max(state.time_ms, record.time_ms)
        item = read(record.value)
        if item.dispatch.kind in {Kind.ADVISORY, Kind.RECALL}:  # no copy in them
            return Decision(Change(now_ms), (_out(record, record.value),))
        if item.dispatch.kind == Kind.REPEAT:
            return Decision(Change(now_ms), (_out(record, dump(_repeated(item))),))
        fall = _new_fall(state, record, item)
        told = tuple(_recalls(state, now_ms, record, item, fall)) if fall else ()
        value, seen = (_killed if item.dispatch.status == Status.KILLED else _judged)(state, now_ms, record, item)
        return Decision(Change(now_ms, seen, fall), (_out(record, value), *told))

    def apply(self, state: State, change: Change, offset: int) -> None:
        state.apply(change, offset)

    def floor(self, state: State, offset: int) -> int:
        return state.floor(offset)

    def carry(self, state: State, before: int) -> Iterator[Change]:
        return state.carry(before)

    def digest(self, state: State) -> bytes:
        return state.digest()


def _repeated(item: Item) -> Item:
    return item.model_copy(update={"duplicate": repeat(item.dispatch.id, item.dispatch.item, item.wire.feed)})


def _judged(state: State, now_ms: int, record: Record, item: Item) -> tuple[bytes, Seen]:
    """The item with its verdict, and what is remembered of it."""
    subject = _subject(now_ms, record, item)
    verdict = judge(state.window, subject)
    fall = state.fall_of(verdict.depends, verdict.source) if verdict.source else None
    judged = item.model_copy(update={"duplicate": verdict.duplicate})
    value = dump(recalls.recalled(judged, fall) if fall else judged)
    return value, _seen(item, subject, verdict, state.window.window_ms, fall is not None)


def _killed(state: State, now_ms: int, record: Record, item: Item) -> tuple[bytes, Seen | None]:
    """A killed item passes as it is.  A killed text that comes after its kill is remembered: copies may follow."""
    if item.dispatch.kind == Kind.KILL or record.header(FEATURES) is None:
        return record.value, None
    return record.value, _seen(item, _subject(now_ms, record, item), original(0), state.window.window_ms, True)


def _subject(now_ms: int, record: Record, item: Item) -> Subject:
    given, language = features.decode(record.header(FEATURES)), record.key.decode("utf-8", "replace")
    return Subject(
        dispatch=item.dispatch.id,
        language=language,
        says_corrected="correction" in item.dispatch.signals,
        exact=exact_keys(given, item.wire.part, language),
        prints=prints_of(given, language),
        now_ms=now_ms,
    )


def _seen(item: Item, subject: Subject, verdict: Verdict, window_ms: int, fallen: bool) -> Seen:
    """What is remembered of an item.

    What is as good as something posted is not posted again, so that a viral dispatch costs nothing; but every half
    window it is, so that it is still found when its origin has left.
    """
    dispatch, posted_ms = item.dispatch, verdict.posted_ms
    if posted_ms is not None and posted_ms <= subject.now_ms - window_ms // 2:
        posted_ms = None
    return Seen(
        dispatch=dispatch.id,
        item=dispatch.item,
        feed=item.wire.feed,
        version=item.version,
        language=subject.language,
        relation=verdict.duplicate.relation,
        depends=verdict.depends,
        exact=subject.exact,
        posted_ms=subject.now_ms if posted_ms is None else posted_ms,
        stale=fallen or dispatch.kind == Kind.LATE,
        prints=subject.prints if posted_ms is None else None,
        root=verdict.root,
    )


def _new_fall(state: State, record: Record, item: Item) -> Fall | None:
    """The fall that this record brings.  A dispatch is killed once; it may be corrected many times."""
    dispatch, offset = item.dispatch, record.position.offset
    if dispatch.status == Status.KILLED:
        cause = dispatch.killed_by or dispatch.item
        return None if state.killed.get(dispatch.id) else Fall(dispatch.id, cause, True, offset)
    return Fall(dispatch.id, dispatch.item, False, offset) if dispatch.kind == Kind.CORRECTION else None


def _recalls(state: State, now_ms: int, record: Record, item: Item, fall: Fall) -> Iterator[Out]:
    """A recall for every dependent that is not itself killed."""
    for entry in state.window.dependents(fall.dispatch, now_ms):
        if not state.killed.get(entry.seen.dispatch):
            headers = forward(record.headers, RecordType.ITEM, record.time_ms)
            recall = dump(recalls.recall(item, fall, entry))
            yield Out(OUTPUT, record.key, recall, headers, record.position.partition)


def _out(record: Record, value: bytes) -> Out:
    features = tuple(header for header in record.headers if header[0] == FEATURES)
    headers = (*forward(record.headers, RecordType.ITEM, record.time_ms), *features)
    return Out(OUTPUT, record.key, value, headers, record.position.partition)
