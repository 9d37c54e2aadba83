"""Where a worker can be when it ends: every point between two effects, counted, and one or two of them deadly."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from pipeline.normalise.room import NormaliseRoom
from pipeline.records import Decision, Out, Position, Record, Rejected, Room


class Crash(BaseException):
    """kill -9: nothing after it runs, nothing may catch it."""


@dataclass
class Boundaries:
    """Counts the boundaries as they are passed; crashes at those whose number is in `deadly`."""

    deadly: Collection[int] = ()
    passed: list[str] = field(default_factory=list)

    def at(self, name: str) -> None:
        self.passed.append(name)
        if len(self.passed) - 1 in self.deadly:
            raise Crash(f"{len(self.passed) - 1}: {name}")

    async def step(self, name: str) -> None:
        """The same as a coroutine, for MemoryLog.step."""
        self.at(name)


READ: dict[Position, tuple[Out, ...] | Rejected] = {}
READER = NormaliseRoom()


def read_once(record: Record, feed: str) -> tuple[Out, ...]:
    """What normalise reads in a payload, read once."""
    place = record.position
    if place not in READ:
        try:
            READ[place] = READER.read(record, feed)
        except Rejected as rejected:
            READ[place] = rejected
    if isinstance(found := READ[place], Rejected):
        raise found
    return found


class WatchedRoom(Room[Any, Any]):
    """A room with a boundary before and after every decision and every change of state."""

    def __init__(self, room: Room[Any, Any], boundaries: Boundaries) -> None:
        self.name = room.name  # type: ignore[misc]  # of the class in a room's contract
        self.inner, self.boundaries = room, boundaries
        if isinstance(room, NormaliseRoom):  # what it reads depends on the record alone, and it is slow
            room.read = read_once  # type: ignore[method-assign]

    def open(self) -> Any:
        return self.inner.open()

    def decide(self, state: Any, record: Record) -> Decision[Any]:
        self.boundaries.at("decide")
        decision = self.inner.decide(state, record)
        self.boundaries.at("decided")
        return decision

    def on_death(self, state: Any, record: Record, rejected: Rejected) -> Decision[Any] | None:
        return self.inner.on_death(state, record, rejected)

    def is_tried(self, change: Any) -> bool:
        return self.inner.is_tried(change)

    def is_clean(self, change: Any) -> bool:
        return self.inner.is_clean(change)

    def apply(self, state: Any, change: Any, offset: int) -> None:
        self.boundaries.at("apply")
        self.inner.apply(state, change, offset)
        self.boundaries.at("applied")

    def due_ms(self, state: Any) -> int | None:
        return self.inner.due_ms(state)

    def floor(self, state: Any, offset: int) -> int:
        return self.inner.floor(state, offset)

    def carry(self, state: Any, before: int) -> Iterator[Any]:
        self.boundaries.at("carry")
        return self.inner.carry(state, before)

    def erases(self, change: Any) -> bool:
        return self.inner.erases(change)

    def digest(self, state: Any) -> object:
        return self.inner.digest(state)

    def encode(self, change: Any) -> bytes:
        return self.inner.encode(change)

    def decode(self, data: bytes) -> Any:
        return self.inner.decode(data)
