"""What a worker does from time to time: ticks for what is due, a look at connections, trims behind the window.

No clock of the worker's machine decides anything.  What time it is for a room the broker says, by the time that it
stamps on a tick; between two ticks the worker counts seconds.  A tick carries no authority: the room judges by the
time of its record in the log.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from pipeline.connection import Connection
from pipeline.records import Room
from pipeline.runtime.kafka.appender import Appender
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import ConnectionLost
from pipeline.shard import tick

TICK_SECONDS = 0.25  # how often due times are looked at
TICK_AGAIN_SECONDS = 1.0  # a tick that had no effect by then is sent again; the wait doubles each time
TICK_SECONDS_MAX = Room.tick_seconds_max  # between two ticks for the same due time
CONNECTION_CHECK_SECONDS = 1.0  # how often a worker looks whether it lost its connection to a broker
TRIM_SECONDS = 5.0


@dataclass
class TickClock:
    """When a partition needs a tick.  `now` is monotonic, in seconds."""

    seconds_max: float = TICK_SECONDS_MAX  # while something has a due time, a tick comes at least as often
    due_ms: int | None = None  # for which the last tick was sent
    sent: float | None = None  # when
    wait_seconds: float = 0.0  # until the next one for the same due time
    broker_ms: float | None = None  # the broker's clock at `now` = 0, as the last tick showed it

    def is_time(self, due_ms: int | None, now: float) -> bool:
        """Whether a tick has to be sent for this due time; None: nothing is due, ever."""
        if due_ms is None:
            return False
        if self.sent is None or self.broker_ms is None or now - self.sent >= self.seconds_max:
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
    _clocks: dict[int, TickClock] = field(default_factory=dict)  # by partition
    _appender: Appender = field(init=False)

    def __post_init__(self) -> None:
        self._appender = Appender(self.connection)

    async def run(self) -> None:
        """Go on until cancelled.  Raises what a write raises that a broker refuses; then the worker has to end."""
        timers: dict[Callable[[PartitionTask], Awaitable[None]], float] = {
            self._tick: TICK_SECONDS,
            PartitionTask.reacquire_if_lost: CONNECTION_CHECK_SECONDS,
            PartitionTask.trim: TRIM_SECONDS,
        }
        done = dict.fromkeys(timers, time.monotonic())
        try:
            while True:
                await asyncio.sleep(TICK_SECONDS)
                for action, seconds in timers.items():
                    if time.monotonic() - done[action] >= seconds:
                        done[action] = time.monotonic()
                        await self._for_each_task(action)
        finally:
            await self._appender.close()

    async def _for_each_task(self, action: Callable[[PartitionTask], Awaitable[None]]) -> None:
        for task in [task for task in self.tasks.values() if task.ready]:
            with suppress(ConnectionLost):  # the next time does it
                await action(task)

    async def _tick(self, task: PartitionTask) -> None:
        due_ms, seconds_max = task.shard.due_ms(), task.shard.room.tick_seconds_max
        clock = self._clocks.setdefault(task.partition, TickClock(seconds_max))
        if due_ms is not None and clock.is_time(due_ms, time.monotonic()):
            broker_ms = await self._send_tick(task.partition, due_ms)
            clock.was_sent(due_ms, time.monotonic(), broker_ms)

    async def _send_tick(self, partition: int, due_ms: int) -> int:
        """Wake the room in this partition; when the broker appended the tick, milliseconds.

        Raises ConnectionLost; the tick may have been written all the same, and one more does no harm.
        """
        return (await self._appender.append(tick(self.room, partition, due_ms))).timestamp_ms
