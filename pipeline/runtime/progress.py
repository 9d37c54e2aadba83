"""How an operation that takes long reports its progress."""

from __future__ import annotations

from collections.abc import Callable

OnProgress = Callable[[str, int, int], None]  # what it works on, how much is done, how much in all


def ignore_progress(name: str, done: int, total: int) -> None:
    """For callers who do not show it."""
