"""DEDUPE: who said it before?

Every item gets a verdict, none is dropped: a repeat of its own dispatch, an exact copy (payload, body, body
without furniture), a near-duplicate, a round-up, or an original.  Revisions of one dispatch are not duplicates of
each other.  A kill or correction recalls every copy in the window, also one that was judged before its source, as
feeds can overtake each other; a copy that comes later is recalled on sight.

Guarantee: a function of the partition's records; a crash loses, repeats and reorders nothing.  What has left the
window (5 days, 100,000 items) is not found any more, and its copies are not recalled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from pipeline import features
from pipeline.dedupe import recalls, templates
from pipeline.dedupe.changes import HEADLINE_CHARACTERS_MAX, DedupeChange, SeenItem, Withdrawal
from pipeline.dedupe.fingerprints import exact_keys, fingerprints_of, headline_key
from pipeline.dedupe.state import DedupeState
from pipeline.dedupe.verdicts import CopyQuery, DedupeVerdict, judge_duplicate, original, repeat
from pipeline.envelope import FEATURES, RecordType, forward
from pipeline.items import NO_REPORTS, Item, Kind, Signal, Status, dump, read_item
from pipeline.records import Counted, Decision, Out, Record, Room

TARGET = "wire.deduped"
WINDOW_MS = 5 * 86_400_000  # as long as tag's: in a story that lives, a copy is still known as one
ITEMS_MAX = 100_000
WITHOUT_COPY = frozenset({Kind.ADVISORY, Kind.RECALL})  # nothing to compare


class DedupeRoom(Room[DedupeState, DedupeChange]):
    """`window_ms` of stream time and `items_max` items bound what it remembers; the oldest leave first."""

    name: ClassVar[str] = "dedupe"
    change_type = DedupeChange

    def __init__(self, window_ms: int = WINDOW_MS, items_max: int = ITEMS_MAX) -> None:
        self.window_ms, self.items_max = window_ms, items_max

    def open(self) -> DedupeState:
        return DedupeState(self.window_ms, self.items_max)

    def on_item(self, state: DedupeState, record: Record) -> Decision[DedupeChange]:
        now_ms = max(state.now_ms, record.time_ms)
        item = read_item(record.value)
        if item.dispatch.kind in WITHOUT_COPY:
            return Decision(DedupeChange(now_ms), (_out(record, _notice(state, record, item)),))
        if item.dispatch.kind == Kind.REPEAT:
            return Decision(DedupeChange(now_ms), (_out(record, dump(_repeated(item))),))
        withdrawal = _new_withdrawal(state, record, item)
        recall_records = tuple(_recalls(state, now_ms, record, item, withdrawal)) if withdrawal else ()
        judge = _keep_killed if item.dispatch.status == Status.KILLED else _judge
        value, seen, template = judge(state, now_ms, record, item)
        erased = item.dispatch.id if item.dispatch.erased else None
        out = _out(record, value, template)
        return Decision(DedupeChange(now_ms, seen, withdrawal, erased), (out, *recall_records))

    def apply(self, state: DedupeState, change: DedupeChange, offset: int) -> None:
        state.apply(change, offset)

    def counts(self, state: DedupeState) -> Mapping[Counted, int]:
        return {
            Counted.WINDOW_ITEMS: len(state.window.entries),
            Counted.KILLED: len(state.killed),
            Counted.CORRECTED: len(state.corrected),
        }

    def floor(self, state: DedupeState, offset: int) -> int:
        return state.floor(offset)

    def carry(self, state: DedupeState, before: int) -> Iterator[DedupeChange]:
        return state.carry(before)

    def erases(self, change: DedupeChange) -> bool:
        return change.erased is not None

    def digest(self, state: DedupeState) -> bytes:
        return state.digest()


def _notice(state: DedupeState, record: Record, item: Item) -> bytes:
    """A notice passes unchanged, but the release of a copy of something killed: that is recalled, not usable."""
    if item.dispatch.status != Status.USABLE:
        return record.value
    entry = state.window.newest_of(item.dispatch.id)
    killed = entry and state.kill_of(entry.seen.copied, entry)
    return dump(recalls.as_recalled(item, killed)) if killed else record.value


def _repeated(item: Item) -> Item:
    return item.model_copy(update={"duplicate": repeat(item.dispatch.id, item.dispatch.item, item.wire.feed)})


def _judge(state: DedupeState, now_ms: int, record: Record, item: Item) -> tuple[bytes, SeenItem, frozenset[int]]:
    """The item with its verdict, what the window keeps of it, and the terms that it has from a stub or template."""
    query = _query(now_ms, record, item)
    verdict = judge_duplicate(state.window, query)
    withdrawal = state.withdrawal_of(verdict.copied, verdict.source) if verdict.source else None
    duplicate = verdict.duplicate
    if valid_item := state.valid_item(duplicate):
        duplicate = duplicate.model_copy(update={"valid_item": valid_item})
    if not NO_REPORTS.isdisjoint(item.dispatch.signals):
        duplicate = duplicate.model_copy(update={"independent": False})
    judged = item.model_copy(update={"duplicate": duplicate})
    value = dump(recalls.as_recalled(judged, withdrawal) if withdrawal else judged)
    seen = _seen(item, query, verdict, state.window.window_ms, withdrawal is not None)
    return value, seen, verdict.template


def _keep_killed(
    state: DedupeState, now_ms: int, record: Record, item: Item
) -> tuple[bytes, SeenItem | None, frozenset[int]]:
    """A killed item passes unchanged.  A text that comes after its kill is kept, because copies may follow."""
    if item.dispatch.kind == Kind.KILL or record.header(FEATURES) is None:
        return record.value, None, frozenset()
    seen = _seen(item, _query(now_ms, record, item), original(0), state.window.window_ms, True)
    return record.value, seen, frozenset()


def _query(now_ms: int, record: Record, item: Item) -> CopyQuery:
    given, language = features.decode(record.header(FEATURES)), record.key.decode("utf-8", "replace")
    headline = (item.headline or templates.line_of_alert(item.body, given.words))[:HEADLINE_CHARACTERS_MAX]
    key = headline_key(headline, language)
    return CopyQuery(
        dispatch=item.dispatch.id,
        feed=item.wire.feed,
        language=language,
        headline=headline,
        opening=item.body[: templates.OPENING_CHARACTERS_MAX],
        words=given.words,
        says_corrected=Signal.CORRECTION in item.dispatch.signals,
        exact=exact_keys(given, item.wire.part, language),
        fingerprints=fingerprints_of(given, language, key),
        headline_key=key,
        now_ms=now_ms,
        arrived_ms=record.time_ms,
    )


def _seen(item: Item, query: CopyQuery, verdict: DedupeVerdict, window_ms: int, withdrawn: bool) -> SeenItem:
    """What the window keeps of an item.

    A text is not posted again if the same one, or nearly the same, is posted already, so many copies cost nothing.
    After half a window it is posted again, so that it is still found when the first one has left.
    """
    dispatch, posted_ms = item.dispatch, verdict.posted_ms
    if posted_ms is not None and posted_ms <= query.now_ms - window_ms // 2:
        posted_ms = None
    return SeenItem(
        dispatch=dispatch.id,
        item=dispatch.item,
        feed=item.wire.feed,
        version=item.version,
        language=query.language,
        relation=verdict.duplicate.relation,
        copied=verdict.copied,
        exact=query.exact,
        posted_ms=query.now_ms if posted_ms is None else posted_ms,
        stale=withdrawn or dispatch.kind == Kind.LATE,
        fingerprints=query.fingerprints if posted_ms is None else None,
        copied_origin=verdict.copied_origin,
        language_tag=item.language.tag if item.language.tag != query.language else "",
        parts=verdict.duplicate.parts or (),
        headline=query.headline,
        agency=item.wire.agency or "",
        arrived_ms=query.arrived_ms,
        alike=verdict.alike,
    )


def _new_withdrawal(state: DedupeState, record: Record, item: Item) -> Withdrawal | None:
    """The withdrawal that this record brings.  A dispatch is killed once; it may be corrected many times."""
    dispatch, offset = item.dispatch, record.position.offset
    if dispatch.status == Status.KILLED:
        by = dispatch.killed_by or dispatch.item
        return None if state.killed.get(dispatch.id) else Withdrawal(dispatch.id, by, True, offset)
    return Withdrawal(dispatch.id, dispatch.item, False, offset) if dispatch.kind == Kind.CORRECTION else None


def _recalls(state: DedupeState, now_ms: int, record: Record, item: Item, withdrawal: Withdrawal) -> Iterator[Out]:
    """A recall for every copy that is not itself killed."""
    dispatch, window = withdrawal.dispatch, state.window
    found = {entry.seen.dispatch: (entry, entry.seen.relation) for entry in window.copies_of(dispatch, now_ms)}
    for entry, relation in window.overtaking(dispatch, now_ms):
        found.setdefault(entry.seen.dispatch, (entry, relation))
    for copy, (entry, relation) in found.items():
        if not state.killed.get(copy):
            headers = forward(record.headers, RecordType.ITEM, record.time_ms)
            recall = dump(recalls.recall_of(entry, relation, withdrawal, item))
            yield Out(TARGET, record.key, recall, headers, record.position.partition)


def _out(record: Record, value: bytes, template: frozenset[int] = frozenset()) -> Out:
    """The item for tag: the terms of a stub or template tell nothing of its story."""
    given = record.header(FEATURES)
    headers = forward(record.headers, RecordType.ITEM, record.time_ms)
    if given is not None:
        own = features.encode(features.without_terms(features.decode(given), template)) if template else given
        headers = (*headers, (FEATURES, own))
    return Out(TARGET, record.key, value, headers, record.position.partition)
