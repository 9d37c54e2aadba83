"""What is remembered of each thread: what it was told, who reported it, when it last alerted.

A thread is a story (an item without a story is a thread of its own).  The ledger is ordered by each thread's last
record.  Bounds: THREADS_MAX threads (the oldest is forgotten: its thresholds may be told once more) and KEEP_MS of
stream time.  A thread takes about 0.7 kB, a full ledger about 15 MB a shard.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import msgspec

from pipeline import ledger

THREADS_MAX = 20_000
KEEP_MS = 14 * 86_400_000  # the longest window of a story (docs/design/stories.md#the-score)
SOURCES_MAX = 64  # of a thread; more are not counted
FALLEN_MAX = 16  # kills and corrections told to a thread; the oldest is forgotten


class Sent(msgspec.Struct, frozen=True, array_like=True):
    """An alert that went out."""

    time_ms: int
    level: int  # index in rules.LEVELS


class Thread(msgspec.Struct, frozen=True, array_like=True):
    """One thread, as its last record left it.  All values are absolute: the last one said is the truth."""

    id: str
    offset: int  # source offset of that record
    time_ms: int  # stream time at that record
    sources: tuple[str, ...] = ()  # of independent reports, first reported first
    marks: dict[str, int] = {}  # "rule/condition" -> the furthest already told (conditions.Finding.mark)
    sent: tuple[Sent, ...] = ()  # within the throttle's window, its newest
    swallowed: int = 0  # since the last alert
    fallen: tuple[str, ...] = ()  # kills and corrections already told (facts.Facts.fallen)


class Change(msgspec.Struct, frozen=True, array_like=True):
    """What one record changed: stream time, and at most one thread."""

    now_ms: int
    thread: Thread | None = None
    merged: str | None = None  # a thread that went into this one and is forgotten


class Ledger:
    """The room's state.  Read it in decide, change it in apply only."""

    def __init__(self, threads_max: int = THREADS_MAX, keep_ms: int = KEEP_MS) -> None:
        self.now_ms = 0  # stream time
        self._keep_ms = keep_ms
        self._threads = ledger.Ledger[Thread](threads_max)

    def get(self, name: str, now_ms: int) -> Thread | None:
        """The thread, unless by `now_ms` it has expired."""
        thread = self._threads.get(name)
        return thread if thread and thread.time_ms >= now_ms - self._keep_ms else None

    def apply(self, change: Change, offset: int) -> None:
        """Take over what the change says, then forget what is over a bound."""
        self.now_ms = max(self.now_ms, change.now_ms)
        if change.merged:
            self._threads.forget(change.merged)
        if thread := change.thread:
            self._threads.put(thread.id, thread, thread.offset, offset)
        while (oldest := self._threads.oldest()) and oldest.time_ms < self.now_ms - self._keep_ms:
            self._threads.forget(oldest.id)

    def before(self, offset: int) -> Iterator[Thread]:
        """The threads of which the journal says nothing from `offset` on, the oldest first."""
        return self._threads.before(offset)

    def digest(self) -> bytes:
        """The content of the whole ledger, hashed: equal for equal ledgers, 16 bytes."""
        content = [self.now_ms, [row.value for row in self._threads.rows()]]
        return blake2b(_encode(content), digest_size=16).digest()


_encode = msgspec.msgpack.Encoder(order="deterministic").encode
