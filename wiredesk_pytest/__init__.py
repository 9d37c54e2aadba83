"""The pytest plugin.  The distribution registers it; it works when a test asks for one of its fixtures.

It is outside the package `pipeline`, because a project whose tests run may have a folder of that name: then pytest
would load that one instead.  It imports the rooms late, so a run that never asks pays for this module only.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pipeline.runtime.embedded.broker import Broker
    from pipeline.testing.contract import Contract
    from pipeline.testing.golden import Golden
    from pipeline.testing.replayed import Replays

GOLDEN_FOLDER = "golden"  # beside the test's file
HOME = Path(__file__).parents[1]  # where Wiredesk's package `pipeline` is
TAKEN = (
    "this process has imported another package `pipeline` ({}), and Wiredesk's has the same name: "
    "run the tests that use Wiredesk's fixtures in a pytest of their own"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option for all golden files."""
    group = parser.getgroup("wiredesk", "Wiredesk")
    group.addoption("--update-golden", action="store_true", help="rewrite the golden files; read their diff")


@pytest.fixture
def replay(request: pytest.FixtureRequest) -> Replays:
    """Replay captures, named relative to the test's file: `replay("capture.jsonl")` is a Replayed."""
    _import_ours()
    from pipeline.testing.replayed import Replays

    return Replays(request.path.parent)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare an outcome with its golden file: `golden("pages.jsonl", pages)`."""
    _import_ours()
    from pipeline.testing.golden import Golden

    return Golden(request.path.parent / GOLDEN_FOLDER, request.config.getoption("--update-golden"))


@pytest.fixture
def check_consumer(request: pytest.FixtureRequest) -> Contract:
    """Fail with every record that a consumer refuses: `check_consumer(Model, "capture.jsonl")`."""
    _import_ours()
    from pipeline.testing.contract import Contract
    from pipeline.testing.replayed import Replays

    return Contract(Replays(request.path.parent))


@pytest.fixture(scope="session")
def wiredesk_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A real Kafka with our topics, started when a test first asks: one a session, `.bootstrap` is its address."""
    _import_ours()
    from pipeline.runtime.embedded.broker import Broker
    from pipeline.runtime.kafka import topics

    with Broker(tmp_path_factory.mktemp("wiredesk-broker")) as broker:
        topics.create(broker.connection)
        yield broker


def _import_ours() -> None:
    """Import Wiredesk's `pipeline`, whatever folder of that name comes first; fail if another one is imported."""
    if "pipeline" not in sys.modules:
        sys.path.insert(0, str(HOME))
        try:
            importlib.import_module("pipeline")
        finally:
            sys.path.remove(str(HOME))
    found = sys.modules["pipeline"].__file__
    if found is None or Path(found).parents[1] != HOME:
        pytest.fail(TAKEN.format(found), pytrace=False)
