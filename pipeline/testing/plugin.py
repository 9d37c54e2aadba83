"""The pytest plugin.  The distribution registers it; it works when a test asks for one of its fixtures.

It imports the rooms late, so that a run that never asks pays for this module only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pipeline.runtime.embedded.broker import Broker
    from pipeline.testing.contract import Contract
    from pipeline.testing.golden import Golden
    from pipeline.testing.replayed import Replays

GOLDEN_FOLDER = "golden"  # beside the test's file


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option for all golden files."""
    group = parser.getgroup("wiredesk", "Wiredesk")
    group.addoption("--update-golden", action="store_true", help="rewrite the golden files; read their diff")


@pytest.fixture
def replay(request: pytest.FixtureRequest) -> Replays:
    """Replay captures, named relative to the test's file: `replay("capture.jsonl")` is a Replayed."""
    from pipeline.testing.replayed import Replays

    return Replays(request.path.parent)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare an outcome with its golden file: `golden("pages.jsonl", pages)`."""
    from pipeline.testing.golden import Golden

    return Golden(request.path.parent / GOLDEN_FOLDER, request.config.getoption("--update-golden"))


@pytest.fixture
def check_consumer(request: pytest.FixtureRequest) -> Contract:
    """Fail with every record that a consumer refuses: `check_consumer(Model, "capture.jsonl")`."""
    from pipeline.testing.contract import Contract
    from pipeline.testing.replayed import Replays

    return Contract(Replays(request.path.parent))


@pytest.fixture(scope="session")
def wiredesk_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A real Kafka with our topics, started when a test first asks: one a session, `.bootstrap` is its address."""
    from pipeline.runtime.embedded.broker import Broker
    from pipeline.runtime.kafka import topics

    with Broker(tmp_path_factory.mktemp("wiredesk-broker")) as broker:
        topics.create(broker.connection)
        yield broker
