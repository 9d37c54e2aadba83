"""`POST /feeds/NAME`: what a request is answered, over real sockets; and what tells one request from another."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from pipeline.deliver.signatures import key_of, signed
from pipeline.envelope import payload_id
from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.contract import Known
from pipeline.ingest.push import (
    BODY_MS,
    KEY_MS,
    SWEEP_MS,
    PushConnector,
    PushCursor,
    PushFeed,
    Reply,
    Request,
    Requests,
    Wanted,
)
from pipeline.runtime.ingest import push as pushes
from pipeline.runtime.ingest import push_server
from pipeline.runtime.ingest.driver import SharedResources, Surroundings
from pipeline.runtime.ingest.push import PushDesk, PushDriver
from pipeline.runtime.ingest.push_access import Access
from pipeline.runtime.ingest.push_server import PushServer
from pipeline.runtime.secrets import Secrets

TOKEN = "0123456789abcdef"
HOOK = "whsec_" + "c2VjcmV0IG9mIGEgaG9vaywgaW4gdGVzdHM="
NOW = 1_764_500_000_000
JSON = {"Content-Type": "application/json"}


@dataclass
class Desk:
    """A server with one feed behind it, whose payloads are committed at once, or not at all."""

    url: str
    server: PushServer
    driver: PushDriver
    taken: list[bytes] = field(default_factory=list)
    is_away: bool = False

    async def commit(self) -> None:
        """One turn of the feed."""
        connector = PushConnector(self.driver.feed)
        seen: dict[bytes, int] = {}
        while True:
            answer = await self.driver.answer(Wanted())
            assert isinstance(answer, Requests)
            taken = connector.take(Known(PushCursor(), seen), Wanted(), answer, NOW)
            self.taken += [payload.value for payload in taken.payloads]
            seen.update(dict.fromkeys(taken.seen, NOW))
            await self.driver.done(taken.after)
            await asyncio.sleep(0.001)


@asynccontextmanager
async def desk(*secrets: str, commits: bool = True, **settings: float) -> AsyncIterator[Desk]:
    shared = SharedResources()
    feed = PushFeed(push=True, secrets=tuple(f"env:S{number}" for number in range(len(secrets))))
    found = Secrets({f"env:S{number}": secret for number, secret in enumerate(secrets)})
    driver = PushDriver(feed, Surroundings("polder", found, shared=shared))
    made: list[Desk] = []
    server = PushServer(shared.get(PushDesk), lambda: made[0].is_away, **settings)  # type: ignore[arg-type]
    port = await server.start("127.0.0.1:0")
    made.append(Desk(f"http://127.0.0.1:{port}/feeds/polder", server, driver))
    work = asyncio.create_task(made[0].commit()) if commits else None
    try:
        yield made[0]
    finally:
        if work:
            work.cancel()
        await server.close()
        await driver.close()


async def post(url: str, body: Any, headers: dict[str, str]) -> tuple[int, dict[str, Any], dict[str, str]]:
    if isinstance(body, bytes):
        body = io.BytesIO(body)  # aiohttp warns of large bodies that are bytes
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        is_json = answer.content_type == "application/json"
        return answer.status, (await answer.json()) if is_json else {}, dict(answer.headers)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 120))


def test_taken_with_its_id() -> None:
    """202 when it is committed, with the id that its record has."""

    async def test() -> None:
        async with desk(TOKEN) as found:
            headers = JSON | {"Authorization": f"Bearer {TOKEN}"}
            status, answer, _ = await post(found.url, b"{}", headers)
            assert (status, answer) == (202, {"outcome": "taken", "id": payload_id("polder", b"{}")})
            assert found.taken == [b"{}"]

    run(test)


GOOD = {"Authorization": f"Bearer {TOKEN}"}
REFUSED: list[tuple[str, bytes, dict[str, str], int]] = [
    ("no token", b"x", {}, 401),
    ("another token", b"x", {"Authorization": "Bearer 0123456789abcdeX"}, 401),
    ("a token as a password", b"x", {"Authorization": f"Basic {TOKEN}"}, 401),
    ("no body", b"", GOOD, 400),
    ("a form", b"a=b", GOOD | {"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ("a picture", b"x", GOOD | {"Content-Type": "image/png"}, 415),
    ("packed", b"x", GOOD | {"Content-Encoding": "gzip"}, 415),
    ("too large", b"x" * (PAYLOAD_BYTES_MAX + 1), GOOD, 413),
    ("too long a key", b"x", GOOD | {"Idempotency-Key": "k" * 201}, 400),
]


@pytest.mark.parametrize(
    ("body", "headers", "status"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_refused(body: bytes, headers: dict[str, str], status: int) -> None:
    """Each with its status and a sentence, before more of it is read than has to be; nothing is taken."""

    async def test() -> None:
        async with desk(TOKEN) as found:
            given, answer, _ = await post(found.url, body, {"Content-Type": "text/plain"} | headers)
            assert (given, found.taken) == (status, [])
            assert answer["why"]
            assert TOKEN not in str(answer)

    run(test)


def test_too_large_without_a_length() -> None:
    """A body that comes in pieces is refused at the bound."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"x" * (PAYLOAD_BYTES_MAX // 4)

    async def test() -> None:
        async with desk(TOKEN) as found:
            try:
                status, _, _ = await post(found.url, pieces(), GOOD)
            except aiohttp.ClientError:  # it was still sending
                status = 413
            assert (status, found.taken) == (413, [])

    run(test)


def test_an_unknown_feed() -> None:
    """404, whoever asks; 503 for one that begins anew, as after a change of the file."""

    async def test() -> None:
        async with desk(TOKEN) as found:
            assert (await post(found.url + "x", b"x", GOOD))[0] == 404
            found.server.is_known = lambda name: name == "polderx"
            assert (await post(found.url + "x", b"x", GOOD))[0] == 503

    run(test)


def test_signed_requests() -> None:
    """Standard Webhooks: good once signed, of now, with the very body; its id is its key, whatever else it says."""

    async def test() -> None:
        async with desk(HOOK) as found:
            headers = JSON | signed([key_of(HOOK)], "msg_1", int(time.time()), b"one")
            for more in ({}, {"Idempotency-Key": "other"}):
                assert (await post(found.url, b"one", headers | more))[0] == 202
            assert (await post(found.url, b"two", headers))[0] == 401
            late = JSON | signed([key_of(HOOK)], "msg_2", int(time.time()) - 400, b"one")
            assert (await post(found.url, b"one", late))[0] == 401
            long = JSON | signed([key_of(HOOK)], "m" * 201, int(time.time()), b"one")
            assert (await post(found.url, b"one", long))[0] == 400
            assert found.taken == [b"one"]

    run(test)


def test_a_browser_may_not_send_to_an_open_feed() -> None:
    """A page of anybody could reach this machine's own address."""

    async def test() -> None:
        async with desk() as found:
            assert (await post(found.url, b"x", {"Origin": "https://evil.example"}))[0] == 403
            assert (await post(found.url, b"x", {}))[0] == 202

    run(test)


def test_kafka_is_away() -> None:
    """503 with Retry-After: at once where it is known, and after a while where it is not; nothing is dropped."""

    async def test() -> None:
        async with desk(TOKEN, commits=False, answer_seconds=0.05) as found:
            status, _, headers = await post(found.url, b"x", GOOD)
            assert (status, headers["Retry-After"]) == (503, "5")
            assert found.server.desk.waiting == 1
            found.is_away = True
            assert (await post(found.url, b"y", GOOD))[0] == 503
            assert found.server.desk.waiting == 1

    run(test)


def test_too_much_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """429 with Retry-After beyond so many requests, and so many bytes."""

    async def test() -> None:
        async with desk(TOKEN, commits=False, answer_seconds=0.05) as found:
            monkeypatch.setattr(pushes, "WAITING_BYTES_MAX", 3)
            assert (await post(found.url, b"xxx", GOOD))[0] == 503
            status, _, headers = await post(found.url, b"y", GOOD)
            assert (status, headers["Retry-After"]) == (429, "1")

    run(test)


def test_a_slow_body() -> None:
    """A sender that drips is asked to come back: 408."""

    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.02)

    async def test() -> None:
        async with desk(TOKEN, read_seconds=0.2) as found:
            try:
                status, _, _ = await post(found.url, drip(), GOOD)
            except aiohttp.ClientError:
                status = 408
            assert (status, found.taken) == (408, [])

    run(test)


def test_slow_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that never has a whole request is closed."""
    monkeypatch.setattr(push_server, "IDLE_SECONDS", 0.2)

    async def test() -> None:
        async with desk(TOKEN) as found:
            port = int(found.url.split(":")[2].split("/")[0])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /feeds/polder HTTP/1.1\r\nHost: x\r\nX-")
            assert await reader.read() == b""
            writer.close()

    run(test)


MALFORMED = [
    b"POST /feeds/polder HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST /feeds/polder HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    b"POST /feeds/polder HTTP/1.1\r\nX: " + b"a" * 9_000 + b"\r\n\r\n",
    b"POST /feeds/polder HTTP/1.1\r\n" + b"X: a\r\n" * 1_000 + b"\r\n",
    b"\0\1\2\r\n\r\n",
]


@pytest.mark.parametrize("data", MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_no_http(data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """It is refused and counted, and leaves no traceback: anybody could fill the log with them."""

    async def test() -> None:
        async with desk(TOKEN) as found:
            port = int(found.url.split(":")[2].split("/")[0])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(data)
            assert (await reader.read()).startswith(b"HTTP/1.0 400 ")
            writer.close()
            assert found.server.counts == {"malformed": 1}
            assert (await post(found.url, b"x", GOOD))[0] == 202

    run(test)
    assert [one for one in caplog.records if one.exc_info] == []


def test_an_error_of_ours_is_logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """500 to the sender, who sends it again; the traceback is in the log."""

    async def test() -> None:
        async with desk(TOKEN) as found:
            monkeypatch.setattr(found.driver, "offer", None)
            assert (await post(found.url, b"x", GOOD))[0] == 500

    run(test)
    assert "TypeError" in caplog.text


def take(seen: dict[bytes, int], now_ms: int, *requests: tuple[str, bytes]) -> tuple[list[bytes], list[Reply]]:
    """What is taken of requests with these keys and bodies, and what they are answered; `seen` remembers."""
    connector = PushConnector(PushFeed(push=True))
    answer = Requests(tuple(Request(number, body, key=key) for number, (key, body) in enumerate(requests)))
    taken = connector.take(Known(PushCursor(now_ms), seen), Wanted(), answer, now_ms)
    seen.update(dict.fromkeys(taken.seen, now_ms))
    return [payload.value for payload in taken.payloads], [one.reply for one in taken.after]


def test_keys() -> None:
    """A key is known for seven days; with another body it is refused; two requests at once are one."""
    seen: dict[bytes, int] = {}
    assert take(seen, NOW, ("a", b"x"), ("a", b"x"), ("a", b"y")) == (
        [b"x"],
        [Reply.TAKEN, Reply.TAKEN, Reply.OTHER_BODY],
    )
    assert take(seen, NOW + KEY_MS - 1, ("a", b"x"), ("a", b"z")) == ([], [Reply.TAKEN, Reply.OTHER_BODY])
    assert take(seen, NOW + KEY_MS, ("a", b"z")) == ([b"z"], [Reply.TAKEN])


def test_bodies() -> None:
    """Without a key a body is known for an hour; a key is not a body."""
    seen: dict[bytes, int] = {}
    assert take(seen, NOW, ("", b"x"), ("", b"x"), ("x", b"x")) == ([b"x", b"x"], [Reply.TAKEN] * 3)
    assert take(seen, NOW + BODY_MS - 1, ("", b"x")) == ([], [Reply.TAKEN])
    assert take(seen, NOW + BODY_MS, ("", b"x")) == ([b"x"], [Reply.TAKEN])


def test_old_keys_are_forgotten() -> None:
    """Once an hour, those of seven days ago."""
    connector = PushConnector(PushFeed(push=True))
    seen = {b"old": NOW - KEY_MS, b"new": NOW - KEY_MS + 1}
    for swept_ms, is_swept in ((0, True), (NOW - SWEEP_MS, True), (NOW - SWEEP_MS + 1, False)):
        taken = connector.take(Known(PushCursor(swept_ms), seen), Wanted(), Requests(()), NOW)
        assert (taken.forget, taken.cursor) == (((b"old",), PushCursor(NOW)) if is_swept else ((), None))


def test_a_short_token_is_refused() -> None:
    """It would be guessed; the sentence does not have it."""
    with pytest.raises(ValueError, match="less than 16 characters; make one with"):
        Access(("hunter2",))
