"""What every telegraphic format must bear: any bytes, and half a megabyte of one thing."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime

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


def assert_linear(name: str, head: bytes, unit: str) -> None:
    """Twice the size takes about twice as long, not four times."""
    seconds = []
    for size in (250_000, 500_000):
        payload = Payload(head + (unit * (size // len(unit))).encode(), "quay", RECEIVED)
        began = time.process_time()
        with contextlib.suppress(Rejected):
            FORMATS[name].parse(payload)
        seconds.append(time.process_time() - began)
    assert seconds[1] < 3 * seconds[0] + 0.1
