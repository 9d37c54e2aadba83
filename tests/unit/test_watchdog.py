"""A worker that has work and does none ends; one that recovers shows it."""

from __future__ import annotations

import asyncio
import threading

import pytest
from echo_driver import Echo, records, spec_of, topics_of

from pipeline.records import Out
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.memory_state import WrittenRecord
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import TopicPartition
from pipeline.runtime.worker import watchdog as watchdog_module
from pipeline.runtime.worker.process import Worker
from pipeline.runtime.worker.watchdog import Watchdog
from pipeline.settings import Settings
from pipeline.topology import ROOMS, TOPICS, Options
from tests.logged import logged_by
from tests.waiting import SECONDS

LIMIT_SECONDS = 0.2


@pytest.mark.parametrize(
    ("deeds", "overdue"),
    [
        pytest.param((), [], id="no work"),
        pytest.param(("waits", "sleep"), [1], id="work that waits"),
        pytest.param(("waits", "sleep", "waits"), [1], id="more work is no deed"),
        pytest.param(("waits", "sleep", "some"), [], id="some got done"),
        pytest.param(("waits", "all", "sleep"), [], id="all got done"),
        pytest.param(("waits", "some", "sleep"), [1], id="some got done, then none"),
        pytest.param(("waits", "sleep", "advanced"), [], id="no broker answers, and it tries again"),
        pytest.param(("waits", "advanced", "sleep"), [1], id="it tries, and then hangs"),
        pytest.param(("advanced", "sleep"), [], id="an attempt is no work that waits"),
    ],
)
def test_what_is_overdue(deeds: tuple[str, ...], overdue: list[int]) -> None:
    """Work is overdue when none of it got done for the limit, however much more comes."""
    now = 0.0
    watchdog = Watchdog(LIMIT_SECONDS, 70, clock=lambda: now)
    for deed in deeds:
        match deed:
            case "waits":
                watchdog.waits(1)
            case "sleep":
                now += LIMIT_SECONDS + 0.01
            case "advanced":
                watchdog.advanced(1)
            case _:
                watchdog.worked(1, is_more=deed == "some")
    assert watchdog.overdue() == overdue


def test_it_ends_a_process_whose_loop_hangs() -> None:
    """The thread ends the process with the exit code, though the event loop never comes back."""
    ended = threading.Event()
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        ended.set()

    watchdog = Watchdog(LIMIT_SECONDS, 70, end)

    async def hang() -> None:
        watchdog.waits(3)
        assert ended.wait(SECONDS)  # blocks the loop

    watchdog.start()
    asyncio.run(hang())
    assert codes == [70]


def test_partitions_that_decide_do_not_hang() -> None:
    """On a busy machine a batch takes long.  A partition that waits for a broker meanwhile hangs."""
    now = 0.0
    worker = Worker(Settings(), "resolve")
    watchdog = worker.watchdog
    watchdog.clock = lambda: now
    for partition, is_deciding in enumerate((True, True, False)):
        task = PartitionTask(ROOMS["resolve"].make(Options()), partition, MemoryLog(), "wiredesk", 20)
        task.is_deciding = is_deciding
        worker.tasks[partition] = task
        watchdog.waits(partition)
    for _ in range(10):
        now += watchdog.limit_seconds / 5
        worker._decides()
    assert watchdog.overdue() == [2]
    now += watchdog.limit_seconds + 1
    assert watchdog.overdue() == [0, 1, 2]


def test_it_says_where_the_work_hangs() -> None:
    """The log has what the task waits for, function by function, and where the main thread is."""
    ended = threading.Event()

    async def answer() -> None:
        await asyncio.get_running_loop().create_future()

    async def work() -> None:
        await answer()

    async def run() -> None:
        task = asyncio.create_task(work())
        watchdog = Watchdog(LIMIT_SECONDS, 70, lambda code: ended.set(), task_of={3: task}.get)
        watchdog.waits(3)
        watchdog.waits(4)  # which no task does
        watchdog.start()
        await asyncio.to_thread(ended.wait, SECONDS)
        task.cancel()

    with logged_by(watchdog_module) as logs:
        asyncio.run(run())
    (line,) = [one for one in logs if one["event"] == "stuck"]
    assert list(line["at"]["tasks"]) == ["3"]
    outer, inner, awaited = line["at"]["tasks"]["3"]
    assert (".work:" in outer, ".answer:" in inner, awaited) == (True, True, "FutureIter")
    assert any(" select" in one for one in line["at"]["main_thread"])


def test_a_recovering_room_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the journal is read back the health page has status recovering; then, and only then, ready."""
    for topic in topics_of("echo-health"):
        monkeypatch.setitem(TOPICS, topic.name, topic)
    monkeypatch.setitem(ROOMS, "echo-health", spec_of("echo-health"))
    seen: list[tuple[str, str]] = []
    read: list[int] = []
    worker = Worker(Settings(), "resolve")

    async def step(name: str) -> None:
        page = worker.health()
        seen.append((name, page["status"]))
        read.extend(journal["read"] for journal in page["journal"].values())

    async def run() -> None:
        counts = {topic.name: topic.partitions for topic in topics_of("echo-health")} | {"wire.dead": 4}
        log = MemoryLog(step, counts, page_records=2)
        first = PartitionTask(Echo("echo-health"), 1, log, "test", 20)
        await first.open()
        log.partition(TopicPartition("echo-health.in", 1)).slots.extend(
            [WrittenRecord("publisher", Out("", b"", b""))] * 3
        )
        for record in records("echo-health.in", ["one", "two", "three"], 0):
            await first.commit([record])
        worker.tasks[1] = PartitionTask(Echo("echo-health"), 1, log, "test", 20)
        assert log.end(TopicPartition("wire.journal.echo-health", 1))
        assert worker.health()["status"] == "waiting"
        seen.clear()
        await worker.tasks[1].open()
        assert worker.health()["status"] == "ready"
        assert not worker.health()["journal"]

    asyncio.run(run())
    barrier = ["begin", "include", "produce", "produced", "commit", "prepared", *["marker written"] * 7]
    looks = ["bounds", *["read"] * 6, "bounds"]  # of the journal and, last, of the input
    assert [name for name, _ in seen] == ["last outcome", "acquire", "acquired", *barrier, *looks]
    assert read == sorted(read)
    assert len(set(read)) > 2
    assert {status for _, status in seen} == {"recovering"}
