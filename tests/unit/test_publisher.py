"""A producer whose batches the broker does not know is replaced, and nothing that was in flight is lost."""

from __future__ import annotations

from typing import Any

import pytest
from kafka.errors import InvalidProducerEpochError, OutOfOrderSequenceNumberError, UnknownProducerIdError

from pipeline.connection import Connection
from pipeline.runtime.publish import publisher
from pipeline.runtime.publish.publisher import NotDelivered, PublishOptions, publish
from pipeline.runtime.publish.sources import RawPayload

CONNECTION = Connection("127.0.0.1:9")
PAYLOADS = [RawPayload(f"{number}.json", f"desk{number % 2}", b"%d" % number) for number in range(6)]


class Delivery:
    """As kafka-python's future of a record, done from the start."""

    is_done = True

    def __init__(self, exception: Exception | None) -> None:
        self.exception = exception

    def get(self, timeout: float) -> None:
        assert timeout > 0
        if self.exception:
            raise self.exception


class Broker:
    """What producers write to: refuses the batches with these numbers, counted over all producers."""

    def __init__(self, refused: dict[int, Exception]) -> None:
        self.refused = refused
        self.sent = 0
        self.producers: list[Producer] = []
        self.written: list[tuple[bytes, bytes, list[tuple[str, bytes]]]] = []

    def producer(self, **_: Any) -> Producer:
        self.producers.append(Producer(self))
        return self.producers[-1]


class Producer:
    """As KafkaProducer, but each payload is a batch, and its fate is known at once."""

    def __init__(self, broker: Broker) -> None:
        self.broker, self.closed = broker, False

    def send(self, topic: str, value: bytes, *, key: bytes, headers: list[tuple[str, bytes]]) -> Delivery:
        assert topic == "wire.raw"
        assert not self.closed
        error = self.broker.refused.get(self.broker.sent)
        self.broker.sent += 1
        if error is None:
            self.broker.written.append((key, value, headers))
        return Delivery(error)

    def close(self, timeout: float) -> None:
        assert timeout == 0
        self.closed = True


def played(monkeypatch: pytest.MonkeyPatch, refused: dict[int, Exception]) -> Broker:
    broker = Broker(refused)
    monkeypatch.setattr(publisher, "need", lambda *_: None)
    monkeypatch.setattr(publisher, "KafkaProducer", broker.producer)
    monkeypatch.setattr(publisher, "RETRY_SECONDS", 0.0)
    return broker


@pytest.mark.parametrize(
    "refused",
    [
        pytest.param({}, id="none"),
        pytest.param({0: OutOfOrderSequenceNumberError()}, id="the first batch"),
        pytest.param({2: UnknownProducerIdError(), 3: OutOfOrderSequenceNumberError()}, id="two in flight"),
        pytest.param({5: InvalidProducerEpochError()}, id="the last"),
        pytest.param({1: OutOfOrderSequenceNumberError(), 2: OutOfOrderSequenceNumberError()}, id="twice the same"),
    ],
)
def test_what_the_broker_does_not_know_is_sent_again(
    monkeypatch: pytest.MonkeyPatch, refused: dict[int, Exception]
) -> None:
    """Each payload is written, with the headers of its first attempt; every producer but the last is closed."""
    broker, waits = played(monkeypatch, refused), list[str]()
    report = publish(CONNECTION, PAYLOADS, options=PublishOptions(on_wait=waits.append))
    assert report.sent == len(PAYLOADS)
    assert {value for _, value, _ in broker.written} == {payload.value for payload in PAYLOADS}
    assert len({dict(headers)["ce_id"] for _, _, headers in broker.written}) == len(PAYLOADS)
    assert all(producer.closed for producer in broker.producers)
    assert len(waits) == len(broker.producers) - 1
    assert bool(waits) == bool(refused)


def test_the_order_is_kept_when_the_first_of_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing in flight behind it, a refused payload keeps its place."""
    broker = played(monkeypatch, {0: OutOfOrderSequenceNumberError()})
    publish(CONNECTION, PAYLOADS)
    assert [value for _, value, _ in broker.written] == [payload.value for payload in PAYLOADS]


def test_it_gives_up_when_its_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that never knows the batch ends the run with what was delivered before."""
    broker = played(monkeypatch, dict.fromkeys(range(2, 10_000), OutOfOrderSequenceNumberError()))
    with pytest.raises(NotDelivered, match=r"OutOfOrderSequenceNumberError.*; 2 payloads were delivered before"):
        publish(CONNECTION, PAYLOADS, options=PublishOptions(patience_seconds=0.05))
    assert all(producer.closed for producer in broker.producers)
