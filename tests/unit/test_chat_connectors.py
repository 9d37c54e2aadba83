"""Slack, Teams and PagerDuty by their documented contracts: what is sent, its limits, and what answers mean."""

from __future__ import annotations

import json
from typing import Any

import pytest
from deliver_driver import notification

from pipeline.deliver.connectors import CONNECTORS
from pipeline.deliver.connectors.teams import MESSAGE_BYTES_MAX
from pipeline.deliver.receivers import PagerDuty, ReceiverModel, Slack, Teams
from pipeline.deliver.requests import HttpRequest, Outgoing, Response
from pipeline.items import AlertEvent, LeftOut, Level, NotificationKind, dump

KEY = "R0UT1NGKEY" + "0" * 22
SECRETS = {"env:URL": "https://chat.example/services/T0/B0/token", "env:KEY": KEY}
SETTINGS: dict[str, ReceiverModel] = {
    "slack": Slack(url="env:URL"),
    "teams": Teams(url="env:URL"),
    "pagerduty": PagerDuty(routing_key="env:KEY"),
}
EVIL = "<!channel> & <https://evil.example|Click> [here](https://evil.example) *bold*\n\n@here"


def secret(reference: str) -> str:
    return SECRETS.get(reference, reference)


def sent(kind: str, /, **changes: Any) -> tuple[HttpRequest, Any]:
    """The request for a notification with these changes, and its body."""
    one = notification(1, thread="ferry").model_copy(update=changes)
    made = CONNECTORS[kind].request(Outgoing(one, dump(one), 0), SETTINGS[kind], secret)
    assert isinstance(made, HttpRequest)
    assert made.headers["content-type"] == "application/json"
    return made, json.loads(made.body)


def test_slack() -> None:
    """A header, the text, and a line with desk, level, reasons, what was left out, and the id."""
    made, body = sent("slack", left_out=LeftOut(muted=2))
    assert made.url == SECRETS["env:URL"]
    header, section, context = body["blocks"]
    assert header["text"] == {"type": "plain_text", "text": "URGENT: Ferry 1", "emoji": False}
    assert section["text"]["text"] == "Text."
    assert context["elements"][0]["text"] == "news · urgent · why · left out: muted 2 · n1"
    assert body["text"] == "URGENT: Ferry 1"


def test_slack_makes_nothing_of_the_words() -> None:
    """What would mention a channel or be a link is text."""
    _, body = sent("slack", title=EVIL, text=EVIL)
    text = body["blocks"][1]["text"]
    assert text["text"].startswith("&lt;!channel&gt; &amp; &lt;https://evil.example|Click&gt;")
    assert text["verbatim"] is True
    assert "<" not in body["text"]
    assert (body["mrkdwn"], body["link_names"]) == (False, False)


@pytest.mark.parametrize("text", ["x" * 200_000, "&" * 200_000, "<>&" * 7_000, "語" * 40_000, "", " \n "])
def test_slack_is_within_its_limits(text: str) -> None:
    """50 blocks, 150 characters of a header, 3,000 of a text, which is not empty; and no escape is cut."""
    _, body = sent("slack", title="T" + text, text=text, reasons=(text,))
    header, *sections, context = body["blocks"]
    assert len(body["blocks"]) <= 50
    assert 0 < len(header["text"]["text"]) <= 150
    for one in (*(section["text"] for section in sections), context["elements"][0]):
        assert 0 < len(one["text"]) <= 3_000
        left = one["text"].replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
        assert not set("<>&") & set(left)
    assert len(body["text"]) <= 3_000


def test_teams() -> None:
    """A message with one Adaptive Card, whose text has no Markdown."""
    _, body = sent("teams", text="First line.\n\nSecond line.")
    (attachment,) = body["attachments"]
    assert (body["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    runs = [block["inlines"][0]["text"] for block in card["body"]]
    assert runs == ["URGENT: Ferry 1", "First line.", "Second line.", "news · urgent · why · n1"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}


@pytest.mark.parametrize("text", ["x" * 200_000, "語" * 60_000, '"\\' * 50_000, "\n\n".join(["line"] * 20_000)])
def test_teams_is_within_its_limit(text: str) -> None:
    """28 kB, whatever script and escapes."""
    made, body = sent("teams", title=text, text=text, reasons=(text,))
    assert len(made.body) <= MESSAGE_BYTES_MAX
    assert len(body["attachments"][0]["content"]["body"]) >= 3


def test_pagerduty() -> None:
    """The key of an incident is the thread; what it is for is in the payload."""
    made, body = sent("pagerduty")
    assert made.url == "https://events.pagerduty.com/v2/enqueue"
    assert (body["routing_key"], body["event_action"], body["dedup_key"]) == (KEY, "trigger", "ferry")
    payload = body["payload"]
    assert (payload["summary"], payload["source"], payload["severity"]) == ("URGENT: Ferry 1", "wiredesk", "error")
    assert payload["timestamp"] == "2022-01-11T06:00:00+00:00"
    assert payload["custom_details"]["notification"] == "n1"
    _, long = sent("pagerduty", title="t" * 5_000, text="x" * 900_000)
    assert len(long["payload"]["summary"]) <= 1_024
    assert len(json.dumps(long)) < 512_000


def with_event(event: AlertEvent) -> dict[str, Any]:
    alert = notification(1, thread="ferry").alerts[0].model_copy(update={"event": event})
    return {"alerts": (alert,)}


SEVERITIES: list[tuple[dict[str, Any], str, str]] = [
    ({"level": Level.FLASH}, "critical", "trigger"),
    ({"level": Level.URGENT}, "error", "trigger"),
    ({"level": Level.NOTICE}, "warning", "trigger"),
    ({"kind": NotificationKind.DIGEST, "level": Level.FLASH}, "info", "trigger"),
    ({"kind": NotificationKind.TEST}, "info", "trigger"),
    ({"level": Level.NOTICE, **with_event(AlertEvent.KILL)}, "critical", "trigger"),
    ({"level": Level.NOTICE, **with_event(AlertEvent.HOLD)}, "critical", "trigger"),
    ({"level": Level.NOTICE, **with_event(AlertEvent.RELEASE)}, "warning", "resolve"),
    ({"level": Level.NOTICE, **with_event(AlertEvent.FEED_RECOVERED)}, "warning", "resolve"),
]


@pytest.mark.parametrize(("changes", "severity", "action"), SEVERITIES)
def test_severities(changes: dict[str, Any], severity: str, action: str) -> None:
    """Kills and holds are critical, digests and tests are information; a release alone resolves."""
    _, body = sent("pagerduty", **changes)
    assert (body["payload"]["severity"], body["event_action"]) == (severity, action)


def test_a_notification_of_several_threads() -> None:
    """Its own id is the key: it is no thread's."""
    both = (notification(1, thread="ferry").alerts[0], notification(2, thread="dam").alerts[0])
    assert sent("pagerduty", alerts=both)[1]["dedup_key"] == "n1"
    assert sent("pagerduty", alerts=())[1]["dedup_key"] == "n1"


ANSWERS: list[tuple[str, int, bytes, dict[str, str], str]] = [
    ("slack", 200, b"ok", {}, "delivered"),
    ("slack", 400, b"invalid_payload", {}, "refused"),
    ("slack", 400, b"user_not_found", {}, "failed"),
    ("slack", 403, b"action_prohibited", {}, "failed"),
    ("slack", 403, b"invalid_token", {}, "failed"),
    ("slack", 404, b"no_service", {}, "failed"),
    ("slack", 410, b"channel_is_archived", {}, "gone"),
    ("slack", 429, b"rate_limited", {"retry-after": "30"}, "limited"),
    ("slack", 500, b"rollup_error", {}, "failed"),
    ("slack", 302, b"", {}, "failed"),
    ("teams", 202, b"", {}, "delivered"),
    ("teams", 200, b"1", {}, "delivered"),
    ("teams", 400, b"TriggerInputSchemaMismatch", {}, "failed"),
    ("teams", 401, b"", {}, "failed"),
    ("teams", 404, b"", {}, "failed"),
    ("teams", 413, b"", {}, "refused"),
    ("teams", 429, b"", {"retry-after": "5"}, "limited"),
    ("teams", 502, b"", {}, "failed"),
    ("pagerduty", 202, b'{"status":"success"}', {}, "delivered"),
    ("pagerduty", 400, b'{"status":"invalid event"}', {}, "refused"),
    ("pagerduty", 429, b"", {}, "limited"),
    ("pagerduty", 500, b"", {}, "failed"),
    ("pagerduty", 403, b"", {}, "failed"),
]


@pytest.mark.parametrize(("kind", "status", "body", "headers", "verdict"), ANSWERS)
def test_answers(kind: str, status: int, body: bytes, headers: dict[str, str], verdict: str) -> None:
    """What a service documents about its answers."""
    assert CONNECTORS[kind].result(Response(status, headers, body), 0).verdict == verdict


WRONG = [("pagerduty", "short"), ("slack", "http://chat.example/x"), ("teams", "chat.example")]


@pytest.mark.parametrize(("kind", "value"), WRONG)
def test_a_secret_that_cannot_be_right(kind: str, value: str) -> None:
    """It is refused at the start, and not shown."""
    CONNECTORS[kind].check(SETTINGS[kind], secret)
    with pytest.raises(ValueError, match=r"no integration key|everybody on the way|no web address") as caught:
        CONNECTORS[kind].check(SETTINGS[kind], lambda one: value if one.startswith("env:") else one)
    assert value not in str(caught.value)
