"""SIGHUP has the file of feeds read again.  By itself it would end the process, and a start takes seconds."""

from __future__ import annotations

import asyncio
import signal


class Hangups:
    """Takes them from now on; what comes before there is a loop is kept, as one."""

    def __init__(self) -> None:
        self._is_early = False
        signal.signal(signal.SIGHUP, self._keep)

    def _keep(self, *_: object) -> None:
        self._is_early = True

    def tell(self, asked: asyncio.Event) -> None:
        """Set it at each one, also for what was kept."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
        if self._is_early:
            asked.set()
