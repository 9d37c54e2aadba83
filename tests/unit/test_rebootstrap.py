"""A client whose last known brokers are all away finds the others by its bootstrap addresses."""

from __future__ import annotations

import asyncio
import inspect
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.errors import KafkaConnectionError
from kafka.cluster import ClusterMetadata
from kafka.consumer.fetcher import Fetcher
from kafka.errors import NodeNotReadyError
from kafka.net.manager import KafkaConnectionManager

from pipeline.runtime.kafka.rebootstrap import (
    FIRST_ANSWER_MS,
    NO_LEADER,
    impatient_at_first,
    let_kafka_python_find_brokers_again,
    of_known_brokers,
    refreshed_anew,
    soon_connected,
    until_one_is_named,
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
        self._manager = SimpleNamespace(closed=False)

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
    metadata._manager.closed = True  # a client that ends opens nothing
    with pytest.raises(NodeNotReadyError):
        asyncio.run(refreshed_anew(Metadata.refresh)(metadata, None))
    assert len(metadata.asked) == 6


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
    connect = inspect.getsource(KafkaConnectionManager._do_bootstrap)
    assert "random.choice(self.cluster.bootstrap_brokers())" in connect
    assert "timeout_ms=timeout_ms" in connect
    assert "elif node_id == -1" in inspect.getsource(Fetcher._group_offset_for_leader_epoch_requests)


class Bootstrapping:
    """aiokafka's client while it looks for a broker: of some addresses, in order, that answer after so many ms."""

    def __init__(self, *answers_after_ms: float) -> None:
        self.hosts = answers_after_ms
        self.found: float | None = None
        self._request_timeout_ms = 40_000
        self.waited_ms = 0.0

    async def bootstrap(self) -> None:
        for answers_ms in self.hosts:
            self.waited_ms += min(answers_ms, self._request_timeout_ms)
            if answers_ms <= self._request_timeout_ms:
                self.found = answers_ms
                return
        raise KafkaConnectionError("nobody answers")


@pytest.mark.parametrize(
    ("answers", "found", "waited"),
    [
        ((20,), 20, 20),
        ((3_000,), 3_000, 3_000),  # the only one is waited for
        ((90_000, 20), 20, FIRST_ANSWER_MS + 20),
        ((90_000, 3_000), 3_000, 2 * FIRST_ANSWER_MS + 40_000 + 3_000),  # nobody is quick
    ],
)
def test_a_broker_that_does_not_answer_is_left_for_another(
    answers: tuple[float, ...], found: float, waited: float
) -> None:
    """Of several addresses each is given little time at first; the client itself keeps its patience."""
    client = Bootstrapping(*answers)
    asyncio.run(impatient_at_first(Bootstrapping.bootstrap)(client))
    assert (client.found, client.waited_ms, client._request_timeout_ms) == (found, waited, 40_000)


class Fenced:
    """aiokafka's client of a broker that names none for so many answers, itself included."""

    hosts = ("broker:9092",)

    def __init__(self, empty: int, request_timeout_ms: int = 5_000) -> None:
        self._empty, self._request_timeout_ms = empty, request_timeout_ms
        self._conns = dict[tuple[str, int], Any]()
        self.opened = self.closed = 0
        self.cluster = SimpleNamespace(brokers=lambda: () if self.opened <= self._empty else (1,))

    async def bootstrap(self) -> None:
        self.opened += 1
        if not self.cluster.brokers():
            self._conns["bootstrap", ConnectionGroup.DEFAULT] = SimpleNamespace(close=self.close_one)

    def close_one(self) -> None:
        self.closed += 1

    async def close(self) -> None:
        for connection in self._conns.values():
            connection.close()


@pytest.mark.parametrize("empty", [0, 1, 3])
def test_a_broker_that_names_none_is_asked_again(empty: int) -> None:
    """Until it names one; each connection that was kept for the next question is closed."""
    client = Fenced(empty)
    asyncio.run(until_one_is_named(Fenced.bootstrap)(client))
    assert (client.opened, client.closed, client._conns) == (empty + 1, empty, {})


def test_a_broker_that_never_names_one() -> None:
    """That is a connection that is lost, after a request's time; nothing stays open."""
    client = Fenced(10**9, request_timeout_ms=1)
    with pytest.raises(KafkaConnectionError, match=r"broker:9092.* name no broker"):
        asyncio.run(until_one_is_named(Fenced.bootstrap)(client))
    assert client.closed == client.opened > 0


def test_what_aiokafka_is_relied_on_for() -> None:
    """A version that differs fails here first: it keeps the connection, and starts without a broker."""
    assert 'bootstrap_id = ("bootstrap", ConnectionGroup.DEFAULT)' in inspect.getsource(AIOKafkaClient)
    assert "if not len(self.cluster.brokers())" in inspect.getsource(AIOKafkaClient)
    assert "assert node_id is not None" in inspect.getsource(AIOKafkaClient.coordinator_lookup)


@pytest.mark.parametrize(
    ("node", "addresses", "failures", "given"),
    [
        ("bootstrap-1", 3, 0, FIRST_ANSWER_MS),
        ("bootstrap-1", 3, 2, 4 * FIRST_ANSWER_MS),
        ("bootstrap-1", 3, 9, 10_000),
        ("bootstrap-1", 1, 0, 10_000),
        (2, 3, 0, 10_000),
    ],
)
def test_how_long_a_reader_waits_for_an_address(node: object, addresses: int, failures: int, given: float) -> None:
    """Of several it is left soon, and given twice as long each time; a broker that is known has its time."""
    cluster = SimpleNamespace(
        is_bootstrap=lambda name: str(name).startswith("bootstrap"), bootstrap_brokers=lambda: [None] * addresses
    )
    manager = SimpleNamespace(cluster=cluster, _backoff={node: (failures, 0, 0)} if failures else {})
    assert soon_connected(lambda manager, node, timeout_ms: timeout_ms)(manager, node, 10_000) == given
