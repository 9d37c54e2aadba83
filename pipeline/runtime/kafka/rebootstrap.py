"""aiokafka looks for brokers at the addresses of the settings again when none that it knows answers.

A client knows the brokers that its last metadata named, and these are the ones that were in the cluster at that
moment: after some brokers have come and gone it may be a single one.  When that one is away, aiokafka 0.14.0 asks
it, and no other, until it is back (Java's client starts anew: KIP-899).  A worker so looked alive and did nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import cache
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

Update = Callable[[Any, Any, Any], Coroutine[Any, Any, bool]]  # client, metadata, topics -> has one answered


def updated_anew(update: Update) -> Update:
    """The same, and if no broker answers, once more with those that the bootstrap addresses name."""

    async def update_or_bootstrap(client: Any, metadata: Any, topics: Any) -> bool:
        if await update(client, metadata, topics):
            return True
        with suppress(KafkaError):  # none of the addresses answers either
            await client.bootstrap()
            return await update(client, metadata, topics)
        return False

    return update_or_bootstrap


@cache
def let_aiokafka_find_brokers_again() -> None:
    """Once in a process."""
    AIOKafkaClient._metadata_update = updated_anew(AIOKafkaClient._metadata_update)
