"""The load: dispatches with updates, corrections and kills, and the end that each must have."""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from threading import Event

import orjson

from pipeline.items import dispatch_id, instant
from pipeline.runtime.publish.sources import RawPayload

from . import copy_text

FEEDS = ("harbour", "coastwire", "norden", "granite", "alpenpost")  # all four partitions of wire.raw
EMBARGO_SOON_SECONDS = (3, 20)  # ends within the run
EMBARGO_LATE_SECONDS = 86_400  # does not
TURNS_BETWEEN = (5, 150)  # payloads between two of a dispatch


class End(StrEnum):
    """The last state of a dispatch in wire.enriched."""

    USABLE = "usable"  # with its last version; or recalled, because what it repeats was killed
    KILLED = "killed"
    HELD = "held"  # nothing in wire.enriched, and resolve holds it
    NOWHERE = "nowhere"  # killed while held: nothing, and nothing is held
    GONE = "gone"  # killed around the end of its embargo: nowhere, or killed
    DEAD = "dead"  # no dispatch at all


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What happens to a dispatch, in order; `copy` is the same text as a new dispatch of another feed."""

    weight: int
    turns: tuple[str, ...]
    end: End


LIFECYCLES = (
    Lifecycle(38, ("new",), End.USABLE),
    Lifecycle(16, ("new", "update", "update"), End.USABLE),
    Lifecycle(8, ("new", "correction"), End.USABLE),
    Lifecycle(6, ("new", "update", "kill"), End.KILLED),
    Lifecycle(4, ("kill", "new"), End.KILLED),  # the kill is there first
    Lifecycle(5, ("new", "copy"), End.USABLE),
    Lifecycle(4, ("new", "copy", "kill"), End.KILLED),
    Lifecycle(4, ("new", "again"), End.USABLE),  # byte for byte
    Lifecycle(5, ("soon",), End.USABLE),
    Lifecycle(2, ("soon", "kill"), End.GONE),
    Lifecycle(2, ("late",), End.HELD),
    Lifecycle(2, ("late", "kill"), End.NOWHERE),
    Lifecycle(4, ("bad",), End.DEAD),
)
BAD = (b"", b"{broken", b"\xff\xfe\x00", b"[" * 5000, b'{"uri": "urn:x", "version": "1"}')


@dataclass(frozen=True, slots=True)
class ExpectedEnd:
    """The end of a dispatch, and the version that it ends with."""

    end: End
    version: str


@dataclass
class LoadDispatch:
    """One dispatch on its way through its lifecycle."""

    name: str
    feed: str
    language: str
    text: copy_text.CopyText
    lifecycle: Lifecycle
    version: int = 0
    urgency: int = 4
    last: bytes = b""


@dataclass
class DispatchLoad:
    """Payloads without end, until `stop` is set; then what has begun is brought to its end."""

    seed: int
    stop: Event = field(default_factory=Event)
    sent: list[tuple[str, bytes]] = field(default_factory=list)  # (feed, value), in order
    expected: dict[str, ExpectedEnd] = field(default_factory=dict)  # by dispatch id

    def __iter__(self) -> Iterator[RawPayload]:
        random, turn, number = Random(self.seed), 0, 0
        waiting: list[tuple[int, int, LoadDispatch, int]] = []  # (turn, number, story, which of its turns)
        while waiting or not self.stop.is_set():
            turn += 1
            if waiting and (waiting[0][0] <= turn or self.stop.is_set()):
                _, _, story, at = heapq.heappop(waiting)
            else:
                number, at = number + 1, 0
                story = self._begin(random, number)
            if at + 1 < len(story.lifecycle.turns):
                number += 1
                heapq.heappush(waiting, (turn + random.randint(*TURNS_BETWEEN), number, story, at + 1))
            feed, value = self._turn(random, story, story.lifecycle.turns[at])
            self.sent.append((feed, value))
            yield RawPayload(f"{story.name}/{at}", feed, value)

    def _begin(self, random: Random, number: int) -> LoadDispatch:
        (lifecycle,) = random.choices(LIFECYCLES, [lifecycle.weight for lifecycle in LIFECYCLES])
        language = random.choice(list(copy_text.PHRASES))
        name = f"urn:chaos:{self.seed}:{number}"
        text = copy_text.write(random, language)
        return LoadDispatch(
            name, random.choice(FEEDS), language, text, lifecycle, urgency=random.choice((1, 3, 4, 4, 5))
        )

    def _turn(self, random: Random, story: LoadDispatch, turn: str) -> tuple[str, bytes]:
        """The payload of this turn; notes what must become of its dispatch."""
        if turn == "bad":
            return story.feed, random.choice(BAD)
        if turn == "again":
            return story.feed, story.last
        if turn == "copy":
            feed = random.choice([feed for feed in FEEDS if feed != story.feed])
            return feed, self._write(story, turn, feed, f"{story.name}:copy", 1, ExpectedEnd(End.USABLE, "1"))
        # a kill that came first has the higher version: the dispatch behind it is the one it means
        story.version += 1
        version = 99 if turn == "kill" else story.version
        expected = ExpectedEnd(story.lifecycle.end, str(version))
        if turn in ("update", "correction"):
            extra = copy_text.write(random, story.language).sentences[0]
            story.text = copy_text.CopyText(story.text.headline, (*story.text.sentences, extra))
        story.last = self._write(story, turn, story.feed, story.name, version, expected)
        return story.feed, story.last

    def _write(
        self, story: LoadDispatch, turn: str, feed: str, name: str, version: int, expected: ExpectedEnd
    ) -> bytes:
        self.expected[dispatch_id(feed, name)] = expected
        return ninjs(story, turn, name, version, round(time.time() * 1000))


def ninjs(story: LoadDispatch, turn: str, name: str, version: int, now_ms: int) -> bytes:
    """The payload, ninjs 3."""
    random = Random(f"{name}/{version}")
    seconds = {"soon": random.randint(*EMBARGO_SOON_SECONDS), "late": EMBARGO_LATE_SECONDS}.get(turn)
    headline = f"CORRECTED-{story.text.headline}" if turn == "correction" else story.text.headline
    item = {
        "uri": name,
        "type": "text",
        "version": str(version),
        "versionCreated": instant(now_ms).isoformat(),
        "pubStatus": "canceled" if turn == "kill" else "usable",
        "language": story.language,
        "urgency": story.urgency,
        "headlines": [{"value": headline}],
        "bodies": []
        if turn == "kill"
        else [{"value": "\n\n".join(story.text.sentences), "contentType": "text/plain"}],
        **({"embargoedUntil": instant(now_ms + 1000 * seconds).isoformat()} if seconds else {}),
    }
    return orjson.dumps(item)
