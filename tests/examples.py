"""How many examples of a law hypothesis tries: all in `make test`, a share of them in `make check`."""

from __future__ import annotations

import os

SHARE = float(os.environ.get("TEST_EXAMPLES_SHARE", "1"))
EXAMPLES_MIN = 10


def examples(number: int) -> int:
    """That many, or this run's share of them."""
    return max(EXAMPLES_MIN, round(number * SHARE))
