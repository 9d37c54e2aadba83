"""What route remembers: desks, groups, what was kept back, who was sent what, and what waits to be acknowledged.

All values are absolute: the latest replaces the one before.  Bounds, for each shard:

- SENT_MAX dispatches, for SENT_KEEP_MS by the broker's clock: the named memory of the law that a kill or a
  correction reaches all who were sent the dispatch.  Beyond either, the oldest is forgotten, and its correction
  goes where the routes lead.
- GROUPS_MAX groups: the one that changed longest ago is sent at once, then forgotten.
- KEPT_MAX alerts kept back for a desk: the next one is counted, and not listed; what corrects something that the
  desk was sent goes out at once.
- AWAITED_MAX notifications that are to be acknowledged: the oldest is forgotten, neither repeated nor escalated.
- TOPICS_MAX stories and terms that a desk follows or mutes by a control: the oldest is forgotten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b

import msgspec

from pipeline.ledger import Ledger

SENT_MAX, SENT_KEEP_MS = 20_000, 14 * 86_400_000
GROUPS_MAX = 2_000
GROUP_ALERTS_MAX = 50  # of a group that waits; with the next one it is sent
KEPT_MAX = 200
AWAITED_MAX = 500
TOPICS_MAX = 200


class Brief(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An alert, as far as notifications tell it."""

    id: str
    event: str  # items.AlertEvent
    level: str  # items.Level
    title: str
    text: str
    thread: str
    uri: str
    time_ms: int
    because: str = ""  # why the desk gets it: a key of the wording's reasons
    fill: str = ""  # what is filled in there
    forced: bool = False  # it corrects or kills what the desk was sent: no budget holds it
    copies: str = ""  # the dispatch whose words may be in it too


class DeskState(msgspec.Struct, frozen=True, array_like=True):
    """A desk."""

    id: str
    offset: int  # source offset of the record that changed it
    sent_ms: tuple[int, ...] = ()  # of the last 24 hours, one a notification
    mutes: tuple[str, ...] = ()  # by controls: `story:…` and `term:…`
    follows: tuple[str, ...] = ()
    muted: int = 0  # alerts, since the last notification: items.LeftOut
    over_budget: int = 0
    unlisted: int = 0
    withdrawn: int = 0


class GroupState(msgspec.Struct, frozen=True, array_like=True):
    """Alerts that are sent together."""

    id: str  # desk, route and what it is grouped by
    offset: int
    desk: str
    alerts: tuple[Brief, ...]  # that wait
    due_ms: int | None
    sent_ms: int  # when it was sent last; 0: never
    repeat_ms: int | None = None
    escalate_ms: int | None = None
    escalate_to: str = ""


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """An alert that waits for the end of quiet hours, or for a digest."""

    id: str  # desk and alert
    offset: int
    desk: str
    alert: Brief
    due_ms: int
    why: str  # `quiet`, `budget` or `digest`: a key of the wording's reasons


class SentDispatch(msgspec.Struct, frozen=True, array_like=True):
    """Which desks were told of a dispatch."""

    id: str  # its uri
    offset: int
    time_ms: int
    desks: tuple[str, ...]


class Awaited(msgspec.Struct, frozen=True, array_like=True):
    """A notification that waits to be acknowledged."""

    id: str
    offset: int
    desk: str
    alerts: tuple[Brief, ...]
    told_ms: int
    repeat_at_ms: int | None
    repeat_ms: int | None
    repeats_left: int
    escalate_at_ms: int | None
    escalate_to: str
    repeated_by: tuple[str, ...] = ()  # its reminders and escalations, which are acknowledged as itself

    @property
    def due_ms(self) -> int | None:
        """When something is to be done about it."""
        return min((ms for ms in (self.repeat_at_ms, self.escalate_at_ms) if ms is not None), default=None)


class RouteChange(msgspec.Struct, frozen=True, array_like=True):
    """What one record changes."""

    time_ms: int
    desks: tuple[DeskState, ...] = ()
    groups: tuple[GroupState, ...] = ()
    kept: tuple[Kept, ...] = ()
    sent: tuple[SentDispatch, ...] = ()
    awaited: tuple[Awaited, ...] = ()
    gone_groups: tuple[str, ...] = ()
    gone_kept: tuple[str, ...] = ()
    gone_awaited: tuple[str, ...] = ()
    erased: bool = False  # what is gone held words that nobody may keep


class RouteState:
    """The state of the room.  decide reads it, apply alone changes it."""

    def __init__(self, sent_max: int = SENT_MAX) -> None:
        self.now_ms = 0  # by the broker's clock: the latest stamp
        self.desks = Ledger[DeskState](10_000)  # named in the routes, today or before
        self.groups = Ledger[GroupState](GROUPS_MAX)
        self.kept = Ledger[Kept](50 * (KEPT_MAX + 1))
        self.sent = Ledger[SentDispatch](sent_max)
        self.awaited = Ledger[Awaited](AWAITED_MAX)
        self._kept_by_desk: Counter[str] = Counter()
        self._due_ms: int | None = None
        self._is_due_known = False

    def kept_count(self, desk: str) -> int:
        """How many alerts are kept back for a desk."""
        return self._kept_by_desk[desk]

    def due_ms(self) -> int | None:
        """When the next of what waits is due, by the broker's clock."""
        if not self._is_due_known:
            waiting = (
                row.value.due_ms for ledger in (self.groups, self.kept, self.awaited) for row in ledger.rows()
            )
            self._due_ms = min((ms for ms in waiting if ms is not None), default=None)
            self._is_due_known = True
        return self._due_ms

    def apply(self, change: RouteChange, offset: int) -> None:
        """Store the change, then forget what is over a bound."""
        self.now_ms = max(self.now_ms, change.time_ms)
        self._is_due_known = False
        for desk in change.desks:
            self.desks.put(desk.id, desk, desk.offset, offset)
        for key in change.gone_groups:
            self.groups.forget(key)
        for group in change.groups:
            self.groups.put(group.id, group, group.offset, offset)
        for key in change.gone_kept:
            self._forget_kept(key)
        for kept in change.kept:
            self._forget_kept(kept.id)
            self.kept.put(kept.id, kept, kept.offset, offset)
            self._kept_by_desk[kept.desk] += 1
        for sent in change.sent:
            self.sent.put(sent.id, sent, sent.offset, offset)
        for key in change.gone_awaited:
            self.awaited.forget(key)
        for awaited in change.awaited:
            self.awaited.put(awaited.id, awaited, awaited.offset, offset)
        while (oldest := self.sent.oldest()) and oldest.time_ms < self.now_ms - SENT_KEEP_MS:
            self.sent.forget(oldest.id)

    def _forget_kept(self, key: str) -> None:
        if kept := self.kept.get(key):
            self._kept_by_desk[kept.desk] -= 1
            self.kept.forget(key)

    def before(self, offset: int) -> Iterator[RouteChange]:
        """Changes that repeat what the journal does not contain from source offset `offset` on."""
        yield RouteChange(self.now_ms, desks=tuple(self.desks.before(offset)))
        for group in self.groups.before(offset):
            yield RouteChange(self.now_ms, groups=(group,))
        for kept in self.kept.before(offset):
            yield RouteChange(self.now_ms, kept=(kept,))
        for sent in self.sent.before(offset):
            yield RouteChange(self.now_ms, sent=(sent,))
        for awaited in self.awaited.before(offset):
            yield RouteChange(self.now_ms, awaited=(awaited,))

    def digest(self) -> bytes:
        """The hash of the whole state, 16 bytes: equal for equal states."""
        ledgers = (self.desks, self.groups, self.kept, self.sent, self.awaited)
        content = [self.now_ms, [[row.value for row in ledger.rows()] for ledger in ledgers]]
        return blake2b(_encode(content), digest_size=16).digest()


_encode = msgspec.msgpack.Encoder(order="deterministic").encode
