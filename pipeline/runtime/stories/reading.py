"""Stories and items out of their topics.  Records that this version cannot read are skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from pydantic import ValidationError

from pipeline.connection import Connection
from pipeline.envelope import RecordType
from pipeline.items import Item, Story, instant
from pipeline.records import Record
from pipeline.runtime.kafka.reader import read_topics

STORIES, ENRICHED = "wire.stories", "wire.enriched"
URI_PARTS = ":"

OnRead = Callable[[str, int, int], None]


class Published(NamedTuple):
    """An item of wire.enriched, and when it was published: later than it was received, if it was held."""

    item: Item
    time: datetime


def latest_stories(connection: Connection, on_read: OnRead) -> dict[str, Story]:
    """The last record of each story, by id."""
    stories: dict[str, Story] = {}
    for record in _read(connection, STORIES, RecordType.STORY, on_read):
        try:
            story = Story.model_validate_json(record.value)
        except ValidationError:
            continue
        stories[story.id] = story
    return stories


def surviving(stories: dict[str, Story], name: str) -> Story | None:
    """The story of that id, or the one that took it in."""
    story = stories.get(name)
    for _ in stories:  # no longer than there are stories, whatever the records say
        if story is None or story.merged_into is None:
            break
        story = stories.get(story.merged_into)
    return story


def names_of(stories: dict[str, Story], story: Story) -> frozenset[str]:
    """The ids under which items of the story were published: its own, and those of the stories that it took in."""
    return frozenset(name for name in stories if surviving(stories, name) is story)


def items_under(connection: Connection, names: Iterable[str], on_read: OnRead) -> list[Published]:
    """The items whose record has one of these stories as its key, in order."""
    keys = {name.encode() for name in names}
    return list(_items(connection, lambda record: record.key in keys, on_read))


def items_named(connection: Connection, name: str, on_read: OnRead) -> list[Item]:
    """The items with that id, or whose dispatch has that id or uri, in order."""
    id_ = bare_id(name)
    found = _items(connection, lambda record: id_.encode() in record.value, on_read)
    return [item for item, _ in found if id_ in (item.dispatch.id, item.dispatch.item)]


def bare_id(name: str) -> str:
    """The id in a uri of ours; an id as it is."""
    return name.strip().rsplit(URI_PARTS, 1)[-1]


def _items(connection: Connection, is_wanted: Callable[[Record], bool], on_read: OnRead) -> Iterator[Published]:
    for record in _read(connection, ENRICHED, RecordType.ITEM, on_read):
        if is_wanted(record):
            try:
                yield Published(Item.model_validate_json(record.value), instant(record.time_ms))
            except ValidationError:
                continue


def _read(connection: Connection, topic: str, record_type: RecordType, on_read: OnRead) -> Iterator[Record]:
    on_read(f"reading {topic}", 0, 0)
    for count, record in enumerate(read_topics(connection, [topic]), 1):
        if record.type == record_type:
            yield record
        on_read(f"reading {topic}", count, 0)
