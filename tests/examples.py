"""How many examples of a law hypothesis tries, and which.

`make test` tries all of them, the same at every run: what passed passes again, and the change that breaks a law is
the one that turns CI red.  `make check` tries a share, `make nightly` several times as many, both at random.
"""

from __future__ import annotations

import os

SHARE = float(os.environ.get("TEST_EXAMPLES_SHARE", "1"))
EXAMPLES_MIN = 10
ARE_THE_SAME = SHARE == 1


def examples(number: int) -> int:
    """That many, or this run's share of them."""
    return max(EXAMPLES_MIN, round(number * SHARE))
