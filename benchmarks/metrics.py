"""What the metrics cost a room: counting, by turns with and without it, and a page.

    python -m benchmarks metrics [--full]

Two tasks of a room take turns over the same batches on the model of the log, which takes less than a broker's
client, so that what counting takes shows more.  One counts as a worker does, the other counts nothing.  The figure
is the median of the turns' ratios of CPU time, with its 95 % interval; beside it what the calls that count take, of
the time of the turns.  A page is that of a worker with all partitions.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from statistics import median

from benchmarks.pairs import interval
from benchmarks.pairs.wire import payloads
from pipeline.records import Out, Record
from pipeline.replay import Replay, payload
from pipeline.runtime.log.batch import DecidedBatch
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.memory_state import Partition, WrittenRecord
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import Outcome, TopicPartition
from pipeline.runtime.log.tally import Tally
from pipeline.runtime.metrics.lag import Fetched
from pipeline.runtime.metrics.page import Page
from pipeline.runtime.worker.figures import Figures
from pipeline.topology import PARTITIONS, ROOMS, Options

SHORT, FULL = 1_200, 6_000  # payloads
BATCH = 20  # records; a turn is a batch
SCRAPE_SECONDS = 15  # docs/metrics.md
PAGES = 20
WARM_UP = 5  # turns: they load and compile


class NoTally(Tally):
    """Counts nothing."""

    def committed(self, batch: DecidedBatch, seconds: float) -> None:
        """Nothing is counted."""

    def aged(self, records: Iterable[Record], now_ms: float) -> None:
        """Nothing is counted."""


class TimedTally(Tally):
    """Counts, and how long that takes."""

    seconds = 0.0

    def committed(self, batch: DecidedBatch, seconds: float) -> None:
        began = time.perf_counter()
        super().committed(batch, seconds)
        TimedTally.seconds += time.perf_counter() - began

    def aged(self, records: Iterable[Record], now_ms: float) -> None:
        began = time.perf_counter()
        super().aged(records, now_ms)
        TimedTally.seconds += time.perf_counter() - began


def run(*, short: bool) -> dict[str, object]:
    """For each room the ratio, counting / not, and what a page takes."""
    replay = Replay()
    for sent in payloads(SHORT if short else FULL):
        replay.publish(payload(sent.feed, sent.payload.encode(), sent.time_ms), sent.time_ms)
    found: dict[str, object] = {}
    for room, spec in ROOMS.items():
        records = _of_the_fullest_partition(replay.log[spec.source])
        ratios, share, page_seconds = asyncio.run(_measured(room, records))
        low, high = interval(sorted(ratios))
        found[f"{room}, counting / not"] = f"{median(ratios):.3f} ({low:.3f} to {high:.3f}), {len(ratios)} turns"
        found[f"{room}, the calls that count"] = f"{share:.2%}"
        found[f"{room}, a page"] = (
            f"{page_seconds * 1000:.1f} ms, every {SCRAPE_SECONDS} s {page_seconds / SCRAPE_SECONDS:.3%} of a core"
        )
    return found


def _of_the_fullest_partition(records: Sequence[Record]) -> list[Record]:
    found: dict[int, list[Record]] = {}
    for record in records:
        found.setdefault(record.position.partition, []).append(record)
    return max(found.values(), key=len)


async def _measured(room: str, records: Sequence[Record]) -> tuple[list[float], float, float]:
    """Each turn's ratio, the share of the calls that count, and the CPU seconds of a page."""
    counting, other = [await _opened(room, records, tally) for tally in (TimedTally(), NoTally())]
    ratios, total = list[float](), 0.0
    for number, start in enumerate(range(0, len(records) - BATCH + 1, BATCH)):
        if number == WARM_UP:
            ratios, total, TimedTally.seconds = [], 0.0, 0.0
        batch = records[start : start + BATCH]
        order = [counting, other] if number % 2 else [other, counting]
        seconds = {id(task): await _turn(task, batch) for task in order}
        ratios.append(seconds[id(counting)] / seconds[id(other)])
        total += seconds[id(counting)]
    return ratios, TimedTally.seconds / total, _page(room, counting)


async def _opened(room: str, records: Sequence[Record], tally: Tally) -> PartitionTask:
    partition, log = records[0].position.partition, MemoryLog()
    slots = log.partitions.setdefault(TopicPartition(ROOMS[room].source, partition), Partition()).slots
    slots.extend([WrittenRecord("", Out("", b"", b""), Outcome.COMMITTED)] * (records[-1].position.offset + 1))
    task = PartitionTask(
        ROOMS[room].make(Options()), partition, log, "benchmark", transaction_seconds=30, tally=tally
    )
    await task.open()
    return task


async def _turn(task: PartitionTask, batch: Sequence[Record]) -> float:
    """CPU seconds of a batch."""
    began = time.process_time()
    await task.commit(batch)
    task.tally.aged(batch, time.time() * 1000)
    return time.process_time() - began


def _page(room: str, task: PartitionTask) -> float:
    """CPU seconds of a page of a worker that has all partitions, each like this one."""
    figures = Figures(room, dict.fromkeys(range(PARTITIONS), task), lambda _: Fetched(9, 9), lambda _: 8)
    now = iter(range(10 * PAGES))
    page = Page(figures.view, lambda: float(10 * next(now)))
    began = time.process_time()
    for _ in range(PAGES):
        assert page.text()
    return (time.process_time() - began) / PAGES
