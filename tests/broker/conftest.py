"""Sockets that the tests of the broker leave behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.left_sockets import LEFT_SOCKETS, collect

HERE = Path(__file__).parent
# The files that take longest, the longest first: else one of them would begin when the others are almost through
LONGEST = (
    "test_chaos",
    "test_ingest",
    "test_switchover",
    "test_pages",
    "test_doctor_states",
    "test_security",
    "test_wrong_clocks",
    "test_tools_cli",
    "test_killed_ways_in",
    "test_ingest_http",
    "test_three_brokers",
    "test_owned_broker",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of this folder pass over what Kafka's libraries leave behind; the longest files come first."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(LEFT_SOCKETS)
    items.sort(key=lambda item: LONGEST.index(name) if (name := item.path.stem) in LONGEST else len(LONGEST))


def pytest_runtest_logfinish() -> None:
    """What a test here left behind is collected before another folder's tests could trip over it."""
    collect()
