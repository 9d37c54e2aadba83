"""The demo's account: it takes the records of all topics, and counts where each item went and how long it took."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from pipeline.account import Account, Counter
from pipeline.dead import Letter
from pipeline.envelope import RecordType
from pipeline.items import Alert, Item, Relation, Story
from pipeline.records import Record
from pipeline.shard import Shard
from pipeline.topology import PARTITIONS, ROOMS, Options, journal_topic

TOPICS_WATCHED = (
    "wire.raw",
    "wire.normalised",
    "wire.enriched",
    "wire.stories",
    "wire.alerts",
    "wire.dead",
    journal_topic("resolve"),
    journal_topic("alert"),
)
EVENTS_MAX = 200  # of the stream, kept for the view
FOLDED = frozenset({Relation.EXACT, Relation.REPUBLISH, Relation.EXCERPT})


@dataclass
class Scoreboard:
    """The account while it is being made.  `expected`: how many payloads will be sent."""

    expected: int
    intro: str = ""  # what is sent, in a sentence
    raw: dict[tuple[int, int], int] = field(default_factory=dict)  # position in wire.raw -> append time, ms
    answered: set[tuple[int, int]] = field(default_factory=set)  # raw positions that became items or died
    counter: Counter = field(default_factory=Counter)
    items: deque[Item] = field(default_factory=lambda: deque(maxlen=EVENTS_MAX))
    headlines: dict[str, str] = field(default_factory=dict)  # dispatch id -> its latest headline
    repeats: dict[str, list[Item]] = field(default_factory=dict)  # dispatch id -> what repeats it
    stories: dict[str, Story] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    latencies_ms: list[float] = field(default_factory=list)
    once_held: set[str] = field(default_factory=set)  # item ids: their latency is their embargo
    duplicates: int = 0
    last_seen: float = 0.0
    settled: int = 0  # how many payloads had been sent when the rooms had last done everything
    failure: str = ""
    new: list[Item | Alert | Letter] = field(default_factory=list)  # since the view last looked

    def __post_init__(self) -> None:
        resolve, alert = (ROOMS[name].make(Options()) for name in ("resolve", "alert"))
        self._resolve = [Shard(resolve, partition) for partition in range(PARTITIONS)]
        self._alerted = [Shard(alert, partition) for partition in range(PARTITIONS)]
        self._enriched_ends: dict[int, int] = {}  # partition -> last offset seen
        self._take = {
            "wire.raw": self._raw,
            "wire.normalised": self._normalised,
            "wire.enriched": self._enriched,
            "wire.stories": self._story,
            "wire.alerts": self._alert,
            "wire.dead": self._dead,
            journal_topic("resolve"): self._journal,
            journal_topic("alert"): self._alert_journal,
        }

    def take(self, record: Record, now: float) -> None:
        """Count a record that was seen at `now`, seconds since 1970."""
        self.last_seen = now
        self._now = now
        self.counter.count(record)
        self._take[record.position.topic](record)

    @property
    def account(self) -> Account:
        """Where every item went so far."""
        return self.counter.account(shard.state for shard in self._resolve)

    @property
    def complete(self) -> bool:
        """Whether all was sent, and every item is accounted for (docs/design/laws.md#law-1)."""
        return self.settled == self.expected

    def settle(self, now: float) -> bool:
        """Whether the rooms have done everything so far, by `now`, seconds since 1970."""
        if (
            self.raw.keys() <= self.answered
            and self.account.balanced
            and not any(_is_due(shard, now) for shard in self._resolve)
            and all(self._alerted[p].position >= end for p, end in self._enriched_ends.items())
        ):
            self.settled = len(self.raw)
            return True
        return False

    def percentile_ms(self, share: float) -> float:
        """A percentile of publish to enriched, milliseconds; as seen by a read_committed reader."""
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def _raw(self, record: Record) -> None:
        self.raw[record.position.partition, record.position.offset] = record.timestamp_ms

    def _normalised(self, record: Record) -> None:
        if record.type == RecordType.ITEM:
            wire = Item.model_validate_json(record.value).wire
            self.answered.add((wire.partition, wire.offset))

    def _enriched(self, record: Record) -> None:
        item = Item.model_validate_json(record.value)
        self._enriched_ends[record.position.partition] = record.position.offset
        if item.headline:
            self.headlines[item.dispatch.id] = item.headline
        if not item.is_partial:
            sent_ms = self.raw.get((item.wire.partition, item.wire.offset))
            if sent_ms is not None and item.dispatch.item not in self.once_held:
                self.latencies_ms.append(self._now * 1000 - sent_ms)
        duplicate = item.duplicate
        if duplicate and duplicate.relation in FOLDED and not item.is_partial:
            self.duplicates += 1
            self.repeats.setdefault(duplicate.of or "", []).append(item)
        else:
            self.items.append(item)
        self.new.append(item)

    def _story(self, record: Record) -> None:
        story = Story.model_validate_json(record.value)
        self.stories[story.id] = story

    def _alert(self, record: Record) -> None:
        if record.type != RecordType.ALERT:  # a tick or control for route
            return
        alert = Alert.model_validate_json(record.value)
        self.alerts.append(alert)
        self.new.append(alert)

    def _dead(self, record: Record) -> None:
        letter = Letter(record)
        self.letters.append(letter)
        self.new.append(letter)
        if letter.position.topic == "wire.raw":
            self.answered.add((letter.position.partition, letter.position.offset))

    def _journal(self, record: Record) -> None:
        shard = self._resolve[record.position.partition]
        shard.restore(record.value)
        self.once_held.update(held.item for _, held in shard.state.held_items())

    def _alert_journal(self, record: Record) -> None:
        self._alerted[record.position.partition].restore(record.value)


def _is_due(shard: Shard, now: float) -> bool:
    """Whether the room's owner is about to be woken, as for the end of an embargo."""
    due_ms = shard.due_ms()
    return due_ms is not None and due_ms <= now * 1000
