"""What a worker logs while it starts or stops, so that a first start or a long journal looks like no hang."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

import structlog

TERMINAL_SECONDS = 1.5  # from one line to the next, on a terminal
LOG_SECONDS = 10.0
LOADING = "its code (the first start compiles it: a minute or two)"

log = structlog.get_logger("wiredesk.worker")


class WaitReport:
    """Logs a line at once, and then one every few seconds until `waits_for` returns nothing.

    `event` is what the worker does: starting, stopping.
    """

    def __init__(self, room: str, event: str, waits_for: Callable[[], str], seconds: float | None = None) -> None:
        self._room, self._event, self._waits_for = room, event, waits_for
        self._seconds = seconds or (TERMINAL_SECONDS if sys.stderr.isatty() else LOG_SECONDS)

    def start(self) -> None:
        """Report, in a thread that ends with the process."""
        log.info(self._event, room=self._room)
        threading.Thread(target=self._run, name="wait report", daemon=True).start()

    def _run(self) -> None:
        began = time.monotonic()
        while what := self._after_a_while():
            log.info(self._event, room=self._room, waits_for=what, seconds=round(time.monotonic() - began))

    def _after_a_while(self) -> str:
        time.sleep(self._seconds)
        return self._waits_for()
