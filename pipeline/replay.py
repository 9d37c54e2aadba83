"""The rooms in memory: the same ROOMS, the same shards, no broker.

Every record goes through all rooms before the next one, in the order of the broker's clock; a room gets
its ticks from the times of the log.  The result is the same, byte for byte, every time (docs/design/laws.md#law-2).
Live, rooms read the partitions side by side: feeds that arrive within the same second may interleave otherwise.
"""

from __future__ import annotations

from collections import Counter as Counts
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline import envelope
from pipeline.account import COUNTED, Account, Counter
from pipeline.captures import by_time
from pipeline.envelope import SOURCE, Headers, RecordType, source_of
from pipeline.items import instant
from pipeline.partitioner import partition_of
from pipeline.records import Out, Position, Record, Room
from pipeline.resolve.state import ResolveState
from pipeline.shard import Shard, Step, as_record, tick
from pipeline.topology import ROOMS, TOPICS, Options

ROOM_SOURCES = frozenset(source_of(f"wiredesk/{room}") for room in ROOMS)
EPOCH_MS = 1_641_168_000_000  # 2022-01-03T00:00:00Z: when plain files are taken to have arrived, a second apart


class NotReplayable(Exception):
    """The capture cannot be replayed; the message says why and what to do."""


@dataclass
class Replay:
    """All rooms over one log in memory.  `log` maps a topic to its records, in order of writing."""

    options: Options = field(default_factory=Options)
    rooms: tuple[str, ...] = tuple(ROOMS)
    makes_ticks: bool = True  # False: the captured ticks are replayed instead (rooms_from a later topic)
    log: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    shards: dict[tuple[str, int], Shard] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._readers: dict[str, list[Room[Any, Any]]] = defaultdict(list)  # source -> rooms
        for name in self.rooms:
            self._readers[ROOMS[name].source].append(ROOMS[name].make(self.options))
        self._next: dict[tuple[str, int], int] = defaultdict(int)
        self._due: dict[tuple[str, int], int] = {}

    def process(self, records: Iterable[Record]) -> None:
        """Replay records that arrive from outside, in the order given.

        Those of the first room's topic keep their offsets, as long as no tick of ours has it; those put between
        (controls) get the next one.
        """
        for record in records:
            self._make_ticks(record.timestamp_ms)
            topic, partition, offset = record.position
            if topic != ROOMS[self.rooms[0]].source or offset < self._next[topic, partition]:
                offset = self._next[topic, partition]
            self._walk(replace(record, position=Position(topic, partition, offset)))

    def pass_time(self, now_ms: int) -> None:
        """Let time pass until `now_ms`, without a record: whatever is due by then happens."""
        self._make_ticks(now_ms)

    def publish(self, out: Out, time_ms: int) -> Record:
        """Append a record at the end of its partition, as a producer would, and replay it."""
        partition = partition_of(out.key, TOPICS[out.topic].partitions) if out.partition is None else out.partition
        addressed = Out(out.topic, out.key, out.value, out.headers, partition)
        record = as_record(addressed, self._next[out.topic, partition], time_ms)
        self.process([record])
        return record

    def _walk(self, record: Record) -> None:
        """One record, and all that follows from it, room by room."""
        queue = deque([record])
        while queue:
            current = queue.popleft()
            place = current.position
            self._next[place.topic, place.partition] = place.offset + 1
            self.log[place.topic].append(current)
            for room in self._readers[place.topic]:
                queue.extend(self._append(out, current.timestamp_ms) for out in self._step(room, current).outputs)

    def _step(self, room: Room[Any, Any], record: Record) -> Step:
        key = room.name, record.position.partition
        if key not in self.shards:
            self.shards[key] = Shard(room, record.position.partition)
        shard = self.shards[key]
        step = shard.step(record)
        due_ms = shard.due_ms()
        if due_ms is None:
            self._due.pop(key, None)
        else:
            self._due[key] = due_ms
        return step

    def _append(self, out: Out, timestamp_ms: int) -> Record:
        assert out.partition is not None
        place = out.topic, out.partition
        record = as_record(out, self._next[place], timestamp_ms)
        self._next[place] += 1
        return record

    def _make_ticks(self, now_ms: int) -> None:
        """Wake every shard whose time has come before `now_ms`, earliest first."""
        while self.makes_ticks and (
            ready := sorted((due_ms, key) for key, due_ms in self._due.items() if due_ms <= now_ms)
        ):
            due_ms, (name, partition) = ready[0]
            before = sum(map(len, self.log.values()))
            self._walk(self._append(tick(name, partition, due_ms), due_ms))
            # Only the tick itself was appended.  One that wrote something may be due again, for the rest.
            wrote_nothing = sum(map(len, self.log.values())) == before + 1
            if self._due.get((name, partition)) == due_ms and wrote_nothing:
                raise AssertionError(f"a tick at {instant(due_ms)} left {name}/{partition} as due as before")


def replay_of_capture(records: Iterable[Record], options: Options) -> tuple[Replay, list[Record]]:
    """The replay of a capture, and the records for it, in order.

    It begins with the room that reads the capture's earliest topic of the walk; of the topics after that one, which
    the replay writes itself, it takes only the controls of people.  Raises NotReplayable.
    """
    captured = by_time(records)
    topics = {record.position.topic for record in captured}
    names = tuple(ROOMS)
    start = next((at for at, name in enumerate(names) if ROOMS[name].source in topics), None)
    if start is None:
        walk = ", ".join(spec.source for spec in ROOMS.values())
        raise NotReplayable(f"no room reads {', '.join(sorted(topics)) or 'an empty capture'}; rooms read {walk}")
    first = ROOMS[names[start]].source
    _refuse_two_logs(record.position for record in captured if record.position.topic == first)
    chosen = [record for record in captured if record.position.topic == first or is_of_a_person(record)]
    return Replay(options, names[start:], makes_ticks=start == 0), chosen


def is_of_a_person(record: Record) -> bool:
    """Whether it is a control that no room wrote."""
    return record.type == RecordType.CONTROL and record.header(SOURCE) not in ROOM_SOURCES


def _refuse_two_logs(positions: Iterable[Position]) -> None:
    """NotReplayable if two records have one position, so that they come from two logs."""
    twice = next((position for position, count in Counts(positions).items() if count > 1), None)
    if twice is not None:
        raise NotReplayable(
            f"two different records are {twice}: captures of two logs, or payloads beside a capture"
        )


def payload(feed: str, data: bytes, time_ms: int, headers: Headers = ()) -> Out:
    """A payload as a publisher sends it to wire.raw."""
    return Out("wire.raw", feed.encode(), data, (*envelope.payload_headers(feed, data, time_ms), *headers))


def account(replay: Replay) -> Account:
    """The account of a replay from wire.raw (law 1)."""
    counter = Counter()
    for topic in COUNTED:
        for record in replay.log[topic]:
            counter.count(record)
    return counter.account(_resolve_states(replay))


def planned(replay: Replay) -> int:
    """How many items are held at the end of a replay for nothing but a date of publication that lies ahead."""
    kept = (chain for state in _resolve_states(replay) for _, chain in state.kept.values())
    return sum(len(chain.held) for chain in kept if chain.planned)


def _resolve_states(replay: Replay) -> Iterator[ResolveState]:
    return (shard.state for (name, _), shard in replay.shards.items() if name == "resolve")
