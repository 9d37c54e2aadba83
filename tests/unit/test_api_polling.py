"""Agencies' own interfaces: pages with the address of the next, texts beside them, queues that are acknowledged."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.formats import parse
from pipeline.formats.parsed import Parsed, Payload
from pipeline.ingest.api.exchange import ApiQuestion
from pipeline.ingest.api.feed import TEXT_FAILURES_MAX, ApiPolling
from pipeline.ingest.api.page import NoPage, read_page
from pipeline.ingest.api.settings import ApiFeed
from pipeline.ingest.api.styles import STYLES
from pipeline.ingest.contract import Health, Incoming, Known
from pipeline.ingest.feeds import Feeds
from pipeline.rule_files import parse_rules
from pipeline.runtime.ingest.driver import SharedResources, Surroundings
from pipeline.runtime.ingest.http import ApiDriver
from pipeline.runtime.secrets import Secrets
from tests.agency import KEY, NITF, Agency
from tests.feed_server import Asked, FeedServer, Reply, feed_server

NOW_MS = 1_790_000_000_000
RECEIVED = datetime.fromtimestamp(NOW_MS / 1000, UTC)


class Client:
    """One feed of an agency, with what is committed of it."""

    def __init__(self, agency: Agency, style: str, **known: Any) -> None:
        path = {"ap": "/content/feed", "wireq": "/entries.json"}[style]
        row = {"api": agency.server.url(path), "style": style, "allow_private": "true", **known}
        self.feed = ApiFeed.model_validate(row | {"headers": {"Authorization": "env:KEY"}})
        self.connector = ApiPolling(self.feed.settings)
        self.cursor, self.seen, self.now_ms = self.connector.open(), dict[bytes, int](), NOW_MS
        self.payloads: list[Incoming] = []
        self.problems: list[str] = []

    def poll(self, crash_at: int = -1, crash: str = "") -> list[str]:
        """One turn; a crash before or after the commit of the step of that number.  The ids that are committed."""
        return asyncio.run(self._poll(crash_at, crash))

    async def _poll(self, crash_at: int, crash: str) -> list[str]:
        self.now_ms += 7 * 3_600_000
        shared, start = SharedResources(), len(self.payloads)
        driver = ApiDriver(self.feed, Surroundings("agency", Secrets({"env:KEY": KEY}), shared=shared))
        known: Known[Any] = Known(self.cursor, self.seen)
        question: ApiQuestion | None = self.connector.ask(known, self.now_ms)
        step = 0
        while question is not None:
            answer = await driver.answer(question)
            known = Known(self.cursor, self.seen)
            self.last = taken = self.connector.take(known, question, answer, self.now_ms)
            if step == crash_at and crash == "before":
                break
            self.cursor = taken.cursor or self.cursor
            self.seen |= dict.fromkeys(taken.seen, self.now_ms)
            self.payloads += taken.payloads
            if step == crash_at and crash == "after":
                break
            self.problems += await driver.done(taken.after)
            question, step = taken.then, step + 1
        await shared.close()
        return [named(one)[0] for one in self.payloads[start:]]


def parsed(payload: Incoming) -> Parsed:
    _, found = parse(Payload(payload.value, "agency", RECEIVED))
    (item,) = found.items
    assert isinstance(item, Parsed)
    return item


def named(payload: Incoming) -> tuple[str, int]:
    """The id and the revision of its one item."""
    found = json.loads(payload.value)
    if "entries" in found:
        (entry,) = found["entries"]
        return entry["urn"], entry["version"]
    (one,) = found["data"]["items"]
    return one["item"]["altids"]["itemid"], one["item"]["version"]


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with feed_server() as found:
        yield found


@pytest.fixture
def agency(server: FeedServer) -> Agency:
    return Agency(server)


def test_pages(agency: Agency) -> None:
    """Page after page until there is nothing new, each item a payload with its text; then what follows is asked."""
    for number in range(7):
        agency.publish(f"story{number}")
    client = Client(agency, "ap")
    assert client.poll() == [f"story{number}" for number in range(7)]
    assert [parsed(one).paragraphs for one in client.payloads][3] == ("story3 opened its bridge.",)
    assert client.cursor.page.endswith("?seq=7")
    assert client.poll() == []
    before = client.cursor
    assert client.poll() == []
    assert (client.last.detail, client.cursor) == ("not modified", before)
    agency.publish("story7")
    agency.publish("story0", revision=1)
    assert client.poll() == ["story7", "story0"]
    assert client.last.health is Health.OK
    assert all(asked.headers["authorization"] == KEY for asked in agency.server.asked)


def test_an_item_is_as_it_was_written(agency: Agency) -> None:
    """A payload is the answer around that one item, byte for byte, with the text before it."""
    agency.publish("a")
    agency.publish("b")
    client = Client(agency, "ap", texts="false")
    client.poll()
    answer = agency.page(Asked("GET", "/content/feed", {"authorization": KEY})).body.decode()
    first, second = (json.dumps(one, indent=1).replace("\n", "\n   ") for one in agency.items)
    before, _, behind = answer.partition(f"\n   {first},\n   {second}")
    behind = behind.lstrip()
    assert [one.value.decode() for one in client.payloads] == [before + first + behind, before + second + behind]


TEXTS = [
    ("missing", Reply(404), 1),
    ("gone", Reply(410), 1),
    ("always failing", Reply(500), TEXT_FAILURES_MAX + 1),
    ("damaged", Reply(body=b"\xff\xfe\x00"), 1),
]


@pytest.mark.parametrize(("text", "turns"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_a_text_that_nobody_gets(agency: Agency, text: Reply, turns: int) -> None:
    """Its item is published without it, at once or after some attempts, and those behind it follow in order."""
    agency.publish("a")
    agency.publish("b", text=text)
    agency.publish("c")
    client = Client(agency, "ap")
    assert [id_ for _ in range(turns) for id_ in client.poll()] == ["a", "b", "c"]
    assert parsed(client.payloads[1]).paragraphs == ()
    assert parsed(client.payloads[2]).paragraphs == ("c opened its bridge.",)


def test_a_text_elsewhere(agency: Agency) -> None:
    """It may redirect to another server, which gets no key."""
    with feed_server() as other:
        other.serve("/there", Reply(body=NITF.format("Elsewhere").encode()))
        agency.publish("a", text=Reply(302, headers={"Location": other.url("/there")}))
        client = Client(agency, "ap")
        assert client.poll() == ["a"]
        assert parsed(client.payloads[0]).paragraphs == ("Elsewhere opened its bridge.",)
        assert "authorization" not in other.asked[0].headers


def test_a_page_on_another_server(agency: Agency) -> None:
    """The address of the next page may not lead the key away."""
    agency.publish("a")
    agency.server.pages["/content/feed"] = lambda asked: Reply(
        body=agency.page(asked).body.replace(
            agency.server.url().encode() + b"content/feed", b"https://evil.example/x"
        )
    )
    client = Client(agency, "ap")
    assert client.poll() == []
    assert (client.last.health, "its next page is on another server" in client.last.detail) == (Health.BROKEN, True)


def test_a_page_that_is_gone(agency: Agency) -> None:
    """A page that is too old is forgotten; the first page is asked, and nothing is repeated."""
    agency.publish("a")
    client = Client(agency, "ap")
    assert client.poll() == ["a"]
    agency.server.pages["/content/feed"] = lambda asked: Reply(404) if "seq=1" in asked.path else agency.page(asked)
    assert client.poll() == []
    assert (client.last.health, client.cursor.page) == (Health.GONE, "")
    agency.publish("b")
    assert client.poll() == ["b"]


def test_a_wrong_key(agency: Agency) -> None:
    """It is said, and asked seldom."""
    client = Client(agency, "ap")
    agency.server.pages["/content/feed"] = lambda _: Reply(403)
    client.poll()
    assert (client.last.health, "status 403" in client.last.detail) == (Health.REFUSED, True)


def test_a_queue(agency: Agency) -> None:
    """What was taken is deleted behind the commit; an empty queue is asked when it says so."""
    agency.queue_headers = {"Retry-After": "1"}
    for number in range(5):
        agency.enqueue(f"urn:{number}")
    client = Client(agency, "wireq")
    assert client.poll() + client.poll() == [f"urn:{number}" for number in range(5)]
    assert (agency.queue, len(agency.deleted), client.problems) == ([], 5, [])
    assert b"_wireq_receipt" in client.payloads[0].value
    assert parsed(client.payloads[0]).headline == "urn:0: Brücke öffnet"
    agency.queue_headers = {"Retry-After": "90"}
    client.poll()
    assert 90_000 <= (client.last.again_ms or 0) - client.now_ms <= 99_000
    agency.enqueue("urn:0", version=2)
    assert client.poll() == ["urn:0"]


def test_an_acknowledgement_that_fails(agency: Agency) -> None:
    """The item comes again, is not published again, and is acknowledged then."""
    agency.enqueue("urn:1")
    client = Client(agency, "wireq")
    agency.is_down = True
    assert client.poll() == ["urn:1"]
    assert ("could not be acknowledged" in client.problems[0], len(agency.queue)) == (True, 1)
    agency.is_down = False
    assert client.poll() == []
    assert agency.queue == []


CHANGES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), max_size=3)
TURNS = st.lists(st.tuples(CHANGES, st.integers(0, 5), st.sampled_from(["", "", "before", "after"])), max_size=8)


@settings(max_examples=15, deadline=None)
@given(TURNS)
@pytest.mark.parametrize("style", ["ap", "wireq"])
def test_every_revision_once(server: FeedServer, style: str, turns: list[tuple[Any, int, str]]) -> None:
    """Wherever a crash falls: no revision is lost, none comes twice, and the queue is empty in the end."""
    agency = Agency(server)
    client = Client(agency, style)
    sent: set[tuple[str, int]] = set()
    for changes, at, crash in [*turns, *[([], -1, "")] * 6]:
        for number, revision in changes:
            if (one := (f"urn:{number}", revision)) not in sent:
                sent.add(one)
                agency.publish(*one) if style == "ap" else agency.enqueue(*one)
        client.poll(at, crash)
    found = Counter(named(one) for one in client.payloads)
    assert found == Counter(sent)
    assert agency.queue == []


NO_PAGES = [
    (b"<html/>", "ap", "an answer without a list"),
    (b"", "ap", "an answer that is no JSON"),
    (b'{"data": {}}', "ap", "an answer without a list of data.items"),
    (b'{"data": {"items": {}}}', "ap", "an answer without a list of data.items"),
    (b'{"data": {"items": []}, "data": {"items": []}}', "ap", "an answer without a list"),
    (b'{"entries": [], "entries": []}', "wireq", "an answer without a list"),
    (b"[]", "wireq", "an answer without a list of entries"),
    (b'{"entries": [' + b"1," * 5_000 + b"1]}", "wireq", "more than 5,000 items"),
    (b"[" * 100_000, "wireq", "an answer"),
    (b'{"entries": [\xff]}', "wireq", "an answer that is no JSON"),
]


@pytest.mark.parametrize(("data", "style", "why"), NO_PAGES)
def test_no_page(data: bytes, style: str, why: str) -> None:
    """What cannot be read says why."""
    with pytest.raises(NoPage, match=why):
        read_page(data, STYLES[style])


WRONG = [
    ("api: 'https://a.example/', style: app", "there is no style 'app'; did you mean ap?"),
    ("api: 'https://a.example/', style: wireq, every: 1s", "more often than each 10 s; write more"),
    ("api: a.example, style: ap", "it is no web address"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_what_is_refused(text: str, sentence: str) -> None:
    """Each mistake is one sentence with its place."""
    with pytest.raises(ValueError, match=r"^feeds\.yaml: line 2") as caught:
        parse_rules(Feeds, f"feeds:\n  a: {{{text}}}", "feeds.yaml")
    assert sentence in str(caught.value)
