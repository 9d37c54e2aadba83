"""The tables of topics and rooms: a row is enough, and what is made of the rows agrees with the rooms."""

from __future__ import annotations

import census
import pytest
from walk import START_MS, ninjs

from pipeline.board import rows
from pipeline.replay import Replay, payload
from pipeline.services import SERVICES
from pipeline.topology import ROOMS, TOPICS, Options


@pytest.mark.parametrize("name", ROOMS)
def test_a_row_makes_its_room(name: str) -> None:
    """The class that a row names is the room of that name."""
    room = ROOMS[name].make(Options())
    assert room.name == name


@pytest.mark.parametrize("name", ROOMS)
def test_a_journal_has_the_partitions_of_its_source(name: str) -> None:
    """Every input partition has a journal partition of its own, which no retention deletes."""
    journal = TOPICS[ROOMS[name].journal]
    assert journal.partitions == TOPICS[ROOMS[name].source].partitions
    assert (journal.retention_ms, journal.compacted, journal.confidential) == (-1, False, True)


def test_rooms_may_share_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rooms that read one topic each see every record of it."""
    monkeypatch.setitem(ROOMS, "census", census.SPEC)
    replay = Replay(rooms=("normalise", "resolve", "census"))
    for number in range(2):
        replay.publish(payload("norden", ninjs(f"item-{number}"), START_MS + number), START_MS + number)
    assert {name for name, _ in replay.shards} == {"normalise", "resolve", "census"}
    assert len(replay.log["wire.resolved"]) == 2
    assert [record.value for record in replay.log["wire.alerts"]] == [b"1", b"2"]


def test_the_board_reads_what_its_row_says() -> None:
    """Its rights are those of the topics that its view is made of, and of the rooms that take its decisions."""
    spec = SERVICES["board"]
    journals = {room.journal for room in ROOMS.values()}
    resumed_from = {"wire.raw", "wire.dead"}  # what was kept of a feed that is resumed
    assert {*spec.reads} - journals == {*rows.TOPICS} | resumed_from
    assert set(spec.controls) <= {*ROOMS}
