"""Which errors of the client libraries are a lost connection, which a worker survives, and which end it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from aiokafka import errors as aiokafka_errors
from kafka import errors as kafka_errors

from pipeline.runtime.kafka.translation import translated
from pipeline.runtime.log.port import ConnectionLost, Fenced


def caused(*errors: BaseException) -> BaseException:
    """The last error, each one raised from the one before it."""
    for before, error in pairwise(errors):
        error.__cause__ = before
    return errors[-1]


SENDER_ENDED = "Unexpected error during batch delivery"


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (aiokafka_errors.NodeNotReadyError(), ConnectionLost),
        (kafka_errors.NodeNotReadyError(), ConnectionLost),
        (aiokafka_errors.NotLeaderForPartitionError(), ConnectionLost),
        (kafka_errors.CoordinatorLoadInProgressError(), ConnectionLost),
        (aiokafka_errors.KafkaTimeoutError(), ConnectionLost),
        (caused(aiokafka_errors.UnknownError(), aiokafka_errors.KafkaError(SENDER_ENDED)), ConnectionLost),
        (kafka_errors.UnknownError(), ConnectionLost),
        (ConnectionResetError(104, "reset"), ConnectionLost),
        (
            caused(
                aiokafka_errors.KafkaConnectionError("closed"),
                aiokafka_errors.KafkaError("closed"),
                aiokafka_errors.KafkaError(SENDER_ENDED),
            ),
            ConnectionLost,
        ),
        (caused(TypeError("ours"), aiokafka_errors.KafkaError(SENDER_ENDED)), aiokafka_errors.KafkaError),
        (aiokafka_errors.ProducerFenced(), Fenced),
        (aiokafka_errors.InvalidProducerEpoch(), Fenced),
        (aiokafka_errors.TopicAuthorizationFailedError(), aiokafka_errors.TopicAuthorizationFailedError),
        (kafka_errors.SaslAuthenticationFailedError(), kafka_errors.SaslAuthenticationFailedError),
        (TypeError("ours"), TypeError),
    ],
    ids=repr,
)
def test_what_an_error_is_for_the_port(error: BaseException, raised: type[BaseException]) -> None:
    """What passes with the brokers is a lost connection; a refusal, or an error of ours, stays what it is."""
    with pytest.raises(raised) as found, translated():
        raise error
    assert type(found.value) is raised
