"""How an operation that takes long reports its progress."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

NOTICED_SECONDS = 1.0  # a wait that is over sooner is not reported


class OnProgress(Protocol):
    """Called with what an operation works on, how much is done, the total (0: unknown), and what it waits for.

    An empty name says that the operation is over.
    """

    def __call__(self, name: str, done: int, total: int, detail: str = "") -> None: ...


def ignore_progress(name: str, done: int, total: int, detail: str = "") -> None:
    """For callers who do not show it."""


def less_and_less_often(report: Callable[[str], None], most_seconds: float = 60) -> Callable[[str], None]:
    """The same report, passed on at once, after 6 s, then after twice as long each time, up to `most_seconds`."""
    wait_seconds, due = 3.0, 0.0

    def passed_on(text: str) -> None:
        nonlocal wait_seconds, due
        if (now := time.monotonic()) >= due:
            report(text)
            wait_seconds = min(2 * wait_seconds, most_seconds)
            due = now + wait_seconds

    return passed_on


waits_are_shown_by: ContextVar[OnProgress] = ContextVar("waits_are_shown_by", default=ignore_progress)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Report the wait that its body is, to `waits_are_shown_by`, if it takes longer than NOTICED_SECONDS."""
    show, over = waits_are_shown_by.get(), threading.Event()

    def report() -> None:
        if not over.wait(NOTICED_SECONDS):
            show(what, 0, 0)
            over.wait()
            show("", 0, 0)

    reporter = threading.Thread(target=report, daemon=True)
    reporter.start()
    try:
        yield
    finally:
        over.set()
        reporter.join()
