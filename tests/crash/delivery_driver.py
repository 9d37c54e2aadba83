"""Workers of the room deliver with their senders, over the model of the log, and receivers that count requests."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from boundaries import Boundaries, Crash, WatchedRoom
from deliver_driver import START_MS, TWO, notification, receivers

from pipeline.deliver.requests import HttpRequest, Response
from pipeline.deliver.room import DeliverRoom
from pipeline.envelope import TYPE, Headers, RecordType
from pipeline.items import Control, Delivery, dump
from pipeline.records import Out, Record
from pipeline.runtime.deliver.sender import Sender
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.memory_state import WrittenRecord
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import ConnectionLost, Outcome, TopicPartition
from pipeline.shard import as_record, tick

WORKERS_MAX = 10
BATCH_RECORDS = 3
SOURCE = TopicPartition("wire.notifications", 0)
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNk"


def headers(type_: str) -> Headers:
    return ((TYPE, type_.encode()),)


WIRE: tuple[tuple[str, bytes], ...] = (
    (RecordType.NOTIFICATION, dump(notification(1, thread="ferry"))),
    (RecordType.NOTIFICATION, dump(notification(2, thread="dam"))),
    (RecordType.NOTIFICATION, dump(notification(3, thread="ferry"))),
    (RecordType.NOTIFICATION, b"no notification"),
    (RecordType.CONTROL, dump(Control(action="send-test", receiver="other", who="Ada", why="try"))),
    (RecordType.NOTIFICATION, dump(notification(4, thread="port", desk="foreign"))),
)


def _secret(reference: str) -> str:
    return SECRET if reference.startswith("env:") else reference


@dataclass
class Receivers:
    """Count what they get.  The first request of n2 gets a 500 at each of them."""

    boundaries: Boundaries
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)  # receiver, webhook-id
    order: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, request: Any, timeout_seconds: float) -> Response:
        assert isinstance(request, HttpRequest)
        self.boundaries.at("request")
        name, id_ = request.url.rpartition("/")[2], request.headers["webhook-id"]
        self.seen[name, id_] += 1
        self.order.append((name, id_))
        self.boundaries.at("response")
        return Response(500 if id_ == "n2" and self.seen[name, id_] == 1 else 200)


@dataclass
class DeliveryDriver:
    """Runs workers over the wire above, a new one after each crash, until nothing waits."""

    deadly: Collection[int] = ()
    loses: Collection[int] = ()  # numbers of attempts to append that find no broker
    crashes: int = 0
    appends: int = 0
    inputs: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.boundaries = Boundaries(self.deadly)
        self.log = MemoryLog(step=self.boundaries.step)
        self.receivers = Receivers(self.boundaries)
        self.file = receivers("/other'".join(TWO.rsplit("/hook'", 1)))
        self.room = WatchedRoom(DeliverRoom(self.file), self.boundaries)
        self.now_ms = START_MS
        for type_, value in WIRE:
            self.write(Out(SOURCE.topic, b"", value, headers(type_), 0))

    def write(self, out: Out) -> int:
        """A record that is written outside of transactions."""
        slots = self.log.partition(SOURCE).slots
        slots.append(WrittenRecord("publisher", out, Outcome.COMMITTED))
        self.inputs.append(as_record(out, len(slots) - 1, self.now_ms))
        return len(slots) - 1

    async def append(self, out: Out) -> int:
        """What a sender writes; the record may be there although no answer came."""
        self.boundaries.at("append")
        self.appends += 1
        if self.appends in self.loses:
            raise ConnectionLost("no broker")
        offset = self.write(out)
        if -self.appends in self.loses:
            raise ConnectionLost("the answer was lost")
        self.boundaries.at("appended")
        return offset

    async def work(self) -> None:
        """From the first assignment until nothing waits."""
        for _ in range(WORKERS_MAX):
            try:
                await self._run_worker()
                return
            except Crash:
                self.crashes += 1
                for transactional_id in self.log.coordinators:
                    self.log.settle(transactional_id)
        raise AssertionError(f"no end after {WORKERS_MAX} workers")

    async def _run_worker(self) -> None:
        broken: list[BaseException] = []
        task = PartitionTask(self.room, 0, self.log, "crash", transaction_seconds=30)
        sender = Sender(self.file, _secret, self.receivers, self.append, broken.append)
        try:
            self.boundaries.at("assign")
            await task.open()
            await sender.acquired(0, lambda: task.settled)
            while True:
                while batch := [one for one in self.inputs if one.position.offset > task.shard.position]:
                    await task.commit(batch[:BATCH_RECORDS])
                    self.boundaries.at("committed")
                    sender.look(task.shard)
                    await asyncio.sleep(0)
                    if broken:
                        raise broken[0]
                await asyncio.gather(*sender._tasks.values(), return_exceptions=True)
                if broken:
                    raise broken[0]
                if any(one.position.offset > task.shard.position for one in self.inputs):
                    continue
                due_ms = task.shard.due_ms()
                if due_ms is None:
                    break
                self.now_ms = max(self.now_ms, due_ms)
                self.write(tick("deliver", 0, due_ms))
            await task.trim()
            await task.close()
        finally:
            for one in sender._tasks.values():  # of a process that is killed nothing goes on
                one.cancel()
            await asyncio.gather(*sender._tasks.values(), return_exceptions=True)

    def deliveries(self) -> dict[str, str]:
        """The latest state of each key of wire.deliveries, as a reader sees it."""
        written = self.log.committed("wire.deliveries").get(0, [])
        return {out.key.decode(): Delivery.model_validate_json(out.value).state for out in written}
