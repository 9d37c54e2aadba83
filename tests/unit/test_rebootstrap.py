"""A client whose last known brokers are all away finds the others by its bootstrap addresses."""

from __future__ import annotations

import asyncio
import inspect
from types import SimpleNamespace

import pytest
from aiokafka.errors import KafkaConnectionError
from kafka.cluster import ClusterMetadata
from kafka.consumer.fetcher import Fetcher
from kafka.errors import NodeNotReadyError
from kafka.net.manager import KafkaConnectionManager

from pipeline.runtime.kafka.rebootstrap import (
    NO_LEADER,
    let_kafka_python_find_brokers_again,
    of_known_brokers,
    refreshed_anew,
    updated_anew,
)

ADDRESSES = frozenset({1, 2, 3})


class Client:
    """Knows some brokers, of which some live."""

    def __init__(self, known: set[int], alive: set[int]) -> None:
        self.known, self.alive, self.asked = known, alive, list[int]()

    async def update(self, metadata: object, topics: object) -> bool:
        self.asked += sorted(self.known)
        if self.known & self.alive:
            self.known = set(self.alive)
            return True
        return False

    async def bootstrap(self) -> None:
        if not ADDRESSES & self.alive:
            raise KafkaConnectionError("nobody answers")
        self.known = set(ADDRESSES & self.alive)


@pytest.mark.parametrize(
    ("known", "alive", "found", "asked"),
    [
        ({1, 2, 3}, {1, 2, 3}, True, [1, 2, 3]),
        ({3}, {1, 2}, True, [3, 1, 2]),
        ({3}, {3}, True, [3]),
        ({3}, set(), False, [3]),
        (set(), {2}, True, [2]),
    ],
)
def test_brokers_are_found_again(known: set[int], alive: set[int], found: bool, asked: list[int]) -> None:
    """Only when no known one answers the addresses are asked; when these do not answer either, it is as before."""
    client = Client(known, alive)
    assert asyncio.run(updated_anew(Client.update)(client, None, None)) is found
    assert client.asked == asked


class Metadata:
    """kafka-python's: knows some brokers, of which some live, and the addresses."""

    def __init__(self, known: set[int], alive: set[int]) -> None:
        self.known, self.alive, self.asked = known, alive, list[object]()

    def bootstrap_brokers(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(node_id=f"bootstrap-{number}") for number in ADDRESSES]

    def broker_metadata(self, number: int) -> object:
        return number if number in self.known else None

    async def refresh(self, node: object) -> None:
        chosen = node or min(self.known, default=None)
        self.asked.append(chosen)
        if chosen not in {*self.alive, *(f"bootstrap-{number}" for number in self.alive)}:
            raise NodeNotReadyError(chosen)
        self.known = set(self.alive)


@pytest.mark.parametrize(("known", "alive"), [({1, 2}, {1, 2}), ({3}, {1, 2}), ({3}, {3}), (set(), {2})])
def test_a_reader_finds_brokers_again(known: set[int], alive: set[int]) -> None:
    """kafka-python asks a broker that it knows; if that does not answer, the addresses until one does."""
    metadata = Metadata(known, alive)
    asyncio.run(refreshed_anew(Metadata.refresh)(metadata, None))
    assert metadata.known == alive
    assert len(metadata.asked) == 1 or min(known, default=0) not in alive


def test_nobody_answers_a_reader() -> None:
    """The first reason is raised once all have been asked; who asks one broker hears of that one."""
    metadata = Metadata({3}, set())
    with pytest.raises(NodeNotReadyError, match="3"):
        asyncio.run(refreshed_anew(Metadata.refresh)(metadata, None))
    assert sorted(map(str, metadata.asked[1:])) == ["bootstrap-1", "bootstrap-2", "bootstrap-3"]
    with pytest.raises(NodeNotReadyError):
        asyncio.run(refreshed_anew(Metadata.refresh)(metadata, 2))
    assert len(metadata.asked) == 5


def test_a_leader_that_is_not_known_is_none() -> None:
    """A fetch response may name it before the metadata does; an unknown partition stays unknown."""
    leader = of_known_brokers(lambda metadata, partition: {"a": 1, "b": 7}.get(partition))
    metadata = Metadata({1}, {1})
    assert [leader(metadata, partition) for partition in "abc"] == [1, NO_LEADER, None]


def test_what_kafka_python_is_relied_on_for() -> None:
    """A version that differs fails here first; the patches take effect once."""
    for _ in range(2):
        let_kafka_python_find_brokers_again()
    assert "refreshed_anew" in ClusterMetadata._do_refresh_metadata.__qualname__
    assert "await self._do_refresh_metadata(node_id)" in inspect.getsource(ClusterMetadata.refresh_metadata)
    assert "for broker in self.cluster.brokers()" in inspect.getsource(KafkaConnectionManager.least_loaded_node)
    assert "leader_for_partition(tp)" in inspect.getsource(Fetcher._select_read_replica)
    assert "elif node_id == -1" in inspect.getsource(Fetcher._group_offset_for_leader_epoch_requests)
