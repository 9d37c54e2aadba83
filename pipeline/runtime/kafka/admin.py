"""kafka-python's admin client, without its leak."""

from __future__ import annotations

from typing import Any

from kafka import KafkaAdminClient

from pipeline.connection import Connection

ANSWER_SECONDS = 10.0  # a broker that starts answers within 3; an operator waits for the answer


class Admin(KafkaAdminClient):  # type: ignore[misc]  # kafka-python publishes no types
    """An admin client of a connection; a context manager.  KafkaError if no broker answers within `seconds`.

    kafka-python 3.0.12 leaves its I/O thread and its sockets behind when the first contact fails.  A caller that
    tries again and again would collect them, so they are closed here.
    """

    def __init__(self, connection: Connection, seconds: float = ANSWER_SECONDS, **more: Any) -> None:
        self._closed = False
        try:
            super().__init__(**connection.arguments(), bootstrap_timeout_ms=round(seconds * 1000), **more)
        except BaseException:
            if hasattr(self, "_net"):
                self.close()
            raise
