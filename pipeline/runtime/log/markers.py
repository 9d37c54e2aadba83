"""Transaction markers that a broker lost: its coordinator takes a transaction for complete, its partitions do not.

Kafka's coordinator skips the marker of a partition that has no leader at that moment: it takes the partition for
deleted ("Couldn't find leader endpoint …, hence can be skipped"), and records the transaction as complete
(4.3.1: TransactionMarkerChannelManager.addTxnMarkersToBrokerQueue, KRaftMetadataCache.getPartitionLeaderEndpoint).
With one broker that moment comes in every orderly stop.  The journal then seems to end before the batch.  An owner
that takes this for the end decides the batch again, and the next marker of the same producer makes both visible.

So an owner looks for hanging transactions before it reads its journal, and ends them as the coordinator had
decided.  An abort at any point of that does no harm: no reader has seen a batch that has no marker anywhere, and it
is decided again.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence

import structlog

from pipeline import dead
from pipeline.runtime.log.journal import JournalLost
from pipeline.runtime.log.port import Log, Outcome, TopicPartition, Writer
from pipeline.topology import ROOMS, TOPICS

POLL_SECONDS = 0.05
SETTLE_SECONDS = 10.0  # markers are written after the commit is answered

log = structlog.get_logger("wiredesk.markers")


def output_partitions(room: str) -> list[TopicPartition]:
    """Every partition that a room writes to, except its journal."""
    return [
        TopicPartition(topic, number)
        for topic in (*ROOMS[room].writes, dead.TOPIC)
        for number in range(TOPICS[topic].partitions)
    ]


async def settle(
    cluster: Log,
    writer: Writer,
    journal: TopicPartition,
    outputs: Sequence[TopicPartition],
    outcome: Outcome | None,
) -> None:
    """If a transaction hangs, end what this writer's id left open with `outcome`, in all partitions at once.

    A hanging transaction in an output may be another writer's live one, which this does not touch.  `outcome` is
    None if an owner died between acquiring the id and this call.  Then the transaction is committed: an aborted one
    can lose its markers only if its owner dies in the very moment in which the broker stops.
    Raises JournalLost if the transaction at the journal's end is not ours to end.
    """
    if not await cluster.hanging(journal, *outputs):
        return
    outcome = Outcome.ABORTED if outcome is Outcome.ABORTED else Outcome.COMMITTED
    if hung := await cluster.hanging(journal):
        log.warning("markers-lost", partitions=[str(tp) for tp in hung], outcome=outcome.value)
    await writer.settle([journal, *outputs], outcome)
    try:
        await wait_visible(cluster, journal, SETTLE_SECONDS)
    except TimeoutError:
        raise JournalLost(
            f"{journal}: a transaction that is not its owner's hangs at its end. End it with kafka-transactions.sh "
            "find-hanging and abort; see docs/operations.md, A journal is lost."
        ) from None


async def wait_visible(cluster: Log, tp: TopicPartition, seconds: float = math.inf) -> None:
    """Wait until readers can see everything that is written there; for ever if a transaction hangs.

    Raises TimeoutError after so many seconds, between two looks: a look that is cancelled while its client connects
    leaves the connection open (aiokafka 0.14.0).
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while await cluster.hanging(tp):
        if loop.time() > deadline:
            raise TimeoutError
        await asyncio.sleep(POLL_SECONDS)
