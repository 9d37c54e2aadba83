"""A broken feed is set aside, the others flow, nothing is lost; and a bad version of ours still stops the room."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from walk import MINUTE_MS, START_MS, ninjs

from pipeline.dead import Letter
from pipeline.envelope import ROOM, RecordType, addressed_headers
from pipeline.items import Alert, Control, dump, read_control
from pipeline.normalise.deaths import FEED_DEAD_MAX, FEED_RECORDS, FeedDeaths
from pipeline.normalise.room import NormaliseRoom
from pipeline.partitioner import partition_of
from pipeline.records import Counted, Out, Position, Reason, Record
from pipeline.replay import Replay, account, payload
from pipeline.shard import BREAKER_DEAD_MAX, BREAKER_RECORDS, FeedBroken, Shard
from tests.examples import examples

BROKEN, HALF = b"{ no JSON", b'{"uri": "urn:a:1", "headline": ""}'
SAME = [name for number in range(200) if partition_of((name := f"feed-{number}").encode(), 4) == 0][:6]
ONE, OTHER = SAME[:2]


class Desk:
    """A shard of normalise, and what it wrote."""

    def __init__(self) -> None:
        self.shard = Shard(NormaliseRoom(), 0)
        self.journal: list[bytes] = []
        self.out: list[Out] = []

    def send(self, feed: str, data: bytes = BROKEN, count: int = 1) -> list[Out]:
        """Payloads of a feed; what the last one causes."""
        for _ in range(count):
            out = payload(feed, data, START_MS)
            outputs = self.step(out.key, out.value, out.headers)
        return outputs

    def control(self, **members: Any) -> list[Out]:
        """A control of an operator."""
        value = dump(Control.model_validate({"action": "resume", "who": "Ada", "why": "mended"} | members))
        return self.step(b"", value, addressed_headers(RecordType.CONTROL, "normalise", "control", "c", START_MS))

    def step(self, key: bytes, value: bytes, headers: Any) -> list[Out]:
        record = Record(Position("wire.raw", 0, self.shard.position + 1), key, value, headers, START_MS)
        step = self.shard.step(record)
        self.journal.append(step.journal)
        self.out += step.outputs
        return list(step.outputs)

    def rebuilt(self) -> Shard:
        """The shard out of its journal."""
        shard = Shard(NormaliseRoom(), 0)
        for value in self.journal:
            shard.restore(value)
        return shard

    @property
    def aside(self) -> list[str]:
        return [feed.feed for feed in self.shard.state.aside()]


def reasons(outputs: list[Out]) -> list[str]:
    """Of the letters among the outputs."""
    return [
        Letter(Record(Position("wire.dead", 0, 0), out.key, out.value, out.headers, 0)).reason
        for out in outputs
        if out.topic == "wire.dead"
    ]


@pytest.mark.parametrize("data", [BROKEN, HALF, b"[" + HALF + b"," + HALF + b"]"])
def test_a_broken_feed_is_set_aside_and_the_others_flow(data: bytes) -> None:
    """With one death too many; from then on its payloads are kept unread, whole, and the room goes on."""
    desk = Desk()
    desk.send(ONE, data, FEED_DEAD_MAX)
    assert desk.aside == []
    last = desk.send(ONE, data)
    assert desk.aside == [ONE]
    told = read_control(last[-1].value)
    assert (last[-1].topic, dict(last[-1].headers)[ROOM]) == ("wire.normalised", b"watch")
    assert (told.action, told.feed, told.who) == ("set-aside", ONE, "normalise")
    assert told.why.startswith(f"{FEED_DEAD_MAX + 1} of its last {FEED_RECORDS} payloads died")
    kept = desk.send(ONE, ninjs(), 3 * BREAKER_RECORDS)
    assert reasons(kept) == [Reason.SET_ASIDE.value]
    assert kept[0].value == ninjs()
    assert [out.topic for out in desk.send(OTHER, ninjs())] == ["wire.normalised"]


def test_as_many_living_payloads_keep_a_feed() -> None:
    """Half of the payloads may die; what lies further back is forgotten, and costs no memory."""
    desk = Desk()
    for _ in range(FEED_RECORDS):
        desk.send(ONE)
        desk.send(ONE, ninjs())
    assert desk.aside == []
    desk.send(ONE, ninjs(), FEED_RECORDS)
    assert len(desk.shard.state.feeds) == 0


def test_a_bad_version_of_ours_stops_the_room() -> None:
    """Where two feeds break, one after the other or in turn, the breaker of the room opens as it always did."""
    in_turn, in_order = Desk(), Desk()
    for _ in range(FEED_DEAD_MAX):
        in_turn.send(ONE)
        in_turn.send(OTHER)
    in_turn.send(ONE)
    with pytest.raises(FeedBroken):
        in_turn.send(OTHER)
    in_order.send(ONE, BROKEN, BREAKER_RECORDS)
    in_order.send(OTHER, BROKEN, FEED_DEAD_MAX)
    with pytest.raises(FeedBroken):
        in_order.send(OTHER)
    for desk in (in_turn, in_order):
        assert sum(desk.shard.recent) == BREAKER_DEAD_MAX + 1
        assert desk.rebuilt().is_breaker_open


def test_many_broken_feeds_among_many_sound_ones() -> None:
    """Four feeds that break beside enough sound copy are set aside each, and the room goes on."""
    desk = Desk()
    for _ in range(FEED_DEAD_MAX + 1):
        for feed in SAME[:4]:
            desk.send(feed)
        desk.send(SAME[4], ninjs(), 5)
    assert sorted(desk.aside) == sorted(SAME[:4])


def test_a_feed_is_resumed() -> None:
    """With a clean count, and watch is told; a second word, and one for a feed that flows, change nothing."""
    desk = Desk()
    desk.send(ONE, BROKEN, FEED_DEAD_MAX + 1)
    (told,) = desk.control(feed=ONE)
    assert (read_control(told.value).action, read_control(told.value).who) == ("resume", "Ada")
    assert desk.aside == []
    assert desk.control(feed=ONE) == desk.control(feed="never heard of") == desk.control(action="pin") == []
    desk.send(ONE, BROKEN, FEED_DEAD_MAX)
    assert desk.aside == []
    assert reasons(desk.control(feed=None)) == [Reason.BAD_CONTROL.value]
    assert reasons(desk.send("", ninjs())) == [Reason.NO_FEED.value]
    assert list(desk.rebuilt().recent) == list(desk.shard.recent)


def test_a_feed_is_forgotten() -> None:
    """Nothing is known of it any more, so that it is read if it comes back; watch is told, whatever was known."""
    desk = Desk()
    desk.send(ONE, BROKEN, FEED_DEAD_MAX + 1)
    for feed in (ONE, "never heard of"):
        (told,) = desk.control(action="forget", feed=feed)
        assert (read_control(told.value).action, read_control(told.value).feed) == ("forget", feed)
    assert desk.aside == []
    assert ONE not in desk.shard.state.feeds
    desk.send(ONE, BROKEN, FEED_DEAD_MAX)
    assert desk.aside == []
    assert reasons(desk.control(action="forget", feed=None)) == [Reason.BAD_CONTROL.value]
    assert desk.rebuilt().state.digest() == desk.shard.state.digest()


def test_a_feed_that_breaks_again_does_not_stop_the_room() -> None:
    """Who resumes it has looked at what died: that counts no more, however often it is resumed."""
    desk = Desk()
    for _ in range(5):
        desk.send(ONE, BROKEN, FEED_DEAD_MAX + 10)
        assert desk.aside == [ONE]
        desk.control(feed=ONE)
    assert len(desk.shard.recent) == 0


def test_what_is_sent_again_is_read() -> None:
    """The letters of a feed, sent again after it was resumed, give all of its items, in order."""
    replay = Replay(rooms=("normalise", "resolve", "watch"))
    for _ in range(FEED_DEAD_MAX + 1):
        replay.publish(payload(ONE, BROKEN, START_MS), START_MS)
    for number in range(5):
        replay.publish(payload(ONE, ninjs(f"item-{number}"), START_MS), START_MS + MINUTE_MS)
    assert not [record for record in replay.log["wire.normalised"] if record.type == RecordType.ITEM]
    headers = addressed_headers(RecordType.CONTROL, "normalise", "control", "c", START_MS)
    word = dump(Control(action="resume", feed=ONE, who="Ada", why="mended"))
    replay.publish(Out("wire.raw", b"", word, headers, 0), START_MS + MINUTE_MS)
    letters = [Letter(record) for record in replay.log["wire.dead"]]
    for letter in letters:
        if letter.reason == Reason.SET_ASIDE.value:
            assert letter.is_whole
            again = Out("wire.raw", letter.kept.key, letter.kept.value, letter.headers, letter.position.partition)
            replay.publish(again, START_MS + 2 * MINUTE_MS)
    items = [record for record in replay.log["wire.normalised"] if record.type == RecordType.ITEM]
    assert [f"item-{number}".encode() in record.value for number, record in enumerate(items)] == [True] * 5
    alarms = [Alert.model_validate_json(record.value) for record in replay.log["wire.alerts"]]
    assert [alarm.event for alarm in alarms] == ["feed-set-aside", "feed-recovered"]
    assert account(replay).dead == FEED_DEAD_MAX + 1 + 5


STEPS = st.lists(
    st.tuples(st.sampled_from(SAME[:3]), st.sampled_from([BROKEN, ninjs(), None]), st.sampled_from([1, 20, 45])),
    max_size=12,
)


@settings(max_examples=examples(40), deadline=None)
@given(STEPS)
def test_any_life_is_rebuilt_from_its_journal(steps: list[Any]) -> None:
    """State, position and the count of the breaker, also from a journal that was cut and carried."""
    desk = Desk()
    try:
        for feed, data, count in steps:
            if data is None:
                desk.control(feed=feed)
            else:
                desk.send(feed, data, count)
    except FeedBroken:
        assert desk.rebuilt().is_breaker_open
    living, rebuilt = desk.shard, desk.rebuilt()
    assert (rebuilt.position, rebuilt.applied, list(rebuilt.recent)) == (
        living.position,
        living.applied,
        list(living.recent),
    )
    assert rebuilt.room.digest(rebuilt.state) == living.room.digest(living.state)
    carried = Shard(NormaliseRoom(), 0)
    for value in living.carry(living.position + 1):
        carried.restore(value)
    assert carried.room.digest(carried.state) == living.room.digest(living.state)


def test_counts() -> None:
    """What the metrics show."""
    desk = Desk()
    desk.send(ONE, BROKEN, FEED_DEAD_MAX + 1)
    assert desk.shard.room.counts(desk.shard.state) == {Counted.FEEDS_SET_ASIDE: 1}
    assert not FeedDeaths("a", 0).is_known
