"""What an item can be to a story, each as a function of the query: no function changes anything.

A verdict says what the item is to which story, and what the room has to remember.  rules says which one holds.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from pipeline.items import StoryEvent, StoryRelation
from pipeline.tag.changes import Contribution, KilledDispatch, StoryEntry, StoryTotals, TermSample
from pipeline.tag.closed import heavy_terms
from pipeline.tag.label_members import LabelMembers
from pipeline.tag.lifecycle import headline_without
from pipeline.tag.living import LivingStory
from pipeline.tag.naming import fallback_label, with_label, without_words
from pipeline.tag.query import StoryQuery
from pipeline.tag.scoring import THRESHOLD, StoryMatch, same_story, text_sums
from pipeline.tag.story_totals import count_entry, held_after, merged, with_time


@dataclass(frozen=True, slots=True)
class TagVerdict:
    """What the item is to which story, and what follows."""

    relation: StoryRelation
    totals: StoryTotals | None = None  # of the story with this item
    event: StoryEvent | None = None  # what happened to it
    entry: StoryEntry | None = None  # what the window keeps
    score: int | None = None  # of the best match, in 1/SCORE_UNIT
    evidence: tuple[str, ...] = ()
    runner_up: StoryMatch | None = None  # the best story that it did not join
    merged: StoryTotals | None = None  # the younger story that was merged into this one
    killed: KilledDispatch | None = None
    term_sample: TermSample | None = None  # of items that are scored: one for each dispatch, none of a copy
    forgotten: str | None = None  # a closed story whose founding dispatch was killed
    round_up_stories: tuple[StoryTotals, ...] | None = None  # of a round-up: those that it is about


def remove_killed(query: StoryQuery) -> TagVerdict:
    """Take what the dispatch contributed out of its story; its later revisions contribute nothing."""
    dispatch, story, earlier = query.item.dispatch.id, query.own_story, query.earlier
    if story is None:
        closed = query.state.closed.get(query.story_id)
        killed = KilledDispatch(dispatch, None, query.offset)
        return TagVerdict(StoryRelation.NONE, killed=killed, forgotten=closed.id if closed else None)
    killed = KilledDispatch(dispatch, story.totals.id, query.offset)
    if earlier and earlier.counted:
        without = _without(query, story, earlier, StoryEvent.KILLED)
    else:  # it has left the window, and its words may still name the story
        without = (_without_its_words(query, story, story.totals), StoryEvent.KILLED, None)
    return TagVerdict(StoryRelation.INHERITED, *without, killed=killed)


def _without(
    query: StoryQuery, story: LivingStory, earlier: StoryEntry, event: StoryEvent
) -> tuple[StoryTotals, StoryEvent, StoryEntry | None]:
    """The story without the dispatch, what happened, and the entry that replaces its earlier one."""
    left = count_entry(story.totals, earlier, -1)
    entry = StoryEntry(left.id, query.language, query.item.dispatch.id, earlier.feed)
    return _without_its_words(query, story, left), event, entry


def _without_its_words(query: StoryQuery, story: LivingStory, totals: StoryTotals) -> StoryTotals:
    """The totals without the words of the dispatch in the label and the terms."""
    headline = headline_without(query.state, story, query.item.dispatch.id)
    return without_words(query.state.index, totals, story.labels, query.earlier_contribution.label, headline)


def join_no_story(query: StoryQuery) -> TagVerdict:
    """A round-up joins no story.  If an earlier revision was none and is in a story, the dispatch leaves it."""
    stories = tuple(story.totals for story in query.round_up_stories)
    story, earlier = query.own_story, query.earlier
    if story is None or earlier is None or not earlier.counted:
        return TagVerdict(StoryRelation.NONE, round_up_stories=stories)
    without = _without(query, story, earlier, StoryEvent.UPDATED)
    return TagVerdict(StoryRelation.NONE, *without, round_up_stories=stories)


def leave_merged_dispatch(query: StoryQuery) -> TagVerdict:
    """Two dispatches turned out to be one.  If both are in stories, the one whose id is given up leaves its own."""
    story, earlier = query.own_story, query.earlier
    other = query.state.story_of(query.item.dispatch.merged_into)
    if story is None or earlier is None or not earlier.counted or other is None:
        return inherit(query)
    return TagVerdict(StoryRelation.INHERITED, *_without(query, story, earlier, StoryEvent.UPDATED))


def inherit(query: StoryQuery) -> TagVerdict:
    """An item without a text of its own joins nothing: a repeat, an advisory, a recall, a late revision.

    A hold or a release of a dispatch decides whether it may represent its story.
    """
    story = query.own_story or query.copied_story
    if story is None:
        return TagVerdict(StoryRelation.NONE)
    is_moved = story is query.own_story and held_after(story.totals, query.item.dispatch) != story.totals.held
    return TagVerdict(StoryRelation.INHERITED, story.totals, StoryEvent.UPDATED if is_moved else None)


def revise(query: StoryQuery) -> TagVerdict:
    """A revision replaces the one before it in the story, and is never scored again."""
    story = query.own_story
    assert story
    contribution = Contribution() if query.copied_story else query.contribution()
    left = count_entry(story.totals, query.earlier, -1) if query.earlier else story.totals
    entry = query.entry(left, contribution)
    # Without an entry in the window its earlier version has left that, and is still in the totals.
    totals = with_time(count_entry(left, entry, 1) if query.earlier else left, query.time_ms)
    leaves = query.earlier_contribution.label
    totals = with_label(query.state.index, totals, story.labels, leaves, contribution.label)
    return TagVerdict(StoryRelation.INHERITED, totals, StoryEvent.UPDATED, entry)


def join_copied(query: StoryQuery) -> TagVerdict:
    """A copy is an item of the story that it copies; it contributes no words, and no report if there is one."""
    story = query.copied_story
    assert story
    entry = query.entry(story.totals)
    totals = with_time(count_entry(story.totals, entry, 1), query.time_ms)
    return TagVerdict(StoryRelation.INHERITED, totals, StoryEvent.JOINED, entry)


def create_late_story(query: StoryQuery) -> TagVerdict:
    """An item that came later than the window gets a story of its own, which nothing joins by its words."""
    return create_story(query, query.contribution(weights=False))


def join_or_create(query: StoryQuery) -> TagVerdict:
    """The item joins the best match at or above the threshold, or a new story is created for it."""
    best = next(iter(query.matches), None)
    if best and best.score >= THRESHOLD:
        return join(query, query.matches)
    verdict = create_story(query, query.contribution())
    return dataclasses.replace(
        verdict, score=best.score if best else None, runner_up=best, term_sample=query.term_sample
    )


def join(query: StoryQuery, matches: list[StoryMatch]) -> TagVerdict:
    """The item joins the best story; where another match is the same story, both go on as the older."""
    index, best = query.state.index, matches[0]
    twin = same_story(index, matches)
    story, younger = (best.story, twin) if twin is None else by_age(best.story, twin)
    contribution = query.contribution()
    totals = merged(story.totals, younger.totals) if younger else story.totals
    entry = query.entry(totals, contribution)
    totals = with_time(count_entry(totals, entry, 1), query.time_ms)
    return TagVerdict(
        StoryRelation.JOINED,
        with_label(index, totals, story.labels, b"", contribution.label),
        StoryEvent.JOINED,
        entry,
        best.score,
        query.shared_terms(lambda keys: text_sums(index, best.story, keys)),
        next((match for match in matches if match.story not in (story, younger)), None),
        younger.totals if younger else None,
        term_sample=query.term_sample,
    )


def reopen(query: StoryQuery) -> TagVerdict:
    """The item continues a story that was closed: its id, its label and its counts go on."""
    closed, best = query.closed_story, next(iter(query.matches), None)
    assert closed
    entry = query.entry(closed, query.contribution(weights=not query.is_late))
    heavy = heavy_terms(closed)
    totals = with_time(count_entry(closed, entry, 1), query.time_ms)
    return TagVerdict(
        StoryRelation.JOINED,
        totals,
        StoryEvent.REOPENED,
        entry,
        evidence=query.shared_terms(lambda keys: np.array([heavy.get(key, 0) for key in keys.tolist()], np.int64)),
        runner_up=best,
        term_sample=query.term_sample,
    )


def create_story(query: StoryQuery, contribution: Contribution) -> TagVerdict:
    """Create a story with the item in it."""
    (label, kind), time_ms = fallback_label(query.item), query.time_ms
    empty = StoryTotals(
        query.story_id,
        query.offset,
        query.language,
        label,
        first_ms=time_ms,
        last_ms=time_ms,
        label_kind=kind,
    )
    entry = query.entry(empty, contribution)
    totals = with_label(query.state.index, count_entry(empty, entry, 1), LabelMembers(), b"", contribution.label)
    return TagVerdict(StoryRelation.NEW, totals, StoryEvent.CREATED, entry)


def by_age(a: LivingStory, b: LivingStory) -> tuple[LivingStory, LivingStory]:
    """The older story, the younger."""
    return (a, b) if a.totals.founded < b.totals.founded else (b, a)
