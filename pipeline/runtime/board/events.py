"""What changed, pushed to browsers as server-sent events.  An event has no words: it names a row.

The id of an event is that of a change in the store, so a browser that comes back goes on behind the last one that
it had; where that is no longer known, it is asked to load its page anew.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool

from pipeline.runtime.board.reader import BoardReader, Progress
from pipeline.runtime.board.store import Change, Store, changes_after, last_change

CHANGES_MAX = 500  # of one event; more follow in the next
TICK_SECONDS = 1.0  # between two events to a browser at least: a page is not asked for more often
PING_SECONDS = 15.0  # between two signs of life: proxies keep the connection, and pages notice that there is none
BROWSERS_MAX = 200  # at once; one more is refused, and its script comes back
WINDOW_BITS, MEMORY_LEVEL = 12, 5  # of the packing of a stream: 32 kB a browser instead of 256
RETRY_MS = 3000
NOTHING_READ = Progress()


class Hub:
    """Wakes the streams of all browsers when the reader has written."""

    def __init__(self, store: Store, reader: BoardReader | None = None) -> None:
        self._store, self.reader = store, reader
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wakers: set[asyncio.Event] = set()
        self.is_closing = False

    @property
    def browsers(self) -> int:
        """How many listen."""
        return len(self._wakers)

    @property
    def is_full(self) -> bool:
        """Whether as many browsers listen as may."""
        return self.browsers >= BROWSERS_MAX

    def begin(self) -> None:
        """Remember the loop that the streams run in."""
        self._loop = asyncio.get_running_loop()

    def wake(self) -> None:
        """Something was written.  From any thread."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def close(self) -> None:
        """End all streams; browsers come back to the next process."""
        self.is_closing = True
        self._wake()

    def _wake(self) -> None:
        for waker in self._wakers:
            waker.set()

    async def stream(self, known: str) -> AsyncIterator[bytes]:
        """Events behind the change `known`, until the browser goes or the process ends."""
        waker = asyncio.Event()
        self._wakers.add(waker)
        told: Progress | None = None
        try:
            yield f"retry: {RETRY_MS}\n\n".encode()
            while not self.is_closing:
                waker.clear()
                changes, last = await run_in_threadpool(self._after, known)
                if changes is None:
                    yield event("reload", {}, last)
                    known = last
                elif changes:
                    known = f"{last.partition('-')[0]}-{changes[-1].number}"
                    yield event("changes", {"rows": sorted({(one.kind, one.key) for one in changes})}, known)
                if (progress := self.progress) is not told:  # a page may have seen what was between
                    told = progress
                    yield event("state", {"state": progress.state})
                if not changes:
                    try:
                        async with asyncio.timeout(PING_SECONDS):
                            await waker.wait()
                    except TimeoutError:
                        yield event("ping", {})
                await asyncio.sleep(0 if self.is_closing else TICK_SECONDS)
        finally:
            self._wakers.discard(waker)

    @property
    def progress(self) -> Progress:
        """Where the reading is."""
        return self.reader.progress if self.reader else NOTHING_READ

    def _after(self, known: str) -> tuple[list[Change] | None, str]:
        with self._store.reading() as db:
            return changes_after(db, known, CHANGES_MAX), last_change(db)


def event(name: str, data: dict[str, Any], id_: str = "") -> bytes:
    """One event as the stream has it."""
    first = f"id: {id_}\n" if id_ else ""
    return f"{first}event: {name}\ndata: {orjson.dumps(data).decode()}\n\n".encode()


async def packed(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks as gzip, each whole as soon as it is there."""
    packer = zlib.compressobj(wbits=16 + WINDOW_BITS, memLevel=MEMORY_LEVEL)
    async for chunk in chunks:
        yield packer.compress(chunk) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()
