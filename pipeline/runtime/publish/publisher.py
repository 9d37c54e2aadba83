"""Payloads into wire.raw, each delivery checked.

The producer is idempotent (acks=all): within a run nothing is lost, duplicated or reordered as long as broker and
producer agree on the numbers of its batches.  When they disagree, which a loaded broker has shown, the producer is
replaced and what is not known as delivered is sent again.  A publisher that is run again sends everything again.
Either way it is at least once, with the same ``ce_id``, and the rooms see a repeat.  While the broker is away the
publisher waits, and reports that.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kafka import KafkaProducer
from kafka.errors import (
    AuthorizationError,
    InvalidProducerEpochError,
    InvalidRecordError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumberError,
    RetriableError,
    UnknownProducerIdError,
)

from pipeline import envelope
from pipeline.connection import DURABLE, Connection
from pipeline.envelope import IS_QUIET, TRACE, Headers
from pipeline.runtime.kafka.rebootstrap import let_kafka_python_find_brokers_again
from pipeline.runtime.kafka.refusals import Forbidden, why_unreachable
from pipeline.runtime.kafka.rights import Operation
from pipeline.runtime.kafka.topics import need
from pipeline.runtime.publish.sources import RAW, RawPayload, Skipped
from pipeline.topology import CODEC, RAW_BYTES_MAX

IN_FLIGHT_MAX = 1000  # payloads sent and not yet delivered; beyond either, sending waits
IN_FLIGHT_BYTES_MAX = 33_554_432
BATCH_BYTES = 131_072
LINGER_MS = 5
REQUEST_MS = 10_000
REPORT_SECONDS = 3  # of waiting, from one message to the operator to the next
RETRY_SECONDS = 0.5

REFUSALS = (MessageSizeTooLargeError, InvalidRecordError)  # of this payload, not of this client
# The broker has not written the batch, as it expects another number.  kafka-python 3.0.12 goes on with a new epoch,
# but fails the batches that were in flight.
MISNUMBERED = (OutOfOrderSequenceNumberError, UnknownProducerIdError, InvalidProducerEpochError)

T = TypeVar("T")


class NotDelivered(Exception):
    """The broker stayed away, or refuses this client.  `report` holds what was sent before."""

    def __init__(self, report: PublishReport, cause: str) -> None:
        super().__init__(f"{cause}; {report.sent} payloads were delivered before")
        self.report = report


@dataclass(slots=True)
class PublishReport:
    """What happened to everything in the sources."""

    sent: int = 0
    sent_bytes: int = 0
    skipped: list[Skipped] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """Callbacks, and how long the publisher waits for a broker that is away."""

    on_progress: Callable[[PublishReport], None] = lambda report: None
    on_wait: Callable[[str], None] = lambda cause: None
    patience_seconds: float = 900
    quiet: bool = False  # what is sent, and what it causes, raises no alert


def publish(
    connection: Connection,
    items: Iterable[RawPayload | Skipped],
    rate: float | None = None,
    options: PublishOptions = PublishOptions(),
) -> PublishReport:
    """Send every payload (sources.payloads), at most `rate` a second; returns when all are delivered.

    A payload that the broker refuses is skipped with the broker's reason.  NoTopic without wire.raw;
    NotDelivered if nothing is delivered for `patience_seconds`; Refusal if a setting or a right is wrong.
    """
    report = PublishReport()
    sender: _Sender | None = None  # made for the first payload: without one no broker is needed
    try:
        started, count = time.monotonic(), 0
        for item in items:
            if isinstance(item, Skipped):
                report.skipped.append(item)
                options.on_progress(report)
                continue
            if sender is None:
                sender, started = _Sender(connection, report, options), time.monotonic()
            if rate:
                time.sleep(max(0.0, started + count / rate - time.monotonic()))
            sender.send(item)
            count += 1
        if sender is not None:
            sender.settle()
    finally:
        if sender is not None:
            sender.close()
    return report


def headers(payload: RawPayload, now_ms: int, quiet: bool = False) -> Headers:
    """The payload's CloudEvents headers (1.0, binary mode); those that it brought have precedence."""
    received_ms = now_ms if payload.received_ms is None else payload.received_ms
    trace = f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-01".encode()  # W3C Trace Context, sampled
    made = (*envelope.payload_headers(payload.feed, payload.value, received_ms), (TRACE, trace))
    made += (IS_QUIET,) if quiet else ()
    brought = {name for name, _ in payload.headers}
    return tuple(pair for pair in made if pair[0] not in brought) + payload.headers


@dataclass(slots=True)
class _Sent:
    """A payload in flight, the headers it was stamped with, and the future of its delivery."""

    payload: RawPayload
    headers: list[tuple[str, bytes]]
    future: Any


class _Sender:
    """A producer and what it has in flight, oldest first."""

    def __init__(self, connection: Connection, report: PublishReport, options: PublishOptions) -> None:
        self._connection, self._report, self._options = connection, report, options
        self._in_flight: deque[_Sent] = deque()
        self._in_flight_bytes = 0
        self._producer: Any = self._retry(self._connect)
        self._delivered_at = time.monotonic()  # the last one; at first: connected

    def close(self) -> None:
        """Close, without waiting for what is in flight."""
        self._producer.close(timeout=0)

    def send(self, payload: RawPayload) -> None:
        """Hand it to the producer; wait while too much is in flight."""
        self.settle(IN_FLIGHT_MAX - 1, IN_FLIGHT_BYTES_MAX - len(payload.value))
        stamped = list(headers(payload, time.time_ns() // 1_000_000, self._options.quiet))
        try:
            future = self._handed_over(payload, stamped)
        except REFUSALS as error:  # by the producer already: with its headers it is larger than a record may be
            self._count(payload, error)
            return
        self._in_flight.append(_Sent(payload, stamped, future))
        self._in_flight_bytes += len(payload.value)

    def settle(self, records_max: int = 0, bytes_max: int = 0) -> None:
        """Count what has been delivered; wait until no more than that is in flight."""
        while self._in_flight:
            oldest = self._in_flight[0]
            full = len(self._in_flight) > records_max or self._in_flight_bytes > bytes_max
            if not full and not oldest.future.is_done:
                break
            self._retry(lambda: _wait_done(oldest.future))  # noqa: B023 - called at once
            if isinstance(oldest.future.exception, MISNUMBERED):
                self._start_over(oldest.future.exception)
                continue
            self._in_flight.popleft()
            self._in_flight_bytes -= len(oldest.payload.value)
            self._count(oldest.payload, oldest.future.exception)

    def _handed_over(self, payload: RawPayload, stamped: list[tuple[str, bytes]]) -> Any:
        """The future of the delivery."""
        key = payload.feed.encode()
        return self._retry(lambda: self._producer.send(RAW, payload.value, key=key, headers=stamped))

    def _start_over(self, cause: Exception) -> None:
        """Another producer; what is not known as delivered is sent again, in its order."""
        waited = time.monotonic() - self._delivered_at
        if waited > self._options.patience_seconds:
            raise NotDelivered(self._report, _sentence(cause))
        self._options.on_wait(f"{_sentence(cause)}; sending again with another producer (for {waited:.0f} s)")
        time.sleep(RETRY_SECONDS)
        self.close()
        self._producer = self._retry(self._connect)
        for sent in self._in_flight:
            if not (sent.future.is_done and sent.future.exception is None):
                sent.future = self._handed_over(sent.payload, sent.headers)

    def _count(self, payload: RawPayload, error: Exception | None) -> None:
        """Count a delivery, or a refusal of this payload; any other error ends the run."""
        if error is None:
            self._delivered_at = time.monotonic()
            self._report.sent += 1
            self._report.sent_bytes += len(payload.value)
        elif isinstance(error, REFUSALS):
            self._report.skipped.append(Skipped(payload.name, f"refused by the broker: {error}"))
        elif isinstance(error, AuthorizationError):
            raise Forbidden(self._connection, f"write to {RAW}", "Write on the topic") from error
        else:
            raise NotDelivered(self._report, _sentence(error))
        self._options.on_progress(self._report)

    def _connect(self) -> Any:
        """A producer, once wire.raw is there.

        An admin client asks first: a producer that finds no broker leaves its sockets behind.
        """
        need(self._connection, [RAW], Operation.WRITE, REPORT_SECONDS)
        let_kafka_python_find_brokers_again()
        return KafkaProducer(
            **self._connection.arguments(),
            **DURABLE,
            compression_type=CODEC,
            linger_ms=LINGER_MS,
            batch_size=BATCH_BYTES,
            max_request_size=RAW_BYTES_MAX,
            bootstrap_timeout_ms=REPORT_SECONDS * 1000,
            max_block_ms=REPORT_SECONDS * 1000,
            reconnect_backoff_max_ms=1000,
            request_timeout_ms=REQUEST_MS,
            delivery_timeout_ms=round(self._options.patience_seconds * 1000) + REQUEST_MS,
        )

    def _retry(self, attempt: Callable[[], T]) -> T:
        """The attempt's result.  While the broker is away, try again and report; give up in the end."""
        started = time.monotonic()
        while True:
            try:
                return attempt()
            except RetriableError as error:
                waited = time.monotonic() - started
                refusal = why_unreachable(self._connection)
                if refusal and refusal.is_final:
                    raise refusal from error
                if waited > self._options.patience_seconds:
                    raise NotDelivered(self._report, str(refusal or error)) from error
                self._options.on_wait(f"{refusal or error} (for {waited:.0f} s)")
                time.sleep(RETRY_SECONDS)


def _sentence(error: Exception) -> str:
    return str(error) or type(error).__name__


def _wait_done(future: Any) -> None:
    """Wait a little for the end of a delivery, good or bad; KafkaTimeoutError if it has not ended."""
    with contextlib.suppress(KafkaError):
        future.get(timeout=REPORT_SECONDS)
    if not future.is_done:
        raise KafkaTimeoutError("nothing is delivered")
