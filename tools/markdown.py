"""Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable


def table(*rows: Iterable[str]) -> str:
    """A table; the first row is its head."""
    head, *rest = ([*cells] for cells in rows)
    return row(head) + "|" + "---|" * len(head) + "\n" + "".join(row(cells) for cells in rest)


def row(cells: Iterable[str]) -> str:
    """A row of a table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def code(*words: str) -> str:
    """The words as code, a comma between them; a dash without any."""
    return ", ".join(f"`{word}`" for word in words) or "–"
