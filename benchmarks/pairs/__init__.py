"""What each room costs in this checkout, compared with another checkout, by interleaved runs.

    python -m benchmarks pairs OTHER_CHECKOUT [--pairs 9] [--room NAME...] [--json]

A pair is two fresh processes, one in each checkout, over the same invented wire and on the same processor.  They
take turns of TURN payloads, never both at once, so that other load on the machine affects both alike; the one that
goes first changes with every turn and every pair.  Each measures the CPU time of `Shard.step` by room.  The figure
is the median over the pairs of the ratio this/other, with its 95 % interval by order statistics.  Above 1.00 this
checkout is slower.  Both use this interpreter and its libraries.

Two processes of the same code differ by 2 to 3 % (standard deviation): where the kernel puts their pages decides
how they use the caches.  Longer runs do not help against that, more pairs do: 21 give an interval of about ±2 %.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from itertools import accumulate
from math import comb
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.pairs import wire
from pipeline.topology import ROOMS

HERE = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("child.py")
WARM_UP, MEASURED, TURN = 400, 1_000, 20  # payloads
PAIRS, PAIRS_MIN = 9, 6  # of fewer than six the range itself covers the median in less than 95 of 100 cases
CONFIDENCE = 0.95
PROCESSORS = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
ALL = "all rooms"


class Ratio(NamedTuple):
    """One room's figures."""

    this_us: float  # CPU an item; the median over the pairs
    other_us: float
    ratio: float  # this/other; the median over the pairs
    low: float
    high: float


class Incomparable(Exception):
    """One of the checkouts cannot be run; the message says which."""


class Child:
    """A process in one checkout that is warm and waits for its turn."""

    def __init__(self, checkout: Path, data: Path, seed: int, stack: ExitStack) -> None:
        # -P: the folder of the script is not searched, so that only PYTHONPATH chooses the checkout.
        processor = PROCESSORS[seed // 2 % len(PROCESSORS)]  # each one twice: either side goes first once
        command = [sys.executable, "-P", str(CHILD), str(data), str(WARM_UP), str(processor)]
        environment = os.environ | {"PYTHONPATH": str(checkout), "PYTHONHASHSEED": str(seed)}
        self.checkout = checkout
        self.process = stack.enter_context(
            subprocess.Popen(
                command, cwd=checkout, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        )
        found = Path(self._line().strip()).resolve()
        if not found.is_relative_to(checkout):
            raise Incomparable(f"{checkout}: the process imported {found}")

    def turn(self, count: int) -> dict[str, list[float]]:
        """By room: CPU seconds, records stepped, dead letters."""
        assert self.process.stdin
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        found: dict[str, list[float]] = json.loads(self._line())
        return found

    def _line(self) -> str:
        assert self.process.stdout
        if line := self.process.stdout.readline():
            return line
        raise Incomparable(f"{self.checkout}: the process ended with {self.process.wait()}; see above")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks pairs", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("other", type=Path, metavar="OTHER_CHECKOUT", help="the root of another checkout")
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"at least {PAIRS_MIN}; without it, {PAIRS}")
    parser.add_argument("--room", nargs="+", choices=ROOMS, metavar="NAME", help="report these rooms only")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    wanted = parser.parse_args(arguments)
    if wanted.pairs < PAIRS_MIN:
        parser.error(f"{wanted.pairs} pairs give no interval of {CONFIDENCE:.0%}: {PAIRS_MIN} or more do")
    try:
        found = ratios(measured(HERE, wanted.other.resolve(), wanted.pairs))
    except Incomparable as error:
        parser.exit(1, f"{error}\n")
    found = {room: row for room, row in found.items() if not wanted.room or room in wanted.room}
    if wanted.json:
        print(json.dumps({room: row._asdict() for room, row in found.items()}, indent=1))
    else:
        print_table(found)


def measured(this: Path, other: Path, pairs: int) -> list[tuple[dict[str, float], dict[str, float]]]:
    """For each pair CPU seconds an item by room, of this checkout and of the other.  Raises Incomparable."""
    with tempfile.TemporaryDirectory(prefix="wiredesk-pairs-") as folder:
        data = Path(folder, "wire.jsonl")
        with data.open("w", encoding="utf-8") as lines:
            lines.writelines(f"{json.dumps(sent)}\n" for sent in wire.payloads(WARM_UP + MEASURED))
        for checkout in (this, other):  # compiles what a first run compiles
            with ExitStack() as stack:
                Child(checkout, data, 0, stack)
        found = []
        for number in range(1, pairs + 1):
            print(f"pair {number} of {pairs} …", file=sys.stderr, flush=True)
            found.append(pair(this, other, data, number))
        return found


def pair(this: Path, other: Path, data: Path, number: int) -> tuple[dict[str, float], dict[str, float]]:
    """One pair; its number is the seed of both sides' hashes.  Raises Incomparable."""
    sums: tuple[dict[str, list[float]], ...] = (defaultdict(lambda: [0, 0, 0]), defaultdict(lambda: [0, 0, 0]))
    with ExitStack() as stack:
        order = (0, 1) if number % 2 else (1, 0)
        sides = {side: Child((this, other)[side], data, number, stack) for side in order}
        for turn in range(MEASURED // TURN):
            for side in order if turn % 2 else order[::-1]:
                for room, row in sides[side].turn(TURN).items():
                    sums[side][room] = [total + value for total, value in zip(sums[side][room], row, strict=True)]
    work = [{room: row[1:] for room, row in side.items()} for side in sums]
    if work[0] != work[1]:
        print(f"not the same work: [records, dead letters] here {work[0]}, there {work[1]}", file=sys.stderr)
    here, there = ({room: row[0] / MEASURED for room, row in side.items()} for side in sums)
    return here, there


def ratios(pairs: list[tuple[dict[str, float], dict[str, float]]]) -> dict[str, Ratio]:
    """Each room's figures, and those of all rooms together, in microseconds."""
    shared = [room for room in pairs[0][0] if room in pairs[0][1]]  # versions differ in their rooms
    totals = [
        tuple({room: side[room] for room in shared} | {ALL: sum(side[room] for room in shared)} for side in sides)
        for sides in pairs
    ]
    found: dict[str, Ratio] = {}
    for room in totals[0][0]:
        values = sorted(here[room] / there[room] for here, there in totals)
        this_us, other_us = (median(sides[side][room] for sides in totals) * 1e6 for side in (0, 1))
        low, high = interval(values)
        found[room] = Ratio(this_us, other_us, median(values), low, high)
    return found


def interval(values: list[float]) -> tuple[float, float]:
    """Of sorted values the closest two, equally far from either end, that cover the median with CONFIDENCE.

    No distribution is assumed: each value lies below the median with probability 1/2.  At least PAIRS_MIN values.
    """
    count = len(values)
    assert count >= PAIRS_MIN, f"{count} values give no interval of {CONFIDENCE:.0%}"
    chances = accumulate(2 * comb(count, rank) / 2**count for rank in range(count // 2))
    rank = max(rank for rank, outside in enumerate(chances) if outside <= 1 - CONFIDENCE)
    return values[rank], values[-1 - rank]


def print_table(found: dict[str, Any]) -> None:
    """A line a room."""
    print(f"{'room':<12}{'this, µs':>10}{'other, µs':>11}{'ratio':>8}   interval of {CONFIDENCE:.0%}")
    for room, row in found.items():
        times = f"{row.this_us:>10.1f}{row.other_us:>11.1f}"
        print(f"{room:<12}{times}{row.ratio:>8.3f}   {row.low:.3f} to {row.high:.3f}")
