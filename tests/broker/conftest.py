"""Sockets that the tests of the broker leave behind."""

from __future__ import annotations

import gc
import warnings
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# Both libraries leave the socket of a refused connection to the garbage collector; tests stop brokers on purpose
LEFT_SOCKETS = pytest.mark.filterwarnings(r"ignore:unclosed (<(ssl\.SSLS|s)ocket|transport):ResourceWarning")
# The files that take longest, the longest first: else one of them would begin when the others are almost through
LONGEST = ("test_chaos", "test_switchover", "test_pages", "test_doctor_states", "test_security", "test_tools_cli")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of this folder pass over what Kafka's libraries leave behind; the longest files come first."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(LEFT_SOCKETS)
    items.sort(key=lambda item: LONGEST.index(name) if (name := item.path.stem) in LONGEST else len(LONGEST))


def pytest_runtest_logfinish() -> None:
    """What a test here left behind is collected before another folder's tests could trip over it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
