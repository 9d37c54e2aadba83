"""A feed that is not well-formed because of some of its entries: the others, and the broken ones apart.

Only what is outside all entries may say something about them, so it must be well-formed without them.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.parsers import expat

from pipeline.formats.format import ITEMS_MAX
from pipeline.formats.parts import Unreadable
from pipeline.formats.text.encoding import decode_xml
from pipeline.formats.xml.text import with_entities
from pipeline.records import Reason, Rejected

ENTRY = re.compile(r"<(item|entry)(?=[\s>])(?:(?!<(?:item|entry)[\s>]).)*?</\1\s*>", re.DOTALL)


class CleanFeed(NamedTuple):
    """The feed without its broken entries, and those."""

    data: bytes
    broken: tuple[Unreadable, ...]


def without_broken_entries(data: bytes) -> CleanFeed | None:
    """None if no entry is broken, if there are too many, or if what is around them may be a comment."""
    try:
        text = decode_xml(data)[0]
    except Rejected:
        return None
    if text.count("<item") + text.count("<entry") > ITEMS_MAX or "<!--" in ENTRY.sub("", text):
        return None
    kept, broken, at = list[str](), list[Unreadable](), 0
    for entry in ENTRY.finditer(text):
        kept.append(text[at : entry.start()])
        at = entry.end()
        if error := _error_of(entry[0]):
            broken.append(Unreadable(Reason.MALFORMED, f"XML of an entry: {error}"))
        else:
            kept.append(entry[0])
    return CleanFeed("".join((*kept, text[at:])).encode(), tuple(broken)) if broken else None


def _error_of(entry: str) -> str | None:
    """Why an entry is not well-formed, whatever its prefixes mean."""
    try:
        expat.ParserCreate("utf-8").Parse(with_entities(entry), True)
    except expat.ExpatError as error:
        return str(error)
    return None
