"""How `wiredesk story` shows a story and its moments, for a person and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import orjson
from rich.text import Text

from pipeline.cli.tables import out
from pipeline.items import Item, Kind, Story, dump
from pipeline.outside import shown
from pipeline.runtime.record_lines import clock, fitted, headline
from pipeline.runtime.stories.activity import is_living
from pipeline.runtime.stories.timeline import Moment

COPIES_NAMED = 5  # feeds


def timeline_object(story: Story, moments: Iterable[Moment]) -> dict[str, object]:
    """A story and its moments, as JSON."""
    return {"story": orjson.loads(dump(story)), "timeline": [_moment_object(moment) for moment in moments]}


def _moment_object(moment: Moment) -> dict[str, object]:
    return {
        "time": moment.time.isoformat(),
        **item_object(moment.item),
        "withdrawn": moment.is_withdrawn,
        "newShare": round(moment.new_share, 3),
        "newText": moment.new_text,
        "copies": [{**item_object(copy), "withdrawn": copy in moment.withdrawn_copies} for copy in moment.copies],
    }


def item_object(item: Item) -> dict[str, object]:
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
    print_text(Text.assemble((story.label, "bold cyan"), (f"  {story.id}", "dim")))
    state = "living" if is_living(story) else "closed"
    numbers = (story.items, "item"), (story.independent, "independent report"), (len(story.feeds), "feed")
    counts = ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in numbers)
    print_text(Text(f"{state}, {clock(story.first_seen)} to {clock(story.last_seen)}; {counts}"))
    if story.feeds:
        print_text(Text(f"feeds: {', '.join(story.feeds)}"))
    if not moments:
        print_text(Text("its items are older than wire.enriched keeps them", "dim"))
    for number, moment in enumerate(moments):
        print_text(_moment_line(moment, is_first=number == 0))
        if number and moment.item.headline and moment.new_text:
            print_text(Text(f"{'':24}new: {fitted(moment.new_text)}", "dim"))
        if moment.copies:
            print_text(Text(f"{'':24}↳ {_copies(moment)}", "dim"))


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


def safe(text: Text) -> Text:
    """The text without control characters."""
    text.plain = shown(text.plain)  # as long as before, so that the styles keep their places
    return text


def print_text(line: Text) -> None:
    """Print a line as it is, without control characters."""
    out.print(safe(line), soft_wrap=True)
