"""What a feed has taken in one step, as records for wire.raw, and what was written so far."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pipeline.envelope import Headers, joined
from pipeline.ingest.contract import Incoming, Taken
from pipeline.partitioner import partition_of
from pipeline.records import Out
from pipeline.runtime.ingest.owner import RAW
from pipeline.runtime.publish.publisher import headers
from pipeline.runtime.publish.sources import RawPayload


@dataclass(eq=False)
class Step:
    """What a feed has taken, and what waits for its commit."""

    feed: str
    kind: str
    known_headers: Headers  # what is known of the feed
    taken: Taken[Any, Any, Any]
    generation: int
    committed: asyncio.Future[None]

    @property
    def size(self) -> int:
        """Bytes of its payloads, roughly."""
        return sum(len(payload.value) for payload in self.taken.payloads)


@dataclass
class Counts:
    """What was written since the start."""

    by_way: Counter[str] = field(default_factory=Counter)  # payloads, by way in
    payload_bytes: int = 0
    transactions: int = 0
    transaction_seconds: float = 0.0

    @property
    def payloads(self) -> int:
        """Of all ways in."""
        return self.by_way.total()


def payload_records(step: Step, now_ms: int) -> list[Out]:
    """The records for wire.raw: a feed's payloads have its name as their key, and stay in order."""
    key = step.feed.encode()
    partition = partition_of(key)
    return [
        Out(RAW, key, payload.value, _headers(step, payload, now_ms), partition) for payload in step.taken.payloads
    ]


def _headers(step: Step, payload: Incoming, now_ms: int) -> Headers:
    """What a publisher writes, what is known of the feed, and what the way in knows: of a name, the feed's word."""
    brought = joined(step.known_headers, payload.headers)
    raw = RawPayload(payload.name, step.feed, payload.value, brought, payload.received_ms)
    return headers(raw, now_ms)
