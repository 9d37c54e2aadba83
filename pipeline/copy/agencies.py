"""Who wrote the copy: the agencies table, looked up by any name it goes by."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.copy.gazetteer import place_key

NAME_LENGTH_MAX = 60
NAME_WORDS_MAX = 6


class Agency(NamedTuple):
    """A row of agencies.tsv."""

    code: str  # what items carry
    name: str
    country_code: str


@cache
def _agencies() -> dict[str, Agency]:
    found: dict[str, Agency] = {}
    for line in (Path(__file__).parent / "agencies.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, name, country, others = line.split("\t")
            found |= {place_key(n): Agency(code, name, country) for n in (name, *others.split("|")) if n}
    return found


def agency(name: str) -> Agency | None:
    """The agency whose name it is or begins with: `Press Association Sport` is `pa`; but `AP` and `APA` are two."""
    words = place_key(name[:NAME_LENGTH_MAX]).split()[:NAME_WORDS_MAX]
    known = _agencies()
    return next((known[key] for n in range(len(words), 0, -1) if (key := " ".join(words[:n])) in known), None)


def first_agency(names: str) -> Agency | None:
    """The origin of `tca/dpa`: the first that is known; the carrier comes after the author."""
    return next((found for name in names[:NAME_LENGTH_MAX].split("/") if (found := agency(name))), None)
