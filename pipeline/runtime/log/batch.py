"""What is written in one transaction: what follows from some records, within a bound."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.records import Out, Reason, Record, Rejected, size_of
from pipeline.shard import FeedBroken, Shard

# Of a transaction; the record that passes it is the last.  So one has this and shard.CAUSED_BYTES_MAX at most, for
# which a broker takes a second or two; the deadline is `transaction_seconds`.
TRANSACTION_BYTES_MAX = 16_777_216
# Of deciding, without a break.  A transaction has three round trips, and each would wait until the batch of another
# partition of the room is decided: 500 records of normalise take a second.  In processor time: by the clock
# of a busy machine each record would be a slice, and the breaks take longer than the work.
SLICE_SECONDS = 0.002
SLICE_TURNS = 8  # of the event loop: a response goes through as many of aiokafka's callbacks to the next request


@dataclass
class DecidedBatch:
    """What follows from some records, to be written in one transaction."""

    outputs: list[Out] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)  # of the journal, one a record
    source_offsets: list[int] = field(default_factory=list)  # of the same records
    size: int = 0  # bytes of outputs and entries
    reasons: list[Reason] = field(default_factory=list)  # of those that died
    broken: FeedBroken | None = None  # the breaker opened before the next record


async def decide(
    shard: Shard,
    rest: deque[Record],
    on_died: Callable[[Record, Rejected], None],
    on_slice: Callable[[], None] = lambda: None,
) -> DecidedBatch:
    """What follows from the first records, which are taken off `rest`.  Changes the shard.

    It ends with the records, at TRANSACTION_BYTES_MAX, or where the breaker opens.  Others that wait for the
    event loop get it each SLICE_SECONDS, between two records; so does `on_slice`.
    """
    batch, since = DecidedBatch(), time.thread_time()
    while rest and batch.size < TRANSACTION_BYTES_MAX:
        if time.thread_time() - since > SLICE_SECONDS:
            on_slice()
            for _ in range(SLICE_TURNS):
                await asyncio.sleep(0)
            since = time.thread_time()
        record = rest.popleft()
        if record.position.offset <= shard.position:
            continue  # decided and committed before: Faust's committed offset trails the journal
        try:
            step = shard.step(record)
        except FeedBroken as error:
            batch.broken = error
            break
        batch.outputs += step.outputs
        batch.entries.append(step.journal)
        batch.size += len(step.journal) + sum(map(size_of, step.outputs))
        batch.source_offsets.append(record.position.offset)
        if step.died:
            batch.reasons.append(step.died.reason)
            on_died(record, step.died)
    return batch


def portions(values: Iterable[bytes], bytes_max: int) -> Iterator[list[bytes]]:
    """The values in lists of at most `bytes_max`; a larger value goes alone."""
    portion: list[bytes] = []
    size = 0
    for value in values:
        if portion and size + len(value) > bytes_max:
            yield portion
            portion, size = [], 0
        portion.append(value)
        size += len(value)
    if portion:
        yield portion
