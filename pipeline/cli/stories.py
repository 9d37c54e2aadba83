"""stories, story, explain: what the stream says about stories, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import orjson

from pipeline.cli import EXIT_WRONG, fail, reached
from pipeline.cli.bar import Bar
from pipeline.cli.parameters import Text
from pipeline.cli.tables import show

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.items import Item, Story

FEEDS_SHOWN = 3
NO_STORIES = (
    "there are no stories yet: `wiredesk publish` sends items, `wiredesk doctor` says whether the rooms work"
)
UNKNOWN_ITEM = (
    "no item of wire.enriched has the id or uri {}: it is wrong, or the item is a week old or not published yet; "
    "`wiredesk held` lists what is held, `wiredesk tail --json` shows `uri`, `dispatch.id` and `dispatch.item`"
)

as_json_option = click.option("--json", "as_json", is_flag=True, help="JSON, one object a line.")


@click.command()
@click.option("--active", is_flag=True, help="Only those that live and had an item in the last six hours.")
@as_json_option
def stories(active: bool, as_json: bool) -> None:
    """List the stories, those first that grow fastest.

    Hours are counted back from the latest record of wire.stories.  With --json: the records of the topic.
    """
    from pipeline.items import dump
    from pipeline.runtime.stories import activity, reading

    with Bar() as bar:
        found = reading.latest_stories(reached().connection, bar).values()
    now = activity.stream_time(found)
    chosen = [story for story in found if now and (not active or activity.is_active(story, now))]
    ordered = activity.in_order(chosen, now) if now else []
    rows = [orjson.loads(dump(story)) if as_json else story_row(story, now) for story in ordered if now]
    show(rows, as_json, "no story is active" if found else NO_STORIES)


def story_row(story: Story, now: datetime) -> dict[str, object]:
    """A story as a row for a person."""
    from pipeline.runtime.record_lines import clock
    from pipeline.runtime.stories import activity

    momentum = activity.momentum_at(story, now)
    more = len(story.feeds) - FEEDS_SHOWN
    return {
        "story": story.id,
        "label": story.label,
        "last hour": momentum.last_hour,
        "hour before": momentum.hour_before,
        "items": story.items,
        "reports": story.independent,
        "feeds": ", ".join(story.feeds[:FEEDS_SHOWN]) + (f" and {more} more" if more > 0 else ""),
        "first": clock(story.first_seen),
        "last": clock(story.last_seen),
        "state": f"merged into {story.merged_into}" if story.merged_into else _state(story),
    }


def _state(story: Story) -> str:
    from pipeline.runtime.stories import activity

    return "living" if activity.is_living(story) else "closed"


@click.command()
@click.argument("story_id", metavar="ID", type=Text())
@as_json_option
def story(story_id: str, as_json: bool) -> None:
    """Show the time line of a story: who was first, what each item added, copies under what they copy, kills.

    ID is the story's id, as `wiredesk stories` lists it.  Items older than a week are no longer in wire.enriched.
    """
    from pipeline.cli.story_views import print_timeline, timeline_object
    from pipeline.runtime.stories import reading
    from pipeline.runtime.stories.timeline import timeline

    connection = reached().connection
    with Bar() as bar:
        known = reading.latest_stories(connection, bar)
        found = reading.surviving(known, reading.bare_id(story_id))
        if found is None:
            fail(f"no story has the id {story_id}; `wiredesk stories` lists them", EXIT_WRONG)
        moments = timeline(reading.items_under(connection, reading.names_of(known, found), bar))
    if as_json:
        show([timeline_object(found, moments)], as_json, "")
    else:
        print_timeline(found, moments)


@click.command()
@click.argument("item", type=Text(1000))
@as_json_option
def explain(item: str, as_json: bool) -> None:
    """Explain why ITEM is in its story, which one it nearly joined, and what it copies.

    ITEM is the uri or the id of a dispatch, of which the latest version is explained, or the id of an item.  Of a
    copy, both texts are shown side by side: what is in brackets is in one of them only.
    """
    from pipeline.cli.explanations import Original, explanation, print_explanation
    from pipeline.runtime.stories import reading

    connection = reached().connection
    with Bar() as bar:
        found = reading.items_named(connection, item, bar)
        if not found:
            fail(UNKNOWN_ITEM.format(item), EXIT_WRONG)
        chosen = _to_explain(found)
        duplicate = chosen.duplicate
        of = duplicate.of if duplicate and duplicate.of and duplicate.of != chosen.dispatch.id else None
        originals = reading.items_named(connection, of, bar) if of else []
    copied = [one for one in originals if duplicate and one.dispatch.item == duplicate.of_item]
    original = Original(copied[0], originals[-1].dispatch.status) if copied else None
    if as_json:
        show([explanation(chosen, original)], as_json, "")
    else:
        print_explanation(chosen, original, found[-1])


def _to_explain(items: list[Item]) -> Item:
    """The latest that was judged by its text; if there is none, the latest."""
    from pipeline.items import Kind

    notices = {Kind.REPEAT, Kind.LATE, Kind.KILL, Kind.RECALL, Kind.ADVISORY}
    return next((item for item in reversed(items) if item.dispatch.kind not in notices), items[-1])
