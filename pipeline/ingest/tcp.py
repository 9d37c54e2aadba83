"""A wire over a socket: a listener to which an agency's line connects, or a connection to the agency.

TCP tells the sender that the bytes have come to this machine, not that Kafka has the dispatch.  So this way in
alone can lose something, and its guarantee says what.  It stays little: nothing is read while much waits for Kafka.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, ClassVar, NamedTuple

import msgspec
from pydantic import AfterValidator, Field, model_validator

from pipeline.envelope import CUT_OFF
from pipeline.ingest.contract import Connector, Failed, Incoming, Known, Taken
from pipeline.ingest.feed import Feed
from pipeline.ingest.folder_feed import AbsolutePath
from pipeline.ingest.tcp_cutter import NO_BEGINNING, Cut, Framing
from pipeline.rule_values import HOUR_MS, MINUTE_MS, SECOND_MS, Duration, Listen, Reference, is_loopback

PEERS_MAX = 100
NAMED_MAX = 5  # parts that the warnings of a step tell of, one by one
AGAIN_MS = 5 * SECOND_MS  # after a failure


class Unmarked(StrEnum):
    """What becomes of text outside of telegrams."""

    KEEP = "keep"
    TELL = "tell"


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        raise ValueError(f"{text!r} is no address; write 192.0.2.7, or 192.0.2.0/24 for a network") from None


class TcpFeed(Feed):
    """Dispatches out of the stream of a TCP connection."""

    kind: ClassVar[str] = "tcp"

    tcp: Listen = Field(description="host:port where it listens")
    connect: bool = Field(False, description="`true`: connect to that address instead of listening there")
    peers: Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], Field(max_length=PEERS_MAX)] = Field(
        (),
        description="addresses and networks that may connect; all, without one, which is refused where others than "
        "this machine can, unless `ca` says who they are",
    )
    tls: bool = Field(False, description="`true`: speak TLS, whoever calls")
    certificate: AbsolutePath | None = Field(
        None, description="a file with our certificate and those above it; needed to listen with TLS"
    )
    key: Reference | None = Field(None, description="where its private key is, without passphrase")
    ca: AbsolutePath | None = Field(
        None,
        description="a file with the authority of the other side's certificate: who connects has to show one then; "
        "where we connect, the system's authorities count without it",
    )
    framing: Framing = Field(
        Framing.TELEGRAPH,
        description="where a dispatch ends: `telegraph` at EOT or NNNN, `lines` at a line end, `gap` at a pause",
    )
    gap: Duration = Field(
        5 * SECOND_MS, ge=SECOND_MS, le=HOUR_MS, description="how long a pause is, which ends what may be whole"
    )
    patience: Duration = Field(
        MINUTE_MS,
        ge=SECOND_MS,
        le=HOUR_MS,
        description="how long nothing may come within a dispatch, before it counts as cut off and is hung up on",
    )
    unmarked: Unmarked = Field(
        Unmarked.KEEP,
        description="what becomes of text between telegrams: `keep` it as a dispatch that was cut off, or `tell`",
    )
    acknowledge: bool = Field(
        False,
        description="`true`: send ACK (06) for each dispatch when Kafka has it, to a sender that waits for it",
    )

    @model_validator(mode="after")
    def _is_guarded(self) -> TcpFeed:
        if self.connect and self.peers:
            raise ValueError("peers are those that connect to us; leave them out, or leave out connect: true")
        if not (self.connect or self.peers or self.ca or is_loopback(self.tcp)):
            raise ValueError(
                f"whoever reaches {self.tcp} could send news in its name; say who may: peers: [192.0.2.7], or ca "
                "with tls"
            )
        return self

    @model_validator(mode="after")
    def _has_its_certificate(self) -> TcpFeed:
        if not self.tls and (self.certificate or self.key or self.ca):
            raise ValueError("certificate, key and ca are of TLS; write tls: true")
        if (self.certificate is None) != (self.key is None):
            raise ValueError("write both certificate and key, or neither")
        if self.tls and not self.connect and not self.certificate:
            raise ValueError("to listen with TLS it needs certificate and key")
        return self


class Wanted(NamedTuple):
    """The question for the dispatches that wait."""


class Dispatch(NamedTuple):
    """What was cut out of a stream."""

    number: int  # counted from 1 by its driver
    peer: str
    cut: Cut
    received_ms: int


class Received(NamedTuple):
    """The dispatches that wait, oldest first, as many as fit into a step; and who is connected."""

    run: int  # identifies the life of the driver, in which no number comes twice
    dispatches: tuple[Dispatch, ...] = ()
    connected: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()  # of connections: one that was refused, or hung up on


class Committed(NamedTuple):
    """The dispatches up to this number are in Kafka."""

    number: int


class TcpCursor(msgspec.Struct, frozen=True):
    """What was taken last: a driver whose answer was committed without its knowing gives it again."""

    run: int = 0
    number: int = 0


class TcpConnector(Connector[TcpCursor, Wanted, Received, Committed]):
    """Takes the dispatches of all connections."""

    kind = "tcp"
    guarantee = (
        "none twice. TCP has no word for `Kafka has it`, so a crash loses what had come and was not yet in Kafka: "
        "of each connection the dispatch under way and up to 256 KiB behind it (with TLS 512), and of the feed up "
        "to 1 MiB that waited. With `acknowledge`, a sender that repeats what was not acknowledged loses none"
    )
    cursor_type = TcpCursor

    def __init__(self, feed: TcpFeed) -> None:
        self.feed = feed

    def open(self) -> TcpCursor:
        return TcpCursor()

    def ask(self, known: Known[TcpCursor], now_ms: int) -> Wanted:
        return Wanted()

    def take(
        self, known: Known[TcpCursor], question: Wanted, answer: Received | Failed, now_ms: int
    ) -> Taken[TcpCursor, Wanted, Committed]:
        if isinstance(answer, Failed):
            return Taken(health=answer.health, detail=answer.detail, again_ms=now_ms + AGAIN_MS)
        connected = f"connected: {', '.join(answer.connected)}" if answer.connected else "nobody is connected"
        if not answer.dispatches:
            return Taken(detail=connected, warnings=answer.warnings)
        taken = known.cursor.number if known.cursor.run == answer.run else 0
        new = [dispatch for dispatch in answer.dispatches if dispatch.number > taken]
        kept = [dispatch for dispatch in new if self._is_kept(dispatch.cut)]
        last = answer.dispatches[-1].number
        return Taken(
            payloads=tuple(map(_payload, kept)),
            cursor=TcpCursor(answer.run, max(last, taken)) if new else None,
            after=(Committed(last),),
            then=Wanted(),
            detail=connected,
            warnings=(*answer.warnings, *self._faults([dispatch for dispatch in new if dispatch.cut.fault])),
        )

    def _is_kept(self, cut: Cut) -> bool:
        return cut.fault != NO_BEGINNING or self.feed.unmarked is Unmarked.KEEP

    def _faults(self, faulty: list[Dispatch]) -> Iterator[str]:
        for _, peer, cut, _ in faulty[:NAMED_MAX]:
            what = "only a part of a dispatch" if self._is_kept(cut) else "not kept, as no dispatch"
            yield f"{peer}: {len(cut.value):,} bytes, {what}: {cut.fault}"
        if len(faulty) > NAMED_MAX:
            yield f"and {len(faulty) - NAMED_MAX} more that are not whole"


def _payload(dispatch: Dispatch) -> Incoming:
    fault = dispatch.cut.fault
    headers = ((CUT_OFF, fault.encode()),) if fault else ()
    return Incoming(f"from {dispatch.peer}", dispatch.cut.value, headers, dispatch.received_ms)
