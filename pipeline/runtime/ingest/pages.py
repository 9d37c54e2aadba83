"""The pages of ingest, as workers have them: /health, /ready and /metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import web


async def serve(host: str, port: int, state: Callable[[], dict[str, Any]]) -> None:
    """Answer until cancelled.  OSError if the port is taken."""

    async def health(_: web.Request) -> web.Response:
        return web.Response(body=orjson.dumps(state()), content_type="application/json")

    async def ready(_: web.Request) -> web.Response:
        found = state()
        status = 200 if found["status"] == "ready" else 503
        return web.Response(body=orjson.dumps(found), status=status, content_type="application/json")

    app = web.Application()
    app.add_routes([web.get("/health", health), web.get("/ready", ready)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
