"""What a worker does by the clock: ticks for what is due, a look at connections, trims behind the window."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiokafka import AIOKafkaProducer

from pipeline.connection import Connection
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.shard import tick

TICK_SECONDS = 0.25  # how often due times are looked at
TICK_AGAIN_SECONDS = 10.0  # a tick that had no effect by then is sent again
CONNECTION_CHECK_SECONDS = 1.0  # how often a worker looks whether it lost its connection to a broker
TRIM_SECONDS = 5.0


@dataclass
class Timers:
    """The timers of all partitions of a worker."""

    connection: Connection
    room: str
    tasks: Mapping[int, PartitionTask]
    _producer: AIOKafkaProducer | None = None  # made for the first tick
    _ticks: dict[int, tuple[int, float]] = field(default_factory=dict)  # partition -> (due, sent at)

    async def run(self) -> None:
        """Go on until cancelled.  Raises what a write raises; then the worker has to end."""
        trimmed = checked = time.monotonic()
        try:
            while True:
                await asyncio.sleep(TICK_SECONDS)
                await self._tick()
                if time.monotonic() - checked > CONNECTION_CHECK_SECONDS:
                    checked = time.monotonic()
                    for task in list(self.tasks.values()):
                        await task.reacquire_if_lost()
                if time.monotonic() - trimmed > TRIM_SECONDS:
                    trimmed = time.monotonic()
                    for task in list(self.tasks.values()):
                        await task.trim()
        finally:
            if self._producer is not None:
                await self._producer.stop()

    async def _tick(self) -> None:
        for task in [task for task in self.tasks.values() if task.ready]:
            if (due_ms := self._due_ms(task)) is not None:
                await self._send_tick(task.partition, due_ms)

    def _due_ms(self, task: PartitionTask) -> int | None:
        """The due time for which a tick has to be sent: once, and again if it had no effect."""
        due_ms, now = task.shard.due_ms(), time.time()
        if due_ms is None or due_ms > now * 1000 - task.shard.behind_ms:
            return None
        last_due_ms, sent = self._ticks.get(task.partition, (0, 0.0))
        if due_ms == last_due_ms and now - sent < TICK_AGAIN_SECONDS:
            return None
        self._ticks[task.partition] = (due_ms, now)
        return due_ms

    async def _send_tick(self, partition: int, due_ms: int) -> None:
        """Wake the room in this partition.  The tick's time is the time that was due, as in a replay."""
        if self._producer is None:
            self._producer = AIOKafkaProducer(**self.connection.arguments(), acks="all")
            await self._producer.start()
        out = tick(self.room, partition, due_ms)
        headers = list(out.headers)
        await self._producer.send_and_wait(out.topic, out.value, out.key, partition, headers=headers)
