"""Where an item's time goes on its walk: from topic to topic, as the broker stamped it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from pipeline.connection import Connection
from pipeline.envelope import TRACE
from pipeline.runtime.kafka.reader import TopicReader
from pipeline.topology import ROOMS

WALK = ("wire.raw", "wire.normalised", "wire.resolved", "wire.deduped", "wire.enriched")
JOURNALS = tuple(spec.journal for spec in ROOMS.values())
READER = "the reader"


def walks(connection: Connection, since_ms: float, seen_ms: Mapping[bytes, float]) -> list[dict[str, float]]:
    """When each item was appended to each topic, and seen by the reader; of those appended after `since_ms`.

    `seen_ms` is when the reader had the item of a trace.
    """
    stamps: dict[bytes, dict[str, float]] = defaultdict(dict)
    with TopicReader(connection, WALK) as reader:
        while not reader.at_end:
            for record in reader.poll():
                if record.timestamp_ms >= since_ms:
                    stamps[record.header(TRACE) or b""].setdefault(record.position.topic, record.timestamp_ms)
    seen = {trace: one | {READER: seen_ms[trace]} for trace, one in stamps.items() if trace in seen_ms}
    return [one for one in seen.values() if len(one) == len(WALK) + 1]


def stages(whole: Sequence[Mapping[str, float]]) -> dict[str, object]:
    """Milliseconds from append to append: of half of the items at most, and of 99 in 100."""
    figures: dict[str, object] = {}
    for before, after in pairwise((*WALK, READER)):
        took = sorted(one[after] - one[before] for one in whole)
        shares = " ".join(f"{took[len(took) * share // 100]:.0f}" for share in (50, 99))
        figures[f"{before} to {after}, p50 and p99 ms"] = shares
    return figures


def journal_ends(connection: Connection) -> dict[tuple[str, int], int]:
    """The end of each partition of each journal."""
    with TopicReader(connection, JOURNALS, last=0) as reader:
        return reader.ends()


def transactions(connection: Connection, ends: dict[tuple[str, int], int]) -> dict[str, object]:
    """How many transactions each room committed since its journal ended there, and of how many records."""
    records: Counter[str] = Counter()
    with TopicReader(connection, JOURNALS, after=ends) as reader:
        while not reader.at_end:
            records.update(record.position.topic for record in reader.poll())
        offsets = Counter[str]()
        for (topic, number), end in reader.ends().items():
            offsets[topic] += end - ends[topic, number]
    figures: dict[str, object] = {}
    for room, spec in ROOMS.items():
        count, markers = records[spec.journal], offsets[spec.journal] - records[spec.journal]
        figures[f"{room}: transactions, records in each"] = f"{markers} {count / max(1, markers):.1f}"
    return figures
