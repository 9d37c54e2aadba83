"""The verdict on one item: RULES in order, the first that applies decides.

Pure: a rule looks at the state and says what the item is to which story, and what has to be remembered.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import msgspec

from pipeline import features
from pipeline.items import Item, Kind, Relation, Status, content_id
from pipeline.tag.changes import FEEDS_MAX, Entry, Lesson, Totals, Vector
from pipeline.tag.label_sums import LabelSums, contribution
from pipeline.tag.naming import named, plain_name
from pipeline.tag.scoring import THRESHOLD, Match, Vectors, evidence, matches, same_story, vectors
from pipeline.tag.stories import Stories, Story

Event = Literal["created", "joined", "updated", "killed"]
Belonging = Literal["new", "joined", "inherited", "none"]

UNSCORED = frozenset({Kind.REPEAT, Kind.ADVISORY, Kind.RECALL, Kind.LATE, Kind.KILL})
GONE = frozenset({Status.KILLED, Status.RECALLED})
COPIES = frozenset(
    {Relation.EXACT, Relation.REPUBLISH, Relation.EXCERPT, Relation.UPDATE, Relation.CORRECTION}
)  # of a dispatch whose story is known they share it, and say nothing new about it
replace = msgspec.structs.replace


@dataclass(frozen=True)
class Case:
    """An item before the verdict."""

    stories: Stories
    item: Item
    offset: int
    now_ms: int  # stream time with this item
    header: bytes | None  # the encoded features; read only where a rule needs them

    @cached_property
    def language(self) -> str:
        return self.item.language.partition("-")[0]

    @cached_property
    def time_ms(self) -> int:
        """The item's own time, never ahead of the stream's."""
        return min(round(self.item.version_created.timestamp() * 1000), self.now_ms)

    @cached_property
    def features(self) -> features.Features:
        return features.decode(self.header)

    @cached_property
    def vectors(self) -> Vectors:
        return vectors(self.stories.index, self.features, self.language)

    @cached_property
    def story_id(self) -> str:
        """The id of the story that this item founds, should it found one."""
        return content_id("story", self.item.dispatch.item)

    @cached_property
    def known(self) -> Story | None:
        """The story that the dispatch is already in."""
        return self.stories.story_of(self.item.dispatch.id) or self.stories.story(self.story_id)

    @cached_property
    def earlier(self) -> Entry | None:
        """The dispatch's entry in the window, which a new one replaces."""
        member = self.stories.dispatches.get(self.item.dispatch.id)
        return member.entry if member else None

    @cached_property
    def standing(self) -> Vector:
        """What the dispatch contributes as yet."""
        member = self.stories.dispatches.get(self.item.dispatch.id)
        return member.vector if member else Vector()

    @cached_property
    def copied(self) -> Story | None:
        """The story of the dispatch that the item copies."""
        verdict = self.item.duplicate
        return self.stories.story_of(verdict.of) if verdict and verdict.relation in COPIES else None

    @property
    def round_up(self) -> bool:
        return self.item.duplicate is not None and self.item.duplicate.relation is Relation.ROUND_UP

    def entry(self, story: str, vector: Vector | None = None, independent: bool = True) -> Entry:
        """The item's entry in the window, counted, with what it contributes."""
        own, said = self.item.dispatch.id, self.item.duplicate
        alone = independent and (said is None or said.independent)
        return Entry(story, self.language, own, self.item.wire.feed, True, alone, vector or Vector())

    @property
    def lesson(self) -> Lesson:
        return Lesson(self.language, self.vectors.terms.astype("<u4").tobytes())

    def vector(self, weights: bool = True, label: bool = True) -> Vector:
        """What the item contributes to its story: to the sums, to the label."""
        v = self.vectors
        return Vector(
            v.keys.astype("<u4").tobytes() if weights else b"",
            v.text.astype("<i2").tobytes() if weights else b"",
            v.lead.astype("<i2").tobytes() if weights else b"",
            contribution(self.features) if label and (self.features.phrases or self.features.label_terms) else b"",
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the item is to which story, and what follows."""

    relation: Belonging
    totals: Totals | None = None  # the story as it stands after the item
    event: Event | None = None  # what happened to it
    entry: Entry | None = None  # what the window remembers
    score: int | None = None  # of the best match, in 1/SCORE_UNIT
    evidence: tuple[str, ...] = ()
    merged: Totals | None = None  # the younger story that ended in this one
    killed: tuple[str, str | None] | None = None
    lesson: Lesson | None = None  # only what is scored teaches: a dispatch once, its copies never


# ---- the verdicts ---------------------------------------------------------------------------------------------


def leave(case: Case) -> Verdict:
    """A kill: the dispatch's contribution leaves its story; a later revision of it brings none."""
    dispatch, story, earlier = case.item.dispatch.id, case.known, case.earlier
    if story is None:
        return Verdict("none", killed=(dispatch, None))
    killed = (dispatch, story.totals.id)
    if earlier is None or not earlier.counted:
        return Verdict("inherited", story.totals, killed=killed)
    totals = named(case.stories.index, counted(story.totals, earlier, -1), story.labels, case.standing.label, b"")
    entry = Entry(story.totals.id, case.language, dispatch, earlier.feed)
    return Verdict("inherited", totals, "killed", entry, killed=killed)


def inherit(case: Case) -> Verdict:
    """What adds no text changes nothing: a repeat, an advisory, a recall, a late revision, a copy of the killed."""
    story = case.known or case.copied
    return Verdict("inherited", story.totals) if story else Verdict("none")


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
    return Verdict("inherited", totals, "updated", entry)


def follow(case: Case) -> Verdict:
    """A copy is an item of the story that it copies, but no report of its own and no voice in what it is about."""
    story = case.copied
    assert story
    entry = case.entry(story.totals.id, independent=False)
    return Verdict("inherited", seen(counted(story.totals, entry, 1), case.time_ms), "joined", entry)


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
        "joined",
        named(index, totals, story.labels, b"", vector.label),
        "joined",
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
    totals = named(case.stories.index, counted(start, entry, 1), LabelSums(), b"", vector.label)
    return Verdict("new", totals, "created", entry)


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


# ---- totals ---------------------------------------------------------------------------------------------------


def counted(totals: Totals, entry: Entry, step: int) -> Totals:
    """The totals with an entry counted in (step 1) or out (-1)."""
    if not entry.counted:
        return totals
    return replace(
        totals,
        items=totals.items + step,
        independent=totals.independent + step * entry.independent,
        feeds=tallied(totals.feeds, ((entry.feed, step),)),
    )


def seen(totals: Totals, time_ms: int) -> Totals:
    """The totals with an item of that time in the story."""
    return replace(totals, first_ms=min(totals.first_ms, time_ms), last_ms=max(totals.last_ms, time_ms))


def merged(older: Totals, younger: Totals) -> Totals:
    """The older story with all that the younger was."""
    pinned = younger if younger.label_by and not older.label_by else older
    return replace(
        older,
        label=pinned.label,
        label_by=pinned.label_by,
        items=older.items + younger.items,
        independent=older.independent + younger.independent,
        feeds=tallied(older.feeds, younger.feeds),
        first_ms=min(older.first_ms, younger.first_ms),
        last_ms=max(older.last_ms, younger.last_ms),
        merged=(*older.merged, *younger.merged, younger.id),
    )


def tallied(feeds: tuple[tuple[str, int], ...], more: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    """Items by feed, by name; a feed past FEEDS_MAX is not named."""
    tally = dict(feeds)
    for feed, items in more:
        if feed in tally or (items > 0 and len(tally) < FEEDS_MAX):
            tally[feed] = tally.get(feed, 0) + items
    return tuple(sorted((feed, items) for feed, items in tally.items() if items > 0))


def by_age(a: Story, b: Story) -> tuple[Story, Story]:
    """The older story, the younger."""
    return (a, b) if a.totals.founded < b.totals.founded else (b, a)
