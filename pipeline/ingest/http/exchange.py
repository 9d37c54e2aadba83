"""What a connector asks for over HTTP, and what comes: values, no connections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.ingest.contract import Failed

BODY_BYTES_MAX = 16_777_216  # of an answer, packed and unpacked; a larger one is refused


class Trouble(StrEnum):
    """Why there is no answer that can be used.  Each has its own patience: `failures`."""

    DNS = "dns"  # no such name, or no name server
    CONNECTION = "connection"  # refused, reset, hung up
    TLS = "tls"  # a certificate that is not theirs, or none
    TIMEOUT = "timeout"  # too slow, to connect or as a whole
    PROTOCOL = "protocol"  # no HTTP, or none that can be unpacked
    TOO_LARGE = "too-large"
    INSIDE = "inside"  # an address inside the network, which feeds.yaml does not allow
    REDIRECT = "redirect"  # to nowhere, in a circle, to what is not allowed
    NO_FEED = "no-feed"  # a document of something else
    STATUS = "status"  # a status that says no


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer of a server, its body unpacked."""

    status: int
    headers: Mapping[str, str]  # their names in lower case
    body: bytes = b""
    is_whole: bool = True  # False: the connection ended before the body did


@dataclass(frozen=True, slots=True)
class NoAnswer(Failed):
    """None, and why."""

    trouble: Trouble = Trouble.CONNECTION


@dataclass(frozen=True, slots=True)
class Early:
    """It is too early to ask: a server wants patience, or has said that there is nothing any more."""

    until_ms: int | None  # None: for ever


@dataclass(frozen=True, slots=True)
class Busy:
    """Its server has others of our requests to answer, so it was not asked."""


Answer = Fetched | NoAnswer | Early | Busy


@dataclass(frozen=True, slots=True)
class Get:
    """A GET of an address.  `own`: the headers of feeds.yaml, which may be secret, are for this server."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    own: bool = True
    passed: tuple[str, ...] = ()  # the addresses that redirected to here, in order
    settled: str = ""  # how far permanent redirects alone have led


@dataclass(frozen=True, slots=True)
class Already:
    """A question whose answer is known: the driver gives it back, and asks nobody."""

    question: Get
    answer: Answer


Question = Get | Already
