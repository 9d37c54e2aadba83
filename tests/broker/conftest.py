"""Sockets that the tests of the broker leave behind."""

from __future__ import annotations

import gc
import warnings
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# Both libraries leave the socket of a refused connection to the garbage collector; tests stop brokers on purpose
LEFT_SOCKETS = pytest.mark.filterwarnings(r"ignore:unclosed (<(ssl\.SSLS|s)ocket|transport):ResourceWarning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of this folder pass over what Kafka's libraries leave behind."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(LEFT_SOCKETS)


def pytest_runtest_logfinish() -> None:
    """What a test here left behind is collected before another folder's tests could trip over it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
