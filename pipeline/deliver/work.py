"""What one record does: the verbs that notifications, answers, ticks and controls share.

One attempt a receiver is under way at a time, so a crash repeats at most one request for each of them.  What waits
for a receiver goes out in order within each thread; between threads what breaks through goes first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from pipeline import dead
from pipeline.deliver.outcomes import OUTCOMES, Outcome
from pipeline.deliver.receivers import Receivers
from pipeline.deliver.schedule import (
    ATTEMPTS_MAX,
    DOWN_FAILURES,
    delay_ms,
    pause_ms,
    retry_after_ms,
)
from pipeline.deliver.state import (
    WAITING_BYTES_MAX,
    WAITING_MAX,
    DeliverChange,
    DeliverState,
    Ended,
    KeptNotification,
    ReceiverState,
    Waiting,
    delivery_id,
)
from pipeline.deliver.waits import free
from pipeline.envelope import RecordType, forward
from pipeline.items import Answer, Delivery, DeliveryState, GivenUp, dump, instant
from pipeline.records import Out, Position, Reason, Record, Rejected
from pipeline.rule_values import MINUTE_MS

SOURCE, TARGET = "wire.notifications", "wire.deliveries"
# The longest wait between attempts while something of the same thread waits behind: it may be a kill.
BEHIND_MS_MAX = 5 * MINUTE_MS


@dataclass
class Work:
    """The state as this record leaves it, and what is written because of it."""

    state: DeliverState
    receivers: Receivers
    record: Record
    now_ms: int  # by the broker's clock
    outputs: list[Out] = field(default_factory=list)
    kept: dict[str, KeptNotification] = field(default_factory=dict)
    changed: dict[str, Waiting | None] = field(default_factory=dict)  # by delivery; None: gone
    known: dict[str, ReceiverState] = field(default_factory=dict)
    ended: dict[str, Ended] = field(default_factory=dict)
    erased: bool = False

    @property
    def offset(self) -> int:
        """The source offset of the record."""
        return self.record.position.offset

    @property
    def change(self) -> DeliverChange:
        """What the record does to the state."""
        return DeliverChange(
            self.now_ms,
            kept=tuple(self.kept.values()),
            gone=tuple(key for key, value in self.changed.items() if value is None),
            waiting=tuple(value for value in self.changed.values() if value),
            receivers=tuple(self.known.values()),
            ended=tuple(self.ended.values()),
            erased=self.erased,
        )

    def receiver(self, name: str) -> ReceiverState:
        """The receiver as the record leaves it."""
        return self.known.get(name) or self.state.receivers.get(name) or ReceiverState(name, self.offset)

    def waiting(self, name: str) -> list[Waiting]:
        """What waits for a receiver as the record leaves it, the oldest notification first."""
        before = {one.id: one for one in self.state.waiting(name)}
        mine = {key: value for key, value in self.changed.items() if key.startswith(f"{name}/")}
        return [one for one in (before | mine).values() if one]

    def add(self, name: str, kept: KeptNotification) -> None:
        """Have a notification delivered, unless the receiver has it or is about to get it."""
        key = delivery_id(name, kept.id)
        done = self.state.ended.get(key)
        if (done and done.is_sent) or self.state.find(key):
            return
        self.kept[kept.id] = kept
        for earlier in self._sharing(self.waiting(name), kept):
            self._keep(replace(earlier, due_ms=min(earlier.due_ms, self.now_ms)))
        self._keep(Waiting(key, kept.offset, name, kept.id, self.now_ms, self.now_ms))
        self._make_room(name)

    def withdraw(self, name: str, uris: set[str]) -> None:
        """End what waits for a receiver and tells of nothing but these dispatches.  What is under way goes on."""
        for one in self.waiting(name):
            told = self.notification(one).uris
            if told and uris.issuperset(told) and not one.is_running:
                self._end(one, DeliveryState.GIVEN_UP, None, GivenUp.WITHDRAWN)

    def erase(self, uri: str) -> None:
        """End whatever may have words of a dispatch, as a whole; an attempt under way is the last."""
        self.erased = True
        for name in self.state.queues:
            for one in self.waiting(name):
                kept = self.notification(one)
                if uri in (*kept.uris, *kept.copied):
                    self._end(one, DeliveryState.GIVEN_UP, None, GivenUp.WITHDRAWN)

    def settle(self, waiting: Waiting, answer: Answer) -> None:
        """What follows from what the attempt under way came to."""
        outcome = OUTCOMES[answer.verdict, waiting.attempts < ATTEMPTS_MAX]
        stopped = replace(waiting, is_running=False)
        if outcome is Outcome.SENT:
            self._end(waiting, DeliveryState.SENT, answer)
            self._was_reached(waiting.receiver)
        elif outcome is Outcome.GIVE_UP:
            is_refused = waiting.attempts < ATTEMPTS_MAX
            self.give_up(waiting, GivenUp.REFUSED if is_refused else GivenUp.ATTEMPTS, answer)
        elif outcome is Outcome.DISABLE:
            self._keep(replace(stopped, due_ms=self.now_ms))
            self._keep_receiver(replace(self.receiver(waiting.receiver), is_disabled=True))
            self._write(stopped, DeliveryState.FAILED, answer)
        else:
            self._try_again(stopped, answer, outcome)

    def give_up(self, waiting: Waiting, why: GivenUp, answer: Answer | None = None) -> None:
        """End a delivery that cannot be made.  Its notification goes to wire.dead, unless it is a test."""
        kept = self.notification(waiting)
        self._end(waiting, DeliveryState.GIVEN_UP, answer, why)
        if not kept.is_test:
            last = f"; the last attempt: {_words(answer)}" if answer else ""
            detail = f"receiver {waiting.receiver}: given up after {waiting.attempts} attempts, {why}{last}"
            rejected = Rejected(Reason.UNDELIVERABLE, detail)
            self.outputs.append(dead.letter("deliver", self._record_of(kept), rejected))

    def give_up_old(self) -> None:
        """End what waited too long, and what is for receivers that are gone from the file."""
        for name in list(self.state.queues):
            settings = self.receivers.receivers.get(name)
            for waiting in self.waiting(name):
                if settings is None:
                    self.give_up(waiting, GivenUp.REMOVED)
                elif not waiting.is_running and self.now_ms >= waiting.since_ms + settings.give_up_after:
                    self.give_up(waiting, GivenUp.AGE)

    def resume(self, name: str) -> None:
        """Send to a receiver again, and try at once what waits for it."""
        self._keep_receiver(replace(self.receiver(name), failures=0, paused_until_ms=0, is_disabled=False))
        self._hasten(name)

    def begin(self) -> None:
        """Begin the next attempt for each receiver that has none under way and is ready for one."""
        for name in self.receivers.receivers:
            waiting = self.waiting(name)
            if found := self._next(name, waiting):
                begun = replace(found, attempts=found.attempts + 1, is_running=True)
                self._keep(begun)
                self._write(begun, DeliveryState.PENDING)

    def notification(self, waiting: Waiting) -> KeptNotification:
        """The notification of a delivery."""
        return self.kept.get(waiting.notification) or self.state.notification(waiting)

    def _next(self, name: str, waiting: list[Waiting]) -> Waiting | None:
        """The delivery to be tried now: in order within a thread, what breaks through first."""
        receiver = self.receiver(name)
        if receiver.is_disabled or receiver.paused_until_ms > self.now_ms or any(w.is_running for w in waiting):
            return None
        first: Waiting | None = None
        for one, kept in free(waiting, self.notification):
            if one.due_ms <= self.now_ms:
                if kept.breaks_through:
                    return one
                first = first or one
        return first

    def _try_again(self, waiting: Waiting, answer: Answer, outcome: Outcome) -> None:
        known, name = self.receiver(waiting.receiver), waiting.receiver
        failures = known.failures + 1
        asked = retry_after_ms(answer.retry_after_seconds)
        later = asked if asked and outcome is Outcome.LATER else None
        delay = later or delay_ms(waiting.id, waiting.attempts)
        if not later and any(self._sharing(self.waiting(name), self.notification(waiting), but=waiting.id)):
            delay = min(delay, BEHIND_MS_MAX)
        pause = later or pause_ms(name, failures)
        self._keep_receiver(replace(known, failures=failures, paused_until_ms=self.now_ms + pause))
        again = replace(waiting, due_ms=self.now_ms + delay)
        self._keep(again)
        self._write(again, DeliveryState.FAILED, answer)

    def _was_reached(self, name: str) -> None:
        """The receiver took something: if it was down, what waits for it is tried at once."""
        known = self.receiver(name)
        if known.failures:
            self._keep_receiver(replace(known, failures=0, paused_until_ms=0))
            if known.failures >= DOWN_FAILURES:
                self._hasten(name)

    def _hasten(self, name: str) -> None:
        for waiting in self.waiting(name):
            if waiting.due_ms > self.now_ms:
                self._keep(replace(waiting, due_ms=self.now_ms))

    def _sharing(self, waiting: Iterable[Waiting], kept: KeptNotification, but: str = "") -> Iterable[Waiting]:
        """Those of a thread that the notification is of too, and not under way."""
        threads = set(kept.threads)
        return (
            one
            for one in waiting
            if one.id != but and not one.is_running and not threads.isdisjoint(self.notification(one).threads)
        )

    def _make_room(self, name: str) -> None:
        """Give up what is beyond the bounds of a receiver: the oldest, but first what does not break through."""
        waiting = self.waiting(name)
        size = sum(len(self.notification(one).value) for one in waiting)
        idle = [one for one in waiting if not one.is_running]
        idle.sort(key=lambda one: self.notification(one).breaks_through)  # stable: the oldest first in each half
        over = len(waiting) - WAITING_MAX
        for one in idle:
            if over <= 0 and size <= WAITING_BYTES_MAX:
                return
            over, size = over - 1, size - len(self.notification(one).value)
            self.give_up(one, GivenUp.CROWDED_OUT)

    def _keep(self, waiting: Waiting) -> None:
        self.changed[waiting.id] = waiting

    def _keep_receiver(self, receiver: ReceiverState) -> None:
        self.known[receiver.id] = replace(receiver, offset=self.offset)

    def _end(
        self, waiting: Waiting, state: DeliveryState, answer: Answer | None, why: GivenUp | None = None
    ) -> None:
        self._write(waiting, state, answer, why)
        self.changed[waiting.id] = None
        self.ended[waiting.id] = Ended(waiting.id, self.offset, state is DeliveryState.SENT)

    def _write(
        self, waiting: Waiting, state: DeliveryState, answer: Answer | None = None, why: GivenUp | None = None
    ) -> None:
        """Say in wire.deliveries how far the delivery has come."""
        kept = self.notification(waiting)
        delivery = Delivery(
            receiver=waiting.receiver,
            notification=kept.id,
            desk=kept.desk,
            state=state,
            attempts=waiting.attempts,
            next=instant(waiting.due_ms) if state is DeliveryState.FAILED else None,
            verdict=answer.verdict if answer else None,
            trouble=answer.trouble if answer else None,
            status=answer.status if answer else None,
            given_up=why,
            test=kept.is_test,
            time=instant(self.now_ms),
        )
        headers = forward(kept.headers, RecordType.DELIVERY, self.now_ms)
        partition = self.record.position.partition
        self.outputs.append(Out(TARGET, waiting.id.encode(), dump(delivery), headers, partition))

    def _record_of(self, kept: KeptNotification) -> Record:
        """The record that brought the notification."""
        position = Position(SOURCE, self.record.position.partition, kept.offset)
        return Record(position, kept.desk.encode(), kept.value, kept.headers, kept.timestamp_ms)


def _words(answer: Answer) -> str:
    parts = (answer.verdict, answer.trouble, answer.status)
    return " ".join(str(part) for part in parts if part is not None)
