"""TOPICS and ROOMS: the whole of Wiredesk in two tables, checked at import.

A topic or a room exists if it has a row here.  The runtime, the replay, the tests, the compose file, the Kubernetes
manifests and the tables of the operators' page are all made from these rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pipeline.records import FEEDS_PARTITIONS, JOURNAL_BYTES_MAX, RECORD_BYTES_MAX

if TYPE_CHECKING:
    from pipeline.alert.rules import Rules
    from pipeline.deliver.receivers import Receivers
    from pipeline.records import Room
    from pipeline.route.rules import Routes
    from pipeline.wording import WordingLanguage

PARTITIONS = 4  # of every topic, and shards of every room; resolve chooses it by language, later rooms keep it
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
CODEC = "zstd"  # of what our producers write; measured: docs/design/kafka-and-faust.md#compression
IN_SYNC_MIN = 2  # replicas that have a record before it counts as written, where there are more than these
RAW_BYTES_MAX = 8_388_608  # of a record of wire.raw; normalise rejects payloads above the formats' own maximum


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it must exist.  `wiredesk topics check` compares the broker's configuration with `settings`."""

    name: str
    holds: str  # what its records are, for the operators' page
    retention_ms: int  # -1: never by time
    partitions: int = PARTITIONS
    key: str = "–"  # what its records' key is
    compacted: bool = False
    confidential: bool = False  # it may hold embargoed copy or notes not for publication
    max_message_bytes: int = RECORD_BYTES_MAX
    config: dict[str, str] = field(default_factory=dict)

    def settings(self, replication: int = 1) -> dict[str, str]:
        """The broker's configuration of this topic, with so many replicas."""
        durable = {"min.insync.replicas": str(IN_SYNC_MIN)} if replication > IN_SYNC_MIN else {}
        return {
            "message.timestamp.type": "LogAppendTime",
            "compression.type": "producer",  # a broker that compresses again changes header names that are no UTF-8
            "unclean.leader.election.enable": "false",
            **durable,
            "cleanup.policy": "compact" if self.compacted else "delete",
            "retention.ms": str(self.retention_ms),
            "max.message.bytes": str(self.max_message_bytes),
            **self.config,
        }


def journal_topic(room: str) -> str:
    """The journal of a room: what it decided, one partition for each partition of its source."""
    return f"wire.journal.{room}"


@dataclass(frozen=True, slots=True)
class Options:
    """What an operator may set about the rooms.  None: the packaged default."""

    rules: Rules | None = None  # of alert
    routes: Routes | None = None  # of route
    receivers: Receivers | None = None  # of deliver

    @property
    def language(self) -> WordingLanguage | None:
        """The language of the rules, in which people are told of feeds too."""
        return self.rules.language if self.rules else None


@dataclass(frozen=True, slots=True)
class RoomSpec:
    """One row of ROOMS.  Rooms may share a source.  `make` imports its room when it is called, and no other."""

    name: str
    question: str
    source: str  # the topic it reads
    writes: tuple[str, ...]  # the topics of its outputs; every room writes wire.dead and its journal as well
    make: Callable[[Options], Room[Any, Any]]
    memory_mb: int  # resident memory of a worker that has read the sample wires, on Linux, x86-64
    memory_limit_mib: int  # of its container: room for one full language
    grows_with: str  # what its memory grows with
    controls: tuple[str, ...] = ()  # rooms for which its process writes controls
    keeps_words: bool = True  # in its journal, of what it reads
    pace_ms: int = 0  # more than WIREDESK_PACE_MS where nobody waits: fewer and larger transactions

    @property
    def journal(self) -> str:
        """The name of its journal."""
        return journal_topic(self.name)


def imported(path: str, *takes: str) -> Callable[[Options], Room[Any, Any]]:
    """A function that imports the class at `path` (module:Class) and makes the room; `takes`: its Options."""

    def make(options: Options) -> Room[Any, Any]:
        module, _, name = path.partition(":")
        room: Room[Any, Any] = getattr(import_module(module), name)(*(getattr(options, each) for each in takes))
        return room

    return make


ROOMS: dict[str, RoomSpec] = {
    spec.name: spec
    for spec in (
        RoomSpec(
            name="normalise",
            question="which words?",
            source="wire.raw",
            writes=("wire.normalised",),
            make=imported("pipeline.normalise.room:NormaliseRoom"),
            memory_mb=370,
            memory_limit_mib=1024,
            grows_with="the languages it has met (a tagger for each)",
            keeps_words=False,
        ),
        RoomSpec(
            name="resolve",
            question="which dispatch, is it still good?",
            source="wire.normalised",
            writes=("wire.resolved",),
            make=imported("pipeline.resolve.room:ResolveRoom"),
            memory_mb=85,
            memory_limit_mib=1024,
            grows_with="14 days of dispatches, 0.6 kB each, and the bytes of what is held",
        ),
        RoomSpec(
            name="dedupe",
            question="who said it before?",
            source="wire.resolved",
            writes=("wire.deduped",),
            make=imported("pipeline.dedupe.room:DedupeRoom"),
            memory_mb=205,
            memory_limit_mib=1536,
            grows_with="5 days, at most 100,000 items a partition",
        ),
        RoomSpec(
            name="tag",
            question="which story?",
            source="wire.deduped",
            writes=("wire.enriched", "wire.stories"),
            make=imported("pipeline.tag.room:TagRoom"),
            memory_mb=275,
            memory_limit_mib=1536,
            grows_with="5 days, at most 100,000 items a partition: 0.6 GB when full",
        ),
        RoomSpec(
            name="alert",
            question="who must know?",
            source="wire.enriched",
            writes=("wire.alerts",),
            make=imported("pipeline.alert.room:AlertRoom", "rules"),
            memory_mb=97,
            memory_limit_mib=512,
            grows_with="14 days of threads, at most 20,000 a partition",
            pace_ms=100,  # people read alerts; stories lie in all partitions, with a record or two each 20 ms
        ),
        RoomSpec(
            name="route",
            question="which desk, and when?",
            source="wire.alerts",
            writes=("wire.notifications",),
            make=imported("pipeline.route.room:RouteRoom", "routes"),
            memory_mb=96,
            memory_limit_mib=512,
            grows_with="14 days of what desks were sent, at most 20,000 dispatches a partition",
        ),
        RoomSpec(
            name="deliver",
            question="has the desk got it?",
            source="wire.notifications",
            writes=("wire.deliveries",),
            make=imported("pipeline.deliver.room:DeliverRoom", "receivers"),
            memory_mb=96,
            memory_limit_mib=512,
            grows_with="what waits for receivers: at most 1,000 notifications and 4 MiB for each",
            controls=("route",),  # acknowledgements
        ),
        RoomSpec(
            name="watch",
            question="is each feed as it always is?",
            source="wire.normalised",
            writes=("wire.feeds", "wire.alerts"),
            make=imported("pipeline.watch.room:WatchRoom", "language"),
            memory_mb=96,
            memory_limit_mib=512,
            grows_with="feeds, 3.5 kB each, at most 2,500 a partition",
            keeps_words=False,
            pace_ms=500,  # a feed is silent for minutes before it says so
        ),
    )
}


def _topics() -> dict[str, Topic]:
    week, month = 7 * DAY_MS, 30 * DAY_MS
    rows = (
        Topic(
            "wire.raw", "payloads as received", week, key="feed", confidential=True, max_message_bytes=RAW_BYTES_MAX
        ),
        Topic("wire.normalised", "cleaned items, embargoed ones too", week, key="feed", confidential=True),
        Topic("wire.resolved", "items that may be published: no embargoed copy from here on", week, key="language"),
        Topic("wire.deduped", "items with the verdict who said it before", week, key="language"),
        Topic("wire.enriched", "**the stream**: items with their story", week, key="story"),
        Topic("wire.stories", "the latest snapshot of every story", -1, key="story", compacted=True),
        Topic("wire.alerts", "who must know, and why", month, key="story"),
        Topic("wire.notifications", "what to tell which desk, and why", month, key="desk"),
        Topic(
            "wire.deliveries",
            "how far each delivery of a notification has come",
            month,
            key="receiver/notification",
            compacted=True,
            config={"cleanup.policy": "compact,delete"},  # the latest of each, and none for ever
        ),
        Topic(
            "wire.feeds",
            "what ingest has taken of each feed, and how each feed is",
            -1,
            partitions=FEEDS_PARTITIONS,  # the ledger, and how each feed is: whoever asks that reads no ledger
            key="feed/what of it",
            compacted=True,
            # Who reads one, reads all of it, and Kafka compacts no segment that is being written.
            config={"segment.ms": str(HOUR_MS), "segment.bytes": "67108864", "min.cleanable.dirty.ratio": "0.2"},
        ),
        Topic(
            "wire.dead",
            "what could not be used, whole, with the reason",
            month,
            key="as it was",
            confidential=True,
            max_message_bytes=RAW_BYTES_MAX,
        ),
    )
    topics = {topic.name: topic for topic in rows}
    return topics | {spec.journal: journal(spec, topics[spec.source].partitions) for spec in ROOMS.values()}


def journal(spec: RoomSpec, partitions: int) -> Topic:
    """The journal of a room.  Its owner trims it, never a retention (docs/design/evolution.md#journals)."""
    size = JOURNAL_BYTES_MAX
    return Topic(spec.journal, "what the room decided", -1, partitions, confidential=True, max_message_bytes=size)


TOPICS: dict[str, Topic] = _topics()


def _check() -> None:
    """Every topic that a room names exists, and rooms come in the order in which records pass through them."""
    known = {"wire.raw"}
    for spec in ROOMS.values():
        assert spec.source in known, f"{spec.name} reads {spec.source}, which no room before it writes"
        assert set(spec.writes) <= TOPICS.keys(), spec.name
        known.update(spec.writes)


_check()
