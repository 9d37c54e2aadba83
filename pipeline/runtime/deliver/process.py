"""The worker of the room deliver: a worker like any other, and the sender beside it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pipeline.deliver.receivers import Receivers
from pipeline.records import Out
from pipeline.runtime.deliver.ack_server import AckServer
from pipeline.runtime.deliver.sender import ROOM, Sender
from pipeline.runtime.deliver.transports import Transports
from pipeline.runtime.kafka.appender import Appender
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.secrets import Secrets
from pipeline.runtime.worker.process import Worker
from pipeline.shard import Shard

SETTLE_SECONDS = 5.0  # for attempts under way when a partition goes; those without an answer are made again


@dataclass
class DeliverWorker(Worker):
    """Attempts are made by whoever owns the partition: one worker sends, the others stand by."""

    room_name: str = ROOM
    secrets: Secrets = field(default_factory=lambda: Secrets({}))
    sender: Sender = field(init=False)
    _acquiring: set[asyncio.Task[None]] = field(default_factory=set)  # asyncio itself keeps no reference

    def __post_init__(self) -> None:
        super().__post_init__()
        receivers = self.options.receivers or Receivers()
        self._transports, self._appender = Transports(), Appender(self.settings.connection)
        shown, taken = self.figures, receivers.acknowledgements
        self.sender = Sender(receivers, self.secrets, self._transports, self._append, self._broken, shown.attempts)
        self.acknowledgements = (
            AckServer(taken, self.secrets, self._append, shown.acknowledgements) if taken else None
        )

    def add_tasks(self, app: Any) -> None:
        if self.acknowledgements:
            app.task(self.acknowledgements.serve)

    async def open(self, assigned: set[int]) -> None:
        await super().open(assigned)
        for partition in sorted(assigned):
            task = asyncio.create_task(self.sender.acquired(partition, partial(self._settled, partition)))
            self._acquiring.add(task)
            task.add_done_callback(self._acquired)

    async def close(self) -> None:
        for task in self._acquiring:
            task.cancel()
        for partition in self.tasks:
            self.sender.lost(partition)
        await self.sender.settle(SETTLE_SECONDS)
        await asyncio.gather(self._transports.close(), self._appender.close())
        await super().close()

    def committed(self, task: PartitionTask) -> None:
        self.sender.look(task.shard)

    def _settled(self, partition: int) -> Shard | None:
        return self.tasks[partition].settled

    def _acquired(self, task: asyncio.Task[None]) -> None:
        self._acquiring.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._broken(error)

    async def _append(self, out: Out) -> int:
        return (await self._appender.append(out)).offset

    def _broken(self, error: BaseException) -> None:
        self._end_with(error, ROOM)
