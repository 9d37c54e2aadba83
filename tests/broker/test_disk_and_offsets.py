"""What can happen to a broker's disk and to a group's offsets: a room refuses with the remedy, or goes on and
nothing is lost."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from aiokafka.errors import KafkaError
from echo_driver import PARTITIONS, Echo, records, spec_of, topics_of
from kafka import KafkaProducer, TopicPartition
from kafka.admin import MemberToRemove
from kafka.structs import OffsetAndMetadata
from worker_driver import WorkerDriver, ninjs

from pipeline.items import Item
from pipeline.replay import payload
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka import reader, topics
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.log import KafkaLog
from pipeline.runtime.log.partition_task import PartitionTask
from pipeline.runtime.log.port import NoPartition
from pipeline.shard import UnknownJournal
from pipeline.topology import ROOMS, TOPICS, journal_topic
from tests.needs import Need, needs
from tests.waiting import arrived, eventually

pytestmark = [pytest.mark.broker, pytest.mark.slow]

NAME = "echo-bad-days"
WORD_BYTES = 60_000
FILLED_SECONDS_MAX = 90


@pytest.fixture(autouse=True)
def _echo(monkeypatch: pytest.MonkeyPatch) -> None:
    for topic in topics_of(NAME):
        monkeypatch.setitem(TOPICS, topic.name, topic)
    monkeypatch.setitem(ROOMS, NAME, spec_of(NAME))


def started(folder: Path) -> Broker:
    """A broker of the test's own, with the topics of an Echo."""
    broker = Broker(folder).start()
    topics.create(broker.connection, [*topics_of(NAME), TOPICS["wire.dead"]])
    return broker


def task_on(broker: Broker) -> PartitionTask:
    return PartitionTask(Echo(NAME), 1, KafkaLog(broker.connection), "bad", transaction_seconds=15)


def sent(broker: Broker, words: Sequence[str]) -> None:
    producer = KafkaProducer(**broker.connection.arguments())
    for record in records(f"{NAME}.in", words, 0):
        producer.send(f"{NAME}.in", record.value, record.key, list(record.headers), partition=1)
    producer.close()


def offsets_said(broker: Broker) -> list[int]:
    """Which source offsets a reader of committed records finds reported of."""
    return [int(record.value.split()[0]) for record in reader.read_topics(broker.connection, [f"{NAME}.out"])]


@pytest.mark.parametrize("back", [1, 30], ids=["in the value", "in the head of the batch"])
def test_flipped_bits(tmp_path: Path, back: int) -> None:
    """A bit of the journal is another than it was: its owner refuses to start, and names the remedy."""
    broker = started(tmp_path)
    sent(broker, ["one", "TELLTALE", "three"])

    async def work() -> None:
        task = task_on(broker)
        await task.open()
        for record in records(f"{NAME}.in", ["one", "TELLTALE", "three"], 0):
            await task.commit([record])
        await task.close()

    async def refuse() -> None:
        task = task_on(broker)
        with pytest.raises(UnknownJournal, match=r"a record is damaged .*A journal is lost"):
            await task.open()
        assert not task.ready

    try:
        asyncio.run(work())
        broker.stop()
        (segment,) = (tmp_path / "logs" / f"{journal_topic(NAME)}-1").glob("*.log")
        data = bytearray(segment.read_bytes())
        data[data.index(b"TELLTALE") - back] ^= 4
        segment.write_bytes(data)
        broker.start()
        asyncio.run(refuse())
    finally:
        broker.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that is soon full."""
    folder = tmp_path / "small"
    folder.mkdir()
    needs(Need.ROOT, not os.geteuid() and _mounted(folder, "size=40m"))  # nor may root mount it everywhere
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mounted(folder: Path, options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def noise(seed: int) -> str:
    """Text of WORD_BYTES that no codec makes smaller by more than a quarter."""
    return b64encode(Random(seed).randbytes(WORD_BYTES * 3 // 4)).decode()


def test_a_full_disk(small_disk: Path) -> None:
    """The broker's disk fills up: no commit returns that was not written; with more room everything goes on."""
    words = [f"w{number} {noise(number)}" for number in range(400)]
    batch = records(f"{NAME}.in", words, 0)
    broker = started(small_disk)
    done: list[int] = []

    def give_up() -> None:
        raise TimeoutError

    async def fill() -> None:
        task = task_on(broker)
        task.on_retry = give_up  # it would try for ever
        await task.open()
        async with asyncio.timeout(FILLED_SECONDS_MAX):
            for record in batch:
                await task.commit([record])
                done.append(record.position.offset)

    async def go_on() -> None:
        task = task_on(broker)
        await task.open()
        assert task.shard.position >= done[-1]
        await task.commit(batch)
        await task.close()

    try:
        with pytest.raises((KafkaError, TimeoutError)):
            asyncio.run(fill())
        assert 0 < len(done) < len(batch)
        broker.stop()
        assert _mounted(small_disk, "remount,size=400m")
        broker.start()
        sent(broker, words)
        asyncio.run(go_on())
        assert offsets_said(broker) == list(range(len(batch)))
    finally:
        broker.stop()


def test_an_output_with_fewer_partitions_is_found_at_the_start(tmp_path: Path) -> None:
    """Before the first record, not when one comes that should go to the partition that is missing."""
    name = "wire.dead"
    broker = Broker(tmp_path).start()

    async def refuse() -> None:
        with pytest.raises(NoPartition, match=f"{name} has no partition {PARTITIONS}; see `wiredesk topics check`"):
            await task_on(broker).open()

    try:
        topics.create(broker.connection, [*topics_of(NAME), replace(TOPICS[name], partitions=PARTITIONS)])
        asyncio.run(refuse())
    finally:
        broker.stop()


def test_a_group_reset_by_hand(tmp_path: Path) -> None:
    """To the beginning nothing is done twice, to the end nothing is left out: the journal says where to go on."""
    with Broker(tmp_path / "broker") as broker, WorkerDriver(broker.bootstrap, tmp_path, SETTINGS) as workers:
        topics.create(broker.connection)
        count = 0
        for offset in (None, 0, FAR):
            if offset is not None:
                reset(broker, offset)
            publish(broker, range(count, count + 5))  # there when the worker starts
            workers.start("normalise", "a")
            eventually(lambda: workers.partitions("normalise-a"))
            publish(broker, range(count + 5, count + 10))
            count += 10
            arrived(lambda: len(normalised(broker)), count)
            assert workers.stop("normalise-a") == 0
        assert sorted(normalised(broker)) == sorted(f"q{number}" for number in range(count))


GROUP, FAR = "wiredesk.normalise", 1_000
SETTINGS = {"SESSION_SECONDS": "6"}


def reset(broker: Broker, offset: int) -> None:
    """Set the group's offsets, once it has forgotten the member that has ended."""
    with Admin(broker.connection) as admin:
        admin.remove_group_members(GROUP, [MemberToRemove(group_instance_id=f"{GROUP}-a")])
        wanted = {TopicPartition("wire.raw", number): OffsetAndMetadata(offset, "", -1) for number in range(4)}
        admin.alter_group_offsets(GROUP, wanted)
        found = admin.list_group_offsets({GROUP: None})[GROUP]
    assert all(found[tp].offset == offset for tp in wanted)


def publish(broker: Broker, numbers: Sequence[int]) -> None:
    producer = KafkaProducer(**broker.connection.arguments())
    for number in numbers:
        out = payload(f"driver{number % 8}", ninjs(f"q{number}"), round(time.time() * 1000))
        producer.send(out.topic, out.value, out.key, headers=list(out.headers))
    producer.close()


def normalised(broker: Broker) -> list[str]:
    """The dispatches' own ids, as often as they are in wire.normalised."""
    found = [
        Item.model_validate_json(record.value)
        for record in reader.read_topics(broker.connection, ["wire.normalised"])
    ]
    return [alt.value for item in found for alt in item.alt_ids if alt.role == "native"]
