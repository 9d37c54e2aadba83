"""One room, one process: Faust's events in, batches to the partition tasks, acknowledged after the write.

Guarantee: an event is acknowledged only after the transaction that holds all of its consequences, or when its
partition is no longer ours: what Faust commits may then be ahead of the journal, which alone says where to go on.
A worker that cannot write ends, hard if an orderly stop hangs.  It never goes on without working.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import Any

import structlog
from kafka.errors import KafkaError

from pipeline.machine import MachineFailed
from pipeline.runtime import garbage, logging_setup
from pipeline.runtime.exit_codes import EXIT_BREAKER, EXIT_FAILED
from pipeline.runtime.kafka.log import KafkaLog
from pipeline.runtime.kafka.refusals import Refusal, missing_right
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.metrics.lag import Fetched
from pipeline.runtime.metrics.page import Page
from pipeline.runtime.worker import faust_app, health, reach, register
from pipeline.runtime.worker.exits import FAILED_STOP_SECONDS, STOP_SECONDS, end_hard_after, exit_code_of
from pipeline.runtime.worker.figures import Figures
from pipeline.runtime.worker.name import NameTaken, WorkerName
from pipeline.runtime.worker.pump import Pump, record_of_event
from pipeline.runtime.worker.timers import Timers
from pipeline.runtime.worker.wait_report import LOADING, WaitReport
from pipeline.runtime.worker.warm import warm
from pipeline.runtime.worker.watchdog import Watchdog
from pipeline.settings import Settings
from pipeline.topology import ROOMS, Options

OPEN_SECONDS = 300  # to read the journals of an assignment
STUCK_TRANSACTIONS = 3  # if events wait as long as this many transactions may take, the worker is stuck
QUEUE_POLL_SECONDS = 0.002
SWITCH_SECONDS = 0.001  # Python's own is 5 ms: so long the thread that fetches waits for the one that decides
STOPPING = f"its last batches and Kafka's goodbye, {STOP_SECONDS} s at most"
JOINING = "Kafka, which shares out the partitions"
LOGIN_SECONDS = 5.0  # from one question why no broker answers to the next

log = structlog.get_logger("wiredesk.worker")


class StoppedAtStart(BaseException):
    """It was asked to stop before Faust, which does it in an orderly way, had begun: nothing was done yet."""


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Raise StoppedAtStart for a signal, until Faust takes the signals over.

    Without it a worker that waits for a broker dies of the signal, and looks like one that was killed.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise StoppedAtStart

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass
class Worker:
    """A room's process: a task and a pump for each partition, the timers, and the way it ends."""

    settings: Settings
    room_name: str
    options: Options = field(default_factory=Options)
    reset_breaker: bool = False
    supervised: bool = False  # whoever started it shows what it waits for
    tasks: dict[int, PartitionTask] = field(default_factory=dict)
    exit_code: int = 0
    watchdog: Watchdog = field(init=False)
    _entry: register.Entry | None = None
    _stage: str = LOADING  # of the start; empty once it has opened its partitions
    name: WorkerName = field(init=False)
    figures: Figures = field(init=False)
    _deciding: asyncio.Lock = field(default_factory=asyncio.Lock)
    _pumps: dict[int, Pump] = field(default_factory=dict)
    _asking: asyncio.Task[None] | None = None  # whether a broker refuses the login
    _running: dict[int, asyncio.Task[None]] = field(default_factory=dict)  # the tasks of the pumps, by partition

    def __post_init__(self) -> None:
        limit_seconds = STUCK_TRANSACTIONS * self.settings.transaction_seconds
        self.watchdog = Watchdog(limit_seconds, EXIT_FAILED, task_of=self._running.get)
        self.name = WorkerName(self.settings, self.room_name)
        self.figures = Figures(self.room_name, self.tasks, self._fetched, self._delivered)

    def run(self, verbose: int = 0) -> int:
        """Work until SIGTERM or a failure; the exit code."""
        try:
            self.name.take()
        except NameTaken as taken:
            self._log_end(taken.code, str(taken))
            return taken.code
        with register.registered(self.settings, self.room_name, self.name.client_id) as self._entry:
            why = "stopped on request"
            try:
                with _stopped_by_signals():
                    self._run(logging_setup.configuration(verbose, self.room_name))
                why = "Faust ended it" if self.exit_code else why
            except StoppedAtStart:
                pass
            except Refusal as refusal:
                self.exit_code, why = refusal.code, str(refusal)
                self._log_end(self.exit_code, why)
            self._entry.ended(self.exit_code, why)
        return self.exit_code

    def _run(self, config: dict[str, Any]) -> None:
        """Join the group and work.  Raises Refusal before it has joined."""
        spec = ROOMS[self.room_name]
        self.source = spec.source
        self.room = spec.make(self.options)
        warm(self.room)
        self._stage = JOINING
        garbage.look_seldom()
        sys.setswitchinterval(SWITCH_SECONDS)
        reach.await_topics(self.settings, self.room_name)
        self.name.await_free()
        app = faust_app.make_app(
            self.settings,
            self.room_name,
            client_id=self.name.client_id,
            may_rejoin=self._may_rejoin,
            source=self.source,
            pace_seconds=self.pace_seconds,
            open_partitions=self.open,
            close_partitions=self.close,
            positions=lambda: {p: task.shard.position + 1 for p, task in self.tasks.items() if task.ready},
            on_ending=self._stop_in_time,
            on_broken=lambda error: self._end_with(error, "Faust"),
            background=self._serve_pages if self.settings.health_port else None,
        )
        self.app = app
        app.agent(faust_app.source_topic(app, self.source), name=self.room_name)(self._receive)
        app.task(self._run_timers)
        self.add_tasks(app)
        self.watchdog.start()
        try:
            faust_app.run_app(app, config)
        except SystemExit as stop:
            self._ended_by_faust(stop.code)
        except (Exception, asyncio.CancelledError) as error:  # its stop can raise what it cancels
            self._ended_by_faust(error)

    def _ended_by_faust(self, why: object) -> None:
        """Faust has returned.  The process ends with the reason that it has; if it has none, this is a failure."""
        if why and not self.exit_code:
            self.exit_code = EXIT_FAILED
            self._log_end(EXIT_FAILED, f"Faust ended with {why!r}")

    @property
    def pace_seconds(self) -> float:
        """Between two fetches, and between two transactions of a partition, at least."""
        return max(self.settings.pace_ms, ROOMS[self.room_name].pace_ms) / 1000

    def add_tasks(self, app: Any) -> None:
        """What a process does beside its room, from the start."""

    async def open(self, assigned: set[int]) -> None:
        """Own the assigned partitions; called before the flow resumes."""
        for partition in assigned:
            if partition not in self.tasks:
                self.tasks[partition] = self._new_task(partition)
        mine = [self.tasks[partition] for partition in sorted(assigned)]
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await asyncio.gather(*(task.open() for task in mine))
                if not assigned:  # more workers than partitions; or Faust passes over an input that is missing
                    await asyncio.to_thread(reach.await_topics, self.settings, self.room_name)
                    await asyncio.gather(*(task.check_topics() for task in self.tasks.values()))
                if self.reset_breaker:
                    self.reset_breaker = not all(await asyncio.gather(*(task.reset_breaker() for task in mine)))
        except BaseException as error:
            self._end_with(error, f"opening {sorted(assigned)}")
            raise
        self._stage = ""
        if self._entry and health.status_of(self.tasks.values()) is health.HealthStatus.READY:
            self._entry.ready()
        log.info("open", room=self.room_name, partitions=sorted(assigned))

    def _new_task(self, partition: int) -> PartitionTask:
        cluster, seconds = KafkaLog(self.settings.connection), self.settings.transaction_seconds
        tried = partial(self._tried, partition)
        app_id, ask = self.settings.app_id, partial(faust_app.ask_group, self.app)
        return PartitionTask(
            self.room,
            partition,
            cluster,
            app_id,
            seconds,
            on_retry=tried,
            on_deciding=self._decides,
            on_fenced=ask,
            deciding=self._deciding,
        )

    def _decides(self) -> None:
        """Records are being decided: no partition hangs of which some are, or whose turn comes after that."""
        for partition, task in self.tasks.items():
            if task.is_deciding:
                self.watchdog.advanced(partition)

    def _tried(self, partition: int) -> None:
        """An attempt has failed because no broker answers, or lets this user in."""
        self.watchdog.advanced(partition)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._end_if_refused())

    async def _end_if_refused(self) -> None:
        if refusal := await asyncio.to_thread(reach.refused_login, self.settings.connection):
            self.end(refusal.code, str(refusal))
        await asyncio.sleep(LOGIN_SECONDS)

    async def close(self) -> None:
        """Give up every partition."""
        await asyncio.gather(*(task.close() for task in self.tasks.values()))

    async def _may_rejoin(self, last_id: str) -> bool:
        """Whether the group has not given this member's place to another of its name; if it has, the end."""
        try:
            await asyncio.to_thread(self.name.check_place, last_id)
        except Refusal as refusal:
            self.end(refusal.code, str(refusal))
            return False
        except KafkaError:
            return False  # the broker is away; it is asked again
        return True

    async def _receive(self, stream: Any) -> None:
        """The agent: each event goes to the pump of its partition.  noack: only the pump acknowledges."""
        async for event in stream.noack().events():
            partition = event.message.partition
            pump = self._pumps.get(partition) or self._start_pump(partition, stream)
            pump.put(event)
            while pump.is_full and not self.exit_code:
                await asyncio.sleep(QUEUE_POLL_SECONDS)

    def _start_pump(self, partition: int, stream: Any) -> Pump:
        batch_records, pace_seconds = self.settings.batch_records, self.pace_seconds
        pump = Pump(partition, stream, self._commit, batch_records, pace_seconds, self.watchdog)
        self._pumps[partition] = pump
        self._running[partition] = asyncio.create_task(self._run_pump(pump))
        return pump

    async def _run_pump(self, pump: Pump) -> None:
        try:
            await pump.run()
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self._end_with(error, f"{self.source}/{pump.partition}")

    async def _commit(self, partition: int, batch: list[Any]) -> None:
        task, generation = self.tasks.get(partition), batch[0].message.generation_id
        records = [record_of_event(event.message) for event in batch]

        def is_stale() -> bool:
            return bool(generation != self.app.consumer_generation_id)

        died = await task.commit(records, is_stale) if task else None
        if task is None or died is None:
            log.info("stale", room=self.room_name, partition=partition, events=len(batch))
            return  # the partition's present owner, perhaps this worker, reads them again behind its journal
        task.tally.aged(records, time.time() * 1000)
        self.committed(task)

    def committed(self, task: PartitionTask) -> None:
        """All that the task's shard holds is committed: what a process does about it beside the rooms' records."""

    async def _run_timers(self) -> None:
        try:
            await Timers(self.settings.connection, self.room_name, self.tasks).run()
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self._end_with(error, "timers")
            raise

    def _fetched(self, partition: int) -> Fetched | None:
        return faust_app.fetched(self.app, self.source, partition)

    def _delivered(self, partition: int) -> int:
        """The offset of the last record of a partition that Faust gave to its pump."""
        pump = self._pumps.get(partition)
        return pump.last_offset if pump else -1

    async def _serve_pages(self) -> None:
        sampling = asyncio.create_task(self.figures.run())
        try:
            await self._serve_health()
        finally:
            sampling.cancel()

    async def _serve_health(self) -> None:
        def tell(why: str) -> None:
            log.error("health-port", room=self.room_name, why=why)

        host, port = self.settings.health_host, self.settings.health_port
        await health.keep_serving(host, port, self.health, Page(self.figures.view), tell)

    def health(self) -> dict[str, Any]:
        """What the health page shows."""
        tallies = [task.tally for task in self.tasks.values()]
        counts = {"committed": sum(each.records for each in tallies), "died": sum(each.died for each in tallies)}
        return {"room": self.room_name, **health.state(self.tasks.values()), **counts}

    def _stop_in_time(self) -> None:
        """End hard if an orderly stop hangs."""
        end_hard_after(STOP_SECONDS, self.exit_code or EXIT_FAILED)
        if not self.supervised:
            self._stage = ""  # a start that is interrupted is over
            WaitReport(self.room_name, "stopping", lambda: STOPPING).start()

    def waits_for(self) -> str:
        """What the start waits for; nothing when it is over."""
        journal = self.health()["journal"].values()
        read, of = (sum(one[name] for one in journal) for name in ("read", "of"))
        return f"its journal: {read:,} of {of:,} records read" if of and self._stage else self._stage

    def _end_with(self, error: BaseException, where: str) -> None:
        """End the process because of an error, with a remedy where there is one."""
        error = missing_right(self.settings.connection, error) or error
        code = exit_code_of(error)
        is_sentence = code != EXIT_FAILED or isinstance(error, MachineFailed)
        why = f"{where}: {error}" if is_sentence else f"{where}: {error!r}"
        if code == EXIT_BREAKER:
            why += (
                ". See `wiredesk dead list`; when the cause is removed, start with "
                f"`wiredesk worker {self.room_name} --reset-breaker`"
            )
        self.end(code, why)

    def end(self, code: int, why: str) -> None:
        """End the process with this code: orderly, or hard after FAILED_STOP_SECONDS."""
        if self.exit_code:
            return
        self.exit_code = code
        if self._entry:
            self._entry.ended(code, why)
        self._log_end(code, why)
        logging_setup.silence_libraries()
        end_hard_after(FAILED_STOP_SECONDS, code)
        os.kill(os.getpid(), signal.SIGTERM)

    def _log_end(self, code: int, why: str) -> None:
        log.error("ending", room=self.room_name, exit_code=code, why=why, exc_info=code == EXIT_FAILED)
