"""The room ALERT: one item in, at most one alert out, with its reasons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from pipeline.alert import throttle
from pipeline.alert.alerts import alert, write
from pipeline.alert.conditions import Match, match
from pipeline.alert.facts import Facts
from pipeline.alert.ledger import FALLEN_MAX, KEEP_MS, SOURCES_MAX, THREADS_MAX, Change, Ledger, Thread
from pipeline.alert.rules import Rules, load
from pipeline.items import Item, Kind, read
from pipeline.records import ITEM, Decision, Record, Room

JOURNAL_RECORDS = 20_000  # of the source; what was last said further back is carried, once in so many records
QUIET = frozenset({Kind.REPEAT, Kind.LATE})  # says nothing new to anyone


class AlertRoom(Room[Ledger, Change]):
    """Who must know?

    Reads wire.enriched, writes items.Alert records to the same partition of wire.alerts, key = thread.  Loses and
    repeats nothing that the journal's transaction keeps together; time is stream time, the newest `ce_time` seen.
    Raises Rejected(BAD_RECORD) for a record that is no item of ours.
    """

    name: ClassVar[str] = "alert"
    change_type = Change

    def __init__(self, rules: Rules | None = None, threads_max: int = THREADS_MAX, keep_ms: int = KEEP_MS) -> None:
        self.rules = rules or load()
        self._threads_max, self._keep_ms = threads_max, keep_ms

    def open(self) -> Ledger:
        return Ledger(self._threads_max, self._keep_ms)

    def decide(self, state: Ledger, record: Record) -> Decision[Change]:
        if record.type != ITEM:
            return Decision(Change(state.now_ms))
        now_ms = max(state.now_ms, record.time_ms)
        item = read(record.value)
        if item.dispatch.kind in QUIET:
            return Decision(Change(now_ms))
        thread, merged = _thread(state, item, record.position.offset, now_ms)
        facts = Facts(item, thread.sources)
        found = (match(rule, facts, thread.marks) for rule in self.rules.by_level)
        matches = [each for each in found if each]
        if not matches:
            return Decision(Change(now_ms, thread, merged))
        told = self._told(thread, matches)
        if throttle.swallows(self.rules.throttle, told, facts, matches):
            return Decision(Change(now_ms, msgspec.structs.replace(told, swallowed=told.swallowed + 1), merged))
        sent = throttle.sent(self.rules.throttle, told, facts, matches)
        return Decision(Change(now_ms, sent, merged), (write(record, alert(item, told, matches)),))

    def apply(self, state: Ledger, change: Change, offset: int) -> None:
        state.apply(change, offset)

    def floor(self, state: Ledger, offset: int) -> int:
        return max(0, offset + 1 - JOURNAL_RECORDS)

    def carry(self, state: Ledger, before: int) -> Iterator[Change]:
        yield Change(state.now_ms)  # the record that brought the stream this far may be trimmed
        for thread in state.before(before):
            yield Change(state.now_ms, thread)

    def digest(self, state: Ledger) -> bytes:
        return state.digest()

    def _told(self, thread: Thread, matches: list[Match]) -> Thread:
        """The thread with the marks of what matched, whether or not the throttle lets it out."""
        names = {rule.name for rule in self.rules.rules}
        marks = thread.marks | {key: mark for each in matches for key, mark in each.marks.items()}
        kept = {key: marks[key] for key in sorted(marks) if key.rpartition("/")[0] in names}
        return msgspec.structs.replace(thread, marks=kept)


def _thread(state: Ledger, item: Item, offset: int, now_ms: int) -> tuple[Thread, str | None]:
    """The item's thread with this item in it, and the thread that has been merged into it, if there is one."""
    name = item.story.id if item.story else item.dispatch.id
    thread = state.get(name, now_ms) or Thread(name, offset, now_ms)
    merged = item.story.merged_from if item.story else None
    other = state.get(merged, now_ms) if merged and merged != name else None
    if other:
        thread = _joined(thread, other)
    sources = thread.sources
    if item.duplicate is None or item.duplicate.independent:
        sources = _first((*sources, _source(item)))
    moved = msgspec.structs.replace(thread, offset=offset, time_ms=now_ms, sources=sources)
    return moved, other.id if other else None


def _joined(thread: Thread, other: Thread) -> Thread:
    """Two threads in one: what either was told counts as told."""
    return msgspec.structs.replace(
        thread,
        sources=_first((*thread.sources, *other.sources)),
        marks={key: max(each.marks.get(key, 0) for each in (thread, other)) for key in thread.marks | other.marks},
        sent=tuple(sorted((*thread.sent, *other.sent), key=lambda sent: sent.time_ms)),
        fallen=tuple(dict.fromkeys((*other.fallen, *thread.fallen)))[-FALLEN_MAX:],
        swallowed=thread.swallowed + other.swallowed,
    )


def _source(item: Item) -> str:
    """Who reported it: the agency that the copy names, known or not, before the feed that brought it."""
    dateline = item.furniture.dateline
    return (item.wire.agency or (dateline and dateline.agency) or item.wire.feed).casefold()


def _first(sources: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sources))[:SOURCES_MAX]
