"""A shard: one record in, everything that follows from it out, and back again from the journal."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2 as kafkas_murmur2

from pipeline import dead
from pipeline.dead import Letter
from pipeline.machine import MachineFailed
from pipeline.partitioner import murmur2, partition_of
from pipeline.records import JOURNAL_BYTES_MAX, Decision, Out, Position, Reason, Record, Rejected, Room
from pipeline.shard import (
    BARRIER,
    BREAKER_DEAD_MAX,
    BREAKER_RECORDS,
    JOURNAL_VERSION,
    RECORD_OVERHEAD_BYTES,
    FeedBroken,
    JournalKind,
    Shard,
    UnknownJournal,
    as_record,
    tick,
)
from pipeline.topology import TOPICS


class RepeatedWord(msgspec.Struct, frozen=True, array_like=True):
    """What the room of these tests remembers."""

    word: str


@dataclass
class Words:
    """All words so far."""

    said: list[tuple[int, str]] = field(default_factory=list)


class RepeatRoom(Room[Words, RepeatedWord]):
    """Repeats each word.

    It rejects `bad`, fails on `bug`, writes too much for `big` and to a topic that is not its own for `elsewhere`.
    """

    name = "resolve"
    change_type = RepeatedWord

    def open(self) -> Words:
        return Words()

    def on_item(self, state: Words, record: Record) -> Decision[RepeatedWord]:
        word = record.value.decode()
        if word == "bad":
            raise Rejected(Reason.MALFORMED, "it is bad")
        if word == "bug":
            raise ZeroDivisionError("tripped")
        size = 2_000_000 if word == "big" else 1
        topic = "wire.alerts" if word == "elsewhere" else "wire.resolved"
        return Decision(RepeatedWord(word), (Out(topic, b"en", record.value * size),))

    def apply(self, state: Words, change: RepeatedWord, offset: int) -> None:
        state.said.append((offset, change.word))


def record(offset: int, word: str) -> Record:
    headers = (("ce_type", b"wire.item"), ("x", b"1"))
    return Record(Position("wire.normalised", 2, offset), b"norden", word.encode(), headers, 0)


def test_what_follows_from_a_record() -> None:
    """The output has the partition of its key, and the journal alone rebuilds state and position."""
    shard, rebuilt = Shard(RepeatRoom(), 2), Shard(RepeatRoom(), 2)
    for offset, word in ((3, "one"), (7, "two")):
        step = shard.step(record(offset, word))
        assert [(out.topic, out.partition) for out in step.outputs] == [("wire.resolved", partition_of(b"en"))]
        rebuilt.restore(step.journal)
    assert (rebuilt.state, rebuilt.position) == (shard.state, 7)


@pytest.mark.parametrize(
    ("word", "reason"),
    [("bad", Reason.MALFORMED), ("bug", Reason.BUG), ("big", Reason.TOO_LARGE), ("elsewhere", Reason.BUG)],
)
def test_dead_letters(word: str, reason: Reason) -> None:
    """What cannot be used goes to wire.dead whole, with reason and position; state stays, progress does not."""
    shard = Shard(RepeatRoom(), 2)
    step = shard.step(record(5, word))
    (letter,) = step.outputs
    headers = dict(letter.headers)
    assert (letter.topic, letter.partition, letter.value) == ("wire.dead", 2, word.encode())
    assert headers["dead-reason"] == reason.value.encode()
    assert (headers["dead-topic"], headers["dead-partition"], headers["dead-offset"]) == (
        b"wire.normalised",
        b"2",
        b"5",
    )
    assert Letter(as_record(letter, 0, 0)).headers == record(5, word).headers
    rebuilt = Shard(RepeatRoom(), 2)
    rebuilt.restore(step.journal)
    assert (rebuilt.state, rebuilt.position, sum(rebuilt.recent)) == (shard.state, 5, 1)


@dataclass
class Sized(RepeatRoom):
    """Writes one output and one change of given sizes."""

    out: Out
    word: str = ""

    def on_item(self, state: Words, record: Record) -> Decision[RepeatedWord]:
        return Decision(RepeatedWord(self.word), (self.out,))


ID_BYTES = len("ce_id" + "resolve/2/5/0")
ALLOWED = TOPICS["wire.resolved"].max_message_bytes - RECORD_OVERHEAD_BYTES - ID_BYTES


@pytest.mark.parametrize(
    ("key", "value", "header"),
    [(2, ALLOWED - 2, None), (60, ALLOWED - 60, None), (2, ALLOWED - 22, (7, 13)), (2, ALLOWED - 22, (13, 7))],
)
def test_the_largest_output(key: int, value: int, header: tuple[int, int] | None) -> None:
    """Guard: key, value and headers all count.  As much as is allowed is written, a byte more dies."""
    headers = (("n" * header[0], b"v" * header[1]),) if header else ()
    for more, reason in ((0, None), (1, Reason.TOO_LARGE)):
        out = Out("wire.resolved", b"k" * key, b"v" * (value + more), headers)
        step = Shard(Sized(out), 2).step(record(5, "one"))
        assert (step.died and step.died.reason) == reason


def test_the_largest_change() -> None:
    """Guard: a change that the journal cannot hold kills its record; one that just fits does not."""
    out = Out("wire.resolved", b"k", b"v")
    longest = (
        JOURNAL_BYTES_MAX - RECORD_OVERHEAD_BYTES - len(RepeatRoom().encode(RepeatedWord("x" * 70_000))) + 70_000
    )
    for length, reason in ((longest, None), (longest + 1, Reason.TOO_LARGE)):
        step = Shard(Sized(out, "x" * length), 2).step(record(5, "one"))
        assert (step.died and step.died.reason) == reason


def test_a_huge_record_keeps_its_beginning() -> None:
    """Of a value above the limit the letter keeps the first 64 kB, its size and its hash."""
    value = b"x" * (dead.KEPT_BYTES_MAX + 1)
    large = Record(Position("wire.raw", 0, 0), b"norden", value, (), 0)
    letter = dead.letter("normalise", large, Rejected(Reason.TOO_LARGE, "too large"))
    assert (len(letter.value), dict(letter.headers)["dead-size"]) == (dead.CUT_BYTES, b"%d" % len(value))
    assert len(dict(letter.headers)["dead-sha256"]) == 64


def test_the_breaker() -> None:
    """After too many dead the shard takes nothing more, nor does a rebuilt one, until the breaker is reset."""
    shard, rebuilt = Shard(RepeatRoom(), 2), Shard(RepeatRoom(), 2)
    for offset in range(BREAKER_DEAD_MAX + 1):
        rebuilt.restore(shard.step(record(offset, "bad")).journal)
    for broken in (shard, rebuilt):
        with pytest.raises(FeedBroken, match=r"101 of the last 101 records died"):
            broken.step(record(1000, "fine"))
    rebuilt.restore(shard.reset_breaker())
    for each in (shard, rebuilt):
        assert each.step(record(1000, "fine")).died is None


def test_the_breaker_forgets() -> None:
    """Dead records that lie far enough back do not count."""
    shard = Shard(RepeatRoom(), 2)
    words = ["bad"] * BREAKER_DEAD_MAX + ["fine"] * BREAKER_RECORDS + ["bad"] * BREAKER_DEAD_MAX
    for offset, word in enumerate(words):
        shard.step(record(offset, word))
    assert shard.step(record(len(words), "fine")).died is None


@pytest.mark.parametrize("version", [1, 8, 10])
def test_an_unknown_journal_is_refused(version: int) -> None:
    """A journal of another version, older or newer, stops the start, and says which version is needed."""
    with pytest.raises(
        UnknownJournal, match=f"holds records of version {version}; this Wiredesk reads version {JOURNAL_VERSION}"
    ):
        Shard(RepeatRoom(), 2).restore(bytes([version]) + b"rest")


def test_a_barrier_is_the_same_in_every_version() -> None:
    """Guard: versions from 5 on write these bytes before they have read the journal, and all pass over them."""
    assert BARRIER == b"\x05\x93\x06\x00\xc4\x00"
    shard = Shard(RepeatRoom(), 2)
    shard.restore(BARRIER)
    assert (shard.position, shard.applied) == (-1, -1)


def test_the_numbers_of_the_journals_kinds() -> None:
    """Guard: they are written, so they are the format: another number is another JOURNAL_VERSION."""
    assert [(kind.name, int(kind)) for kind in JournalKind] == [
        ("DECIDED", 0),
        ("DIED", 1),
        ("CARRY", 2),
        ("RESET", 3),
        ("COMPLETE", 4),
        ("PASSED", 5),
        ("BARRIER", 6),
        ("UNTRIED", 7),
        ("CLEAN", 8),
    ]


def test_a_tick_is_a_record() -> None:
    """A tick carries the time that was due."""
    assert dict(tick("resolve", 1, 1_641_978_000_000).headers)["ce_type"] == b"wire.tick"


@given(st.binary(max_size=64))
def test_murmur2_is_kafkas(key: bytes) -> None:
    """Our partitioner is the one that kafka-python has from Kafka's Java client."""
    assert murmur2(key) == kafkas_murmur2(key) & 0xFFFFFFFF


def test_every_topic_has_the_same_partitions() -> None:
    """A shard keeps its number from room to room."""
    assert {topic.partitions for topic in TOPICS.values() if topic.name != "wire.feeds"} == {4}


class LastStays(RepeatRoom):
    """Needs its last change, whatever came after it."""

    def floor(self, state: Words, offset: int) -> int:
        return offset


def test_the_floor_counts_from_the_last_change() -> None:
    """Records that died changed nothing: the journal keeps the last one that did, before and after a restart."""
    shard, rebuilt = Shard(LastStays(), 2), Shard(LastStays(), 2)
    for offset, word in ((3, "one"), (5, "bad"), (6, "bad")):
        rebuilt.restore(shard.step(record(offset, word)).journal)
    assert (shard.floor(), rebuilt.floor()) == (3, 3)


@pytest.mark.parametrize("damaged", [b"", b"\xff\xff", b"\x93\x00\x03\xc4\x02\xff\xff"])
def test_a_damaged_record_is_refused(damaged: bytes) -> None:
    """Flipped bits are reported as damage, and change nothing."""
    shard = Shard(RepeatRoom(), 2)
    with pytest.raises(UnknownJournal, match="is damaged"):
        shard.restore(bytes([JOURNAL_VERSION]) + damaged)
    assert (shard.state, shard.position) == (Words(), -1)


@dataclass
class Failing(RepeatRoom):
    """Raises an error on every item."""

    error: Exception = field(default_factory=MemoryError)

    def on_item(self, state: Words, record: Record) -> Decision[RepeatedWord]:
        raise self.error


@pytest.mark.parametrize(
    ("error", "stops"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/tmp/model"), "free space"),
        (PermissionError(errno.EACCES, "Permission denied"), "the right"),
        (OSError(errno.EMFILE, "Too many open files"), "open files"),
        (FileNotFoundError(errno.ENOENT, "No such file"), "repair"),
        (MemoryError(), "more memory"),
        (ModuleNotFoundError("No module named 'nh3'"), "install"),
        (OSError(errno.EOVERFLOW, "Value too large for defined data type"), None),
        (OSError(errno.ENAMETOOLONG, "File name too long"), None),
        (ValueError("year 0 is out of range"), None),
        (RecursionError(), None),
    ],
    ids=repr,
)
def test_an_error_of_the_machine_stops_the_room(error: Exception, stops: str | None) -> None:
    """It is no dead letter, and the record is decided later; an error of a value is one."""
    shard = Shard(Failing(error), 2)
    if stops is None:
        assert (died := shard.step(record(5, "one")).died)
        assert died.reason is Reason.BUG
        return
    with pytest.raises(MachineFailed, match=stops):
        shard.step(record(5, "one"))
    assert (shard.position, len(shard.recent)) == (-1, 0)
    shard.room = RepeatRoom()
    assert shard.step(record(5, "one")).died is None


@dataclass
class Many(RepeatRoom):
    """Writes many outputs."""

    outputs: tuple[Out, ...] = ()

    def on_item(self, state: Words, record: Record) -> Decision[RepeatedWord]:
        return Decision(RepeatedWord("x"), self.outputs if record.value == b"many" else self.outputs[:1])


@pytest.mark.parametrize(
    ("count", "size", "dies"), [(32, 1_000_000, False), (34, 1_000_000, True), (20_001, 1, True)]
)
def test_what_a_record_may_cause(count: int, size: int, dies: bool) -> None:
    """Beyond the bounds of number and bytes the record dies, alone and whole; the next one is decided."""
    shard = Shard(Many((Out("wire.resolved", b"en", b"v" * size),) * count), 2)
    step = shard.step(record(5, "many"))
    assert (step.died is not None, len(step.outputs)) == (dies, 1 if dies else count)
    assert shard.step(record(6, "one")).died is None
