"""Whether the room's weights are more than a fit to the streams: weights fitted on the others, for each stream.

    python -m benchmarks.stories.leave_one_out [text|headlines] [WEIGHTS]

The shipped weights and so many others by chance around them (40 without a number; the seed is fixed) are tried
on all streams, cold and warm.  For each stream the weights with the best mean of BCubed F1 and pairwise F1 on
the other streams, half of it cold and half warm, are shown with what they give on the stream that was left out.
"""

from __future__ import annotations

import random
import sys
from itertools import product
from statistics import mean
from typing import NamedTuple

from benchmarks.stories.streams import STREAMS, Scores, quality
from pipeline.tag import scoring
from pipeline.tag.sum_kernels import SCORE_UNIT

SEED, TRIED = 1, 40
STATES = (False, True)  # cold, warm

Points = tuple[float, ...]  # bias, text, lead, time, rival
Table = dict[tuple[str, bool], Scores]  # by stream and state


class Searched(NamedTuple):
    """Weights of the room, and how far from the shipped ones others are tried."""

    name: str  # in scoring
    steps: tuple[tuple[float, ...], ...]


SEARCHED = {
    "text": Searched("FULL_TEXT", ((-0.4, 0, 0.4), (-2, 0, 2), (-2, 0, 2), (-1, 0, 1), (-3, 0, 3))),
    "headlines": Searched("HEADLINE_ONLY", ((-0.8, -0.4, 0, 0.4), (-2, 0, 2), (-2, 0, 2), (-1, 0, 1), (-4, 0, 4))),
}


def tried(kind: str, points: Points) -> Table:
    """How good the room is with these weights on each stream, cold and warm."""
    name, headline_only = SEARCHED[kind].name, kind == "headlines"
    shipped = getattr(scoring, name)
    setattr(scoring, name, scoring._weights(*points))
    try:
        every = product(STREAMS, STATES)
        return {(name, warm): quality(name, warm=warm, headline_only=headline_only) for name, warm in every}
    finally:
        setattr(scoring, name, shipped)


def candidates(kind: str, count: int) -> list[Points]:
    """The shipped weights, and others by chance around them."""
    name, every = SEARCHED[kind]
    shipped = tuple(round(each / SCORE_UNIT, 1) for each in getattr(scoring, name)[:-1].tolist())
    chance = random.Random(SEED)
    moved = (
        tuple(round(point + chance.choice(steps), 1) for point, steps in zip(shipped, every, strict=True))
        for _ in range(count)
    )
    return list(dict.fromkeys((shipped, *moved)))


def worth(table: Table, without: str) -> float:
    return mean(each.f1 + each.pairwise for (name, _), each in table.items() if name != without)


def main(kind: str, count: int) -> None:
    found = {points: tried(kind, points) for points in candidates(kind, count)}
    shipped = next(iter(found))
    for name in (*STREAMS, "none left out"):
        best = max(found, key=lambda points: worth(found[points], name))
        for label, points in (("shipped", shipped), ("fitted on the others", best)):
            both = "\t".join(str(found[points].get((name, warm), "")) for warm in STATES)
            print(f"{name}\t{label}\t{points}\t{both}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else "text", int(sys.argv[2]) if sys.argv[2:] else TRIED)
