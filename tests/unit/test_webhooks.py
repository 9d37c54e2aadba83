"""Standard Webhooks: signatures that the reference library verifies, requests, and what answers mean."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from deliver_driver import notification
from standardwebhooks import Webhook as Reference

from pipeline.deliver import signatures
from pipeline.deliver.connectors import CONNECTORS
from pipeline.deliver.receivers import Webhook
from pipeline.deliver.requests import HttpRequest, Outgoing, Response
from pipeline.deliver.signatures import Checked, checked, key_of, signed
from pipeline.items import dump

SECRETS = {
    "env:NEW": "whsec_" + base64.b64encode(b"n" * 24).decode(),
    "env:OLD": base64.b64encode(b"o" * 64).decode(),
}
SETTINGS = Webhook(url="https://news.example/hook", secrets=("env:NEW", "env:OLD"))
NOW = 1_641_880_800
HOOK = CONNECTORS["webhook"]


def secret(reference: str) -> str:
    return SECRETS.get(reference, reference)


def request(number: int = 1, now: int = NOW) -> HttpRequest:
    value = dump(notification(number))
    made = HOOK.request(Outgoing(notification(number), value, now), SETTINGS, secret)
    assert isinstance(made, HttpRequest)
    return made


def test_the_signature_is_that_of_the_reference() -> None:
    """Byte for byte, and either secret verifies it while they are rotated."""
    now = round(datetime.now(UTC).timestamp())  # the reference looks at the clock
    made = request(now=now)
    for one in SECRETS.values():
        assert Reference(one).verify(made.body, dict(made.headers))["data"]["id"] == "n1"
    moment, text = datetime.fromtimestamp(now, UTC), made.body.decode()
    wanted = [Reference(one).sign("n1", moment, text) for one in SECRETS.values()]
    assert made.headers["webhook-signature"] == " ".join(wanted)


def test_the_request() -> None:
    """The id of the notification is the key, and the data is the record of wire.notifications, byte for byte."""
    made, again = request(), request()
    assert (made.url, made.headers["webhook-id"], made.headers["webhook-timestamp"]) == (
        "https://news.example/hook",
        "n1",
        str(NOW),
    )
    assert made.body == again.body
    body = json.loads(made.body)
    assert (body["type"], body["timestamp"]) == ("wire.notification", "2022-01-11T06:00:00.000Z")
    assert made.body.endswith(b'"data":' + dump(notification(1)) + b"}")
    assert "hook" not in repr(made)
    assert "v1," not in repr(made)


ANSWERS: list[tuple[int, dict[str, str], tuple[Any, ...]]] = [
    (200, {}, ("delivered", None, 200, None)),
    (204, {}, ("delivered", None, 204, None)),
    (299, {}, ("delivered", None, 299, None)),
    (301, {"location": "https://elsewhere.example"}, ("failed", "redirect", 301, None)),
    (304, {}, ("failed", "redirect", 304, None)),
    (400, {}, ("failed", "status", 400, None)),
    (404, {}, ("failed", "status", 404, None)),
    (410, {}, ("gone", "status", 410, None)),
    (429, {}, ("limited", "status", 429, None)),
    (429, {"retry-after": "120"}, ("limited", "status", 429, 120)),
    (429, {"retry-after": "9" * 30}, ("limited", "status", 429, 999_999_999)),
    (429, {"retry-after": "soon"}, ("limited", "status", 429, None)),
    (429, {"retry-after": "-5"}, ("limited", "status", 429, None)),
    (429, {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, ("limited", "status", 429, 0)),
    (500, {"retry-after": "120"}, ("failed", "status", 500, None)),
    (503, {}, ("failed", "status", 503, None)),
    (503, {"retry-after": "30"}, ("limited", "status", 503, 30)),
    (101, {}, ("failed", "status", 101, None)),
    (999, {}, ("failed", "status", 999, None)),
]


@pytest.mark.parametrize(("status", "headers", "result"), ANSWERS)
def test_what_an_answer_means(status: int, headers: dict[str, str], result: tuple[Any, ...]) -> None:
    """2xx alone is a success; 410, 429 and 503 with Retry-After say more than that it failed."""
    assert tuple(HOOK.result(Response(status, headers), NOW)) == result


def test_retry_after_as_a_date() -> None:
    """It is counted from now."""
    later = datetime.fromtimestamp(NOW + 90, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert HOOK.result(Response(429, {"retry-after": later}), NOW).retry_after_seconds == 90


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("whsec_", "has 0 bytes"),
        ("whsec_" + base64.b64encode(b"x" * 23).decode(), "has 23 bytes"),
        ("whsec_" + base64.b64encode(b"x" * 65).decode(), "has 65 bytes"),
        ("hunter2 hunter2", "is no secret of Standard Webhooks"),
        ("whpk_" + base64.b64encode(b"x" * 32).decode(), "is no secret of Standard Webhooks"),
    ],
)
def test_a_secret_that_is_none(text: str, why: str) -> None:
    """It is refused at the start, and not repeated."""
    with pytest.raises(ValueError, match=why) as caught:
        key_of(text)
    assert "hunter2" not in str(caught.value)
    assert key_of(" " + SECRETS["env:NEW"].rstrip("=") + "\n") == b"n" * 24


@pytest.mark.parametrize(
    ("url", "plain", "why"),
    [
        ("https://news.example:8443/a?b=c", False, None),
        ("http://127.0.0.1:8080/hook", False, None),
        ("http://[::1]:8080", False, None),
        ("http://localhost/hook", False, None),
        ("http://news.example/hook", True, None),
        ("http://news.example/hook", False, "everybody on the way can read"),
        ("http://localhost.evil.example/hook", False, "everybody on the way can read"),
        ("https://ada:hunter2@news.example/", False, "no web address"),
        ("file:///etc/passwd", False, "no web address"),
        ("https:///hunter2", False, "no web address"),
        ("https://news.example/a b", False, "no web address"),
    ],
)
def test_addresses(url: str, plain: bool, why: str | None) -> None:
    """https, or http to this machine; what is wrong is said without the address."""
    settings = SETTINGS.model_copy(update={"url": "env:URL", "plain_http": plain})
    known = SECRETS | {"env:URL": url}
    if why is None:
        HOOK.check(settings, lambda one: known[one])
        return
    with pytest.raises(ValueError, match=why) as caught:
        HOOK.check(settings, lambda one: known[one])
    assert url not in str(caught.value)


KEY = b"k" * 32
SIGNED = signed([KEY], "m1", NOW, b"{}")
CHECKS: list[tuple[dict[str, str], float, Checked]] = [
    ({}, 0, Checked.GOOD),
    ({}, signatures.TOLERANCE_SECONDS, Checked.GOOD),
    ({}, -signatures.TOLERANCE_SECONDS, Checked.GOOD),
    ({}, signatures.TOLERANCE_SECONDS + 1, Checked.UNTIMELY),
    ({}, -signatures.TOLERANCE_SECONDS - 1, Checked.UNTIMELY),
    ({"webhook-id": "m2"}, 0, Checked.FORGED),
    ({"webhook-timestamp": str(NOW + 1)}, 0, Checked.FORGED),
    ({"webhook-signature": "v1,AAAA"}, 0, Checked.FORGED),
    ({"webhook-signature": "v2," + SIGNED["webhook-signature"][3:]}, 0, Checked.FORGED),
    ({"webhook-signature": "v1,AAAA v1a,BBBB " + SIGNED["webhook-signature"]}, 0, Checked.GOOD),
    ({"webhook-signature": "é,,, \x00 " * 9}, 0, Checked.FORGED),
    ({"webhook-signature": "x " * 100 + SIGNED["webhook-signature"]}, 0, Checked.FORGED),  # not all are looked at
    ({"webhook-signature": ""}, 0, Checked.UNSIGNED),
    ({"webhook-id": ""}, 0, Checked.UNSIGNED),
    ({"webhook-timestamp": "now"}, 0, Checked.UNSIGNED),
    ({"webhook-timestamp": "-1"}, 0, Checked.UNSIGNED),
    ({"webhook-timestamp": "9" * 400}, 0, Checked.UNSIGNED),
    ({"webhook-timestamp": "١"}, 0, Checked.UNSIGNED),
]


@pytest.mark.parametrize(("changes", "later", "found"), CHECKS)
def test_a_signature_is_checked(changes: dict[str, str], later: float, found: Checked) -> None:
    """Id, timestamp and body are signed; the timestamp is of now; whatever is sent, it is no error of ours."""
    assert checked([b"o" * 32, KEY], SIGNED | changes, b"{}", NOW + later) is found


def test_a_changed_body_is_forged() -> None:
    """One byte is enough."""
    assert checked([KEY], SIGNED, b"{ }", NOW) is Checked.FORGED
    assert checked([], SIGNED, b"{}", NOW) is Checked.FORGED
