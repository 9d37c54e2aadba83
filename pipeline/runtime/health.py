"""The health page of a worker: one small JSON answer, 200 when it works, 503 while it recovers or waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import web


async def serve(host: str, port: int, state: Callable[[], dict[str, Any]]) -> None:
    """Answer GET /health until cancelled.  OSError if the port is taken."""

    async def answer(_: web.Request) -> web.Response:
        found = state()
        status = 200 if found["status"] == "ready" else 503
        return web.Response(body=orjson.dumps(found), status=status, content_type="application/json")

    app = web.Application()
    app.router.add_get("/health", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
