"""The ledger of ingest: what is written is what is read, whatever the order of keys, and nothing tells a name."""

from __future__ import annotations

import asyncio
import os
import string
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.envelope import ID, SPEC_VERSION, TYPE, RecordType
from pipeline.ingest.contract import Incoming, Taken, key_of
from pipeline.ingest.folder import FolderConnector
from pipeline.ingest.folder_feed import FolderCursor, FolderFeed
from pipeline.ingest.push import PushConnector, PushFeed
from pipeline.records import Out
from pipeline.runtime.ingest import ledger as ledgers
from pipeline.runtime.ingest.ledger import PLACE, BeingForgotten, Ledger, UnreadableLedger, barriers_in
from pipeline.runtime.ingest.owner import Behind, LedgerOwner, TakenOver
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.log.port import ConnectionLost

CONNECTOR = FolderConnector(FolderFeed(folder="/wires"))
NAMES = st.text(string.ascii_letters + string.digits + "._-", min_size=1, max_size=20)
KEYS = st.integers(0, 8).map(lambda number: key_of(str(number)))
STEPS = st.lists(
    st.tuples(NAMES, st.lists(KEYS, max_size=4), st.lists(KEYS, max_size=2), st.none() | st.integers(0, 9)),
    max_size=12,
)


def taken(seen: list[bytes], forget: list[bytes], swept: int | None) -> Taken[Any, Any, Any]:
    forgotten = tuple(key for key in forget if key not in seen)
    return Taken(seen=tuple(seen), forget=forgotten, cursor=None if swept is None else FolderCursor(swept))


def contents(ledger: Ledger) -> dict[str, Any]:
    return {
        name: (ledger.known(name, CONNECTOR).cursor, dict(feed.seen))
        for name, feed in ledger.feeds.items()
        if feed.seen or feed.cursor
    }


@given(STEPS)
def test_memory_is_a_fold_of_the_records(steps: list[tuple[str, list[bytes], list[bytes], int | None]]) -> None:
    """What was written, read in a new process, also when each key has kept its last record alone, as after a
    compaction, is what the living one has."""
    living = Ledger()
    written: list[Out] = []
    for number, (name, seen, forget, swept) in enumerate(steps):
        living.known(name, CONNECTOR)
        entries = living.entries(name, "folder", taken(seen, forget, swept), 1_000 + number)
        written += entries
        for entry in entries:
            living.apply(entry.key, entry.value)
    compacted = {entry.key: entry for entry in written}
    for records in (written, list(compacted.values())):
        read = Ledger()
        for entry in records:
            read.apply(entry.key, entry.value)
        assert contents(read) == contents(living)


def test_a_record_is_an_event_and_tells_no_name() -> None:
    """CloudEvents whole; a key is the feed and a hash."""
    ledger = Ledger()
    ledger.known("meridian", CONNECTOR)
    (entry,) = ledger.entries("meridian", "folder", taken([key_of("file", "secret merger.xml")], [], None), 7)
    headers = dict(entry.headers)
    assert (headers[SPEC_VERSION], headers[TYPE]) == (b"1.0", RecordType.LEDGER.encode())
    assert headers[ID] == entry.key + b"@7"
    assert b"merger" not in entry.key + entry.value
    assert entry.key.startswith(b"meridian/seen/")


def test_another_way_in_begins_anew() -> None:
    """A feed whose folder became push has no cursor of a folder; what it has seen stays."""
    ledger = Ledger()
    ledger.known("a", CONNECTOR)
    for entry in ledger.entries("a", "folder", taken([b"1" * 16], [], 5), 7):
        ledger.apply(entry.key, entry.value)
    assert ledger.known("a", CONNECTOR).cursor == FolderCursor(5)
    known = ledger.known("a", PushConnector(PushFeed(push=True)))
    assert (known.cursor, dict(known.seen)) == (PushConnector(PushFeed(push=True)).open(), {b"1" * 16: 7})


def test_beyond_its_bound_the_oldest_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one met longest ago, which a later meeting makes younger."""
    monkeypatch.setattr(ledgers, "SEEN_MAX", 3)
    ledger = Ledger()
    one, two, three, four = (key_of(str(number)) for number in range(4))
    for number, key in enumerate([one, two, three, one, four]):
        ledger.known("f", CONNECTOR)
        for entry in ledger.entries("f", "folder", taken([key], [], None), number):
            ledger.apply(entry.key, entry.value)
    assert list(ledger.feeds["f"].seen) == [three, one, four]


HASH = b"0123456789abcdef" * 2
OTHERS = [
    *((name + b"/status", b"{}") for name in (b"a", b"a/cursor", b"a/seen", b"a/seen/" + HASH)),
    (b"a/seen/xy", b"{}"),
    (b"", b'{"barrier":{"instance":"x","run":"y"}}'),
    (b"x", b"\xff"),
    (b"\xff/z", b""),
]


@pytest.mark.parametrize(("key", "value"), OTHERS)
def test_records_of_others_are_passed_over(key: bytes, value: bytes) -> None:
    """The room watch has records there too."""
    ledger = Ledger()
    ledger.apply(key, value)
    assert not ledger.feeds


def test_a_step_without_anything_to_remember() -> None:
    """One that has payloads writes the cursor once more; one that has none writes nothing.

    Of a feed that is not known any more nothing can be written: a cursor without a value would stop it for good.
    """
    ledger = Ledger()
    push = PushConnector(PushFeed(push=True))
    ledger.known("a", push)
    with_payload: Taken[Any, Any, Any] = Taken(payloads=(Incoming("x", b"x"),))
    (entry,) = ledger.entries("a", "push", with_payload, 7)
    assert (entry.key, entry.value) == (b"a/cursor", b'{"kind":"push","cursor":{"swept_ms":0}}')
    assert ledger.entries("a", "push", Taken(), 7) == []
    ledger.apply(b"a/cursor", b"")
    with pytest.raises(AssertionError):
        ledger.entries("a", "push", with_payload, 8)
    ledger.known("a", push)
    assert ledger.entries("a", "push", with_payload, 9)[0].value == entry.value


def test_a_feed_that_is_being_forgotten() -> None:
    """Nothing is known of it, whatever marks come in between, until its cursor is gone; of any other all is."""
    ledger = Ledger()
    for name in ("a", "b"):
        ledger.known(name, CONNECTOR)
        for entry in ledger.entries(name, "folder", taken([key_of("1")], [], 3), 7):
            ledger.apply(entry.key, entry.value)
    before = ledger.known("a", CONNECTOR)
    begun = ledgers.forgetting_record("a", 8)
    for _ in range(2):
        ledger.apply(begun.key, begun.value)
        ledger.apply(b"a/seen/" + HASH, b"")
        with pytest.raises(BeingForgotten):
            ledger.known("a", CONNECTOR)
    assert ledger.remembered() == {"a", "b"}
    ended = ledgers.forgotten_record("a", 9)
    ledger.apply(ended.key, ended.value)
    after = ledger.known("a", CONNECTOR)
    assert (after.cursor, dict(after.seen)) == (FolderCursor(), {})
    assert after.seen is not before.seen
    assert ledger.remembered() == {"b"}
    assert ledger.known("b", CONNECTOR).cursor == FolderCursor(3)


@pytest.mark.parametrize(("key", "value"), [(b"a/seen/" + HASH, b"{"), (b"a/cursor", b"[]")])
def test_what_cannot_be_read_stops(key: bytes, value: bytes) -> None:
    """A record of ours that is damaged is no reason to take all of a feed again."""
    with pytest.raises(UnreadableLedger, match="cannot be read"):
        Ledger().apply(key, value)


def test_a_cursor_that_cannot_be_read_stops_its_feed() -> None:
    """A cursor of a later version, with another shape."""
    ledger = Ledger()
    ledger.apply(b"a/cursor", msgspec.json.encode({"kind": "folder", "cursor": {"swept_ms": "soon"}}))
    with pytest.raises(UnreadableLedger, match="the cursor of feed 'a'"):
        ledger.known("a", CONNECTOR)


def test_a_feed_is_forgotten_beside_its_owner() -> None:
    """Nothing is written before what somebody else wrote is read: the step is decided again, and knows nothing.

    An owner that writes nothing reads it at its next look; its own records are no reason to read anything.
    """

    async def run() -> None:
        log = MemoryLog()
        owner = LedgerOwner(log, "app", "one", 30)
        await owner.ensure()

        async def commit(number: int) -> None:
            await owner.ensure()
            owner.ledger.known("a", CONNECTOR)
            await owner.commit([], owner.ledger.entries("a", "folder", taken([key_of(str(number))], [], number), 7))

        async def forget() -> None:
            beside = await log.acquire("somebody")
            await beside.begin()
            await beside.produce([ledgers.record("a/cursor", b"", "a", 8)])
            await beside.commit()

        for number in range(3):
            await commit(number)
        assert owner.generation == 0
        await forget()
        with pytest.raises(Behind):
            await commit(3)
        assert await owner.ensure()
        assert (owner.generation, contents(owner.ledger)) == (1, {})
        await commit(4)
        assert contents(owner.ledger) == {"a": (FolderCursor(4), {key_of("4"): 7})}
        await forget()
        before = owner.generation
        await owner.look()
        assert contents(owner.ledger) == {}
        assert owner.generation == before + 1  # what was decided before it counts no more
        await owner.look()
        await commit(5)
        assert owner.generation == before + 1

    asyncio.run(run())


@pytest.mark.parametrize("beside", ["a", "b"])
def test_a_look_that_breaks_off(beside: str) -> None:
    """What it has read until then counts: nothing that was decided about a forgotten feed is written any more.

    Twin: a mark that nobody knows changes nothing, and what was decided still counts.
    """

    async def run() -> None:
        log = MemoryLog(page_records=1)
        owner = LedgerOwner(log, "app", "one", 30)
        await owner.ensure()
        owner.ledger.known("a", CONNECTOR)
        await owner.commit([], owner.ledger.entries("a", "folder", taken([key_of("1")], [], 1), 7))
        writer = await log.acquire("somebody")
        await writer.begin()
        forgets = (
            ledgers.forgetting_record("a", 8)
            if beside == "a"
            else ledgers.record("b/seen/" + "0" * 32, b"", "b", 8)
        )
        await writer.produce([forgets, forgets])
        await writer.commit()
        pages = 0

        async def breaks(name: str) -> None:
            nonlocal pages
            pages += name == "read"
            if pages == 3:  # behind a marker and the first of both
                raise ConnectionLost

        before, log.step = owner.generation, breaks
        with pytest.raises(ConnectionLost):
            await owner.look()
        assert not await owner.ensure()  # the ledger is ours, as before
        assert owner.generation - before == (beside == "a")
        assert bool(owner.ledger.feeds["a"].seen) == (beside == "b")

    asyncio.run(run())


@pytest.mark.parametrize(
    ("records", "is_news"),
    [
        ([ledgers.record("b/seen/" + "0" * 32, b"", "b", 8)], False),  # nobody knows it
        ([ledgers.record("a/seen/" + "0" * 32, b"", "a", 8)], False),
        ([ledgers.record("b/status", b"{}", "b", 8)], False),  # another's
        ([ledgers.record("a/seen/" + HASH.decode(), b"", "a", 8)], True),
        ([ledgers.record("a/seen/" + "0" * 32, b'{"met":8}', "a", 8)], True),
        ([ledgers.forgetting_record("a", 8)], True),
        ([ledgers.forgotten_record("a", 8)], True),
        ([ledgers.forgetting_record("b", 8), ledgers.forgotten_record("b", 8)], True),
    ],
)
def test_what_is_news(records: list[Out], is_news: bool) -> None:
    """What others wrote counts for what was decided before only if it changes what is known."""
    ledger = Ledger()
    ledger.apply(b"a/seen/" + HASH, b'{"met":7}')
    before = ledger.changes
    for one in records:
        ledger.apply(one.key, one.value)
    assert (ledger.changes > before) is is_news


def test_a_new_owner_reads_what_the_former_wrote() -> None:
    """All of it, up to its barrier, and the records of a transaction that it ended are not among it."""

    async def run() -> None:
        log = MemoryLog()
        first = LedgerOwner(log, "app", "one", 30)
        await first.ensure()
        first.ledger.known("a", CONNECTOR)
        entries = first.ledger.entries("a", "folder", taken([b"1" * 16], [], 3), 7)
        await first.commit([], entries)
        assert first.ownership.writer
        await first.ownership.writer.begin()
        first.ledger.known("a", CONNECTOR)
        await first.ownership.writer.produce(first.ledger.entries("a", "folder", taken([b"2" * 16], [], 4), 8))
        second = LedgerOwner(log, "app", "two", 30)
        assert await second.ensure()
        assert not await second.ensure()
        assert contents(second.ledger) == {"a": (FolderCursor(3), {b"1" * 16: 7})}

    asyncio.run(run())


@pytest.mark.parametrize(
    ("written", "named"),
    [
        (b'{"barrier":{"instance":"vm","run":"b","pid":7}}', "vm (process 7)"),
        (b'{"barrier":{"instance":"vm","run":"b"}}', "vm"),
    ],
)
def test_who_took_over_is_named(written: bytes, named: str) -> None:
    """Two processes of one machine have one instance: the process tells them apart. An older version wrote none."""
    (found,) = barriers_in([(b"", written), (b"a/cursor", b"{}")])
    assert found.owner == named
    assert f"the ingest of {named} has taken over" in str(TakenOver(found.owner))


def test_an_owner_names_its_process() -> None:
    """What it writes first has the process that an operator finds on the machine."""

    async def run() -> None:
        log = MemoryLog()
        owner = LedgerOwner(log, "app", "vm", 30)
        await owner.ensure()
        (bounds,) = await log.bounds(PLACE)
        pages = [page async for page in log.read(PLACE, bounds.start, bounds.end)]
        (found,) = barriers_in([(one.key, one.value) for page in pages for one in page])
        assert found.owner == f"vm (process {os.getpid()})"

    asyncio.run(run())
