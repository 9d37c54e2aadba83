"""A reverse proxy that logs people in, as OAuth2 Proxy does: the board behind it is told by a header who asks."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from pipeline.runtime.board.serve import bound
from tests.waiting import eventually

HEADER, SESSION = "x-forwarded-user", "proxy_session"
USERS = {"a-secret": "Ada", "b-secret": "Bob"}  # by the session of the proxy's own
FROM = "127.0.0.2"  # where it connects from: a browser on this machine comes from 127.0.0.1
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Proxy:
    """Serves in a thread; `removes` says whether it takes away what a browser says in the header."""

    def __init__(self, target: str, removes: bool = True) -> None:
        self.removes = removes
        self.socket = bound("127.0.0.1", 0)
        self.host = f"127.0.0.1:{self.socket.getsockname()[1]}"
        transport = httpx2.AsyncHTTPTransport(local_address=FROM)
        self._client = httpx2.AsyncClient(transport=transport, base_url=target, timeout=None)
        routes = [Route("/{path:path}", self._pass, methods=["GET", "POST"])]
        app = Starlette(routes=routes, lifespan=self._while_it_serves)
        self.server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=1)
        )
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]})

    @asynccontextmanager
    async def _while_it_serves(self, _: Starlette) -> AsyncIterator[None]:
        async with self._client:
            yield

    async def _pass(self, request: Request) -> Response:
        user = USERS.get(request.cookies.get(SESSION, ""))
        if user is None:
            return Response("log in at the proxy\n", 401)
        headers = [(k, v) for k, v in request.headers.items() if not (self.removes and k == HEADER)]
        url = str(request.url.replace(scheme="", netloc=""))
        asked = self._client.build_request(
            request.method, url, headers=[*headers, (HEADER, user)], content=await request.body()
        )
        answer = await self._client.send(asked, stream=True)

        async def chunks() -> AsyncIterator[bytes]:
            async for chunk in answer.aiter_raw():
                yield chunk

        found = StreamingResponse(chunks(), answer.status_code, background=BackgroundTask(answer.aclose))
        found.raw_headers = [
            (name.lower(), value) for name, value in answer.headers.raw if name.lower().decode() not in HOP_BY_HOP
        ]
        return found


@contextmanager
def proxy(target: str, removes: bool = True) -> Iterator[Proxy]:
    """A proxy in front of the board that has this address."""
    made = Proxy(target, removes)
    made.thread.start()
    try:
        eventually(lambda: made.server.started)
        yield made
    finally:
        made.server.should_exit = True
        made.thread.join(60)
        made.socket.close()
