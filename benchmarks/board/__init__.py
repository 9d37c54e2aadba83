"""The board: what a rebuild, a page and a stream of events cost.

    python -m benchmarks board [--full]

    rebuild    records into a file of its own, in the batches of a reader; its memory and file
    streams    events to 50 browsers from a server on one core: from commit to receipt
    pages      in Chromium: first paint, bytes, frame times and memory of a page with 10,000 items

Everything runs on the same machine.  Items have 300 words, and one in four copies another.
"""

from __future__ import annotations

from benchmarks.board import pages, rebuild, streams

SHORT_ITEMS, FULL_ITEMS = (2_000,), (10_000, 100_000)


def run(short: bool) -> dict[str, object]:
    """The figures of all three."""
    found: dict[str, object] = {}
    for count in SHORT_ITEMS if short else FULL_ITEMS:
        found |= rebuild.figures(count)
    found |= streams.figures(short)
    return found | pages.figures(short)
