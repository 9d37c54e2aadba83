"""AP: whether, when and how an item may be used, by what its status, signals, types, urgency and note say."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.formats.json.fields import Fields
from pipeline.values import codes, dates, editors_notes
from pipeline.values.embargo import Embargo

NEWS = "newscontent"
TYPES = {  # AP's words for what a version is to its story, small
    "kill": "kill",
    "elimination": "kill",
    "withdrawal": "kill",
    "withhold": "hold",
    "correction": "correction",
    "corrective": "correction",
    "clarification": "correction",
    "lead": "update",
    "writethru": "update",
    "update": "update",
    "advisory": "advisory",
}
PRIORITIES = {"f": 1, "b": 2, "u": 3, "r": 4, "d": 5, "a": 7, "s": 8}  # ANPA's letters in AP's order of urgency
URGENT = {1: "flash", 2: "bulletin", 3: "urgent"}


class Standing(NamedTuple):
    """Whether, when and how an item may be used."""

    status: codes.Status
    embargo: Embargo | None
    signals: tuple[str, ...]


def of(fields: Fields, urgency: int | None) -> Standing:
    """The status, stricter than it says where the signals or the types are; kills need no newscontent."""
    written = next(iter(fields.as_written("pub_status")), None)
    embargo = dates.read_embargo(fields.as_written("embargo"))
    if written is not None and written.strip().lower() == "embargoed":
        written, embargo = "usable", embargo or Embargo(None)
    said = [TYPES[name.lower()] for name in fields.every("types") if name.lower() in TYPES]
    if notes := fields.lines("note"):
        fields.warnings.append("ednote is for editors: left out")
        embargo = embargo or editors_notes.embargo(notes)
        said += editors_notes.signals(notes)
    status = codes.status(written, fields.warnings)
    if status == "usable":
        status = "canceled" if "kill" in said else "withheld" if "hold" in said else status
    is_news = NEWS in (signal.lower() for signal in fields.every("signals"))
    if status != "canceled" and not is_news:
        status = "withheld"
        said.append(codes.UNPUBLISHABLE)
        fields.warnings.append("no newscontent among the signals: never to be published")
    urgent = [URGENT[urgency]] if urgency in URGENT else []
    return Standing(status, embargo, tuple(dict.fromkeys((*codes.SIGNALS[status], *said, *urgent))))
