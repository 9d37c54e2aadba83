"""The count at the end: every topic read_committed with kafka-python, every room replayed over its actual input."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from kafka import KafkaConsumer, TopicPartition

from pipeline import dead
from pipeline.account import Account
from pipeline.account import Counter as AccountCounter
from pipeline.connection import Connection
from pipeline.dedupe.state import DedupeState
from pipeline.envelope import RecordType
from pipeline.partitioner import partition_of
from pipeline.records import Record
from pipeline.replay import is_of_a_person
from pipeline.resolve.state import ResolveState
from pipeline.runtime.kafka import controls
from pipeline.runtime.kafka.reader import read_topics
from pipeline.shard import Shard
from pipeline.tag.state import TagState
from pipeline.topology import ROOMS, TOPICS, Options, journal_topic

from .compare import FIRST_MAX, RecordDigest, Tally, compare, digest
from .load import End, ExpectedEnd

RAW, ENRICHED = "wire.raw", "wire.enriched"
WALK = tuple(dict.fromkeys((RAW, *(topic for spec in ROOMS.values() for topic in spec.writes), dead.TOPIC)))
Place = tuple[str, int]  # topic, partition


@dataclass
class CountResult:
    """What the count brought."""

    topics: dict[str, Tally] = field(default_factory=dict)  # every topic, its partitions together
    states: list[str] = field(default_factory=list)  # shards whose journal does not give the replayed state
    ends: list[str] = field(default_factory=list)  # dispatches that did not end as they must
    dispatches: Counter[str] = field(default_factory=Counter)  # how many of each end
    account: Account = field(default_factory=Account)
    ticks: int = 0
    trimmed: dict[str, int] = field(default_factory=dict)  # deleted journal records, by room
    hanging: list[str] = field(default_factory=list)  # partitions with a transaction that nobody ended

    @property
    def total(self) -> Tally:
        total = Tally()
        for tally in self.topics.values():
            total.add(tally)
        return total

    @property
    def is_clean(self) -> bool:
        wrong = self.states or self.ends or self.hanging
        return self.total.is_clean and not wrong and self.account.balanced

    def first(self) -> list[str]:
        """The first differences of each kind."""
        return [*self.total.first, *self.states, *self.ends[:FIRST_MAX], *self.hanging]


def count(
    connection: Connection, sent: list[tuple[str, bytes]], expected: Mapping[str, ExpectedEnd]
) -> CountResult:
    """Read everything, replay every room, compare."""
    found, log = CountResult(), _Log(connection)
    for feed, value in sent:
        key = feed.encode()
        log.expect((RAW, partition_of(key)), "publisher", RecordDigest(digest(key, value), f"payload of {feed}"))
    for topic in WALK:
        log.walk(topic)
    for topic in WALK:
        found.topics[topic] = log.tally(topic)
    found.account, found.ticks, found.trimmed = log.account(), log.ticks, _trimmed(connection)
    found.hanging = _hanging(connection)
    _states(connection, log, found)
    _ends(log, expected, found)
    return found


def count_room(connection: Connection, room: str) -> CountResult:
    """The same for one room and what is in its input."""
    found, log = CountResult(), _Log(connection, [room])
    topics = ROOMS[room].source, *ROOMS[room].writes, dead.TOPIC
    for topic in topics:
        log.walk(topic)
    found.topics = {topic: log.tally(topic) for topic in topics[1:]}
    found.hanging = _hanging(connection)
    return found


class _Log:
    """All topics, read in the order of the walk: the records that are there, and those that a replay expects."""

    def __init__(self, connection: Connection, rooms: Collection[str] = tuple(ROOMS)) -> None:
        self.connection = connection
        self.expected: dict[Place, dict[str, list[RecordDigest]]] = defaultdict(lambda: defaultdict(list))
        self.found: dict[Place, list[RecordDigest]] = defaultdict(list)
        self.shards = {
            (spec.name, partition): Shard(spec.make(Options()), partition)
            for spec in ROOMS.values()
            if spec.name in rooms
            for partition in range(TOPICS[spec.source].partitions)
        }
        self.ends: dict[str, dict[str, Any]] = {}  # dispatch id -> its last record in wire.enriched
        self.ticks = 0
        self.counter = AccountCounter()

    def expect(self, place: Place, source: str, digest: RecordDigest) -> None:
        self.expected[place][source].append(digest)

    def walk(self, topic: str) -> None:
        """Read a topic to its end, and replay the room that reads it."""
        for record in read_topics(self.connection, [topic]):
            self._note(record)
            for spec in ROOMS.values():
                shard = self.shards.get((spec.name, record.position.partition))
                if spec.source == topic and shard:
                    self._replay(shard, record)

    def _note(self, record: Record) -> None:
        topic, partition, _ = record.position
        if record.type == RecordType.TICK or is_of_a_person(record):  # no room's output
            self.ticks += record.type == RecordType.TICK
            return
        headers = () if topic == RAW else record.headers  # the publisher stamps them
        self.found[topic, partition].append(
            RecordDigest(digest(record.key, record.value, headers), str(record.position))
        )
        self._count(record)

    def _count(self, record: Record) -> None:
        """Law 1; and the last record of each dispatch."""
        self.counter.count(record)
        if record.position.topic == ENRICHED:
            item = orjson.loads(record.value)
            self.ends[item["dispatch"]["id"]] = item

    def _replay(self, shard: Shard, record: Record) -> None:
        source = f"{shard.room.name}/{shard.partition}"
        for number, out in enumerate(shard.step(record).outputs):
            assert out.partition is not None
            expected = RecordDigest(
                digest(out.key, out.value, out.headers), f"{source}, output {number} of {record.position}"
            )
            self.expect((out.topic, out.partition), source, expected)

    def tally(self, topic: str) -> Tally:
        tally = Tally()
        for partition in range(TOPICS[topic].partitions):
            place = topic, partition
            one = compare(self.expected[place], self.found[place])
            one.first = [f"{topic}/{partition} {line}" for line in one.first]
            tally.add(one)
        return tally

    def account(self) -> Account:
        return self.counter.account(shard.state for (name, _), shard in self.shards.items() if name == "resolve")


def _resolve_state(state: ResolveState) -> object:
    kept = {name: chain for name, (_, chain) in state.kept.items()}
    tables = [sorted(table.items()) for table in (state.names, state.due, state.lags)]
    return state.now_ms, state.broker_ms, state.withheld, state.held_count, list(state.recent.items()), kept, tables


def _dedupe_state(state: DedupeState) -> object:
    ledgers = [[(row.value, row.caused_at) for row in ledger.rows()] for ledger in (state.killed, state.corrected)]
    return state.now_ms, list(state.window.canonical()), ledgers


def _tag_state(state: TagState) -> object:
    from pipeline.tag.digest import digest as of_tag

    for row in state.killed.rows():
        state.killed.put(row.value.dispatch, row.value, row.caused_at, 0)
    return of_tag(state)


# All that a decision can depend on, for the rooms whose digest also has the offset of the journal record that last
# repeated it: a carry changes that, and the replay carries nothing.
STATES: dict[str, Callable[[Any], object]] = {
    "resolve": _resolve_state,
    "dedupe": _dedupe_state,
    "tag": _tag_state,
}


def _known(room: str, shard: Shard) -> object:
    return STATES.get(room, shard.room.digest)(shard.state)


def _states(connection: Connection, log: _Log, found: CountResult) -> None:
    """A state rebuilt from the trimmed journal must be the replayed one, at the same position."""
    for room in ROOMS:
        for partition, restored in controls.shards(connection, room).items():
            replayed = log.shards[room, partition]
            if restored.position != replayed.position:
                found.states.append(
                    f"{room}/{partition}: the journal ends at {restored.position}, its input at {replayed.position}"
                )
            elif _known(room, restored) != _known(room, replayed):
                found.states.append(f"{room}/{partition}: the journal gives another state than the replay")


def _trimmed(connection: Connection) -> dict[str, int]:
    """How many journal offsets of each room were deleted."""
    journals = {
        room: [
            TopicPartition(journal_topic(room), number) for number in range(TOPICS[journal_topic(room)].partitions)
        ]
        for room in ROOMS
    }
    consumer = KafkaConsumer(**connection.arguments())
    try:
        return {room: sum(consumer.beginning_offsets(partitions).values()) for room, partitions in journals.items()}
    finally:
        consumer.close()


def _hanging(connection: Connection) -> list[str]:
    """Where a read_committed reader stops before the end: the workers have ended, so no transaction may be open."""
    partitions = [
        TopicPartition(topic.name, number) for topic in TOPICS.values() for number in range(topic.partitions)
    ]
    ends = []
    for isolation in ("read_uncommitted", "read_committed"):
        consumer = KafkaConsumer(**connection.arguments(), isolation_level=isolation)
        try:
            ends.append(consumer.end_offsets(partitions))
        finally:
            consumer.close()
    return [
        f"{one.topic}/{one.partition}: an open transaction from {ends[1][one]} to {ends[0][one]}"
        for one in partitions
        if ends[1][one] < ends[0][one]
    ]


def _ends(log: _Log, expected: Mapping[str, ExpectedEnd], found: CountResult) -> None:
    """Every dispatch: the last word of wire.enriched, and whether resolve holds it."""
    held = {
        chain.id
        for (name, _), shard in log.shards.items()
        if name == "resolve"
        for chain, _ in shard.state.held_items()
    }
    for dispatch, want in expected.items():
        is_ = outcome(log.ends.get(dispatch), dispatch in held)
        found.dispatches[is_.partition(" ")[0]] += 1
        if not is_ended(want, is_):
            found.ends.append(f"dispatch {dispatch}: must be {want.end} (version {want.version}), is {is_}")


def outcome(last: Mapping[str, Any] | None, is_held: bool) -> str:
    """What has become of a dispatch, in a word, and its version."""
    if last is None:
        return "held" if is_held else "nowhere"
    if last["pubStatus"] == "canceled":
        return "killed"
    if last["dispatch"].get("status") == "recalled":
        return "recalled"
    return f"{last['pubStatus']} {last['version']}"


def is_ended(want: ExpectedEnd, is_: str) -> bool:
    """Whether that is how it must end."""
    return (
        is_
        in {
            End.USABLE: {f"usable {want.version}", "recalled"},
            End.KILLED: {"killed"},
            End.HELD: {"held"},
            End.NOWHERE: {"nowhere"},
            End.GONE: {"nowhere", "killed"},
        }[want.end]
    )
