"""The verdict on one item: RULES in order, the first that applies decides.

Pure: a rule looks at the state and says what the item is to which story, and what has to be remembered.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.items import Kind, Status, StoryEvent, StoryRelation
from pipeline.tag.cases import Case
from pipeline.tag.changes import Entry, Killed, Lesson, Totals, Vector
from pipeline.tag.label_members import LabelMembers
from pipeline.tag.naming import named, plain_name
from pipeline.tag.scoring import THRESHOLD, Match, evidence, matches, same_story
from pipeline.tag.stories import Story
from pipeline.tag.totals import counted, merged, seen

UNSCORED = frozenset({Kind.REPEAT, Kind.ADVISORY, Kind.RECALL, Kind.LATE, Kind.KILL})
GONE = frozenset({Status.KILLED, Status.RECALLED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the item is to which story, and what follows."""

    relation: StoryRelation
    totals: Totals | None = None  # the story as it stands after the item
    event: StoryEvent | None = None  # what happened to it
    entry: Entry | None = None  # what the window remembers
    score: int | None = None  # of the best match, in 1/SCORE_UNIT
    evidence: tuple[str, ...] = ()
    merged: Totals | None = None  # the younger story that ended in this one
    killed: Killed | None = None
    lesson: Lesson | None = None  # only what is scored teaches: a dispatch once, its copies never


# ---- the verdicts ---------------------------------------------------------------------------------------------


def leave(case: Case) -> Verdict:
    """A kill: the dispatch's contribution leaves its story; a later revision of it brings none."""
    dispatch, story, earlier = case.item.dispatch.id, case.known, case.earlier
    if story is None:
        return Verdict(StoryRelation.NONE, killed=Killed(dispatch, None, case.offset))
    killed = Killed(dispatch, story.totals.id, case.offset)
    if earlier is None or not earlier.counted:
        return Verdict(StoryRelation.INHERITED, story.totals, killed=killed)
    totals = named(case.stories.index, counted(story.totals, earlier, -1), story.labels, case.standing.label, b"")
    entry = Entry(story.totals.id, case.language, dispatch, earlier.feed)
    return Verdict(StoryRelation.INHERITED, totals, StoryEvent.KILLED, entry, killed=killed)


def inherit(case: Case) -> Verdict:
    """What adds no text changes nothing: a repeat, an advisory, a recall, a late revision, a copy of the killed."""
    story = case.known or case.copied
    return Verdict(StoryRelation.INHERITED, story.totals) if story else Verdict(StoryRelation.NONE)


def revise(case: Case) -> Verdict:
    """A revision takes its predecessor's place in the story and is never scored again."""
    story = case.known
    assert story
    copy = case.copied is not None
    vector = Vector() if copy else case.vector(weights=not case.round_up, label=not case.round_up)
    entry = case.entry(story.totals.id, vector, independent=not copy)
    totals = story.totals if case.earlier is None else counted(story.totals, case.earlier, -1)
    totals = seen(counted(totals, entry, 1), case.time_ms)
    totals = named(case.stories.index, totals, story.labels, case.standing.label, vector.label)
    return Verdict(StoryRelation.INHERITED, totals, StoryEvent.UPDATED, entry)


def follow(case: Case) -> Verdict:
    """A copy is an item of the story that it copies, but no report of its own and no voice in what it is about."""
    story = case.copied
    assert story
    entry = case.entry(story.totals.id, independent=False)
    totals = seen(counted(story.totals, entry, 1), case.time_ms)
    return Verdict(StoryRelation.INHERITED, totals, StoryEvent.JOINED, entry)


def stand_alone(case: Case) -> Verdict:
    """An item older than the window has a story of its own, that nothing joins by its words."""
    return found(case, case.vector(weights=False))


def place(case: Case) -> Verdict:
    """The best match at or above the threshold takes the item in, or it founds a story."""
    matching = matches(case.stories, case.vectors, case.features.words, case.time_ms, case.now_ms)
    if matching and matching[0].score >= THRESHOLD:
        return join(case, matching)
    verdict = found(case, case.vector(weights=not case.round_up))
    return dataclasses.replace(verdict, score=matching[0].score if matching else None, lesson=case.lesson)


def join(case: Case, matching: list[Match]) -> Verdict:
    """Into the best story, and where another is the same story, both into the older."""
    index, best = case.stories.index, matching[0]
    twin = None if case.round_up else same_story(index, matching)
    story, younger = (best.story, twin) if twin is None else by_age(best.story, twin)
    vector = case.vector(weights=not case.round_up, label=not case.round_up)
    entry = case.entry(story.totals.id, vector)
    totals = merged(story.totals, younger.totals) if younger else story.totals
    totals = seen(counted(totals, entry, 1), case.time_ms)
    return Verdict(
        StoryRelation.JOINED,
        named(index, totals, story.labels, b"", vector.label),
        StoryEvent.JOINED,
        entry,
        best.score,
        evidence(index, best.story, case.vectors, case.features, case.language),
        younger.totals if younger else None,
        lesson=case.lesson,
    )


def found(case: Case, vector: Vector) -> Verdict:
    """A story of the item's own."""
    entry = case.entry(case.story_id, vector)
    name, time_ms = plain_name(case.item), case.time_ms
    start = Totals(case.story_id, case.offset, case.language, name, first_ms=time_ms, last_ms=time_ms)
    totals = named(case.stories.index, counted(start, entry, 1), LabelMembers(), b"", vector.label)
    return Verdict(StoryRelation.NEW, totals, StoryEvent.CREATED, entry)


def by_age(a: Story, b: Story) -> tuple[Story, Story]:
    """The older story, the younger."""
    return (a, b) if a.totals.founded < b.totals.founded else (b, a)


# ---- the rules ------------------------------------------------------------------------------------------------


def is_kill(case: Case) -> bool:
    dispatch = case.item.dispatch
    says_so = dispatch.kind is Kind.KILL or dispatch.status is Status.KILLED
    return says_so and dispatch.id not in case.stories.killed


def is_unscored(case: Case) -> bool:
    dispatch = case.item.dispatch
    return dispatch.kind in UNSCORED or dispatch.status in GONE or dispatch.id in case.stories.killed


class Rule(NamedTuple):
    """A published name, when the rule applies, and its verdict."""

    name: str
    applies: Callable[[Case], bool]
    verdict: Callable[[Case], Verdict]


RULES = (
    Rule("kill/1", is_kill, leave),  # before all: a kill wins whatever else the item says
    Rule("unscored/1", is_unscored, inherit),
    Rule("revision/1", lambda case: case.known is not None, revise),  # before copy: a dispatch keeps its story
    Rule("copy/1", lambda case: case.copied is not None, follow),
    Rule("late/1", lambda case: case.time_ms < case.now_ms - case.stories.window_ms, stand_alone),
    Rule("story/1", lambda case: True, place),
)


def judge(case: Case) -> tuple[str, Verdict]:
    """The first rule that applies, and its verdict.  Raises Rejected(BAD_RECORD) for unreadable features."""
    rule = next(rule for rule in RULES if rule.applies(case))
    return rule.name, rule.verdict(case)
