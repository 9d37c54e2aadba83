"""One real broker for the whole run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.runtime.broker import Broker


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The embedded Kafka, without topics; `.connection` leads there.  Tests name their topics apart."""
    home: Path = tmp_path_factory.mktemp("broker")
    with Broker(home) as running:
        yield running
