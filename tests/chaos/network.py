"""The network between the brokers of a cluster: every connection of theirs goes through a proxy.

Each broker has a listener for its peers besides the one for clients, and advertises it, and its controller, at the
address of a proxy here.  So a broker can be cut off from its peers, in both directions, while clients reach it:
bytes are neither passed on nor refused, as by a packet filter that drops them, and go on when the cut is healed.
It takes no right of root.  Who calls is known by the number in the client id of the first request.
"""

from __future__ import annotations

import asyncio
import re
import struct
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from pipeline.runtime.embedded.node import Node, free_ports

HOST = "127.0.0.1"
HEAD = struct.Struct(">ihhih")  # of a Kafka request: length, API, version, correlation id, length of the client id
BYTES = 65_536
PORTS = free_ports(HOST)
NUMBER = re.compile(rb"\d+")


@dataclass(frozen=True, slots=True)
class Doors:
    """The ports of a node for its peers: the broker's own, and the proxies before it and before its controller."""

    peer: int
    peer_proxy: int
    controller_proxy: int


@dataclass(eq=False)
class Network:
    """The proxies of a cluster, in a thread of their own.  A context manager around the cluster's."""

    doors: dict[int, Doors] = field(default_factory=dict)
    callers: set[bytes] = field(default_factory=set)  # client ids that were seen
    _cut: set[int] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def settings(self, nodes: tuple[Node, ...], node: Node) -> Mapping[str, str]:
        """What a node's configuration needs, so that its peers come through the proxies."""
        for one in nodes:
            if one.number not in self.doors:
                self.doors[one.number] = Doors(next(PORTS), next(PORTS), next(PORTS))
        mine = self.doors[node.number]
        clients = f"PLAINTEXT://{HOST}:{node.port}"
        return {
            "listeners": f"{clients},PEERS://{HOST}:{mine.peer},CONTROLLER://{HOST}:{node.controller_port}",
            "advertised.listeners": f"{clients},PEERS://{HOST}:{mine.peer_proxy},"
            f"CONTROLLER://{HOST}:{mine.controller_proxy}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,PEERS:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "PEERS",
            "controller.quorum.voters": ",".join(
                f"{number}@{HOST}:{doors.controller_proxy}" for number, doors in self.doors.items()
            ),
        }

    def open(self, nodes: tuple[Node, ...]) -> None:
        """Begin to pass on what comes for these nodes."""
        for node in nodes:
            doors = self.doors[node.number]
            for proxy, behind in ((doors.peer_proxy, doors.peer), (doors.controller_proxy, node.controller_port)):
                asyncio.run_coroutine_threadsafe(self._listen(node.number, proxy, behind), self._loop).result(10)

    def cut(self, number: int) -> None:
        """Cut a broker off from its peers."""
        self._cut.add(number)

    def heal(self) -> None:
        """Join what was cut."""
        self._cut.clear()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.heal()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _listen(self, number: int, port: int, behind: int) -> None:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await self._connect(number, behind, reader, writer)
            except (OSError, asyncio.IncompleteReadError):  # one side has ended, or nobody listens behind
                pass
            finally:
                writer.close()

        await asyncio.start_server(connected, HOST, port)

    async def _connect(
        self, number: int, behind: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = await reader.readexactly(HEAD.size)
        client_id = await reader.readexactly(max(0, HEAD.unpack(head)[-1]))
        self.callers.add(client_id)
        found = NUMBER.search(client_id)
        link = {int(found[0]), number} if found else {number}
        await self._until_open(link)
        answers, requests = await asyncio.open_connection(HOST, behind)
        try:
            requests.write(head + client_id)
            ways = [self._pass_on(reader, requests, link), self._pass_on(answers, writer, link)]
            await asyncio.wait([asyncio.ensure_future(way) for way in ways], return_when=asyncio.FIRST_COMPLETED)
        finally:
            requests.close()

    async def _pass_on(self, source: asyncio.StreamReader, to: asyncio.StreamWriter, link: set[int]) -> None:
        with suppress(OSError):  # one side has ended
            while data := await source.read(BYTES):
                await self._until_open(link)
                to.write(data)
                await to.drain()

    async def _until_open(self, link: set[int]) -> None:
        while len(link) > 1 and link & self._cut:
            await asyncio.sleep(0.02)
