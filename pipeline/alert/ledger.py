"""What is remembered of each thread: what it was told, who reported it, when it last alerted.

A thread is a story (an item without a story is a thread of its own).  The ledger is ordered by each thread's last
record.  Bounds: THREADS_MAX threads (the oldest is forgotten: its thresholds may be told once more) and KEEP_MS of
stream time.  A thread takes about 0.7 kB, a full ledger about 15 MB a shard.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from hashlib import blake2b

import msgspec

THREADS_MAX = 20_000
KEEP_MS = 14 * 86_400_000  # the longest window of a story (ALGORITHMS 3)
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
        self._threads_max, self._keep_ms = threads_max, keep_ms
        self._threads: dict[str, Thread] = {}
        self._said: dict[str, int] = {}  # thread -> offset in the journal of what was last said of it
        self._order: list[tuple[int, str]] = []  # (Thread.offset, id), sorted

    def get(self, name: str, now_ms: int) -> Thread | None:
        """The thread, unless by `now_ms` it has expired."""
        thread = self._threads.get(name)
        return thread if thread and thread.time_ms >= now_ms - self._keep_ms else None

    def apply(self, change: Change, offset: int) -> None:
        """Take over what the change says, then forget what is over a bound."""
        self.now_ms = max(self.now_ms, change.now_ms)
        if change.merged:
            self._forget(change.merged)
        if change.thread:
            self._forget(change.thread.id)
            self._threads[change.thread.id] = change.thread
            self._said[change.thread.id] = offset
            insort(self._order, (change.thread.offset, change.thread.id))  # a carry does not make it younger
        while self._order and (len(self._order) > self._threads_max or self._expired(self._order[0][1])):
            self._forget(self._order[0][1])

    def before(self, offset: int) -> Iterator[Thread]:
        """The threads of which the journal says nothing from `offset` on, the oldest first."""
        return (self._threads[name] for _, name in list(self._order) if self._said[name] < offset)

    def digest(self) -> bytes:
        """The content of the whole ledger, hashed: equal for equal ledgers, 16 bytes."""
        content = [self.now_ms, [self._threads[name] for _, name in self._order]]
        return blake2b(_encode(content), digest_size=16).digest()

    def _expired(self, name: str) -> bool:
        return self._threads[name].time_ms < self.now_ms - self._keep_ms

    def _forget(self, name: str) -> None:
        if thread := self._threads.pop(name, None):
            del self._said[name]
            del self._order[bisect_left(self._order, (thread.offset, name))]


_encode = msgspec.msgpack.Encoder(order="deterministic").encode
