"""What the board says of itself to machines: it is ready while it serves, and its figures are what it did."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipeline.board.rows import ENRICHED
from pipeline.envelope import RecordType
from pipeline.runtime.board.figures import BoardFigures
from pipeline.runtime.board.reader import State
from pipeline.runtime.embedded.node import free_ports
from pipeline.runtime.local.deployment import ask
from pipeline.runtime.metrics.page import Page
from pipeline.runtime.metrics.status import RoomState, of_pages
from tests.board.conftest import Desk
from tests.board.records import item, record
from tests.waiting import SECONDS, eventually

REBUILDS = "wiredesk_board_rebuilds_total"


def figures(text: str) -> dict[tuple[str, str], float]:
    """The samples of a page that are the board's, by name and by the label that is their own."""
    return {
        (one.name, next((value for name, value in one.labels.items() if name != "room"), "")): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
        if one.labels.get("room") == "board"
    }


def shown(desk: Desk) -> dict[tuple[str, str], float]:
    return figures(Page(BoardFigures(desk.board).view).text().decode())


def test_the_figures_are_what_it_did(desk: Desk) -> None:
    """Items, decisions that were written and none that was refused, the state, how often the view was made anew."""
    desk.write(*(record(ENRICHED, 0, n, RecordType.ITEM, item(f"d{n}"), n) for n in range(3)))
    assert desk.do("hold", dispatch="d1").status_code == 303
    assert desk.do("kill", dispatch="d1", why="").status_code == 422
    desk.tell(State.BEHIND)
    desk.board.store.empty()
    desk.write(record(ENRICHED, 0, 0, RecordType.ITEM, item("d0"), 0))
    found = shown(desk)
    assert found[("wiredesk_ready", "")] == 1
    assert found[("wiredesk_board_kept_items", "")] == 1
    assert found[("wiredesk_board_file_bytes", "")] > 0
    assert found[(REBUILDS, "")] == 1
    assert {one: value for (name, one), value in found.items() if name == "wiredesk_board_state"} == {
        "live": 0,
        "loading": 0,
        "behind": 1,
        "away": 0,
    }
    assert {key: value for key, value in found.items() if key[0] == "wiredesk_board_decisions_total"} == {
        ("wiredesk_board_decisions_total", "hold"): 1
    }


@pytest.mark.parametrize("state", State)
def test_the_health_page(desk: Desk, state: State) -> None:
    """A board that serves is ready, whatever is with the broker; what is wrong is said."""
    desk.tell(state, "why", ("wire.alerts",))
    page = BoardFigures(desk.board).health()
    assert (page["status"], page["state"], page["detail"]) == ("ready", state, "why")
    assert page["missing"] == ("wire.alerts",)


@pytest.mark.parametrize("words", [(), ("--rebuild",)])
def test_a_process_with_a_health_port(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Without a broker it is ready and says that it is away; the image's own check passes; a rebuild is counted."""
    port = str(next(free_ports("127.0.0.1")))
    environment = os.environ | {
        "WIREDESK_STATE_DIR": str(tmp_path),
        "WIREDESK_BOOTSTRAP": "127.0.0.1:1",
        "WIREDESK_HEALTH_PORT": port,
    }
    (tmp_path / "board.sqlite").touch()
    command = [sys.executable, "-m", "pipeline.cli", "board", "--port", "0", *words]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    )
    try:
        assert process.stdout
        assert re.match(r"http://127\.0\.0\.1:\d+/login", process.stdout.readline())
        eventually(lambda: (ask(f"http://127.0.0.1:{port}/health") or {}).get("state") == "away")
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=SECONDS) as machine:
            assert machine.get("/ready").status_code == 200
            assert figures(machine.get("/metrics").text)[(REBUILDS, "")] == len(words)
        (status,) = of_pages([f"http://127.0.0.1:{port}"])
        assert (status.room, status.state) == ("board", RoomState.READY)
        probe = [sys.executable, "-m", "pipeline.probe"]
        assert subprocess.run(probe, env=environment, capture_output=True, check=False).returncode == 0
    finally:
        process.terminate()
        assert process.wait(SECONDS) == 0
        process.communicate()
