"""Cost grows with size alone: how tests say so on a machine that is busy with other things."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable

from pipeline.records import Rejected

TRIES = 4  # what is quadratic takes four times as long at every one of them
SLACK_SECONDS = 0.1
TIMES = 3


def assert_linear(prepared: Callable[[int], Callable[[], object]], size: int) -> None:
    """What `prepared(2 * size)` returns takes less than three times as long as what `prepared(size)` does.

    In seconds of this process; both may raise Rejected.  One try of several has to show it.
    """
    found = []
    for _ in range(TRIES):
        once, twice = (_seconds(prepared(length)) for length in (size, 2 * size))
        if twice < TIMES * once + SLACK_SECONDS:
            return
        found.append(f"{once:.2f} s, {twice:.2f} s")
    raise AssertionError(f"{size:,} and twice that, {TRIES} times: {'; '.join(found)}")


def _seconds(run: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()  # it would walk all that other tests left behind
    try:
        began = time.process_time()
        with contextlib.suppress(Rejected):
            run()
        return time.process_time() - began
    finally:
        gc.enable()
