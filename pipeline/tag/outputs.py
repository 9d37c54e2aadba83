"""What the room tag writes: the item with its story, and the record of the story itself."""

from __future__ import annotations

from pipeline.envelope import RecordType, forward
from pipeline.items import (
    Concept,
    Item,
    RoundUp,
    Story,
    StoryEvent,
    StoryName,
    StoryRelation,
    StoryTag,
    dump,
    instant,
)
from pipeline.records import Out, Record
from pipeline.tag.changes import StoryTotals
from pipeline.tag.scoring import THRESHOLD
from pipeline.tag.sum_kernels import SCORE_UNIT
from pipeline.tag.verdicts import TagVerdict

ENRICHED = "wire.enriched"
STORIES = "wire.stories"


def enriched_record(record: Record, item: Item, verdict: TagVerdict, rule: str) -> Out:
    """The record of the item, with its story as the key and without the features that only rooms read."""
    headers = forward(record.headers, RecordType.ITEM, record.time_ms)
    if verdict.told is not None:
        told = tuple(StoryName(id=totals.id, label=totals.label) for totals in verdict.told)
        item = item.model_copy(update={"round_up": RoundUp(stories=told, rule=rule)})
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
        rule=rule,
    )


def story_record(
    record: Record,
    totals: StoryTotals,
    event: StoryEvent,
    now_ms: int,
    merged_into: str | None = None,
    previous_label: str | None = None,
) -> Out:
    """The record of wire.stories: the whole story, and what happened to it."""
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
            "feeds": tuple(feed for feed, _ in totals.feeds),
            "first_seen": instant(totals.first_ms),
            "last_seen": instant(totals.last_ms),
            "terms": totals.terms,
            "previous_label": previous_label,
            "time": instant(now_ms),
        }
    )
    key = totals.id.encode()
    headers = forward(record.headers, RecordType.STORY, record.time_ms)
    return Out(STORIES, key, dump(story), headers, record.position.partition)
