"""aiokafka and kafka-python ask the addresses of the settings again when no broker that they know answers.

A client knows the brokers that its last metadata named, and these are the ones that were in the cluster at that
moment: after some brokers have come and gone it may be a single one.  When that one is away, aiokafka 0.14.0 and
kafka-python 3.0.12 ask it, and no other, until it is back (Java's client starts anew: KIP-899).  A worker so looked
alive and did nothing, and a reader heard nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import cache
from random import sample
from typing import Any

Update = Callable[[Any, Any, Any], Coroutine[Any, Any, bool]]  # client, metadata, topics -> has one answered
Refresh = Callable[[Any, Any], Coroutine[Any, Any, None]]  # metadata, node -> None; raises kafka.errors.KafkaError
NO_LEADER = -1


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


@cache
def let_aiokafka_find_brokers_again() -> None:
    """Once in a process."""
    from aiokafka.client import AIOKafkaClient

    AIOKafkaClient._metadata_update = updated_anew(AIOKafkaClient._metadata_update)


def refreshed_anew(refresh: Refresh) -> Refresh:
    """kafka-python's refresh, and if the broker that it chose does not answer, by a bootstrap address."""
    from kafka.errors import KafkaError

    async def refresh_or_bootstrap(metadata: Any, node: Any) -> None:
        try:
            return await refresh(metadata, node)
        except KafkaError:
            addresses = metadata.bootstrap_brokers()
            if node is not None or not addresses:
                raise
            for address in sample(addresses, len(addresses)):
                with suppress(KafkaError):
                    return await refresh(metadata, address.node_id)
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


@cache
def let_kafka_python_find_brokers_again() -> None:
    """Once in a process."""
    from kafka.cluster import ClusterMetadata

    ClusterMetadata._do_refresh_metadata = refreshed_anew(ClusterMetadata._do_refresh_metadata)
    ClusterMetadata.leader_for_partition = of_known_brokers(ClusterMetadata.leader_for_partition)
