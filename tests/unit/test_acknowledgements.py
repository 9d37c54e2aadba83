"""`POST /ack`: signed, once, in time; what is forged is refused and counted; two at once are one."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import socket
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from standardwebhooks import Webhook as Reference

from pipeline.deliver.acknowledgements import BODY_BYTES_MAX, SEEN_MAX, STATUSES, AckDesk, AckOutcome
from pipeline.deliver.receivers import Acknowledgements
from pipeline.deliver.signatures import TOLERANCE_SECONDS, signed
from pipeline.items import Action, Control
from pipeline.records import Out
from pipeline.runtime.deliver import ack_server
from pipeline.runtime.deliver.ack_server import AckServer
from pipeline.runtime.embedded.node import free_ports
from pipeline.runtime.log.port import ConnectionLost
from tests.logged import logged_by
from tests.waiting import SECONDS

KEY = b"k" * 32
SECRET = "whsec_" + base64.b64encode(KEY).decode()
NOW = 1_641_880_800
BODY = b'{"notification":"n1","who":"Ada"}'


def headers(body: bytes = BODY, id_: str = "m1", at: int = NOW, key: bytes = KEY) -> dict[str, str]:
    return signed([key], id_, at, body)


REQUESTS: list[tuple[bytes, dict[str, str], AckOutcome]] = [
    (BODY, headers(), AckOutcome.TAKEN),
    (BODY, headers(at=NOW - TOLERANCE_SECONDS), AckOutcome.TAKEN),
    (BODY, headers(at=NOW - TOLERANCE_SECONDS - 1), AckOutcome.UNTIMELY),
    (BODY, headers(at=NOW + TOLERANCE_SECONDS + 1), AckOutcome.UNTIMELY),
    (BODY, headers(key=b"x" * 32), AckOutcome.FORGED),
    (BODY + b" ", headers(), AckOutcome.FORGED),
    (BODY, {}, AckOutcome.UNSIGNED),
    (BODY, {"webhook-id": "m1", "webhook-timestamp": str(NOW), "webhook-signature": "v1"}, AckOutcome.FORGED),
    (b"{}", headers(b"{}"), AckOutcome.MALFORMED),
    (b"\xff", headers(b"\xff"), AckOutcome.MALFORMED),
    (b'{"notification":"n1","who":""}', headers(b'{"notification":"n1","who":""}'), AckOutcome.MALFORMED),
    (b" " * (BODY_BYTES_MAX + 1), headers(), AckOutcome.TOO_LARGE),
]


@pytest.mark.parametrize(("body", "given", "outcome"), REQUESTS)
def test_what_a_request_gets(body: bytes, given: dict[str, str], outcome: AckOutcome) -> None:
    """Each is decided by size, signature, time and body, in that order; only a good one has a control."""
    decision = AckDesk([b"o" * 32, KEY]).decide(given, body, NOW)
    assert decision.outcome is outcome
    assert (decision.control is not None) == (outcome is AckOutcome.TAKEN)


def test_every_outcome_has_a_status() -> None:
    """What was not taken is no 2xx."""
    assert STATUSES.keys() == set(AckOutcome)
    assert {outcome for outcome, status in STATUSES.items() if status < 300} == {AckOutcome.TAKEN, AckOutcome.KNOWN}
    assert {STATUSES[AckOutcome.FORGED], STATUSES[AckOutcome.UNSIGNED], STATUSES[AckOutcome.UNTIMELY]} == {401}


def test_the_control_is_that_of_the_command() -> None:
    """The reference library signs it, and the control says who and why."""
    desk, stamp = AckDesk([KEY]), str(NOW)
    body = b'{"notification":"n1","who":"A. Lind","why":"seen"}'
    given = {"webhook-id": "m1", "webhook-timestamp": stamp}
    given["webhook-signature"] = Reference(SECRET).sign("m1", datetime.fromtimestamp(NOW, UTC), body.decode())
    wanted = Control(action=Action.ACK, notification="n1", who="A. Lind", why="seen")
    assert desk.decide(given, body, NOW).control == wanted


class Log:
    """Takes records, unless no broker answers."""

    def __init__(self) -> None:
        self.written: list[Out] = []
        self.is_away = False

    async def __call__(self, out: Out) -> int:
        await asyncio.sleep(0)  # so that another request could come in between
        if self.is_away:
            raise ConnectionLost("no broker")
        self.written.append(out)
        return len(self.written)


def server(log: Log, **more: Any) -> AckServer:
    settings = Acknowledgements.model_validate({"secrets": ["env:ACK"], **more})
    return AckServer(settings, lambda one: SECRET, log, clock=lambda: NOW)


def test_two_at_once_are_one() -> None:
    """Two people, or one request sent twice, or later again: one control; the same bytes once more are a replay."""
    log = Log()
    one = server(log)

    async def run() -> list[AckOutcome]:
        other = b'{"notification":"n1","who":"Bo"}'
        found = await asyncio.gather(
            one.answer(headers(), BODY),
            one.answer(headers(), BODY),
            one.answer(headers(other, "m2"), other),
            one.answer(headers(id_="m1", at=NOW + 1), BODY),  # a retry of the sender: same id, another time
        )
        return [*found, await one.answer(headers(), BODY)]

    assert asyncio.run(run()) == ["taken", "replayed", "known", "known", "replayed"]
    (out,) = log.written
    assert (out.topic, out.partition, json.loads(out.value)["who"]) == ("wire.alerts", 0, "Ada")
    assert dict(out.headers)["ce_room"] == b"route"


def test_a_broker_that_is_away() -> None:
    """503, and nothing is remembered: the same request is taken once a broker is back."""
    log = Log()
    one = server(log)
    log.is_away = True
    assert asyncio.run(one.answer(headers(), BODY)) is AckOutcome.UNWRITTEN
    log.is_away = False
    assert asyncio.run(one.answer(headers(), BODY)) is AckOutcome.TAKEN
    assert len(log.written) == 1


def test_what_is_forged_is_counted_and_warned_of() -> None:
    """With its number, and without a word of it."""
    one = server(Log())
    with logged_by(ack_server) as lines:
        for _ in range(3):
            asyncio.run(one.answer(headers(key=b"x" * 32), BODY))
    assert [(line["log_level"], line["why"], line["count"]) for line in lines] == [
        ("warning", "forged", count) for count in (1, 2, 3)
    ]
    assert "Ada" not in repr(lines)


def test_the_memory_is_bounded() -> None:
    """The oldest is forgotten."""
    desk = AckDesk([KEY])
    for number in range(SEEN_MAX + 1):
        body = b'{"notification":"n%d","who":"Ada"}' % number
        given = headers(body, f"m{number}")
        desk.remember(given, desk.decide(given, body, NOW))
    body = b'{"notification":"n0","who":"Ada"}'
    assert desk.decide(headers(body, "m0"), body, NOW).outcome is AckOutcome.TAKEN
    assert len(desk._requests) == len(desk._notifications) == SEEN_MAX


def test_over_http() -> None:
    """The answers as a client sees them; another path and another method are refused."""
    log, port = Log(), next(free_ports("127.0.0.1"))
    one = server(log, listen=f"127.0.0.1:{port}")

    async def run() -> list[tuple[int, str]]:
        serving = asyncio.create_task(one.serve())
        found: list[tuple[int, str]] = []
        async with aiohttp.ClientSession() as session:
            async with asyncio.timeout(SECONDS):
                while True:
                    with contextlib.suppress(aiohttp.ClientConnectorError):
                        async with session.get(f"http://127.0.0.1:{port}/ack") as answer:
                            found.append((answer.status, ""))
                            break
                    await asyncio.sleep(0.02)
            for given, body in (({}, BODY), (headers(), BODY), (headers(), b"x" * (BODY_BYTES_MAX + 1))):
                async with session.post(f"http://127.0.0.1:{port}/ack", headers=given, data=body) as answer:
                    found.append((answer.status, (await answer.json())["outcome"]))
            async with session.post(f"http://127.0.0.1:{port}/", headers=headers(), data=BODY) as answer:
                found.append((answer.status, ""))
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        return found

    assert asyncio.run(run()) == [(405, ""), (401, "unsigned"), (202, "taken"), (413, "too-large"), (404, "")]


def test_a_port_that_is_taken() -> None:
    """Notifications go on; the log says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken, logged_by(ack_server) as lines:
        one = server(Log(), listen=f"127.0.0.1:{taken.getsockname()[1]}")

        async def run() -> None:
            serving = asyncio.create_task(one.serve())
            async with asyncio.timeout(SECONDS):
                while not lines:
                    await asyncio.sleep(0.02)
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

        asyncio.run(run())
    assert lines[0]["event"] == "ack-port"
    assert "free the port" in lines[0]["why"]
