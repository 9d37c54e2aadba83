"""What the tests of consumers share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.consumers.node_packages import install


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Node packages, installed once a session."""
    return install(tmp_path_factory.mktemp("node"))
