"""The clock, which import-linter cannot see: modules compute with datetime and must not ask it for the time."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PIPELINE = Path(__file__).parents[2] / "pipeline"
IMPURE = {"runtime", "cli", "testing", "settings.py", "connection.py"}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
PURE = sorted(path for path in PIPELINE.rglob("*.py") if path.relative_to(PIPELINE).parts[0] not in IMPURE)


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(PIPELINE)))
def test_a_pure_module_reads_no_clock(path: Path) -> None:
    """A room's only time is that of its records."""
    found = {
        (node.value.id, node.attr)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    assert not found & CLOCKS
