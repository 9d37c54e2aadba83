"""kafka-python's admin client, without its leak, and what it has no method for."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    KafkaError,
    KafkaTimeoutError,
    NoError,
    NotCoordinatorError,
    for_code,
)
from kafka.protocol.metadata import CoordinatorType, MetadataRequest

from pipeline.connection import Connection
from pipeline.runtime.kafka.rebootstrap import let_kafka_python_find_brokers_again
from pipeline.runtime.progress import waiting

ANSWER_SECONDS = 10.0  # a broker that starts answers within 3; an operator waits for the answer
BACKOFF_SECONDS = 0.1
NO_COORDINATOR_YET = (CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError)


class Admin(KafkaAdminClient):  # type: ignore[misc]  # kafka-python publishes no types
    """An admin client of a connection; a context manager.  KafkaError if no broker answers within `seconds`.

    kafka-python 3.0.12 leaves its I/O thread and its sockets behind when the first contact fails.  A caller that
    tries again and again would collect them, so they are closed here.
    """

    def __init__(self, connection: Connection, seconds: float = ANSWER_SECONDS, **more: Any) -> None:
        self._closed = False
        let_kafka_python_find_brokers_again()
        try:
            with waiting(f"waiting for an answer from {connection.bootstrap}"):
                super().__init__(**connection.arguments(), bootstrap_timeout_ms=round(seconds * 1000), **more)
        except BaseException:
            if hasattr(self, "_net"):
                self.close()
            raise

    def await_topics(self, names: Sequence[str], seconds: float) -> None:
        """Wait until every broker knows these topics and a leader for each of their partitions.

        A broker learns of a new topic a moment after another has created it; kafka-python's `wait_for_topics` asks
        one broker only.  KafkaError if it takes longer than `seconds`.
        """
        request = MetadataRequest(
            topics=[MetadataRequest.MetadataRequestTopic(name=name) for name in names],
            allow_auto_topic_creation=False,
        )
        deadline = time.monotonic() + seconds
        while names and not all(map(partial(self._knows, request), self._brokers())):
            if time.monotonic() > deadline:
                raise KafkaTimeoutError(f"not every broker knows {', '.join(names)} after {seconds:g} s")
            time.sleep(BACKOFF_SECONDS)

    def _brokers(self) -> list[int]:
        """The ids of the brokers that work."""
        return [one["broker_id"] for one in self.describe_cluster()["brokers"] if not one.get("is_fenced")]

    def _knows(self, request: Any, broker: int) -> bool:
        async def ask() -> Any:
            return await self._manager.send(request, node_id=broker)

        try:
            topics = self._manager.run(ask).topics
        except KafkaError:  # it may have ended since: the next look at the cluster shows it
            return False
        answers = [one for topic in topics for one in (topic, *topic.partitions)]
        return all(one.error_code == NoError.errno for one in answers)

    def ask_coordinator(
        self,
        kind: CoordinatorType,
        key: str,
        request: Any,
        seconds: float = ANSWER_SECONDS,
        error_code: Callable[[Any], int] = lambda answer: NoError.errno,
    ) -> Any:
        """The answer of the coordinator of a group or a transactional id.

        Waits while it is being elected, as it is on a new cluster, also where its answer has such an `error_code`.
        KafkaError if that takes longer than `seconds`, or if the coordinator may not be asked for.
        """

        async def ask() -> Any:
            return await self._manager.send(request, node_id=await self._find_coordinator_id(key, key_type=kind))

        deadline = time.monotonic() + seconds
        while True:
            try:
                answer = self._manager.run(ask)
                if (error := for_code(error_code(answer))) in NO_COORDINATOR_YET:
                    raise error
                return answer
            except NO_COORDINATOR_YET:
                if time.monotonic() > deadline:
                    raise
                time.sleep(BACKOFF_SECONDS)
