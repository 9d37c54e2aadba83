"""What the reader of notes costs an item, beside all that parsing and normalise do with it.

    python -m benchmarks notes [--full]

Fields: all text of an item but its headline and body (`heed_notes`); copy: headline and body (`public_text`).  Both
are part of normalise.  Streams are read as RSS items of a title and a description, and as ninjs with the whole
article; of each format our samples and the real payloads.  The words of all have been seen, but nothing is
remembered of their texts when a round begins: each is read as when it comes for the first time.  Each figure is the
smallest of the rounds, in microseconds of CPU, so that other load on the machine counts as little as it can.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple
from xml.sax.saxutils import escape

from benchmarks import Missing, stream
from benchmarks.formats import payloads
from benchmarks.replay import articles
from pipeline import formats, notes
from pipeline.formats.parsed import Parsed, Payload
from pipeline.normalise.heeding import heed_notes
from pipeline.normalise.room import NormaliseRoom
from pipeline.notes import private, reader
from pipeline.records import Position, Record, Rejected

AIM_US = 40  # an item: fields and copy
STREAMS = ("reuters21578", "background_4000", "allsides_2016_2018")
ITEMS_SHORT, ITEMS = 200, 1_000  # of each stream
ROUNDS = 5
DESCRIPTION_CHARACTERS = 400
ARRIVED = datetime(2022, 1, 12, tzinfo=UTC)
ARRIVED_MS = round(ARRIVED.timestamp() * 1_000)
MEMORIES = (reader.says_nothing, private._is_public_short, private._is_public_long, private._public_part_short)


class Sample(NamedTuple):
    """A payload, and its items."""

    data: bytes
    format: str
    items: tuple[Parsed, ...]


def run(short: bool) -> dict[str, object]:
    """Microseconds of CPU an item: of parsing, of normalise in all, of the notes of its fields and of its copy."""
    notes.load()
    figures: dict[str, object] = {}
    for name in STREAMS:
        for kind, make in (("RSS items", feed_items), ("articles", ninjs_items)):
            try:
                samples = [*read(islice(make(name), ITEMS_SHORT if short else ITEMS))]
            except Missing as missing:
                figures[f"{name}, {kind}"] = f"skipped: {missing}"
                continue
            figures[f"{name}, {kind} (aim {AIM_US} for fields and copy)"] = costs(samples)
    by_format: defaultdict[str, list[Sample]] = defaultdict(list)
    for sample in read(payloads()):
        by_format[sample.format].append(sample)
    for name, samples in sorted(by_format.items()):
        figures[f"{name}, {sum(len(sample.items) for sample in samples)} items"] = costs(samples)
    return figures


def read(found: Iterable[bytes]) -> Iterator[Sample]:
    """The payloads that have items."""
    for data in found:
        try:
            name, parse = formats.parse(Payload(data, "bench", ARRIVED))
        except Rejected:
            continue
        if items := tuple(item for item in parse.items if isinstance(item, Parsed)):
            yield Sample(data, name, items)


def ninjs_items(name: str) -> Iterator[bytes]:
    """The whole articles of a stream."""
    return iter(articles(name))


def feed_items(name: str) -> Iterator[bytes]:
    """The articles of a stream as feeds with one item each, as most feeds write them."""
    for row in stream(name, ITEMS):
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


def costs(samples: Sequence[Sample]) -> str:
    """The smallest figures of all rounds, after one that is not counted."""
    room = NormaliseRoom()
    state = room.open()
    copies = [[item.headline, *item.paragraphs] for sample in samples for item in sample.items]
    items = [item for sample in samples for item in sample.items]
    records = [
        Record(Position("wire.raw", 0, number), b"bench", sample.data, (), ARRIVED_MS)
        for number, sample in enumerate(samples)
    ]
    kinds: dict[str, Callable[[], object]] = {
        "parse": lambda: [formats.parse(Payload(sample.data, "bench", ARRIVED)) for sample in samples],
        "normalise": lambda: [room.on_item(state, record) for record in records],
        "fields": lambda: [heed_notes(item, ARRIVED) for item in items],
        "copy": lambda: [notes.public_text(copy, ARRIVED, titled=True) for copy in copies],
    }
    rounds = [{kind: spent(work) for kind, work in kinds.items()} for _ in range(ROUNDS + 1)][1:]
    least = {kind: min(one[kind] for one in rounds) / len(items) * 1e6 for kind in kinds}
    return ", ".join(f"{kind} {us:,.0f}" for kind, us in least.items())


def spent(work: Callable[[], object]) -> float:
    """Seconds of CPU, with nothing remembered of any text."""
    for memory in MEMORIES:
        memory.cache_clear()
    began = time.process_time()
    work()
    return time.process_time() - began
