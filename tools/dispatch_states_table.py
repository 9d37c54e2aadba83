"""The table of states of resolve, as the page of the laws shows it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.resolve.table import TABLE, Arrival, Cell, State
from tools import markdown


def table() -> str:
    """What arrives, the states of its dispatch, what becomes of both, and why; alike states in one row."""
    head = ("what arrives", "state of its dispatch", "outcome", "why")
    return markdown.table(head, *(row for arrival in Arrival for row in _rows(arrival)))


def _rows(arrival: Arrival) -> Iterator[tuple[str, ...]]:
    states: dict[Cell, list[State]] = {}
    for state, row in TABLE.items():
        if cell := row[arrival]:
            states.setdefault(cell, []).append(state)
    for cell, alike in states.items():
        yield arrival, "; ".join(alike), cell.outcome, cell.why
