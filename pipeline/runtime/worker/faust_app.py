"""Every quirk of Faust, in one place: docs/design/kafka-and-faust.md, faust-streaming 0.15.3, aiokafka 0.14.0.

When the consumer fetches says fetching.py.
Faust is trusted with group membership, assignment, fetching and flow control, and with nothing else.  The offsets
that it commits are a hint: the journal says where a partition goes on.
tests/unit/test_faust_quirks.py fails when upstream changes what this module relies on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import faust
import faust.tables
from aiokafka.protocol.group import JoinGroupRequest
from faust.transport.drivers import aiokafka as driver
from mode import CrashingSupervisor
from yarl import URL

from pipeline.connection import Connection
from pipeline.runtime.kafka.header_names import let_aiokafka_read_any_name
from pipeline.runtime.kafka.rebootstrap import let_aiokafka_find_brokers_again
from pipeline.runtime.metrics.lag import Fetched
from pipeline.runtime.worker.fetching import FETCH_WAIT_IDLE_MS, FETCH_WAIT_MS, be_patient
from pipeline.settings import Settings

FETCH_BYTES_MAX = 4_194_304  # a partition a fetch; one larger record still comes, alone
BUFFERED_EVENTS_MAX = 4_096
REJOIN_SECONDS = 0.5  # between two questions whether a member may join again


class ConsumerThread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]  # Faust's classes are Any to mypy
    """Reads committed records only, and without Faust's fixed 1.5 seconds of waiting.

    A member that the group no longer knows asks before it joins again: another worker may have its name.
    """

    async def on_start(self) -> None:
        await super().on_start()
        coordinator = self._consumer._coordinator
        join, may_rejoin, last_id = coordinator._do_rejoin_group, self.consumer.app.may_rejoin, ""

        async def rejoin(subscription: Any) -> bool:
            nonlocal last_id
            is_unknown = coordinator.member_id == JoinGroupRequest.UNKNOWN_MEMBER_ID
            if is_unknown and last_id and not await may_rejoin(last_id):
                await asyncio.sleep(REJOIN_SECONDS)
                return False
            joined: bool = await join(subscription)
            last_id = coordinator.member_id or last_id
            return joined

        coordinator._do_rejoin_group = rejoin
        be_patient(self._consumer._fetcher, self.consumer.app.fetch_pace_seconds)

    def _create_worker_consumer(self, transport: Any) -> Any:
        let_aiokafka_read_any_name()
        let_aiokafka_find_brokers_again()
        consumer = super()._create_worker_consumer(transport)
        # Its Fetcher, which takes these from here, is built later, in start().
        consumer._isolation_level = "read_committed"
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        # How often it looks again, five times a second by default, for what nothing tells it of.  There is nothing:
        # it is told of records, assignments, seeks, leaders, and Faust asks it each second.
        consumer._consumer_timeout = FETCH_WAIT_IDLE_MS / 1000
        return consumer


class Consumer(driver.Consumer):  # type: ignore[misc]  # likewise
    """Goes on after the journal's last record, wherever Faust's committed offset points."""

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def seek_to_committed(self) -> Mapping[Any, int]:
        """Every seek of Faust's comes through here (perform_seek)."""
        done = dict(await super().seek_to_committed())
        assigned = self.assignment()
        want = {tp: offset for tp, offset in self.app.journalled_positions().items() if tp in assigned}
        if want:
            await self._thread.seek_wait(want)
            done.update(want)
        return done

    async def wait_first(self, *waited: Any, timeout: Any = None) -> Any:
        """Called once a message: the stock version makes four tasks each time, a third of all CPU.

        While the flow is open the message's callback is simply awaited: it suspends only if the queue is full.
        """
        if len(waited) == 2 and self.flow_active and self.app.flow_control.is_active():
            callback, suspended = waited  # as _drain_messages calls it
            suspended.close()
            await callback
            return None
        return await super().wait_first(*waited, timeout=timeout)

    async def _add_gap(self, tp: Any, offset_from: int, offset_to: int) -> None:
        """Called for each marker of a transaction: the stock version sorts all of them since the last commit."""

    def _new_offset(self, tp: Any) -> int | None:
        """What Faust commits.  A pump acknowledges the records of a partition in order: the last one counts.

        It may be ahead of the journal, by records of a partition that is no longer ours: nothing begins there.
        """
        acked = self._acked[tp]
        if not acked:
            return None
        offset: int = max(acked) + 1
        acked.clear()
        self._acked_index[tp].clear()
        return offset


class Transport(driver.Transport):  # type: ignore[misc]  # likewise
    """Faust's transport with our consumer."""

    Consumer = Consumer


class TableManager(faust.tables.TableManager):  # type: ignore[misc]  # likewise
    """Starts at once: the stock one sleeps a second for tables to be registered, and we have none."""

    async def on_start(self) -> None:
        await self._update_channels()
        await self.recovery.start()


class App(faust.App):  # type: ignore[misc]  # likewise
    """A Faust app that takes positions from the journal, and calls back before a stop, which can hang (trap 2)."""

    fetch_pace_seconds: float  # from one fetch to the next, at least
    journalled_positions: Callable[[], Mapping[Any, int]]
    may_rejoin: Callable[[str], Awaitable[bool]]
    on_ending: Callable[[], None]
    on_broken: Callable[[BaseException], None]
    background: Callable[[], Coroutine[Any, Any, None]] | None

    async def on_start(self) -> None:
        # Not app.task: Faust starts those after the first assignment is open, too late to show that it opens.
        if self.background:
            self.add_future(self.background())
        await super().on_start()

    async def on_stop(self) -> None:
        self.on_ending()
        await super().on_stop()

    async def crash(self, reason: BaseException) -> None:
        self.on_broken(reason)
        await super().crash(reason)

    def _crash(self, reason: BaseException) -> None:  # of a service below, its fetcher for example
        self.on_broken(reason)
        super()._crash(reason)


def make_app(
    settings: Settings,
    room: str,
    *,
    open_partitions: Callable[[set[int]], Awaitable[None]],
    close_partitions: Callable[[], Awaitable[None]],
    positions: Callable[[], Mapping[int, int]],
    on_ending: Callable[[], None],
    on_broken: Callable[[BaseException], None],
    client_id: str,
    may_rejoin: Callable[[str], Awaitable[bool]],
    source: str,
    pace_seconds: float,
    background: Callable[[], Coroutine[Any, Any, None]] | None = None,
) -> App:
    """The app of one room.

    `open_partitions` is awaited with the assigned partitions after every rebalance, before Faust seeks and
    resumes; `close_partitions` when they are revoked; `positions` gives the next offset of each open partition.
    Two fetches are at least `pace_seconds` apart.
    `may_rejoin` is awaited with the last id of this member when the group no longer knows it, until it may join.
    `background` runs from the start to the end of the app.
    """
    scratch = settings.state_dir / "workers" / f"{settings.app_id}-{room}-{settings.instance}"
    scratch.parent.mkdir(parents=True, exist_ok=True)  # Faust makes the last folder only
    app = App(f"{settings.app_id}.{room}", datadir=str(scratch), **_configuration(settings, room, client_id))
    app.transport = Transport(app.conf.broker, app)
    app.fetch_pace_seconds = pace_seconds
    app.journalled_positions = lambda: {
        driver.TopicPartition(source, partition): offset for partition, offset in positions().items()
    }

    app.on_ending, app.on_broken, app.background = on_ending, on_broken, background
    app.may_rejoin = may_rejoin

    async def opened(app: App, **_: Any) -> None:
        assigned = {tp.partition for tp in app.consumer.assignment() if tp.topic == source}
        await open_partitions(assigned)

    async def closed(app: App, revoked: object, **_: Any) -> None:
        await close_partitions()

    # Not on_partitions_assigned: it fires after recovery has been signalled and races the resume (trap 3).
    app.on_rebalance_complete.connect(opened)
    app.on_partitions_revoked.connect(closed)
    return app


def ask_group(app: App) -> None:
    """Join the group again, so that it says what this member has: all of it is closed, and opened as assigned.

    Where nothing has changed no other member notices, unless this one leads the group.
    """
    thread = app.consumer._thread
    thread.thread_loop.call_soon_threadsafe(thread._consumer._coordinator.request_rejoin)


def fetched(app: App, topic: str, partition: int) -> Fetched | None:
    """How far the consumer has come, by what it was told with the last fetch; None while it does not know.

    Nothing is asked.  aiokafka passes over markers and aborted records when it has read what is before them, so its
    position reaches the last stable offset.  Both are integers that its thread changes and that are only read here.
    """
    thread = getattr(app.consumer, "_thread", None)  # the consumer is made when the app starts
    consumer = getattr(thread, "_consumer", None)
    subscription = getattr(getattr(consumer, "_subscription", None), "subscription", None)
    assignment = getattr(subscription, "assignment", None)
    tp = driver.TopicPartition(topic, partition)
    if assignment is None or tp not in assignment.tps:
        return None
    state = assignment.state_value(tp)
    if state is None or not state.has_valid_position or state.lso is None:
        return None
    return Fetched(state.position, state.lso)


def _configuration(settings: Settings, room: str, client_id: str) -> dict[str, Any]:
    """Faust's settings: broker, group, buffers, timeouts; and what of Faust is switched off."""
    return {
        "broker": [URL(f"kafka://{address}") for address in settings.connection.addresses],
        "broker_client_id": client_id,
        "store": "memory://",
        "TableManager": TableManager,
        "key_serializer": "raw",
        "value_serializer": "raw",
        "autodiscover": False,
        "topic_disable_leader": True,
        "topic_allow_declare": False,
        "agent_supervisor": CrashingSupervisor,
        "consumer_group_instance_id": f"{settings.app_id}.{room}-{settings.instance}",
        "consumer_auto_offset_reset": "earliest",
        "consumer_max_fetch_size": FETCH_BYTES_MAX,
        "stream_buffer_maxsize": BUFFERED_EVENTS_MAX,
        "stream_wait_empty": True,
        "broker_session_timeout": float(settings.session_seconds),
        "broker_heartbeat_interval": settings.session_seconds / 5,
        "broker_request_timeout": float(max(30, settings.session_seconds)),
        "broker_rebalance_timeout": 30.0,
        "broker_commit_interval": 2.5,  # a hint for tools that show lag: the journal says where a room goes on
        "web_enabled": False,
        **security(settings.connection),
    }


def security(connection: Connection) -> dict[str, Any]:
    """Faust's names for how to log in and encrypt."""
    context = connection.ssl_context()
    if not connection.protocol.authenticates:
        return {"ssl_context": context} if context else {}
    credentials = faust.SASLCredentials(
        username=connection.user,
        password=connection.password,
        ssl_context=context,
        mechanism=connection.mechanism.value,
    )
    return {"broker_credentials": credentials}


def source_topic(app: App, name: str) -> Any:
    """The room's input as raw bytes: a codec's decode error would drop the event and commit it."""
    return app.topic(
        name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw", acks=True
    )


def run_app(app: App, logging_config: dict[str, Any]) -> None:
    """Run the app until a signal stops it; returns after an orderly stop.  No uvloop (trap 1)."""
    worker = app.Worker(
        loglevel="INFO",  # "warn" or higher would set the root logger to DEBUG (trap 12); our config decides
        logging_config=logging_config,
        redirect_stdouts=False,
        quiet=True,
        blocking_timeout=0,
    )
    worker.execute_from_commandline()
