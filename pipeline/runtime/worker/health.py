"""The pages of a worker, or of a service beside the rooms, on one port.

/health   what it does, as JSON; 200 as long as it lives
/ready    the same; 200 when it works, 503 while it recovers or waits
/metrics  its figures, for Prometheus
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

import orjson

from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.metrics.page import CONTENT_TYPE, Page
from pipeline.runtime.request_log import RequestLog

RETRY_SECONDS = 15.0  # to take the port of the pages, while another process has it


class HealthStatus(StrEnum):
    """What a worker does now, as its health page shows it."""

    READY = "ready"  # it works on every partition that it has
    RECOVERING = "recovering"  # it reads a journal
    WAITING = "waiting"  # it has no partition


def status_of(tasks: Iterable[PartitionTask]) -> HealthStatus:
    """What a worker with these partitions does: it is not ready while one recovers, or while it has none."""
    tasks = list(tasks)
    if any(task.recovering for task in tasks):
        return HealthStatus.RECOVERING
    return HealthStatus.READY if any(task.ready for task in tasks) else HealthStatus.WAITING


def state(tasks: Iterable[PartitionTask]) -> dict[str, Any]:
    """The state of a worker and of its partitions."""
    tasks = sorted(tasks, key=lambda task: task.partition)
    ready = [task for task in tasks if task.ready]
    recovering = {task.partition: task.recovering for task in tasks if task.recovering}
    return {
        "status": status_of(tasks),
        "partitions": [task.partition for task in ready],
        "recovering": list(recovering),
        "journal": {str(number): {"read": done.read, "of": done.of} for number, done in recovering.items()},
        "positions": {str(task.partition): task.shard.position for task in ready},
    }


async def serve(host: str, port: int, state: Callable[[], dict[str, Any]], page: Page) -> None:
    """Answer until cancelled.  OSError if the port is taken."""
    from aiohttp import web  # only a worker serves

    async def health(_: web.Request) -> web.Response:
        return web.Response(body=orjson.dumps(state()), content_type="application/json")

    async def ready(_: web.Request) -> web.Response:
        found = state()
        status = 200 if found["status"] == HealthStatus.READY else 503
        return web.Response(body=orjson.dumps(found), status=status, content_type="application/json")

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=page.text(), headers={"Content-Type": CONTENT_TYPE})

    app = web.Application()
    app.add_routes([web.get("/health", health), web.get("/ready", ready), web.get("/metrics", metrics)])
    runner = web.AppRunner(app, access_log=None, logger=RequestLog())
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


async def keep_serving(
    host: str, port: int, state: Callable[[], dict[str, Any]], page: Page, tell: Callable[[str], None]
) -> None:
    """Answer until cancelled.  While the port is taken, `tell` is told why, once, and it is tried again.

    What the process works on matters more than the page about it.
    """
    said = ""
    while True:
        try:
            await serve(host, port, state, page)
        except OSError as error:
            why = (
                f"the health page cannot be served at {host}:{port} ({error.strerror}): the work goes on without "
                "it, and it is tried again; set WIREDESK_HEALTH_PORT to a free port, or end what has this one"
            )
            if why != said:
                tell(why)
            said = why
            await asyncio.sleep(RETRY_SECONDS)
