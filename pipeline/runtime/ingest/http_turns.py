"""Whose turn it is: so many requests in all, so many to a host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

REQUESTS_MAX = 64
REQUESTS_PER_HOST_MAX = 2  # a publisher has many feeds on one server: it counts them all as one client
WAIT_SECONDS = 1.0  # for a turn at a host: who waits longer makes room for feeds of other hosts, and comes back


class HostBusy(Exception):
    """The host has others of our requests to answer."""


class Turns:
    """Lets requests begin, each when there is room for it.  Who waits for a host keeps no other from starting."""

    def __init__(
        self, in_all: int = REQUESTS_MAX, per_host: int = REQUESTS_PER_HOST_MAX, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self._all = asyncio.Semaphore(in_all)
        self._per_host = per_host
        self._wait_seconds = wait_seconds
        self._hosts: dict[str, tuple[asyncio.Semaphore, int]] = {}  # with how many use or await it

    @asynccontextmanager
    async def of(self, host: str) -> AsyncIterator[None]:
        """A turn at a host.  Raises HostBusy if there is none for WAIT_SECONDS."""
        semaphore, users = self._hosts.get(host, (asyncio.Semaphore(self._per_host), 0))
        self._hosts[host] = semaphore, users + 1
        try:
            try:
                async with asyncio.timeout(self._wait_seconds):
                    await semaphore.acquire()
            except TimeoutError:
                raise HostBusy from None
            try:
                async with self._all:
                    yield
            finally:
                semaphore.release()
        finally:
            _, users = self._hosts.pop(host)
            if users > 1:
                self._hosts[host] = semaphore, users - 1
