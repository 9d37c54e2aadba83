"""The pump of one partition: events wait in its queue, and go in batches into transactions.

Group commit: what arrives while a transaction runs is the next one.  An event is acknowledged after its commit, or
when the partition is no longer ours: Faust waits for all of them at a rebalance, and the owner reads it again.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from pipeline.records import Position, Record
from pipeline.runtime.worker.watchdog import Watchdog

QUEUED_BATCHES_MAX = 4  # more hold back the consumer


@dataclass
class Pump:
    """The queue of a partition, and the loop that empties it.  Events are Faust's."""

    partition: int
    stream: Any
    commit: Callable[[int, list[Any]], Awaitable[None]]  # of a partition's events
    batch_records: int
    pace_seconds: float  # from the beginning of one transaction to that of the next, at least
    watchdog: Watchdog
    last_offset: int = -1  # of the event that was put last
    _queue: deque[Any] = field(default_factory=deque)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_full(self) -> bool:
        """Whether the consumer has to wait."""
        return len(self._queue) > QUEUED_BATCHES_MAX * self.batch_records

    def put(self, event: Any) -> None:
        """Queue an event."""
        self._queue.append(event)
        self.last_offset = event.message.offset
        self.watchdog.waits(self.partition)
        self._wake.set()

    async def run(self) -> None:
        """Commit and acknowledge batch after batch.  Raises what `commit` raises."""
        while True:
            while not self._queue:
                self._wake.clear()
                await self._wake.wait()
            began = time.monotonic()
            await self._all_that_comes_at_once()
            batch = self._next_batch()
            await self.commit(self.partition, batch)
            self.watchdog.worked(self.partition, is_more=bool(self._queue))
            for event in batch:
                await self.stream.ack(event)
            rest = self.pace_seconds - (time.monotonic() - began)
            if rest > 0 and len(self._queue) < self.batch_records:
                await asyncio.sleep(rest)

    async def _all_that_comes_at_once(self) -> None:
        """Wait while each turn of the event loop brings more: Faust passes a fetch on in pieces of a hundred."""
        before = 0
        while before < len(self._queue) < self.batch_records:
            before = len(self._queue)
            await asyncio.sleep(0)

    def _next_batch(self) -> list[Any]:
        """The next events of one generation of the consumer group, at most batch_records."""
        queue, batch = self._queue, list[Any]()
        generation = queue[0].message.generation_id
        while queue and len(batch) < self.batch_records and queue[0].message.generation_id == generation:
            batch.append(queue.popleft())
        return batch


def record_of_event(message: Any) -> Record:
    """The record in a message of Faust's."""
    headers = message.headers.items() if isinstance(message.headers, dict) else message.headers or ()
    return Record(
        Position(message.topic, message.partition, message.offset),
        message.key or b"",
        message.value or b"",
        tuple((name, value or b"") for name, value in headers),
        round((message.timestamp or 0) * 1000),
    )
