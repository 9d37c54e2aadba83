"""What a worker asks a broker before it joins its group: it waits for an answer, and logs why there is none."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from kafka.errors import KafkaError

from pipeline.connection import Connection
from pipeline.runtime.exit_codes import EXIT_SETTINGS, EXIT_UNREACHABLE
from pipeline.runtime.kafka.refusals import Refusal, why_unreachable
from pipeline.runtime.kafka.rights import Operation, topic_rights
from pipeline.runtime.kafka.topics import need
from pipeline.runtime.kafka.troubles import Trouble
from pipeline.settings import Settings
from pipeline.topology import ROOMS, TOPICS

BROKER_SECONDS = 30.0  # to wait for a broker at a start, before the process ends
POLL_SECONDS = 0.5

log = structlog.get_logger("wiredesk.worker")
T = TypeVar("T")


def once_reached(
    settings: Settings, room: str, ask: Callable[[], T], clock: Callable[[], float] = time.monotonic
) -> T:
    """What `ask` returns, as soon as a broker answers it.

    Raises Refusal if the broker cannot be used with these settings, or if none answers for BROKER_SECONDS.
    One that answers, and says that it is not ready, is waited for: a new process would hear the same.
    """
    answered, logged = clock(), ""
    while True:
        try:
            return ask()
        except KafkaError as error:
            unclear = Refusal(f"Kafka: {getattr(error, 'description', error)}", "see its log", EXIT_UNREACHABLE)
            unreachable = why_unreachable(settings.connection)
            if unreachable is None and error.retriable:
                answered = clock()
            refusal = unreachable or unclear
            if refusal.is_final or clock() - answered > BROKER_SECONDS:
                raise refusal from error
            if str(refusal) != logged:
                log.warning("waiting", room=room, why=str(refusal))
            logged = str(refusal)
            time.sleep(POLL_SECONDS)


def refused_login(connection: Connection) -> Refusal | None:
    """What a broker says that refuses the login of this user; None if none says so.

    A running room that no broker lets in any more would wait for ever: to its clients it does not answer.
    """
    refusal = why_unreachable(connection) if connection.protocol.authenticates else None
    return refusal if refusal and refusal.trouble is Trouble.LOGIN else None


def await_topics(settings: Settings, room: str) -> None:
    """Wait for a broker.

    Raises NoTopic without the topics of the room, Forbidden without its rights on them, Refusal if one has more or
    fewer partitions than it must have.
    """
    rights = topic_rights(ROOMS[room])
    for names, operation in ((rights.reads, Operation.READ), (rights.writes, Operation.WRITE)):
        counts = once_reached(settings, room, lambda: need(settings.connection, names, operation))  # noqa: B023 - called at once
        for name, count in counts.items():
            if count != TOPICS[name].partitions:
                cause = f"{name} has {count} partitions and must have {TOPICS[name].partitions}"
                raise Refusal(
                    cause, "see `wiredesk topics check`, and docs/operations.md, Start afresh", EXIT_SETTINGS
                )
