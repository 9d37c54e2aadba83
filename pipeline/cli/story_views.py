"""How story and explain show what they found, for a person and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.tables import out
from pipeline.items import Item, Kind, Relation, Status, Story, StoryRelation, StoryTag, dump
from pipeline.outside import shown
from pipeline.runtime.record_lines import clock, headline, shortened
from pipeline.runtime.stories.activity import is_living
from pipeline.runtime.stories.shared import Passage, compare
from pipeline.runtime.stories.timeline import WITHDRAWN, Moment

PLAIN_WIDTH = 120  # of two texts side by side in a file or a pipe
COPIES_NAMED = 5  # feeds
RULES = {
    "kill": "its dispatch was killed and has left the story",
    "one-dispatch": "it is the same dispatch as another, which is counted",
    "unscored": "a repeat, a notice or a late version is where its dispatch is",
    "round-up": "a text that tells several stories belongs to none",
    "revision": "a revision stays in the story of its dispatch",
    "copy": "a copy is in the story of what it copies",
    "reopened": "it continues a story that had ended",
    "late": "it was older than the window when it arrived, so it has a story of its own",
    "story": "it joins the story that it matches best, or founds one",
}


def timeline_object(story: Story, moments: Iterable[Moment]) -> dict[str, object]:
    """A story and its moments, as JSON."""
    return {"story": orjson.loads(dump(story)), "timeline": [_moment_object(moment) for moment in moments]}


def _moment_object(moment: Moment) -> dict[str, object]:
    return {
        "time": moment.time.isoformat(),
        **_item_object(moment.item),
        "withdrawn": moment.is_withdrawn,
        "newShare": round(moment.new_share, 3),
        "newText": moment.new_text,
        "copies": [{**_item_object(copy), "withdrawn": copy in moment.withdrawn_copies} for copy in moment.copies],
    }


def _item_object(item: Item) -> dict[str, object]:
    dispatch, duplicate = item.dispatch, item.duplicate
    return {
        "received": item.wire.received.isoformat(),
        "feed": item.wire.feed,
        "uri": item.uri,
        "item": dispatch.item,
        "kind": dispatch.kind,
        "status": dispatch.status,
        "relation": duplicate.relation if duplicate else None,
        "independent": duplicate.independent if duplicate else True,
        "headline": item.headline,
    }


def print_timeline(story: Story, moments: list[Moment]) -> None:
    """A story for a person: a line a moment, and below it what is new in it and who copied it."""
    _print(Text.assemble((story.label, "bold cyan"), (f"  {story.id}", "dim")))
    state = "living" if is_living(story) else "closed"
    numbers = (story.items, "item"), (story.independent, "independent report"), (len(story.feeds), "feed")
    counts = ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in numbers)
    _print(Text(f"{state}, {clock(story.first_seen)} to {clock(story.last_seen)}; {counts}"))
    if story.feeds:
        _print(Text(f"feeds: {', '.join(story.feeds)}"))
    if not moments:
        _print(Text("its items are older than wire.enriched keeps them", "dim"))
    for number, moment in enumerate(moments):
        _print(_moment_line(moment, is_first=number == 0))
        if number and moment.item.headline and moment.new_text:
            _print(Text(f"{'':24}new: {shortened(moment.new_text)}", "dim"))
        if moment.copies:
            _print(Text(f"{'':24}↳ {_copies(moment)}", "dim"))


def _moment_line(moment: Moment, is_first: bool) -> Text:
    item, kind = moment.item, moment.item.dispatch.kind
    what = "first" if is_first else _what(moment)
    struck = moment.is_withdrawn and kind is not Kind.KILL
    line = Text.assemble((f"{clock(moment.time)} ", "dim"), (f"{item.wire.feed:<10.10} ", "blue"))
    line.append(f"{what:<18} ", "red" if kind is Kind.KILL else "green")
    if struck:
        line.append("withdrawn ", "red")
    return line.append(headline(item), "strike" if struck else "")


def _what(moment: Moment) -> str:
    """What a moment is: a notice by its kind, a text by how much of it is new."""
    kind = moment.item.dispatch.kind
    added = f"+{moment.new_share:.0%}".replace("%", " %")
    if kind is Kind.NEW:
        return added
    return str(kind) if moment.item.is_partial or kind is Kind.KILL else f"{kind} {added}"


def _copies(moment: Moment) -> str:
    feeds = Counter(copy.wire.feed for copy in moment.copies)
    named = ", ".join(f"{feed} {count}" if count > 1 else feed for feed, count in feeds.most_common(COPIES_NAMED))
    count, withdrawn = len(moment.copies), len(moment.withdrawn_copies)
    more = f" and {len(feeds) - COPIES_NAMED} more feeds" if len(feeds) > COPIES_NAMED else ""
    return f"{count} cop{'y' if count == 1 else 'ies'}: {named}{more}" + (
        f"; {withdrawn} withdrawn" if withdrawn else ""
    )


class Original(NamedTuple):
    """What a copy was matched with, and the state of its dispatch now."""

    item: Item
    status: Status | None


def explanation(item: Item, original: Original | None) -> dict[str, object]:
    """Why an item is where it is, as JSON: the record's own verdicts, and what it shares with the original."""
    record = orjson.loads(dump(item))
    found = _item_object(item) | {name: record.get(name) for name in ("story", "roundUp", "duplicate")}
    if original is None:
        return found
    comparison = compare(item.body, original.item.body)
    passages = [passage.text for passage in comparison.left if passage.is_shared]
    shared = {"words": comparison.shared_words, "passages": passages}
    return found | {"original": _item_object(original.item) | {"status": original.status}, "shared": shared}


def print_explanation(item: Item, original: Original | None, last: Item) -> None:
    """The same for a person; `last` is the last record of the dispatch, which says whether it is still good."""
    _print(Text(headline(item), "bold"))
    status = last.dispatch.status or "usable"
    _print(Text(f"{item.wire.feed}, {clock(item.wire.received)}, {item.uri}, item {item.dispatch.item}, {status}"))
    for line in [*_story_lines(item), *_copy_lines(item, original)]:
        _print(Text(line))
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
        lines.append(f"  it joined with a score of {story.score:.2f}; a match needs {story.threshold or 0:.2f}")
    if story.evidence:
        lines.append(f"  shared terms: {', '.join(story.evidence)}")
    if runner_up:
        why = "" if runner_up.score >= (story.threshold or 0) else ", which is too little"
        lines.append(f"  next best: {runner_up.label} ({runner_up.id}), score {runner_up.score:.2f}{why}")
    elif story.relation is StoryRelation.NEW:
        lines.append("  no other story shared a term that counts")
    return lines


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
    _print(Text(f"shared: {comparison.shared_words} words; what is in brackets is in one text only"))
    (out if out.is_terminal else Console(highlight=False, width=PLAIN_WIDTH)).print(table)


def _marked(passages: list[Passage]) -> Text:
    parts = ((passage.text, "green") if passage.is_shared else f"[{passage.text}]" for passage in passages)
    return _safe(Text(" ").join(Text(*part) if isinstance(part, tuple) else Text(part) for part in parts))


def _safe(text: Text) -> Text:
    text.plain = shown(text.plain)  # as long as before, so that the styles keep their places
    return text


def _print(line: Text) -> None:
    out.print(_safe(line), soft_wrap=True)
