"""Benchmarks: the figures of the documentation, each beside what it is to be compared with in the same run.

    python -m benchmarks [NAME...] [--full] [--json]

A benchmark is a module of this package with ``run(short: bool) -> dict[str, object]``: a figure by name, the unit
in the name.  `short` is a run of seconds on a part of the data.  It raises Missing where it has nothing to measure
on.  Times are CPU times of one core (but for the broker's): read them as ratios.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from tests.real_data import REAL, ROOT, VARIABLE

DATA = REAL or ROOT / "no-real-data"  # real wires are no part of the project


class Missing(Exception):
    """What the benchmark measures on is not here; the message names it."""


def stream(name: str, most: int | None = None) -> Iterator[dict[str, Any]]:
    """The articles of a stream in the file's order (id, story, timestamp, title, text).  Raises Missing."""
    path = DATA / "streams" / f"{name}.jsonl.gz"
    if not path.exists():
        raise Missing(f"no streams/{path.name} in a folder of real data ({VARIABLE}): nothing to measure on")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, islice(lines, most))
