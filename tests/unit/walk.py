"""For tests of resolve and the shard: a ninjs payload in one line, and rooms in memory that it passes through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from pipeline.envelope import TIME, TYPE, RecordType
from pipeline.items import Control, Item, dispatch_id, dump, instant
from pipeline.records import Out, Record, Room
from pipeline.replay import Replay, payload
from pipeline.shard import Step
from pipeline.topology import ROOMS

START = datetime(2022, 1, 12, 9, tzinfo=UTC)
START_MS = round(START.timestamp() * 1000)
MINUTE_MS = 60_000
FEED = "norden"


def ninjs(
    id_: str = "a", version: int = 1, body: str = "Talks began in Brussels on Wednesday.", **more: Any
) -> bytes:
    """A ninjs 3 payload; `at` is the minute of its versionCreated."""
    at = more.pop("at", version)
    item = {
        "uri": f"urn:norden:{id_}",
        "version": str(version),
        "versionCreated": instant(START_MS + at * MINUTE_MS).isoformat(),
        "language": "en",
        "headlines": [{"value": f"Talks begin in Brussels {id_}"}],
        "bodies": [{"value": body, "contentType": "text/plain"}],
        **more,
    }
    return orjson.dumps(item)


class JournallingReplay(Replay):
    """A replay that keeps what each shard writes to its journal."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.journals: dict[tuple[str, int], list[tuple[int, bytes]]] = defaultdict(list)

    def _step(self, room: Room[Any, Any], record: Record) -> Step:
        step = super()._step(room, record)
        self.journals[room.name, record.position.partition].append((record.position.offset, step.journal))
        return step


class Newsroom:
    """Rooms in memory, a minute between two payloads."""

    def __init__(self, *rooms: str, replay: Replay | None = None) -> None:
        self.replay = replay or Replay(rooms=rooms or ("normalise", "resolve"))
        self.minute = 10

    def send(self, data: bytes, feed: str = FEED) -> list[Item]:
        """Publish a payload; what came out of the last room because of it and of ticks before it."""
        return self._out(lambda now: self.replay.publish(payload(feed, data, now), now))

    def send_control(self, action: Any, id_: str = "a", who: str = "desk", feed: str = FEED) -> list[Item]:
        """Send an operator's control of a dispatch; what came out."""
        control = Control(action=action, dispatch=dispatch_id(feed, f"urn:norden:{id_}"), who=who, why="because")
        time = instant(START_MS + self.minute * MINUTE_MS).isoformat().encode()
        out = Out(
            "wire.normalised", feed.encode(), dump(control), ((TYPE, RecordType.CONTROL.encode()), (TIME, time))
        )
        return self._out(lambda now: self.replay.publish(out, now))

    def wait(self, minutes: int) -> None:
        """Let time pass; ticks come with the next payload."""
        self.minute += minutes

    @property
    def target(self) -> str:
        return ROOMS[self.replay.rooms[-1]].writes[0]

    @property
    def state(self) -> Any:
        """The state of resolve in the feed's partition."""
        return next(
            shard.state
            for (room, _), shard in self.replay.shards.items()
            if room == "resolve" and (shard.state.recent or shard.state.kept)
        )

    def records(self, topic: str | None = None) -> Iterator[Record]:
        return iter(self.replay.log[topic or self.target])

    def _out(self, act: Any) -> list[Item]:
        before = len(self.replay.log[self.target])
        act(START_MS + self.minute * MINUTE_MS)
        self.minute += 1
        return [Item.model_validate_json(record.value) for record in self.replay.log[self.target][before:]]
