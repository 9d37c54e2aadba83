"""What the room tag writes: the item with its story, and the record of the story itself."""

from __future__ import annotations

from pipeline.envelope import RecordType, forward
from pipeline.items import (
    Concept,
    Item,
    RoundUp,
    RunnerUp,
    Story,
    StoryEvent,
    StoryName,
    StoryRelation,
    StoryTag,
    dump,
    instant,
)
from pipeline.records import Out, Record
from pipeline.tag.changes import StoryTotals, TagChange
from pipeline.tag.lifecycle import momentum, top_item
from pipeline.tag.scoring import THRESHOLD, StoryMatch
from pipeline.tag.state import TagState
from pipeline.tag.sum_kernels import SCORE_UNIT
from pipeline.tag.verdicts import TagVerdict

ENRICHED = "wire.enriched"
STORIES = "wire.stories"


def enriched_record(record: Record, item: Item, verdict: TagVerdict, rule: str) -> Out:
    """The record of the item, with its story as the key and without the features that only rooms read."""
    headers = forward(record.headers, RecordType.ITEM, record.time_ms)
    if verdict.round_up_stories is not None:
        stories = tuple(StoryName(id=totals.id, label=totals.label) for totals in verdict.round_up_stories)
        item = item.model_copy(update={"round_up": RoundUp(stories=stories, rule=rule)})
    if verdict.totals is None or verdict.relation is StoryRelation.NONE:
        return Out(ENRICHED, item.dispatch.id.encode(), dump(item), headers, record.position.partition)
    tag = story_tag(verdict.totals, verdict, rule)
    subject = Concept(name=tag.label, rel="story", uri=f"urn:wiredesk:story:{tag.id}")
    tagged = item.model_copy(update={"story": tag, "subjects": (*item.subjects, subject)})
    return Out(ENRICHED, tag.id.encode(), dump(tagged), headers, record.position.partition)


def story_tag(totals: StoryTotals, verdict: TagVerdict, rule: str) -> StoryTag:
    """The verdict in the form that the item carries."""
    scored = verdict.score is not None
    return StoryTag(
        id=totals.id,
        label=totals.label,
        label_kind=totals.label_kind,
        relation=verdict.relation,
        score=verdict.score / SCORE_UNIT if verdict.score is not None else None,
        threshold=float(THRESHOLD) if scored else None,
        evidence=verdict.evidence,
        items=totals.items,
        independent=totals.independent,
        first_seen=instant(totals.first_ms),
        merged_from=verdict.merged.id if verdict.merged else None,
        runner_up=_runner_up(verdict.runner_up) if verdict.runner_up else None,
        rule=rule,
    )


def _runner_up(match: StoryMatch) -> RunnerUp:
    totals = match.story.totals
    return RunnerUp(id=totals.id, label=totals.label, score=match.score / SCORE_UNIT)


def story_record(
    state: TagState,
    record: Record,
    totals: StoryTotals,
    change: TagChange,
    event: StoryEvent,
    merged_into: str | None = None,
    previous_label: str | None = None,
) -> Out:
    """The record of wire.stories: the whole story after the change, and what happened to it."""
    story = Story.model_validate(
        {
            "id": totals.id,
            "label": totals.label,
            "label_by": totals.label_by or "wiredesk",
            "label_kind": totals.label_kind,
            "language": totals.language,
            "event": event,
            "merged_into": merged_into,
            "items": totals.items,
            "independent": totals.independent,
            "step": totals.grown if event is StoryEvent.GROWN else None,
            "momentum": momentum(state, totals.id, change),
            "top": top_item(state, totals, change),
            "feeds": tuple(feed for feed, _ in totals.feeds),
            "languages": totals.languages,
            "first_seen": instant(totals.first_ms),
            "last_seen": instant(totals.last_ms),
            "terms": totals.terms,
            "previous_label": previous_label,
            "time": instant(change.time_ms),
        }
    )
    key = totals.id.encode()
    headers = forward(record.headers, RecordType.STORY, record.time_ms)
    return Out(STORIES, key, dump(story), headers, record.position.partition)
