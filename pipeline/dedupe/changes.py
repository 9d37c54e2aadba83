"""What dedupe writes into its journal: all that `apply` needs, and no more.

None of these can be in a reference cycle (`gc=False`), so a window of 100,000 costs the garbage collector nothing.
"""

from __future__ import annotations

import msgspec

from pipeline.items import Relation

HEADLINE_CHARACTERS_MAX = 200  # of a headline that a copy will name; what is longer is cut


class ItemFingerprints(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an item is found and compared by.  About 2.2 kB for 300 words; arrays as in features.Features."""

    keys: bytes  # uint32: the sampled shingles, the language mixed in, at most 192
    shingles: bytes  # uint32, sorted, distinct
    numbers: bytes  # uint32, sorted, each as often as it occurs
    terms: bytes  # uint32, sorted, distinct
    opening: bytes  # uint32, sorted: those of the terms that are in the title or the first 25 words


def without_words(prints: ItemFingerprints) -> ItemFingerprints:
    """As many keys that nothing has, so that the ring keeps its places, and nothing else."""
    return ItemFingerprints(bytes(len(prints.keys)), b"", b"", b"", b"")


class CopyOrigin(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The item where a chain of copies begins."""

    dispatch: str
    item: str
    feed: str
    headline: str = ""
    agency: str = ""  # that wrote it, where the copy or the feed tells


class SeenItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item as the window keeps it."""

    dispatch: str
    item: str
    feed: str
    version: str
    language: str
    relation: Relation
    copied: tuple[str, ...]  # the other dispatches whose copy it carries: if one is withdrawn, it is recalled
    exact: tuple[bytes, ...]  # keys of its exact hashes
    posted_ms: int  # stream time when its text, or one as good, was last posted
    stale: bool = False  # a revision that came late, or a copy of what had been killed or corrected by then
    fingerprints: ItemFingerprints | None = None  # None: it is not posted
    copied_origin: CopyOrigin | None = None  # of a copy: the origin of its chain
    language_tag: str = ""  # the whole language tag, for recalls, where it is more than the language
    parts: tuple[str, ...] = ()  # of a round-up, or a copy of one: the dispatches that it contains
    headline: str = ""  # as published, up to HEADLINE_CHARACTERS_MAX; of a copy its own
    agency: str = ""
    arrived_ms: int = 0  # when it came to Wiredesk; feeds may reach this room in another order
    alike: int = 0  # how many others before it had the same stub or template; a copy has that of its source

    @property
    def origin(self) -> CopyOrigin:
        """Where its chain of copies begins: with itself, unless it is a copy."""
        return self.copied_origin or CopyOrigin(self.dispatch, self.item, self.feed, self.headline, self.agency)


class Withdrawal(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A dispatch was killed or corrected."""

    dispatch: str
    by: str  # the item that did it, or who
    killed: bool  # else corrected
    offset: int  # source offset of the record that did it: what was copied before it is stale


class CarriedFrom(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where an item that is carried came from: it is as old as before."""

    time_ms: int  # stream time
    offset: int  # source offset


class DedupeChange(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one record changes."""

    time_ms: int  # stream time with this record: it never decreases
    seen: SeenItem | None = None
    withdrawal: Withdrawal | None = None
    erased: str | None = None  # a dispatch of which no word is kept
    carried: CarriedFrom | None = None  # `seen` is known already, unless the journal begins with it
