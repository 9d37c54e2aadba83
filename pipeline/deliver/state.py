"""What deliver remembers: what waits for whom, its notifications, its receivers, and what has ended.

All values are absolute: the latest replaces the one before.  Bounds, for each shard:

- WAITING_MAX deliveries and WAITING_BYTES_MAX of notifications that wait for one receiver: the oldest that does not
  break through is given up (then the oldest of all), and its notification goes to wire.dead.
- ENDED_MAX deliveries that have ended: the oldest is forgotten.  A notification that is written again after that
  (nothing of ours does it) would be sent again, with the same key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b

import msgspec

from pipeline.envelope import Headers
from pipeline.ledger import Ledger

WAITING_MAX = 1_000
WAITING_BYTES_MAX = 4_194_304
ENDED_MAX = 20_000
EVERYTHING = 1_000_000  # Work keeps the bounds of what waits, with a dead letter each: these ledgers drop nothing


class KeptNotification(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A notification that is not yet delivered everywhere, with its record."""

    id: str
    offset: int  # its source offset; of a test that of its control
    desk: str
    value: bytes
    headers: Headers
    timestamp_ms: int
    threads: tuple[str, ...]
    uris: tuple[str, ...]  # the dispatches that it tells of
    breaks_through: bool
    is_test: bool = False
    copied: tuple[str, ...] = ()  # the dispatches whose words may be in it too


class Waiting(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A delivery that has not ended."""

    id: str  # receiver/notification
    offset: int  # of its notification: deliveries are in this order
    receiver: str
    notification: str
    since_ms: int
    due_ms: int
    attempts: int = 0
    is_running: bool = False  # the attempt with this number was begun, and what it came to is not known


class ReceiverState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A receiver, as its answers made it."""

    id: str  # its name
    offset: int
    failures: int = 0  # in a row
    paused_until_ms: int = 0
    is_disabled: bool = False


class Ended(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A delivery that has ended."""

    id: str  # receiver/notification
    offset: int
    is_sent: bool  # otherwise it was given up


class DeliverChange(msgspec.Struct, frozen=True, array_like=True):
    """What one record changes."""

    time_ms: int
    kept: tuple[KeptNotification, ...] = ()
    gone: tuple[str, ...] = ()  # of what waited
    waiting: tuple[Waiting, ...] = ()
    receivers: tuple[ReceiverState, ...] = ()
    ended: tuple[Ended, ...] = ()
    erased: bool = False  # what is gone may hold words that nobody may keep


def delivery_id(receiver: str, notification: str) -> str:
    """The key of a delivery.  No receiver's name has a slash."""
    return f"{receiver}/{notification}"


class DeliverState:
    """The state of the room.  decide reads it, apply alone changes it."""

    def __init__(self) -> None:
        self.now_ms = 0  # by the broker's clock: the latest stamp
        self.kept = Ledger[KeptNotification](EVERYTHING)
        self.queues: dict[str, Ledger[Waiting]] = {}  # by receiver
        self.receivers = Ledger[ReceiverState](10_000)  # named in the file, today or before
        self.ended = Ledger[Ended](ENDED_MAX)
        self.is_due_known = False
        self.due_ms: int | None = None  # of waits.due_ms, until the next change
        self._uses: Counter[str] = Counter()  # of notifications by what waits

    def waiting(self, receiver: str) -> list[Waiting]:
        """What waits for a receiver, the oldest notification first."""
        queue = self.queues.get(receiver)
        return [row.value for row in queue.rows()] if queue else []

    def find(self, key: str) -> Waiting | None:
        """The delivery, if it has not ended."""
        queue = self.queues.get(key.partition("/")[0])
        return queue.get(key) if queue else None

    def notification(self, waiting: Waiting) -> KeptNotification:
        """The notification of a delivery."""
        kept = self.kept.get(waiting.notification)
        assert kept is not None, waiting.id
        return kept

    def running(self) -> list[Waiting]:
        """The attempts that were begun: at most one for each receiver."""
        return [one for receiver in self.queues for one in self.waiting(receiver) if one.is_running]

    def counts(self) -> tuple[int, int]:
        """How many deliveries wait, and how many receivers are disabled."""
        disabled = sum(row.value.is_disabled for row in self.receivers.rows())
        return sum(map(len, self.queues.values())), disabled

    def apply(self, change: DeliverChange, offset: int) -> None:
        """Store the change."""
        self.now_ms = max(self.now_ms, change.time_ms)
        self.is_due_known = False
        for kept in change.kept:
            self.kept.put(kept.id, kept, kept.offset, offset)
        for waiting in change.waiting:
            self._put(waiting, offset)
        for key in change.gone:
            self._forget(key)
        for receiver in change.receivers:
            self.receivers.put(receiver.id, receiver, receiver.offset, offset)
        for ended in change.ended:
            self.ended.put(ended.id, ended, ended.offset, offset)

    def before(self, offset: int) -> Iterator[DeliverChange]:
        """Changes that repeat what the journal does not contain from source offset `offset` on."""
        yield DeliverChange(self.now_ms, receivers=tuple(self.receivers.before(offset)))
        for kept in self.kept.before(offset):
            yield DeliverChange(self.now_ms, kept=(kept,))
        for queue in self.queues.values():
            for waiting in queue.before(offset):
                yield DeliverChange(self.now_ms, waiting=(waiting,))
        for ended in self.ended.before(offset):
            yield DeliverChange(self.now_ms, ended=(ended,))

    def digest(self) -> bytes:
        """The hash of the whole state, 16 bytes: equal for equal states."""
        queues = [[name, self.waiting(name)] for name in sorted(self.queues) if self.queues[name]]
        ledgers = [[row.value for row in ledger.rows()] for ledger in (self.kept, self.receivers, self.ended)]
        return blake2b(_encode([self.now_ms, queues, ledgers]), digest_size=16).digest()

    def _put(self, waiting: Waiting, offset: int) -> None:
        queue = self.queues.setdefault(waiting.receiver, Ledger[Waiting](EVERYTHING))
        self._uses[waiting.notification] += waiting.id not in queue
        queue.put(waiting.id, waiting, waiting.offset, offset)

    def _forget(self, key: str) -> None:
        known = self.find(key)
        if known is None:
            return
        self.queues[known.receiver].forget(key)
        self._uses[known.notification] -= 1
        if not self._uses[known.notification]:
            del self._uses[known.notification]
            self.kept.forget(known.notification)


_encode = msgspec.msgpack.Encoder(order="deterministic").encode
