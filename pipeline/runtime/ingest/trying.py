"""`wiredesk ingest check`: each way in is tried once, and what it has is told; nothing is published or put away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from pipeline.envelope import Headers
from pipeline.ingest.contract import Connector, Health, Known
from pipeline.ingest.feed import Feed
from pipeline.ingest.ways import WAYS
from pipeline.runtime.ingest.driver import Driver, SharedResources, Surroundings, look_twice
from pipeline.runtime.ingest.drivers import DRIVERS
from pipeline.runtime.ingest.tried import PAYLOADS_LOOKED_AT, Tried
from pipeline.runtime.secrets import Secrets

QUESTIONS_MAX = 20  # of one feed: redirects, pages, the listing and the first files
AT_ONCE = 16
TRY_SECONDS = 90.0
SETTLE_SECONDS_MAX = 30.0  # that it waits for files to settle

log = structlog.get_logger("wiredesk.ingest")


async def tried(feeds: Mapping[str, Feed], secrets: Secrets) -> AsyncIterator[Tried]:
    """Each feed, as soon as it was tried."""
    shared, slots = SharedResources(), asyncio.Semaphore(AT_ONCE)

    async def attempt(name: str, feed: Feed) -> Tried:
        async with slots:
            driver = DRIVERS[feed.kind](feed, Surroundings(name, secrets, lambda: None, shared))
            try:
                async with asyncio.timeout(TRY_SECONDS):
                    return await _tried(name, feed, driver)
            except TimeoutError:
                return Tried(name, feed.kind, feed.zone, Health.UNREACHABLE, f"no answer within {TRY_SECONDS:g} s")
            except Exception as error:  # one feed's bug is no other feed's
                log.error("feed-bug", feed=name, error=repr(error), exc_info=error)
                report = "report it with the lines of the log and what the file says of the feed"
                detail = f"an error of ours: {type(error).__name__}; {report}"
                return Tried(name, feed.kind, feed.zone, Health.BROKEN, detail)
            finally:
                await driver.close()

    try:
        for work in asyncio.as_completed([attempt(name, feed) for name, feed in feeds.items()]):
            yield await work
    finally:
        await shared.close()


async def _tried(name: str, feed: Feed, driver: Driver[Any, Any, Any]) -> Tried:
    found = Tried(name, feed.kind, feed.zone)
    if driver.only_waits:
        why = driver.untried()
        found.health, found.detail = (None, why) if isinstance(why, str) else (why.health, why.detail)
        return found
    trial = _Trial(found, WAYS[feed.kind].connector(feed), driver, feed.headers)
    await look_twice(driver, trial.turn, SETTLE_SECONDS_MAX, trial.is_full)
    return found


@dataclass
class _Trial:
    """A feed that is asked as if what it brings were committed: nothing is looked at twice."""

    found: Tried
    connector: Connector[Any, Any, Any, Any]
    driver: Driver[Any, Any, Any]
    headers: Headers

    def __post_init__(self) -> None:
        self._known: Known[Any] = Known(self.connector.open(), {})

    async def turn(self) -> None:
        """Ask until nothing is to be asked at once, or enough was looked at."""
        found, question = self.found, self.connector.ask(self._known, _now_ms())
        for _ in range(QUESTIONS_MAX):
            answer = await self.driver.answer(question)
            taken = self.connector.take(self._known, question, answer, _now_ms())
            found.health, found.detail = taken.health, taken.detail
            found.problems += [one for one in taken.warnings if one not in found.problems and one != taken.detail]
            for payload in taken.payloads[: PAYLOADS_LOOKED_AT - found.payloads]:
                found.look(payload, self.headers)
            seen = {**self._known.seen, **dict.fromkeys(taken.seen, _now_ms())}
            self._known = Known(self._known.cursor if taken.cursor is None else taken.cursor, seen)
            question = taken.then
            if question is None or self.is_full():
                return

    def is_full(self) -> bool:
        """Whether enough was looked at."""
        return self.found.payloads >= PAYLOADS_LOOKED_AT


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
