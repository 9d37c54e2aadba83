"""A feed that is forgotten: cut off anywhere, or twice at once; asked for again it is gone, and no other is."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import count

import pytest
from boundaries import Boundaries, Crash

from pipeline.envelope import RecordType
from pipeline.records import Out
from pipeline.runtime.ingest import forgetting, ledger
from pipeline.runtime.ingest.forgetting import Remembered, forget, left_out
from pipeline.runtime.ingest.ledger import Ledger, forgotten_record, record, way_record
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.port import Fenced

MARKS = 5
NAMES = ("quay", "quay.north", "cursor", "seen", "way", "forgetting", "a-b_c.d", "7", "x" * 100)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two marks a transaction, and no pause."""
    monkeypatch.setattr(forgetting, "DELETED_AT_ONCE", 2)
    monkeypatch.setattr(forgetting, "PAUSE_SECONDS", 0.0)


def marks(name: str, numbers: range) -> list[Out]:
    return [record(f"{name}/seen/{number:032x}", b'{"met":7}', name, 7) for number in numbers]


def cursor(name: str) -> Out:
    return record(f"{name}/cursor", b'{"kind":"folder","cursor":{"swept_ms":7}}', name, 7)


async def write(log: MemoryLog, *records: Out, who: str = "somebody") -> None:
    writer = await log.acquire(who)
    await writer.begin()
    await writer.produce(records)
    await writer.commit()


def live(log: MemoryLog) -> dict[bytes, bytes]:
    """The records of both partitions as a compaction leaves them, but barriers."""
    found = {out.key: out.value for outs in log.committed("wire.feeds").values() for out in outs if out.key}
    return {key: value for key, value in found.items() if value}


def told(log: MemoryLog) -> set[int]:
    """The partitions in which the rooms are told."""
    control = ("ce_type", RecordType.CONTROL.encode())
    return {
        number for number, outs in log.committed("wire.raw").items() if any(control in out.headers for out in outs)
    }


async def remembering(*names: str) -> MemoryLog:
    """A log in which each of these feeds has a cursor, marks and a way."""
    log = MemoryLog()
    for name in names:
        await write(log, *marks(name, range(MARKS)), cursor(name), way_record(name, "folder", 7))
    return log


def compacted(log: MemoryLog) -> MemoryLog:
    """What a compaction leaves of the topic, and what the rooms were told."""
    made = MemoryLog()
    outs = [out for found in log.committed("wire.feeds").values() for out in found]
    last = {(out.partition, out.key): out for out in outs}
    raw = [out for found in log.committed("wire.raw").values() for out in found]
    asyncio.run(write(made, *raw, *(out for out in last.values() if out.value)))
    return made


def of_name(name: str, keys: dict[bytes, bytes]) -> list[bytes]:
    return [key for key in keys if key.decode().split("/")[0] == name]


@pytest.mark.parametrize("is_compacted", [False, True])
def test_each_cut(is_compacted: bool) -> None:
    """Cut off at any moment it is listed, unless nothing had begun or all has ended; asked for again it ends as one
    that was not cut off.  Meanwhile nothing is known of the feed, and of the others all is.
    """
    log = asyncio.run(remembering("quay", "norden"))
    before = live(log)
    uncut = Boundaries()
    log.step = uncut.step
    asyncio.run(forget(log, "app", ["quay"], 30))
    expected = live(log)
    assert set(before) - set(expected) == set(of_name("quay", before))
    assert told(log) == {0, 1, 2, 3}
    cuts = Counter[str]()
    for number in range(len(uncut.passed)):
        log = asyncio.run(remembering("quay", "norden"))
        log.step = Boundaries({number}).step
        with pytest.raises(Crash):
            asyncio.run(forget(log, "app", ["quay"], 30))
        log.step = Boundaries().step
        for one in log.coordinators:  # as the broker does after a while, or whoever asks again
            log.settle(one)
        found = asyncio.run(left_out(log, {"norden"}))
        state = "before" if live(log) == before else "after" if live(log) == expected else "between"
        assert [one.name for one in found] == ([] if state == "after" else ["quay"])
        read = Ledger()
        for out in (compacted(log) if is_compacted else log).committed("wire.feeds")[0]:
            read.apply(out.key, out.value)
        assert len(read.feeds["norden"].seen) == MARKS
        if state == "between":
            with pytest.raises(ledger.BeingForgotten):
                read.seen("quay")
        cuts[state] += 1
        if is_compacted:
            log = compacted(log)
        asyncio.run(forget(log, "app", ["quay"], 30))
        assert live(log) == expected
        assert told(log) == {0, 1, 2, 3}
        assert asyncio.run(left_out(log, {"norden"})) == []
    assert min(cuts[state] for state in ("before", "between", "after")) > 0


def test_markers_that_come_late() -> None:
    """Who looks as soon as it says that a feed is forgotten finds nothing of it, also on a busy broker."""
    log = asyncio.run(remembering("quay"))
    log.is_late = True
    asyncio.run(forget(log, "app", ["quay"], 30))
    assert asyncio.run(left_out(log, ())) == []


def test_odd_names() -> None:
    """One that is the beginning of another, or a word of ours, is forgotten alone; several are at once."""

    async def run() -> None:
        log = await remembering(*NAMES)
        assert await left_out(log, ()) == [Remembered(name, MARKS) for name in sorted(NAMES)]
        for number, name in enumerate(NAMES[:-2], 1):
            await forget(log, "app", [name], 30)
            assert {one.name for one in await left_out(log, ())} == {*NAMES[number:]}
        await forget(log, "app", NAMES[-2:], 30)
        assert live(log) == {}

    asyncio.run(run())


def test_marks_that_nobody_lists() -> None:
    """Those behind a cursor that is gone, as an earlier version left them when it was cut off, come back with a
    compaction: they are listed, and forgotten.  Records of others stay.
    """

    async def run() -> None:
        log = await remembering("quay")
        others = [record("quay/status", b"{}", "quay", 7), record("quay/seen/other", b"{}", "quay", 7)]
        await write(log, *others, forgotten_record("quay", 7), way_record("quay", None, 7))
        assert await left_out(log, ()) == [Remembered("quay", MARKS)]
        await forget(log, "app", ["quay"], 30)
        assert live(log).keys() == {one.key for one in others}
        assert await left_out(log, ()) == []

    asyncio.run(run())


def test_marks_that_are_written_meanwhile() -> None:
    """Of a transaction that was under way when it began: it waits for its end, and deletes them too."""

    async def run() -> None:
        log = await remembering("quay")
        writer = await log.acquire("ingest")
        await writer.begin()
        await writer.produce(marks("quay", range(10, 13)))
        forgets = asyncio.create_task(forget(log, "app", ["quay"], 30))
        done, _ = await asyncio.wait({forgets}, timeout=0.2)
        assert not done
        await writer.commit()
        await forgets
        assert live(log) == {}

    asyncio.run(run())


def test_a_feed_that_never_was() -> None:
    """Nothing is left of it; it may begin."""

    async def run() -> None:
        log = await remembering("quay")
        before = live(log)
        await forget(log, "app", ["nobody"], 30)
        assert live(log) == before

    asyncio.run(run())


def test_two_at_once() -> None:
    """Wherever the first one is when a second begins, it writes nothing more; the second one ends it."""
    boundaries = Boundaries()
    log = asyncio.run(remembering("quay"))
    log.step = boundaries.step
    asyncio.run(forget(log, "app", ["quay"], 30))
    fenced = 0

    async def run(number: int) -> bool:
        numbers, is_second = count(), False
        made = await remembering("quay")

        async def step(name: str) -> None:
            nonlocal is_second
            if not is_second and next(numbers) == number:
                is_second = True
                await forget(made, "app", ["quay"], 30)
                await write(made, *marks("quay", range(MARKS)), cursor("quay"))  # it has begun anew
                is_second = False

        made.step = step
        is_fenced = False
        try:
            await forget(made, "app", ["quay"], 30)
        except Fenced:
            is_fenced = True
        again = len(of_name("quay", live(made)))
        assert again in ((MARKS + 1,) if is_fenced else (0, MARKS + 1)), "not a part of it"
        return is_fenced

    for number in range(len(boundaries.passed)):
        fenced += asyncio.run(run(number))
    assert fenced > len(boundaries.passed) // 2
