"""A transaction that is complete for its coordinator and has no marker in some partitions, as a stopping broker can
leave it.  Readers see its records once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from echo_driver import EchoDriver, opened_task

from pipeline.records import Out, Record
from pipeline.runtime.log import journal, markers
from pipeline.runtime.log.journal import JournalLost
from pipeline.runtime.log.markers import output_partitions
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import TopicPartition
from tests.waiting import eventually_async

WORDS = ("one", "two", "three")
ONCE = ["0 one", "1 two", "2 three"]


def _everywhere(driver: EchoDriver) -> list[TopicPartition]:
    return [driver.journal, *output_partitions(driver.room.name)]


WHERE: dict[str, Callable[[EchoDriver], list[TopicPartition]]] = {
    "everywhere": _everywhere,
    "in the journal": lambda driver: [driver.journal],
    "in the outputs": lambda driver: output_partitions(driver.room.name),
}


async def _lives_on(driver: EchoDriver, task: PartitionTask) -> PartitionTask:
    return task


async def _is_followed(driver: EchoDriver, task: PartitionTask) -> PartitionTask:
    await task.close()
    return await opened_task(driver)


async def _is_followed_by_one_that_dies(driver: EchoDriver, task: PartitionTask) -> PartitionTask:
    """The first successor only acquires the id, which erases the outcome, and dies; then comes the second."""
    await (await driver.log.acquire(driver.transactional_id)).close()
    return await _is_followed(driver, task)


AFTER: dict[str, Callable[[EchoDriver, PartitionTask], Awaitable[PartitionTask]]] = {
    "lives on": _lives_on,
    "is followed": _is_followed,
    "is followed by one that dies": _is_followed_by_one_that_dies,
}


@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize("where", WHERE)
def test_markers_are_lost(driver: EchoDriver, where: str, after: str) -> None:
    """The owner lives on, or another comes and gets the same records: each is decided once."""

    async def run(batch: list[Record]) -> None:
        task = await opened_task(driver)
        await markers.shown(driver.log, driver.journal, task.journal.end)  # its marker must not come later
        with driver.losing(task, WHERE[where](driver)):
            await task.commit(batch[:2])
        assert await driver.log.hanging(*_everywhere(driver))
        owner = await AFTER[after](driver, task)
        await owner.commit(batch)
        await owner.close()

    driver.run(run(driver.input(*WORDS)))
    assert driver.out() == ONCE


@pytest.mark.parametrize("where", WHERE)
def test_readers_do_not_wait_for_the_next_record(driver: EchoDriver, where: str) -> None:
    """Nothing comes after it: an owner that stays settles it soon."""

    async def run(batch: list[Record]) -> None:
        task = await opened_task(driver)
        await markers.shown(driver.log, driver.journal, task.journal.end)  # its marker must not come later
        with driver.losing(task, WHERE[where](driver)):
            await task.commit(batch)
        await task.reacquire_if_lost()

        async def is_settled() -> bool:
            return not await driver.log.hanging(*_everywhere(driver))

        await eventually_async(is_settled)

    driver.run(run(driver.input(*WORDS)))
    assert driver.out() == ONCE


def test_a_journal_that_hangs_for_ever(driver: EchoDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hanging transaction is not the owner's, so it cannot end it: refused, with the remedy."""
    monkeypatch.setattr(journal, "BARRIER_SECONDS", 0.3)

    async def run() -> None:
        stranger = await driver.log.acquire("stranger" + driver.room.name)
        await stranger.begin()
        await stranger.produce([Out(driver.journal.topic, b"", b"", (), driver.journal.partition)])
        with pytest.raises(JournalLost, match="find-hanging"):
            await driver.new_task().open()
        await stranger.close()

    driver.run(run())
