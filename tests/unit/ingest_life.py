"""For tests of the ways in: a feed's life with a ledger in memory, in which it crashes where the test says."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from pipeline.ingest.contract import Connector, Health, Incoming, Known, Taken
from pipeline.runtime.ingest.driver import Driver

STEPS_MAX = 200  # of a turn; more than that is a loop


class Crash(StrEnum):
    """Where a process dies."""

    BEFORE_COMMIT = "before the commit"
    AFTER_COMMIT = "after it, before what follows"


class Died(Exception):
    """It did."""


class Life:
    """What the shell does for one feed: only what was committed outlives a crash."""

    def __init__(
        self, connector: Connector[Any, Any, Any, Any], driver: Callable[[], Driver[Any, Any, Any]]
    ) -> None:
        self.connector, self._made = connector, driver
        self.driver = driver()
        self.cursor: Any = connector.open()
        self.seen: dict[bytes, int] = {}
        self.payloads: list[Incoming] = []
        self.warnings: list[str] = []
        self.health, self.detail = Health.OK, ""
        self.now_ms = 1_700_000_000_000

    @property
    def values(self) -> list[bytes]:
        return [payload.value for payload in self.payloads]

    async def turn(self, crash: Crash | None = None, at_step: int = 0) -> int | None:
        """Ask until nothing is to be asked at once; dies at that step, if it should."""
        self.now_ms += 60_000
        question: Any = self.connector.ask(self._known, self.now_ms)
        for step in range(STEPS_MAX):
            answer = await self.driver.answer(question)
            taken: Taken[Any, Any, Any] = self.connector.take(self._known, question, answer, self.now_ms)
            if crash is Crash.BEFORE_COMMIT and step == at_step:
                await self.restart()
                raise Died
            self._commit(taken)
            if crash is Crash.AFTER_COMMIT and step == at_step:
                await self.restart()
                raise Died
            if taken.after:
                self.warnings += await self.driver.done(taken.after)
            if taken.then is None:
                return taken.again_ms
            question = taken.then
        raise AssertionError(f"more than {STEPS_MAX} steps in a turn")

    async def restart(self) -> None:
        """Another process, with what was committed."""
        await self.driver.close()
        self.driver = self._made()

    @property
    def _known(self) -> Known[Any]:
        return Known(self.cursor, dict(self.seen))

    def _commit(self, taken: Taken[Any, Any, Any]) -> None:
        self.payloads += taken.payloads
        self.cursor = taken.cursor if taken.cursor is not None else self.cursor
        self.seen.update(dict.fromkeys(taken.seen, self.now_ms))
        for key in taken.forget:
            self.seen.pop(key, None)
        self.health, self.detail = taken.health, taken.detail
        self.warnings += taken.warnings
