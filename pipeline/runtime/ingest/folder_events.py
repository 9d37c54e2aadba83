"""What the system tells of a folder, where it can: not on network shares."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable

import structlog

STEP_MS, DEBOUNCE_MS = 20, 200  # what comes together is one look
TIMEOUT_MS = 5_000  # until its thread sees that nobody waits any more

log = structlog.get_logger("wiredesk.ingest")


async def watch(feed: str, folder: str, again_seconds: float, tell: Callable[[Iterable[str]], None]) -> None:
    """Tell paths within the folder at which something is new, until cancelled.

    Nothing depends on it: what the system does not tell, the next look finds.
    """
    is_logged = False
    while True:
        try:
            async for paths in _changed(folder):
                tell(paths)
        except (OSError, RuntimeError) as error:
            if not is_logged:
                log.info("no-events", feed=feed, why=str(error), look_every_seconds=again_seconds)
            is_logged = True
        await asyncio.sleep(again_seconds)


async def _changed(folder: str) -> AsyncIterator[list[str]]:
    """Paths within the folder, which may be a link itself.  Raises OSError and RuntimeError."""
    from watchfiles import awatch

    async for changes in awatch(
        folder,
        watch_filter=None,
        debounce=DEBOUNCE_MS,
        step=STEP_MS,
        rust_timeout=TIMEOUT_MS,
        ignore_permission_denied=True,
    ):
        roots = (folder.rstrip("/") + "/", os.path.realpath(folder) + "/")
        yield [path.removeprefix(root) for _, path in changes for root in roots if path.startswith(root)]
