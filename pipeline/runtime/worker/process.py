"""One room, one process: Faust's events in, batches to the tasks, acknowledged after the write.

Guarantee: an event is acknowledged only after the transaction that holds all of its consequences; a worker that
cannot write ends, hard if an orderly stop hangs.  It never lives on without working.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer

from pipeline.records import Position, Record
from pipeline.runtime import logs
from pipeline.runtime.kafka.log import KafkaLog
from pipeline.runtime.log.journal import JournalLost
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import NoPartition
from pipeline.runtime.worker import faust_app, health
from pipeline.runtime.worker.warm import warm
from pipeline.runtime.worker.watchdog import Watchdog
from pipeline.settings import Settings
from pipeline.shard import FeedBroken, UnknownJournal, tick
from pipeline.topology import ROOMS, Options

EXIT_BREAKER = 65  # sysexits EX_DATAERR: the feed is broken, or we are; see docs/operations.md
EXIT_FAILED = 70  # EX_SOFTWARE: start me again
EXIT_JOURNAL = 78  # EX_CONFIG: starting again will not help
STOP_SECONDS = 15  # an orderly stop takes no longer (trap 2: it can hang)
FAILED_STOP_SECONDS = 2  # after a failure it always hangs: Faust waits for events that nobody will acknowledge
OPEN_SECONDS = 300  # to read the journals of an assignment
TICK_SECONDS = 0.25  # how often due times are looked at
TICK_AGAIN_SECONDS = 10.0  # a tick that had no effect by then is sent again
TRIM_SECONDS = 5.0
CONNECTION_CHECK_SECONDS = 1.0  # how often a worker looks whether a broker went away under it
STUCK_TRANSACTIONS = 3  # events that wait for so many deadlines of a transaction: the worker is stuck
QUEUED_BATCHES = 4  # of one partition; more hold back the consumer

log = structlog.get_logger("wiredesk.worker")


@dataclass
class Worker:
    """A room's process: its tasks, one pump a partition, and the way it ends."""

    settings: Settings
    room_name: str
    options: Options = field(default_factory=Options)
    reset_breaker: bool = False
    tasks: dict[int, PartitionTask] = field(default_factory=dict)
    exit_code: int = 0
    died: int = 0
    committed: int = 0
    watchdog: Watchdog = field(init=False)
    _pumps: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _queues: dict[int, deque[Any]] = field(default_factory=dict)
    _wakes: dict[int, asyncio.Event] = field(default_factory=dict)
    _ticks: dict[int, tuple[int, float]] = field(default_factory=dict)  # partition -> (due, sent at)

    def __post_init__(self) -> None:
        self.watchdog = Watchdog(STUCK_TRANSACTIONS * self.settings.transaction_seconds, EXIT_FAILED)

    def run(self, verbose: int = 0) -> int:
        """Work until told to stop; the exit code."""
        config = logs.configuration(verbose)
        spec = ROOMS[self.room_name]
        self.source = spec.source
        self.room = spec.make(self.options)
        warm(self.room)
        gc.freeze()  # models and tables live as long as we do; measured: 7 % less CPU with fewer collections
        gc.set_threshold(50_000, 20, 50)
        gc.enable()
        app = faust_app.make_app(
            self.settings,
            self.room_name,
            source=self.source,
            open_partitions=self.open,
            close_partitions=self.close,
            positions=lambda: {p: k.shard.position + 1 for p, k in self.tasks.items() if k.ready},
            ending=lambda: end_hard_after(STOP_SECONDS, self.exit_code or EXIT_FAILED),
            broken=lambda error: self.end(EXIT_FAILED, f"Faust: {error!r}"),
            beside=self._serve_health if self.settings.health_port else None,
        )
        self.app = app
        app.agent(faust_app.source_topic(app, self.source), name=self.room_name)(self._receive)
        app.task(self._run_timers)
        self.watchdog.start()
        try:
            faust_app.run(app, config)
        except SystemExit as stop:
            return self.exit_code or int(stop.code or 0)
        return self.exit_code

    # ---- partitions come and go ----

    async def open(self, assigned: set[int]) -> None:
        """Become the owner of the assigned partitions; called before the flow resumes."""
        for partition in assigned:
            if partition not in self.tasks:
                self.tasks[partition] = self._new_task(partition)
        mine = [self.tasks[partition] for partition in sorted(assigned)]
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await asyncio.gather(*(task.open() for task in mine))
                if self.reset_breaker:
                    await asyncio.gather(*(task.reset_breaker() for task in mine))
                    self.reset_breaker = False
        except (NoPartition, UnknownJournal, JournalLost) as error:
            self.end(EXIT_JOURNAL, str(error))
            raise
        except BaseException as error:
            self.end(EXIT_FAILED, f"opening {sorted(assigned)}: {error!r}")
            raise
        log.info("open", room=self.room_name, partitions=sorted(assigned))

    def _new_task(self, partition: int) -> PartitionTask:
        log, seconds = KafkaLog(self.settings.connection), self.settings.transaction_seconds
        return PartitionTask(self.room, partition, log, self.settings.app_id, seconds)

    async def close(self) -> None:
        """Let go of every partition."""
        await asyncio.gather(*(task.close() for task in self.tasks.values()))

    # ---- events ----

    async def _receive(self, stream: Any) -> None:
        """The agent: events to the queue of their partition.  noack: only the pump acknowledges."""
        bound = QUEUED_BATCHES * self.settings.batch_records
        async for event in stream.noack().events():
            partition = event.message.partition
            if partition not in self._pumps:
                self._queues[partition], self._wakes[partition] = deque(), asyncio.Event()
                self._pumps[partition] = asyncio.create_task(self._pump(partition, stream))
            self._queues[partition].append(event)
            self.watchdog.waits(partition)
            self._wakes[partition].set()
            while len(self._queues[partition]) > bound and not self.exit_code:
                await asyncio.sleep(0.002)

    async def _pump(self, partition: int, stream: Any) -> None:
        """Group commit: what came while the last transaction ran is the next one."""
        queue, wake, pace = self._queues[partition], self._wakes[partition], self.settings.pace_ms / 1000
        try:
            while True:
                while not queue:
                    wake.clear()
                    await wake.wait()
                began = time.monotonic()
                batch = self._next_batch(queue)
                await self._commit(partition, batch)
                self.watchdog.worked(partition, is_more=bool(queue))
                for event in batch:
                    await stream.ack(event)
                rest = pace - (time.monotonic() - began)
                if rest > 0 and len(queue) < self.settings.batch_records:
                    await asyncio.sleep(rest)
        except asyncio.CancelledError:
            raise
        except FeedBroken as error:
            self.end(
                EXIT_BREAKER,
                f"{self.source}/{partition}: {error}. See `wiredesk dead list`; when it is mended, "
                f"start with `wiredesk worker {self.room_name} --reset-breaker`",
            )
        except (NoPartition, JournalLost, UnknownJournal) as error:
            self.end(EXIT_JOURNAL, f"{self.source}/{partition}: {error}")
        except BaseException as error:
            self.end(EXIT_FAILED, f"{self.source}/{partition}: {error!r}")

    def _next_batch(self, queue: deque[Any]) -> list[Any]:
        """Events of one generation of the group, at most batch_records."""
        generation = queue[0].message.generation_id
        batch: list[Any] = []
        while queue and len(batch) < self.settings.batch_records and queue[0].message.generation_id == generation:
            batch.append(queue.popleft())
        return batch

    async def _commit(self, partition: int, batch: list[Any]) -> None:
        task, generation = self.tasks.get(partition), batch[0].message.generation_id
        records = [record_of(event.message) for event in batch]

        def is_stale() -> bool:
            return bool(generation != self.app.consumer_generation_id)

        died = await task.commit(records, is_stale) if task else None
        if died is None:
            log.info("stale", room=self.room_name, partition=partition, events=len(batch))
            return  # the partition's owner of today, perhaps we, reads them again from the journal's position
        self.died += died
        self.committed += len(batch)

    # ---- time ----

    async def _run_timers(self) -> None:
        """Ticks for what is due, trims behind the window, and what a broker's absence leaves to do."""
        producer: AIOKafkaProducer | None = None
        trimmed = looked = time.monotonic()
        try:
            while True:
                await asyncio.sleep(TICK_SECONDS)
                for task in [task for task in self.tasks.values() if task.ready]:
                    if (due_ms := self._due(task)) is None:
                        continue
                    if producer is None:
                        producer = AIOKafkaProducer(**self.settings.connection.arguments(), acks="all")
                        await producer.start()
                    await send_tick(producer, self.room_name, task.partition, due_ms)
                if time.monotonic() - looked > CONNECTION_CHECK_SECONDS:
                    looked = time.monotonic()
                    for task in list(self.tasks.values()):
                        await task.reacquire_if_lost()
                if time.monotonic() - trimmed > TRIM_SECONDS:
                    trimmed = time.monotonic()
                    for task in list(self.tasks.values()):
                        await task.trim()
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self.end(EXIT_FAILED, f"tending: {error!r}")
            raise
        finally:
            if producer is not None:
                await producer.stop()

    def _due(self, task: PartitionTask) -> int | None:
        """The due time that a tick has to be sent for, once; again if it had no effect."""
        due_ms, now = task.shard.due_ms(), time.time()
        if due_ms is None or due_ms > now * 1000 - task.shard.behind_ms:
            return None
        last_due, sent = self._ticks.get(task.partition, (0, 0.0))
        if due_ms == last_due and now - sent < TICK_AGAIN_SECONDS:
            return None
        self._ticks[task.partition] = (due_ms, now)
        return due_ms

    async def _serve_health(self) -> None:
        host, port = self.settings.health_host, self.settings.health_port
        try:
            with health.advertised(self.settings, self.room_name):
                await health.serve(host, port, self.health)
        except OSError as error:
            self.end(EXIT_FAILED, f"the health page: {error}")

    def health(self) -> dict[str, Any]:
        """What the health page says: a room that recovers, or has no answer from the broker, is not ready."""
        tasks = sorted(self.tasks.values(), key=lambda task: task.partition)
        recovering = {task.partition: task.recovering for task in tasks if task.recovering}
        ready = [task.partition for task in tasks if task.ready]
        return {
            "room": self.room_name,
            "status": "recovering" if recovering else "ready" if ready else "waiting",
            "partitions": ready,
            "recovering": list(recovering),
            "journal": {str(p): {"read": done.read, "of": done.of} for p, done in recovering.items()},
            "positions": {str(task.partition): task.shard.position for task in tasks if task.ready},
            "committed": self.committed,
            "died": self.died,
        }

    # ---- the end ----

    def end(self, code: int, why: str) -> None:
        """End the process with this code: orderly, or hard after FAILED_STOP_SECONDS."""
        if self.exit_code:
            return
        self.exit_code = code
        log.error("ending", room=self.room_name, exit_code=code, why=why, exc_info=code == EXIT_FAILED)
        logs.silence_libraries()
        end_hard_after(FAILED_STOP_SECONDS, code)
        os.kill(os.getpid(), signal.SIGTERM)


def end_hard_after(seconds: float, code: int) -> None:
    """A timer that no hanging event loop can stop."""
    timer = threading.Timer(seconds, os._exit, (code,))
    timer.daemon = True
    timer.start()


def record_of(message: Any) -> Record:
    """A record out of Faust's message."""
    headers = message.headers.items() if isinstance(message.headers, dict) else message.headers or ()
    return Record(
        Position(message.topic, message.partition, message.offset),
        message.key or b"",
        message.value or b"",
        tuple((name, value or b"") for name, value in headers),
        round((message.timestamp or 0) * 1000),
    )


async def send_tick(producer: AIOKafkaProducer, room: str, partition: int, due_ms: int) -> None:
    """Wake the room of this partition.  A tick's time is the time that was due, as in a replay."""
    out = tick(room, partition, due_ms)
    await producer.send_and_wait(out.topic, out.value, out.key, partition, headers=list(out.headers))
