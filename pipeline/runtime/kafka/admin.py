"""kafka-python's admin client, without its leak."""

from __future__ import annotations

from typing import Any

from kafka import KafkaAdminClient

from pipeline.connection import Connection

ANSWER_SECONDS = 10.0  # a broker that starts answers within 3; who asks by hand wants to know


class Admin(KafkaAdminClient):  # type: ignore[misc]  # kafka-python publishes no types
    """An admin client of a connection; a context manager.  KafkaError if nobody answers within `seconds`.

    kafka-python 3.0.12 leaves its I/O thread and its sockets behind when the first contact fails: who asks again
    and again for a broker that is away would gather them.  Here they end with the failure.
    """

    def __init__(self, connection: Connection, seconds: float = ANSWER_SECONDS, **more: Any) -> None:
        self._closed = False
        try:
            super().__init__(**connection.arguments(), bootstrap_timeout_ms=round(seconds * 1000), **more)
        except BaseException:
            if hasattr(self, "_net"):
                self.close()
            raise
