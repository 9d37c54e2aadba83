"""Ingest with crashes as input values: a log in memory, a world outside that remembers, and a boundary between any
two effects of both.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from boundaries import Boundaries, Crash

from pipeline.envelope import ID
from pipeline.ingest.feed import Feed
from pipeline.runtime.ingest.driver import Driver, Surroundings
from pipeline.runtime.ingest.owner import LedgerOwner
from pipeline.runtime.ingest.shell import Shell
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.port import ConnectionLost
from pipeline.runtime.secrets import Secrets

FIRST = asyncio.FIRST_COMPLETED
NO_SECRETS = Secrets({})
WORLD_SECONDS = 180.0  # for a run to come to rest; it takes milliseconds, and this tells what works from what hangs


class WatchedDriver(Driver[Any, Any, Any]):
    """A driver with a boundary before and after each answer, and around what follows a commit."""

    def __init__(self, inner: Driver[Any, Any, Any], at: Callable[[str], None]) -> None:
        self.inner, self.at = inner, at

    async def answer(self, question: Any) -> Any:
        self.at("ask")
        answer = await self.inner.answer(question)
        self.at("answered")
        return answer

    async def done(self, effects: Sequence[Any]) -> Sequence[str]:
        problems: list[str] = []
        for effect in effects:
            self.at("after")
            problems += await self.inner.done([effect])
            self.at("afterwards")
        return problems

    def begin_anew(self) -> None:
        self.inner.begin_anew()

    async def close(self) -> None:
        await self.inner.close()


Drivers = Mapping[str, Callable[[Any, Surroundings], Driver[Any, Any, Any]]]


@dataclass
class IngestRuns:
    """Runs of ingest, one after the other, each ended by a crash or by having nothing left to do.

    `is_at_rest` says when a run has nothing left to do, and `begin` does what the world does while it runs.
    """

    feeds: Mapping[str, Feed]
    drivers: Drivers
    is_at_rest: Callable[[Shell], bool]
    begin: Callable[[Shell], None] = lambda shell: None
    deadly: Collection[int] = ()
    broken: Collection[int] = ()  # boundaries of the log at which the connection is lost, and the process lives on
    log: MemoryLog = field(default_factory=MemoryLog)
    crashes: int = 0
    lost: int = 0

    def __post_init__(self) -> None:
        self.boundaries = Boundaries(self.deadly)
        self.is_dead = False
        self._made: list[WatchedDriver] = []
        self.log.step = self._step

    def at(self, name: str) -> None:
        """A boundary; a process that was killed does nothing any more."""
        if self.is_dead:
            raise Crash(name)
        try:
            self.boundaries.at(name)
        except Crash:
            self.is_dead = True
            raise

    async def _step(self, name: str) -> None:
        self.at(name)
        if len(self.boundaries.passed) - 1 in self.broken and name != "close":  # which no client reports
            self.lost += 1
            raise ConnectionLost(name)

    def work(self) -> Counter[tuple[str, bytes]]:
        """Run until nothing is left to do; how often wire.raw has each payload of each feed."""
        while True:
            try:
                asyncio.run(self._run())
            except Crash:
                self.crashes += 1
                self.is_dead = False
            else:
                return self.payloads()

    def payloads(self) -> Counter[tuple[str, bytes]]:
        """What a reader of committed records finds."""
        for transactional_id in self.log.coordinators:
            self.log.settle(transactional_id)
        outs = [out for found in self.log.committed("wire.raw").values() for out in found]
        assert all(dict(out.headers)[ID] for out in outs)
        return Counter((out.key.decode(), out.value) for out in outs)

    async def _run(self) -> None:
        shell = self.shell()
        working = asyncio.create_task(shell.run(self.feeds, NO_SECRETS))
        try:
            async with asyncio.timeout(WORLD_SECONDS):
                ready = asyncio.create_task(shell.committer.ready.wait())
                await asyncio.wait({working, ready}, return_when=FIRST)
                ready.cancel()
                if not working.done():
                    self.begin(shell)
                while not working.done() and not self.is_at_rest(shell):
                    await asyncio.wait({working}, timeout=0.001)
            if working.done():
                working.result()
        finally:
            self.is_dead = True
            working.cancel()
            with suppress(asyncio.CancelledError, Crash):
                await working
            for driver in self._made:  # as the system does for a process that was killed
                await driver.close()
            self._made.clear()
            self.is_dead = False

    def shell(self) -> Shell:
        """A process that has just begun."""
        owner = LedgerOwner(self.log, "crash", "test", transaction_seconds=30)
        return Shell(owner, {kind: partial(self._watched, make) for kind, make in self.drivers.items()})

    def _watched(
        self, make: Callable[[Any, Surroundings], Driver[Any, Any, Any]], feed: Any, around: Surroundings
    ) -> WatchedDriver:
        self._made.append(WatchedDriver(make(feed, around), self.at))
        return self._made[-1]
