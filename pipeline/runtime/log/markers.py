"""Transaction markers, which end a transaction for its readers: what a broker loses of them, and what it shows.

Kafka's coordinator skips the marker of a partition that has no leader at that moment: it takes the partition for
deleted ("Couldn't find leader endpoint …, hence can be skipped"), and records the transaction as complete
(4.3.1: TransactionMarkerChannelManager.addTxnMarkersToBrokerQueue, KRaftMetadataCache.getPartitionLeaderEndpoint).
With one broker that moment comes in every orderly stop.  The journal then seems to end before the batch.  An owner
that takes this for the end decides the batch again, and the next marker of the same producer makes both visible.

So an owner begins with a marker of its own in every partition that it writes to.  A marker ends all that its
producer has open there, and this one ends it as the coordinator had decided (`ownership`).
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

from pipeline import dead
from pipeline.runtime.log.port import Bounds, Log, TopicPartition
from pipeline.topology import ROOMS, TOPICS

POLL_SECONDS = 0.02  # from one look to the next: a marker is written milliseconds after the commit is answered


def output_partitions(room: str) -> list[TopicPartition]:
    """Every partition that a room writes to, except its journal."""
    return [
        TopicPartition(topic, number)
        for topic in (*ROOMS[room].writes, dead.TOPIC)
        for number in range(TOPICS[topic].partitions)
    ]


async def shown(
    cluster: Log,
    tp: TopicPartition,
    end: int,
    seconds: float = math.inf,
    gives_up: Callable[[], bool] = lambda: False,
) -> Bounds:
    """The bounds of the partition, once a broker shows it to readers up to `end`.

    As it is after so many seconds, or as soon as `gives_up` says so.

    What a broker does not show may be there all the same: it waits for a marker, or is cut off from the others.
    The last look is not cancelled: a client that is cancelled while it connects leaves its connection open
    (aiokafka 0.14.0).
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        (bounds,) = await cluster.bounds(tp)
        if bounds.end >= end or gives_up() or loop.time() > deadline:
            return bounds
        await asyncio.sleep(POLL_SECONDS)
