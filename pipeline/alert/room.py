"""The room alert, who must know?  One item in, at most one alert out, with its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import ClassVar

import msgspec

from pipeline.alert import throttle
from pipeline.alert.alerts import alert_record, erasure_record, make_alert, words_of
from pipeline.alert.conditions import RuleMatch, matching
from pipeline.alert.facts import NOTICES, Facts
from pipeline.alert.remembering import text_after
from pipeline.alert.reports import Report, report_of, with_report, without_dispatch
from pipeline.alert.rules import Rules, load_rules
from pipeline.alert.threads import KEEP_MS, THREADS_MAX, AlertChange, Thread, Threads, merge
from pipeline.envelope import QUIET
from pipeline.items import Item, Kind, Status, read_item
from pipeline.records import Counted, Decision, Record, Room

JOURNAL_RECORDS = 20_000  # of the source that the journal keeps; threads whose last change is older are carried
WITHDRAWN = frozenset({Status.KILLED, Status.RECALLED})
NEVER_ALERTED = frozenset({Kind.REPEAT, Kind.LATE})  # nothing new in it, as in a round-up


class AlertRoom(Room[Threads, AlertChange]):
    """Writes an items.Alert to the input's partition of wire.alerts, with the thread as its key.

    Before the alert of an erasure, and where the rules raise none, it writes the erasure itself, for route.

    Guarantee: nothing is lost or repeated by a crash, because alert and journal are one transaction.
    Time is stream time.  Raises Rejected(BAD_RECORD) for a record that is not an item of ours.
    """

    name: ClassVar[str] = "alert"
    change_type = AlertChange

    def __init__(self, rules: Rules | None = None, threads_max: int = THREADS_MAX, keep_ms: int = KEEP_MS) -> None:
        self.rules = rules or load_rules()
        self._threads_max, self._keep_ms = threads_max, keep_ms

    def open(self) -> Threads:
        return Threads(self._threads_max, self._keep_ms)

    def on_item(self, state: Threads, record: Record) -> Decision[AlertChange]:
        now_ms = max(state.now_ms, record.time_ms)
        item = read_item(record.value)
        if item.dispatch.kind in NEVER_ALERTED or item.round_up is not None:
            return Decision(AlertChange(now_ms))
        thread, merged = _thread_of(state, item, record.position.offset, now_ms)
        erased = item.dispatch.id if item.dispatch.erased else None
        facts = Facts.of(item, thread, state)
        change = partial(AlertChange, now_ms, merged=merged, erased=erased)
        erasures = (erasure_record(record, facts),) if erased else ()
        words = words_of(self.rules.language)
        matches = matching(self.rules, facts, words)
        thread = self._with_reached(thread, matches) if matches else thread
        if not matches or record.header(QUIET) is not None:
            return Decision(change(thread, text=text_after(facts, record.position.offset)), erasures)
        if throttle.suppresses(self.rules.throttle, thread, facts, matches):
            thread = msgspec.structs.replace(thread, suppressed=thread.suppressed + 1)
            return Decision(change(thread, text=text_after(facts, record.position.offset)), erasures)
        alerted = throttle.after_alert(self.rules.throttle, thread, facts, matches)
        out = alert_record(record, make_alert(facts, matches, self.rules))
        text = text_after(facts, record.position.offset, alerted=True)
        return Decision(change(alerted, text=text), (*erasures, out))

    def apply(self, state: Threads, change: AlertChange, offset: int) -> None:
        state.apply(change, offset)

    def counts(self, state: Threads) -> Mapping[Counted, int]:
        return {Counted.THREADS: len(state)}

    def floor(self, state: Threads, offset: int) -> int:
        return max(0, offset + 1 - JOURNAL_RECORDS)

    def carry(self, state: Threads, before: int) -> Iterator[AlertChange]:
        yield AlertChange(state.now_ms)  # the record that set the stream time may be trimmed
        for thread in state.before(before):
            yield AlertChange(state.now_ms, thread)
        for text in state.texts_before(before):
            yield AlertChange(state.now_ms, text=text)

    def erases(self, change: AlertChange) -> bool:
        return change.erased is not None

    def digest(self, state: Threads) -> bytes:
        return state.digest()

    def _with_reached(self, thread: Thread, matches: list[RuleMatch]) -> Thread:
        """The thread with the values that the matches reached, whether or not the throttle lets the alert pass."""
        names = {rule.name for rule in self.rules.rules}
        reached = thread.reached | {key: value for each in matches for key, value in each.reached.items()}
        kept = {key: reached[key] for key in sorted(reached) if key.rpartition("/")[0] in names}
        return msgspec.structs.replace(thread, reached=kept)


def _thread_of(state: Threads, item: Item, offset: int, now_ms: int) -> tuple[Thread, str | None]:
    """The item's thread with this item in it, and the id of the thread that was merged into it, if there is one."""
    thread_id = item.story.id if item.story else item.dispatch.id
    thread = state.get(thread_id, now_ms) or Thread(thread_id, offset, now_ms)
    merged = item.story.merged_from if item.story else None
    other = state.get(merged, now_ms) if merged and merged != thread_id else None
    if other:
        thread = merge(thread, other)
    moved = msgspec.structs.replace(
        thread, offset=offset, time_ms=now_ms, reports=_reports_with(thread, item, offset, now_ms)
    )
    return moved, other.id if other else None


def _reports_with(thread: Thread, item: Item, offset: int, now_ms: int) -> tuple[Report, ...]:
    """The reports of the thread with this item."""
    if item.dispatch.status in WITHDRAWN:
        return without_dispatch(thread.reports, item.dispatch.id)
    if item.dispatch.kind in NOTICES or not (item.duplicate is None or item.duplicate.independent):
        return thread.reports
    return with_report(thread.reports, report_of(item, now_ms, offset))
