"""Run the benchmarks and print their figures in one table.

python -m benchmarks [NAME...] [--full] [--json]
python -m benchmarks pairs OTHER_CHECKOUT [--pairs N] [--room NAME...] [--json]
"""

from __future__ import annotations

import argparse
import json
import pkgutil
import sys
from importlib import import_module

import benchmarks
from benchmarks import Missing, pairs

PAIRS = "pairs"  # a command of its own: it needs another checkout
OTHERS = ("__main__", PAIRS, "label_sheets")  # no benchmarks
NAMES = tuple(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in OTHERS)


def main() -> None:
    if sys.argv[1:2] == [PAIRS]:
        pairs.main(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=benchmarks.__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; without one, all")
    parser.add_argument("--full", action="store_true", help="all of the data: minutes instead of seconds")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    wanted = parser.parse_args()
    if unknown := [name for name in wanted.names if name not in NAMES]:
        parser.error(f"no benchmark is named {unknown[0]!r}; there are {', '.join(NAMES)}")
    found = {name: figures(name, short=not wanted.full) for name in wanted.names or NAMES}
    if wanted.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        print_table(found)


def figures(name: str, *, short: bool) -> dict[str, object]:
    """The benchmark's figures; why there are none, if it has nothing to measure on."""
    print(f"{name} …", file=sys.stderr, flush=True)
    try:
        found: dict[str, object] = import_module(f"benchmarks.{name}").run(short=short)
    except Missing as missing:
        return {"skipped": str(missing)}
    return found


def print_table(found: dict[str, dict[str, object]]) -> None:
    """A block a benchmark, a line a figure."""
    width = max((len(figure) for rows in found.values() for figure in rows), default=0)
    for name, rows in found.items():
        print(f"\n{name}")
        for figure, value in rows.items():
            print(f"  {figure:<{width}}  {value}")


if __name__ == "__main__":
    main()
