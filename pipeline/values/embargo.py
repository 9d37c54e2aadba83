"""An embargo, and the strictest of several.  How the wires word one is known to pipeline/notes alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

UNTIL_MIN = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Embargo:
    """An embargo of an item.  `until` None: no end that can be read, so it holds until an operator releases it."""

    until: datetime | None  # aware, UTC
    text: str = ""  # as written
    planned: bool = False  # it is nothing but the date of publication of a feed's entry, which lies ahead


def strictest(embargoes: Iterable[Embargo | None]) -> Embargo | None:
    """The one without an end, else the one that ends last; None if there is none.  It is planned if all are."""
    found = [embargo for embargo in embargoes if embargo is not None]
    endless = next((embargo for embargo in found if embargo.until is None), None)
    last = endless or max(found, key=lambda embargo: embargo.until or UNTIL_MIN, default=None)
    return last and replace(last, planned=all(embargo.planned for embargo in found))
