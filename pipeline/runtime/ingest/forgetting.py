"""What is remembered of feeds that the file does not have any more: told, and forgotten when somebody says so.

Nothing is forgotten by itself: a feed that was out of the file by mistake, or for a week, would bring all that is
still there outside a second time.  It may be done beside a running ingest, which reads what is written here before
it writes anything itself, and asks no more for a feed that it has still.

The order makes a cut harmless, wherever it comes.  First the cursor says that the feed is being forgotten: it ends
in an ingest that has it still, and begins anew in none.  Then its marks are read, with those that ingest wrote
until then, and deleted.  The cursor goes last, together with how the feed comes in and a word to the rooms.  Cut
off in between, the feed is listed; asked for again, all of this is done again.  One process at a time does it: it
owns a transactional id, and a later one ends an earlier one.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import aclosing
from itertools import islice
from typing import NamedTuple

from pipeline.items import Action, Control
from pipeline.records import Out
from pipeline.runtime.ingest.ledger import (
    PLACE,
    WAYS_PLACE,
    feed_of_key,
    forgetting_record,
    forgotten_record,
    record,
    way_record,
)
from pipeline.runtime.ingest.owner import output_partitions
from pipeline.runtime.kafka.controls import controls_to_all
from pipeline.runtime.log.journal import wait_for_barrier
from pipeline.runtime.log.ownership import Ownership
from pipeline.runtime.log.port import Bounds, Log, TopicPartition
from pipeline.runtime.log.retry import within

ROOM = "normalise"  # which tells watch
WHO, WHY = "wiredesk ingest forget", "it left the file of feeds"
DELETED_AT_ONCE = 5_000  # keys of a transaction
# From one transaction to the next: an ingest that runs reads what was written, and writes in between what its feeds
# have taken, however long they took to answer.
PAUSE_SECONDS = 0.2


class Remembered(NamedTuple):
    """What there is of a feed."""

    name: str
    marks: int  # of what was taken


async def left_out(log: Log, in_file: Collection[str]) -> list[Remembered]:
    """What there is of each feed that the file has not, by name.  Raises ConnectionLost."""
    places = (PLACE, WAYS_PLACE)
    keys: dict[str, set[bytes]] = defaultdict(set)
    for place, bounds in zip(places, await log.bounds(*places), strict=True):
        await _read(log, place, bounds, keys, lambda name: name not in in_file)
    return [Remembered(name, len(found - _beside(name))) for name, found in sorted(keys.items()) if found]


async def forget(log: Log, app_id: str, feeds: Sequence[str], transaction_seconds: float) -> None:
    """Forget these, in the ledger and in the rooms; returns when whoever asks finds nothing of them.

    Raises ConnectionLost, JournalLost, and Fenced if another process forgets.
    """
    ownership = Ownership(log, f"{app_id}.ingest-forget", PLACE, output_partitions())
    now_ms = time.time_ns() // 1_000_000

    async def write(outputs: Sequence[Out], entries: Sequence[Out]) -> None:
        await ownership.write(outputs, entries, lambda offset: None, transaction_seconds)

    try:
        async with within(transaction_seconds):
            begun = await ownership.acquire(*(forgetting_record(name, now_ms) for name in feeds))
        bounds = await wait_for_barrier(log, PLACE, 0, begun, lambda: ownership.is_lost)
        marks = await _marks(log, bounds, feeds, now_ms)
        while batch := list(islice(marks, DELETED_AT_ONCE)):
            await write((), batch)
            await asyncio.sleep(PAUSE_SECONDS)
        told = [Control(action=Action.FORGET, feed=name, who=WHO, why=WHY) for name in feeds]
        outputs = [out for control in told for out in controls_to_all(ROOM, control, now_ms)]
        outputs += [way_record(name, None, now_ms) for name in feeds]
        await write(outputs, [forgotten_record(name, now_ms) for name in feeds])
        await ownership.settle(transaction_seconds)
    finally:
        await ownership.release()


async def _marks(log: Log, bounds: Bounds, feeds: Collection[str], now_ms: int) -> Iterator[Out]:
    """What deletes the marks of these feeds."""
    keys: dict[str, set[bytes]] = defaultdict(set)
    await _read(log, PLACE, bounds, keys, lambda name: name in feeds)
    return (
        record(key.decode(), b"", name, now_ms) for name, found in keys.items() for key in found - _beside(name)
    )


async def _read(
    log: Log, place: TopicPartition, bounds: Bounds, keys: dict[str, set[bytes]], wants: Callable[[str], bool]
) -> None:
    """The keys that have a value, as a compaction would leave them: a mark may stand behind a forgotten cursor."""
    async with aclosing(log.read(place, bounds.start, bounds.end)) as pages:
        async for page in pages:
            for stored in page:
                if (name := feed_of_key(stored.key)) and wants(name):
                    (keys[name].add if stored.value else keys[name].discard)(stored.key)


def _beside(name: str) -> set[bytes]:
    """The keys of a feed that are no marks."""
    return {forgotten_record(name, 0).key, way_record(name, None, 0).key}
