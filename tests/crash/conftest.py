"""`pytest tests/crash --all-crashes` tries every pair of boundaries; some minutes a room."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-crashes", action="store_true", help="every pair of crashes, not a sample of them")
