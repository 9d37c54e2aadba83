"""Errors of both client libraries as the port's: fenced, or a connection that is lost until a later attempt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka import errors as aiokafka_errors
from kafka import errors as kafka_errors

from pipeline.runtime.log.port import ConnectionLost, Fenced

KAFKA_ERRORS = (aiokafka_errors.KafkaError, kafka_errors.KafkaError)
# Besides what the libraries call retriable: what the next attempt, with a new client, does not meet again.
PASSING = (
    aiokafka_errors.BrokerNotAvailableError,
    aiokafka_errors.ReplicaNotAvailableError,
    aiokafka_errors.KafkaTimeoutError,
    aiokafka_errors.ConcurrentTransactions,
    aiokafka_errors.InvalidTxnState,
    aiokafka_errors.InvalidProducerIdMapping,
    aiokafka_errors.OutOfOrderSequenceNumber,
    aiokafka_errors.ProducerClosed,
    aiokafka_errors.StaleLeaderEpochCodeError,  # Kafka's FENCED_LEADER_EPOCH
    aiokafka_errors.TransactionCoordinatorFenced,
    # A broker's own error: what became of the request is not known, as after a lost connection.  Kafka 4.3 has one
    # for who ends a transaction while another acquires its id (IllegalStateException, PREPARE_EPOCH_FENCE).
    aiokafka_errors.UnknownError,
    aiokafka_errors.UnknownProducerId,
    kafka_errors.BrokerNotAvailableError,
    kafka_errors.TransactionCoordinatorFencedError,
    kafka_errors.UnknownError,
    ConnectionError,
)
# The second is the broker's answer to who acquires an id while another does: aiokafka passes it on as it is.
FENCED = (aiokafka_errors.ProducerFenced, aiokafka_errors.InvalidProducerEpoch)


def is_passing(error: BaseException) -> bool:
    """Whether a later attempt may succeed, with nothing changed but the brokers."""
    if type(error) is aiokafka_errors.KafkaError and error.__cause__:  # of a producer whose sending task has ended
        return is_passing(error.__cause__)
    return isinstance(error, PASSING) or (isinstance(error, KAFKA_ERRORS) and error.retriable)


@contextmanager
def translated() -> Iterator[None]:
    """What is raised inside by either library is raised as the port's error, where it has one."""
    try:
        yield
    except FENCED as error:
        raise Fenced(str(error)) from error
    except (*KAFKA_ERRORS, ConnectionError) as error:
        if not is_passing(error):
            raise
        raise ConnectionLost(f"{type(error).__name__}: {error}") from error
