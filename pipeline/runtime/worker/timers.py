"""What a worker does from time to time: ticks for what is due, a look at connections, trims behind the window.

No clock of the worker's machine decides anything.  What time it is for a room the broker says, by the time that it
stamps on a tick; between two ticks the worker counts seconds.  A tick carries no authority: the room judges by the
time of its record in the log.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiokafka import AIOKafkaProducer

from pipeline.connection import DURABLE, Connection
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.shard import tick

TICK_SECONDS = 0.25  # how often due times are looked at
TICK_AGAIN_SECONDS = 1.0  # a tick that had no effect by then is sent again; the wait doubles each time
TICK_SECONDS_MAX = 60.0  # while something has a due time, a tick comes at least as often: the delay of a release
CONNECTION_CHECK_SECONDS = 1.0  # how often a worker looks whether it lost its connection to a broker
TRIM_SECONDS = 5.0


@dataclass
class TickClock:
    """When a partition needs a tick.  `now` is monotonic, in seconds."""

    due_ms: int | None = None  # for which the last tick was sent
    sent: float | None = None  # when
    wait_seconds: float = 0.0  # until the next one for the same due time
    broker_ms: float | None = None  # the broker's clock at `now` = 0, as the last tick showed it

    def is_time(self, due_ms: int | None, now: float) -> bool:
        """Whether a tick has to be sent for this due time; None: nothing is due, ever."""
        if due_ms is None:
            return False
        if self.sent is None or self.broker_ms is None or now - self.sent >= TICK_SECONDS_MAX:
            return True
        if self.broker_ms + now * 1000 < due_ms:
            return False
        return due_ms != self.due_ms or now - self.sent >= self.wait_seconds

    def was_sent(self, due_ms: int, now: float, broker_ms: int) -> None:
        """A tick was sent, and the broker stamped it with this time."""
        is_first = due_ms != self.due_ms or broker_ms < due_ms
        again = TICK_AGAIN_SECONDS if is_first else 2 * self.wait_seconds
        self.wait_seconds = min(TICK_SECONDS_MAX, again)
        self.due_ms, self.sent, self.broker_ms = due_ms, now, broker_ms - now * 1000


@dataclass
class Timers:
    """The timers of all partitions of a worker."""

    connection: Connection
    room: str
    tasks: Mapping[int, PartitionTask]
    _producer: AIOKafkaProducer | None = None  # made for the first tick
    _clocks: dict[int, TickClock] = field(default_factory=dict)  # by partition

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
            due_ms, clock = task.shard.due_ms(), self._clocks.setdefault(task.partition, TickClock())
            if due_ms is not None and clock.is_time(due_ms, time.monotonic()):
                broker_ms = await self._send_tick(task.partition, due_ms)
                clock.was_sent(due_ms, time.monotonic(), broker_ms)

    async def _send_tick(self, partition: int, due_ms: int) -> int:
        """Wake the room in this partition; when the broker appended the tick, milliseconds."""
        if self._producer is None:
            self._producer = AIOKafkaProducer(**self.connection.arguments(), **DURABLE)
            await self._producer.start()
        out = tick(self.room, partition, due_ms)
        headers = list(out.headers)
        sent = await self._producer.send_and_wait(out.topic, out.value, out.key, partition, headers=headers)
        return int(sent.timestamp)
