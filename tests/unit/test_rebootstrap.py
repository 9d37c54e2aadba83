"""A client whose last known brokers are all away finds the others by its bootstrap addresses."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError

from pipeline.runtime.kafka.rebootstrap import updated_anew

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
