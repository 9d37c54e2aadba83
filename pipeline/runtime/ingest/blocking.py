"""Calls that block, on a thread, within a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")
GIVEN_UP_SECONDS = 5.0  # for a call to end that was given up


class Blocking:
    """One call at a time.  `give_up` has to end what a call waits for: its connection.

    The threads are daemons: a call that cannot be ended keeps nobody from ending the process.
    """

    def __init__(self, name: str, give_up: Callable[[], None]) -> None:
        self._name = f"ingest-{name}"
        self._give_up = give_up
        self._under_way: asyncio.Future[Any] | None = None

    async def call(self, function: Callable[[], T], seconds: float) -> T:
        """What it returns.  Raises what it raises, or TimeoutError; also while an earlier call has not ended."""
        if self.is_busy:
            raise TimeoutError
        loop = asyncio.get_running_loop()
        result: asyncio.Future[T] = loop.create_future()
        result.add_done_callback(_look_at)
        self._under_way = result
        threading.Thread(target=_run, args=(function, loop, result), name=self._name, daemon=True).start()
        done, _ = await asyncio.wait({result}, timeout=seconds)
        if done:
            return result.result()
        self._give_up()
        await asyncio.wait({result}, timeout=GIVEN_UP_SECONDS)
        raise TimeoutError

    @property
    def is_busy(self) -> bool:
        """Whether a call is under way."""
        return self._under_way is not None and not self._under_way.done()


def _look_at(result: asyncio.Future[Any]) -> None:
    """So that an error for which nobody waits any more is not logged."""
    if not result.cancelled():
        result.exception()


def _run(function: Callable[[], Any], loop: asyncio.AbstractEventLoop, result: asyncio.Future[Any]) -> None:
    def tell(how: Callable[[Any], None], what: Any) -> None:
        if not result.done():
            how(what)

    with suppress(RuntimeError):  # the loop has ended, and nobody waits
        try:
            found = function()
        except Exception as error:
            loop.call_soon_threadsafe(tell, result.set_exception, error)
        else:
            loop.call_soon_threadsafe(tell, result.set_result, found)
