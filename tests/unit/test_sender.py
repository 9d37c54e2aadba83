"""The sender with real requests: each kind against a server of ours that answers as its service documents."""

from __future__ import annotations

import asyncio
import base64
import socket
from typing import Any

import pytest
from deliver_driver import START_MS, notification, receivers

from pipeline.deliver import connectors
from pipeline.deliver.connectors import Connector
from pipeline.deliver.requests import Request, Response, Result, Undeliverable
from pipeline.deliver.room import DeliverRoom
from pipeline.envelope import TYPE, RecordType
from pipeline.items import Trouble, Verdict, dump
from pipeline.records import Out
from pipeline.runtime.deliver import sender as sender_module
from pipeline.runtime.deliver.sender import Sender
from pipeline.runtime.deliver.transports import Transports
from pipeline.shard import Shard, as_record
from tests.logged import logged_by
from tests.serving import serving

KEYS = {"env:HOOK": "whsec_" + base64.b64encode(b"k" * 32).decode(), "env:PD": "0" * 32}
KINDS = {
    "webhook": "webhook: {url: 'http://ADDRESS/x', secrets: ['env:HOOK']}",
    "slack": "slack: {url: 'env:URL'}",
    "teams": "teams: {url: 'env:URL'}",
    "pagerduty": "pagerduty: {routing_key: 'env:PD', url: 'http://ADDRESS/x'}",
}


async def nowhere(out: Out) -> int:
    raise AssertionError("nothing is written here")


def attempted(kind: str, address: str) -> Result:
    """What one attempt comes to."""

    async def one() -> Result:
        file = receivers(f"receivers: {{it: {{desks: [news], {KINDS[kind].replace('ADDRESS', address)}}}}}")
        known = KEYS | {"env:URL": f"http://{address}/token"}
        transports = Transports()
        sender = Sender(file, lambda text: known.get(text, text), transports, nowhere, lambda error: None)
        try:
            return await sender.attempt("it", dump(notification(1)))
        finally:
            await transports.close()

    return asyncio.run(one())


ANSWERS: list[tuple[str, bytes, tuple[Any, ...]]] = [
    ("webhook", b"200 OK", ("delivered", None, 200, None)),
    ("webhook", b"410 Gone", ("gone", "status", 410, None)),
    ("webhook", b"429 Slow\r\nRetry-After: 7", ("limited", "status", 429, 7)),
    ("webhook", b"307 There\r\nLocation: http://127.0.0.1:9/", ("failed", "redirect", 307, None)),
    ("slack", b"200 OK|ok", ("delivered", None, 200, None)),
    ("slack", b"400 Bad|invalid_payload", ("refused", "status", 400, None)),
    ("slack", b"404 No|no_service", ("failed", "status", 404, None)),
    ("slack", b"410 Gone|channel_is_archived", ("gone", "status", 410, None)),
    ("teams", b"202 Accepted", ("delivered", None, 202, None)),
    ("teams", b"413 Large", ("refused", "status", 413, None)),
    ("pagerduty", b'202 Accepted|{"status":"success"}', ("delivered", None, 202, None)),
    ("pagerduty", b'400 Bad|{"status":"invalid event"}', ("refused", "status", 400, None)),
    ("pagerduty", b"429 Slow", ("limited", "status", 429, None)),
]


@pytest.mark.parametrize(("kind", "answer", "result"), ANSWERS)
def test_over_a_connection(kind: str, answer: bytes, result: tuple[Any, ...]) -> None:
    """Each receiver's answer, as it comes over the wire."""
    head, _, body = answer.partition(b"|")

    def give(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (head, len(body), body))

    with serving(give) as address:
        assert attempted(kind, address) == result


def test_a_tick_that_is_read_before_its_offset_is_known() -> None:
    """The room may be past the tick when the broker confirms it; what is under way is made all the same."""
    hook = KINDS["webhook"].replace("ADDRESS", "127.0.0.1:9")
    file = receivers(f"receivers: {{it: {{desks: [news], {hook}}}}}")
    shard, asked = Shard(DeliverRoom(file), 0), list[str]()

    class Counts:
        async def send(self, request: Request, timeout_seconds: float) -> Response:
            asked.append("it")
            return Response(200)

    async def append(out: Out) -> int:
        offset = shard.position + 1
        if out.value:  # the answer
            return offset
        shard.step(as_record(out, offset, START_MS))
        sender.look(shard)
        assert not asked
        return offset

    sender = Sender(file, lambda text: KEYS.get(text, text), Counts(), append, lambda error: None)
    headers = ((TYPE, RecordType.NOTIFICATION.encode()),)
    note = Out("wire.notifications", b"news", dump(notification(1)), headers, 0)
    shard.step(as_record(note, 0, START_MS))

    async def run() -> None:
        await sender.acquired(0, lambda: shard)
        await sender.settle(10)

    asyncio.run(run())
    assert asked == ["it"]


def raises(error: Exception) -> Any:
    def request(*_: Any) -> Any:
        raise error

    return request


FAULTS: list[tuple[Exception, Verdict, Trouble]] = [
    (Undeliverable(Trouble.TOO_LARGE), Verdict.REFUSED, Trouble.TOO_LARGE),
    (KeyError("hunter2"), Verdict.FAILED, Trouble.BUG),
]


@pytest.mark.parametrize(("error", "verdict", "trouble"), FAULTS)
def test_a_connector_that_cannot(
    error: Exception, verdict: Verdict, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be written is refused; an error of ours is a failure, and its text is in no log."""
    real = connectors.CONNECTORS["webhook"]
    monkeypatch.setitem(connectors.CONNECTORS, "webhook", Connector(real.check, raises(error), real.result))
    with logged_by(sender_module) as lines:
        assert attempted("webhook", "127.0.0.1:9") == (verdict, trouble, None, None)
    assert "hunter2" not in repr(lines)
    assert bool(lines) == (trouble is Trouble.BUG)
