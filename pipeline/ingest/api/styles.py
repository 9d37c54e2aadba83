"""The interfaces that are known: where their items are, and what tells one from another.

AP Media API (api.ap.org/media/v): a page has a list of items and the address of the next, which is asked later if
it has nothing yet; a story's text is an NITF document of its own.  dpa wireQ: a queue; an entry stays in it, and
comes again under another receipt, until it is deleted by its receipt.
"""

from __future__ import annotations

from typing import NamedTuple

Path = tuple[str, ...]


class Style(NamedTuple):
    """One interface."""

    accept: str
    items: Path
    next: Path = ()  # the address of the next page
    identity: tuple[Path, ...] = ()  # of an item and its revision, all of them; else its words
    unsaid: str = "\0"  # members of an item that begin so are of its delivery
    receipt: str = ""  # the member by which an item is acknowledged
    text: Path = ()  # the address of its text
    every_ms: int = 30_000


STYLES = {
    "ap": Style(
        accept="application/json",
        items=("data", "items"),
        next=("data", "next_page"),
        identity=(("item", "altids", "etag"),),
        text=("item", "renditions", "nitf", "href"),
    ),
    "wireq": Style(
        accept="application/json",
        items=("entries",),
        unsaid="_wireq",
        receipt="_wireq_receipt",
    ),
}


def at(value: object, path: Path) -> str:
    """The text at a path; empty if there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""
