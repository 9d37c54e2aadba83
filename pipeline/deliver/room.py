"""The room deliver: has the desk got it?  Notifications and answers in, deliveries out; it sends nothing itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from pipeline.deliver.receivers import Receivers
from pipeline.deliver.state import DeliverChange, DeliverState, KeptNotification, delivery_id
from pipeline.deliver.waits import due_ms
from pipeline.deliver.work import Work
from pipeline.envelope import RecordType
from pipeline.items import (
    Action,
    AlertEvent,
    Control,
    Level,
    Notification,
    NotificationKind,
    content_id,
    dispatch_uri,
    dump,
    instant,
    read_answer,
    read_control,
    read_notification,
)
from pipeline.records import Counted, Decision, Reason, Record, Rejected, Room
from pipeline.suggestions import did_you_mean

JOURNAL_RECORDS = 20_000  # of the source that the journal keeps; what is older is carried
LISTED_MAX = 20  # names of receivers in a refusal; how many more there are is said
TAKES_DOWN = frozenset({AlertEvent.KILL, AlertEvent.HOLD})  # a dispatch: nobody may use it
ID = re.compile(r"[A-Za-z0-9_-]{1,100}")  # it becomes a header, and Standard Webhooks allows no full stop in it


class DeliverRoom(Room[DeliverState, DeliverChange]):
    """Writes an items.Delivery to the input's partition of wire.deliveries, with receiver/notification as its key.

    An attempt is written down before it is made, and what it came to after that.  Time is the broker's: the latest
    stamp.  Raises Rejected(BAD_RECORD) for a record that is no notification or answer of ours, and
    Rejected(BAD_CONTROL) for a control of a receiver that the file does not have.
    """

    name: ClassVar[str] = "deliver"
    accepts: ClassVar[tuple[RecordType, ...]] = (
        RecordType.NOTIFICATION,
        RecordType.ANSWER,
        RecordType.TICK,
        RecordType.CONTROL,
    )
    change_type = DeliverChange

    def __init__(self, receivers: Receivers | None = None) -> None:
        self.receivers = receivers or Receivers()

    def open(self) -> DeliverState:
        return DeliverState()

    def on_notification(self, state: DeliverState, record: Record) -> Decision[DeliverChange]:
        """Have it delivered to every receiver of its desk.  What it takes down, and was not sent, is not sent."""
        notification = read_notification(record.value)
        if not ID.fullmatch(notification.id):
            raise Rejected(Reason.BAD_RECORD, f"id: {notification.id[:40]!r} is not of A-Z a-z 0-9 _ -")
        work = self._work(state, record)
        kept = _kept(notification, record)
        taken_down = {alert.uri for alert in notification.alerts if alert.event in TAKES_DOWN}
        work.erased = bool(taken_down)
        for name in self.receivers.of_desk(notification.desk):
            work.withdraw(name, taken_down)
            work.add(name, kept)
        return self._decision(work)

    def on_answer(self, state: DeliverState, record: Record) -> Decision[DeliverChange]:
        """An attempt has ended.  One that is not under way (any more) changes nothing."""
        work, answer = self._work(state, record), read_answer(record.value)
        waiting = state.find(delivery_id(answer.receiver, answer.notification))
        if waiting and waiting.is_running and waiting.attempts == answer.attempt:
            work.settle(waiting, answer)
        return self._decision(work)

    def on_tick(self, state: DeliverState, record: Record) -> Decision[DeliverChange]:
        """Try again what is due, and give up what is too old."""
        work = self._work(state, record)
        work.give_up_old()
        return self._decision(work)

    def on_control(self, state: DeliverState, record: Record) -> Decision[DeliverChange]:
        """Resume a receiver, send it a test, or erase a dispatch.  Other actions are not for deliver."""
        work, control = self._work(state, record), read_control(record.value)
        if control.action in (Action.RESUME, Action.SEND_TEST):
            name = control.receiver or ""
            if name not in self.receivers.receivers:
                which = did_you_mean(name, self.receivers.receivers) or self._listed()
                raise Rejected(Reason.BAD_CONTROL, f"{control.action}: no receiver {name!r} in the file{which}")
            if control.action is Action.RESUME:
                work.resume(name)
            else:
                work.add(name, self._test(name, control, work))
        elif control.action is Action.ERASE:
            work.erase(dispatch_uri(control.dispatch or ""))
        return self._decision(work)

    def apply(self, state: DeliverState, change: DeliverChange, offset: int) -> None:
        state.apply(change, offset)

    def counts(self, state: DeliverState) -> Mapping[Counted, int]:
        waiting, disabled = state.counts()
        return {Counted.UNDELIVERED: waiting, Counted.DISABLED: disabled}

    def due_ms(self, state: DeliverState) -> int | None:
        return due_ms(state, self.receivers)

    def floor(self, state: DeliverState, offset: int) -> int:
        return max(0, offset + 1 - JOURNAL_RECORDS)

    def carry(self, state: DeliverState, before: int) -> Iterator[DeliverChange]:
        return state.before(before)

    def erases(self, change: DeliverChange) -> bool:
        return change.erased

    def digest(self, state: DeliverState) -> bytes:
        return state.digest()

    def _work(self, state: DeliverState, record: Record) -> Work:
        return Work(state, self.receivers, record, max(state.now_ms, record.timestamp_ms))

    def _listed(self) -> str:
        """The names of the receivers, for a sentence."""
        names = list(self.receivers.receivers)
        more = f" and {len(names) - LISTED_MAX} more" if len(names) > LISTED_MAX else ""
        return f"; there are {', '.join(names[:LISTED_MAX]) or 'none'}{more}"

    def _decision(self, work: Work) -> Decision[DeliverChange]:
        """What every record causes beside its own: what is due begins."""
        work.begin()
        return Decision(work.change, tuple(work.outputs))

    def _test(self, name: str, control: Control, work: Work) -> KeptNotification:
        receiver, position = self.receivers.receivers[name], work.record.position
        notification = Notification(
            id=content_id("test", name, str(position), control.who),
            desk=receiver.desks[0],
            kind=NotificationKind.TEST,
            level=Level.NOTICE,
            title=f"TEST: a notification for {name}",
            text=f"{control.who} tries whether notifications arrive here. Nothing has happened.",
            alerts=(),
            reasons=(f"wiredesk alerts send-test, by {control.who}: {control.why}",),
            routes_hash="",
            time=instant(work.now_ms),
        )
        return _kept(notification, work.record, dump(notification), is_test=True)


def _kept(
    notification: Notification, record: Record, value: bytes | None = None, *, is_test: bool = False
) -> KeptNotification:
    return KeptNotification(
        notification.id,
        record.position.offset,
        notification.desk,
        record.value if value is None else value,
        record.headers,
        record.timestamp_ms,
        tuple(sorted({alert.thread for alert in notification.alerts})),
        tuple(sorted({alert.uri for alert in notification.alerts})),
        notification.breaks_through,
        is_test,
        tuple(sorted({alert.copies for alert in notification.alerts if alert.copies})),
    )
