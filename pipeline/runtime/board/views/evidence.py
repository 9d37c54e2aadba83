"""Why an item is in its story and whom it repeats, in words."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.items import Item, Relation

RELATIONS = {
    Relation.EXACT: "word for word the text of",
    Relation.REPUBLISH: "the text of",
    Relation.CORRECTION: "a correction of",
    Relation.UPDATE: "an update of",
    Relation.EXCERPT: "a part of",
    Relation.ROUND_UP: "a round-up with the text of",
    Relation.RELATED: "related to, and its own report beside,",
}


def evidence(item: Item) -> Iterable[tuple[str, str]]:
    """Why the item is in its story and whom it repeats, as pairs of a question and an answer in words."""
    tag, duplicate = item.story, item.duplicate
    if item.round_up:
        names = ", ".join(one.label for one in item.round_up.stories) or "none that is known"
        yield "Story", f"none: it is a round-up. It tells of: {names}"
    elif tag:
        how = {"new": "it began the story", "inherited": "it came with its dispatch or with what it copies"}
        scored = (
            f"it matched: score {tag.score:.2f}; {tag.threshold or 0:g} or more joins"
            if tag.score is not None
            else ""
        )
        yield "Story", how.get(tag.relation, scored or "it joined the story")
        if tag.evidence:
            yield "Shared terms", ", ".join(tag.evidence)
        if tag.runner_up:
            yield "Next best story", f"{tag.runner_up.label} ({tag.runner_up.score:+.2f})"
    if duplicate is None or duplicate.relation is Relation.ORIGINAL:
        yield "Said before", "by nobody that is known"
        return
    whose = duplicate.of_agency or duplicate.of_feed or "an earlier item"
    is_reworded = duplicate.relation is Relation.RELATED and not duplicate.independent
    yield "Said before", f"it is {'another wording of' if is_reworded else RELATIONS[duplicate.relation]} {whose}"
    if duplicate.valid_item:
        yield "Valid now", duplicate.valid_item
    if duplicate.score is not None:
        yield "Measured", f"{duplicate.score:.2f}, where {duplicate.threshold or 0:.2f} is needed"
    if duplicate.evidence:
        yield "Figures", ", ".join(f"{name} {value}" for name, value in duplicate.evidence.items())
    yield "Counts as", "a report of its own" if duplicate.independent else "no report of its own"
