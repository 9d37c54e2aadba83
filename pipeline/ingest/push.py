"""Payloads that others send: `POST /feeds/NAME`.

A request is known by its idempotency key, or else by its body.  With a key, the same body is answered as before and
not published again for seven days; another body is refused.  Without one, the same body is for an hour: long
enough for a sender that tries again because it got no answer, and short enough for a line that is sent twice a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, ClassVar, NamedTuple

import msgspec
from pydantic import AfterValidator, Field

from pipeline.envelope import CONTENT_TYPE
from pipeline.ingest.contract import Connector, Failed, Incoming, Known, Taken, key_of
from pipeline.ingest.feed import Feed
from pipeline.rule_values import HOUR_MS, Reference

SECRETS_MAX = 5  # of one feed, while they are rotated
KEY_MS, BODY_MS = 7 * 24 * HOUR_MS, HOUR_MS  # for how long a key and a body are known
SWEEP_MS = HOUR_MS
FORGOTTEN_MAX = 5_000  # of a step


def _is_true(answer: bool) -> bool:
    if not answer:
        raise ValueError("write true, or leave the feed out")
    return answer


class PushFeed(Feed):
    """Requests to `POST /feeds/NAME`, each with one payload as its body."""

    kind: ClassVar[str] = "push"

    push: Annotated[bool, AfterValidator(_is_true)] = Field(description="`true`")
    secrets: Annotated[tuple[Reference, ...], Field(max_length=SECRETS_MAX)] = Field(
        (),
        description="where its secrets are: `whsec_…` for requests signed as Standard Webhooks, any other for a "
        "bearer token; with several, each may be used. Without one only this machine may send",
    )


class Request(NamedTuple):
    """A request that was let in."""

    number: int  # of this process
    body: bytes
    content_type: bytes = b""
    key: str = ""  # its idempotency key


class Wanted(NamedTuple):
    """The question for the requests that wait."""


class Requests(NamedTuple):
    """Those that wait, oldest first."""

    requests: tuple[Request, ...]


class Reply(StrEnum):
    """What a request is answered."""

    TAKEN = "taken"  # Kafka has it, now or from before
    OTHER_BODY = "other-body"  # its key was used with another body


class Answer(NamedTuple):
    """The answer to a request, given when its payload is committed."""

    number: int
    reply: Reply


class PushCursor(msgspec.Struct, frozen=True):
    """When the ledger was last looked through for what may be forgotten."""

    swept_ms: int = 0


class PushConnector(Connector[PushCursor, Wanted, Requests, Answer]):
    """Takes each request once by its key, or by its body for an hour."""

    kind = "push"
    guarantee = (
        "each idempotency key exactly once for seven days; without a key each body exactly once for an hour. "
        "What was answered 202 is in Kafka; what was not, has to be sent again"
    )
    cursor_type = PushCursor

    def __init__(self, feed: PushFeed) -> None:
        self.feed = feed

    def open(self) -> PushCursor:
        return PushCursor()

    def ask(self, known: Known[PushCursor], now_ms: int) -> Wanted:
        return Wanted()

    def take(
        self, known: Known[PushCursor], question: Wanted, answer: Requests | Failed, now_ms: int
    ) -> Taken[PushCursor, Wanted, Answer]:
        if isinstance(answer, Failed):
            return Taken(health=answer.health, detail=answer.detail)
        payloads: list[Incoming] = []
        answers: list[Answer] = []
        new: dict[bytes, None] = {}
        for request in answer.requests:
            marks = _marks(request)
            first, *bodies = (_is_known(mark, known, new, now_ms, bool(request.key)) for mark in marks)
            is_other = first and not all(bodies)
            if not first:
                payloads.append(_payload(request))
                new.update(dict.fromkeys(marks))
            reply = Reply.OTHER_BODY if is_other else Reply.TAKEN
            answers.append(Answer(request.number, reply))
        forgotten = tuple(_old(known, now_ms)) if now_ms - known.cursor.swept_ms >= SWEEP_MS else None
        is_swept = forgotten is not None and len(forgotten) < FORGOTTEN_MAX
        return Taken(
            payloads=tuple(payloads),
            cursor=PushCursor(now_ms) if is_swept and known.seen else None,
            seen=tuple(new),
            forget=tuple(key for key in forgotten or () if key not in new),
            after=tuple(answers),
            then=Wanted() if answer.requests else None,
        )


def _marks(request: Request) -> tuple[bytes, ...]:
    """What tells the request: its key, and that with its body; or its body alone."""
    if request.key:
        return key_of("key", request.key), key_of("key", request.key, request.body)
    return (key_of("body", request.body),)


def _is_known(mark: bytes, known: Known[PushCursor], new: dict[bytes, None], now_ms: int, has_key: bool) -> bool:
    met_ms = known.seen.get(mark)
    return mark in new or (met_ms is not None and now_ms - met_ms < (KEY_MS if has_key else BODY_MS))


def _old(known: Known[PushCursor], now_ms: int) -> Iterator[bytes]:
    old = (key for key, met_ms in known.seen.items() if now_ms - met_ms >= KEY_MS)
    return (key for _, key in zip(range(FORGOTTEN_MAX), old, strict=False))


def _payload(request: Request) -> Incoming:
    headers = ((CONTENT_TYPE, request.content_type),) if request.content_type else ()
    return Incoming(f"request {request.number}", request.body, headers)
