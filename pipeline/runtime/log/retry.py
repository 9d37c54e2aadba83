"""What an owner does about lost connections: it waits, longer each time, and tries again; and it says so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog

from pipeline.runtime.log.port import ConnectionLost

PAUSE_SECONDS_MIN, PAUSE_SECONDS_MAX = 0.1, 2.0  # between two attempts
REPORT_SECONDS = 10.0  # from one line about an outage to the next

log = structlog.get_logger("wiredesk.partition")


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """A deadline.  Raises ConnectionLost when it has passed: who does not answer in time is not there."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise ConnectionLost(f"no answer within {seconds:g} s") from error


@dataclass
class Outage:
    """The failed attempts since the last one that succeeded."""

    name: Mapping[str, Any]  # of who waits, for the log
    began: float | None = None  # the first failure, on the monotonic clock
    _reported: float = 0.0
    _pause: float = field(default_factory=lambda: PAUSE_SECONDS_MIN)

    async def wait(self, error: ConnectionLost) -> None:
        """Wait before the next attempt."""
        now = time.monotonic()
        if self.began is None or now - self._reported > REPORT_SECONDS:
            self.began, self._reported = self.began or now, now
            log.warning("connection-lost", **self.name, why=str(error), seconds=round(now - self.began))
        await asyncio.sleep(self._pause)
        self._pause = min(2 * self._pause, PAUSE_SECONDS_MAX)

    def over(self) -> None:
        """The last attempt succeeded."""
        if self.began is not None:
            log.info("connection-back", **self.name, seconds=round(time.monotonic() - self.began, 1))
