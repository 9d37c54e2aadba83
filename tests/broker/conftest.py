"""Sockets that the tests of the broker leave behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.left_sockets import LEFT_SOCKETS, collect

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of this folder pass over what Kafka's libraries leave behind."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(LEFT_SOCKETS)


def pytest_runtest_logfinish() -> None:
    """What a test here left behind is collected before another folder's tests could trip over it."""
    collect()
