"""The driver of a folder: it looks, reads, and puts away what was taken.

Everything is opened below the folder, step by step and without following links, so that no link leads out of it.
A mounted share may hang: each feed has a thread of its own, and an answer that does not come in time is none.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import TypeVar

from pipeline.ingest.contract import Failed, Health
from pipeline.ingest.folder_feed import (
    After,
    Content,
    Contents,
    FolderFeed,
    Found,
    Listing,
    Look,
    Put,
    Read,
)
from pipeline.runtime.ingest.driver import Driver, Surroundings
from pipeline.runtime.ingest.folder_events import watch
from pipeline.runtime.ingest.folder_files import contents_of
from pipeline.runtime.ingest.folder_lines import LineReader
from pipeline.runtime.ingest.folder_look import FolderLook
from pipeline.runtime.ingest.folder_moves import put_away

ANSWER_SECONDS = 60.0  # a share that takes longer hangs

MADE = "make it a folder that this user can read"
NO_LOOK: Mapping[type[OSError], tuple[Health, str]] = {
    FileNotFoundError: (Health.GONE, MADE),
    NotADirectoryError: (Health.GONE, MADE),
    PermissionError: (Health.REFUSED, "let this user list and enter it, and enter the folders above it"),
}

T = TypeVar("T")


class FolderDriver(Driver[Look | Read, Listing | Contents, Put]):
    """Looks at one folder."""

    def __init__(self, feed: FolderFeed, around: Surroundings) -> None:
        self.feed, self.around = feed, around
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"folder-{around.feed}")
        self._seen = FolderLook(feed)
        self._events: asyncio.Task[None] | None = None
        self._lines = LineReader()

    async def answer(self, question: Look | Read) -> Listing | Contents | Failed:
        if self._events is None:
            again_seconds = self.feed.look_every / 1000
            self._events = asyncio.create_task(watch(self.around.feed, self.feed.folder, again_seconds, self._told))
        if isinstance(question, Read):
            return await self._within(partial(self._read, question))
        found = await self._within(partial(self._look, self._seen.changed()))
        if isinstance(found, Failed):
            self._seen.begin_anew()  # what it was to look at was not looked at
        return found

    @property
    def unsettled_seconds(self) -> float:
        return self._seen.settling.unsettled_seconds

    async def done(self, effects: Sequence[Put]) -> Sequence[str]:
        found = await self._within(partial(self._put_away, [effect.found for effect in effects]))
        return (found.detail,) if isinstance(found, Failed) else found

    def begin_anew(self) -> None:
        self._seen.begin_anew()

    async def close(self) -> None:
        if self._events:
            self._events.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._events
        with suppress(RuntimeError):  # it was closed before
            self._thread.submit(self._lines.close)  # behind what it reads; a share that hangs holds nobody up
        self._thread.shutdown(wait=False)

    async def _within(self, work: Callable[[], T]) -> T | Failed:
        """What the work returns, in the thread of this folder."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except TimeoutError:
            return Failed(Health.UNREACHABLE, f"no answer within {ANSWER_SECONDS:g} s; is the share mounted?")
        except OSError as error:
            return _failed(error, self.feed.folder)

    # ---- in the thread ----

    def _look(self, changed: Collection[str] | None) -> Listing:
        with self._root() as root:
            return self._seen.look(root, changed)

    def _read(self, question: Read) -> Contents:
        with self._root() as root:
            if self.feed.split:
                return Contents((self._lines.read(root, question.files[0], question.line),))
            found: tuple[Content, ...] = tuple(contents_of(root, question.files))
        return Contents(found)

    def _put_away(self, files: Sequence[Found]) -> Sequence[str]:
        if self.feed.after is After.KEEP:
            return ()
        with self._root() as root:
            target = self.feed.taken_folder if self.feed.after is After.MOVE else None
            return put_away(root, files, target, self.feed.folder, self.feed.done)

    @contextmanager
    def _root(self) -> Iterator[int]:
        """The folder itself, which may be a link."""
        opened = os.open(self.feed.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield opened
        finally:
            os.close(opened)

    def _told(self, paths: Iterable[str]) -> None:
        if self._seen.told(paths):
            self.around.wake()


def _failed(error: OSError, folder: str) -> Failed:
    health, remedy = NO_LOOK.get(type(error), (Health.FAILING, "look at its disk, or at its share"))
    return Failed(health, f"{folder}: {error.strerror}; {remedy}")
