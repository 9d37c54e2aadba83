"""These tests need an engine and a built image: only `python -m tests.container` collects them."""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Callable, Iterator

import pytest

from tests.container.compose import ASKED_FOR, Compose

collect_ignore_glob = [] if os.environ.get(ASKED_FOR) else ["test_*.py"]
FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def compose() -> Iterator[Compose]:
    """The whole compose file, up and healthy; at the end everything is removed, volumes too."""
    project = Compose()
    project.down()
    try:
        project("up", "--no-build", "--detach", "--wait")
        yield project
    finally:
        project.down()


def pytest_runtest_logfinish() -> None:
    """A test kills the broker, and Kafka's library leaves the sockets of refused connections open."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def show(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Takes a line with a figure, which is shown once all tests are done."""
    return request.config.stash.setdefault(FIGURES, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """All figures."""
    terminalreporter.section("figures")
    for line in config.stash.get(FIGURES, []):
        terminalreporter.write_line(line)
