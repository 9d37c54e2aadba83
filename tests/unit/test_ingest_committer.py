"""The committer: what a feed that is stopped leaves behind, and how each feed comes in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, cast

from pipeline.ingest.contract import Incoming, Taken
from pipeline.records import STATUS_PARTITION
from pipeline.runtime.ingest.committer import Committer
from pipeline.runtime.ingest.owner import LedgerOwner

TAKEN: Taken[Any, Any, Any] = Taken(payloads=(Incoming("a", b"a"),))
Commit = Callable[[list[Any], list[Any]], Awaitable[None]]


def committing(commit: Commit) -> Committer:
    """A committer whose owner has the ledger already, and writes by `commit`."""

    async def ensure() -> None:
        return

    ledger = SimpleNamespace(entries=lambda *_: ["entry"])
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
        assert known == ["entry"]
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
