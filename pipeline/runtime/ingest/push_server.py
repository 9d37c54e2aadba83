"""`POST /feeds/NAME`: a payload as the body, 202 as soon as Kafka has it.

Every refusal has its status, and one that passes says when to come back: a sender loses nothing that it sends
again.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from pipeline.deliver import signatures
from pipeline.envelope import payload_id
from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.push import Reply
from pipeline.runtime.ingest.push import PushDesk, PushDriver
from pipeline.runtime.request_log import RequestLog

READ_SECONDS = 10.0  # for a body to come in whole
IDLE_SECONDS = 15.0  # for a connection without a whole request: aiohttp ends it
ANSWER_SECONDS = 25.0  # for a commit; then the sender is asked to come back
READING_MAX = 64  # bodies that are read at a time: 2 MiB each
CONNECTIONS_MAX = 1_000
KEY_CHARACTERS_MAX = 200
TOLD = frozenset({1, 10, 100, 1_000})  # of refusals of a kind
RETRY_SECONDS = {"busy": 1, "away": 5}

NO_PAYLOADS = ("multipart/", "application/x-www-form-urlencoded", "image/", "audio/", "video/", "font/")

log = structlog.get_logger("wiredesk.ingest")


class Answered(NamedTuple):
    """What a request gets: a status, a word for programs, a sentence for people."""

    status: int
    outcome: str
    why: str = ""
    retry_seconds: int | None = None


TAKEN = Answered(202, "taken")
UNKNOWN = Answered(404, "unknown-feed", "no feed of this name takes requests; look at feeds.yaml")
FORBIDDEN = Answered(403, "browser", "a page in a browser may not send to a feed that has no secret")
UNAUTHORISED = Answered(
    401,
    "unauthorised",
    "no token or signature of this feed is in it, or another one: send Authorization: Bearer TOKEN, or sign it as "
    "Standard Webhooks",
)
NOT_SUPPORTED = Answered(415, "media-type", "send the payload itself as the body, with its own Content-Type")
ENCODED = Answered(415, "content-encoding", "send it without Content-Encoding")
TOO_LARGE = Answered(413, "too-large", f"a payload has at most {PAYLOAD_BYTES_MAX} bytes")
EMPTY = Answered(400, "empty", "there is no body")
LONG_KEY = Answered(400, "key", f"an idempotency key has 1 to {KEY_CHARACTERS_MAX} characters")
SLOW = Answered(408, "slow", f"a body has to come within {READ_SECONDS:g} s")
BUSY = Answered(429, "busy", "too much waits; send it again later", RETRY_SECONDS["busy"])
AWAY = Answered(503, "away", "Kafka does not answer; send it again later", RETRY_SECONDS["away"])
OTHER_BODY = Answered(422, "other-body", "this idempotency key came with another body before")


@dataclass
class PushServer:
    """Lets requests in, and answers them."""

    desk: PushDesk
    is_away: Callable[[], bool]  # whether no broker answers
    is_known: Callable[[str], bool] = lambda name: False  # whether a feed begins anew that is not at the desk
    counts: Counter[str] = field(default_factory=Counter)  # by outcome
    clock: Callable[[], float] = time.time
    answer_seconds: float = ANSWER_SECONDS
    read_seconds: float = READ_SECONDS

    def __post_init__(self) -> None:
        self._reading = asyncio.Semaphore(READING_MAX)
        self._runner: web.AppRunner | None = None

    async def start(self, listen: str) -> int:
        """Listen there; the port.  Raises OSError."""
        app = web.Application()
        app.add_routes([web.post("/feeds/{name}", self._handle)])
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=RequestLog(self._on_malformed),
            keepalive_timeout=IDLE_SECONDS,
            auto_decompress=False,
            shutdown_timeout=2.0,
        )
        await self._runner.setup()
        host, _, port = listen.rpartition(":")
        site = web.TCPSite(self._runner, host.strip("[]"), int(port))
        try:
            await site.start()
        except BaseException:
            await self.close()
            raise
        found: int = self._runner.addresses[0][1]
        return found

    async def close(self) -> None:
        """Stop listening."""
        runner, self._runner = self._runner, None
        if runner:
            await runner.cleanup()

    def _on_malformed(self) -> None:
        self._refuse("", "malformed")

    def _refuse(self, feed: str, outcome: str) -> None:
        """One line for the first of a kind, and for each tenfold."""
        self.counts[outcome] += 1
        if self.counts[outcome] in TOLD:
            log.warning("push-refused", feed=feed, why=outcome, count=self.counts[outcome])

    async def _handle(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        driver = self.desk.drivers.get(name)
        absent = AWAY if self.is_known(name) else UNKNOWN
        answered, id_ = await self._answered(request, driver) if driver else (absent, "")
        if answered.status in (401, 403):
            self._refuse(name, answered.outcome)
        else:
            self.counts[answered.outcome] += 1
        words = (
            {"outcome": answered.outcome}
            | ({"id": id_} if id_ else {})
            | ({"why": answered.why} if answered.why else {})
        )
        headers = {} if answered.retry_seconds is None else {"Retry-After": str(answered.retry_seconds)}
        response = web.json_response(words, status=answered.status, headers=headers)
        if answered.status in (401, 403, 408, 413, 415, 429, 503):  # the body, or a part of it, was not read
            response.force_close()
        return response

    async def _answered(self, request: web.Request, driver: PushDriver) -> tuple[Answered, str]:
        headers = {one.lower(): value for one, value in request.headers.items()}
        if refusal := self._refused(request, headers, driver):
            return refusal, ""
        async with self._reading:
            try:
                async with asyncio.timeout(self.read_seconds):
                    body = await _body(request)
            except TimeoutError:
                return SLOW, ""
            except (HttpProcessingError, web.HTTPException, ConnectionError):
                return EMPTY, ""
        if len(body) > PAYLOAD_BYTES_MAX:
            return TOO_LARGE, ""
        if not driver.access.is_good(headers, body, self.clock()):
            return UNAUTHORISED, ""
        if not body:
            return EMPTY, ""
        content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        future = driver.offer(body, content_type.encode("ascii", "ignore")[:100], _key(headers) or "")
        try:
            async with asyncio.timeout(self.answer_seconds):
                reply = await asyncio.shield(future)
        except (TimeoutError, asyncio.CancelledError):
            if not future.done() or future.cancelled():
                return AWAY, ""
            raise
        answered = TAKEN if reply is Reply.TAKEN else OTHER_BODY
        return answered, payload_id(driver.around.feed, body) if reply is Reply.TAKEN else ""

    def _refused(self, request: web.Request, headers: dict[str, str], driver: PushDriver) -> Answered | None:
        """What can be said before the body is read: the first that applies."""
        length, type_ = request.content_length or 0, headers.get("content-type", "").strip().lower()
        connections = len(self._runner.server.connections) if self._runner and self._runner.server else 0
        key = _key(headers)
        for is_so, answered in (
            (driver.access.is_open and "origin" in headers, FORBIDDEN),
            (not driver.access.may_send(headers), UNAUTHORISED),
            (headers.get("content-encoding", "identity").lower() != "identity", ENCODED),
            (type_.startswith(NO_PAYLOADS), NOT_SUPPORTED),
            (length > PAYLOAD_BYTES_MAX, TOO_LARGE),
            (key is not None and not 0 < len(key) <= KEY_CHARACTERS_MAX, LONG_KEY),
            (self.is_away(), AWAY),
            (self.desk.is_full or self._reading.locked() or connections > CONNECTIONS_MAX, BUSY),
        ):
            if is_so:
                return answered
        return None


async def _body(request: web.Request) -> bytes:
    """The body, or one byte more than it may have."""
    found = bytearray()
    while len(found) <= PAYLOAD_BYTES_MAX and (more := await request.content.readany()):
        found += more
    return bytes(found[: PAYLOAD_BYTES_MAX + 1])


def _key(headers: dict[str, str]) -> str | None:
    """The idempotency key: of a signed request its id, as no signature covers any other header."""
    named = (signatures.ID, "idempotency-key") if signatures.SIGNATURE in headers else ("idempotency-key",)
    return next((headers[name] for name in named if name in headers), None)
