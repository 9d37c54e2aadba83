"""2,000 feeds polled over HTTP: processor time and memory of what asks, reads, cuts and remembers.

    python -m benchmarks polling [--full]

The feeds of `wiredesk ingest` as they run, with a log in memory for Kafka's part, on 200 addresses of this machine,
which a process of its own serves.  Three rounds: all entries are new; one entry of each feed is; none is.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized

from pipeline.ingest.http.polling import HOUR_MS
from pipeline.ingest.http.rss import RssFeed
from pipeline.ingest.ways import WAYS
from pipeline.runtime.ingest.committer import Committer
from pipeline.runtime.ingest.driver import SharedResources, Surroundings
from pipeline.runtime.ingest.drivers import DRIVERS
from pipeline.runtime.ingest.owner import LedgerOwner
from pipeline.runtime.ingest.turns import STEPS_AT_ONCE, FeedTurns
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.secrets import Secrets
from tests.feed_server import Asked, Reply, feed_server

FEEDS, FEEDS_SHORT = 2_000, 200
HOSTS = 200  # a server has some feeds, and gets two requests at a time
ENTRIES = 30
ENTRY_CHARACTERS = 1_200  # of a description, as feeds with whole articles cut short have
NOW_MS = 1_790_000_000_000


def run(short: bool) -> dict[str, object]:
    """Seconds of the processor, and mebibytes."""
    count = FEEDS_SHORT if short else FEEDS
    context = multiprocessing.get_context("spawn")
    version, (mine, theirs) = context.Value("i", 0), context.Pipe()
    server = context.Process(target=_serve, args=(theirs, version), daemon=True)
    server.start()
    try:
        return asyncio.run(_rounds(count, mine.recv(), version))
    finally:
        server.terminate()
        server.join()


def _serve(ready: Connection, version: Synchronized[int]) -> None:
    """Feeds that have as many more entries as the version says."""
    hosts = [f"127.0.{number // 250 + 1}.{number % 250 + 1}" for number in range(HOSTS)]
    made: dict[tuple[str, int], bytes] = {}

    def page(asked: Asked) -> Reply:
        now = version.value
        etag = f'"{now}"'
        if asked.headers.get("if-none-match") == etag:
            return Reply(304)
        key = asked.path, now
        if key not in made:
            made[key] = _document(asked.path, ENTRIES + now)
        return Reply(body=made[key], headers={"ETag": etag, "Content-Type": "application/rss+xml"})

    with feed_server(hosts=hosts) as server:
        for number in range(FEEDS):
            server.pages[f"/{number}"] = page
        ready.send([f"http://{hosts[number % HOSTS]}:{server.port}/{number}" for number in range(FEEDS)])
        ready.poll(None)


def _document(path: str, count: int) -> bytes:
    items = "".join(
        f"<item><guid>urn:{path}:{number}</guid><link>https://wire.example{path}/{number}</link>"
        f"<title>Story {number} of {path}</title><pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate>"
        f"<description>{'The ferry ran aground. ' * (ENTRY_CHARACTERS // 23)}</description></item>"
        for number in reversed(range(count))
    )
    return f'<rss version="2.0"><channel><title>{path}</title>{items}</channel></rss>'.encode()


@dataclass
class Clock:
    """What the feeds are told."""

    now_ms: int = NOW_MS

    def __call__(self) -> int:
        return self.now_ms


async def _rounds(count: int, urls: list[str], version: Synchronized[int]) -> dict[str, object]:
    clock, shared = Clock(), SharedResources()
    committer = Committer(LedgerOwner(MemoryLog(), "bench", "bench", 30, clock))
    writing = asyncio.create_task(committer.run())
    slots = asyncio.Semaphore(STEPS_AT_ONCE)
    before = _mebibytes()
    feeds = []
    for number in range(count):
        feed = RssFeed.model_validate({"rss": urls[number], "allow_private": "true"})
        name = f"feed{number}"
        driver = DRIVERS["rss"](feed, Surroundings(name, Secrets({}), shared=shared))
        feeds.append(FeedTurns(name, feed, WAYS["rss"].connector(feed), driver, committer, slots, clock))
    figures: dict[str, object] = {"feeds": count}
    for name, entries, news in (("all new", ENTRIES, 0), ("one new each", 1, 1), ("nothing new, 304", 0, 0)):
        clock.now_ms += HOUR_MS if entries else HOUR_MS // 6
        version.value += news
        wall, cpu = await _round(feeds)
        figures[f"{name}: requests/s, processor ms a feed"] = f"{count / wall:.0f}, {1_000 * cpu / count:.2f}"
        if entries > 1:
            figures[f"{name}: entries/s of one core"] = round(count * entries / cpu)
    figures["payloads"] = committer.counts.payloads
    figures["remembered hashes"] = sum(len(one.seen) for one in committer.owner.ledger.feeds.values())
    held = committer.counts.payload_bytes / 2**20
    figures["MiB before; behind, and payloads in it that Kafka would have"] = (
        f"{before:.0f}; {_mebibytes():.0f}, {held:.0f}"
    )
    writing.cancel()
    await shared.close()
    return figures


async def _round(feeds: list[FeedTurns]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    wall, cpu = time.monotonic(), time.process_time()
    await asyncio.gather(*(feed.turn() for feed in feeds))
    bad = {feed.status.detail for feed in feeds if feed.status.health != "ok"}
    assert not bad, bad
    return time.monotonic() - wall, time.process_time() - cpu


def _mebibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
