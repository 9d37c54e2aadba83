"""The port of a driver: what a connector asks for, it gets from the world outside."""

from __future__ import annotations

import asyncio
import math
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from pipeline.ingest.contract import Failed
from pipeline.runtime.secrets import Secrets

Q = TypeVar("Q")
A = TypeVar("A")
E = TypeVar("E")


class Closing(Protocol):
    """Something that several feeds share, as a client or a server."""

    async def close(self) -> None:
        """Give up what is open."""


S = TypeVar("S", bound=Closing)


@dataclass
class SharedResources:
    """What the drivers of several feeds share, made when the first asks for it."""

    _made: dict[type[Any], Any] = field(default_factory=dict)

    def get(self, kind: type[S]) -> S:
        """The one of this kind, which is made without arguments."""
        if kind not in self._made:
            self._made[kind] = kind()
        found: S = self._made[kind]
        return found

    async def close(self) -> None:
        """Close all of them."""
        made, self._made = self._made, {}
        for one in made.values():
            await one.close()


@dataclass(frozen=True)
class Surroundings:
    """What a driver is given beside the settings of its feed."""

    feed: str  # its name
    secrets: Secrets
    wake: Callable[[], None] = lambda: None  # has the feed asked now: something new is there
    shared: SharedResources = field(default_factory=SharedResources)


class Driver(ABC, Generic[Q, A, E]):
    """What gets the answers for one feed.  It may be asked the same again: after a crash, and after each lost
    connection to Kafka.  So it gives nothing away before `done` says that it is committed.
    """

    only_waits: ClassVar[bool] = False  # others come to it: there is nothing to try, and nothing to do once

    def untried(self) -> str | Failed:
        """Of one that only waits: why it is not tried, or what would keep it from waiting."""
        return "others come to it; it cannot be tried from here"

    @abstractmethod
    async def answer(self, question: Q) -> A | Failed:
        """The answer, within a bounded time.  Never raises for what the other side does."""

    @property
    def unsettled_seconds(self) -> float:
        """How long until what it has seen and not given may be whole; 0 if it has seen nothing such."""
        return 0.0

    async def done(self, effects: Sequence[E]) -> Sequence[str]:
        """Do what has to happen after the commit; returns what went wrong, a sentence each.

        A crash may leave it undone: then the connector asks for it again, when it meets what it knows.
        """
        return ()

    def begin_anew(self) -> None:
        """What was answered last may not be committed: the next answer has to have it again."""
        return

    async def close(self) -> None:
        """Give up what is open."""
        return


async def look_twice(
    driver: Driver[Any, Any, Any],
    turn: Callable[[], Awaitable[object]],
    seconds_max: float = math.inf,
    is_full: Callable[[], bool] = lambda: False,
) -> None:
    """A turn, and one more when what it found not whole may be; not if that takes too long, or enough is there."""
    await turn()
    seconds = driver.unsettled_seconds
    if 0 < seconds <= seconds_max and not is_full():
        await asyncio.sleep(seconds)
        await turn()
