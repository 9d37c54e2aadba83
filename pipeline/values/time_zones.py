"""Time zones of the database, from the package tzdata.

A pinned package and not the machine's own files: a local time means the same instant on every machine.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo


@cache
def zone_names() -> tuple[str, ...]:
    """The names of all zones, in the order of the database: `Europe/Oslo`."""
    return tuple((files("tzdata") / "zones").read_text("ascii").split())


@cache
def clock_of(name: str) -> ZoneInfo:
    """The clock of a zone.  KeyError if there is none of that name."""
    if name not in zone_names():
        raise KeyError(name)
    with (files("tzdata") / "zoneinfo" / name).open("rb") as file:
        return ZoneInfo.from_file(file, name)
