"""Every bad day of a feed's server, on a server of our own: what is published, how the feed is, when it is asked.

No test waits for what it says of time: the connector is told what time it is.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import pytest
import trustme
from aiohttp.resolver import ThreadedResolver
from feed_documents import Ledger, Story, at, document

from pipeline.ingest.contract import Health, Incoming
from pipeline.ingest.http import addresses
from pipeline.ingest.http.exchange import Answer, Get, Question
from pipeline.ingest.http.polling import HOUR_MS, MINUTE_MS
from pipeline.ingest.http.rhythm import SPREAD
from pipeline.ingest.http.rss import RssFeed
from pipeline.runtime.ingest import http_guard
from pipeline.runtime.ingest.driver import SharedResources, Surroundings
from pipeline.runtime.ingest.http import RssDriver
from pipeline.runtime.ingest.http_client import Access, HttpFeeds
from pipeline.runtime.secrets import Secrets
from tests.feed_server import FeedServer, Reply, conditional, feed_server, packed
from tests.left_sockets import COLLECTED
from tests.serving import answering
from tests.waiting import SECONDS

pytestmark = COLLECTED

A, B, C = Story("a", "Ferry"), Story("b", "Strike"), Story("c", "Vote")
TWO = document([B, A])
GUID = re.compile(rb"<guid[^>]*>(.*?)</guid>")
SECONDS_MAX, BYTES_MAX = 0.5, 300_000


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with feed_server() as found:
        yield found


class Polled:
    """A feed with its connector, its driver and what is committed of it."""

    def __init__(self, url: str, secrets: Secrets | None = None, **known: Any) -> None:
        self.feed = RssFeed.model_validate({"rss": url, "allow_private": "true", **known})
        self.ledger = Ledger(self.feed.polling)
        self.secrets = secrets or Secrets({})

    def poll(
        self, count: int = 1, later_ms: int = HOUR_MS, access: Mapping[str, object] | None = None
    ) -> list[str]:
        """So many requests, each with its redirects and pages; the ids that were published."""
        return asyncio.run(self._poll(count, later_ms, access or {}))

    async def _poll(self, count: int, later_ms: int, access: Mapping[str, object]) -> list[str]:
        shared = SharedResources()
        driver = RssDriver(self.feed, Surroundings("feed", self.secrets, shared=shared))
        for name, value in {"seconds_max": SECONDS, **access}.items():
            object.__setattr__(driver._asking._access, name, value)
        found: list[str] = []
        self.payloads: list[Incoming] = []
        for _ in range(count):
            self.ledger.now_ms += later_ms
            question: Question | None = self.ledger.ask()
            while question is not None:
                self.last = self.ledger.take(await driver.answer(question), question)
                self.payloads += self.last.payloads
                question = self.last.then
        found = [id_.decode() for one in self.payloads for id_ in GUID.findall(one.value)]
        await driver.close()
        await shared.close()
        return found

    @property
    def minutes(self) -> float | None:
        """Until it is asked again."""
        return None if self.last.again_ms is None else (self.last.again_ms - self.ledger.now_ms) / MINUTE_MS


@dataclass(frozen=True)
class Day:
    """What the server does, and what comes of it at the last of `polls` requests."""

    name: str
    replies: Callable[[], list[Reply]]
    published: str  # ids, of all requests
    health: Health
    minutes: float | None  # until the next request, at the least; a tenth more at the most
    detail: str = ""
    polls: int = 1
    access: Mapping[str, object] = field(default_factory=dict)


OK, BROKEN, UNREACHABLE = Health.OK, Health.BROKEN, Health.UNREACHABLE
SHORT = {"seconds_max": SECONDS_MAX}
SMALL = {"bytes_max": BYTES_MAX}
LARGE = document([Story(str(number), text="x" * 9_000) for number in range(1_150)])
LIE = document([Story("a", "Café")]).decode().encode("cp1252")


def redirect(status: int, path: str) -> Reply:
    return Reply(status, headers={"Location": path})


def broken() -> bytes:
    return TWO.replace(b"<title>Ferry", b"<title>Bed & Ferry")


DAYS = [
    Day("a good day", lambda: [Reply(body=TWO)], "ba", OK, 15, "2 new of 2 entries"),
    Day("the same again", lambda: [Reply(body=TWO)], "ba", OK, 15, "the same document", 2),
    Day("packed", lambda: [packed(TWO)], "ba", OK, 15),
    Day("packed, unsaid", lambda: [Reply(body=gzip.compress(TWO))], "ba", OK, 15),
    Day("not packed, as said", lambda: [Reply(body=TWO, headers={"Content-Encoding": "gzip"})], "ba", OK, 15),
    Day("in two parts", lambda: [Reply(body=gzip.compress(TWO[:99]) + gzip.compress(TWO[99:]))], "ba", OK, 15),
    Day(
        "deflated", lambda: [Reply(body=zlib.compress(TWO), headers={"Content-Encoding": "deflate"})], "ba", OK, 15
    ),
    Day(
        "raw", lambda: [Reply(body=zlib.compress(TWO)[2:-4], headers={"Content-Encoding": "deflate"})], "ba", OK, 15
    ),
    Day("br", lambda: [packed(TWO, "br")], "", BROKEN, 5, "packed as br, which was not asked for: the server has"),
    Day("zstd", lambda: [packed(TWO, "zstd")], "", BROKEN, 5, "packed as zstd, which was not asked for"),
    Day("packed twice", lambda: [packed(TWO, "gzip, br")], "", BROKEN, 5, "packed as gzip, br, which was not"),
    Day("packed, damaged", lambda: [Reply(body=gzip.compress(TWO)[:30] + b"\xff" * 99)], "", BROKEN, 5, "unpacked"),
    Day("packed, cut", lambda: [Reply(body=gzip.compress(LARGE)[:900])], "", BROKEN, 15, "broke off"),
    Day("301 chain", lambda: [redirect(301, "/a"), redirect(301, "/b"), Reply(body=TWO)], "ba", OK, 15),
    Day("circle", lambda: [redirect(302, "/circle")], "", BROKEN, 10, "it redirects in a circle"),
    Day("410", lambda: [Reply(body=TWO), Reply(410)], "ba", Health.GONE, None, "status 410 from", 2),
    Day("404", lambda: [Reply(body=TWO), Reply(404)], "ba", Health.GONE, 10, "status 404 from", 2),
    Day("429", lambda: [Reply(429, headers={"Retry-After": "3600"})], "", Health.WAITING, 60),
    Day("503, a date", lambda: [Reply(503, headers={"Retry-After": at(0)})], "", Health.WAITING, 1 / 60),
    Day("500 twice", lambda: [Reply(500)], "", Health.FAILING, 4, "status 500 from", 2),
    Day("500, then well", lambda: [Reply(500), Reply(body=TWO)], "ba", OK, 15, "", 2),
    Day("bomb", lambda: [packed(b"\0" * 50_000_000)], "", BROKEN, 30, "more than 300,000 bytes", access=SMALL),
    Day(
        "endless", lambda: [Reply(endless=b"<item>" * 999)], "", BROKEN, 30, "more than 300,000 bytes", access=SMALL
    ),
    Day("drip", lambda: [Reply(body=TWO, drip=True)], "", UNREACHABLE, 2, "did not answer in time", access=SHORT),
    Day("too long a length", lambda: [Reply(body=TWO, length=9_999)], "ba", BROKEN, 15, "broke off"),
    Day(
        "then whole", lambda: [Reply(body=TWO, length=9_999), Reply(body=document([C, B, A]))], "bac", OK, 30, "", 2
    ),
    Day("nothing", lambda: [Reply(raw=b"")], "", UNREACHABLE, 1, "no connection to"),
    Day("no HTTP", lambda: [Reply(raw=b"SSH-2.0-OpenSSH_9.2\r\n\r\n")], "", BROKEN, 5, "what is no HTTP"),
    Day("a header without end", lambda: [Reply(headers={"X": "y" * 20_000})], "", BROKEN, 5, "what is no HTTP"),
    Day(
        "a page to log in",
        lambda: [Reply(body=b"<html><body>Log in</body></html>")],
        "",
        BROKEN,
        5,
        "no feed: html",
    ),
    Day("empty", lambda: [Reply()], "", BROKEN, 5, "an empty document"),
    Day("204", lambda: [Reply(204)], "", OK, 15, "not modified"),
    Day("ten megabytes", lambda: [Reply(body=LARGE)], "", OK, 15, ""),
    Day(
        "a lying encoding",
        lambda: [Reply(body=LIE, headers={"Content-Type": "text/xml; charset=utf-16"})],
        "",
        OK,
        15,
    ),
    Day("broken XML", lambda: [Reply(body=broken())], "ab", OK, 15, "2 new of 2 entries"),
    Day(
        "no more entries", lambda: [Reply(body=TWO), Reply(body=document([])), Reply(body=TWO)], "ba", OK, 15, "", 3
    ),
    Day(
        "rewritten",
        lambda: [Reply(body=TWO), Reply(body=TWO.replace(b"Ferry", b"Ship"))],
        "baa",
        OK,
        30,
        "1 new",
        2,
    ),
]


@pytest.mark.parametrize("day", DAYS, ids=[day.name for day in DAYS])
def test_a_day(day: Day, server: FeedServer) -> None:
    """The table says what comes of it."""
    path = "/circle" if day.name == "circle" else "/feed"
    replies = day.replies()
    feed = Polled(server.serve(path, *replies))
    for other in ("/a", "/b"):
        server.pages[other] = server.pages[path]
    found = feed.poll(day.polls, access=day.access)
    if day.published:
        assert "".join(found) == day.published
    assert (feed.last.health, day.detail in feed.last.detail) == (day.health, True), feed.last.detail
    if day.minutes is None:
        assert feed.minutes is None
    else:
        assert feed.minutes is not None
        assert day.minutes * 0.999 <= feed.minutes <= day.minutes * (1 + SPREAD) + 0.01, feed.minutes


def test_ten_megabytes_are_all_there(server: FeedServer) -> None:
    """Each of the 1,150 entries is published once, in one request."""
    feed = Polled(server.serve("/large", Reply(body=LARGE)))
    before = len(server.asked)
    assert sorted(feed.poll()) == sorted(str(number) for number in range(1_150))
    assert len(server.asked) == before + 1


def test_too_short_a_length(server: FeedServer) -> None:
    """What is sent beyond it is lost, or makes it no HTTP, as it comes; it is never taken for all there is."""
    feed = Polled(server.serve("/short", Reply(body=TWO, length=len(TWO) - 60, headers={"ETag": '"1"'})))
    found = feed.poll()
    assert feed.last.health is BROKEN
    assert found in ([], ["b"])
    assert feed.ledger.cursor.etag == ""
    server.serve("/short", Reply(body=TWO))
    assert sorted(found + feed.poll()) == ["a", "b"]


def test_bytes_stay_as_they_are(server: FeedServer) -> None:
    """A letter in another encoding than is said, by the header and by the document, is published as it came."""
    feed = Polled(server.serve("/lie", Reply(body=LIE, headers={"Content-Type": "text/xml; charset=utf-16"})))
    feed.poll()
    (payload,) = feed.payloads
    assert b"<title>Caf\xe9</title>" in payload.value


def test_what_is_sent(server: FeedServer) -> None:
    """Who asks, and for what; secret headers to the server of the file only; no cookie."""
    known = {"headers": {"X-Key": "env:KEY"}, "contact": "desk@paper.example"}
    with feed_server() as other:
        other.serve("/there", Reply(body=TWO))
        away = Reply(302, headers={"Location": other.url("/there"), "Set-Cookie": "a=b"})
        feed = Polled(
            server.serve("/headers", redirect(307, "/headers2")), Secrets({"env:KEY": "hunter2"}), **known
        )
        server.serve("/headers2", away)
        assert feed.poll(2) == ["b", "a"]
        first, second = server.asked[-4:-2]
        for asked in (first, second, *other.asked):
            assert asked.headers["user-agent"].startswith("wiredesk/")
            assert asked.headers["user-agent"].endswith(" (+desk@paper.example)")
            assert asked.headers["accept-encoding"] == "gzip"
            assert "cookie" not in asked.headers
        assert [asked.headers.get("x-key") for asked in (first, second, *other.asked)] == ["hunter2"] * 2 + [
            None
        ] * 2


def test_a_secret_address(server: FeedServer) -> None:
    """An address that is secret is in no payload, no detail and no cursor, nor is what it leads to."""
    where = server.serve("/hunter2", Reply(body=TWO), Reply(500), redirect(301, "/hunter3"))
    server.serve("/hunter3", Reply(body=document([C])))
    feed = Polled("env:FEED", Secrets({"env:FEED": where}), allow_http="true")
    assert feed.poll() == ["b", "a"]
    assert feed.payloads[0].name == "env:FEED"
    feed.poll()
    assert feed.last.detail == "status 500 from env:FEED"
    assert feed.poll() == ["c"]
    assert "hunter" not in repr(feed.ledger.cursor)


def test_conditional_requests(server: FeedServer) -> None:
    """304 costs no body and writes nothing; a change of the document is seen by its ETag."""
    state = [(TWO, '"1"')]
    server.pages["/etag"] = conditional(lambda: state[-1][0], lambda: state[-1][1])
    feed = Polled(server.url("/etag"))
    feed.poll()
    before = feed.ledger.cursor
    feed.poll(1, MINUTE_MS)
    assert (feed.last.detail, feed.ledger.cursor) == ("not modified", before)
    state.append((document([C, B, A]), '"2"'))
    assert feed.poll(1, MINUTE_MS) == ["c"]


def test_a_304_that_lies(server: FeedServer) -> None:
    """A server whose ETag never changes: what is new comes late, and from then on at once."""
    state = {"body": TWO}
    server.pages["/liar"] = conditional(lambda: state["body"], lambda: '"latched"')
    feed = Polled(server.url("/liar"))
    feed.poll()
    state["body"] = document([C, B, A])
    assert feed.poll(3, MINUTE_MS) == []
    assert feed.poll(1, 12 * HOUR_MS) == ["c"]
    state["body"] = document([Story("d"), C, B, A])
    assert feed.poll(1, MINUTE_MS) == ["d"]


def test_tls() -> None:
    """A certificate that nobody vouches for is refused; so is a server that speaks no TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with feed_server(context) as server:
        feed = Polled(server.url("/").replace("127.0.0.1", "localhost"))
        assert feed.poll() == []
        assert feed.last.health is UNREACHABLE
        assert "its certificate is not accepted: unable to get local issuer certificate; the" in feed.last.detail
    with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as plain:
        feed = Polled(f"https://{plain}/")
        feed.poll()
        assert (feed.last.health, "no safe connection to" in feed.last.detail) == (UNREACHABLE, True)


def test_a_name_that_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name without an address, and one that no resolver takes."""

    async def resolve(*_: object, **__: object) -> list[object]:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr(ThreadedResolver, "resolve", resolve)
    for name in ("nowhere.invalid", "a" * 64 + ".example", "a..example"):
        feed = Polled(f"https://{name}/feed", allow_private="false")
        feed.poll()
        assert feed.last.health is UNREACHABLE, name
        assert feed.minutes == pytest.approx(5, rel=SPREAD + 0.01), feed.last.detail


def test_nobody_listens() -> None:
    """A port without a server."""
    feed = Polled("http://127.0.0.1:9/feed")
    feed.poll()
    assert (feed.last.health, feed.last.detail) == (
        UNREACHABLE,
        "no connection to http://127.0.0.1:9/feed: nothing listens there; look at the address and the port",
    )


@pytest.fixture
def only_127_0_0_1_is_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_inside(address: str) -> bool:
        return str(ip_address(address)) != "127.0.0.1"  # ValueError for a name, as it is

    for module in (addresses, http_guard):
        monkeypatch.setattr(module, "is_inside", is_inside)


@pytest.mark.usefixtures("only_127_0_0_1_is_outside")
def test_nothing_inside_is_reached(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its address, by a redirect, by a name; also by a name that leads outside when it is looked at first."""
    refused = "leads into the network: allow_private: true permits it"
    outside: dict[str, Any] = {"allow_private": "false"}
    assert Polled(server.serve("/in", Reply(body=TWO)), **outside).poll() == ["b", "a"]
    feed = Polled(server.url("/in").replace("127.0.0.1", "127.0.0.2"), **outside)
    feed.poll()
    assert (feed.last.health, feed.last.detail.endswith(refused)) == (BROKEN, True)

    feed = Polled(server.serve("/away", Reply(302, headers={"Location": "http://127.0.0.2/x"})), **outside)
    feed.poll()
    assert "it redirects into the network, to http://127.0.0.2/x: allow_private" in feed.last.detail

    addresses_of = {"inside.example": ["127.0.0.2"], "both.example": ["127.0.0.2", "127.0.0.1"]}

    async def resolve(_: object, host: str, port: int = 0, family: int = 0) -> list[dict[str, object]]:
        rows = addresses_of[host]
        return [{"hostname": host, "host": one, "port": port, "family": 2, "proto": 6, "flags": 0} for one in rows]

    monkeypatch.setattr(ThreadedResolver, "resolve", resolve)
    inside = Polled(server.url("/in").replace("127.0.0.1", "inside.example"), **outside)
    inside.poll()
    assert (inside.last.health, inside.last.detail.endswith(refused)) == (BROKEN, True)
    assert Polled(server.url("/in").replace("127.0.0.1", "both.example"), **outside).poll() == ["b", "a"]

    monkeypatch.setattr(http_guard.OutsideResolver, "resolve", resolve)  # as if it had lied
    feed = Polled(server.url("/in").replace("127.0.0.1", "inside.example"), **outside)
    feed.poll()
    assert (feed.last.health, feed.last.detail.endswith(refused)) == (BROKEN, True)


class Counting(HttpFeeds):
    """Counts the requests that are under way."""

    now = most = 0

    async def _get(self, question: Get, access: Access, name: str, method: str) -> Answer:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            return await super()._get(question, access, name, method)
        finally:
            self.now -= 1


def test_a_host_gets_two_requests_at_a_time(server: FeedServer) -> None:
    """Feeds of one server take turns; who waits too long is told to come back, which is no failure."""
    url = server.serve("/slow", Reply(body=b"x" * 8, drip=True))

    async def ask(count: int, seconds: float) -> tuple[list[str], int]:
        client = Counting()
        client._turns._wait_seconds = seconds
        access = Access(allow_private=True)
        try:
            found = await asyncio.gather(*(client.get(Get(url), access, "slow") for _ in range(count)))
        finally:
            await client.close()
        return sorted(type(one).__name__ for one in found), client.most

    assert asyncio.run(ask(6, 60)) == (["Fetched"] * 6, 2)
    assert asyncio.run(ask(4, 0.01)) == (["Busy", "Busy", "Fetched", "Fetched"], 2)
