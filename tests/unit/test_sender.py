"""The sender with real requests: each kind against a server of ours that answers as its service documents."""

from __future__ import annotations

import asyncio
import base64
import socket
from typing import Any

import pytest
import structlog.testing
from deliver_driver import notification, receivers

from pipeline.deliver import connectors
from pipeline.deliver.connectors import Connector
from pipeline.deliver.requests import Result, Undeliverable
from pipeline.items import Trouble, Verdict, dump
from pipeline.records import Out
from pipeline.runtime.deliver.sender import Sender
from pipeline.runtime.deliver.transports import Transports
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
    with structlog.testing.capture_logs() as lines:
        assert attempted("webhook", "127.0.0.1:9") == (verdict, trouble, None, None)
    assert "hunter2" not in repr(lines)
    assert bool(lines) == (trouble is Trouble.BUG)
