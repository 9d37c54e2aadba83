"""The state of the room: what has been alerted in each thread, who reported it, and the texts of dispatches.

A thread is a story; an item without a story is a thread of its own.  Bounds: THREADS_MAX threads, of which the
one whose last record is oldest is forgotten first, and KEEP_MS of stream time.  A forgotten thread may be alerted
once more of a number that it had reached.  A thread takes about 1 kB, so all of a shard about 20 MB; the texts of
dispatches (texts) about 6 MB.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import msgspec

from pipeline.alert.reports import Report, with_report
from pipeline.alert.texts import TEXTS_MAX, DispatchText
from pipeline.ledger import Ledger

THREADS_MAX = 20_000
KEEP_MS = 14 * 86_400_000  # of stream time since a thread's last record; the window of stories is five days
WITHDRAWALS_MAX = 16  # of a thread; the oldest is forgotten
FIGURES_TOLD_MAX = 32  # of a thread; the oldest is forgotten, and news once more


class SentAlert(msgspec.Struct, frozen=True, array_like=True):
    """An alert that went out."""

    time_ms: int
    level_index: int  # in rules.LEVELS


class Thread(msgspec.Struct, frozen=True, array_like=True):
    """One thread after its last record.  All values are absolute: the latest Thread replaces the one before."""

    id: str
    offset: int  # source offset of that record
    time_ms: int  # stream time at that record
    reports: tuple[Report, ...] = ()  # the latest independent one of each source, in order of first arrival
    reached: dict[str, int] = {}  # "rule/condition" -> the highest value that was alerted (ConditionMatch.value)
    sent: tuple[SentAlert, ...] = ()  # the latest, within the throttle's minutes
    suppressed: int = 0  # alerts since the last one that went out
    withdrawals: tuple[str, ...] = ()  # kills and corrections that were alerted (facts.Facts.withdrawal_key)
    figures: tuple[str, ...] = ()  # of the headlines that were alerted


class AlertChange(msgspec.Struct, frozen=True, array_like=True):
    """What one record changes: stream time, at most one thread, and at most one text."""

    time_ms: int  # stream time with this record
    thread: Thread | None = None
    merged: str | None = None  # a thread that was merged into this one and is forgotten
    text: DispatchText | None = None
    erased: str | None = None  # a dispatch of which no word is kept


def merge(thread: Thread, other: Thread) -> Thread:
    """Two threads in one: what was alerted in either counts as alerted."""
    both = (thread, other)
    return msgspec.structs.replace(
        thread,
        reports=_reports_of_both(thread, other),
        reached={key: max(each.reached.get(key, 0) for each in both) for key in thread.reached | other.reached},
        sent=tuple(sorted((*thread.sent, *other.sent), key=lambda alert: alert.time_ms)),
        withdrawals=tuple(dict.fromkeys((*other.withdrawals, *thread.withdrawals)))[-WITHDRAWALS_MAX:],
        suppressed=thread.suppressed + other.suppressed,
        figures=told(other.figures, thread.figures),
    )


def told(*figures: tuple[str, ...]) -> tuple[str, ...]:
    """Each figure once, the latest FIGURES_TOLD_MAX."""
    return tuple(dict.fromkeys(each for some in figures for each in some))[-FIGURES_TOLD_MAX:]


def _reports_of_both(thread: Thread, other: Thread) -> tuple[Report, ...]:
    reports = thread.reports
    for report in other.reports:
        if all(each.source != report.source or each.time_ms < report.time_ms for each in reports):
            reports = with_report(reports, report)
    return reports


class Threads:
    """The state of the room.  decide reads it, apply alone changes it."""

    def __init__(self, threads_max: int = THREADS_MAX, keep_ms: int = KEEP_MS, texts_max: int = TEXTS_MAX) -> None:
        self.now_ms = 0  # stream time
        self._keep_ms = keep_ms
        self._threads = Ledger[Thread](threads_max)
        self._texts = Ledger[DispatchText](texts_max)

    def __len__(self) -> int:
        return len(self._threads)

    def get(self, thread_id: str, now_ms: int) -> Thread | None:
        """The thread, unless it has expired by `now_ms`."""
        thread = self._threads.get(thread_id)
        return thread if thread and thread.time_ms >= now_ms - self._keep_ms else None

    def text(self, dispatch: str) -> DispatchText | None:
        """The text of a dispatch, if it is remembered."""
        return self._texts.get(dispatch)

    def apply(self, change: AlertChange, offset: int) -> None:
        """Store the change, then forget what is over a bound."""
        self.now_ms = max(self.now_ms, change.time_ms)
        if change.merged:
            self._threads.forget(change.merged)
        if thread := change.thread:
            self._threads.put(thread.id, thread, thread.offset, offset)
        if text := change.text:
            self._texts.put(text.id, text, text.offset, offset)
        if change.erased:
            self._texts.forget(change.erased)
        while (oldest := self._threads.oldest()) and oldest.time_ms < self.now_ms - self._keep_ms:
            self._threads.forget(oldest.id)

    def before(self, offset: int) -> Iterator[Thread]:
        """The threads that the journal does not contain from source offset `offset` on, the oldest first."""
        return self._threads.before(offset)

    def texts_before(self, offset: int) -> Iterator[DispatchText]:
        """The texts that the journal does not contain from source offset `offset` on, the oldest first."""
        return self._texts.before(offset)

    def digest(self) -> bytes:
        """The hash of the whole state, 16 bytes: equal for equal states."""
        ledgers = (self._threads, self._texts)
        content = [self.now_ms, [[row.value for row in ledger.rows()] for ledger in ledgers]]
        return blake2b(_encode(content), digest_size=16).digest()


_encode = msgspec.msgpack.Encoder(order="deterministic").encode
