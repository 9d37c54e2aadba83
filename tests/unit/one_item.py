"""What the one item of a document becomes: as its format reads it, and as normalise publishes it."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.formats import parse
from pipeline.formats.parsed import Parsed, Payload
from pipeline.items import Item
from pipeline.replay import Replay, payload

RECEIVED = datetime(2022, 1, 12, 12, tzinfo=UTC)


def read(document: str) -> Parsed:
    """By the format of its own."""
    (item,) = parse(Payload(document.encode(), "quay", RECEIVED))[1].items
    assert isinstance(item, Parsed)
    return item


def published(document: str) -> Item:
    """Behind normalise."""
    received_ms = round(RECEIVED.timestamp() * 1000)
    replay = Replay(rooms=("normalise",))
    replay.publish(payload("quay", document.encode(), received_ms), received_ms)
    (record,) = replay.log["wire.normalised"]
    return Item.model_validate_json(record.value)
