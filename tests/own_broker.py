"""A broker of a test's own, with all topics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka import topics


@contextmanager
def own_broker(folder: Path) -> Iterator[Broker]:
    """It runs until the end of the block."""
    with Broker(folder / "broker") as running:
        topics.create(running.connection)
        yield running
