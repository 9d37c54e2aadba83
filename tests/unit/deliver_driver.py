"""Drives the room deliver in tests: notifications, a clock, and receivers that answer as a test says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pipeline.deliver.receivers import Receivers
from pipeline.deliver.room import DeliverRoom
from pipeline.deliver.state import Waiting
from pipeline.envelope import TYPE, RecordType
from pipeline.items import (
    Answer,
    Control,
    Delivery,
    Level,
    Notification,
    NotificationKind,
    NotifiedAlert,
    Verdict,
    dump,
    instant,
)
from pipeline.items.alert import AlertEvent
from pipeline.records import Out, Position, Record, instant_ms
from pipeline.rule_files import parse_rules

START_MS = instant_ms(b"2022-01-11T06:00:00Z")
SECOND_MS, MINUTE_MS, HOUR_MS = 1_000, 60_000, 3_600_000
HOOK = "webhook: {url: 'https://news.example/hook', secrets: ['env:HOOK_SECRET']}"
ONE = f"receivers: {{hook: {{desks: [news], {HOOK}}}}}"
TWO = ONE.removesuffix("}") + f", other: {{desks: [news, foreign], {HOOK}}}}}"


def receivers(text: str) -> Receivers:
    """The receivers of a file's text."""
    return parse_rules(Receivers, text, "deliver.yaml")


def notification(
    number: int,
    *,
    thread: str = "",
    desk: str = "news",
    breaks: bool = False,
    uri: str = "",
    copies: str | None = None,
    event: str = "urgent",
) -> Notification:
    """A notification of one alert, of a thread of its own if none is given."""
    alert = NotifiedAlert(
        id=f"a{number}",
        event=AlertEvent(event),
        level=Level.URGENT,
        title=f"URGENT: Ferry {number}",
        text="Text.",
        thread=thread or f"t{number}",
        uri=uri or f"d{number}",
        copies=copies,
        time=instant(START_MS),
    )
    return Notification(
        id=f"n{number}",
        desk=desk,
        kind=NotificationKind.ALERT,
        level=Level.URGENT,
        title=alert.title,
        text="Text.",
        alerts=(alert,),
        reasons=("why",),
        breaks_through=breaks,
        routes_hash="0" * 16,
        time=instant(START_MS),
    )


Answers = Callable[[Waiting], dict[str, Any]]  # what a receiver says to an attempt: members of Answer


def delivered(_: Waiting) -> dict[str, Any]:
    """It takes everything."""
    return {"verdict": Verdict.DELIVERED, "status": 200}


def failing(_: Waiting) -> dict[str, Any]:
    """It fails, whatever comes."""
    return {"verdict": Verdict.FAILED, "status": 500}


@dataclass
class DeliverDriver:
    """One shard of the room, its clock, and what it was asked to send: (receiver, notification, attempt, ms)."""

    room: DeliverRoom
    answers: Answers = delivered
    made: list[tuple[str, str, int, int]] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    letters: list[Out] = field(default_factory=list)
    journal: list[tuple[int, bytes]] = field(default_factory=list)
    offset: int = -1
    now_ms: int = START_MS

    def __post_init__(self) -> None:
        self.state = self.room.open()

    @classmethod
    def of(cls, text: str, **more: Any) -> DeliverDriver:
        """A driver with the receivers of a file's text."""
        return cls(DeliverRoom(receivers(text)), **more)

    def notify(self, number: int, **more: Any) -> None:
        """A notification comes."""
        self.step(RecordType.NOTIFICATION, dump(notification(number, **more)))

    def control(self, **members: Any) -> None:
        """An operator says something."""
        self.step(RecordType.CONTROL, dump(Control(who="Ada", why="because", **members)))

    def answer_all(self, passes_ms: int = 50) -> None:
        """The receivers answer the attempts that are under way, and those that follow from that."""
        for _ in range(100_000):
            running = self.state.running()
            if not running:
                return
            for one in running:
                self.now_ms += passes_ms
                self.made.append((one.receiver, one.notification, one.attempts, self.now_ms - START_MS))
                self.answer(one, **self.answers(one))
        raise AssertionError("it sends for ever")

    def answer(self, one: Waiting, **members: Any) -> None:
        """A receiver answers this attempt."""
        found = Answer(receiver=one.receiver, notification=one.notification, attempt=one.attempts, **members)
        self.step(RecordType.ANSWER, dump(found))

    def until(self, ms: int) -> None:
        """Time passes, up to so long after the start; the receivers answer."""
        self.answer_all()
        for _ in range(100_000):
            due_ms = self.room.due_ms(self.state)
            if due_ms is None or due_ms > START_MS + ms:
                self.now_ms = max(self.now_ms, START_MS + ms)
                return
            self.now_ms = max(self.now_ms, due_ms)
            self.step(RecordType.TICK, b"")
            self.answer_all()
        raise AssertionError("it ticks for ever")

    def step(self, type_: RecordType, value: bytes) -> None:
        """One record: decide, and apply what was decided."""
        self.offset += 1
        record = Record(
            Position("wire.notifications", 0, self.offset), b"", value, ((TYPE, type_.encode()),), self.now_ms
        )
        due_ms = self.room.due_ms(self.state)
        decision = self.room.decide(self.state, record)
        change = self.room.encode(decision.change)
        self.journal.append((self.offset, change))
        self.room.apply(self.state, self.room.decode(change), self.offset)
        if type_ is RecordType.TICK and due_ms is not None and due_ms <= self.now_ms:
            assert self.room.due_ms(self.state) != due_ms, "a tick left it as due as before"
        for out in decision.outputs:
            if out.topic == "wire.dead":
                self.letters.append(out)
            else:
                assert (out.topic, out.partition) == ("wire.deliveries", 0)
                delivery = Delivery.model_validate_json(out.value)
                assert out.key == f"{delivery.receiver}/{delivery.notification}".encode()
                self.deliveries.append(delivery)

    @property
    def last(self) -> dict[str, str]:
        """By key of wire.deliveries, the state of its latest record."""
        return {f"{one.receiver}/{one.notification}": one.state.value for one in self.deliveries}
