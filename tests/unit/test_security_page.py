"""docs/security.md promises nothing that no test holds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/security.md").read_text("utf-8")
HOLDS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)))
PROMISES = [row for row in PAGE.splitlines() if row.startswith("| ") and not row.startswith("| promised")]


@pytest.mark.parametrize(("file", "name"), HOLDS, ids=[name for _, name in HOLDS])
def test_the_test_is_there(file: str, name: str) -> None:
    """Each test that the page names exists."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_promise_has_one() -> None:
    """No row of the tables without a test."""
    assert PROMISES
    assert not [row for row in PROMISES if "::test_" not in row]
