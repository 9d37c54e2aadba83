"""`wiredesk ingest check`: each way in is tried once, and what it has is told; nothing is published or put away."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pipeline.formats import parse
from pipeline.formats.parsed import Broken, Identity, Payload
from pipeline.ingest.contract import Health, Incoming, Known
from pipeline.ingest.feed import Feed
from pipeline.ingest.ways import WAYS
from pipeline.records import Rejected
from pipeline.runtime.ingest.driver import Driver, Shared, Surroundings
from pipeline.runtime.ingest.drivers import DRIVERS
from pipeline.runtime.secrets import Secrets

QUESTIONS_MAX = 20  # of one feed: redirects, pages, the listing and the first files
PAYLOADS_LOOKED_AT = 50
AT_ONCE = 16
TRY_SECONDS = 90.0
WARNINGS_SHOWN_MAX, PROBLEMS_SHOWN_MAX = 5, 10


@dataclass
class Tried:
    """What one feed has."""

    name: str
    kind: str
    health: Health | None = None  # None: others come to it, so there is nothing to try
    detail: str = ""
    payloads: int = 0
    items: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    dates: list[datetime] = field(default_factory=list)
    without_date: int = 0
    without_id: int = 0
    warnings: Counter[str] = field(default_factory=Counter)  # of the parsers
    problems: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """What to tell an operator."""
        how = self.health.value if self.health else "not tried"
        lines = [f"{self.name}: {self.kind}, {how}{f': {self.detail}' if self.detail else ''}"]
        if self.payloads:
            formats = ", ".join(f"{name} {count}" for name, count in self.formats.most_common())
            lines.append(f"  {self.payloads} payloads looked at, {self.items} items; formats: {formats or 'none'}")
        elif self.health is Health.OK and not self.problems:
            lines.append("  nothing there to look at yet")
        if self.dates:
            lines.append(f"  dates from {_shown(min(self.dates))} to {_shown(max(self.dates))}")
        missing = (("date", self.without_date), ("id", self.without_id))
        lines += [f"  {count} items without {what}" for what, count in missing if count]
        lines += [f"  {count} times: {one}" for one, count in self.warnings.most_common(WARNINGS_SHOWN_MAX)]
        lines += [f"  {one}" for one in self.problems[:PROBLEMS_SHOWN_MAX]]
        more = len(self.problems) - PROBLEMS_SHOWN_MAX
        return lines + ([f"  and {more} more"] if more > 0 else [])

    @property
    def is_good(self) -> bool:
        """Whether nothing needs attention."""
        return self.health in (None, Health.OK, Health.WAITING) and not self.problems


async def tried(feeds: Mapping[str, Feed], secrets: Secrets) -> AsyncIterator[Tried]:
    """Each feed, as soon as it was tried."""
    shared, slots = Shared(), asyncio.Semaphore(AT_ONCE)

    async def attempt(name: str, feed: Feed) -> Tried:
        async with slots:
            driver = DRIVERS[feed.kind](feed, Surroundings(name, secrets, lambda: None, shared))
            try:
                async with asyncio.timeout(TRY_SECONDS):
                    return await _tried(name, feed, driver)
            except TimeoutError:
                return Tried(name, feed.kind, Health.UNREACHABLE, f"no answer within {TRY_SECONDS:g} s")
            finally:
                await driver.close()

    try:
        for work in asyncio.as_completed([attempt(name, feed) for name, feed in feeds.items()]):
            yield await work
    finally:
        await shared.close()


async def _tried(name: str, feed: Feed, driver: Driver[Any, Any, Any]) -> Tried:
    found = Tried(name, feed.kind)
    if driver.only_waits:
        found.detail = "others come to it; it cannot be tried from here"
        return found
    connector = WAYS[feed.kind].connector(feed)
    known: Known[Any] = Known(connector.open(), {})
    question: Any = connector.ask(known, _now_ms())
    for _ in range(QUESTIONS_MAX):
        answer = await driver.answer(question)
        taken = connector.take(known, question, answer, _now_ms())
        found.health, found.detail = taken.health, taken.detail
        found.problems += [one for one in taken.warnings if one not in found.problems and one != taken.detail]
        for payload in taken.payloads[: PAYLOADS_LOOKED_AT - found.payloads]:
            _look(found, payload, feed)
        question = taken.then
        if question is None or found.payloads >= PAYLOADS_LOOKED_AT:
            break
        known = Known(known.cursor if taken.cursor is None else taken.cursor, {})
    return found


def _look(found: Tried, payload: Incoming, feed: Feed) -> None:
    """What is in a payload, as normalise will read it."""
    found.payloads += 1
    try:
        identity = feed.id or Identity.GUID
        format_, read = parse(Payload(payload.value, found.name, datetime.now(UTC), feed.format, identity))
    except Rejected as rejected:
        found.problems.append(f"{payload.name}: {rejected.reason}: {rejected.detail}")
        return
    found.formats[format_] += 1
    found.items += len(read.items)
    for item in read.items:
        if isinstance(item, Broken):
            found.problems.append(f"{payload.name}, item {item.part}: {item.reason}: {item.detail}")
            continue
        found.without_date += item.version_created is None
        found.without_id += item.native_id is None
        found.dates += [item.version_created] if item.version_created else []
        found.warnings.update(item.warnings)


def _shown(moment: datetime) -> str:
    """With its own zone, as the payload has it."""
    return moment.isoformat(sep=" ", timespec="minutes")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
