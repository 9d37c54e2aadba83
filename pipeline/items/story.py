"""Stories: what tag publishes."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from pipeline.items.model import Instant, Model, many


class StoryRelation(StrEnum):
    """How an item came to its story."""

    NEW = "new"  # it founded the story
    JOINED = "joined"  # by its words
    INHERITED = "inherited"  # with its dispatch, or with the dispatch that it copies
    NONE = "none"


class StoryEvent(StrEnum):
    """What happened to a story."""

    CREATED = "created"
    JOINED = "joined"  # by an item of another dispatch
    UPDATED = "updated"  # by a revision, a hold or a release of one of its dispatches; or one left it
    GROWN = "grown"  # past a step: 2, 5, 10, 20, 50, 100, ... independent reports
    REOPENED = "reopened"  # it had closed, and an item continues it
    RELABELLED = "relabelled"
    MERGED = "merged"  # into an older story; this is its last record
    KILLED = "killed"  # one of its dispatches was
    CLOSED = "closed"  # nothing of it is left in the window
    PINNED = "pinned"  # an editor set its label


class LabelKind(StrEnum):
    """What the label of a story is."""

    EVENT = "event"  # an event with its name
    HEADLINE = "headline"  # a short headline of the story
    OPENING = "opening"  # the first words of the story's item, or its slugline: it has no headline
    PINNED = "pinned"  # an editor's
    NONE = "none"  # no item of the story is left that could give it one: they were killed


class RunnerUp(Model):
    """The best story that an item did not join."""

    id: str = Field(description="the story")
    label: str = Field(description="its name when the record was written")
    score: float = Field(description="how well the item matched it")


class StoryTag(Model):
    """Which story: the verdict of tag, with its evidence."""

    id: str = Field(description="the story; it never changes")
    label: str = Field(description="the name of the story at this item")
    label_kind: LabelKind | None = Field(None, description="what the label is")
    relation: StoryRelation = Field(description="how the item came into its story; `none`: it has none")
    score: float | None = Field(None, description="how well it matched")
    threshold: float | None = Field(None, description="what a match needs")
    evidence: tuple[str, ...] = many("terms shared with the story, weightiest first")
    items: int = Field(description="items of the story so far")
    independent: int = Field(description="independent reports among them")
    first_seen: Instant = Field(description="when the first item of the story arrived")
    merged_from: str | None = Field(None, description="the story that this one has taken in")
    runner_up: RunnerUp | None = Field(None, description="the best story that it did not join, if it was scored")
    rule: str = Field(description="the rule that decided, with its version")


class StoryName(Model):
    """A story by id and label."""

    id: str = Field(description="the story")
    label: str = Field(description="its name when the record was written")


class RoundUp(Model):
    """A text that tells several stories: an item of none of them, and no report of its own."""

    stories: tuple[StoryName, ...] = many(
        "the living stories that it tells of, in its order; none: it tells of nothing known"
    )
    rule: str = Field(description="the rule that decided, with its version")


class Momentum(Model):
    """How much comes in about a story, by the clock of the stream.  Copies and revisions count."""

    last_hour: int = Field(description="items that arrived in the hour up to `time`")
    hour_before: int = Field(description="items that arrived in the hour before that one")


class TopItem(Model):
    """The item that represents a story: the latest independent report of 100 words or more, or else the longest."""

    uri: str = Field(description="its dispatch")
    item: str = Field(description="the item")
    headline: str | None = Field(
        None, description="its headline, or the beginning of its copy: up to 200 characters"
    )
    feed: str = Field(description="its feed")


class Story(Model):
    """A record of wire.stories (compacted, key: id): the whole story at that moment, and what happened to it."""

    id: str = Field(description="the story, and the key of the record")
    label: str = Field(description="its name now")
    label_by: str = Field("wiredesk", description="`wiredesk`, or the editor who pinned the label")
    label_kind: LabelKind | None = Field(None, description="what the label is")
    language: str = Field(description="primary subtag of the language of its items: `en` for `en-GB`")
    event: StoryEvent = Field(description="what happened to it")
    merged_into: str | None = Field(None, description="the story that goes on, of one that was merged")
    items: int = Field(description="items so far")
    independent: int = Field(description="independent reports among them")
    step: int | None = Field(None, description="of `grown`: the number of independent reports that it has reached")
    momentum: Momentum | None = Field(None, description="how much comes in about it")
    top: TopItem | None = Field(
        None, description="the item that represents it; none: no report of it is in the window"
    )
    feeds: tuple[str, ...] = many("the feeds that report it")
    languages: tuple[str, ...] = many("the BCP 47 tags of its items, such as `en` and `en-GB`")
    first_seen: Instant = Field(description="when its first item arrived")
    last_seen: Instant = Field(description="when its last item arrived")
    terms: tuple[str, ...] = many("its terms, weightiest first")
    previous_label: str | None = Field(None, description="the label before this one")
    time: Instant = Field(description="when it happened")
