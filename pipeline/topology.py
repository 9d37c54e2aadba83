"""TOPICS and ROOMS: the whole of Wiredesk in two tables, checked at import.

The runtime and the in-memory replay both read these and nothing else: a topic or a room exists if it is here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipeline.records import Room

PARTITIONS = 4  # of every topic: one shard of every room; resolve chooses it by language, the rest keep it
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it must exist.  `config` is verified at start; a room refuses to start on a mismatch."""

    name: str
    purpose: str
    retention_ms: int  # -1: never by time
    partitions: int = PARTITIONS
    compacted: bool = False
    confidential: bool = False  # embargoed copy or non-public notes may stand in it
    max_message_bytes: int = 1_048_576
    config: dict[str, str] = field(default_factory=dict)

    def settings(self) -> dict[str, str]:
        """The broker's configuration of this topic."""
        return {
            "message.timestamp.type": "LogAppendTime",
            "cleanup.policy": "compact" if self.compacted else "delete",
            "retention.ms": str(self.retention_ms),
            "max.message.bytes": str(self.max_message_bytes),
            **self.config,
        }


def murmur2(data: bytes) -> int:
    """Kafka's own partitioner hash (org.apache.kafka.common.utils.Utils.murmur2), as an unsigned 32-bit int."""
    m, mask, length = 0x5BD1E995, 0xFFFFFFFF, len(data)
    h = (0x9747B28C ^ length) & mask
    whole = length & ~3
    for start in range(0, whole, 4):
        k = int.from_bytes(data[start : start + 4], "little") * m & mask
        h = (h * m & mask) ^ ((k ^ k >> 24) * m & mask)
    if tail := data[whole:]:
        h = (h ^ int.from_bytes(tail, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return h ^ h >> 15


def partition_of(key: bytes, partitions: int = PARTITIONS) -> int:
    """The partition of a key: what Kafka's default partitioner, kafka-python's and ours agree on."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions
