"""The pump of a partition: what Faust passes on in pieces is one transaction."""

from __future__ import annotations

import asyncio
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.runtime.worker.pump import Pump
from pipeline.runtime.worker.watchdog import Watchdog

RECORDS = 500


@pytest.mark.parametrize(
    ("pieces", "batches"),
    [
        pytest.param([1], [1], id="one record"),
        pytest.param([100, 100, 76], [276], id="a fetch in pieces"),
        pytest.param([100] * 7, [RECORDS, 200], id="more than a transaction may have"),
        pytest.param([3, 0, 2], [3, 2], id="two fetches"),
    ],
)
def test_what_comes_at_once_is_one_transaction(pieces: list[int], batches: list[int]) -> None:
    """Of what comes with turn after turn of the event loop nothing is left for a transaction of its own."""
    acknowledged: list[int] = []
    committed: list[int] = []

    async def ack(event: Any) -> None:
        acknowledged.append(event.message.offset)

    async def commit(partition: int, batch: list[Any]) -> None:
        committed.append(len(batch))

    async def run() -> None:
        pump = Pump(0, SimpleNamespace(ack=ack), commit, RECORDS, 0.0, Watchdog(60, 70))
        running, offsets = asyncio.create_task(pump.run()), count()
        for piece in pieces:
            for _ in range(piece):
                pump.put(SimpleNamespace(message=SimpleNamespace(offset=next(offsets), generation_id=1)))
            await asyncio.sleep(0)
        while len(acknowledged) < sum(pieces):
            await asyncio.sleep(0)
        running.cancel()

    asyncio.run(run())
    assert committed == batches
    assert acknowledged == list(range(sum(pieces)))
