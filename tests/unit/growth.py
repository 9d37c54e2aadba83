"""Cost grows with size alone: counted where Python does the work, timed where a library in C does."""

from __future__ import annotations

import contextlib
import gc
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from pipeline.records import Rejected

TIMES = 8  # so much larger is the second text; what is quadratic costs 64 times as much
COUNTED_SIZE_MAX = 16_000  # a count has no noise, so a small text is enough
LINES_MAX = 1.5 * TIMES  # for so many times the text; a sort may cost a little more than its size
LINES_FREE = 1_000  # what a first call sets up
TRIES = 3  # other work only ever adds time: the best of the short text counts, and one of the long one is enough
SECONDS_MAX = 1.75 * TIMES
SECONDS_FREE = 0.1  # what takes no longer harms nobody

Prepare = Callable[[int], Callable[[], object]]


def assert_linear(prepared: Prepare, size: int) -> None:
    """What `prepared(2 * size)` returns does about eight times the work of what `prepared(size // 4)` does.

    Lines of Python are counted, on smaller texts.  What a regular expression or a parser in C does is measured in
    processor seconds of this process.  Both may raise Rejected.
    """
    large = min(2 * size, COUNTED_SIZE_MAX)
    once, more = lines(prepared(large // TIMES)), lines(prepared(large))
    assert more <= LINES_MAX * once + LINES_FREE, f"{large:,}: {more:,} lines; {large // TIMES:,}: {once:,}"
    if (long := seconds(prepared(2 * size))) < SECONDS_FREE:
        return
    short = min(seconds(prepared(2 * size // TIMES)) for _ in range(TRIES))
    enough = SECONDS_MAX * short + SECONDS_FREE
    assert long < enough or any(seconds(prepared(2 * size)) < enough for _ in range(TRIES - 1)), (
        f"{2 * size:,}: more than {enough:.2f} s; an eighth: {short:.3f} s"
    )


def lines(run: Callable[[], object]) -> int:
    """How many lines of Python are executed."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with contextlib.suppress(Rejected):
            run()
    finally:
        sys.settrace(before)
    return count


def seconds(run: Callable[[], object]) -> float:
    """How long it takes the processor."""
    gc.disable()  # it would walk all that other tests left behind
    try:
        began = time.process_time()
        with contextlib.suppress(Rejected):
            run()
        return time.process_time() - began
    finally:
        gc.enable()
