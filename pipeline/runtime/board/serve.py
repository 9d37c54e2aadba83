"""The board as one process: the file, the thread that reads, and the server of the pages."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Coroutine
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from pipeline.connection import Connection
from pipeline.items import Action
from pipeline.runtime.board.access import Access
from pipeline.runtime.board.deciding import Deciding
from pipeline.runtime.board.events import Hub
from pipeline.runtime.board.figures import BoardFigures
from pipeline.runtime.board.held import HeldList
from pipeline.runtime.board.pages import application
from pipeline.runtime.board.reader import BoardReader
from pipeline.runtime.board.render import Board
from pipeline.runtime.board.resuming import Resuming
from pipeline.runtime.board.store import Store
from pipeline.runtime.metrics.page import Page
from pipeline.runtime.worker import health

LOG = logging.getLogger(__name__)
END_SECONDS = 3  # for requests under way when the process is asked to end
READER_SECONDS = 15.0  # for the transaction that it is in, and an answer that it waits for
BACKLOG = 128


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    file: Path
    access: Access
    rebuild: bool = False
    desks: tuple[str, ...] = field(default=())
    health: tuple[str, int] | None = None  # host and port of the pages for machines


async def _nothing() -> None:
    """What a server has beside its pages, unless it is told of anything."""


class Server(uvicorn.Server):
    """A server that ends when it is asked to, and its event streams with it, which have no end of their own.

    uvicorn's own raises the signal again once it has ended, so that nothing behind it is closed.
    """

    def __init__(
        self, config: uvicorn.Config, hub: Hub, beside: Callable[[], Coroutine[Any, Any, None]] = _nothing
    ) -> None:
        super().__init__(config)
        self._hub, self._beside = hub, beside

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._hub.close()
        self.force_exit = self.should_exit and sig == signal.SIGINT  # a second Ctrl-C waits for no request
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._hub.begin()
        self._task = asyncio.create_task(self._beside())
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there.  Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(BACKLOG)
    except BaseException:
        made.close()
        raise
    return made


def serve(
    connection: Connection, options: Options, listening: socket.socket, on_open: Callable[[Store], None]
) -> None:
    """Serve until SIGTERM or Ctrl-C.  Raises Refusal for a file that cannot be used."""
    with closing(Store(options.file, options.rebuild)) as store, closing(HeldList(connection)) as held:
        on_open(store)
        hub = Hub(store)
        reader = hub.reader = BoardReader(connection, store, hub.wake)
        resuming = Resuming(connection, options.file)
        deciding = Deciding(connection, store, own={Action.RESUME: resuming.about_feed})
        board = Board(store, options.access, hub, connection, held, deciding, options.desks)
        config = uvicorn.Config(
            application(board),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # whom to believe is decided in access.py
            lifespan="off",
            timeout_graceful_shutdown=END_SECONDS,
        )
        reader.start()
        resuming.start()
        try:
            Server(config, hub, lambda: _health(options, BoardFigures(board))).run(sockets=[listening])
        finally:
            for thread in (reader, resuming):
                thread.stop()
            for thread in (reader, resuming):
                thread.join(READER_SECONDS)


async def _health(options: Options, figures: BoardFigures) -> None:
    """The pages for machines, where there is a port for them; until cancelled."""
    if options.health:
        await health.keep_serving(*options.health, figures.health, Page(figures.view), LOG.error)
