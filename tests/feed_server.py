"""A feed server of our own, for good and for bad days: each path is a function from a request to what is sent."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.waiting import SECONDS

REQUEST_BYTES = 65_536
DRIP_SECONDS = 0.05


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str  # with its query
    headers: dict[str, str]  # their names in lower case


@dataclass(frozen=True)
class Reply:
    """What is sent.  `raw`: instead of all else.  `drip`: a byte at a time, without end if `endless`."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    length: int | None = None  # what is said of the body; None: the truth
    drip: bool = False
    endless: bytes = b""

    def head(self) -> bytes:
        length = len(self.body) if self.length is None else self.length
        said = {} if self.endless else {"Content-Length": str(length)}
        lines = [f"{name}: {text}" for name, text in {**said, **self.headers}.items()]
        return "\r\n".join((f"HTTP/1.1 {self.status} Word", *lines, "Connection: close", "", "")).encode("latin-1")


Page = Callable[[Asked], Reply]


@dataclass
class FeedServer:
    """Serves `pages` by path; what is not there is 404."""

    host: str = "127.0.0.1"
    port: int = 0
    scheme: str = "http"
    pages: dict[str, Page] = field(default_factory=dict, repr=False)
    asked: list[Asked] = field(default_factory=list, repr=False)

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://{self.host}:{self.port}{path}"

    def serve(self, path: str, *replies: Reply) -> str:
        """Give these replies, one after the other, the last for ever; the address of the page."""
        left = list(replies)
        self.pages[path] = lambda _: left.pop(0) if len(left) > 1 else left[0]
        return self.url(path)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            try:
                asked = _asked(await reader.readuntil(b"\r\n\r\n"))
                self.asked.append(asked)
                page = self.pages.get(asked.path.partition("?")[0], _missing)
                await _send(writer, page(asked))
            finally:
                writer.close()


def _missing(_: Asked) -> Reply:
    return Reply(404)


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> None:
    if reply.raw is not None:
        writer.write(reply.raw)
        return await writer.drain()
    writer.write(reply.head())
    for piece in [reply.body[at : at + 1] for at in range(len(reply.body))] if reply.drip else [reply.body]:
        writer.write(piece)
        await writer.drain()
        if reply.drip and piece is not reply.body:
            await asyncio.sleep(DRIP_SECONDS)
    while reply.endless:
        writer.write(reply.endless)
        await writer.drain()


def _asked(data: bytes) -> Asked:
    first, *lines = data.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    return Asked(
        method, path, {name.lower(): text.strip() for name, _, text in (one.partition(":") for one in lines)}
    )


@contextmanager
def feed_server(
    context: ssl.SSLContext | None = None, hosts: Sequence[str] = ("127.0.0.1",)
) -> Iterator[FeedServer]:
    """A server in a thread of its own, at one port of each of the hosts."""
    server, ready, loop = FeedServer(hosts[0]), threading.Event(), asyncio.new_event_loop()
    server.scheme = "https" if context else "http"
    listening: list[asyncio.Server] = []
    loop.set_exception_handler(lambda *_: None)  # a client that hangs up in the middle is what is tried

    async def start() -> None:
        while len(listening) < len(hosts):
            for host in hosts:
                port = server.port if listening else 0
                try:
                    started = await asyncio.start_server(
                        server.answer, host, port, ssl=context, limit=REQUEST_BYTES, backlog=1_000
                    )
                except OSError:  # another has this port of that host
                    while listening:
                        listening.pop().close()
                    break
                listening.append(started)
                server.port = started.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        loop.create_task(start())
        loop.run_forever()
        for one in listening:
            one.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(SECONDS)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def packed(body: bytes, encoding: str = "gzip") -> Reply:
    """A body that is packed, and says so."""
    return Reply(body=gzip.compress(body), headers={"Content-Encoding": encoding})


def conditional(body: Callable[[], bytes], etag: Callable[[], str]) -> Page:
    """A page that answers 304 to who has its ETag."""

    def page(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == etag():
            return Reply(304, headers={"ETag": etag()})
        return Reply(body=body(), headers={"ETag": etag()})

    return page
