"""What is sent to a receiver and what it answers, as values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from pipeline.deliver.receivers import MailSecurity
from pipeline.items import Notification, Trouble, Verdict

AGENT = "wiredesk"
RESPONSE_BYTES_MAX = 65_536  # of an answer; what follows is not read

Secret = Callable[
    [str], str
]  # the secret that a reference of the file names; the text itself if it is no reference


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A notification on its way to a receiver."""

    notification: Notification
    value: bytes  # as wire.notifications has it
    now_seconds: int


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A POST request.  Its text shows neither address nor headers: they may hold secrets."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailServer:
    """An SMTP server.  Its text does not show the password."""

    host: str
    port: int
    security: MailSecurity
    user: str | None
    password: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailRequest:
    """A message for an SMTP server."""

    server: MailServer
    sender: str
    recipients: tuple[str, ...]
    message: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AppriseRequest:
    """A notification for Apprise.  Its text does not show the address."""

    url: str = field(repr=False)
    title: str = field(repr=False)
    body: str = field(repr=False)
    type: str


Request = HttpRequest | MailRequest | AppriseRequest


@dataclass(frozen=True, slots=True)
class Response:
    """What a receiver answered.  `headers`: by their names in small letters."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Result(NamedTuple):
    """What an attempt came to."""

    verdict: Verdict
    trouble: Trouble | None = None
    status: int | None = None
    retry_after_seconds: int | None = None


def json_request(url: str, content: object) -> HttpRequest:
    """A request with JSON as its body."""
    headers = {"content-type": "application/json", "user-agent": AGENT}
    return HttpRequest(url, headers, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


class Undeliverable(Exception):
    """The notification cannot be written for this receiver, now or later."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def result_of_status(response: Response, now_seconds: int) -> Result:
    """What a status means by the etiquette of HTTP; services say more of some of them."""
    status = response.status
    if 200 <= status < 300:
        return Result(Verdict.DELIVERED, None, status)
    if 300 <= status < 400:
        return Result(Verdict.FAILED, Trouble.REDIRECT, status)
    if status == 410:
        return Result(Verdict.GONE, Trouble.STATUS, status)
    pause = _retry_after_seconds(response.headers.get("retry-after", ""), now_seconds)
    if status == 429 or (status == 503 and pause is not None):
        return Result(Verdict.LIMITED, Trouble.STATUS, status, pause)
    return Result(Verdict.FAILED, Trouble.STATUS, status)


def _retry_after_seconds(text: str, now_seconds: int) -> int | None:
    """RFC 9110, 10.2.3: seconds or a date; None if it is neither, or missing."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return int(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, round((moment - datetime.fromtimestamp(now_seconds, UTC)).total_seconds()))
