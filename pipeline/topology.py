"""TOPICS and ROOMS: the whole of Wiredesk in two tables, checked at import.

The runtime and the in-memory replay both read these and nothing else: a topic or a room exists if it is here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.alert.rules import Rules
    from pipeline.records import Room

PARTITIONS = 4  # of every topic: one shard of every room; resolve chooses it by language, the rest keep it
DAY_MS = 86_400_000
RAW_BYTES_MAX = 8_388_608  # of a record of wire.raw; normalise turns away payloads above formats' own maximum
JOURNAL_BYTES_MAX = 4_194_304  # a held dispatch with all its revisions


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


def journal_topic(room: str) -> str:
    """The journal of a room: what it decided, one partition an input partition."""
    return f"wire.journal.{room}"


def _topics() -> dict[str, Topic]:
    week, month = 7 * DAY_MS, 30 * DAY_MS
    rows = (
        Topic("wire.raw", "payloads as received", week, confidential=True, max_message_bytes=RAW_BYTES_MAX),
        Topic("wire.normalised", "items: cleaned, with features", week, confidential=True),
        Topic("wire.resolved", "items that may be known: no embargoed copy from here on", week),
        Topic("wire.deduped", "items with the verdict who said it before", week),
        Topic("wire.enriched", "THE stream: items with their story", week),
        Topic("wire.stories", "the latest snapshot of every story", -1, compacted=True),
        Topic("wire.alerts", "who must know, and why", month),
        Topic(
            "wire.dead",
            "what could not be used, with the reason",
            month,
            confidential=True,
            max_message_bytes=RAW_BYTES_MAX,
        ),
        *(
            # Trimmed by their owner, never by time: a journal is the state (docs/design/evolution.md#journals).
            Topic(
                journal_topic(room),
                f"what {room} decided",
                -1,
                confidential=True,
                max_message_bytes=JOURNAL_BYTES_MAX,
            )
            for room in ("normalise", "resolve", "dedupe", "tag", "alert")
        ),
    )
    return {topic.name: topic for topic in rows}


TOPICS: dict[str, Topic] = _topics()


@dataclass(frozen=True, slots=True)
class Options:
    """What an operator may set about the rooms.  None: the packaged default."""

    rules: Rules | None = None  # of alert


@dataclass(frozen=True, slots=True)
class RoomSpec:
    """A room: its row.  `make` imports the room late: a worker loads no other room's libraries."""

    name: str
    question: str
    source: str
    writes: tuple[str, ...]
    make: Callable[[Options], Room[Any, Any]]


def _normalise(options: Options) -> Room[Any, Any]:
    from pipeline.normalise.room import NormaliseRoom

    return NormaliseRoom()


def _resolve(options: Options) -> Room[Any, Any]:
    from pipeline.resolve.room import ResolveRoom

    return ResolveRoom()


def _dedupe(options: Options) -> Room[Any, Any]:
    from pipeline.dedupe.room import DedupeRoom

    return DedupeRoom()


def _tag(options: Options) -> Room[Any, Any]:
    from pipeline.tag.room import TagRoom

    return TagRoom()


def _alert(options: Options) -> Room[Any, Any]:
    from pipeline.alert.room import AlertRoom
    from pipeline.alert.rules import load

    return AlertRoom(options.rules or load())


ROOMS: dict[str, RoomSpec] = {
    spec.name: spec
    for spec in (
        RoomSpec("normalise", "which words?", "wire.raw", ("wire.normalised",), _normalise),
        RoomSpec("resolve", "which dispatch, is it still good?", "wire.normalised", ("wire.resolved",), _resolve),
        RoomSpec("dedupe", "who said it before?", "wire.resolved", ("wire.deduped",), _dedupe),
        RoomSpec("tag", "which story?", "wire.deduped", ("wire.enriched", "wire.stories"), _tag),
        RoomSpec("alert", "who must know?", "wire.enriched", ("wire.alerts",), _alert),
    )
}


def _check() -> None:
    """Every topic that a room names exists, and the walk goes forward only."""
    known = {"wire.raw"}
    for spec in ROOMS.values():
        assert spec.source in known, f"{spec.name} reads {spec.source}, which nothing before it writes"
        assert set(spec.writes) <= TOPICS.keys(), spec.name
        assert journal_topic(spec.name) in TOPICS, spec.name
        known.update(spec.writes)


_check()
