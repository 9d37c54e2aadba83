"""Makes the attempts that the room has written down, and writes what each came to into the room's input.

An attempt begins only after the transaction that says so, and after everything that stood in the input when the
partition was acquired: a former owner's answers are among that.  So a crash repeats an attempt only if no answer
was written, at most one for each receiver.  An answer is written again and again while no broker takes it.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import structlog

from pipeline.deliver.connectors import CONNECTORS
from pipeline.deliver.receivers import Receivers
from pipeline.deliver.requests import Outgoing, Request, Response, Result, Secret, Undeliverable
from pipeline.deliver.state import DeliverState, KeptNotification, Waiting
from pipeline.envelope import RecordType, addressed_headers
from pipeline.items import Answer, Trouble, Verdict, dump, read_notification
from pipeline.machine import failed
from pipeline.records import Out
from pipeline.runtime.deliver.attempts import AttemptFailed
from pipeline.runtime.log.port import ConnectionLost
from pipeline.runtime.log.retry import Outage
from pipeline.shard import Shard, tick
from pipeline.topology import ROOMS

ROOM = "deliver"

log = structlog.get_logger("wiredesk.deliver")


class Transport(Protocol):
    """What carries requests."""

    async def send(self, request: Request, timeout_seconds: float) -> Response:
        """The answer.  Raises AttemptFailed."""


Append = Callable[[Out], Awaitable[int]]  # writes a record and returns its offset.  Raises ConnectionLost


class Attempt(NamedTuple):
    """One attempt of one delivery."""

    delivery: str
    number: int


@dataclass
class Sender:
    """The attempts of the partitions of this worker.  `append` and `on_broken` are the process around it."""

    receivers: Receivers
    secrets: Secret
    transport: Transport
    append: Append
    on_broken: Callable[[BaseException], None]  # an attempt ended by an error that is not about it
    counts: Counter[str] = field(default_factory=Counter)  # of attempts, by verdict
    clock: Callable[[], float] = time.time  # of this machine: for timestamps of signatures only
    _tasks: dict[Attempt, asyncio.Task[None]] = field(default_factory=dict)  # until the room has their answers
    _barriers: dict[int, int] = field(default_factory=dict)  # by partition: the offset of a tick of this owner's

    async def acquired(self, partition: int, settled: Callable[[], Shard | None]) -> None:
        """Write a tick behind all that is in the input: what the room says before it is not acted on.

        Goes on until it is written.  The room may have read it before we know its offset, and nothing may follow:
        so this looks too, if `settled` has the shard.
        """
        self._barriers.pop(partition, None)
        self._barriers[partition] = await self._write(tick(ROOM, partition, round(self.clock() * 1000)))
        if shard := settled():
            self.look(shard)

    def lost(self, partition: int) -> None:
        """The partition is another worker's: nothing of it is begun.  What is under way ends, and is answered."""
        self._barriers.pop(partition, None)

    def look(self, shard: Shard) -> None:
        """Begin what the room has written down.  To be called when all that the shard holds is committed."""
        barrier = self._barriers.get(shard.partition)
        if barrier is None or shard.position < barrier:
            return
        state: DeliverState = shard.state
        wanted = {Attempt(one.id, one.attempts): one for one in state.running()}
        kept = {one: task for one, task in self._tasks.items() if one in wanted or not task.done()}
        self._tasks = {one: task for one, task in kept.items() if not task.cancelled()}
        for attempt, waiting in wanted.items():
            if attempt not in self._tasks:
                work = self._make(shard.partition, waiting, state.notification(waiting))
                self._tasks[attempt] = asyncio.create_task(work)
                self._tasks[attempt].add_done_callback(self._check)

    async def settle(self, seconds: float) -> None:
        """Wait for the attempts that are under way; the next owner repeats what has no answer after this time."""
        under_way = [task for task in self._tasks.values() if not task.done()]
        if under_way:
            _, unfinished = await asyncio.wait(under_way, timeout=seconds)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    def _check(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self.on_broken(error)

    async def _make(self, partition: int, waiting: Waiting, kept: KeptNotification) -> None:
        found = await self.attempt(waiting.receiver, kept.value)
        self.counts[found.verdict.value] += 1
        if found.verdict is not Verdict.DELIVERED or found.trouble:  # not to all recipients of a mail
            log.warning(
                "not-delivered",
                receiver=waiting.receiver,
                notification=waiting.notification,
                attempt=waiting.attempts,
                verdict=found.verdict.value,
                trouble=found.trouble and found.trouble.value,
                status=found.status,
            )
        answer = Answer(
            receiver=waiting.receiver,
            notification=waiting.notification,
            attempt=waiting.attempts,
            verdict=found.verdict,
            trouble=found.trouble,
            status=found.status,
            retry_after_seconds=found.retry_after_seconds,
        )
        id_ = f"answer/{waiting.id}/{waiting.attempts}"
        headers = addressed_headers(RecordType.ANSWER, ROOM, ROOM, id_, round(self.clock() * 1000))
        await self._write(Out(ROOMS[ROOM].source, b"", dump(answer), headers, partition))

    async def attempt(self, name: str, value: bytes) -> Result:
        """Send a notification to a receiver; what it came to.  Raises nothing but what ends the process."""
        receiver = self.receivers.receivers[name]
        connector, now = CONNECTORS[receiver.kind], int(self.clock())
        try:
            outgoing = Outgoing(read_notification(value), value, now)
            request = connector.request(outgoing, receiver.settings, self.secrets)
            response = await self.transport.send(request, receiver.timeout / 1000)
            return connector.result(response, int(self.clock()))
        except AttemptFailed as error:
            return Result(Verdict.FAILED, error.trouble)
        except Undeliverable as error:
            return Result(Verdict.REFUSED, error.trouble)
        except Exception as error:
            if stop := failed(error, f"receiver {name}"):
                raise stop from None
            log.error("bug", receiver=name, error=type(error).__name__)  # not its text: it may have a secret
            return Result(Verdict.FAILED, Trouble.BUG)

    async def _write(self, out: Out) -> int:
        """Write the record, however long no broker takes it; its offset."""
        outage = Outage({"room": ROOM, "partition": out.partition})
        while True:
            try:
                offset = await self.append(out)
            except ConnectionLost as error:
                await outage.wait(error)
            else:
                outage.over()
                return offset
