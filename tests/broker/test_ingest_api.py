"""`wiredesk ingest` asks agencies' interfaces on a real broker, killed again and again: each revision once."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.agency import KEY, Agency
from tests.feed_server import Reply, feed_server
from tests.ingest_lab import IngestLab, payloads
from tests.own_broker import own_broker
from tests.waiting import arrived, eventually, pause

pytestmark = [pytest.mark.broker, pytest.mark.slow]

STORIES, KILLS = 300, 6
FILE = """
feeds:
  atlantic: {{api: "{ap}", style: ap, headers: {{Authorization: "env:KEY"}}, allow_private: true, every: 10s}}
  bote: {{api: "{wireq}", style: wireq, headers: {{Authorization: "env:KEY"}}, allow_private: true, every: 10s}}
"""


def items(found: Counter[tuple[str, bytes]]) -> Counter[tuple[str, str]]:
    """Feed and revision of each item, out of what an independent reader found; AP's with its text beside it."""
    counted: Counter[tuple[str, str]] = Counter()
    for (feed, value), times in found.items():
        answer = json.loads(value)
        if feed == "atlantic":
            (one,) = answer["data"]["items"]
            assert "opened its bridge" in json.dumps(one), "without its text"
            counted[feed, one["item"]["altids"]["etag"]] += times
        else:
            (entry,) = answer["entries"]
            counted[feed, f"{entry['urn']}+{entry['version']}"] += times
    return counted


def test_each_revision_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages behind pages, texts that are linked, revisions, an outage, a queue that is acknowledged: kill -9 six
    times, and each revision is there once; the queue is empty, and an ETag has spared pages.
    """
    monkeypatch.setenv("KEY", KEY)
    with feed_server() as server, own_broker(tmp_path) as broker:
        agency, dice, expected = Agency(server), random.Random(3), set[tuple[str, str]]()
        agency.queue_headers = {"Retry-After": "1"}
        said: Counter[int] = Counter()
        page = agency.page

        def counted(asked: object) -> Reply:
            reply = page(asked)  # type: ignore[arg-type] # what the server gives it
            said[reply.status] += 1
            return reply

        server.pages["/content/feed"] = counted

        def write() -> None:
            for number in range(STORIES):
                revision = number % 5 == 4
                id_ = f"s{number - revision}"
                agency.publish(id_, int(revision))
                agency.enqueue(f"urn:{id_}", int(revision) + 1)
                expected.update(
                    {("atlantic", f"{id_}_{int(revision)}"), ("bote", f"urn:{id_}+{int(revision) + 1}")}
                )
                agency.is_down = 100 <= number < 130  # its queue deletes nothing for a while
                pause(0.02)

        with IngestLab(broker.bootstrap, tmp_path) as ingest:
            ingest.file.write_text(FILE.format(ap=server.url("/content/feed"), wireq=server.url("/entries.json")))
            ingest.start()
            ingest.await_ready()
            writing = threading.Thread(target=write, daemon=True)
            writing.start()
            ingest.kill_again_and_again(KILLS, dice, (0.3, 2))
            writing.join(300)
            assert len(expected) == 2 * STORIES
            arrived(lambda: len(items(payloads(broker.connection))), 2 * STORIES, every=1)
            eventually(lambda: not agency.queue)
            eventually(lambda: said[304])
            assert ingest.end() == 0
        assert items(payloads(broker.connection)) == Counter(expected)
        assert KEY not in ingest.log.read_text("utf-8")
