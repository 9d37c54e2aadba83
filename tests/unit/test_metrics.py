"""The figures of a worker are what it did; its page bears any number of questions; nothing waits means 0."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import pytest
from aiohttp import ClientSession
from echo_driver import PARTITIONS, Echo, records, spec_of, topics_of
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from pipeline.records import Counted, Out, Reason, Room
from pipeline.runtime.embedded.node import free_ports
from pipeline.runtime.log import journal
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.memory_state import WrittenRecord
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import Outcome, TopicPartition
from pipeline.runtime.log.tally import Histogram, Tally
from pipeline.runtime.metrics.lag import SAMPLES, Fetched, Lag, LagStatus, LagWatch, Sample, judge, lag
from pipeline.runtime.metrics.page import PAGE_SECONDS, Page
from pipeline.runtime.metrics.table import METRICS, Kind
from pipeline.runtime.metrics.view import WorkerView
from pipeline.runtime.worker import health
from pipeline.runtime.worker.figures import Figures
from pipeline.topology import ROOMS, TOPICS, Options
from tests.waiting import SECONDS, eventually_async

NAME = "echo-metrics"
SOURCE = TopicPartition(f"{NAME}.in", 1)
UNITS = ("_seconds", "_bytes", "_records", "_offsets", "_items", "_entries", "_total")
UNITLESS = {
    "wiredesk_build_info",
    "wiredesk_ready",
    "wiredesk_partition_open",
    "wiredesk_lag_status",
    "wiredesk_board_state",
    "wiredesk_board_browsers",
    "wiredesk_ingest_feeds",
    "wiredesk_ingest_waiting_requests",
}


@pytest.fixture(autouse=True)
def _echo(monkeypatch: pytest.MonkeyPatch) -> None:
    for topic in topics_of(NAME):
        monkeypatch.setitem(TOPICS, topic.name, topic)
    monkeypatch.setitem(ROOMS, NAME, spec_of(NAME))


def log_of(count: int) -> MemoryLog:
    """A log whose input has so many records."""
    counts = {topic.name: PARTITIONS for topic in topics_of(NAME)} | {"wire.dead": 4}
    log = MemoryLog(counts=counts)
    sent = WrittenRecord("publisher", Out("", b"", b""), Outcome.COMMITTED)
    log.partition(SOURCE).slots.extend([sent] * count)
    return log


async def opened(log: MemoryLog) -> PartitionTask:
    task = PartitionTask(Echo(NAME), 1, log, "metrics", transaction_seconds=20)
    await task.open()
    return task


def figures_of(tasks: Mapping[int, PartitionTask], fetched: Fetched | None = None, delivered: int = -1) -> Figures:
    return Figures(NAME, tasks, lambda partition: fetched, lambda partition: delivered)


@asynccontextmanager
async def served(tasks: Mapping[int, PartitionTask]) -> AsyncIterator[str]:
    """The address of the pages of a worker with these tasks."""
    page = Page(figures_of(tasks).view)
    for port in free_ports("127.0.0.1"):
        server = asyncio.create_task(health.serve("127.0.0.1", port, lambda: health.state(tasks.values()), page))
        await eventually_async(partial(answers, server, port))
        if not server.done():
            break  # else another process took the port meanwhile
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.cancel()


async def answers(server: asyncio.Task[None], port: int) -> bool:
    """Whether the server answers, or has ended."""
    await asyncio.sleep(0)
    with suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True
    return server.done()


def values(page: bytes) -> dict[tuple[str, str], float]:
    """The samples of a page by their name and the label that is their own."""
    return {
        (
            sample.name,
            next((sample.labels[name] for name in sample.labels if name not in ("room", "partition")), ""),
        ): (sample.value)
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("fetched", "position", "delivered", "share", "found"),
    [
        pytest.param(Fetched(101, 101), 99, 99, 1.0, Lag(0, 0), id="all but the marker behind the last record"),
        pytest.param(Fetched(500, 500), 99, 99, 1.0, Lag(0, 0), id="what was behind it has been deleted"),
        pytest.param(Fetched(0, 0), -1, -1, 1.0, Lag(0, 0), id="an empty input"),
        pytest.param(Fetched(101, 101), 89, 99, 1.0, Lag(11, 11), id="read, not decided"),
        pytest.param(Fetched(101, 201), 99, 99, 0.5, Lag(100, 50), id="not read; every second offset is a marker"),
        pytest.param(Fetched(100, 101), 99, 99, 0.01, Lag(1, 1), id="one offset, perhaps a record"),
        pytest.param(Fetched(400, 500), 99, 99, 1.0, Lag(100, 100), id="the deleted ones do not wait"),
        pytest.param(Fetched(400, 500), 99, 300, 1.0, Lag(400, 400), id="read before they were deleted"),
        pytest.param(Fetched(90, 80), 99, 120, 1.0, Lag(1, 1), id="the end is older news than what was read"),
    ],
)
def test_what_waits(fetched: Fetched, position: int, delivered: int, share: float, found: Lag) -> None:
    """Markers and deleted records do not wait; what was read and not decided does."""
    assert lag(fetched, position, delivered, share) == found


@pytest.mark.parametrize(
    ("positions", "waiting", "status"),
    [
        ([5] * SAMPLES, [0] * SAMPLES, LagStatus.OK),
        (range(SAMPLES), [*range(1, SAMPLES), 0], LagStatus.OK),
        (range(SAMPLES), range(50, 50 - SAMPLES, -1), LagStatus.OK),
        (range(SAMPLES), [7] * SAMPLES, LagStatus.OK),
        (range(SAMPLES), range(1, SAMPLES + 1), LagStatus.WARNING),
        (range(SAMPLES), [1, 1, 1, *range(2, SAMPLES - 1)], LagStatus.WARNING),
        ([5] * SAMPLES, range(1, SAMPLES + 1), LagStatus.STALLED),
        ([5] * SAMPLES, [7] * SAMPLES, LagStatus.STALLED),
        ([5] * (SAMPLES - 1), [7] * (SAMPLES - 1), LagStatus.UNKNOWN),
        ([5], [0], LagStatus.OK),
        ([], [], LagStatus.UNKNOWN),
    ],
)
def test_the_judgement_of_a_minute(positions: Any, waiting: Any, status: LagStatus) -> None:
    """By the rules of Burrow: a zero is ok, no progress is stalled, growth at every look is a warning."""
    samples = [Sample(position, count) for position, count in zip(positions, waiting, strict=True)]
    assert judge(samples) is status


def test_a_partition_that_is_not_open_is_judged_anew() -> None:
    """What was seen before a recovery does not make it stalled; not open and not recovering is an error."""
    watch = LagWatch()
    for _ in range(SAMPLES):
        watch.saw(Lag(7, 7), 5)
        watch.keep()
    found = [watch.status]
    for is_broken in (False, True):
        watch.is_not_open(is_broken=is_broken)
        watch.keep()
        found.append(watch.status)
    assert found == [LagStatus.STALLED, LagStatus.UNKNOWN, LagStatus.ERROR]
    assert watch.latest is None


@given(st.lists(st.floats(0, 1000), max_size=50))
def test_a_histogram_counts_every_value_once(found: list[float]) -> None:
    """The counts up to a bound are those of the values up to it."""
    histogram = Histogram((0.5, 10.0, 100.0))
    for value in found:
        histogram.observe(value)
    assert sum(histogram.counts) == len(found)
    assert histogram.total == pytest.approx(sum(found))
    for number, bound in enumerate(histogram.bounds):
        assert sum(histogram.counts[: number + 1]) == sum(value <= bound for value in found)


def test_the_page_shows_what_was_done() -> None:
    """Records, deaths by reason, transactions, ages, journal: as many as were committed, whatever the batches."""

    async def run() -> bytes:
        words = ["one", "bad", "three", "bad", "five"]
        task = await opened(log_of(len(words)))
        sent = records(SOURCE.topic, words, 0)
        for batch in (sent[:3], sent[:4], sent[4:]):  # the first three come twice, as after a rebalance
            assert await task.commit(batch) is not None
        task.tally.aged(sent, sent[0].timestamp_ms + 700)
        return Page(figures_of({1: task}, Fetched(6, 6), 4).view).text()

    found = values(asyncio.run(run()))
    expected = {
        ("wiredesk_ready", ""): 1,
        ("wiredesk_records_total", ""): 5,
        ("wiredesk_outputs_total", ""): 5,
        ("wiredesk_dead_records_total", "malformed"): 2,
        ("wiredesk_dead_records_total", "bug"): 0,
        ("wiredesk_transaction_seconds_count", ""): 3,
        ("wiredesk_batch_records_sum", ""): 5,
        ("wiredesk_age_seconds_bucket", "0.5"): 0,
        ("wiredesk_age_seconds_bucket", "1"): 5,
        ("wiredesk_lag_records", ""): 0,
        ("wiredesk_lag_status", "ok"): 0,  # no sample yet
        ("wiredesk_lag_status", "unknown"): 1,
        ("wiredesk_journal_records", ""): 7,  # and the barrier, and what says that it is complete
        ("wiredesk_recovery_offsets", ""): 0,
    }
    assert {name: found[name] for name in expected} == expected
    assert found["wiredesk_written_bytes_total", ""] > found["wiredesk_journal_bytes", ""] > 0


def test_a_page_is_written_once_a_second() -> None:
    """However many ask, the worker is read once a second; one that has just started says that it is not ready."""
    now, asked = [0.0], 0

    def view() -> WorkerView:
        nonlocal asked
        asked += 1
        return WorkerView("tag", False, 0.0)

    page = Page(view, lambda: now[0])
    for _ in range(1000):
        assert values(page.text())["wiredesk_ready", ""] == 0
        now[0] += PAGE_SECONDS / 400
    assert asked == 3


def test_many_scrapes_lose_nothing() -> None:
    """A room that is asked a thousand times for its figures while it works decides all its records."""
    count = 300

    async def run() -> tuple[int, set[int]]:
        task = await opened(log_of(count))
        statuses: list[int] = []

        async def ask(session: ClientSession, address: str) -> None:
            for _ in range(100):
                async with session.get(f"{address}/metrics") as answer:
                    assert await answer.read()
                    statuses.append(answer.status)

        async def work() -> None:
            for record in records(SOURCE.topic, ["one"] * count, 0):
                await task.commit([record])
                await asyncio.sleep(0)

        async with asyncio.timeout(SECONDS), served({1: task}) as address, ClientSession() as session:
            await asyncio.gather(work(), *(ask(session, address) for _ in range(10)))
        return task.tally.records, set(statuses)

    assert asyncio.run(run()) == (count, {200})


@pytest.mark.parametrize(
    ("is_open", "path", "status"),
    [
        (False, "health", 200),
        (False, "ready", 503),
        (False, "metrics", 200),
        (True, "health", 200),
        (True, "ready", 200),
        (True, "metrics", 200),
        (True, "nothing", 404),
    ],
)
def test_pages(is_open: bool, path: str, status: int) -> None:
    """A worker that starts is alive and not ready, and has figures."""

    async def run() -> int:
        tasks = {1: await opened(log_of(1))} if is_open else {}
        async with served(tasks) as address, ClientSession() as session, session.get(f"{address}/{path}") as answer:
            return answer.status

    assert asyncio.run(run()) == status


def test_a_journal_knows_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """After trims and recoveries it is that of the records that the log has."""
    for name, value in (("CHECKPOINT_RECORDS", 1), ("TRIM_RECORDS_MIN", 4), ("KEPT_RECORDS_MIN", 1)):
        monkeypatch.setattr(journal, name, value)
    words = ["one", "TWO", "bad", "four", "five", "SIX", "seven", "eight", "nine", "ten"]

    async def run() -> list[tuple[int, int]]:
        log = log_of(len(words))
        task = await opened(log)
        for record in records(SOURCE.topic, words, 0):
            await task.commit([record])
            await task.trim()
        assert task.journal.start > 0
        successor = await opened(log)
        (bounds,) = await log.bounds(task.ownership.journal)
        kept = [
            stored.value
            async for page in log.read(task.ownership.journal, bounds.start, bounds.end)
            for stored in page
        ]
        size = successor.journal.size
        return [(size.records, size.size), (len(kept), sum(map(len, kept)))]

    known, true = asyncio.run(run())
    assert known == true


def test_names_carry_units() -> None:
    """Seconds and bytes, never milliseconds; counters end in _total; every metric has a meaning."""
    for metric in METRICS:
        name = metric.full_name
        assert (metric.kind is Kind.COUNTER) == name.endswith("_total")
        assert name in UNITLESS or name.endswith(UNITS) or name == "wiredesk_open_recalls", name
        assert metric.help.endswith("."), name
        ways = (metric.read, metric.of_worker, metric.of_board, metric.of_ingest, metric.of_process)
        assert sum(map(bool, ways)) == 1, name


@pytest.mark.parametrize("name", [name for name in ROOMS if name != NAME])
def test_every_room_counts_what_it_remembers(name: str) -> None:
    """A room with a state has something to count, and nothing of it is there before the first record."""
    room: Room[Any, Any] = ROOMS[name].make(Options())
    counts = room.counts(room.open())
    assert counts
    assert set(counts) <= set(Counted)
    assert not any(counts.values())


def test_a_tally_has_every_reason() -> None:
    """A reason that has not occurred is 0 and not absent: a rate needs the zero before the one."""
    assert Tally().dead == dict.fromkeys(Reason, 0)
