"""Warming up: a room decides on a few records before it joins its group.

Models are loaded and kernels compiled then, not at the first record: a slow first batch is a rebalance
(docs/design/kafka-and-faust.md#rule-10).  The records are the walk of four invented payloads, the input of every
room; `make golden` writes them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.captures import from_line
from pipeline.records import Room
from pipeline.shard import Shard
from pipeline.topology import ROOMS

CAPTURE = Path(__file__).with_name("warm.jsonl")


def warm(room: Room[Any, Any]) -> None:
    """Drive a throw-away shard of the room over its part of the capture."""
    source = ROOMS[room.name].source
    shards: dict[int, Shard] = {}
    for line in CAPTURE.read_bytes().splitlines():
        record = from_line(line)
        if record.position.topic == source:
            partition = record.position.partition
            shards.setdefault(partition, Shard(room, partition)).step(record)
