"""Apprise: the long tail, through its own library, against a server of ours."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from typing import Any

import pytest
from deliver_driver import notification

from pipeline.deliver.connectors import CONNECTORS
from pipeline.deliver.receivers import Apprise, Receivers
from pipeline.deliver.requests import AppriseRequest, Outgoing
from pipeline.rule_files import parse_rules
from pipeline.runtime.deliver import apprise_client
from pipeline.runtime.deliver.attempts import AttemptFailed
from pipeline.runtime.deliver.secrets import read_secrets
from pipeline.settings import Misconfigured
from tests.serving import serving
from tests.waiting import SECONDS, pause

APPRISE = CONNECTORS["apprise"]
FILE = "receivers: {other: {desks: [news], apprise: {url: 'env:URL'}}}"


def request(url: str) -> AppriseRequest:
    made = APPRISE.request(Outgoing(notification(1), b"", 0), Apprise(url="env:URL"), lambda _: url)
    assert isinstance(made, AppriseRequest)
    return made


def sent(url: str, seconds: float = SECONDS) -> Any:
    try:
        return APPRISE.result(asyncio.run(apprise_client.send(request(url), seconds)), 0).verdict
    except AttemptFailed as error:
        return error.trouble


def test_it_arrives() -> None:
    """Title, text, and the line with the id; the level is a type of Apprise."""
    bodies: list[bytes] = []

    def take(connection: Any) -> None:
        data = b""
        while b'"type"' not in data:
            data += connection.recv(65_536)
        bodies.append(data.partition(b"\r\n\r\n")[2])
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with serving(take) as address:
        assert sent(f"json://{address}/token") == "delivered"
    found = json.loads(bodies[0])
    assert (found["title"], found["type"]) == ("URGENT: Ferry 1", "warning")
    assert found["message"].startswith("Text.")
    assert found["message"].endswith("n1")


def test_what_does_not_arrive(caplog: pytest.LogCaptureFixture) -> None:
    """A refusal and a silence are failures, and nothing of the address is in a log."""

    def refuse(connection: Any) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")

    with caplog.at_level(logging.DEBUG), serving(refuse) as address:
        assert sent(f"json://{address}/hunter2") == "failed"
    assert "hunter2" not in caplog.text
    with serving(lambda connection: pause(1.0)) as address:
        assert sent(f"json://{address}/", seconds=0.2) == "timeout"


@pytest.mark.parametrize(
    ("url", "why"),
    [("hunter2", "none of Apprise's; write it as service://"), ("nosuch://hunter2", "none that Apprise knows")],
)
def test_an_address_that_is_none(url: str, why: str) -> None:
    """It is refused at the start, and not shown."""
    receivers = parse_rules(Receivers, FILE, "deliver.yaml")
    with pytest.raises(Misconfigured, match=why) as caught:
        read_secrets(receivers, {"URL": url})
    assert "hunter2" not in str(caught.value)
    assert read_secrets(receivers, {"URL": "json://localhost"})("env:URL") == "json://localhost"


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal says how to get it."""
    apprise_client._library.cache_clear()
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert apprise_client.problem_of("json://localhost") == (
        "Apprise is not installed; pip install 'wiredesk[apprise]'"
    )


def test_nothing_of_the_address_is_shown() -> None:
    """Not in the text of a request either."""
    assert "hunter2" not in repr(request("json://localhost/hunter2"))
