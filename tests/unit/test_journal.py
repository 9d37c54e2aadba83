"""The journal of a partition: where it may be cut, what a recovery reports, what is missing of the input."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from echo_driver import Echo, records, spec_of, topics_of

from pipeline.resolve.room import ResolveRoom
from pipeline.runtime.log import journal as journals
from pipeline.runtime.log.batch import portions
from pipeline.runtime.log.journal import Cut, Journal, JournalLost
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import Bounds, TopicPartition
from pipeline.shard import Shard
from pipeline.topology import ROOMS, TOPICS, Options

NAME = "echo-journal"
SOURCE = TopicPartition(f"{NAME}.in", 1)


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint every 10 records; a trim of 20 is worth a request, and leaves 5."""
    for name, value in (("CHECKPOINT_RECORDS", 10), ("TRIM_RECORDS_MIN", 20), ("KEPT_RECORDS_MIN", 5)):
        monkeypatch.setattr(journals, name, value)


def journal_of(count: int) -> Journal:
    """A journal of so many records, about source offsets from 1000 on."""
    journal = Journal(NAME, 1, end=count)
    for offset in range(count):
        journal.note(offset, 1000 + offset)
    return journal


CUTS = [
    # (records, trimmed below, the first source offset that is needed, where the cut is)
    pytest.param(100, 0, 1045, 40, id="at the last checkpoint before what is needed"),
    pytest.param(100, 0, 1040, 40, id="at the checkpoint that is needed itself"),
    pytest.param(100, 0, 1039, 30, id="a quarter of the journal is worth it"),
    pytest.param(100, 0, 1029, None, id="a fifth is not"),
    pytest.param(60, 0, 1029, 20, id="of a short journal, the least that is worth a request"),
    pytest.param(60, 0, 1019, None, id="less than that"),
    pytest.param(95, 0, 5000, 90, id="the newest five stay"),
    pytest.param(94, 0, 5000, 80, id="and where that is no checkpoint, more"),
    pytest.param(100, 50, 1079, 70, id="counted from the last trim"),
    pytest.param(100, 50, 1069, None, id="too little since the last trim"),
    pytest.param(200, 20, 1069, None, id="a quarter of what is left is more than 40"),
    pytest.param(200, 20, 1070, 70, id="and less than 50"),
]


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize(("count", "trimmed", "floor", "cut"), CUTS)
def test_where_a_journal_is_cut(count: int, trimmed: int, floor: int, cut: int | None) -> None:
    """Never past what is needed, nor near its end; only where it is worth a request."""
    journal = journal_of(count)
    journal.trimmed(trimmed)
    assert journal.cut(floor) == (None if cut is None else Cut(cut, 1000 + cut))


@pytest.mark.usefixtures("_small")
def test_a_trim_forgets_the_checkpoints_behind_it() -> None:
    """One checkpoint every so many records, and none of what is gone."""
    journal = journal_of(50)
    assert [cut.journal_offset for cut in journal.checkpoints] == [0, 10, 20, 30, 40]
    journal.trimmed(20)
    assert [cut.journal_offset for cut in journal.checkpoints] == [20, 30, 40]


@pytest.mark.parametrize(
    ("position", "start", "end", "missing"),
    [(-1, 0, 0, 0), (-1, 7, 9, 0), (4, 3, 9, 0), (4, 5, 5, 0), (4, 6, 9, 1), (4, 9, 20, 4)],
)
def test_how_much_of_the_input_is_missing(position: int, start: int, end: int, missing: int) -> None:
    """The offsets between the last one done and the first that is left; a new room misses nothing."""
    shard = Shard(ResolveRoom(), 1)
    shard.position = position
    assert journals.check_source(shard, SOURCE, Bounds(start, end)) == missing


def test_an_input_that_ends_before_what_was_done() -> None:
    """It is another topic of the same name."""
    shard = Shard(ResolveRoom(), 1)
    shard.position = 4
    with pytest.raises(JournalLost, match="up to offset 4, but"):
        journals.check_source(shard, SOURCE, Bounds(0, 4))


def test_a_recovery_reports_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Journal offsets read and to be read, counted from where the recovery began."""
    for topic in topics_of(NAME):
        monkeypatch.setitem(TOPICS, topic.name, topic)
    monkeypatch.setitem(ROOMS, NAME, spec_of(NAME))
    log = MemoryLog(counts={topic.name: 2 for topic in topics_of(NAME)} | {"wire.dead": 4}, page_records=2)
    reported: list[tuple[int, int]] = []

    async def run() -> int:
        task = PartitionTask(Echo(NAME), 1, log, "journal", transaction_seconds=20)
        await task.open()
        await task.commit(records(SOURCE.topic, ["one", "two", "three", "four", "five", "six", "seven"], 0))
        journal, shard = Journal(NAME, 1, end=5), Shard(Echo(NAME), 1)
        (bounds,) = await log.bounds(task.ownership.journal)
        return await journals.recover(log, journal, shard, bounds, lambda *pair: reported.append(pair))

    assert asyncio.run(run()) == 6
    assert reported == [(2, 7), (4, 7), (6, 7)]  # the last offset is the marker of the commit


@pytest.mark.parametrize("room", ROOMS)
def test_a_change_is_arrays_throughout(room: str) -> None:
    """Guard: the journal names no field, so a field may be renamed (docs/design/evolution.md)."""
    asked, known = [msgspec.inspect.type_info(ROOMS[room].make(Options()).change_type)], set()
    while asked:
        info = asked.pop()
        if isinstance(info, msgspec.inspect.StructType) and info.cls not in known:
            known.add(info.cls)
            assert info.array_like, info.cls
            asked += [member.type for member in info.fields]
        asked += [*getattr(info, "types", ()), *getattr(info, "item_types", ())]
        asked += [inner for name in ("item_type", "value_type") if (inner := getattr(info, name, None))]
    assert known


@pytest.mark.parametrize(
    ("sizes", "portioned"),
    [((), []), ((3, 3, 1), [[3, 3], [1]]), ((4, 4, 2), [[4], [4, 2]]), ((9, 1, 9), [[9], [1], [9]])],
)
def test_portions(sizes: tuple[int, ...], portioned: list[list[int]]) -> None:
    """In order, each as full as it may be; a value that is too large goes alone."""
    assert [
        [len(value) for value in portion] for portion in portions([bytes(size) for size in sizes], 6)
    ] == portioned
