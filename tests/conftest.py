"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from pipeline.runtime.embedded.broker import Broker

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"

# A machine that is busy is no reason to fail: how long an example takes says nothing about what it shows.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-crashes", action="store_true", help="tests/crash: every pair of crashes, not a sample")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real wires, where there is one."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared/data beside the repository: real wires are not part of the project")
    return SHARED


@pytest.fixture(scope="session")
def seeds() -> Path:
    """Our own sample wires."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One embedded Kafka for the whole run, without topics; `.connection` leads there.  Name topics apart."""
    from pipeline.runtime.embedded.broker import Broker

    with Broker(tmp_path_factory.mktemp("broker")) as running:
        yield running
