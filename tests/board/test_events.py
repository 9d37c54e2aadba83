"""What is pushed to browsers: each change once, in order, whatever is cut off, forgotten or started again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from pipeline.board import tables
from pipeline.board.rows import ENRICHED
from pipeline.envelope import RecordType
from pipeline.records import Record
from pipeline.runtime.board import events
from pipeline.runtime.board.events import Hub
from pipeline.runtime.board.store import Store, last_change
from tests.board.conftest import Desk
from tests.board.records import item, record
from tests.waiting import SECONDS


def rows(*numbers: int) -> list[Record]:
    return [record(ENRICHED, 0, number, RecordType.ITEM, item(f"d{number}"), 0) for number in numbers]


def now(store: Store) -> str:
    with store.reading() as db:
        return last_change(db)


class Browser:
    """An EventSource: it remembers the id of the last event, and names it when it comes back."""

    def __init__(self, known: str) -> None:
        self.known, self.seen, self.reloads = known, list[str](), 0

    async def listen(self, hub: Hub, changes: int) -> None:
        """Until it has seen so many rows or was asked to load the page."""
        stream: AsyncIterator[bytes] = hub.stream(self.known)
        async with asyncio.timeout(SECONDS):
            async for chunk in stream:
                self.take(chunk.decode())
                if len(self.seen) >= changes or self.reloads:
                    break
        await stream.aclose()  # type: ignore[attr-defined]  # an async generator

    def take(self, chunk: str) -> None:
        fields = dict(line.split(": ", 1) for line in chunk.strip().splitlines() if not line.startswith(":"))
        self.known = fields.get("id", self.known)
        data = orjson.loads(fields.get("data", "{}"))
        match fields.get("event"):
            case "changes":
                self.seen += [key for _, key in data["rows"]]
            case "reload":
                self.reloads += 1


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "TICK_SECONDS", 0.0)


def test_a_browser_that_comes_back(store: Store) -> None:
    """It sees each change once: those while it was away too, and across a process that was killed."""

    async def run() -> None:
        browser = Browser(now(store))
        hub = Hub(store)
        hub.begin()
        store.write(rows(0, 1))
        await browser.listen(hub, 2)
        store.write(rows(2, 3))  # while it is away
        again = Hub(store)  # another process on the same file
        again.begin()
        await browser.listen(again, 4)
        assert browser.seen == ["d0", "d1", "d2", "d3"]
        assert browser.reloads == 0

    asyncio.run(run())


def test_a_browser_is_woken(store: Store) -> None:
    """By what the reader writes in its thread, while it waits."""

    async def run() -> None:
        browser, hub = Browser(now(store)), Hub(store)
        hub.begin()
        listening = asyncio.create_task(browser.listen(hub, 1))
        await asyncio.sleep(0)
        await asyncio.to_thread(store.write, rows(0))
        await asyncio.to_thread(hub.wake)
        await listening
        assert browser.seen == ["d0"]

    asyncio.run(run())


def test_a_browser_that_slept_for_long(tmp_path: Path) -> None:
    """Where the changes between are forgotten, it is asked to load its page, and goes on from now."""
    small = Store(tmp_path / "small.sqlite", bounds=tables.Bounds(changes=3))

    async def run() -> None:
        browser, hub = Browser(now(small)), Hub(small)
        hub.begin()
        small.write(rows(*range(9)))
        await browser.listen(hub, 1)
        assert (browser.reloads, browser.seen) == (1, [])
        browser.reloads = 0
        small.write(rows(9))
        await browser.listen(hub, 1)
        assert (browser.reloads, browser.seen) == (0, ["d9"])

    asyncio.run(run())
    small.close()


def test_a_view_that_was_made_anew(store: Store) -> None:
    """Its numbers begin anew, and a browser of the old one loads its page."""

    async def run() -> None:
        browser, hub = Browser(now(store)), Hub(store)
        hub.begin()
        store.write(rows(0))
        store.empty()
        store.write(rows(0, 1, 2))
        await browser.listen(hub, 1)
        assert browser.reloads == 1

    asyncio.run(run())


def test_an_end_of_the_process(store: Store) -> None:
    """All streams end when the process is asked to end."""

    async def run() -> None:
        hub = Hub(store)
        hub.begin()
        listening = [asyncio.create_task(Browser(now(store)).listen(hub, 99)) for _ in range(5)]
        await asyncio.sleep(0)
        hub.close()
        await asyncio.gather(*listening)

    asyncio.run(run())


def test_too_many_browsers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more than are served is refused; EventSource comes back by itself."""
    monkeypatch.setattr(events, "BROWSERS_MAX", 0)
    assert desk.browser.get("/events").status_code == 503


def test_an_event_has_no_words() -> None:
    """It names rows; the words come with the page, to who may see it."""
    made = events.event("changes", {"rows": [("item", "d1")]}, "g-1").decode()
    assert made == 'id: g-1\nevent: changes\ndata: {"rows":[["item","d1"]]}\n\n'
