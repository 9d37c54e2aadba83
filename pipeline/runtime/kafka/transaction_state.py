"""What became of a transactional id's last transaction: DescribeTransactions (KIP-664), which aiokafka lacks.

https://kafka.apache.org/protocol.html#The_Messages_DescribeTransactions.  It needs *Describe* on the id.
"""

from __future__ import annotations

import asyncio

from aiokafka.client import AIOKafkaClient, CoordinationType
from aiokafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    GroupCoordinatorNotAvailableError,
    NoError,
    NotCoordinatorError,
    for_code,
)
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import CompactArray, CompactString, Int16, Int32, Int64, Schema, TaggedFields

from pipeline.connection import Connection
from pipeline.runtime.log.port import Outcome

BACKOFF_SECONDS = 0.1
NO_SUCH_ID = 105  # TRANSACTIONAL_ID_NOT_FOUND
LATER = (  # the coordinator is being chosen or has its log to read
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    GroupCoordinatorNotAvailableError,
    NotCoordinatorError,
)

# The state of the id -> what has become, or will with the next InitProducerId, of its last transaction.
OUTCOMES = {
    "Ongoing": Outcome.ABORTED,
    "PrepareCommit": Outcome.COMMITTED,
    "PrepareAbort": Outcome.ABORTED,
    "PrepareEpochFence": Outcome.ABORTED,
    "CompleteCommit": Outcome.COMMITTED,
    "CompleteAbort": Outcome.ABORTED,
    "Empty": None,
    "Dead": None,
}


class _Answer(Response):  # type: ignore[misc]  # aiokafka's classes are Any to mypy
    API_KEY, API_VERSION, FLEXIBLE_VERSION = 65, 0, True
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "transaction_states",
            CompactArray(
                ("error_code", Int16),
                ("transactional_id", CompactString("utf-8")),
                ("transaction_state", CompactString("utf-8")),
                ("transaction_timeout_ms", Int32),
                ("transaction_start_time_ms", Int64),
                ("producer_id", Int64),
                ("producer_epoch", Int16),
                (
                    "topics",
                    CompactArray(
                        ("topic", CompactString("utf-8")),
                        ("partitions", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Question_v0(RequestStruct):  # type: ignore[misc]  # likewise
    API_KEY, API_VERSION, FLEXIBLE_VERSION, RESPONSE_TYPE = 65, 0, True, _Answer
    SCHEMA = Schema(("transactional_ids", CompactArray(CompactString("utf-8"))), ("tags", TaggedFields))


class _Question(Request[_Question_v0]):  # type: ignore[misc]  # likewise
    API_KEY = 65

    def __init__(self, transactional_id: str) -> None:
        self._id = transactional_id

    def build(self, request: type[_Question_v0]) -> _Question_v0:
        return request([self._id], {})


async def last_outcome(connection: Connection, transactional_id: str) -> Outcome | None:
    """None if the id has had no transaction since its writer came to be.  Waits for the coordinator."""
    client = AIOKafkaClient(**connection.arguments())
    try:
        await client.bootstrap()
        while True:
            try:
                return await _ask(client, transactional_id)
            except LATER:
                await asyncio.sleep(BACKOFF_SECONDS)
    finally:
        await client.close()


async def _ask(client: AIOKafkaClient, transactional_id: str) -> Outcome | None:
    node = await client.coordinator_lookup(CoordinationType.TRANSACTION, transactional_id)
    answer = await client.send(node, _Question(transactional_id))
    error, _, state, *_ = answer.transaction_states[0]
    if error == NO_SUCH_ID:
        return None
    if (kind := for_code(error)) is not NoError:
        raise kind(f"{transactional_id}: {state}")
    return OUTCOMES[state]
