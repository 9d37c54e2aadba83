"""The health page of a worker: one small JSON answer, 200 when it works, 503 while it recovers or waits.

Where the page is stands in a file beside the worker's scratch, so that `wiredesk doctor` finds the workers of its
machine, whatever ports they were given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from pipeline.settings import Settings


async def serve(host: str, port: int, state: Callable[[], dict[str, Any]]) -> None:
    """Answer GET /health until cancelled.  OSError if the port is taken."""
    from aiohttp import web  # only a worker serves

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


@contextmanager
def advertised(settings: Settings, room: str) -> Iterator[None]:
    """Within it the file says where the page is."""
    path = settings.state_dir / "workers" / f"{settings.app_id}-{room}-{settings.instance}.health"
    path.write_text(f"http://{settings.health_host}:{settings.health_port}/health")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def pages(settings: Settings) -> list[str]:
    """The pages of this deployment's workers on this machine; who was killed left its file behind."""
    found = sorted((settings.state_dir / "workers").glob(f"{settings.app_id}-*.health"))
    return [path.read_text() for path in found]
