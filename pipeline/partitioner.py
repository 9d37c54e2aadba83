"""Which partition a key belongs to: Kafka's default partitioner, so that every producer agrees with the rooms."""

from __future__ import annotations

from pipeline.topology import PARTITIONS


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
