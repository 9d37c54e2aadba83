"""The alerting service, held against what the wire sent on a day in January."""

from kafka import KafkaConsumer
from paging import Item, page, pages

from pipeline.runtime.embedded.broker import Broker
from pipeline.testing.contract import Contract
from pipeline.testing.golden import Golden
from pipeline.testing.live import send
from pipeline.testing.replayed import Replays


def test_who_was_paged(replay: Replays, golden: Golden) -> None:
    """Whom the day's items paged, in order."""
    enriched = replay("capture.jsonl")
    golden("pages.jsonl", pages(record.value for record in enriched.records("wire.enriched")))


def test_a_copy_pages_nobody(replay: Replays) -> None:
    """A copy pages nobody: the first report did."""
    copies = [one for one in replay("capture.jsonl").items if one.duplicate and not one.duplicate.independent]
    assert copies
    assert not [one for one in copies if one.dispatch.kind == "new" and page(Item.model_validate(one.model_dump()))]


def test_we_read_whatever_is_published(check_consumer: Contract) -> None:
    """Our model takes every example of the stream, and all that came on that day."""
    check_consumer(Item, "capture.jsonl")


def test_the_way_through_kafka(replay: Replays, golden: Golden, wiredesk_broker: Broker) -> None:
    """The same pages when the records come from a broker."""
    send(wiredesk_broker.connection, replay("capture.jsonl").records("wire.enriched"))
    consumer = KafkaConsumer(
        "wire.enriched",
        bootstrap_servers=wiredesk_broker.bootstrap,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        consumer_timeout_ms=2000,
    )
    try:
        golden("pages.jsonl", pages(message.value for message in consumer))
    finally:
        consumer.close()
