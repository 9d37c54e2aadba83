"""`wiredesk ingest` polls a server of ours on a real broker: each wording of each entry once, whatever dies."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from feed_documents import FORMATS, Story, document, read

from pipeline.runtime.embedded.broker import Broker
from tests.feed_server import Asked, FeedServer, Reply, feed_server, packed
from tests.ingest_lab import IngestLab, payloads
from tests.own_broker import own_broker
from tests.waiting import PROCESS_SECONDS, eventually, pause

pytestmark = [pytest.mark.broker, pytest.mark.slow]

FEEDS, ENTRIES, KILLS = 40, 50, 8
TURN_SECONDS = 0.02  # of an editor


class Newsroom(threading.Thread):
    """Writes, rewrites and takes back entries of many feeds, and serves them on good and on bad days."""

    def __init__(self, server: FeedServer) -> None:
        super().__init__(daemon=True)
        self.server, self.dice = server, random.Random(5)
        self.stories: list[list[Story]] = [[] for _ in range(FEEDS)]
        self.written: set[tuple[str, str, str]] = set()  # feed, id, title
        self.version = [0] * FEEDS
        for number in range(FEEDS):
            server.pages[f"/{number}"] = lambda asked, number=number: self.page(number, asked)  # type: ignore[misc] # a default binds it
            server.pages[f"/old/{number}"] = lambda _, number=number: Reply(301, headers={"Location": f"/{number}"})  # type: ignore[misc] # likewise

    def run(self) -> None:
        for count in range(FEEDS * ENTRIES):
            number = count % FEEDS
            stories = [Story(str(count), f"Title {count}"), *self.stories[number]]
            if count % 7 == 0 and len(stories) > 1:
                one = stories[1]
                stories[1] = replace(one, title=f"{one.title}, rewritten {count}")
            self.stories[number] = stories
            self.version[number] += 1
            pause(TURN_SECONDS)
        for number, stories in enumerate(self.stories):
            self.written |= {(f"feed{number}", *one) for one in read(document(stories, FORMATS[number % 4]))}

    def page(self, number: int, asked: Asked) -> Reply:
        etag = f'"{self.version[number]}"'
        if asked.headers.get("if-none-match") == etag:
            return Reply(304)
        body = document(self.stories[number], FORMATS[number % 4])
        day = self.dice.random()
        if day < 0.1 and FORMATS[number % 4] != "json":
            return Reply(body=body, length=len(body) + 100, headers={"ETag": etag})  # it breaks off
        reply = packed(body) if day < 0.5 else Reply(body=body)
        return replace(reply, headers={**reply.headers, "ETag": etag})


def entries(found: Counter[tuple[str, bytes]]) -> Counter[tuple[str, str, str]]:
    """Feed, id and title of each entry of each payload, by readers that are not ours."""
    return Counter(
        (feed, id_, title)
        for (feed, value), times in found.items()
        for id_, title in read(value)
        for _ in range(times)
    )


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[tuple[Broker, IngestLab, FeedServer]]:
    with feed_server() as server, own_broker(tmp_path) as broker, IngestLab(broker.bootstrap, tmp_path) as ingest:
        rows = (
            f"  feed{number}: {{rss: '{server.url(f'/old/{number}' if number % 5 == 0 else f'/{number}')}', "
            "every: 10s, allow_private: true}"
            for number in range(FEEDS)
        )
        ingest.file.write_text("\n".join(("feeds:", *rows)))
        yield broker, ingest, server


def test_nothing_lost_and_nothing_twice(lab: tuple[Broker, IngestLab, FeedServer]) -> None:
    """kill -9 eight times while 40 feeds in four formats get 2,000 entries: bodies that break off, redirects, 304s,
    packed ones.  Every entry that is still there in the end came once, every wording at most once."""
    broker, ingest, server = lab
    newsroom, dice = Newsroom(server), random.Random(4)
    ingest.start()
    ingest.await_ready()
    newsroom.start()
    for _ in range(KILLS):
        pause(dice.uniform(1.0, 6.0))
        ingest.kill()
        ingest.start()
    newsroom.join(PROCESS_SECONDS)
    assert not newsroom.is_alive()
    eventually(lambda: not newsroom.written - set(entries(payloads(broker.connection))), every=3.0)
    assert ingest.end() == 0
    found = entries(payloads(broker.connection))
    assert [one for one, times in found.items() if times > 1] == []
    assert len(newsroom.written) == FEEDS * ENTRIES
    assert len(found) >= FEEDS * ENTRIES
