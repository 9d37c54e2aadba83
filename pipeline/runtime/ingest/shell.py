"""All feeds of a file at work: each has its turns, and one committer writes for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

from pipeline.ingest.feed import Feed
from pipeline.ingest.ways import WAYS
from pipeline.runtime.ingest.committer import Committer
from pipeline.runtime.ingest.driver import Driver, SharedResources, Surroundings, look_twice
from pipeline.runtime.ingest.drivers import DRIVERS
from pipeline.runtime.ingest.owner import LedgerOwner
from pipeline.runtime.ingest.turns import STEPS_AT_ONCE, FeedTurns
from pipeline.runtime.secrets import Secrets

STOP_SECONDS = 10.0  # for the transaction that is under way

log = structlog.get_logger("wiredesk.ingest")


@dataclass
class Shell:
    """The feeds and their committer.  `drivers`: another table, in tests."""

    owner: LedgerOwner
    drivers: Mapping[str, Callable[[Any, Surroundings], Driver[Any, Any, Any]]] = field(
        default_factory=lambda: DRIVERS
    )
    shared: SharedResources = field(default_factory=SharedResources)
    feeds: dict[str, FeedTurns] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.committer = Committer(self.owner)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._writing: asyncio.Task[None] | None = None
        self._failed: asyncio.Future[None] | None = None  # by a feed's task that ended with an error

    async def run(self, feeds: Mapping[str, Feed], secrets: Secrets) -> None:
        """Until cancelled.  Raises what the committer does."""
        self._writing = asyncio.create_task(self.committer.run())
        self._failed = asyncio.get_running_loop().create_future()
        try:
            await self.change(feeds, secrets)
            await _first(self._writing, self._failed)
        finally:
            await self.close()

    async def run_once(self, feeds: Mapping[str, Feed], secrets: Secrets) -> list[FeedTurns]:
        """Give each feed one turn, and end; how they went.  Raises what the committer does.

        A second one if it has files of which one look cannot tell whether they are whole.  Feeds to which others
        come have no turn: nobody waits for them.
        """
        self._writing = asyncio.create_task(self.committer.run())
        made = [self._made(name, feed, secrets) for name, feed in feeds.items()]
        turns = [feed for feed in made if not feed.driver.only_waits]
        self.feeds = {feed.name: feed for feed in turns}
        work = asyncio.gather(*(look_twice(feed.driver, feed.turn) for feed in turns))
        try:
            await _first(self._writing, work)
            return turns
        finally:
            work.cancel()
            for feed in made:
                await feed.driver.close()
            await self.close()

    async def change(self, feeds: Mapping[str, Feed], secrets: Secrets) -> dict[str, int]:
        """Have these feeds and no others: what is unchanged goes on; how many changed.

        A feed with secrets begins anew, because they may be others now; so does one that was forgotten.
        """
        await self.committer.look()  # a feed that was forgotten, and is in the file again, begins anew
        stopped = [name for name, one in self.feeds.items() if feeds.get(name) != one.feed or one.begins_anew]
        await asyncio.gather(*(self._stop(name) for name in stopped))
        started = [name for name in feeds if name not in self.feeds]
        for name, feed in feeds.items():
            if name in started:
                self.feeds[name] = turns = self._made(name, feed, secrets)
                self._tasks[name] = task = asyncio.create_task(turns.run())
                task.add_done_callback(self._ended)
        return {"started": len(started), "stopped": len(stopped)}

    async def close(self) -> None:
        """Stop all feeds, let the transaction under way end, and give up the ledger."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await asyncio.gather(*(self._stop(name) for name in list(self.feeds)))
        if self._writing:
            await self.committer.settle(STOP_SECONDS)
            self._writing.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._writing
        await self.shared.close()
        await self.owner.close()

    def _made(self, name: str, feed: Feed, secrets: Secrets) -> FeedTurns:
        woken = asyncio.Event()
        around = Surroundings(name, secrets, woken.set, self.shared)
        slots = self._slots.setdefault(feed.kind, asyncio.Semaphore(STEPS_AT_ONCE))
        return FeedTurns(
            name,
            feed,
            WAYS[feed.kind].connector(feed),
            self.drivers[feed.kind](feed, around),
            self.committer,
            slots,
            self.owner.now_ms,
            woken=woken,
        )

    async def _stop(self, name: str) -> None:
        turns = self.feeds.pop(name)
        if task := self._tasks.pop(name, None):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task
        await turns.driver.close()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """An error that no turn expects ends the process: a feed that nobody asks any more would go unnoticed."""
        if not task.cancelled() and (error := task.exception()) and self._failed and not self._failed.done():
            self._failed.set_exception(error)


async def _first(*works: asyncio.Future[Any]) -> None:
    """Wait for the first that ends; raises its error."""
    done, _ = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
    for work in done:
        work.result()
