"""Listens for, or makes, the connections of a TCP feed, and keeps what they sent until Kafka has it."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from pipeline.ingest.contract import Failed, Health
from pipeline.ingest.tcp import Committed, Received, TcpFeed, Wanted
from pipeline.ingest.tcp_cutter import Cut, Cutter, Framing, LineCutter
from pipeline.ingest.tcp_telegraph import TelegraphCutter
from pipeline.runtime.ingest.causes import HUNG_UP, OF_CA, why_not
from pipeline.runtime.ingest.certificates import UnusableCertificate
from pipeline.runtime.ingest.driver import Driver, Surroundings
from pipeline.runtime.ingest.tcp_lines import (
    BUFFER_BYTES,
    Line,
    answered,
    called,
    listening_at,
    tls_of,
)
from pipeline.runtime.ingest.tcp_waiting import Waiting

CONNECTIONS_MAX = 50  # of a feed; a further one is hung up on, with a warning
WARNINGS_MAX = 20  # that wait to be told; the oldest are dropped
AGAIN_SECONDS, AGAIN_SECONDS_MAX = 1.0, 60.0  # from one attempt to connect to the next, which doubles
AT_ONCE_SECONDS = 10.0  # with CLOSE_SECONDS in it; who hangs up later does so because nothing came for a while
CLOSE_SECONDS = 5.0  # for who reads no acknowledgements to read them; then they are dropped with the connection
ACCEPT_AGAIN_SECONDS = 1.0  # after the system had no more files
CUTTERS: dict[Framing, Callable[[], Cutter]] = {
    Framing.TELEGRAPH: TelegraphCutter,
    Framing.LINES: LineCutter,
    Framing.GAP: Cutter,
}


class TcpDriver(Driver[Wanted, Received, Committed]):
    """What waits stays until `done` says that it is committed; while it is much, no connection is read."""

    only_waits = True

    def __init__(self, feed: TcpFeed, surroundings: Surroundings) -> None:
        self._feed, self._wake, self._secrets = feed, surroundings.wake, surroundings.secrets
        self._host, _, port = feed.tcp.rpartition(":")
        self._host, self._port = self._host.strip("[]"), int(port)
        self._peers = [ipaddress.ip_network(one) for one in feed.peers]
        self._run = int.from_bytes(os.urandom(6)) + 1
        self._waiting = Waiting(feed.acknowledge)
        self._warnings: deque[str] = deque(maxlen=WARNINGS_MAX)
        self._connections: dict[asyncio.Task[None], str] = {}
        self._opening: set[asyncio.Task[None]] = set()  # connections that agree on TLS
        self._worker: asyncio.Task[None] | None = None  # who takes calls, or calls
        self._trouble: Failed | None = None  # why there is no connection to the other side

    def untried(self) -> str | Failed:
        """No connection is made: what the other side sent through it would be lost."""
        try:
            tls_of(self._feed, self._secrets)
        except UnusableCertificate as error:
            return Failed(Health.BROKEN, str(error))
        return "what a call brought would be lost, so none is made" if self._feed.connect else super().untried()

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
        tasks = [*([self._worker] if self._worker else []), *self._opening, *self._connections]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._worker = None

    async def _begin(self) -> Failed | None:
        """Listen, or call the other side; what is wrong with that."""
        if self._worker:
            return self._trouble
        try:
            tls = tls_of(self._feed, self._secrets)
            if self._feed.connect:
                work = self._call(tls)
            else:
                work = self._take_calls(await listening_at(self._host, self._port), tls)
        except UnusableCertificate as error:
            return Failed(Health.BROKEN, str(error))
        except OSError as error:
            return Failed(Health.BROKEN, f"cannot listen at {self._feed.tcp}: {why_not(error)}")
        self._worker = asyncio.create_task(work)
        return self._trouble

    async def _take_calls(self, listening: socket.socket, tls: ssl.SSLContext | None) -> None:
        """A task for each connection.  Who may not connect is not asked for a certificate."""
        with listening:
            while True:
                try:
                    connection, address = await asyncio.get_running_loop().sock_accept(listening)
                except OSError as error:  # too many open files
                    self._tell(f"no connection can be accepted: {why_not(error)}")
                    await asyncio.sleep(ACCEPT_AGAIN_SECONDS)
                    continue
                if why := self._refusal(address[0]):
                    self._tell(why)
                    connection.close()
                    continue
                task = asyncio.create_task(self._answer_call(address[0], connection, tls))
                self._opening.add(task)
                task.add_done_callback(self._opening.discard)

    def _refusal(self, address: str) -> str:
        if self._peers and not any(ipaddress.ip_address(address) in network for network in self._peers):
            return f"{address}: may not connect; add it to peers if it should"
        if len(self._connections) + len(self._opening) >= CONNECTIONS_MAX:
            return f"{address}: a connection too many, there are {CONNECTIONS_MAX}; it was hung up on"
        return ""

    async def _answer_call(self, address: str, connection: socket.socket, tls: ssl.SSLContext | None) -> None:
        try:
            line = await answered(connection, tls)
        except OSError as error:
            self._tell(f"{address}: {why_not(error, OF_CA)}")
            return
        if task := asyncio.current_task():
            self._opening.discard(task)
        await self._serve(address, line)

    async def _call(self, tls: ssl.SSLContext | None) -> None:
        """Keep a connection to the other side.  One that it ends at once, without a word, is as good as none.

        Any other is made again soon: where a provider ends quiet lines, a pause would be longer than the line.
        """
        loop, wait = asyncio.get_running_loop(), AGAIN_SECONDS
        while True:
            try:
                line = await called(self._host, self._port, tls)
            except (OSError, TimeoutError) as error:
                self._trouble = Failed(Health.UNREACHABLE, f"{self._feed.tcp}: {why_not(error, OF_CA)}")
            else:
                self._trouble, began = None, loop.time()
                is_heard = await self._serve(self._feed.tcp, line)
                self._tell(f"{self._feed.tcp}: the connection ended")
                if is_heard or loop.time() - began > AT_ONCE_SECONDS:
                    wait = AGAIN_SECONDS
                else:
                    self._trouble = Failed(Health.UNREACHABLE, f"{self._feed.tcp}: {HUNG_UP}")
            self._wake()
            await asyncio.sleep(wait)
            wait = min(2 * wait, AGAIN_SECONDS_MAX)

    async def _serve(self, peer: str, line: Line) -> bool:
        """Until the connection ends; whether anything came."""
        task = asyncio.current_task()
        assert task
        self._connections[task] = peer
        self._wake()
        cutter = CUTTERS[self._feed.framing]()
        try:
            return await self._read(peer, line.reader, line.writer, cutter)
        finally:
            line.writer.close()
            try:
                with suppress(OSError):  # TimeoutError is one
                    async with asyncio.timeout(CLOSE_SECONDS):
                        await line.writer.wait_closed()
            finally:
                line.writer.transport.abort()
                del self._connections[task]
                self._wake()

    async def _read(
        self, peer: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cutter: Cutter
    ) -> bool:
        """Cut what comes until the connection ends; whether anything did."""
        quiet_ms, gap_ms, is_heard = 0, self._feed.gap, False
        while True:
            await self._waiting.has_room.wait()
            try:
                async with asyncio.timeout(gap_ms / 1000):
                    data = await reader.read(BUFFER_BYTES)
            except TimeoutError:
                quiet_ms += gap_ms
                self._keep(peer, writer, cutter.gap())
                if cutter.pending_bytes and quiet_ms >= self._feed.patience:
                    self._keep(peer, writer, cutter.end(closed=False))
                    self._tell(
                        f"{peer}: nothing came for {quiet_ms // 1000} s within a dispatch; it was hung up on"
                    )
                    return True
                continue
            except OSError as error:
                self._keep(peer, writer, cutter.end(closed=False))
                self._tell(f"{peer}: the connection was lost: {why_not(error)}")
                return is_heard
            quiet_ms, is_heard = 0, is_heard or bool(data)
            self._keep(peer, writer, cutter.feed(data) if data else cutter.end(closed=True))
            if not data:
                return is_heard

    def _keep(self, peer: str, writer: asyncio.StreamWriter, cuts: list[Cut]) -> None:
        for cut in cuts:
            self._waiting.add(peer, cut, writer)
        if cuts:
            self._wake()

    def _tell(self, warning: str) -> None:
        self._warnings.append(warning)
        self._wake()
