"""Zones of notes: by abbreviation, by the name of a place, by an offset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache

from pipeline.data_files import load_table
from pipeline.notes.fold import fold
from pipeline.values import time_zones


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone as a note names it: the clock that it means, or the two that it may mean."""

    clocks: tuple[tzinfo, ...]
    is_utc: bool = False  # an offset may follow: `GMT-5`

    def latest(self, local: datetime) -> datetime | None:
        """The latest instant, UTC, at which a clock of the zone shows `local`; None outside the years 1 to 9999."""
        try:
            return max(
                local.replace(tzinfo=clock, fold=fold_).astimezone(UTC) for clock in self.clocks for fold_ in (0, 1)
            )
        except (OverflowError, ValueError):
            return None


def offset_zone(sign: str, hours: str, minutes: str) -> Zone | None:
    """The zone of `-5`, `+05:30`; None beyond 14 hours, which no place has."""
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return None if offset > timedelta(hours=14) else Zone((timezone(-offset if sign == "-" else offset),))


@cache
def zone_names() -> dict[str, Zone]:
    """The zones that need no `time` behind them, by folded name."""
    table = _table()
    named = {
        name: Zone(tuple(map(_clock, clocks)), name in {"gmt", "utc"}) for name, clocks in table["offsets"].items()
    }
    return named | {name: Zone((_clock(key),)) for name, key in table["names"].items()}


@cache
def places() -> dict[str, Zone]:
    """The zones of cities, by folded name: only `London time` is a zone, `London` alone is a place."""
    keys = (key for key in time_zones.zone_names() if "/" in key)
    cities = {fold(key.rpartition("/")[2].replace("_", " ")): key for key in keys}
    known = {name: key for name, key in cities.items() if not key.startswith(("Etc/", "SystemV/", "US/"))}
    return {name: Zone((_clock(key),)) for name, key in (known | _table()["places"]).items()}


@cache
def _clock(name: str) -> tzinfo:
    """The clock of an offset `+01:00` or of a name of the database."""
    if name[0] in "+-":
        offset = timedelta(hours=int(name[1:3]), minutes=int(name[4:]))
        return timezone(-offset if name[0] == "-" else offset)
    return time_zones.clock_of(name)


@cache
def _table() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = load_table(__file__, "zones.yaml")
    return found
