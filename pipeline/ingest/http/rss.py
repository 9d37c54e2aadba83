"""What feeds.yaml may say of a feed that is polled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from pipeline.ingest.feed import Feed
from pipeline.ingest.http.addresses import split
from pipeline.ingest.http.polling import EVERY_MS_MAX, EVERY_MS_MIN, Identity, Polling
from pipeline.rule_values import SECOND_MS, Duration, Reference, is_reference

HEADERS_MAX = 10
EVERY_MS_LEAST = 10 * SECOND_MS  # what is asked more often is no feed but a load
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
HEADER_TEXT = re.compile(r"[\x20-\x7e]{1,200}")
OURS = frozenset({  # set by the client, or by what is remembered
    "host", "connection", "content-length", "transfer-encoding", "accept-encoding", "user-agent", "if-none-match",
    "if-modified-since", "range", "te", "upgrade", "expect",
})  # fmt: skip


def _address(text: Any) -> str:
    """An address, or where it is.  It is not repeated: it may have a token."""
    if is_reference(text):
        return str(text)
    parts = split(text) if isinstance(text, str) else None
    if parts is None or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("it is no web address; write https://host/path, or env:VARIABLE or file:/path that has it")
    if parts.username or parts.password:
        raise ValueError(
            "it has a user or a password, which do not belong here; write env:VARIABLE or file:/path that has "
            "the address, or give headers"
        )
    return str(text)


def _header_names(headers: dict[str, str]) -> dict[str, str]:
    for name in headers:
        if not HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name[:40]!r} is no name of a header; write it as X-Api-Key")
        if name.lower() in OURS:
            raise ValueError(f"the header {name} is not for this file: the request has its own")
    return headers


def _text(text: str) -> str:
    if not HEADER_TEXT.fullmatch(text):
        raise ValueError("it has other characters than a header may have; write it in ASCII, 200 at most")
    return text


def not_too_often(pause_ms: int) -> int:
    """A pause that a server can live with."""
    if pause_ms < EVERY_MS_LEAST:
        raise ValueError(f"it would be asked more often than each {EVERY_MS_LEAST // SECOND_MS} s; write more")
    return pause_ms


FeedAddress = Annotated[str, BeforeValidator(_address)]
HeaderText = Annotated[str, AfterValidator(_text)]


class PolledFeed(Feed):
    """What is asked for over HTTP."""

    user_agent: HeaderText | None = Field(
        None, description="the name of who asks; `wiredesk` and its version without it"
    )
    contact: HeaderText | None = Field(
        None, description="an address that the publisher can write to, told with each request"
    )
    headers_of_request: Annotated[
        dict[str, Reference], AfterValidator(_header_names), Field(alias="headers", max_length=HEADERS_MAX)
    ] = Field({}, description="headers by name, each where its text is: `{Authorization: env:NORDEN_KEY}`")
    allow_private: bool = Field(False, description="ask addresses inside the network and on this machine")
    allow_http: bool = Field(False, description="follow a redirect from https to http")

    @property
    def references(self) -> Iterator[str]:
        """Where its secrets are, those of headers too."""
        yield from super().references
        yield from self.headers_of_request.values()


class RssFeed(PolledFeed):
    """RSS, Atom or JSON Feed, asked for again and again."""

    kind: ClassVar[str] = "rss"

    rss: FeedAddress = Field(description="its address; one that is secret as `env:VARIABLE` or `file:/path`")
    every: Annotated[Duration, AfterValidator(not_too_often)] | None = Field(
        None, description="from one request to the next; else its rhythm is learnt"
    )
    every_min: Annotated[Duration, AfterValidator(not_too_often)] = Field(
        EVERY_MS_MIN, description="what is learnt is no shorter"
    )
    every_max: Duration = Field(EVERY_MS_MAX, description="what is learnt is no longer")

    @model_validator(mode="after")
    def _has_a_rhythm(self) -> RssFeed:
        if self.every_min > self.every_max:
            raise ValueError("every_min is longer than every_max; exchange them")
        return self

    @property
    def polling(self) -> Polling:
        """What its connector is told."""
        return Polling(
            url=self.rss,
            every_ms=self.every,
            every_ms_min=self.every_min,
            every_ms_max=self.every_max,
            identity=Identity(self.id) if self.id else Identity.AUTO,
            allow_private=self.allow_private,
            allow_http=self.allow_http,
        )
