"""Bytes in the log for an item, by topic, codec and size of the transactions: batches as our writer makes them.

    python -m benchmarks disk [--full]

In memory, over the sample wires.  What a room decides about so many records of its input goes into one batch for
each partition, journal included, and each of these partitions gets a transaction marker.  `wire.raw` is left out:
its batches depend on the publisher.  So are indexes and Kafka's own topics.  With --full: every codec.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from pipeline.records import Out, Record, Room
from pipeline.replay import Replay, payload
from pipeline.runtime.kafka.writer import BATCH_BYTES
from pipeline.samples import read_samples
from pipeline.shard import Step
from pipeline.topology import CODEC, TOPICS, journal_topic

SEEDS = Path(__file__).parents[1] / "seeds"
CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}  # as a batch's attributes have them
RECORDS = (1, 10, 100)  # of its input that a room decides in one transaction
MARKER_BYTES = 78
Steps = Mapping[tuple[str, int], Sequence[Step]]  # (room, partition) -> what it wrote, record by record


@dataclass
class Recorded(Replay):
    """A replay that keeps what each shard wrote."""

    steps: dict[tuple[str, int], list[Step]] = field(default_factory=lambda: defaultdict(list))

    def _step(self, room: Room[Any, Any], record: Record) -> Step:
        step = super()._step(room, record)
        self.steps[room.name, record.position.partition].append(step)
        return step


def run(short: bool) -> dict[str, object]:
    """kB an item: each topic, without a codec and with ours; all topics together, by codec and transaction."""
    replay, items = Recorded(), 0
    for sample in read_samples(SEEDS).payloads:
        time_ms = round(sample.time.timestamp() * 1000)
        replay.publish(payload(sample.feed, sample.data, time_ms), time_ms)
        items += len(sample.items)
    measured = {
        (codec, records): written(replay.steps, CODECS[codec], records)
        for codec in (("none", CODEC) if short else CODECS)
        for records in RECORDS
    }

    def row(pick: Any) -> str:
        return ", ".join(
            f"{codec} {' / '.join(f'{pick(measured[codec, records]) / items / 1000:.1f}' for records in RECORDS)}"
            for codec in dict.fromkeys(codec for codec, _ in measured)
        )

    by = " / ".join(map(str, RECORDS))
    figures: dict[str, object] = {f"kB an item, transactions of {by} records": row(Counter.total)}
    for topic in TOPICS:
        if any(found[topic] for found in measured.values()):
            figures[topic] = row(lambda found, topic=topic: found[topic])
    return figures


def written(steps: Steps, codec: int, records: int) -> Counter[str]:
    """Bytes by topic, if each transaction is about so many records."""
    total: Counter[str] = Counter()
    for (room, _), every in steps.items():
        for start in range(0, len(every), records):
            for (topic, _), outs in _by_partition(room, every[start : start + records]).items():
                total[topic] += _batch_bytes(outs, codec) + MARKER_BYTES
    return total


def _by_partition(room: str, steps: Sequence[Step]) -> dict[tuple[str, int | None], list[Out]]:
    found: dict[tuple[str, int | None], list[Out]] = defaultdict(list)
    for step in steps:
        for out in step.outputs:
            found[out.topic, out.partition].append(out)
        found[journal_topic(room), 0].append(Out(journal_topic(room), b"", step.journal))
    return found


def _batch_bytes(outs: Sequence[Out], codec: int) -> int:
    """The size of the batches that these records make."""
    size, rest = 0, list(outs)
    while rest:
        builder = DefaultRecordBatchBuilder(2, codec, 1, 1, 0, 0, BATCH_BYTES)
        taken = 0
        while taken < len(rest):
            out = rest[taken]
            if builder.append(taken, 0, out.key, out.value, list(out.headers)) is None:
                break
            taken += 1
        size, rest = size + len(builder.build()), rest[taken:]
    return size
