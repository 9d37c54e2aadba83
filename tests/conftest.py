"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"


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
