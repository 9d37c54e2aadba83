"""The embedded broker of a deployment: it is watched, and only who started it stops it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, Self

from pipeline.runtime.embedded.jars import BrokerError
from pipeline.runtime.local.supervisor import STEADY_SECONDS

BROKER = "Apache Kafka"  # its name among the rooms in what is reported


class StartedBroker(Protocol):
    """What is needed of embedded.broker.Broker."""

    @property
    def is_running(self) -> bool: ...
    @property
    def bootstrap(self) -> str: ...
    def start(self) -> object: ...
    def stop(self) -> None: ...
    def last_words(self) -> str: ...


@dataclass
class WatchedBroker:
    """A broker for the time of a `with`.  One that runs already is used, and left running."""

    broker: StartedBroker
    on_event: Callable[[str, str], None]  # BROKER, what happened to it
    clock: Callable[[], float] = time.monotonic
    is_ours: bool = False
    _restarted: float | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        self.is_ours = not self.broker.is_running
        self.broker.start()
        if not self.is_ours:
            self.on_event(BROKER, f"runs already at {self.broker.bootstrap}: it is used, and left running")
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_ours:
            self.broker.stop()

    def restart_ended(self) -> None:
        """Start it again if it has ended, as `kill -9` or a full disk ends it.

        Raises BrokerError if it is not ours, cannot start, or ends again within STEADY_SECONDS.
        """
        if self.broker.is_running:
            return
        if not self.is_ours:
            raise BrokerError(
                "the broker that was running before has ended, so the rooms are stopped. "
                "`wiredesk up --embedded` starts both."
            )
        if self._restarted is not None and self.clock() - self._restarted < STEADY_SECONDS:
            raise BrokerError(f"{BROKER} has ended again; its log ends with:\n{self.broker.last_words()}")
        self.on_event(BROKER, "has ended by itself: it is started again")
        self.broker.start()
        self.on_event(BROKER, "runs again")
        self._restarted = self.clock()
