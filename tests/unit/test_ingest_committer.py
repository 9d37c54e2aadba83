"""The committer: what a feed that is stopped or forgotten leaves behind, and how each feed comes in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeline.ingest.contract import Incoming, Taken
from pipeline.ingest.push import PushConnector, PushFeed
from pipeline.records import STATUS_PARTITION, Out
from pipeline.runtime.ingest.committer import LOOK_SECONDS, Committer, Superseded
from pipeline.runtime.ingest.ledger import Ledger, forgotten_record, record
from pipeline.runtime.ingest.owner import LedgerOwner
from pipeline.runtime.log.memory import MemoryLog

PUSH = PushConnector(PushFeed(push=True))
TAKEN: Taken[Any, Any, Any] = Taken(payloads=(Incoming("a", b"a"),))
Commit = Callable[[list[Any], list[Any]], Awaitable[None]]


def committing(commit: Commit) -> Committer:
    """A committer whose owner has the ledger already, and writes by `commit`."""

    async def ensure() -> None:
        return

    ledger = Ledger()
    for name in ("polder", "norden"):
        ledger.known(name, PUSH)
    owner = SimpleNamespace(generation=1, ledger=ledger, now_ms=lambda: 0, commit=commit, ensure=ensure)
    return Committer(cast("LedgerOwner", owner), linger_seconds=0)


def test_a_feed_that_is_stopped_waits_for_its_transaction() -> None:
    """Its next life, behind SIGHUP, would take again what is in a transaction that the ledger does not have yet."""

    async def test() -> None:
        begun, goes_on, known = asyncio.Event(), asyncio.Event(), []

        async def commit(payloads: list[Any], entries: list[Any]) -> None:
            begun.set()
            await goes_on.wait()
            known.extend(entries)

        committer = committing(commit)
        writing = asyncio.create_task(committer.run())
        feed = asyncio.create_task(committer.commit("polder", "push", (), TAKEN, 1))
        await begun.wait()
        feed.cancel()
        for _ in range(10):
            await asyncio.sleep(0)
        assert not feed.done()
        goes_on.set()
        with suppress(asyncio.CancelledError):
            await feed
        assert feed.cancelled()
        assert [entry.key for entry in known] == [b"polder/cursor"]
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing

    asyncio.run(asyncio.wait_for(test(), 60))


def test_the_way_of_a_feed_is_written_once() -> None:
    """In the transaction of what it took first, beside how the feeds are; again only if its way is another."""

    async def test() -> None:
        written: list[tuple[str, bytes]] = []

        async def commit(outputs: list[Any], entries: list[Any]) -> None:
            written.extend((out.key.decode(), out.value) for out in outputs if out.topic == "wire.feeds")
            assert {out.partition for out in outputs if out.topic == "wire.feeds"} <= {STATUS_PARTITION}

        committer = committing(commit)
        writing = asyncio.create_task(committer.run())
        for feed, way in (("polder", "push"), ("polder", "push"), ("norden", "rss"), ("polder", "folder")):
            await committer.commit(feed, way, (), TAKEN, 1)
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing
        assert written == [
            ("polder/way", b'{"way":"push"}'),
            ("norden/way", b'{"way":"rss"}'),
            ("polder/way", b'{"way":"folder"}'),
        ]

    asyncio.run(asyncio.wait_for(test(), 60))


@asynccontextmanager
async def at_work(log: MemoryLog) -> AsyncIterator[Committer]:
    """A committer that has the ledger."""
    committer = Committer(LedgerOwner(log, "app", "one", 30), linger_seconds=0)
    writing = asyncio.create_task(committer.run())
    await committer.ready.wait()
    yield committer
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing


async def write_beside(log: MemoryLog, out: Out) -> None:
    beside = await log.acquire("beside")
    await beside.begin()
    await beside.produce([out])
    await beside.commit()


async def forget(log: MemoryLog, name: str) -> None:
    await write_beside(log, forgotten_record(name, 0))


def cursors(log: MemoryLog) -> dict[bytes, bytes]:
    return {out.key: out.value for outs in log.committed("wire.feeds").values() for out in outs}


@pytest.mark.parametrize("comes", ["during a look", "with a look", "without one"])
def test_what_waits_while_its_feed_is_forgotten(comes: str) -> None:
    """It is not written behind that, whether a look finds it or the write: its feed is asked again.

    What a feed has decided since that was not forgotten is written.
    """

    async def test() -> None:
        log = MemoryLog()
        async with at_work(log) as committer:
            owner = committer.owner
            for name in ("polder", "norden"):
                owner.ledger.known(name, PUSH)
                await committer.commit(name, "push", (), TAKEN, owner.generation)
            owner.ledger.known("polder", PUSH)
            await forget(log, "polder")
            waiting = list[asyncio.Task[None]]()

            async def step(name: str) -> None:
                if not waiting:
                    step = committer.commit("polder", "push", (), TAKEN, owner.generation)
                    waiting.append(asyncio.create_task(step))
                    await asyncio.sleep(0)

            if comes == "during a look":
                log.step = step
            else:
                await step("")
            if comes != "without one":
                await committer.look()
            with pytest.raises(Superseded):
                await waiting[0]
            await committer.ready.wait()
            assert cursors(log)[b"polder/cursor"] == b""
            owner.ledger.known("norden", PUSH)
            await committer.commit("norden", "push", (), TAKEN, owner.generation)
        assert sum(map(len, log.committed("wire.raw").values())) == 3

    asyncio.run(asyncio.wait_for(test(), 60))


def test_what_waits_while_marks_of_others_are_deleted() -> None:
    """Its transaction was given up; it is written behind that, once and in its order, and no feed is asked again.

    A feed that was stopped meanwhile leaves nothing behind.
    """

    async def test() -> None:
        log = MemoryLog()
        async with at_work(log) as committer:
            owner, order = committer.owner, list[str]()
            for name in ("polder", "norden", "quay"):
                owner.ledger.known(name, PUSH)
            interruptions = 3

            async def step(name: str) -> None:
                nonlocal interruptions
                if name == "begin" and interruptions:  # of a transaction of ours
                    interruptions -= 1
                    log.step = no_step
                    await write_beside(log, record("left/seen/" + "0" * 32, b"", "left", 0))
                    log.step = step
                    if not interruptions:
                        stopped.cancel()

            log.step = step
            made = [committer.commit(name, "push", (), TAKEN, owner.generation) for name in ("polder", "norden")]
            stopped = asyncio.create_task(committer.commit("quay", "push", (), TAKEN, owner.generation))
            await asyncio.gather(*made)
            with suppress(asyncio.CancelledError):
                await stopped
            order += [out.key.decode() for out in log.committed("wire.feeds")[0] if out.key.endswith(b"/cursor")]
            assert (interruptions, owner.generation) == (0, 0)
        assert [name for name in order if name != "quay/cursor"] == ["polder/cursor", "norden/cursor"]
        keys = [out.key for outs in log.committed("wire.raw").values() for out in outs]
        assert (keys.count(b"polder"), keys.count(b"norden")) == (1, 1)
        assert keys.count(b"quay") == order.count("quay/cursor") <= 1

    asyncio.run(asyncio.wait_for(test(), 60))


async def no_step(name: str) -> None:
    """Nothing happens beside."""


def test_the_way_of_a_feed_that_was_forgotten_is_written_again() -> None:
    """Its record was deleted with all others of it; that of another feed was not."""

    async def test() -> None:
        log = MemoryLog()
        async with at_work(log) as committer:
            owner = committer.owner
            for _ in range(2):
                for name in ("polder", "norden"):
                    owner.ledger.known(name, PUSH)
                    await committer.commit(name, "push", (), TAKEN, owner.generation)
                await forget(log, "polder")
                await committer.look()
        ways = [out.key for out in log.committed("wire.feeds")[STATUS_PARTITION] if out.key]
        assert ways == [b"polder/way", b"norden/way", b"polder/way"]

    asyncio.run(asyncio.wait_for(test(), 60))


def test_a_look_that_began_before_it_was_asked_for() -> None:
    """It may have read too little: who asks while it is under way waits for the next one, and not for long."""

    async def test() -> None:
        begun, goes_on = asyncio.Event(), asyncio.Semaphore(0)

        async def look() -> None:
            begun.set()
            await goes_on.acquire()

        committer = committing(cast("Commit", None))
        committer.owner.look = look  # type: ignore[method-assign]
        writing = asyncio.create_task(committer.run())
        await committer.ready.wait()
        first = asyncio.create_task(committer.look())
        await begun.wait()
        second = asyncio.create_task(committer.look())
        await asyncio.sleep(0)
        goes_on.release()
        await first
        assert not second.done()
        goes_on.release()
        await asyncio.wait_for(second, LOOK_SECONDS / 2)  # it does not wait for a step
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing

    asyncio.run(asyncio.wait_for(test(), 60))
