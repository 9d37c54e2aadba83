"""The health page of a worker: one small JSON answer, 200 when it works, 503 while it recovers or waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

import orjson

from pipeline.runtime.log.partition_task import PartitionTask


class HealthStatus(StrEnum):
    """What a worker does now, as its health page shows it."""

    READY = "ready"  # it works on every partition that it has
    RECOVERING = "recovering"  # it reads a journal
    WAITING = "waiting"  # it has no partition


def state(tasks: Iterable[PartitionTask]) -> dict[str, Any]:
    """The state of a worker's partitions: it is not ready while one recovers, or while it has none."""
    tasks = sorted(tasks, key=lambda task: task.partition)
    ready = [task for task in tasks if task.ready]
    recovering = {task.partition: task.recovering for task in tasks if task.recovering}
    status = HealthStatus.READY if ready else HealthStatus.WAITING
    return {
        "status": HealthStatus.RECOVERING if recovering else status,
        "partitions": [task.partition for task in ready],
        "recovering": list(recovering),
        "journal": {str(number): {"read": done.read, "of": done.of} for number, done in recovering.items()},
        "positions": {str(task.partition): task.shard.position for task in ready},
    }


async def serve(host: str, port: int, state: Callable[[], dict[str, Any]]) -> None:
    """Answer GET /health until cancelled.  OSError if the port is taken."""
    from aiohttp import web  # only a worker serves

    async def answer(_: web.Request) -> web.Response:
        found = state()
        status = 200 if found["status"] == HealthStatus.READY else 503
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
