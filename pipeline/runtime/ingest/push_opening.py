"""Opens the port of requests for as long as a feed takes them.  The other feeds go on without it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

import structlog

from pipeline.ingest.feeds import Feeds
from pipeline.runtime.ingest.push import PushDesk
from pipeline.runtime.ingest.push_server import PushServer
from pipeline.runtime.ingest.shell import Shell

LOOK_SECONDS = 0.1  # from one look whether a feed takes requests to the next
PORT_RETRY_SECONDS = 1.0  # to take the port of requests, which the process before may still have

log = structlog.get_logger("wiredesk.ingest")


async def take_requests(shell: Shell, feeds: Callable[[], Feeds], requests: Counter[str]) -> None:
    """Serve `POST /feeds/NAME` until cancelled.  `feeds`: the file in use; `requests`: counts by outcome."""
    committer = shell.committer
    desk = shell.shared.get(PushDesk)
    server = PushServer(desk, lambda: not committer.ready.is_set(), lambda name: name in feeds().feeds, requests)
    is_open = is_told = False
    try:
        while True:
            is_wanted = bool(desk.drivers) and not is_open
            if is_wanted:
                is_open = await _opened(server, feeds().listen, is_told)
                is_told = not is_open
            await asyncio.sleep(PORT_RETRY_SECONDS if is_wanted and not is_open else LOOK_SECONDS)
    finally:
        await server.close()


async def _opened(server: PushServer, listen: str, is_told: bool) -> bool:
    try:
        port = await server.start(listen)
    except OSError as error:
        why = f"requests cannot be taken at {listen} ({error.strerror}); free the port: it is tried again"
        if not is_told:
            log.error("push-port", why=why)
        return False
    log.info("listening", at=listen, port=port)
    return True
