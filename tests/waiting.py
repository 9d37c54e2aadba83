"""Waiting for what another thread or process does: until it is so, with a deadline, never for a fixed time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
# It tells what works from what hangs: a second or two is usual, two hundred were seen at load 30.  It is less than
# the 540 s after which kafka-python closes a connection that is idle: its requests may not take longer.
SECONDS = 480.0
PROCESS_SECONDS = 600.0  # of a process that compiles or replays: half a minute is usual
SPARE_SECONDS = 60.0  # of a loaded machine, beside the time that the product itself takes or promises
LOOK_SECONDS = 0.05


def until(look: Callable[[], T], seconds: float = SECONDS, every: float = LOOK_SECONDS) -> T:
    """What `look` finds, as soon as it is anything; after so many seconds whatever it found last."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(every)
    return found


def eventually(look: Callable[[], T], seconds: float = SECONDS, every: float = LOOK_SECONDS) -> T:
    """What `look` finds, as soon as it is anything; AssertionError if it never is."""
    found = until(look, seconds, every)
    assert found, f"nothing within {seconds:g} s"
    return found


def arrived(count: Callable[[], int], enough: int, seconds: float = SECONDS, every: float = LOOK_SECONDS) -> int:
    """The count once it is `enough`; AssertionError if it has not grown for so many seconds.

    However slow the machine is, this waits while anything comes.
    """
    most, grown = 0, time.monotonic()
    while (now := count()) < enough:
        if now > most:
            most, grown = now, time.monotonic()
        assert time.monotonic() - grown < seconds, f"{now} of {enough}, and nothing more within {seconds:g} s"
        time.sleep(every)
    return now


def pause(seconds: float) -> None:
    """Let time pass where the time itself is what is tried: how long a broker is away, or a worker frozen."""
    time.sleep(max(0.0, seconds))


async def eventually_async(
    look: Callable[[], Awaitable[T]], seconds: float = SECONDS, every: float = LOOK_SECONDS
) -> T:
    """As `eventually`, within an event loop."""
    async with asyncio.timeout(seconds):
        while not (found := await look()):
            await asyncio.sleep(every)
    return found
