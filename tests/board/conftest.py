"""A board without a broker: the records of the golden replay, and invented ones, in a file of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.board.rows import TOPICS
from pipeline.captures import from_line
from pipeline.records import Record
from pipeline.runtime.board.store import Store

GOLDEN = Path(__file__).parents[1] / "replay" / "golden"


def golden() -> list[Record]:
    """The topics of the board as a replay of the sample wires writes them, one behind the other."""
    files = (GOLDEN / f"{topic}.jsonl" for topic in TOPICS)
    return [from_line(line) for file in files if file.exists() for line in file.read_bytes().splitlines()]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "board.sqlite")
    yield made
    made.close()
