"""What fits into a step, and how a warning names many."""

from __future__ import annotations

import pytest

from pipeline.ingest.contract import TAKEN_BYTES_MAX, TAKEN_PAYLOADS_MAX, fitting, named

STEPS = [
    ([], 0),
    ([TAKEN_BYTES_MAX + 1], 1),  # larger than a step: alone
    ([TAKEN_BYTES_MAX + 1, 1], 1),
    ([TAKEN_BYTES_MAX - 1, 1], 2),
    ([TAKEN_BYTES_MAX, 1], 1),
    ([1] * (TAKEN_PAYLOADS_MAX + 1), TAKEN_PAYLOADS_MAX),
]


@pytest.mark.parametrize(("sizes", "count"), STEPS)
def test_what_fits_into_a_step(sizes: list[int], count: int) -> None:
    """A step is bounded in payloads and in bytes, and always goes on: by one payload at least."""
    assert fitting(sizes) == count


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["a"], "a"),
        (["a", "b"], "a, b"),
        (list("abcde"), "a, b, c, d, e"),
        (list("abcdefg"), "a, b, c, d, e and 2 more"),
    ],
)
def test_many_names(names: list[str], text: str) -> None:
    """A warning names a few, and counts the rest."""
    assert named(names) == text
