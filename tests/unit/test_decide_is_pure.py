"""Law 8, for all rooms: deciding about a record changes nothing, not even for a moment, and is repeatable."""

from __future__ import annotations

import pickle
import random
from collections import Counter
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from walk import FEED, MINUTE_MS, START_MS, ninjs

from pipeline.dedupe.ring import Ring
from pipeline.dedupe.window import Window
from pipeline.envelope import TIME, TYPE, RecordType
from pipeline.items import Control, dispatch_id, dump, instant
from pipeline.ledger import Ledger
from pipeline.records import Out, Record, Rejected, Room
from pipeline.replay import Replay, payload
from pipeline.shard import Step
from pipeline.tag.index import Index
from pipeline.tag.label_members import LabelMembers
from pipeline.tag.state import TagState
from pipeline.topology import ROOMS
from pipeline.watch.state import WatchState

RECORDS = 150
WRITERS = tuple(  # what apply calls, and decide never
    (kind, name)
    for kind, names in {
        LabelMembers: ("add", "subtract"),
        Index: ("count_terms", "open_row", "close_row", "shift", "merge_rows", "place", "post"),
        TagState: ("apply",),
        Window: ("add", "expire"),
        Ring: ("post", "expire"),
        Ledger: ("put", "forget"),
        WatchState: ("apply",),
    }.items()
    for name in names
)
TOPICS = ("harbour ferry crew strike", "Snorby tunnel fire", "Vrandel bank fraud trial", "wheat harvest drought")
EXTRAS: list[dict[str, Any]] = [
    *[{}] * 8,
    {"pubStatus": "canceled"},
    {"edNote": "CORRECTION: corrects the number of boats"},
    {"edNote": "Embargoed until further notice"},
    {"edNote": "ADVISORY: HOLD the item until further notice"},
    {"language": "de"},
    {"urgency": 1},
]


def refuse(*_: object, **__: object) -> None:
    raise AssertionError("decide writes to its state")


class Watched(Replay):
    """Asks every room twice about every record, and compares the whole state before and after."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.asked = Counter[str]()

    def _step(self, room: Room[Any, Any], record: Record) -> Step:
        shard = self.shards.get((room.name, record.position.partition))
        if shard is not None:
            self._ask_twice(room, shard.state, record)
        return super()._step(room, record)

    def _ask_twice(self, room: Room[Any, Any], state: Any, record: Record) -> None:
        before, digest = pickle.dumps(state), room.digest(state)
        with ExitStack() as guards:
            for kind, name in WRITERS:
                guards.enter_context(patch.object(kind, name, refuse))
            try:
                first, second = room.decide(state, record), room.decide(state, record)
            except Rejected:
                return
        assert first == second, f"{room.name} decided twice on {record.position}"
        assert room.digest(state) == digest, f"{room.name} changed its state in decide"
        assert pickle.dumps(state) == before, f"{room.name} changed something in its state in decide"
        self.asked[room.name] += 1


def play(replay: Replay, seed: int) -> None:
    """A long stream: new texts, revisions, copies, kills, embargoes, holds and words of operators, at random."""
    dice, sent, now_ms = random.Random(seed), list[tuple[str, str, str]](), START_MS
    for number in range(RECORDS):
        now_ms += dice.choice([0, 1, 5, 600]) * MINUTE_MS
        if dice.random() < 0.05 and sent:
            replay.publish(control(dice, replay, now_ms), now_ms)
            continue
        feed = dice.choice([FEED, "meridian", "coastline"])
        text = body(dice)
        if sent and dice.random() < 0.4:  # a revision, or another outlet's copy
            name, _, earlier = dice.choice(sent)
            text = dice.choice([text, earlier])
        else:
            name = f"d{number}"
        if dice.random() < 0.3 and sent:
            text = dice.choice(sent)[2]
        sent.append((name, feed, text))
        data = ninjs(name, dice.randint(1, 4), text, at=number, **dice.choice(EXTRAS))
        replay.publish(payload(feed, data, now_ms), now_ms)


def body(dice: random.Random) -> str:
    words = dice.choice(TOPICS).split() * 6 + [f"word{dice.randint(0, 400)}" for _ in range(40)]
    dice.shuffle(words)
    return " ".join(["The", *words]) + "."


def control(dice: random.Random, replay: Replay, now_ms: int) -> Out:
    """A control of an operator for a dispatch, or of an editor for a story."""
    headers = ((TYPE, RecordType.CONTROL.encode()), (TIME, instant(now_ms).isoformat().encode()))
    stories = replay.log["wire.stories"]
    if stories and dice.random() < 0.5:
        story = dice.choice(stories)
        word = Control(action="pin", story=story.key.decode(), label="Pinned label", who="desk", why="style")
        return Out("wire.deduped", b"en", dump(word), headers, story.position.partition)
    action: Any = dice.choice(["hold", "release", "kill", "erase"])
    dispatch = dispatch_id(FEED, f"urn:norden:d{dice.randint(0, RECORDS)}")
    word = Control(action=action, dispatch=dispatch, who="desk", why="because")
    return Out("wire.normalised", FEED.encode(), dump(word), headers)


def test_decide_changes_nothing_and_decides_the_same_again() -> None:
    """The digest, and every array, list and dict of the state, are the same before and after; so is the answer."""
    with patch.multiple("pipeline.tag.index", FREQUENCY_SLOTS=1 << 12, CHAINS=1 << 10):  # quick to compare
        replay = Watched()
        play(replay, seed=1)
    assert set(replay.asked) == set(ROOMS)
    few = {"route", "deliver"}  # alerts, notifications and ticks
    assert min(replay.asked[room] for room in few) > 10
    assert min(count for room, count in replay.asked.items() if room not in few) > RECORDS // 2, replay.asked
    events = {record.value.partition(b'"event":"')[2][:6] for record in replay.log["wire.stories"]}
    assert {b"create", b"joined", b"update", b"killed", b"pinned"} <= events, events
