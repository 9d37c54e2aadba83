"""Feeds polled over HTTP, killed between any two effects of log and server: each entry once, each queue emptied."""

from __future__ import annotations

import gc
import json
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator

import pytest
from feed_documents import Story, document, read
from ingest_driver import IngestRuns

from pipeline.ingest.api import feed
from pipeline.ingest.api.settings import ApiFeed
from pipeline.ingest.contract import Health
from pipeline.ingest.http import documents
from pipeline.ingest.http.rss import RssFeed
from pipeline.runtime.ingest.http import ApiDriver, RssDriver
from pipeline.runtime.ingest.shell import Shell
from pipeline.runtime.log import retry
from tests.feed_server import Asked, FeedServer, Reply, feed_server

# A process that is killed closes no session, and aiohttp says so when it is forgotten.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

PAIRS = 15
STORIES = [Story(str(number)) for number in range(5)]
QUEUE = [{"format": "digitalwires@0.9.1", "urn": f"urn:{number}", "version": 1} for number in range(5)]


@pytest.fixture(autouse=True)
def small_payloads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Of two entries, so that a document is several; a queue that is asked again at once."""
    monkeypatch.setattr(documents, "DOCUMENT_ENTRIES_MAX", 2)
    monkeypatch.setattr(feed, "PAUSE_MS_MIN", 1)
    yield
    gc.collect()  # what a killed process left open is forgotten here, not in another test


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with feed_server() as found:
        yield found


def rss_runs(server: FeedServer, deadly: Collection[int]) -> IngestRuns:
    """A feed behind a redirect; it rests when its document was taken."""
    server.serve("/old", Reply(301, headers={"Location": "/feed"}))
    server.serve("/feed", Reply(body=document(STORIES), headers={"ETag": '"1"'}))
    row = RssFeed.model_validate({"rss": server.url("/old"), "allow_private": "true"})

    def is_at_rest(shell: Shell) -> bool:
        turns = shell.feeds.get("feed")
        is_done = turns is not None and turns.status.health is Health.OK
        return is_done and bool(shell.owner.ledger.feeds["feed"].cursor)

    return IngestRuns({"feed": row}, {"rss": RssDriver}, is_at_rest, deadly=deadly)


def api_runs(server: FeedServer, deadly: Collection[int]) -> IngestRuns:
    """A queue that gives two entries at a time, again and again until they are deleted."""
    left = {one["urn"]: one for one in QUEUE}

    def entries(_: Asked) -> Reply:
        found = [{**one, "_wireq_receipt": urn} for urn, one in list(left.items())[:2]]
        return Reply(body=json.dumps({"entries": found}).encode(), headers={"Retry-After": "0"})

    def delete(asked: Asked) -> Reply:
        left.pop(asked.path.removeprefix("/entry/"), None)
        return Reply(204)

    server.pages["/entries.json"] = entries
    server.pages |= {f"/entry/{urn}": delete for urn in left}
    row = ApiFeed.model_validate({"api": server.url("/entries.json"), "style": "wireq", "allow_private": "true"})
    return IngestRuns({"feed": row}, {"api": ApiDriver}, lambda _: not left, deadly=deadly)


RUNS: dict[str, Callable[[FeedServer, Collection[int]], IngestRuns]] = {"rss": rss_runs, "api": api_runs}
EXPECTED = {
    "rss": Counter((one.id, one.title) for one in STORIES),
    "api": Counter((str(one["urn"]), "1") for one in QUEUE),
}


def entries_in(payloads: Counter[tuple[str, bytes]]) -> Counter[tuple[str, str]]:
    """What a reader of committed records finds, entry by entry."""
    found: Counter[tuple[str, str]] = Counter()
    for (_, value), times in payloads.items():
        is_queue = value.startswith(b"{")
        rows = [(one["urn"], "1") for one in json.loads(value)["entries"]] if is_queue else read(value)
        found.update(row for row in rows for _ in range(times))
    return found


@pytest.mark.parametrize("name", RUNS)
def test_each_entry_once_whatever_dies(name: str, server: FeedServer) -> None:
    """A crash at each boundary, and at pairs of them."""
    first = RUNS[name](server, ())
    assert entries_in(first.work()) == EXPECTED[name]
    count, crashes, dice = len(first.boundaries.passed), 0, random.Random(7)
    pairs = [(one, one + 1 + dice.randrange(count)) for one in (dice.randrange(count) for _ in range(PAIRS))]
    for deadly in [*((number,) for number in range(count)), *pairs]:
        runs = RUNS[name](server, deadly)
        assert entries_in(runs.work()) == EXPECTED[name], [
            runs.boundaries.passed[at] for at in deadly if at < count
        ]
        crashes += bool(runs.crashes)
    assert crashes > count // 2 + PAIRS // 2


@pytest.mark.parametrize("name", RUNS)
def test_each_entry_once_whatever_is_lost(name: str, server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection to Kafka is lost at each effect of the log."""
    monkeypatch.setattr(retry, "PAUSE_SECONDS_MIN", 0.001)
    first = RUNS[name](server, ())
    first.work()
    lost = 0
    for number in range(len(first.boundaries.passed)):
        runs = RUNS[name](server, ())
        runs.broken = (number,)
        assert entries_in(runs.work()) == EXPECTED[name], first.boundaries.passed[number]
        lost += runs.lost
    assert lost
