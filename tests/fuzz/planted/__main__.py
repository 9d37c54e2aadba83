"""Cases by number, unguided and fast: python -m tests.fuzz.planted [--seconds 600] [--seed FIRST] [--cases MANY].

Every case is two executions, of what is planted and of its twin; each twentieth goes through the rooms normalise
and resolve too.  A fault is printed once a kind, with the number of its case: `make fuzz SEED=…` plays that again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from random import Random

from tests.fuzz.planted.cases import Case, Fault, Rooms, case_of, check, shortest

ROOMS_EVERY = 20


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.planted", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--cases", type=int, default=sys.maxsize)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first case")
    wanted = parser.parse_args()
    found = play(wanted.seed, wanted.cases, wanted.seconds)
    print(f"planted: {found.executions:,} executions; kinds of fault: {len(found.kinds)}")
    for (kind, format_, steps), count in found.kinds.most_common():
        number, case, fault = found.first[kind, format_, steps]
        print(
            f"\n{count} x {kind}: {format_}, {steps or 'as it is'}; SEED={number}: {case.plant.name}\n"
            f"{fault.detail}"
        )
        print(case.payloads()[kind == "false alarm"])
    return 1 if found.kinds else 0


class Found:
    """What a run has found."""

    def __init__(self) -> None:
        self.executions = 0
        self.kinds: Counter[tuple[str, str, str]] = Counter()
        self.first: dict[tuple[str, str, str], tuple[int, Case, Fault]] = {}

    def add(self, number: int, case: Case, fault: Fault) -> None:
        case = shortest(case, fault)
        kind = fault.kind, case.plant.format, ", ".join(step.name for step in case.steps)
        self.kinds[kind] += 1
        self.first.setdefault(kind, (number, case, fault))


def play(first: int, cases: int, seconds: float) -> Found:
    """Play cases from number `first` on, until there were so many or the time is over."""
    found, rooms, until = Found(), Rooms(), time.monotonic() + seconds
    number = first
    while number < first + cases and time.monotonic() < until:
        case = case_of(Random(number))
        fault = check(case)
        found.executions += 2
        if number % ROOMS_EVERY == 0:
            fault = rooms.check(case) or fault
            found.executions += 1
        if fault:
            found.add(number, case, fault)
        number += 1
    return found


if __name__ == "__main__":
    sys.exit(main())
