"""What the room tag remembers of a record: the change that its journal keeps, and nothing that can be derived.

A change names absolute totals and exact integer vectors, so applying it needs no earlier change: a journal that
was trimmed behind the window rebuilds the same state.
"""

from __future__ import annotations

import msgspec

FEEDS_MAX = 64  # feeds that a story names; further ones are counted in its items, not named
MERGED_MAX = 64  # stories that one story takes in; past that it stays apart from the next
LABEL_CHARACTERS_MAX = 120


class Vector(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an item adds to its story's sums.  Integers, little-endian."""

    keys: bytes = b""  # uint32 (index.mixed)
    text: bytes = b""  # int16 a key, 1/256: weight in title and first 400 words
    lead: bytes = b""  # int16 a key, 1/256: weight in title and first 60 words
    label: bytes = b""  # labels.contribution; empty: no voice in the label


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One record's place in the window.  It takes the place of an earlier entry of the same dispatch."""

    story: str
    language: str
    dispatch: str | None = None  # None: an editor's pin
    feed: str = ""
    counted: bool = False  # one of the story's items
    independent: bool = False  # a report of its own
    vector: Vector = Vector()


class Totals(msgspec.Struct, frozen=True, array_like=True):
    """A story as it stands: what outlives the items that leave the window."""

    id: str
    founded: int  # source offset of the founding item: the order of age
    language: str
    label: str
    label_by: str | None = None  # the editor who pinned it
    items: int = 0
    independent: int = 0
    feeds: tuple[tuple[str, int], ...] = ()  # feed, items; by name
    first_ms: int = 0  # event times, milliseconds since 1970
    last_ms: int = 0
    terms: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()  # ids of younger stories that live on in this one


class Lesson(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The terms of one dispatch, for the document frequencies of its language."""

    language: str
    terms: bytes  # uint32: keys (index.mixed)


class Killed(msgspec.Struct, frozen=True, array_like=True):
    """A killed dispatch."""

    dispatch: str
    story: str | None
    offset: int  # of the kill: carried along, so that the order of forgetting does not depend on when one trims


class Change(msgspec.Struct, frozen=True, array_like=True):
    """All that follows from one record, or one carried ledger entry.  Parts that are absent change nothing."""

    time_ms: int  # stream time
    totals: Totals | None = None  # of the story that changed
    merged: str | None = None  # the younger story that went into it
    entry: Entry | None = None
    lesson: Lesson | None = None
    killed: Killed | None = None
