"""The driver of push: requests wait at the desk until their payloads are committed, and are answered then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from pipeline.ingest.contract import Failed, fitting
from pipeline.ingest.push import Answer, PushFeed, Reply, Request, Requests, Wanted
from pipeline.runtime.ingest.driver import Driver, Surroundings
from pipeline.runtime.ingest.push_access import Access

WAITING_MAX, WAITING_BYTES_MAX = 2_000, 67_108_864  # requests of all feeds that wait for their commit


@dataclass
class PushDesk:
    """The feeds that take requests, and what waits at all of them."""

    drivers: dict[str, PushDriver] = field(default_factory=dict)
    waiting: int = 0
    waiting_bytes: int = 0

    @property
    def is_full(self) -> bool:
        """Whether no further request is let in."""
        return self.waiting >= WAITING_MAX or self.waiting_bytes >= WAITING_BYTES_MAX

    async def close(self) -> None:
        self.drivers.clear()


class PushDriver(Driver[Wanted, Requests, Answer]):
    """The requests of one feed."""

    only_waits = True

    def __init__(self, feed: PushFeed, around: Surroundings) -> None:
        self.feed, self.around = feed, around
        self.access = Access(tuple(map(around.secrets, feed.secrets)))
        self._desk = around.shared.get(PushDesk)
        self._desk.drivers[around.feed] = self
        self._numbers = count()
        self._waiting: dict[int, tuple[Request, asyncio.Future[Reply]]] = {}  # oldest first

    def offer(self, body: bytes, content_type: bytes, key: str) -> asyncio.Future[Reply]:
        """Let a request in; what it is answered, as soon as its payload is committed."""
        request = Request(next(self._numbers), body, content_type, key)
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[request.number] = request, future
        self._desk.waiting += 1
        self._desk.waiting_bytes += len(body)
        self.around.wake()
        return future

    async def answer(self, question: Wanted) -> Requests | Failed:
        requests = [request for request, _ in self._waiting.values()]
        return Requests(tuple(requests[: fitting(len(request.body) for request in requests)]))

    async def done(self, effects: Sequence[Answer]) -> Sequence[str]:
        for answer in effects:
            request, future = self._waiting.pop(answer.number)
            self._desk.waiting -= 1
            self._desk.waiting_bytes -= len(request.body)
            if not future.done():
                future.set_result(answer.reply)
        return ()

    async def close(self) -> None:
        if self._desk.drivers.get(self.around.feed) is self:
            del self._desk.drivers[self.around.feed]
        for request, future in self._waiting.values():
            self._desk.waiting -= 1
            self._desk.waiting_bytes -= len(request.body)
            future.cancel()
        self._waiting.clear()
