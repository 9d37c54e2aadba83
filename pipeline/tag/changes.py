"""What the room tag writes into its journal: what each record changes, and nothing that can be derived.

A change has absolute totals and exact integer vectors, so it can be applied without any earlier change: a journal
that was trimmed behind the window rebuilds the same state.
"""

from __future__ import annotations

import msgspec

from pipeline.items import LabelKind

NAMED_FEEDS_MAX = 64  # of a story by name; items of further feeds are counted without one
MERGED_MAX = 64  # stories that can be merged into one; past that the next stays apart
LABEL_CHARACTERS_MAX = 120
HELD_MAX = 64  # dispatches of a story that are on hold
LANGUAGES_MAX = 16  # tags of a story: en, en-GB, ...


class Contribution(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an item adds to its story's sums.  Integers, little-endian."""

    keys: bytes = b""  # uint32 (index.mixed)
    text: bytes = b""  # int16 a key, 1/256: weight in title and first 400 words
    lead: bytes = b""  # int16 a key, 1/256: weight in title and first 60 words
    label: bytes = b""  # label_members.label_contribution; empty: none


class Report(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the window keeps of an independent report, so that it can represent its story."""

    item: str
    headline: str  # may be empty
    words: int  # of its body, at most lifecycle.TOP_WORDS


class StoryEntry(msgspec.Struct, frozen=True, array_like=True):
    """A record in the window.  It replaces an earlier entry of the same dispatch."""

    story: str
    language: str
    dispatch: str | None = None  # None: an editor's pin
    feed: str = ""
    counted: bool = False  # one of the story's items
    independent: bool = False  # an independent report
    contribution: Contribution = Contribution()
    report: Report | None = None  # of an independent report
    copied: str | None = None  # of a copy: the dispatch whose text it has


class StoryTotals(msgspec.Struct, frozen=True, array_like=True):
    """A story with all its items, those that have left the window included."""

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
    merged: tuple[str, ...] = ()  # ids of younger stories that were merged into this one
    label_kind: LabelKind = LabelKind.OPENING
    grown: int = 0  # the highest step of independent reports that it has reached
    top: str | None = None  # the dispatch that represents it; None: no report of it is in the window
    languages: tuple[str, ...] = ()  # BCP 47 tags, sorted
    heavy: bytes = b""  # arrays.TERM, by key: the terms by which it is found again (closed)
    held: tuple[str, ...] = ()  # dispatches on hold, which cannot represent it; the latest HELD_MAX


class TermSample(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The terms of one dispatch, for the document frequencies of its language."""

    language: str
    terms: bytes  # uint32: keys (index.mixed)


class KilledDispatch(msgspec.Struct, frozen=True, array_like=True):
    """A killed dispatch."""

    dispatch: str
    story: str | None
    offset: int  # of the kill; carried along, so that which is forgotten first does not depend on trims


class ClosedStory(msgspec.Struct, frozen=True, array_like=True):
    """A closed story: nothing of it is left in the window."""

    totals: StoryTotals
    offset: int  # of its latest entry in the window


class CarriedFrom(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where an entry or a term sample that is carried came from: it is as old as before."""

    offset: int  # source offset
    arrived_ms: int = 0  # stream time, of an entry


class TagChange(msgspec.Struct, frozen=True, array_like=True):
    """What one record changes, or one carried kill or closed story.  A part that is None changes nothing."""

    time_ms: int  # stream time
    totals: StoryTotals | None = None  # of the story that changed
    merged: str | None = None  # the younger story that was merged into it
    entry: StoryEntry | None = None
    term_sample: TermSample | None = None
    killed: KilledDispatch | None = None
    closed: ClosedStory | None = None  # carried
    forgotten: str | None = None  # a closed story whose founding dispatch was killed
    erased: str | None = None  # a dispatch of which no word is kept
    carried: CarriedFrom | None = (
        None  # entry or term sample are known already, unless the journal begins with them
    )
