"""What every telegraphic format must bear: any bytes, and half a megabyte of one thing."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from growth import assert_linear

from pipeline.formats import FORMATS
from pipeline.formats.parsed import Payload
from pipeline.records import Rejected

RECEIVED = datetime(2022, 1, 12, 12, tzinfo=UTC)


def outcome(name: str, data: bytes) -> str:
    """What the format makes of the bytes, or why not; anything but Rejected is raised."""
    try:
        return str(FORMATS[name].parse(Payload(data, "quay", RECEIVED)))
    except Rejected as rejected:
        return str(rejected)


def assert_linear_in(name: str, head: bytes, unit: str) -> None:
    """Twice the size takes about twice as long, not four times."""
    assert_linear(
        lambda size: partial(
            FORMATS[name].parse, Payload(head + (unit * (size // len(unit))).encode(), "quay", RECEIVED)
        ),
        250_000,
    )
