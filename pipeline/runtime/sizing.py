"""How much disk, memory and processor a load takes: arithmetic on figures that were measured (docs/figures.md).

Estimates are on the high side: compression is that of transactions as small as the load makes them, and windows are
taken to be full.  Left out: Kafka's own topics, indexes (1 to 2 %), and what the operating system needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.services import SERVICES
from pipeline.topology import DAY_MS, PARTITIONS, ROOMS, TOPICS, Topic

MEASURED_ITEM_BYTES = 1_764  # of a payload of the sample wires, in which all figures below were measured
DAY_SECONDS = 86_400
JOURNAL_DAYS = 14  # the longest window of a room; dedupe and tag keep 5 days
UNTRIMMED = 4 / 3  # a journal is trimmed when a quarter of it can go
WINDOW_ITEMS_MAX = 100_000 * PARTITIONS  # that dedupe and tag remember
HEADROOM = 1.5  # of disks: a full one stops everything


class Written(NamedTuple):
    """Bytes in the log for an item, with zstd, by the records of a transaction."""

    of_1: float
    of_10: float
    of_100: float


BYTES: Mapping[str, Written] = {  # python -m benchmarks disk
    "wire.raw": Written(1_040, 700, 530),
    "wire.normalised": Written(2_700, 1_900, 1_700),
    "wire.resolved": Written(2_600, 1_800, 1_600),
    "wire.deduped": Written(2_700, 1_600, 1_300),
    "wire.enriched": Written(1_400, 600, 500),
    "wire.stories": Written(500, 200, 130),
    "wire.alerts": Written(200, 100, 70),
    "wire.notifications": Written(130, 60, 45),
    "wire.deliveries": Written(0, 0, 0),  # without receivers; two records of 150 bytes for each delivery
    "wire.feeds": Written(5, 5, 5),  # two statuses of 400 bytes an hour for each feed, of which the latest stays
    "wire.dead": Written(50, 25, 15),
}
JOURNALS = Written(3_500, 2_100, 1_700)  # of all rooms together
STORIES_KEPT = 0.15  # of the items found a story, whose last snapshot stays for ever
SECONDS_OF_CPU = {
    "normalise": 0.00142,
    "resolve": 0.00009,
    "dedupe": 0.00036,
    "tag": 0.00059,
    "alert": 0.00015,
    "route": 0.00002,
    "deliver": 0.00001,
    "watch": 0.00005,
}
KAFKA_SHARE = 1.0  # of a broker beside the rooms: as much again, with transactions
STATE_BYTES = {"resolve": (927, 14), "dedupe": (5_000, 5), "tag": (6_400, 5)}  # of an item, and for how many days
FILES = {
    "board": (6_250, 7, 100_000)
}  # a service's file: bytes of an item, for how many days, at most so many items


@dataclass(frozen=True, slots=True)
class Load:
    """What comes in."""

    items_per_day: int
    item_bytes: int = MEASURED_ITEM_BYTES
    peak: float = 5.0  # the busiest minute, in times of the average
    replication: int = 3

    @property
    def peak_per_second(self) -> float:
        """Items a second in the busiest minute."""
        return self.items_per_day / DAY_SECONDS * self.peak

    def written(self, figures: Written) -> float:
        """Bytes in the log for one of these items: the more come at a time, the better they compress."""
        average = self.items_per_day / DAY_SECONDS
        figure = figures.of_1 if average < 20 else figures.of_10 if average < 200 else figures.of_100
        return figure * self.item_bytes / MEASURED_ITEM_BYTES


@dataclass(frozen=True, slots=True)
class Need:
    """One row: what it is, how it follows, how much.  `unit`: bytes or cores."""

    what: str
    arithmetic: str
    amount: float
    unit: str


def disk(load: Load) -> list[Need]:
    """The disk of each topic on all brokers together, and of all, with room to spare."""
    rows = [_topic(load, TOPICS[name], figures) for name, figures in BYTES.items()]
    each = load.written(JOURNALS) * UNTRIMMED
    rows.append(
        Need(
            "all journals",
            f"{each:,.0f} B x {load.items_per_day:,} a day x {JOURNAL_DAYS} days x {load.replication} replicas",
            each * load.items_per_day * JOURNAL_DAYS * load.replication,
            "bytes",
        )
    )
    total = sum(row.amount for row in rows)
    return [*rows, Need("disk, all brokers", f"the sum x {HEADROOM} to spare", total * HEADROOM, "bytes")]


def _topic(load: Load, topic: Topic, figures: Written) -> Need:
    each = load.written(figures)
    share, days, more = (
        (STORIES_KEPT, 365.0, f" x {STORIES_KEPT:g} stories an item, each year")
        if topic.retention_ms < 0
        else (1.0, topic.retention_ms / DAY_MS, "")
    )
    arithmetic = f"{each:,.0f} B x {load.items_per_day:,} a day x {days:g} days x {load.replication} replicas{more}"
    amount = each * load.items_per_day * days * load.replication * share
    return Need(topic.name, arithmetic, amount, "bytes")


def memory(load: Load) -> list[Need]:
    """The memory of a single worker of each room, with a full window, and of each service."""
    of_services = (
        Need(f"memory of {name}", f"{spec.memory_mb} MB, whatever the load", spec.memory_mb * 1e6, "bytes")
        for name, spec in SERVICES.items()
    )
    return [*(_memory(load, room) for room in ROOMS), *of_services]


def files(load: Load) -> list[Need]:
    """The files of the services on their own disks."""
    found = []
    for name, (each, days, most) in FILES.items():
        items = min(load.items_per_day * days, most)
        arithmetic = (
            f"{each:,} B x {items:,} items of {days} days, at most {most:,}; twice while an erasure is done"
        )
        found.append(Need(f"file of {name}", arithmetic, each * items, "bytes"))
    return found


def _memory(load: Load, room: str) -> Need:
    base = ROOMS[room].memory_mb * 1e6
    if room not in STATE_BYTES:
        return Need(f"memory of {room}", f"{ROOMS[room].memory_mb} MB, whatever the load", base, "bytes")
    each, days = STATE_BYTES[room]
    items = load.items_per_day * days
    if room != "resolve":
        items = min(items, WINDOW_ITEMS_MAX)
    arithmetic = f"{ROOMS[room].memory_mb} MB + {each:,} B x {items:,} items of {days} days"
    return Need(f"memory of {room}", arithmetic, base + each * items, "bytes")


def processor(load: Load) -> list[Need]:
    """The cores of each room and of Kafka in the busiest minute."""
    rate = load.peak_per_second
    rows = [
        Need(
            f"processor of {room}", f"{seconds * 1000:.2f} ms x {rate:,.1f} items a second", seconds * rate, "cores"
        )
        for room, seconds in SECONDS_OF_CPU.items()
    ]
    total = sum(row.amount for row in rows)
    return [*rows, Need("processor of Kafka", "as much as the rooms", total * KAFKA_SHARE, "cores")]


def needs(load: Load) -> list[Need]:
    """Everything, in the order in which it is shown."""
    return [*disk(load), *files(load), *memory(load), *processor(load)]
