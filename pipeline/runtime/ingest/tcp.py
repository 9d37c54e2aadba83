"""Listens for, or makes, the connections of a TCP feed, and keeps what they sent until Kafka has it."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from pipeline.ingest.contract import Failed, Health
from pipeline.ingest.tcp import Committed, Received, TcpFeed, Wanted
from pipeline.ingest.tcp_cutter import Cut, Cutter, Framing, LineCutter
from pipeline.ingest.tcp_telegraph import TelegraphCutter
from pipeline.runtime.ingest.driver import Driver, Surroundings
from pipeline.runtime.ingest.tcp_waiting import Waiting

BUFFER_BYTES = 65_536  # of the system for a connection, which doubles it, and of its reader, which does too
CONNECTIONS_MAX = 50  # of a feed; a further one is hung up on, with a warning
WARNINGS_MAX = 20  # that wait to be told; the oldest are dropped
AGAIN_SECONDS_MAX = 60.0  # from one attempt to connect to the next; it begins with one second and doubles
CONNECT_SECONDS = 20.0
KEEPALIVE = (  # a line that is dead is noticed within two minutes
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, getattr(socket, "TCP_KEEPIDLE", 0), 60),
    (socket.IPPROTO_TCP, getattr(socket, "TCP_KEEPINTVL", 0), 15),
    (socket.IPPROTO_TCP, getattr(socket, "TCP_KEEPCNT", 0), 4),
)
CUTTERS: dict[Framing, Callable[[], Cutter]] = {
    Framing.TELEGRAPH: TelegraphCutter,
    Framing.LINES: LineCutter,
    Framing.GAP: Cutter,
}


class TcpDriver(Driver[Wanted, Received, Committed]):
    """What waits stays until `done` says that it is committed; while it is much, no connection is read."""

    only_waits = True

    def __init__(self, feed: TcpFeed, surroundings: Surroundings) -> None:
        self._feed, self._wake = feed, surroundings.wake
        self._host, _, port = feed.tcp.rpartition(":")
        self._host, self._port = self._host.strip("[]"), int(port)
        self._peers = [ipaddress.ip_network(one) for one in feed.peers]
        self._run = int.from_bytes(os.urandom(6)) + 1
        self._waiting = Waiting(feed.acknowledge)
        self._warnings: deque[str] = deque(maxlen=WARNINGS_MAX)
        self._connections: dict[asyncio.Task[None], str] = {}
        self._server: asyncio.Server | None = None
        self._caller: asyncio.Task[None] | None = None
        self._trouble: Failed | None = None  # why there is no connection to the other side

    async def answer(self, question: Wanted) -> Received | Failed:
        dispatches = self._waiting.first()
        if not dispatches and (trouble := await self._begin()):
            return trouble
        warnings = tuple(self._warnings)
        self._warnings.clear()
        return Received(self._run, dispatches, tuple(sorted(self._connections.values())), warnings)

    async def done(self, effects: Sequence[Committed]) -> Sequence[str]:
        self._waiting.drop(max(effect.number for effect in effects))
        return ()

    async def close(self) -> None:
        tasks = [*self._connections, *([self._caller] if self._caller else [])]
        if self._server:
            self._server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._server = self._caller = None

    async def _begin(self) -> Failed | None:
        """Listen, or call the other side; what is wrong with that."""
        if self._feed.connect:
            self._caller = self._caller or asyncio.create_task(self._call())
            return self._trouble
        try:
            self._server = self._server or await self._listen()
        except OSError as error:
            return Failed(Health.BROKEN, f"cannot listen at {self._feed.tcp}: {error.strerror or error}")
        return None

    async def _listen(self) -> asyncio.Server:
        infos = await asyncio.get_running_loop().getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        listening = socket.create_server(infos[0][4][:2], family=infos[0][0], reuse_port=False)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)  # what it accepts takes it over
        return await asyncio.start_server(self._accepted, sock=listening, limit=BUFFER_BYTES)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("peername")[0]
        if self._peers and not any(ipaddress.ip_address(address) in network for network in self._peers):
            self._tell(f"{address}: may not connect; add it to peers if it should")
            writer.close()
        elif len(self._connections) >= CONNECTIONS_MAX:
            self._tell(f"{address}: a connection too many, there are {CONNECTIONS_MAX}; it was hung up on")
            writer.close()
        else:
            with suppress(asyncio.CancelledError):  # by `close`; asyncio of Python 3.11 logs it as an error
                await self._serve(address, reader, writer)

    async def _call(self) -> None:
        """Keep a connection to the other side."""
        wait = 1.0
        while True:
            connect = asyncio.open_connection(self._host, self._port, limit=BUFFER_BYTES)
            try:
                reader, writer = await asyncio.wait_for(connect, CONNECT_SECONDS)
            except (OSError, TimeoutError) as error:
                why = getattr(error, "strerror", None) or "no answer"
                self._trouble = Failed(Health.UNREACHABLE, f"{self._feed.tcp}: {why}")
            else:
                self._trouble, wait = None, 1.0
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
                await self._serve(self._feed.tcp, reader, writer)
                self._tell(f"{self._feed.tcp}: the connection ended")
            self._wake()
            await asyncio.sleep(wait)
            wait = min(2 * wait, AGAIN_SECONDS_MAX)

    async def _serve(self, peer: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._connections[task] = peer
        for option in KEEPALIVE:
            with suppress(OSError):
                writer.get_extra_info("socket").setsockopt(*option)
        self._wake()
        cutter = CUTTERS[self._feed.framing]()
        try:
            await self._read(peer, reader, writer, cutter)
        finally:
            del self._connections[task]
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            self._wake()

    async def _read(
        self, peer: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cutter: Cutter
    ) -> None:
        """Cut what comes until the connection ends."""
        quiet_ms, gap_ms = 0, self._feed.gap
        while True:
            await self._waiting.has_room.wait()
            try:
                data = await asyncio.wait_for(reader.read(BUFFER_BYTES), gap_ms / 1000)
            except TimeoutError:
                quiet_ms += gap_ms
                self._keep(peer, writer, cutter.gap())
                if cutter.pending_bytes and quiet_ms >= self._feed.patience:
                    self._keep(peer, writer, cutter.end(closed=False))
                    self._tell(
                        f"{peer}: nothing came for {quiet_ms // 1000} s within a dispatch; it was hung up on"
                    )
                    return
                continue
            except OSError as error:
                self._keep(peer, writer, cutter.end(closed=False))
                self._tell(f"{peer}: the connection was lost: {error.strerror or error}")
                return
            quiet_ms = 0
            self._keep(peer, writer, cutter.feed(data) if data else cutter.end(closed=True))
            if not data:
                return

    def _keep(self, peer: str, writer: asyncio.StreamWriter, cuts: list[Cut]) -> None:
        for cut in cuts:
            self._waiting.add(peer, cut, writer)
        if cuts:
            self._wake()

    def _tell(self, warning: str) -> None:
        self._warnings.append(warning)
        self._wake()
