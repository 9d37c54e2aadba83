"""`wiredesk size`: every topic and room is counted, amounts grow with the load, and agree with measurements."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.runtime.sizing import BYTES, JOURNALS, SECONDS_OF_CPU, Load, disk, files, memory, needs, processor
from pipeline.services import SERVICES
from pipeline.topology import ROOMS, TOPICS

DAY = Load(20_000)


def test_everything_is_counted() -> None:
    """A topic or a room that is added has to be measured."""
    journals = {spec.journal for spec in ROOMS.values()}
    assert BYTES.keys() == TOPICS.keys() - journals
    assert SECONDS_OF_CPU.keys() == ROOMS.keys()
    assert [row.what for row in memory(DAY)] == [f"memory of {name}" for name in (*ROOMS, *SERVICES)]


@pytest.mark.parametrize("index", range(3), ids=["1", "10", "100"])
def test_it_adds_up_to_what_was_measured(index: int) -> None:
    """Without wire.raw, an item of the sample wires takes 14.1, 8.4 and 6.9 kB (docs/figures.md)."""
    total = sum(figures[index] for name, figures in BYTES.items() if name != "wire.raw") + JOURNALS[index]
    assert total == pytest.approx((14_100, 8_400, 6_900)[index], rel=0.03)


def test_amounts_follow_the_load() -> None:
    """Disk grows with items, bytes and replicas, memory up to its window, processor with the peak."""
    total = disk(DAY)[-1].amount
    assert disk(Load(20_000, replication=1))[-1].amount == pytest.approx(total / 3)
    assert disk(Load(20_000, item_bytes=2 * 1_764))[-1].amount == pytest.approx(total * 2)
    assert total < disk(Load(40_000))[-1].amount <= 2 * total
    view = [files(load)[0].amount for load in (Load(1_000), Load(2_000), Load(10**6), Load(10**7))]
    assert 2 * view[0] == view[1] < view[2] == view[3]
    tag = {load: memory(load)[list(ROOMS).index("tag")].amount for load in (DAY, Load(10**6), Load(10**7))}
    assert tag[DAY] < tag[Load(10**6)] == tag[Load(10**7)]
    assert sum(row.amount for row in processor(Load(20_000, peak=10.0))) == pytest.approx(
        2 * sum(row.amount for row in processor(DAY))
    )


def test_the_command_shows_all_rows() -> None:
    """As a table with its arithmetic, or as JSON."""
    shown = CliRunner().invoke(main, ["size", "20000"])
    assert shown.exit_code == 0, shown.output
    rows = [json.loads(line) for line in CliRunner().invoke(main, ["size", "20000", "--json"]).stdout.splitlines()]
    assert [row["what"] for row in rows] == [need.what for need in needs(DAY)]
    assert all(row["arithmetic"] in shown.stdout for row in rows)
