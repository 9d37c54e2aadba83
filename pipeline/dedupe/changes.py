"""What dedupe writes into its journal: all that `apply` needs, and no more.

None of these can be in a reference cycle (`gc=False`): a window of 100,000 is no work for the garbage collector.
"""

from __future__ import annotations

import msgspec

from pipeline.items import Relation


class Prints(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What makes an item findable.  About 2.2 kB for 300 words; arrays as in features.Features."""

    keys: bytes  # uint32: the sampled shingles, the language mixed in, at most 192
    shingles: bytes  # uint32, sorted, distinct
    numbers: bytes  # uint32, sorted, distinct
    terms: bytes  # uint32, sorted, distinct
    opening: bytes  # uint32, sorted: those of the terms in title + first 25 words


class Origin(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The item that was first."""

    dispatch: str
    item: str
    feed: str


class Seen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item of the window."""

    dispatch: str
    item: str
    feed: str
    version: str
    language: str
    relation: Relation
    depends: tuple[str, ...]  # the other dispatches whose copy it carries: if one falls, it is recalled
    exact: tuple[bytes, ...]  # keys of its exact hashes
    posted_ms: int  # stream time when its text was last posted: its own, or that of what it is as good as
    stale: bool = False  # an older revision come late, or a copy of what had been killed or corrected by then
    prints: Prints | None = None  # None: it is not posted
    root: Origin | None = None  # for a copy, where its chain of copies begins

    @property
    def origin(self) -> Origin:
        """Where its chain of copies begins: with itself, unless it is a copy."""
        return self.root or Origin(self.dispatch, self.item, self.feed)


class Fall(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A dispatch that was killed or corrected."""

    dispatch: str
    item: str  # the item (or whoever) that did it
    killed: bool  # else corrected
    at: int  # source offset of the record that did it: what was copied before that is stale


class Change(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one record changes."""

    time_ms: int  # stream time with this record: never falls
    seen: Seen | None = None
    fall: Fall | None = None
