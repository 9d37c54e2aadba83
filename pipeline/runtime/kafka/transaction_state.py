"""The outcome of a transactional id's last transaction, as its coordinator has it (DescribeTransactions, KIP-664).

aiokafka cannot ask for it.  kafka-python's admin client can; it runs in a thread here.  The user needs *Describe*
on the transactional id.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from kafka.admin import TransactionState
from kafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    NotCoordinatorError,
    RetriableError,
    TransactionalIdNotFoundError,
)

from pipeline.connection import Connection
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.log.port import ConnectionLost, Outcome

BACKOFF_SECONDS = 0.1
CONNECT_SECONDS = 10.0  # of three brokers that are slow, the second attempt at one has twice the time of the first
REQUEST_MS = 6_000  # kafka-python's own 30 s are longer than an owner has to be ready
QUESTIONS_MAX = 1_000  # at a time; with more than 5, kafka-python would answer that the node is not ready
RECONNECT_MS_MAX = 200  # kafka-python's own 30 s would find a broker long after its return
NO_COORDINATOR_YET = (  # it is being elected, or still reads its log
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    NotCoordinatorError,
)

OUTCOMES = {  # state of the id -> outcome of its last transaction, now or with the next InitProducerId
    TransactionState.ONGOING: Outcome.ABORTED,
    TransactionState.PREPARE_COMMIT: Outcome.COMMITTED,
    TransactionState.PREPARE_ABORT: Outcome.ABORTED,
    TransactionState.PREPARE_EPOCH_FENCE: Outcome.ABORTED,
    TransactionState.COMPLETE_COMMIT: Outcome.COMMITTED,
    TransactionState.COMPLETE_ABORT: Outcome.ABORTED,
    TransactionState.EMPTY: None,
    TransactionState.DEAD: None,
}


async def last_outcome(connection: Connection, transactional_id: str) -> Outcome | None:
    """None if the id is unknown, or has had no transaction since its writer acquired it.

    Waits for the coordinator.  Raises ConnectionLost.
    """
    while True:
        try:
            return await asyncio.to_thread(_ask, connection, transactional_id)
        except TransactionalIdNotFoundError:
            return None
        except NO_COORDINATOR_YET:  # the next attempt has a new client, which looks for the coordinator again
            await asyncio.sleep(BACKOFF_SECONDS)
        except RetriableError as error:
            raise ConnectionLost(str(error)) from error


def _ask(connection: Connection, transactional_id: str) -> Outcome | None:
    with shared_admin(connection) as admin:
        return OUTCOMES[admin.describe_transactions([transactional_id])[transactional_id].state]


_lock = threading.Lock()
_shared: dict[Connection, tuple[Future[Admin], int]] = {}  # the client, and how many use it


@contextmanager
def shared_admin(connection: Connection) -> Iterator[Admin]:
    """One client for all who ask at the same time: the partitions of a worker that starts."""
    with _lock:
        known = _shared.get(connection)
        future, users = known or (Future[Admin](), 0)
        _shared[connection] = future, users + 1
    try:
        if known is None:
            _connect(connection, future)
        yield future.result()
    finally:
        with _lock:
            _, users = _shared.pop(connection)
            if users > 1:
                _shared[connection] = future, users - 1
        if users == 1 and not future.exception():
            future.result().close()


def _connect(connection: Connection, future: Future[Admin]) -> None:
    try:
        admin = Admin(
            connection,
            CONNECT_SECONDS,
            reconnect_backoff_max_ms=RECONNECT_MS_MAX,
            request_timeout_ms=REQUEST_MS,
            max_in_flight_requests_per_connection=QUESTIONS_MAX,
        )
        future.set_result(admin)
    except BaseException as error:
        future.set_exception(error)
