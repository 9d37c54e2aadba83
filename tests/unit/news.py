"""What can be published of a payload: formats.parse, and an item with a fault is refused as normalise does it."""

from __future__ import annotations

from dataclasses import replace

from pipeline import formats
from pipeline.formats import FORMATS
from pipeline.formats.parsed import Broken, Parse, Parsed, Payload
from pipeline.items import PubStatus
from pipeline.records import Rejected


def parse(payload: Payload) -> tuple[str, Parse]:
    """By the format that is recognised."""
    name, found = formats.parse(payload)
    return name, _refused(found)


def parse_as(name: str, payload: Payload) -> Parse:
    """By the format of that name."""
    return _refused(FORMATS[name].parse(payload))


def _refused(found: Parse) -> Parse:
    """An unfit item that takes nothing back raises Rejected if it is the only one; else it is Broken."""
    items = tuple(_or_broken(part, item) for part, item in enumerate(found.items))
    if len(items) == 1 and isinstance(items[0], Broken):
        raise Rejected(items[0].reason, items[0].detail)
    return replace(found, items=items)


def _or_broken(part: int, item: Parsed | Broken) -> Parsed | Broken:
    if isinstance(item, Parsed) and item.unfit and not _takes_back(item):
        return Broken(part, item.unfit.reason, item.unfit)
    return item


def _takes_back(item: Parsed) -> bool:
    return item.pub_status is not PubStatus.USABLE and bool(item.native_id or item.names)
