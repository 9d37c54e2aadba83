"""The templates, and what they may do with a value."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.runtime.board.static_files import address

FOLDER = Path(__file__).parent / "templates"
UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "clock": _clock,
        "day": _day,
        "moment": _moment,
        "points": points,
        "plural": plural,
        "lasting": lasting,
    }
    made.globals["static"] = address
    return made


def _clock(time: datetime) -> str:
    return f"{time:%H:%M}"


def _day(time: datetime) -> str:
    return f"{time:%-d %b}"


def _moment(time: datetime) -> str:
    return f"{time:%-d %b %H:%M}"


def points(curve: tuple[int, ...], width: int = 84, height: int = 26) -> str:
    """The points of a polyline for these numbers."""
    most, step = max(*curve, 1), width / (len(curve) - 1)
    return " ".join(
        f"{at * step:.0f},{height - 2 - value / most * (height - 4):.0f}" for at, value in enumerate(curve)
    )


def plural(count: int, word: str) -> str:
    """`1 item`, `2 items`."""
    return f"{count:,} {word}" + ("" if count == 1 else "s")


def lasting(seconds: int) -> str:
    """A time in the largest unit of which it is two or more: `40 minutes`, `3 hours`."""
    unit, size = next((known for known in UNITS if seconds >= 2 * known[1]), UNITS[-1])
    return plural(max(1, round(seconds / size)), unit)


ENVIRONMENT = _environment()
