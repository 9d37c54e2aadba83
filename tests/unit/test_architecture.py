"""The walls: which package may import what (docs/architecture.md#where-the-code-is)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.topology import ROOMS

PIPELINE = Path(__file__).parents[2] / "pipeline"
IMPURE = {"runtime", "cli", "settings.py", "testing"}
OUTSIDE = {"kafka", "aiokafka", "faust", "mode", "aiohttp", "requests", "socket", "urllib", "http", "asyncio"}
CLOCKS = {("time", "time"), ("time", "monotonic"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today")}
PURE = sorted(path for path in PIPELINE.rglob("*.py") if path.relative_to(PIPELINE).parts[0] not in IMPURE)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(PIPELINE)))
def test_pure_packages(path: Path) -> None:
    """No Kafka, Faust, HTTP, clock or randomness in a pure package, and nothing of the impure ones."""
    names = set(imports(path))
    assert not {name.split(".")[0] for name in names} & (OUTSIDE | {"random", "secrets", "uuid"})
    assert not [
        name for name in names if name.startswith(("pipeline.runtime", "pipeline.cli", "pipeline.settings"))
    ]
    called = {
        (node.value.id, node.attr)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    assert not called & CLOCKS


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_no_room_knows_another(room: str) -> None:
    """A room reads its topic, not its neighbour (what it computes with is in the features header)."""
    others = tuple(f"pipeline.{other}" for other in sorted(ROOMS.keys() - {room}))
    foreign = {
        (path.name, name)
        for path in (PIPELINE / room).glob("*.py")
        for name in imports(path)
        if name.startswith(others)
    }
    assert foreign <= ALLOWED.get(room, set())


ALLOWED: dict[str, set[tuple[str, str]]] = {}
