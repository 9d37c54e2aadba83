"""How good the room tag finds stories, beside simpler methods, and what an item costs it.

    python -m benchmarks stories [--full]

Streams with known stories, items in time order, through TagRoom (decide and apply): BCubed precision, recall
and F1, and pairwise F1.  Cold is an empty room; warm is one that has counted the terms of 4,000 other articles,
more than it keeps.  Parts that take long have a command of their own:

    python -m benchmarks.stories.baselines            simpler methods, each at its best threshold for that stream
    python -m benchmarks.stories.leave_one_out        weights fitted on the other streams
    python -m benchmarks.stories.errors STREAM...     the worst splits and merges, by cause
    python -m benchmarks.stories.costs ITEMS...       microseconds and bytes an item by the size of the window
"""

from __future__ import annotations

from benchmarks.stories.streams import STREAMS, quality

FIGURES = "BCubed P R F1, pairwise F1"
SIZES, SIZES_SHORT = (10_000, 100_000), (1_000,)


def run(short: bool) -> dict[str, object]:
    """Quality on each stream; beside simpler methods and with the cost of a full window.  Raises Missing."""
    from benchmarks.stories import baselines, costs  # here: each is a command of its own, too

    figures: dict[str, object] = {}
    for name in STREAMS[:1] if short else STREAMS:
        for headline_only in (False,) if short else (False, True):
            for warm in (False, True):
                kind = f"{' headlines' * headline_only}, {'warm' if warm else 'cold'}"
                figures[f"{name}{kind}: {FIGURES}"] = str(quality(name, warm=warm, headline_only=headline_only))
    figures |= baselines.run(STREAMS[:1] if short else STREAMS)
    return figures | costs.run(SIZES_SHORT if short else SIZES)
