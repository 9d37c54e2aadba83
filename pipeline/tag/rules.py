"""The verdict on one item: RULES in order, the first that applies decides."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from pipeline.items import Kind, Status
from pipeline.tag.changes import StoryEntry, StoryTotals
from pipeline.tag.closed import FOLLOWED_ITEMS, updated_heavy
from pipeline.tag.lifecycle import choose_top
from pipeline.tag.query import StoryQuery
from pipeline.tag.story_totals import held_after, united
from pipeline.tag.verdicts import (
    TagVerdict,
    create_late_story,
    inherit,
    join_copied,
    join_no_story,
    join_or_create,
    leave_merged_dispatch,
    remove_killed,
    reopen,
    revise,
)

UNSCORED = frozenset({Kind.REPEAT, Kind.ADVISORY, Kind.RECALL, Kind.LATE, Kind.KILL})
WITHDRAWN = frozenset({Status.KILLED, Status.RECALLED})


def is_new_kill(query: StoryQuery) -> bool:
    """Whether its words leave the story: it was killed, or was a report until a kill of its source recalled it."""
    dispatch, earlier = query.item.dispatch, query.earlier
    was_report = dispatch.killed_by is not None and earlier is not None and earlier.independent
    is_killed = dispatch.kind is Kind.KILL or dispatch.status is Status.KILLED or was_report
    return is_killed and dispatch.id not in query.state.killed


def is_unscored(query: StoryQuery) -> bool:
    dispatch = query.item.dispatch
    return dispatch.kind in UNSCORED or dispatch.status in WITHDRAWN or dispatch.id in query.state.killed


class TagRule(NamedTuple):
    """A published name, when the rule applies, and its verdict."""

    name: str
    applies: Callable[[StoryQuery], bool]
    verdict: Callable[[StoryQuery], TagVerdict]


RULES = (
    TagRule("kill/1", is_new_kill, remove_killed),  # first: a kill wins whatever else the item is
    TagRule("one-dispatch/1", lambda query: query.item.dispatch.merged_into is not None, leave_merged_dispatch),
    TagRule("unscored/1", is_unscored, inherit),
    TagRule("round-up/1", lambda query: query.is_round_up, join_no_story),
    TagRule("revision/1", lambda query: query.own_story is not None, revise),  # before copy: a dispatch stays
    TagRule("copy/1", lambda query: query.copied_story is not None, join_copied),
    TagRule("reopened/1", lambda query: query.closed_story is not None, reopen),
    TagRule("late/1", lambda query: query.is_late, create_late_story),
    TagRule("story/1", lambda query: True, join_or_create),
)


def judge_story(query: StoryQuery) -> tuple[str, TagVerdict]:
    """The first rule that applies, and its verdict.  Raises Rejected(BAD_RECORD) for unreadable features."""
    rule = next(rule for rule in RULES if rule.applies(query))
    return rule.name, _with_current_facts(query, rule.verdict(query))


def _with_current_facts(query: StoryQuery, verdict: TagVerdict) -> TagVerdict:
    """The verdict with what every event of a story brings up to date: its top item, languages and terms."""
    totals, entry, living = verdict.totals, verdict.entry, query.state.living
    if totals is None or verdict.event is None:
        return verdict
    names = (totals.id, verdict.merged.id if verdict.merged else "")
    held = held_after(totals, query.item.dispatch)
    top = choose_top(query.state, [living[name] for name in names if name in living], entry, held)
    tags = (query.item.language.tag,) if entry and entry.counted else ()
    heavy = _heavy_after(query, totals, entry)
    languages = united(totals.languages, tags)
    totals = msgspec.structs.replace(totals, top=top, held=held, languages=languages, heavy=heavy)
    return dataclasses.replace(verdict, totals=totals)


def _heavy_after(query: StoryQuery, totals: StoryTotals, entry: StoryEntry | None) -> bytes:
    """The terms by which the story is found again; those of what leaves it go."""
    if entry and entry.contribution.keys:
        return updated_heavy(totals, totals.items - 1, entry.contribution)
    story = query.own_story
    if not (story and entry and query.earlier_contribution.keys):
        return totals.heavy
    left = msgspec.structs.replace(totals, heavy=b"")
    others = [one.contribution for one in story.members.values() if one.entry.dispatch != entry.dispatch]
    for count, contribution in enumerate([one for one in others if one.keys][-FOLLOWED_ITEMS:]):
        left = msgspec.structs.replace(left, heavy=updated_heavy(left, count, contribution))
    return left.heavy
