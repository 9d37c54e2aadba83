"""Journals and inputs that were taken away: a room refuses to begin anew in silence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from echo import Desk, opened

from pipeline.records import Record
from pipeline.runtime.log.journal import JournalLost
from pipeline.runtime.log.partition_task import Keeper
from pipeline.runtime.log.port import Place


async def _head_deleted(desk: Desk, keeper: Keeper) -> None:
    await desk.log.delete_below(desk.journal, 2)


async def _emptied(desk: Desk, keeper: Keeper) -> None:
    await desk.log.delete_below(desk.journal, keeper.journal.end)


async def _input_anew(desk: Desk, keeper: Keeper) -> None:
    later = Record(desk.input("last")[0].position._replace(offset=99), b"k", b"late", (), 0)
    await keeper.commit([later])


@pytest.mark.parametrize(
    ("accident", "says"),
    [
        (_head_deleted, "begins at 2, but its owner trimmed no further than 0"),
        (_emptied, "begins at .*, but its owner trimmed no further than 0"),
        (_input_anew, "up to offset 99, but that ends at"),
    ],
)
def test_a_loss_is_refused(desk: Desk, accident: Callable[[Desk, Keeper], object], says: str) -> None:
    """A journal that lost its head, or all of it, and an input made anew: never a silent beginning."""

    async def run(batch: list[Record]) -> None:
        keeper = await opened(desk)
        await keeper.commit(batch)
        await accident(desk, keeper)  # type: ignore[misc]  # a coroutine function of the table above
        await keeper.close()
        with pytest.raises(JournalLost, match=says):
            await desk.keeper().open()

    desk.run(run(desk.input("one", "two", "three")))


def test_an_empty_journal_beside_a_groups_offset(desk: Desk) -> None:
    """The group has been at work, and the journal knows of nothing: it was deleted.  A new room has neither."""
    desk.input("one", "two")
    desk.hint(f"conformance.{desk.room.name}", Place(desk.room.source, 1), 2)
    with pytest.raises(JournalLost, match=r"holds nothing, but conformance.* has done .* up to offset 2"):
        desk.run(desk.keeper().open())


@pytest.mark.parametrize("offset", [0, 3])
def test_a_groups_offset_is_a_hint(desk: Desk, offset: int) -> None:
    """Reset by hand to the beginning or the end, it moves nothing: the journal says where to go on."""

    async def run(batch: list[Record]) -> int:
        keeper = await opened(desk)
        await keeper.commit(batch[:2])
        await keeper.close()
        await asyncio.to_thread(desk.hint, keeper.group, Place(desk.room.source, 1), offset)
        await keeper.open()
        return (await opened(desk)).shard.position

    assert desk.run(run(desk.input("one", "two", "three"))) == 1
