"""The contract of a connector.

A connector talks to nobody.  ``ask`` says what is wanted next, a driver in ``runtime.ingest`` gets it, and ``take``
says what follows from the answer: payloads for wire.raw, and what the ledger remembers.  Both are written in one
transaction, so that a crash at any moment neither loses nor repeats a payload: either the ledger knows it, or it
is asked for again.  What has to happen outside because of it (a file is moved, a request is answered) happens after
the commit; a crash before that leaves it to the next ``take``, which finds it known.

One feed takes one step at a time; the steps of several feeds share transactions.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Generic, TypeVar

import msgspec

from pipeline.envelope import Headers

KEY_BYTES = 16
TAKEN_PAYLOADS_MAX = 500  # of one step; the rest follows in the next
TAKEN_BYTES_MAX = 8_388_608  # likewise, of all its payloads; a single larger one goes alone
NAMED_MAX = 5  # names in a warning; the rest is counted


class Health(StrEnum):
    """How the last attempt on a feed went.  The values are published on wire.feeds and in metrics."""

    OK = "ok"  # it answered, with something new or without
    WAITING = "waiting"  # it asked for patience: 429, 503 with Retry-After
    UNREACHABLE = "unreachable"  # no connection: DNS, refused, time-out, TLS
    REFUSED = "refused"  # it answered that we may not: 401, 403, a wrong password
    GONE = "gone"  # it answered that there is nothing any more: 410, a folder that is missing
    FAILING = "failing"  # it answered with an error of its own: 5xx
    BROKEN = "broken"  # it answered with something that cannot be used: too large, no feed, damaged


@dataclass(frozen=True, slots=True)
class Incoming:
    """A payload for wire.raw."""

    name: str  # for an operator: a path, an address, a key; never a secret
    value: bytes
    headers: Headers = ()  # content-type and format, where the way in knows them
    received_ms: int | None = None  # None: now


@dataclass(frozen=True, slots=True)
class Failed:
    """The answer of a driver that got none."""

    health: Health
    detail: str  # for an operator; never a secret
    retry_after_ms: int | None = None  # what the other side asked for


K = TypeVar("K", bound=msgspec.Struct)  # a cursor: what a connector remembers of a feed beside what it has seen
Q = TypeVar("Q")  # a question for its driver
A = TypeVar("A")  # an answer
E = TypeVar("E")  # what is done after the commit


@dataclass(frozen=True, slots=True)
class Known(Generic[K]):
    """What the ledger has of a feed."""

    cursor: K
    seen: Mapping[bytes, int]  # key -> when it was last met, milliseconds since 1970


@dataclass(frozen=True, slots=True)
class Taken(Generic[K, Q, E]):
    """What follows from an answer."""

    payloads: tuple[Incoming, ...] = ()
    cursor: K | None = None  # None: as it was
    seen: tuple[bytes, ...] = ()  # keys to remember
    forget: tuple[bytes, ...] = ()  # keys that cannot come again
    after: tuple[E, ...] = ()  # done after the commit; may be done twice
    then: Q | None = None  # asked at once: the next page, the next hop
    again_ms: int | None = None  # when to `ask` again, milliseconds since 1970; None: when the driver has something
    health: Health = Health.OK
    detail: str = ""
    warnings: tuple[str, ...] = field(default=())  # for an operator


class Connector(ABC, Generic[K, Q, A, E]):
    """One way in, for one feed.  Pure: no clock, no network, no file; the same arguments give the same result."""

    kind: ClassVar[str]  # the member of feeds.yaml that names it
    guarantee: ClassVar[str]  # what a crash may lose or repeat, for docs/feeds.md
    cursor_type: type[K]

    @abstractmethod
    def open(self) -> K:
        """The cursor of a feed that was never asked."""

    @abstractmethod
    def ask(self, known: Known[K], now_ms: int) -> Q:
        """What to ask for next."""

    @abstractmethod
    def take(self, known: Known[K], question: Q, answer: A | Failed, now_ms: int) -> Taken[K, Q, E]:
        """What follows from the answer to the question."""


def fitting(sizes_bytes: Iterable[int]) -> int:
    """How many payloads of these sizes, from the first on, fit into a step; one of any size does."""
    total = count = 0
    for size in sizes_bytes:
        total += size
        if count and (total > TAKEN_BYTES_MAX or count == TAKEN_PAYLOADS_MAX):
            break
        count += 1
    return count


def named(names: Sequence[str]) -> str:
    """`a, b, c, d, e and 3 more`, for a warning."""
    more = f" and {len(names) - NAMED_MAX} more" if len(names) > NAMED_MAX else ""
    return f"{', '.join(names[:NAMED_MAX])}{more}"


def key_of(*parts: str | bytes) -> bytes:
    """The key of something seen: a hash, as names and addresses may tell what is confidential."""
    digest = hashlib.blake2b(digest_size=KEY_BYTES)
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()
