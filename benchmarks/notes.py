"""What the reader of notes costs an item, apart from parsing and from all else that normalise does.

    python -m benchmarks notes [--full]

Fields: all text of an item but its headline and body (`heed_notes`); copy: headline and body (`public_text`).
Streams are read once, as RSS items of a title and a description, and as ninjs with the whole article.  Our samples
and the real payloads of each format are read twice: first with nothing remembered of their texts but the words,
then again.  A stream lies between the two: its codes and rights come again, its notes do not.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape

from benchmarks import Missing, stream
from benchmarks.formats import payloads
from benchmarks.replay import articles
from pipeline import formats, notes
from pipeline.formats.parsed import Parsed, Payload
from pipeline.normalise.heeding import heed_notes
from pipeline.notes import private, reader
from pipeline.records import Rejected

AIM_US = 40  # an item
STREAMS = ("reuters21578", "background_4000", "allsides_2016_2018")
ITEMS_SHORT, ITEMS = 300, 4_000
WARM_UP = 100  # items of each stream, which are not counted
DESCRIPTION_CHARACTERS = 400
ARRIVED = datetime(2022, 1, 12, tzinfo=UTC)
MEMORIES = (reader.says_nothing, private.REMEMBERED_PUBLIC, private.JUST_PUBLIC, private.REMEMBERED_PARTS)


def run(short: bool) -> dict[str, object]:
    """Microseconds of CPU an item: fields, and copy."""
    notes.load()
    count = WARM_UP + (ITEMS_SHORT if short else ITEMS)
    figures: dict[str, object] = {}
    for name in STREAMS:
        for kind, found in (("RSS items", feed_items(name, count)), ("articles", articles(name))):
            try:
                items = [*parsed(islice(found, count))]
            except Missing as missing:
                figures[f"{name}, {kind}"] = f"skipped: {missing}"
                continue
            spent(items[:WARM_UP])
            figures[f"{name}, {kind}: us an item (aim {AIM_US})"] = shown(spent(items[WARM_UP:]))
    by_format: defaultdict[str, list[Parsed]] = defaultdict(list)
    for data in payloads():
        for name, item in formats_of(data):
            by_format[name].append(item)
    for name, items in sorted(by_format.items()):
        spent(items)  # compiles, and learns the words
        for memory in MEMORIES:
            memory.cache_clear()
        first, again = spent(items), spent(items)
        figures[f"{name}, {len(items)} items: us an item, first / again"] = f"{shown(first)} / {shown(again)}"
    return figures


def feed_items(name: str, most: int) -> Iterator[bytes]:
    """The articles of a stream as feeds with one item each, as most feeds write them."""
    for row in stream(name, most):
        link = f"https://quay.example/{row['id']}"
        text = escape(" ".join((row["text"] or "").split())[:DESCRIPTION_CHARACTERS])
        yield (
            '<rss version="2.0"><channel><title>Quay news</title><link>https://quay.example/</link>'
            "<description>News</description><language>en</language>"
            f"<item><title>{escape(row['title'] or '')}</title><link>{link}</link><guid>{link}</guid>"
            "<pubDate>Tue, 04 Jan 2022 10:00:00 GMT</pubDate><category>World</category>"
            "<category>Politics</category>"
            f"<description>{text}</description></item></channel></rss>"
        ).encode()


def parsed(found: Iterable[bytes]) -> Iterator[Parsed]:
    """The items of payloads."""
    for data in found:
        yield from (item for _, item in formats_of(data))


def formats_of(data: bytes) -> Iterator[tuple[str, Parsed]]:
    """The items of a payload, each with its format; none of one that is rejected."""
    try:
        name, parse = formats.parse(Payload(data, "bench", ARRIVED))
    except Rejected:
        return
    yield from ((name, item) for item in parse.items if isinstance(item, Parsed))


def spent(items: list[Parsed]) -> tuple[float, float]:
    """Microseconds an item: of the fields, of the copy."""

    def us_of(read: Any) -> float:
        began = time.process_time()
        for item in items:
            read(item)
        return (time.process_time() - began) / len(items) * 1e6

    return us_of(lambda item: heed_notes(item, ARRIVED)), us_of(
        lambda item: notes.public_text([item.headline, *item.paragraphs], ARRIVED, titled=True)
    )


def shown(us: tuple[float, float]) -> str:
    """The figures of one reading."""
    return f"fields {us[0]:.0f}, copy {us[1]:.0f}"
