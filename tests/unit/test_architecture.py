"""What import-linter cannot see: calls that modules must not make, though they may import what has them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PIPELINE = Path(__file__).parents[2] / "pipeline"
IMPURE = {"runtime", "cli", "testing", "settings.py", "connection.py"}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
PURE = sorted(path for path in PIPELINE.rglob("*.py") if path.relative_to(PIPELINE).parts[0] not in IMPURE)


def attributes_in(path: Path) -> set[tuple[str, str]]:
    """Every `name.attribute` of a module."""
    return {
        (node.value.id, node.attr)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(PIPELINE)))
def test_a_pure_module_reads_no_clock(path: Path) -> None:
    """A room's only time is that of its records; it computes with datetime and does not ask it for the time."""
    assert not attributes_in(path) & CLOCKS


def test_nothing_waits_with_wait_for() -> None:
    """Until Python 3.12 it loses a cancellation that comes together with what it waits for.

    A feed over TCP that was stopped in that moment called its provider for ever, and who stopped it waited as long.
    `asyncio.timeout` loses none.
    """
    assert not [path for path in PIPELINE.rglob("*.py") if ("asyncio", "wait_for") in attributes_in(path)]
