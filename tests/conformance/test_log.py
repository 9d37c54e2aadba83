"""What a log promises to its writers and readers, by Kafka and by the model."""

from __future__ import annotations

import asyncio

import pytest
from echo_driver import EchoDriver

from pipeline.records import Out
from pipeline.runtime.log.port import ConnectionLost, Fenced, NoPartition, Outcome, RecordsDeleted, TopicPartition

ROUNDS, SPREAD = 240, 30  # an id is acquired within 30 ms
LEARNT_SECONDS = 0.5  # for the answer to a request of a writer's own task: 5 ms are usual


def out(driver: EchoDriver, word: str, partition: int = 1) -> Out:
    return Out(driver.room.target, b"k", word.encode(), (("h", b"\xff"),), partition)


async def values(driver: EchoDriver, start: int | None = None) -> list[bytes]:
    """What the port's own reader finds in the output."""
    place = TopicPartition(driver.room.target, 1)
    (bounds,) = await driver.log.bounds(place)
    first = bounds.start if start is None else start
    return [stored.value async for page in driver.log.read(place, first, bounds.end) for stored in page]


def test_a_transaction_is_seen_whole_or_not(driver: EchoDriver) -> None:
    """What is produced is seen after the commit, in order, with its headers; the marker takes an offset."""

    async def run() -> tuple[list[int], list[int]]:
        writer = await driver.log.acquire("w" + driver.room.name)
        await writer.begin()
        first = await writer.produce([out(driver, "one"), out(driver, "other", 0), out(driver, "two")])
        assert await values(driver) == []
        await writer.commit()
        await writer.begin()
        second = await writer.produce([out(driver, "three")])
        await writer.commit()
        assert await values(driver) == [b"one", b"two", b"three"]
        assert await values(driver, second[0]) == [b"three"]
        await writer.close()
        return first, second

    first, second = asyncio.run(run())
    assert (first, second) == ([0, 0, 1], [3])
    seen = [record for record in driver.read(driver.room.target) if record.position.partition == 1]
    assert [(record.key, record.value, record.headers) for record in seen] == [
        (b"k", word, (("h", b"\xff"),)) for word in (b"one", b"two", b"three")
    ]


def test_the_outcome_of_the_last_transaction(driver: EchoDriver) -> None:
    """None before the first transaction of a writer; aborted while one is open; committed after its commit."""
    name = "w" + driver.room.name

    async def run() -> list[Outcome | None]:
        found = [await driver.log.last_outcome(name)]
        writer = await driver.log.acquire(name)
        found.append(await driver.log.last_outcome(name))
        await writer.begin()
        await writer.produce([out(driver, "one")])
        found.append(await driver.log.last_outcome(name))
        await writer.commit()
        found.append(await driver.log.last_outcome(name))
        await writer.close()
        successor = await driver.log.acquire(name)
        found.append(await driver.log.last_outcome(name))
        await successor.close()
        return found

    assert asyncio.run(run()) == [None, None, Outcome.ABORTED, Outcome.COMMITTED, None]


def test_an_open_transaction_holds_back_what_is_behind_it(driver: EchoDriver) -> None:
    """Nobody reads past it until the next writer of the id ends it; its own records are never seen."""

    async def run() -> None:
        zombie = await driver.log.acquire("z" + driver.room.name)
        await zombie.begin()
        await zombie.produce([out(driver, "never")])
        other = await driver.log.acquire("o" + driver.room.name)
        await other.begin()
        await other.produce([out(driver, "behind")])
        await other.commit()
        assert await values(driver) == []
        await (await driver.log.acquire("z" + driver.room.name)).close()
        assert await values(driver) == [b"behind"]
        with pytest.raises(Fenced):
            await zombie.produce([out(driver, "never, too")])
        assert await values(driver) == [b"behind"]
        await zombie.close()
        await other.close()

    asyncio.run(run())


@pytest.mark.parametrize("last", ["begin", "include", "produce", "commit", "abort"])
def test_who_is_fenced_is_told_so(last: str, driver: EchoDriver) -> None:
    """Whatever a writer does when it learns that another has its id, as late as it may: Fenced, and no other error.

    aiokafka adds partitions in a task of its own.  What is asked of it behind that is in the wrong state, it says.
    """

    async def run() -> None:
        place = TopicPartition(driver.room.target, 1)
        zombie = await driver.log.acquire("z" + driver.room.name)
        await zombie.begin()
        successor = await driver.log.acquire("z" + driver.room.name)
        does = {
            "begin": zombie.begin,
            "include": lambda: zombie.include([place]),
            "produce": lambda: zombie.produce([out(driver, "never")]),
            "commit": zombie.commit,
            "abort": zombie.abort,
        }

        async def learn_late() -> None:
            await zombie.include([place])
            await asyncio.sleep(LEARNT_SECONDS)
            await does[last]()

        with pytest.raises(Fenced):
            await learn_late()
        assert await values(driver) == []
        await zombie.close()
        await successor.close()

    asyncio.run(run())


@pytest.mark.slow
def test_who_commits_while_another_acquires(driver: EchoDriver) -> None:
    """It has committed, or is fenced, or does not know; what is seen is in order, and has all that is known."""
    name, known, unknown = "r" + driver.room.name, list[bytes](), list[bytes]()

    async def run() -> list[bytes]:
        writer = await driver.log.acquire(name)
        for number in range(ROUNDS):
            word = b"%04d" % number
            await writer.begin()
            await writer.produce([out(driver, word.decode())])
            acquiring = asyncio.create_task(driver.log.acquire(name))
            await asyncio.sleep(number % SPREAD * 0.001)
            try:
                await writer.commit()
                known.append(word)
            except Fenced:
                pass
            except ConnectionLost:
                unknown.append(word)
            await writer.close()
            writer = await acquiring
        await writer.close()
        return await values(driver)

    seen = asyncio.run(run())
    assert seen == sorted(seen)
    assert {*known} <= {*seen} <= {*known, *unknown}


def test_what_is_deleted_is_gone(driver: EchoDriver) -> None:
    """A reader starts no lower than the partition; records above the cut stay."""

    async def run() -> None:
        writer = await driver.log.acquire("w" + driver.room.name)
        for word in ("one", "two", "three"):
            await writer.begin()
            await writer.produce([out(driver, word)])
            await writer.commit()
        place = TopicPartition(driver.room.target, 1)
        await driver.log.delete_below(place, 2)
        assert await driver.log.bounds(place) == [(2, 6)]
        assert await values(driver) == [b"two", b"three"]
        with pytest.raises(RecordsDeleted):
            await values(driver, start=0)
        await writer.close()

    asyncio.run(run())


def test_no_such_partition(driver: EchoDriver) -> None:
    """A write past the partitions of a topic fails at once."""

    async def run() -> None:
        writer = await driver.log.acquire("w" + driver.room.name)
        await writer.begin()
        with pytest.raises(NoPartition, match="has no partition 7"):
            await writer.produce([out(driver, "nowhere", 7)])
        await writer.close()

    asyncio.run(run())


def test_a_groups_offset(driver: EchoDriver) -> None:
    """None until the group commits one."""
    place = TopicPartition(driver.room.source, 1)
    driver.input("one", "two")
    group = "g" + driver.room.name
    assert asyncio.run(driver.log.group_offset(group, place)) is None
    driver.hint(group, place, 2)
    assert asyncio.run(driver.log.group_offset(group, place)) == 2


@pytest.mark.slow
def test_a_transaction_times_out(driver: EchoDriver) -> None:
    """What stays open too long is aborted by the broker, and its writer fenced."""

    async def open_one() -> None:
        writer = await driver.hasty.acquire("w" + driver.room.name)
        await writer.begin()
        await writer.produce([out(driver, "never")])
        await asyncio.to_thread(driver.pass_timeout, "w" + driver.room.name)
        with pytest.raises(Fenced):
            await writer.commit()
        assert await values(driver) == []
        await writer.close()

    asyncio.run(open_one())


def test_keys_and_tombstones(driver: EchoDriver) -> None:
    """A reader gets the key of each record; a tombstone has an empty value."""

    async def run() -> None:
        writer = await driver.log.acquire("w" + driver.room.name)
        await writer.begin()
        await writer.produce([out(driver, "one"), Out(driver.room.target, b"k2", b"", (), 1, is_tombstone=True)])
        await writer.commit()
        await writer.close()
        place = TopicPartition(driver.room.target, 1)
        (bounds,) = await driver.log.bounds(place)
        found = [stored async for page in driver.log.read(place, bounds.start, bounds.end) for stored in page]
        assert [(stored.key, stored.value) for stored in found] == [(b"k", b"one"), (b"k2", b"")]

    asyncio.run(run())
