"""The steps of many feeds, collected into one transaction after the other.

A step waits until it is committed.  While no broker answers, all wait, and nothing is asked for.  If it is not
known whether a transaction was committed, the ledger is read again, and its steps are superseded: their feeds ask
again, and find what was committed known.  One that was given up because another wrote to the ledger (`Behind`) was
not: its steps are written behind that, unless it changes what is known.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

from pipeline.envelope import Headers
from pipeline.ingest.contract import Taken
from pipeline.runtime.ingest.ledger import way_record
from pipeline.runtime.ingest.owner import Behind, LedgerOwner
from pipeline.runtime.ingest.steps import Counts, Step, payload_records
from pipeline.runtime.log.port import ConnectionLost, Fenced
from pipeline.runtime.log.retry import Outage

LINGER_SECONDS = 0.005  # for other feeds to come along: a transaction takes 5 ms or more
BATCH_RECORDS_MAX = 5_000  # of payloads and entries; the step that passes it is the last
BATCH_BYTES_MAX = 16_777_216
LOOK_SECONDS = 5.0  # from one look at the connection to the next, while there is nothing to write
FENCED_SECONDS = 0.2  # for whoever took the id to say so
# From one look at what others wrote to the ledger to the next, likewise: that a process took over, that a feed
# is to be forgotten.  A write finds it at once.
LEDGER_SECONDS = 30.0

log = structlog.get_logger("wiredesk.ingest")


class Superseded(Exception):
    """It may be known by now what the step has taken, or forgotten: ask again."""


@dataclass
class Committer:
    """Writes what feeds have taken."""

    owner: LedgerOwner
    linger_seconds: float = LINGER_SECONDS
    counts: Counts = field(default_factory=Counts)
    away_since: float | None = None  # no broker answers since then, by the monotonic clock

    def __post_init__(self) -> None:
        self.ready = asyncio.Event()  # the ledger is in memory, and ours
        self._steps: deque[Step] = deque()
        self._called = asyncio.Event()  # there is a step, or somebody waits for a look
        self._waiting: asyncio.Future[None] | None = None  # somebody waits for the next look
        self._idle = asyncio.Event()  # no transaction is under way
        self._idle.set()

    async def commit(
        self, feed: str, kind: str, known_headers: Headers, taken: Taken[Any, Any, Any], generation: int
    ) -> None:
        """Returns when all of it is committed.  Raises Superseded.

        A feed that is stopped meanwhile waits for the end of the transaction: another life of it must not ask what
        is known before the ledger has what may be in there.
        """
        future = asyncio.get_running_loop().create_future()
        self._steps.append(Step(feed, kind, known_headers, taken, generation, future))
        self._called.set()
        try:
            await future
        except asyncio.CancelledError:
            await self._idle.wait()
            raise

    async def settle(self, seconds: float) -> None:
        """Wait for the end of the transaction under way, for so long at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._idle.wait()

    async def look(self) -> None:
        """Returns when the ledger in memory has what others have written until now, or is to be read anyway."""
        if self.ready.is_set():
            self._waiting = self._waiting or asyncio.get_running_loop().create_future()
            self._called.set()
            await self._waiting

    async def run(self) -> None:
        """Commit until cancelled; raises TakenOver, and what says that starting again does not help."""
        outage, looked_at = Outage({"command": "ingest"}), time.monotonic()
        while True:
            batch: list[Step] = []
            try:
                await self.owner.ensure()
                if not self.ready.is_set():
                    outage.over()
                    outage, self.away_since = Outage({"command": "ingest"}), None
                    self.ready.set()
                self._called.clear()
                if self._waiting or time.monotonic() - looked_at > LEDGER_SECONDS:
                    await self._look()
                    looked_at = time.monotonic()
                batch = await self._next_batch()  # behind the look, which may supersede what waits
                if batch:
                    self._idle.clear()
                    await self._write(batch)
                    self._idle.set()
                    looked_at = time.monotonic()
            except ConnectionLost as error:
                self._put_off(batch)
                self.away_since = self.away_since or time.monotonic()
                await outage.wait(error)
            except Behind:
                self._put_off(())
                self._steps.extendleft(reversed(batch))
            except Fenced as error:
                # Another process took the id, or the coordinator ended a transaction that took too long, and the id
                # is still ours.  Who took it has written, or will write, a barrier.
                self._put_off(batch)
                log.warning("fenced", why=str(error))
                await asyncio.sleep(FENCED_SECONDS)
            except BaseException:
                self._put_off([*batch, *self._steps])
                raise

    async def _look(self) -> None:
        """Look, for those who have asked until now: whoever asks meanwhile waits for the next one."""
        waiting, self._waiting = self._waiting, None
        try:
            await self.owner.look()
        finally:
            _tell(waiting)

    def _put_off(self, batch: Sequence[Step]) -> None:
        """Until the ledger is read again; these have to be taken again, as they may have been committed."""
        self.ready.clear()
        self._idle.set()
        _tell(self._waiting)
        self._waiting = None
        for step in batch:
            if not step.committed.done():
                step.committed.set_exception(Superseded())

    async def _next_batch(self) -> list[Step]:
        """The steps that wait, as many as fit into a transaction; none if none comes for a while."""
        if not self._steps:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._called.wait()
            except TimeoutError:
                return []
            await asyncio.sleep(self.linger_seconds)
        batch: list[Step] = []
        records = size = 0
        while self._steps and records < BATCH_RECORDS_MAX and size < BATCH_BYTES_MAX:
            step = self._steps.popleft()
            if step.committed.done():  # cancelled: its feed has stopped
                continue
            if step.generation != self.owner.generation:
                step.committed.set_exception(Superseded())
                continue
            batch.append(step)
            records += 2 * len(step.taken.payloads) + len(step.taken.forget) + 1
            size += step.size
        return batch

    async def _write(self, batch: Sequence[Step]) -> None:
        began, now_ms = time.monotonic(), self.owner.now_ms()
        payloads = [out for step in batch for out in payload_records(step, now_ms)]
        ledger = self.owner.ledger
        entries = [entry for step in batch for entry in ledger.entries(step.feed, step.kind, step.taken, now_ms)]
        if entries:
            feeds = {step.feed: step.kind for step in batch}
            ways = {name: kind for name, kind in feeds.items() if ledger.feeds[name].way != kind}
            await self.owner.commit([*payloads, *(way_record(*way, now_ms) for way in ways.items())], entries)
            for name, kind in ways.items():
                ledger.feeds[name].way = kind
            for step in batch:
                self.counts.by_way[step.kind] += len(step.taken.payloads)
            self.counts.payload_bytes += sum(len(out.value) for out in payloads)
            self.counts.transactions += 1
            self.counts.transaction_seconds += time.monotonic() - began
        for step in batch:
            if not step.committed.done():
                step.committed.set_result(None)


def _tell(waiting: asyncio.Future[None] | None) -> None:
    if waiting and not waiting.done():
        waiting.set_result(None)
