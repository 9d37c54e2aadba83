"""What holds others to a cost that grows with size alone has to see one that does not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from growth import assert_linear


def compares_with_all_before(text: str) -> None:
    """A loop within a loop, in Python: few thousand steps each are enough to see it."""
    for end in range(0, len(text), 64):
        for _ in range(0, end, 64):
            pass


def copies_what_is_left(text: str) -> None:
    """A line for each character, and within it a copy of all that is left, in C."""
    while text:
        text = text[1:]


def counts(text: str) -> None:
    """One line for each character."""
    for _ in text:
        pass


@pytest.mark.slow
@pytest.mark.parametrize("work", [counts, str.upper, re.compile("b").search, sorted])
def test_what_grows_with_size_passes(work: Callable[[str], object]) -> None:
    """A loop, a method in C, a pattern, a sort."""
    assert_linear(lambda size: lambda: work("a" * size), 1_000_000)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("work", "size", "seen"),
    [
        (compares_with_all_before, 50_000, "lines"),
        (copies_what_is_left, 200_000, " s; an eighth"),
        (re.compile("a*b").search, 20_000, " s; an eighth"),
    ],
)
def test_what_grows_faster_is_seen(work: Callable[[str], object], size: int, seen: str) -> None:
    """In Python, in a method in C, in a pattern."""
    with pytest.raises(AssertionError, match=seen):
        assert_linear(lambda size: lambda: work("a" * size), size)
