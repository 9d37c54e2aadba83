"""How each room is now, by the pages of its workers: those of this machine, or those that are named.

Unlike `wiredesk doctor` it reads no journal: a page needs no broker, so this works while Kafka is away, and a page
knows what only the worker knows, such as its lag over time.  The files beside the workers' scratch folders say
which workers there are, and how the last one ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from pipeline.runtime.local.deployment import read_page
from pipeline.runtime.metrics.lag import LagStatus
from pipeline.runtime.metrics.table import PREFIX
from pipeline.runtime.worker.register import LocalWorker
from pipeline.topology import ROOMS

AGE_SHARE = 0.95


class RoomState(StrEnum):
    """How a room is."""

    READY = "ready"
    BEHIND = "falls behind"  # ever more waits
    STALLED = "stalled"
    ERROR = "no connection"
    RECOVERING = "recovering"
    WAITING = "waiting"  # it starts, or has no partition
    SILENT = "silent"  # it lives, and its page does not answer
    NO_PAGE = "no page"
    STOPPED = "stopped"  # on request
    ENDED = "ended"
    ELSEWHERE = "not here"  # no worker of it has ever run on this machine


FINE = frozenset({RoomState.READY, RoomState.BEHIND, RoomState.ELSEWHERE})
OF_LAG = {
    LagStatus.ERROR: RoomState.ERROR,
    LagStatus.STALLED: RoomState.STALLED,
    LagStatus.WARNING: RoomState.BEHIND,
}  # the most urgent first
START_ALL = "`wiredesk up` starts all rooms (`--embedded`: the broker, too)"
REMEDIES = {
    RoomState.STALLED: "see its log; `wiredesk doctor` says what is wrong",
    RoomState.ERROR: "`wiredesk doctor` says why no broker answers it",
    RoomState.SILENT: "it starts, or is overloaded, or another process has its port: see its log",
    RoomState.NO_PAGE: "start it with WIREDESK_HEALTH_PORT set; `wiredesk up` gives each room a port",
    RoomState.STOPPED: START_ALL,
    RoomState.ENDED: f"`wiredesk doctor` says what is wrong; {START_ALL}",
    RoomState.WAITING: "it has just started, or the room has more workers than partitions",
}


@dataclass(frozen=True, slots=True)
class RoomStatus:
    """A line.  Figures are sums over its workers and partitions; None: not known."""

    room: str
    state: RoomState
    why: str = ""
    workers: int = 0
    partitions: int = 0  # open ones
    records: int | None = None
    died: int | None = None
    waiting: int | None = None
    age_seconds: float | None = None  # 95 % of the records were younger, since the start; a bound of the histogram
    held: int | None = None
    next_due_timestamp_seconds: float | None = None
    recovery_read: int = 0
    recovery_of: int = 0
    journal_bytes: int | None = None
    memory_bytes: int | None = None

    @property
    def is_fine(self) -> bool:
        """Whether nobody has to look."""
        return self.state in FINE

    @property
    def remedy(self) -> str:
        """What to do about it; empty where nothing is to be done."""
        return REMEDIES.get(self.state, "")

    def as_json(self) -> dict[str, Any]:
        """The members that `--json` shows."""
        names = [name for name in self.__slots__ if name != "state"]
        return {"state": self.state.value, "fine": self.is_fine} | {name: getattr(self, name) for name in names}


class Samples:
    """The samples of a room's pages."""

    def __init__(self, pages: Iterable[str]) -> None:
        self._by_name: dict[str, list[Sample]] = {}
        for page in pages:
            for family in text_string_to_metric_families(page):
                for sample in family.samples:
                    self._by_name.setdefault(sample.name, []).append(sample)

    def of(self, name: str, **labels: str) -> list[float]:
        """The values of a metric, without its prefix, that have these labels."""
        found = self._by_name.get(PREFIX + name, self._by_name.get(name, ()))
        return [each.value for each in found if labels.items() <= each.labels.items()]

    def total(self, name: str) -> int | None:
        """Their sum; None without any."""
        values = self.of(name)
        return round(sum(values)) if values else None

    def age_seconds(self) -> float | None:
        """The bound of the age below which AGE_SHARE of the records are; infinite above the last one."""
        buckets: dict[float, float] = {}
        for each in self._by_name.get(f"{PREFIX}age_seconds_bucket", ()):
            bound = float(each.labels["le"])
            buckets[bound] = buckets.get(bound, 0) + each.value
        count = max(buckets.values(), default=0)
        return next((bound for bound in sorted(buckets) if count and buckets[bound] >= AGE_SHARE * count), None)


def of_this_machine(workers: Sequence[LocalWorker]) -> Iterator[RoomStatus]:
    """Every room, by the workers that run or ran here."""
    for room in ROOMS:
        mine = [worker for worker in workers if worker.registered.room == room]
        alive = [worker for worker in mine if worker.is_alive]
        if not alive:
            yield _absent(room, mine)
            continue
        addresses = [worker.registered.page for worker in alive if worker.registered.page]
        if not addresses:
            yield RoomStatus(room, RoomState.NO_PAGE, "its worker has no health port", len(alive))
            continue
        pages = [read[1] for address in addresses if (read := metrics_of(address))]
        if pages:
            yield of_room(room, pages)
        else:
            yield RoomStatus(room, RoomState.SILENT, f"{addresses[0]} does not answer", len(alive))


def of_pages(addresses: Iterable[str]) -> Iterator[RoomStatus]:
    """The rooms whose workers have these pages; an address that does not answer as one of ours is left out."""
    pages: dict[str, list[str]] = {}
    for address in addresses:
        if read := metrics_of(address):
            pages.setdefault(read[0], []).append(read[1])
    yield from (of_room(room, found) for room, found in pages.items())


def metrics_of(address: str) -> tuple[str, str] | None:
    """The room and the text of a worker's metrics, by any address of its pages; None if it is no worker's."""
    base = address.removesuffix("/").removesuffix("/health").removesuffix("/ready").removesuffix("/metrics")
    body = read_page(f"{base}/metrics")
    text = (body or b"").decode("utf-8", "replace")
    try:
        found = Samples([text])._by_name.get(f"{PREFIX}ready", ())
    except ValueError:  # something else listens there
        return None
    return (found[0].labels.get("room", ""), text) if found else None


def of_room(room: str, pages: Sequence[str]) -> RoomStatus:
    """A room by the pages of its workers."""
    samples = Samples(pages)
    state = _state(samples)
    return RoomStatus(
        room,
        state,
        _WHY.get(state, ""),
        len(pages),
        samples.total("partition_open") or 0,
        samples.total("records_total"),
        samples.total("dead_records_total"),
        samples.total("lag_records"),
        samples.age_seconds(),
        samples.total("held_items"),
        min(samples.of("next_due_timestamp_seconds"), default=None),
        samples.total("recovery_read_offsets") or 0,
        samples.total("recovery_offsets") or 0,
        samples.total("journal_bytes"),
        samples.total("process_resident_memory_bytes"),
    )


_WHY: Mapping[RoomState, str] = {
    RoomState.STALLED: "work waits, and none was done for a minute",
    RoomState.ERROR: "a partition waits for a broker, or does not open",
    RoomState.WAITING: "it has no partition yet",
}


def _state(samples: Samples) -> RoomState:
    for status, state in OF_LAG.items():
        if any(samples.of("lag_status", status=status.value)):
            return state
    if any(samples.of("recovery_offsets")):
        return RoomState.RECOVERING
    if any(samples.of("ready")):
        return RoomState.READY
    if any(samples.of("partition_open")):  # it was open, and is acquired again: the connection was lost
        return RoomState.ERROR
    return RoomState.RECOVERING if samples.of("partition_open") else RoomState.WAITING


def _absent(room: str, workers: Sequence[LocalWorker]) -> RoomStatus:
    """A room without a living worker here."""
    if not workers:
        return RoomStatus(room, RoomState.ELSEWHERE, "no worker of it has run on this machine")
    last = workers[-1].registered
    if last.exit_code is None:
        return RoomStatus(room, RoomState.ENDED, "it was killed")
    state = RoomState.ENDED if last.exit_code else RoomState.STOPPED
    return RoomStatus(room, state, f"it ended with {last.exit_code}: {last.why}")
