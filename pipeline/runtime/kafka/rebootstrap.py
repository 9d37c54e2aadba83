"""aiokafka and kafka-python ask the addresses of the settings again when no broker that they know answers.

A client knows the brokers that its last metadata named, and these are the ones that were in the cluster at that
moment: after some brokers have come and gone it may be a single one.  When that one is away, aiokafka 0.14.0 and
kafka-python 3.0.12 ask it, and no other, until it is back (Java's client starts anew: KIP-899).  A worker so looked
alive and did nothing, and a reader heard nothing.

And a new client asks the addresses one after the other.  A broker that is frozen, or has just been started, takes
connections and does not answer: as long as there are others, each is given little time at first.  One that its
controller has not heard for a while is fenced: it answers, and names no broker, itself included, for some 0.2 s.
aiokafka's client starts nevertheless, and its first question for a coordinator is an AssertionError.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import cache
from random import sample
from typing import Any

Update = Callable[[Any, Any, Any], Coroutine[Any, Any, bool]]  # client, metadata, topics -> has one answered
Refresh = Callable[[Any, Any], Coroutine[Any, Any, None]]  # metadata, node -> None; raises kafka.errors.KafkaError
Bootstrap = Callable[[Any], Coroutine[Any, Any, None]]  # client -> None; raises aiokafka.errors.KafkaError
NO_LEADER = -1
FIRST_ANSWER_MS = 1_500  # of a broker among others; 20 are usual
FENCED_POLL_SECONDS = 0.05  # between two questions to a broker that names none


def updated_anew(update: Update) -> Update:
    """aiokafka's update, and if no broker answers, once more with those that the bootstrap addresses name."""
    from aiokafka.errors import KafkaError

    async def update_or_bootstrap(client: Any, metadata: Any, topics: Any) -> bool:
        if await update(client, metadata, topics):
            return True
        with suppress(KafkaError):  # none of the addresses answers either
            await client.bootstrap()
            return await update(client, metadata, topics)
        return False

    return update_or_bootstrap


class _Impatient:
    """An aiokafka client that waits for FIRST_ANSWER_MS; all that is set is set in the client itself."""

    _request_timeout_ms = FIRST_ANSWER_MS

    def __init__(self, client: Any) -> None:
        self.__dict__["_client"] = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._client, name, value)


def impatient_at_first(bootstrap: Bootstrap) -> Bootstrap:
    """aiokafka's bootstrap: of several addresses none is waited for long before all have been asked."""
    from aiokafka.errors import KafkaError

    async def bootstrap_at_any(client: Any) -> None:
        if len(client.hosts) > 1:
            with suppress(KafkaError):
                return await bootstrap(_Impatient(client))
        return await bootstrap(client)

    return bootstrap_at_any


def until_one_is_named(bootstrap: Bootstrap) -> Bootstrap:
    """aiokafka's bootstrap: it ends when a broker is known.  KafkaConnectionError after a request's time."""
    from aiokafka.client import ConnectionGroup
    from aiokafka.errors import KafkaConnectionError

    async def bootstrap_to_a_broker(client: Any) -> None:
        deadline = time.monotonic() + client._request_timeout_ms / 1000
        await bootstrap(client)
        while not client.cluster.brokers():
            if time.monotonic() > deadline:
                await client.close()
                raise KafkaConnectionError(f"{client.hosts} answer, and name no broker of their cluster")
            client._conns.pop(("bootstrap", ConnectionGroup.DEFAULT)).close()
            await asyncio.sleep(FENCED_POLL_SECONDS)
            await bootstrap(client)

    return bootstrap_to_a_broker


@cache
def let_aiokafka_find_brokers_again() -> None:
    """Once in a process."""
    from aiokafka.client import AIOKafkaClient

    AIOKafkaClient.bootstrap = until_one_is_named(impatient_at_first(AIOKafkaClient.bootstrap))
    AIOKafkaClient._metadata_update = updated_anew(AIOKafkaClient._metadata_update)


def refreshed_anew(refresh: Refresh) -> Refresh:
    """kafka-python's refresh, and if the broker that it chose does not answer, by a bootstrap address."""
    from kafka.errors import KafkaError

    async def refresh_or_bootstrap(metadata: Any, node: Any) -> None:
        try:
            return await refresh(metadata, node)
        except KafkaError:
            addresses = metadata.bootstrap_brokers()
            is_over = metadata._manager.closed  # it is the client that ends: nobody would close a new connection
            if node is not None or is_over or not addresses:
                raise
            for address in sample(addresses, len(addresses)):
                with suppress(KafkaError):
                    return await refresh(metadata, address.node_id)
                if metadata._manager.closed:
                    break
            raise

    return refresh_or_bootstrap


def of_known_brokers(leader: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """kafka-python's leader of a partition; none while its broker is not known.

    A fetch response may name a leader that the metadata does not have yet.  The fetch that is then made raises, and
    counts as under way for ever: nothing is fetched from that broker any more.
    """

    def known_leader(metadata: Any, partition: Any) -> Any:
        found = leader(metadata, partition)
        return NO_LEADER if found is not None and metadata.broker_metadata(found) is None else found

    return known_leader


def soon_connected(connection: Callable[..., Any]) -> Callable[..., Any]:
    """kafka-python's connection: of several bootstrap addresses one that does not answer is left for another.

    It chooses one at random, and may choose the same again: then it waits twice as long.
    """

    def connection_soon(manager: Any, node: Any, timeout_ms: float | None = None, **more: Any) -> Any:
        cluster = manager.cluster
        if timeout_ms is not None and cluster.is_bootstrap(node) and len(cluster.bootstrap_brokers()) > 1:
            failures, *_ = manager._backoff.get(node, (0,))
            timeout_ms = min(timeout_ms, FIRST_ANSWER_MS * 2**failures)
        return connection(manager, node, timeout_ms, **more)

    return connection_soon


@cache
def let_kafka_python_find_brokers_again() -> None:
    """Once in a process."""
    from kafka.cluster import ClusterMetadata
    from kafka.net.manager import KafkaConnectionManager

    KafkaConnectionManager.get_connection = soon_connected(KafkaConnectionManager.get_connection)
    ClusterMetadata._do_refresh_metadata = refreshed_anew(ClusterMetadata._do_refresh_metadata)
    ClusterMetadata.leader_for_partition = of_known_brokers(ClusterMetadata.leader_for_partition)
