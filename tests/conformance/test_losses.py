"""Journals and inputs that were deleted: a room refuses to start, instead of silently starting over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from echo_driver import EchoDriver, opened_task

from pipeline.records import Record
from pipeline.runtime.log import journal
from pipeline.runtime.log.journal import JournalLost
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import TopicPartition


async def _head_deleted(driver: EchoDriver, task: PartitionTask) -> None:
    await driver.log.delete_below(driver.journal, 2)


async def _emptied(driver: EchoDriver, task: PartitionTask) -> None:
    await driver.log.delete_below(driver.journal, task.journal.end)


async def _input_anew(driver: EchoDriver, task: PartitionTask) -> None:
    later = Record(driver.input("last")[0].position._replace(offset=99), b"k", b"late", (), 0)
    await task.commit([later])


@pytest.mark.parametrize(
    ("accident", "message"),
    [
        (_head_deleted, "begins at 2, but its owner trimmed no further than 0"),
        (_emptied, "begins at .*, but its owner trimmed no further than 0"),
        (_input_anew, "up to offset 99, but the input ends at"),
    ],
)
def test_a_loss_is_refused(
    driver: EchoDriver,
    accident: Callable[[EchoDriver, PartitionTask], object],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A journal without its beginning, an empty one, and an input that was created again are refused."""

    async def run(batch: list[Record]) -> None:
        task = await opened_task(driver)
        await task.commit(batch)
        await accident(driver, task)  # type: ignore[misc]  # a coroutine function of the table above
        await task.close()
        monkeypatch.setattr(journal, "BARRIER_SECONDS", 1.0)  # for an input to show what is not in it
        with pytest.raises(JournalLost, match=message):
            await driver.new_task().open()

    driver.run(run(driver.input("one", "two", "three")))


def test_an_empty_journal_beside_a_groups_offset(driver: EchoDriver) -> None:
    """The group has committed an offset, and the journal is empty: it was deleted.  A new room has neither."""
    driver.input("one", "two")
    driver.hint(f"conformance.{driver.room.name}", TopicPartition(driver.room.source, 1), 2)
    with pytest.raises(JournalLost, match=r"holds nothing, but conformance.* has done .* up to offset 2"):
        driver.run(driver.new_task().open())


@pytest.mark.parametrize("offset", [0, 3])
def test_a_groups_offset_is_a_hint(driver: EchoDriver, offset: int) -> None:
    """Reset by hand to the beginning or the end, it moves nothing: the journal says where to go on."""

    async def run(batch: list[Record]) -> int:
        task = await opened_task(driver)
        await task.commit(batch[:2])
        await task.close()
        await asyncio.to_thread(driver.hint, task.group, TopicPartition(driver.room.source, 1), offset)
        await task.open()
        return (await opened_task(driver)).shard.position

    assert driver.run(run(driver.input("one", "two", "three"))) == 1
