"""Former findings of fuzzing: each byte string that broke a law of `targets` keeps it now."""

from __future__ import annotations

from pathlib import Path

import pytest

from .targets import TARGETS

FINDINGS = sorted((Path(__file__).parent / "findings").glob("*/*"))


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_finding_is_fixed(path: Path) -> None:
    """A former finding is read or rejected, and keeps the laws."""
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_the_targets_read_our_samples(name: str, seeds: Path) -> None:
    """Every target reads our undamaged samples."""
    for path in sorted(seeds.glob("*/*")):
        TARGETS[name](path.read_bytes())
