"""How the feeds are, as the topics say, and how one that was set aside is resumed."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import msgspec
from pydantic import ValidationError

from pipeline.connection import Connection
from pipeline.dead import Letter
from pipeline.envelope import SOURCE, RecordType, feed_of
from pipeline.items import Action, Control, FeedStatus
from pipeline.normalise.deaths import FeedDeaths, NormaliseChange, NormaliseState
from pipeline.records import LEDGER_PARTITION, Position, Reason, Room
from pipeline.runtime.ingest.ledger import way_in
from pipeline.runtime.kafka.controls import letters, send_again, send_control_to_all
from pipeline.runtime.kafka.reader import read_topics
from pipeline.shard import Shard
from pipeline.topology import ROOMS, TOPICS, journal_topic

FEEDS, ROOM = "wire.feeds", "normalise"
LEDGER = (FEEDS, LEDGER_PARTITION)
ANSWER_SECONDS = 60.0  # for normalise to read the control
POLL_SECONDS = 0.5


class NoAnswer(Exception):
    """normalise has not read the control in time."""


class NotAside(Exception):
    """The feed is not set aside."""


@dataclass(slots=True)
class FeedRow:
    """What the topics have of a feed."""

    status: FeedStatus | None = None  # None: watch has not heard of it
    way: str = ""  # how it comes in, if `wiredesk ingest` brings it
    dead: int = 0  # of its last FEED_RECORDS payloads, those that normalise could not read


class DeathsOnly(Room[NormaliseState, NormaliseChange]):
    """Stands in for normalise, whose models nobody needs here."""

    name = ROOM
    change_type = NormaliseChange

    def open(self) -> NormaliseState:
        return NormaliseState()

    def apply(self, state: NormaliseState, change: NormaliseChange, offset: int) -> None:
        state.apply(change, offset)


def feed_rows(connection: Connection) -> dict[str, FeedRow]:
    """All feeds that watch, ingest or normalise knows, by name; without the ledger of a million records.

    A feed of which nothing could be read is known to normalise alone.  Raises NoTopic and shard.UnknownJournal.
    """
    found: dict[str, FeedRow] = {}
    latest = {record.key: record for record in read_topics(connection, [FEEDS], skips=[LEDGER])}
    for record in latest.values():
        key = record.key.decode("utf-8", "replace")
        try:
            if record.type == RecordType.FEED:
                status = FeedStatus.model_validate_json(record.value)
                found.setdefault(status.feed, FeedRow()).status = status
            elif named := way_in(key, record.value):
                found.setdefault(named[0], FeedRow()).way = named[1]
        except (ValidationError, msgspec.MsgspecError):
            continue  # of a version that is not ours
    for state in _deaths(connection).values():
        for row in state.feeds.rows():
            found.setdefault(row.value.feed, FeedRow()).dead += row.value.dead
    return dict(sorted(found.items()))


def set_aside(connection: Connection) -> dict[int, dict[str, FeedDeaths]]:
    """The feeds that are set aside, by partition of wire.raw and name.  Raises NoTopic and shard.UnknownJournal."""
    return {number: {one.feed: one for one in state.aside()} for number, state in _deaths(connection).items()}


def _deaths(connection: Connection) -> dict[int, NormaliseState]:
    """What normalise remembers of feeds, by partition of wire.raw."""
    room = DeathsOnly()
    topic = journal_topic(ROOM)
    shards = {number: Shard(room, number) for number in range(TOPICS[topic].partitions)}
    for record in read_topics(connection, [topic]):
        shards[record.position.partition].restore(record.value)
    return {number: shard.state for number, shard in shards.items()}


def resume(connection: Connection, feed: str, who: str, why: str, answer_seconds: float) -> Iterator[Position]:
    """Have normalise read the feed again, then send what was kept of it; the position of each payload.

    Raises NotAside, and NoAnswer: then what was kept stays in wire.dead.
    """
    since = set_aside_since(connection, feed)
    if not since:
        raise NotAside
    _be_read_again(connection, feed, who, why, since, answer_seconds)
    yield from _send_kept(connection, feed, since, frozenset())


def go_on(
    connection: Connection,
    feed: str,
    who: str,
    why: str,
    since: Mapping[int, int],
    sent: Collection[Position],
    answer_seconds: float,
) -> Iterator[Position]:
    """Resume a feed that was set aside since then, wherever a crash ended it: of `sent` nothing is sent again.

    The position of each payload behind its being sent.  Raises NoAnswer.
    """
    if _is_aside(connection, feed, since):
        _be_read_again(connection, feed, who, why, since, answer_seconds)
    yield from _send_kept(connection, feed, since, sent)


def _be_read_again(
    connection: Connection, feed: str, who: str, why: str, since: Mapping[int, int], answer_seconds: float
) -> None:
    """Tell normalise to read the feed, and wait until it has heard that.  Raises NoAnswer."""
    end = time.monotonic() + answer_seconds
    control = Control(action=Action.RESUME, feed=feed, who=who, why=why)
    send_control_to_all(connection, ROOM, control, time.time_ns() // 1_000_000)
    time.sleep(POLL_SECONDS)
    while _is_aside(connection, feed, since):
        if time.monotonic() > end:
            raise NoAnswer
        time.sleep(POLL_SECONDS)


def _is_aside(connection: Connection, feed: str, since: Mapping[int, int]) -> bool:
    """Whether it is still set aside as it was then, in any partition."""
    return not set_aside_since(connection, feed).items().isdisjoint(since.items())


def _send_kept(
    connection: Connection, feed: str, since: Mapping[int, int], sent: Collection[Position]
) -> Iterator[Position]:
    """Send what was kept of it since then, but what was sent already; the position of each payload behind that."""
    kept = [letter for letter in letters(connection) if _is_kept(letter, feed, since)]
    for letter, _ in send_again(connection, [letter for letter in kept if letter.position not in sent]):
        yield letter.position


def set_aside_since(connection: Connection, feed: str) -> Mapping[int, int]:
    """The offset of the last payload of the feed that was read, by partition in which it is set aside."""
    found = {number: feeds[feed].aside_offset for number, feeds in set_aside(connection).items() if feed in feeds}
    return {number: offset for number, offset in found.items() if offset is not None}


def _is_kept(letter: Letter, feed: str, since: Mapping[int, int]) -> bool:
    """Whether it is a payload of the feed that was kept since it was set aside."""
    topic, partition, offset = letter.position
    if letter.reason != Reason.SET_ASIDE or topic != ROOMS[ROOM].source or offset <= since.get(partition, offset):
        return False
    source = dict(reversed(letter.headers)).get(SOURCE, b"")
    return (letter.kept.key or feed_of(source)).decode("utf-8", "replace") == feed
