"""What a log promises to its writers and readers, by Kafka and by the model."""

from __future__ import annotations

import asyncio

import pytest
from echo import Desk

from pipeline.records import Out
from pipeline.runtime.log.port import Fenced, Gone, NoPlace, Place


def out(desk: Desk, word: str, partition: int = 1) -> Out:
    return Out(desk.room.target, b"k", word.encode(), (("h", b"\xff"),), partition)


async def values(desk: Desk, start: int | None = None) -> list[bytes]:
    """What the port's own reader finds in the output."""
    place = Place(desk.room.target, 1)
    (bounds,) = await desk.log.bounds(place)
    first = bounds.start if start is None else start
    return [stored.value async for page in desk.log.read(place, first, bounds.end) for stored in page]


def test_a_transaction_is_seen_whole_or_not(desk: Desk) -> None:
    """What is produced is seen after the commit, in order, with its headers; the mark takes an offset."""

    async def run() -> tuple[list[int], list[int]]:
        writer = await desk.log.become("w" + desk.room.name)
        await writer.begin()
        first = await writer.produce([out(desk, "one"), out(desk, "other", 0), out(desk, "two")])
        assert await values(desk) == []
        await writer.commit()
        await writer.begin()
        second = await writer.produce([out(desk, "three")])
        await writer.commit()
        assert await values(desk) == [b"one", b"two", b"three"]
        assert await values(desk, second[0]) == [b"three"]
        await writer.close()
        return first, second

    first, second = asyncio.run(run())
    assert (first, second) == ([0, 0, 1], [3])
    seen = [record for record in desk.read(desk.room.target) if record.position.partition == 1]
    assert [(record.key, record.value, record.headers) for record in seen] == [
        (b"k", word, (("h", b"\xff"),)) for word in (b"one", b"two", b"three")
    ]


def test_an_open_transaction_holds_back_what_is_behind_it(desk: Desk) -> None:
    """Until it is settled by the id's next writer, nobody reads past it, whoever wrote that; it is never seen."""

    async def run() -> None:
        zombie = await desk.log.become("z" + desk.room.name)
        await zombie.begin()
        await zombie.produce([out(desk, "never")])
        other = await desk.log.become("o" + desk.room.name)
        await other.begin()
        await other.produce([out(desk, "behind")])
        await other.commit()
        assert await values(desk) == []
        await (await desk.log.become("z" + desk.room.name)).close()
        assert await values(desk) == [b"behind"]
        with pytest.raises(Fenced):
            await zombie.produce([out(desk, "never, too")])
        assert await values(desk) == [b"behind"]
        await zombie.close()
        await other.close()

    asyncio.run(run())


def test_what_is_deleted_is_gone(desk: Desk) -> None:
    """A reader starts no lower than the partition; what stands above the cut stays."""

    async def run() -> None:
        writer = await desk.log.become("w" + desk.room.name)
        for word in ("one", "two", "three"):
            await writer.begin()
            await writer.produce([out(desk, word)])
            await writer.commit()
        place = Place(desk.room.target, 1)
        await desk.log.delete_below(place, 2)
        assert await desk.log.bounds(place) == [(2, 6)]
        assert await values(desk) == [b"two", b"three"]
        with pytest.raises(Gone):
            await values(desk, start=0)
        await writer.close()

    asyncio.run(run())


def test_no_such_partition(desk: Desk) -> None:
    """Writing past the topic's partitions is told at once."""

    async def run() -> None:
        writer = await desk.log.become("w" + desk.room.name)
        await writer.begin()
        with pytest.raises(NoPlace, match="has no partition 7"):
            await writer.produce([out(desk, "nowhere", 7)])
        await writer.close()

    asyncio.run(run())


def test_a_groups_offset(desk: Desk) -> None:
    """None until the group commits one."""
    place = Place(desk.room.source, 1)
    desk.input("one", "two")
    group = "g" + desk.room.name
    assert asyncio.run(desk.log.group_offset(group, place)) is None
    desk.hint(group, place, 2)
    assert asyncio.run(desk.log.group_offset(group, place)) == 2


@pytest.mark.slow
def test_a_transaction_times_out(desk: Desk) -> None:
    """What stays open too long is aborted by the broker, and its writer fenced."""

    async def open_one() -> None:
        writer = await desk.log.become("w" + desk.room.name)
        await writer.begin()
        await writer.produce([out(desk, "never")])
        await asyncio.to_thread(desk.pass_timeout, "w" + desk.room.name)
        with pytest.raises(Fenced):
            await writer.commit()
        assert await values(desk) == []
        await writer.close()

    asyncio.run(open_one())
