"""A broker for the tests of one file; the sockets that they leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.left_sockets import LEFT_SOCKETS, collect

if TYPE_CHECKING:
    from pipeline.runtime.embedded.broker import Broker

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of this folder pass over what Kafka's libraries leave behind."""
    here = {path for path in {item.path for item in items} if HERE in path.parents}  # few files have many tests
    for item in items:
        if item.path in here:
            item.add_marker(LEFT_SOCKETS)


def pytest_runtest_logfinish() -> None:
    """What a test here left behind is collected before another folder's tests could trip over it."""
    collect()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker of the file's own, with all topics."""
    from tests.own_broker import own_broker

    with own_broker(tmp_path_factory.mktemp("own")) as running:
        yield running
