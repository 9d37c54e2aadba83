"""Items of the size of real ones, with stories, as the rooms write them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pipeline.board.rows import ENRICHED, STORIES
from pipeline.envelope import RecordType
from pipeline.records import Record
from tests.board.records import item, record, story

STORY_ITEMS = 20  # items of a story
COPIES = 4  # one item in so many copies the one before
WORDS = (
    "harbour",
    "council",
    "vote",
    "ferry",
    "minister",
    "report",
    "river",
    "budget",
    "strike",
    "court",
    "bridge",
)
BODY_WORDS = 300
PARTITIONS = 4
MINUTES_APART = 0.05
BATCH_RECORDS = 500  # of a poll


def records(count: int, first: int = 0) -> Iterator[Record]:
    """So many items, and a record of its story for each fifth."""
    for number in range(first, first + count):
        minute, of = number * MINUTES_APART, f"bench{number - 1}" if number % COPIES == COPIES - 1 else None
        name, topic = f"bench{number}", f"story{number // STORY_ITEMS}"
        made = item(name, minute, headline=_headline(number), body=_body(number), story=topic, of=of)
        yield record(ENRICHED, number % PARTITIONS, number // PARTITIONS, RecordType.ITEM, made, minute)
        if number % 5 == 0:
            told = story(topic, minute, label=_headline(number // STORY_ITEMS), items=number % STORY_ITEMS + 1)
            yield record(STORIES, 0, number, RecordType.STORY, told, minute)


def _headline(number: int) -> str:
    return " ".join(WORDS[(number * 7 + at * 3) % len(WORDS)] for at in range(8)).capitalize() + f" {number}"


def _body(number: int) -> str:
    words = (WORDS[(number * 11 + at * 5 + at // 13) % len(WORDS)] for at in range(BODY_WORDS))
    return " ".join(words)


def batches(count: int) -> Iterator[list[Record]]:
    """The records of so many items, as a reader gets them."""
    found = records(count)
    while batch := list(islice(found, BATCH_RECORDS)):
        yield batch
