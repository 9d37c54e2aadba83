"""Who wrote the copy: the agencies table, looked up by any name it goes by."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.copy.gazetteer import place_key

NAME_LENGTH_MAX = 60
NAME_WORDS_MAX = 6

_SMALL_ACRONYMS = frozenset({"dpa", "epd", "tca", "ots", "sda", "ats", "afp"})


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
            found |= {_key(n): Agency(code, name, country) for n in (name, *others.split("|")) if n}
    return found


@cache
def codes() -> frozenset[str]:
    """What items may carry as their agency."""
    return frozenset(found.code for found in _agencies().values())


def _key(name: str) -> str:
    """Names without case, acronyms in capitals: `ANA` is an agency, Ana is not; `dpa` is written small."""
    plain = place_key(name)
    return plain.upper() if name.isupper() or name in _SMALL_ACRONYMS else plain


def agency(name: str) -> Agency | None:
    """The agency of exactly that name."""
    return _agencies().get(_key(name)) if len(name) <= NAME_LENGTH_MAX else None


def desk(name: str) -> Agency | None:
    """The agency whose name it is or begins with: `Press Association Sport` is `pa`."""
    words = name[:NAME_LENGTH_MAX].split()[:NAME_WORDS_MAX]
    return next(
        (found for n in range(len(words), 0, -1) if (found := agency(" ".join(words[:n]).strip(" .,")))), None
    )


def first_agency(names: str) -> Agency | None:
    """The origin of `tca/dpa`, `AFP-BELGA`: the first that is known; the carrier comes after the author."""
    listed = names[:NAME_LENGTH_MAX].split("/")
    return next(
        (found for name in listed for part in (name, *name.split("-")) if (found := desk(part))),
        None,
    )
