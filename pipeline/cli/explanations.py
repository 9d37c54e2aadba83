"""How `wiredesk explain` shows why an item is where it is, for a person and as JSON."""

from __future__ import annotations

from typing import NamedTuple

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.story_views import item_object, print_text, safe
from pipeline.cli.tables import out
from pipeline.items import Item, Relation, Status, StoryRelation, StoryTag, dump
from pipeline.outside import shown
from pipeline.runtime.record_lines import clock, headline
from pipeline.runtime.stories.shared import Passage, compare
from pipeline.runtime.stories.timeline import WITHDRAWN

PLAIN_WIDTH = 120  # of two texts side by side in a file or a pipe
RULES = {
    "kill": "its dispatch was killed and has left the story",
    "one-dispatch": "it is the same dispatch as another, which is counted",
    "unscored": "a repeat, a notice or a late version is where its dispatch is",
    "round-up": "a text that tells several stories belongs to none",
    "revision": "a revision stays in the story of its dispatch",
    "copy": "a copy is in the story of what it copies",
    "reopened": "it continues a story that was closed",
    "late": "it was older than the window when it arrived, so it has a story of its own",
    "story": "it joins the story that it matches best, or founds one",
}


class Original(NamedTuple):
    """What a copy was matched with, and the state of its dispatch now."""

    item: Item
    status: Status | None


def explanation(item: Item, original: Original | None) -> dict[str, object]:
    """Why an item is where it is, as JSON: the record's own verdicts, and what it shares with the original."""
    record = orjson.loads(dump(item))
    found = item_object(item) | {name: record.get(name) for name in ("story", "roundUp", "duplicate")}
    if original is None:
        return found
    comparison = compare(item.body, original.item.body)
    passages = [passage.text for passage in comparison.left if passage.is_shared]
    shared = {"words": comparison.shared_words, "passages": passages}
    return found | {"original": item_object(original.item) | {"status": original.status}, "shared": shared}


def print_explanation(item: Item, original: Original | None, last: Item) -> None:
    """The same for a person; `last` is the last record of the dispatch, which says whether it is still good."""
    print_text(Text(headline(item), "bold"))
    status = last.dispatch.status or "usable"
    print_text(
        Text(f"{item.wire.feed}, {clock(item.wire.received)}, {item.uri}, item {item.dispatch.item}, {status}")
    )
    for line in [*_story_lines(item), *_copy_lines(item, original)]:
        print_text(Text(line))
    if original and item.body and original.item.body:
        _print_side_by_side(item, original)


def _story_lines(item: Item) -> list[str]:
    if item.round_up:
        told = ", ".join(f"{story.label} ({story.id})" for story in item.round_up.stories) or "none that is known"
        return ["story: none; it is a round-up", f"  it tells of: {told}", _rule(item.round_up.rule)]
    if item.story is None:
        return ["story: none; its dispatch is in none"]
    story = item.story
    return [f"story: {story.label} ({story.id})", *_score_lines(story), _rule(story.rule)]


def _score_lines(story: StoryTag) -> list[str]:
    lines = []
    runner_up = story.runner_up
    if story.score is not None and story.relation is StoryRelation.JOINED:
        lines.append(
            f"  it joined with a score of {story.score:+.2f}; {_needed(story)} joins, what is below is another"
        )
    if story.evidence:
        lines.append(f"  shared terms: {', '.join(story.evidence)}")
    if runner_up:
        why = "" if runner_up.score >= (story.threshold or 0) else ", which is too little"
        lines.append(f"  next best: {runner_up.label} ({runner_up.id}), score {runner_up.score:+.2f}{why}")
    elif story.relation is StoryRelation.NEW:
        lines.append("  no other story shared a term that counts")
    return lines


def _needed(story: StoryTag) -> str:
    """The least score that joins; a score is about 0 where it may be either."""
    return f"{story.threshold:+.2f} or more" if story.threshold else "0 or more"


def _rule(name: str) -> str:
    meaning = RULES.get(name.partition("/")[0])
    return f"  rule {name}" + (f": {meaning}" if meaning else "")


def _copy_lines(item: Item, original: Original | None) -> list[str]:
    duplicate = item.duplicate
    if duplicate is None or duplicate.relation is Relation.ORIGINAL:
        return ["copy: of nothing that is known"]
    measured = (
        "" if duplicate.score is None else f", {duplicate.score:.2f} where {duplicate.threshold or 0:.2f} is needed"
    )
    counts = "an independent report" if duplicate.independent else "no independent report"
    lines = [f"copy: {duplicate.relation} of {duplicate.of_item} ({duplicate.of_feed}); {counts}"]
    if duplicate.valid_item:
        lines.append(f"  valid now: {duplicate.valid_item}")
    lines.append(f"  rule {duplicate.rule}{measured}")
    if evidence := ", ".join(f"{name} {value}" for name, value in duplicate.evidence.items()):
        lines.append(f"  {evidence}")
    if original is None and duplicate.of != item.dispatch.id:
        lines.append("  what it copies is no longer in wire.enriched")
    return lines


def _print_side_by_side(item: Item, original: Original) -> None:
    comparison = compare(item.body, original.item.body)
    status = f", {original.status}" if original.status in WITHDRAWN else ""
    table = Table(box=None, header_style="bold", padding=(0, 2), show_edge=False)
    for name, each in (("this item", item), (f"what it copies{status}", original.item)):
        table.add_column(Text(shown(f"{name}: {each.wire.feed}")), ratio=1, overflow="fold")
    table.add_row(_marked(comparison.left), _marked(comparison.right))
    print_text(Text(f"shared: {comparison.shared_words} words; what is in brackets is in one text only"))
    (out if out.is_terminal else Console(highlight=False, width=PLAIN_WIDTH)).print(table)


def _marked(passages: list[Passage]) -> Text:
    parts = ((passage.text, "green") if passage.is_shared else f"[{passage.text}]" for passage in passages)
    return safe(Text(" ").join(Text(*part) if isinstance(part, tuple) else Text(part) for part in parts))
