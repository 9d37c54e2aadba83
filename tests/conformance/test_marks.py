"""A transaction that is complete for its coordinator and bears no mark in some partitions: what a stopping broker
leaves behind.  Readers see its records once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from echo import Desk, opened

from pipeline.records import Out, Record
from pipeline.runtime.log import markers
from pipeline.runtime.log.journal import JournalLost
from pipeline.runtime.log.markers import written_by
from pipeline.runtime.log.partition_task import Keeper
from pipeline.runtime.log.port import Place

WORDS = ("one", "two", "three")
ONCE = ["0 one", "1 two", "2 three"]


def _everywhere(desk: Desk) -> list[Place]:
    return [desk.journal, *written_by(desk.room.name)]


WHERE: dict[str, Callable[[Desk], list[Place]]] = {
    "everywhere": _everywhere,
    "in the journal": lambda desk: [desk.journal],
    "in the outputs": lambda desk: written_by(desk.room.name),
}


async def _lives_on(desk: Desk, keeper: Keeper) -> Keeper:
    return keeper


async def _is_followed(desk: Desk, keeper: Keeper) -> Keeper:
    await keeper.close()
    return await opened(desk)


async def _is_followed_by_one_that_dies(desk: Desk, keeper: Keeper) -> Keeper:
    """The second to come has taken the id, which forgets what had been decided, and nothing else."""
    await (await desk.log.become(desk.transactional_id)).close()
    return await _is_followed(desk, keeper)


AFTER: dict[str, Callable[[Desk, Keeper], Awaitable[Keeper]]] = {
    "lives on": _lives_on,
    "is followed": _is_followed,
    "is followed by one that dies": _is_followed_by_one_that_dies,
}


@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize("where", WHERE)
def test_marks_are_lost(desk: Desk, where: str, after: str) -> None:
    """The owner lives on, or another comes and gets the same records: each is decided once."""

    async def run(batch: list[Record]) -> None:
        keeper = await opened(desk)
        await markers.seen(desk.log, desk.journal)  # the mark of its birth must not come later
        with desk.losing(keeper, WHERE[where](desk)):
            await keeper.commit(batch[:2])
        assert await desk.log.hanging(*_everywhere(desk))
        owner = await AFTER[after](desk, keeper)
        await owner.commit(batch)
        await owner.close()

    desk.run(run(desk.input(*WORDS)))
    assert desk.out() == ONCE


@pytest.mark.parametrize("where", WHERE)
def test_readers_do_not_wait_for_the_next_record(desk: Desk, where: str) -> None:
    """Nothing comes after it: an owner that stays settles it by and by."""

    async def run(batch: list[Record]) -> None:
        keeper = await opened(desk)
        await markers.seen(desk.log, desk.journal)  # the mark of its birth must not come later
        with desk.losing(keeper, WHERE[where](desk)):
            await keeper.commit(batch)
        await keeper.steady()
        async with asyncio.timeout(5):
            while await desk.log.hanging(*_everywhere(desk)):
                await asyncio.sleep(0.05)

    desk.run(run(desk.input(*WORDS)))
    assert desk.out() == ONCE


def test_a_journal_that_hangs_for_ever(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What hangs there is not the owner's own, so it cannot be ended: refused, with the remedy."""
    monkeypatch.setattr(markers, "SETTLE_SECONDS", 0.3)

    async def run() -> None:
        stranger = await desk.log.become("stranger" + desk.room.name)
        await stranger.begin()
        await stranger.produce([Out(desk.journal.topic, b"", b"", (), desk.journal.partition)])
        with pytest.raises(JournalLost, match="find-hanging"):
            await desk.keeper().open()
        await stranger.close()

    desk.run(run())
