"""The embedded broker of a deployment: it is watched, and only who started it stops it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, Self

from pipeline.runtime.embedded.jars import BrokerError
from pipeline.runtime.local.child import BACKOFF_SECONDS_MAX, STEADY_SECONDS

BROKER = "Apache Kafka"  # its name among the rooms in what is reported
WAIT_SECONDS_MIN = 0.5  # before it is started again; a room, which holds no port, comes sooner


class StartedBroker(Protocol):
    """What is needed of embedded.broker.Broker, or of an embedded cluster."""

    @property
    def is_running(self) -> bool: ...
    @property
    def is_stopped(self) -> bool: ...
    @property
    def bootstrap(self) -> str: ...
    def start(self) -> object: ...
    def stop_own(self) -> None: ...
    def missing(self) -> str: ...
    def last_words(self) -> str: ...


@dataclass
class WatchedBroker:
    """A broker for the time of a `with`.  One that runs already is used, and left running."""

    broker: StartedBroker
    on_event: Callable[[str, str], None]  # BROKER, what happened to it
    clock: Callable[[], float] = time.monotonic
    is_ours: bool = False
    _started: float = field(default=0.0, init=False)
    _start_at: float | None = field(default=None, init=False)  # of one that has ended
    _wait_seconds: float = field(default=WAIT_SECONDS_MIN, init=False)

    def __enter__(self) -> Self:
        self.is_ours = self.broker.is_stopped
        if not self.is_ours and not self.broker.is_running:
            raise BrokerError(f"{self.broker.missing()}. `wiredesk broker start` starts what is missing")
        self.broker.start()
        self._started = self.clock()
        if not self.is_ours:
            self.on_event(BROKER, f"runs already at {self.broker.bootstrap}: it is used, and left running")
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_ours:
            self.broker.stop_own()

    def keep_running(self) -> bool:
        """Whether it runs.  Ours is started again when it has ended, with back-off while it cannot or ends again.

        Raises BrokerError if one that is not ours has ended.
        """
        if self.broker.is_running:
            return True
        if not self.is_ours:
            raise BrokerError(
                "the broker that was running before has ended, so the rooms are stopped. "
                "`wiredesk up --embedded` starts both."
            )
        now = self.clock()
        if self._start_at is None:
            if now - self._started > STEADY_SECONDS:
                self._wait_seconds = WAIT_SECONDS_MIN
            self._start_later(now, "has ended by itself")
        elif now >= self._start_at:
            self._try()
        return self.broker.is_running

    def _try(self) -> None:
        try:
            self.broker.start()
        except (BrokerError, OSError) as error:  # a full disk refuses its files before it refuses Kafka's
            self._start_later(self.clock(), f"cannot be started: {str(error).strip()}\n{BROKER}")
        else:
            self._started, self._start_at = self.clock(), None
            self.on_event(BROKER, "runs again")

    def _start_later(self, now: float, why: str) -> None:
        self._start_at, wait = now + self._wait_seconds, self._wait_seconds
        self._wait_seconds = min(BACKOFF_SECONDS_MAX, 2 * wait)
        self.on_event(BROKER, f"{why}: started again in {wait:g} s")
