"""Arithmetic of a story's totals: items counted in and out, by feed, and one story merged into another."""

from __future__ import annotations

import msgspec

from pipeline.items import Dispatch, Status
from pipeline.tag.changes import HELD_MAX, LANGUAGES_MAX, NAMED_FEEDS_MAX, StoryEntry, StoryTotals

replace = msgspec.structs.replace


def count_entry(totals: StoryTotals, entry: StoryEntry, step: int) -> StoryTotals:
    """The totals with an entry counted in (step 1) or out (-1)."""
    if not entry.counted:
        return totals
    independent = totals.independent + step * entry.independent
    return replace(
        totals,
        items=totals.items + step,
        independent=independent,
        grown=max(totals.grown, step_of(independent)),
        feeds=tallied(totals.feeds, ((entry.feed, step),)),
    )


def with_time(totals: StoryTotals, time_ms: int) -> StoryTotals:
    """The totals with an item of that time in the story."""
    return replace(totals, first_ms=min(totals.first_ms, time_ms), last_ms=max(totals.last_ms, time_ms))


def merged(older: StoryTotals, younger: StoryTotals) -> StoryTotals:
    """The older story with the items of the younger; an editor's label of either wins."""
    pinned = younger if younger.label_by and not older.label_by else older
    independent = older.independent + younger.independent
    return replace(
        older,
        label=pinned.label,
        label_by=pinned.label_by,
        label_kind=pinned.label_kind,
        items=older.items + younger.items,
        independent=independent,
        feeds=tallied(older.feeds, younger.feeds),
        first_ms=min(older.first_ms, younger.first_ms),
        last_ms=max(older.last_ms, younger.last_ms),
        merged=(*older.merged, *younger.merged, younger.id),
        grown=max(older.grown, younger.grown, step_of(independent)),
        languages=united(older.languages, younger.languages),
        held=(*older.held, *younger.held)[-HELD_MAX:],
    )


def held_after(totals: StoryTotals, dispatch: Dispatch) -> tuple[str, ...]:
    """The dispatches of the story that are on hold after this revision or notice of one of them."""
    others = tuple(name for name in totals.held if name != dispatch.id)
    return (*others, dispatch.id)[-HELD_MAX:] if dispatch.status is Status.HELD else others


def step_of(independent: int) -> int:
    """The highest of 2, 5, 10, 20, 50, 100, ... that this number of reports has reached; 0 below 2."""
    if independent < 2:
        return 0
    power: int = 10 ** (len(str(independent)) - 1)
    return next(step * power for step in (5, 2, 1) if step * power <= independent)


def united(tags: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """The language tags of both, sorted; those past LANGUAGES_MAX are left out."""
    return tuple(sorted({*tags, *more}))[:LANGUAGES_MAX]


def tallied(feeds: tuple[tuple[str, int], ...], more: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    """Items by feed, sorted by name; feeds past NAMED_FEEDS_MAX are left out."""
    tally = dict(feeds)
    for feed, items in more:
        if feed in tally or (items > 0 and len(tally) < NAMED_FEEDS_MAX):
            tally[feed] = tally.get(feed, 0) + items
    return tuple(sorted((feed, items) for feed, items in tally.items() if items > 0))
