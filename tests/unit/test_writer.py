"""What a transactional writer says of a transaction that cannot go on: the reason, not the state of the client."""

from __future__ import annotations

import asyncio
import copy
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import errors
from aiokafka.producer.transaction_manager import TransactionManager

from pipeline.runtime.kafka.writer import KafkaWriter
from pipeline.runtime.log.port import ConnectionLost, Fenced, TopicPartition

PLACE = TopicPartition("wire.raw", 0)
NOT_ALLOWED = errors.TopicAuthorizationFailedError({"wire.raw"})
DIED = errors.KafkaError("Unexpected error during batch delivery")
DIED.__cause__ = errors.KafkaConnectionError("closed")


class Producer:
    """As much of aiokafka's producer as a writer uses, with its own states of a transaction."""

    def __init__(self) -> None:
        self.client = SimpleNamespace(_on_connection_closed=None)
        self._txn_manager: Any = TransactionManager("id", 1000)
        self._txn_manager.set_pid_and_epoch(1, 1)
        self._sender = SimpleNamespace(sender_task=asyncio.get_running_loop().create_future())

    async def begin_transaction(self) -> None:
        self._txn_manager.begin_transaction()

    async def commit_transaction(self) -> None:
        self._txn_manager.committing_transaction()
        await self._txn_manager.wait_for_transaction_end()

    async def abort_transaction(self) -> None:
        self._txn_manager.aborting_transaction()

    async def partitions_for(self, topic: str) -> set[int]:
        if self._sender.sender_task.done():
            raise copy.copy(self._sender.sender_task.exception())  # as its accumulator does: without the cause
        return {0}

    def die(self, error: Exception) -> None:
        self._sender.sender_task.set_exception(error)
        self._txn_manager.fatal_error(error)
        self._txn_manager._transaction_waiter.exception()

    def refuse(self, error: Exception) -> None:
        self._txn_manager.error_transaction(error)
        self._txn_manager._transaction_waiter.exception()


@pytest.mark.parametrize("asked", ["begin", "include", "commit", "abort"])
@pytest.mark.parametrize(
    ("happens", "error", "raised"),
    [
        ("die", errors.ProducerFenced(), Fenced),
        ("die", DIED, ConnectionLost),
        ("die", errors.InvalidTxnState(), ConnectionLost),
        ("die", NOT_ALLOWED, type(NOT_ALLOWED)),
        ("refuse", NOT_ALLOWED, type(NOT_ALLOWED)),
    ],
)
def test_the_reason_is_told(asked: str, happens: str, error: Exception, raised: type[Exception]) -> None:
    """Whatever is asked next of a transaction that has failed raises why it has."""

    async def run() -> None:
        producer = Producer()
        writer = KafkaWriter(producer)
        does = {
            "begin": writer.begin,
            "include": lambda: writer.include([PLACE]),
            "commit": writer.commit,
            "abort": writer.abort,
        }
        await writer.begin()
        getattr(producer, happens)(error)
        if (asked, happens) == ("abort", "refuse"):  # the one thing that is left to do
            return await does[asked]()
        with pytest.raises(raised):
            await does[asked]()
        return None

    asyncio.run(run())


@pytest.mark.parametrize(
    ("asked", "error"), [("begin", AssertionError), ("commit", None), ("abort", None), ("include", None)]
)
def test_a_transaction_that_can_go_on(asked: str, error: type[Exception] | None) -> None:
    """Nothing is blamed for what has not failed, and an error of ours stays what it is: one within another."""

    async def run() -> None:
        producer = Producer()
        writer = KafkaWriter(producer)
        await writer.begin()
        if error:
            with pytest.raises(error):
                await writer.begin()
        elif asked == "include":
            await writer.include([PLACE])
        elif asked == "abort":
            await writer.abort()
        else:
            asyncio.get_running_loop().call_soon(producer._txn_manager.complete_transaction)
            await writer.commit()

    asyncio.run(run())
