"""What a format is: how its payloads part into documents, and how one document is read as an item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.formats.limits import bounded
from pipeline.formats.parsed import Broken, Parse, Parsed, Payload
from pipeline.records import Reason, Rejected

ITEMS_MAX = 1_000  # of one payload; more: the payload is rejected whole, nothing is dropped quietly


@dataclass(frozen=True, slots=True)
class Parts:
    """A payload's documents, and warnings that concern all of them."""

    documents: tuple[Any, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A row of FORMATS.  `split` and `read` are pure and raise nothing but Rejected."""

    description: str
    media_types: tuple[str, ...]
    split: Callable[[Payload], Parts]
    read: Callable[[Any], Parsed]
    sources: Mapping[str, tuple[str, ...]]  # Parsed's field -> where it stands, best first (docs/formats.md)

    def parse(self, payload: Payload, warnings: tuple[str, ...] = ()) -> Parse:
        """The payload's items, in its order; a broken one among several does not cost its neighbours.  All warn.

        Raises Rejected: NO_ITEM, TOO_LARGE (too many), or what the only item is rejected for.
        """
        parts = self.split(payload)
        parts = replace(parts, warnings=(*warnings, *parts.warnings))
        if not parts.documents:
            raise Rejected(Reason.NO_ITEM, "well-formed, but without an item")
        if len(parts.documents) > ITEMS_MAX:
            raise Rejected(Reason.TOO_LARGE, f"{len(parts.documents):,} items; at most {ITEMS_MAX:,} a payload")
        if len(parts.documents) == 1:
            return Parse((self._item(parts.documents[0], parts.warnings),))
        return Parse(tuple(self._part(number, document, parts) for number, document in enumerate(parts.documents)))

    def _part(self, number: int, document: Any, parts: Parts) -> Parsed | Broken:
        try:
            return self._item(document, parts.warnings)
        except Rejected as rejected:
            return Broken(number, rejected.reason, rejected.detail)

    def _item(self, document: Any, warnings: tuple[str, ...]) -> Parsed:
        item = self.read(document)
        return bounded(replace(item, warnings=(*warnings, *item.warnings)) if warnings else item)
