"""The mutant: owners that believe whichever broker answers, as they did before they wrote barriers (ADR 17).

A run with `--unguarded` and cuts has to find what it does wrong, or it would not find it in the rooms either.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.runtime.log import journal as journals
from pipeline.runtime.log.port import Bounds, Log, TopicPartition

VARIABLE = "CHAOS_UNGUARDED"  # set in the workers' environment


async def bounds_of_anybody(
    log: Log, tp: TopicPartition, known_end: int, barrier: int, is_owner_lost: Callable[[], bool]
) -> Bounds:
    """The bounds of the journal, as the broker that answers shows them: those of long ago if it is cut off."""
    (bounds,) = await log.bounds(tp)
    return bounds


def unguard() -> None:
    """In this process."""
    journals.wait_for_barrier = bounds_of_anybody
