"""The watchdog: it ends a process that has work and does none, whatever the reason.

A thread, because an event loop that hangs cannot notice it; os._exit, because an orderly stop would hang as well.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import structlog

CHECKS_A_LIMIT = 10  # how precisely the limit is kept
INNERMOST = 6  # functions of a thread that are logged

log = structlog.get_logger("wiredesk.watchdog")


@dataclass
class Watchdog:
    """Ends the process with `exit_code` when work has waited for `limit_seconds` and none of it was done.

    Times are of `clock`: time.monotonic does not advance while the machine sleeps.
    """

    limit_seconds: float
    exit_code: int
    end: Callable[[int], object] = os._exit
    clock: Callable[[], float] = time.monotonic
    task_of: Callable[[Any], asyncio.Task[Any] | None] = lambda what: None  # that does the work, for the log
    _waiting: dict[Hashable, float] = field(default_factory=dict)  # since when, or since when nothing was done

    def waits(self, what: Hashable) -> None:
        """Work of this name is waiting; its time counts from the first call."""
        self._waiting.setdefault(what, self.clock())

    def worked(self, what: Hashable, *, is_more: bool) -> None:
        """Some of it was done; all of it, unless there `is_more`."""
        if is_more:
            self._waiting[what] = self.clock()
        else:
            self._waiting.pop(what, None)

    def advanced(self, what: Hashable) -> None:
        """It does not hang: an attempt has failed, and another one follows; or a part of a batch is decided."""
        if what in self._waiting:
            self._waiting[what] = self.clock()

    def overdue(self) -> list[Hashable]:
        """What has waited too long."""
        before = self.clock() - self.limit_seconds
        return [what for what, since in list(self._waiting.items()) if since < before]

    def start(self) -> None:
        """Watch, in a thread that ends with the process."""
        threading.Thread(target=self._look, name="watchdog", daemon=True).start()

    def _look(self) -> None:
        while not (found := self.overdue()):
            time.sleep(self.limit_seconds / CHECKS_A_LIMIT)
        try:
            tasks = {str(what): awaited(task) for what in found if (task := self.task_of(what))}
            at = {"tasks": tasks, "main_thread": running(threading.main_thread())}
            log.error("stuck", waiting=found, seconds=self.limit_seconds, exit_code=self.exit_code, at=at)
        finally:
            self.end(self.exit_code)


def awaited(task: asyncio.Task[Any]) -> list[str]:
    """Where a task waits: its function, what that awaits, and so on, and last the object that is awaited."""
    found: list[str] = []
    one: Any = task.get_coro()
    while inspect.iscoroutine(one) and (frame := one.cr_frame):
        found.append(f"{frame.f_code.co_qualname}:{frame.f_lineno}")
        one = one.cr_await
    return [*found, type(one).__name__]


def running(thread: threading.Thread) -> list[str]:
    """Where a thread is: its innermost functions, the last one last."""
    frame = sys._current_frames().get(thread.ident or 0)
    inner = traceback.extract_stack(frame, INNERMOST)
    return [f"{os.path.basename(one.filename)}:{one.lineno} {one.name}" for one in inner]
