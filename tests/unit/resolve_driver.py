"""For tests of resolve alone: items, controls and ticks in a line each; the test sets the broker's clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pipeline.envelope import RecordType, addressed_headers, forward, source_of
from pipeline.items import (
    Action,
    Control,
    Dispatch,
    Item,
    PubStatus,
    Signal,
    Text,
    Wire,
    dispatch_id,
    dispatch_uri,
    dump,
    instant,
    item_id,
)
from pipeline.records import Out, Record
from pipeline.replay import Replay
from pipeline.resolve.chain import Chain
from pipeline.resolve.state import ResolveState
from pipeline.shard import Step, tick

START_MS = 1_641_978_000_000  # 2022-01-12T09:00:00Z
MINUTE_MS = 60_000
FEED = "norden"
UNREADABLE = -1  # of `until`: an embargo without a time


class ResolveDriver(Replay):
    """Resolve in memory.  `minute` is the broker's clock; every record sent takes a minute."""

    def __init__(self) -> None:
        super().__init__(rooms=("resolve",), makes_ticks=False)
        self.minute = 10.0
        self.journal: dict[int, list[tuple[int, bytes]]] = defaultdict(list)

    def send(self, id_: str = "a", version: int | None = 1, **more: Any) -> list[Item]:
        """An item that arrives; what came out because of it, and of ticks before it."""
        ahead = more.pop("clock", 0.0)  # minutes by which the publisher's clock is ahead
        item = make_item(id_, version, **{"received_ms": self.now_ms(ahead), **more})
        headers = forward((), RecordType.ITEM, self.now_ms(ahead), source_of(item.wire.feed))
        return self.append(Out("wire.normalised", item.wire.feed.encode(), dump(item), headers))

    def control(self, action: str, id_: str = "a", feed: str = FEED, clock: float = 0.0) -> list[Item]:
        """An operator's control; `clock`: minutes by which the operator's clock is ahead."""
        control = Control(action=Action(action), dispatch=dispatch_id(feed, id_), who="A. Lind", why="because")
        headers = addressed_headers(RecordType.CONTROL, "resolve", "control", "c", self.now_ms(clock))
        return self.append(Out("wire.normalised", feed.encode(), dump(control), headers))

    def tick(self, due_minute: float | None = None) -> list[Item]:
        """A tick that the broker appends now, with any time of its own."""
        due_ms = self.now_ms() if due_minute is None else START_MS + round(due_minute * MINUTE_MS)
        found = []
        for partition in {partition for _, partition in self.shards}:
            found += self.append(tick("resolve", partition, due_ms))
        return found

    def append(self, out: Out) -> list[Item]:
        """Append a record, by the broker's clock; what came out."""
        before = len(self.log["wire.resolved"])
        self.publish(out, self.now_ms())
        self.minute += 1
        return [Item.model_validate_json(record.value) for record in self.log["wire.resolved"][before:]]

    def wait(self, minutes: float) -> None:
        self.minute += minutes

    def now_ms(self, ahead: float = 0.0) -> int:
        """The broker's clock; `ahead` of it, minutes."""
        return START_MS + round((self.minute + ahead) * MINUTE_MS)

    def chain(self, id_: str = "a", feed: str = FEED) -> Chain | None:
        shards = self.shards.values()
        return next((found for one in shards if (found := one.state.find(dispatch_id(feed, id_)))), None)

    def count(self) -> tuple[int, int, int]:
        """(held, withheld, dead) of all shards."""
        states = [shard.state for shard in self.shards.values()]
        held, withheld = sum(state.held_count for state in states), sum(state.withheld for state in states)
        return held, withheld, len(self.log["wire.dead"])

    def _step(self, room: Any, record: Record) -> Step:
        step = super()._step(room, record)
        self.journal[record.position.partition].append((record.position.offset, step.journal))
        return step


def chains(state: ResolveState) -> list[Chain]:
    """Everything that a state knows."""
    return [chain for table in (state.recent, state.kept) for _, chain in table.values()]


def make_item(
    id_: str = "a",
    version: int | None = 1,
    *,
    signals: Iterable[Signal] = (),
    status: PubStatus = PubStatus.USABLE,
    until: float | None = None,  # minute at which its embargo ends
    created: float | None = None,  # minute at which the agency wrote it
    planned: bool = False,  # its embargo is a date of publication
    published: bool = False,  # it has a date of publication that does not lie ahead
    names: tuple[str, ...] = (),
    text: str | None = None,
    feed: str = FEED,
    language: str = "en",
    received_ms: int = START_MS,
) -> Item:
    """An item as normalise makes it.  Its words, unless they are given, are `words <id> <version>`."""
    words = f"words {id_} {version}" if text is None else text
    marks = {*signals, *({Signal.EMBARGO} if until is not None else ())}
    is_dated = until not in (None, UNREADABLE)
    number = "1" if version is None else str(version)
    texts = (Text(value=words),) if words else ()
    return Item(
        uri=dispatch_uri(dispatch_id(feed, id_)),
        version=number,
        version_created=instant(received_ms),
        embargoed_until=instant(START_MS + round((until or 0) * MINUTE_MS)) if is_dated else None,
        first_created=instant(received_ms) if published else None,
        pub_status=status,
        language=language,
        headlines=texts,
        bodies=texts,
        ed_note=words or None,
        slugline=words or None,
        wire=Wire(
            feed=feed,
            format="ninjs",
            topic="wire.raw",
            partition=0,
            offset=0,
            sha256="",
            received=instant(received_ms),
        ),
        dispatch=Dispatch(
            id=dispatch_id(feed, id_),
            item=item_id(feed, id_, number, words.encode()),
            signals=tuple(sorted(marks)),
            names=names,
            number=version,
            created=None if created is None else instant(START_MS + round(created * MINUTE_MS)),
            planned=planned or None,
        ),
    )
