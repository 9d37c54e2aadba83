"""`wiredesk status` says what the pages say, in a line a room, and why a room has none."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import cli
from pipeline.cli.status import show_rooms
from pipeline.runtime.metrics.status import START_ALL, RoomState, RoomStatus, of_room, of_this_machine
from pipeline.runtime.worker.register import LocalWorker, Registered, registered, workers
from pipeline.settings import Settings
from pipeline.topology import ROOMS

READY = 'wiredesk_ready{room="tag"} 1\n'


def partition(number: int, **more: object) -> str:
    """The page's lines for a partition: metric, a label of its own where the name has one, value."""
    lines = []
    for name, value in more.items():
        metric, _, label = name.partition("__")
        own = {"lag_status": "status", "age_seconds_bucket": "le"}.get(metric)
        labels = f'room="tag",partition="{number}"' + (f',{own}="{label.replace("_", ".")}"' if own else "")
        lines.append(f"wiredesk_{metric}{{{labels}}} {value}\n")
    return "".join(lines)


@pytest.mark.parametrize(
    ("page", "state"),
    [
        ('wiredesk_ready{room="tag"} 0\n', RoomState.WAITING),
        (READY, RoomState.READY),
        (READY + partition(0, lag_status__ok=1), RoomState.READY),
        (READY + partition(0, lag_status__unknown=1), RoomState.READY),
        (READY + partition(0, lag_status__ok=1) + partition(1, lag_status__warning=1), RoomState.BEHIND),
        (READY + partition(0, lag_status__warning=1) + partition(1, lag_status__stalled=1), RoomState.STALLED),
        (READY + partition(0, lag_status__stalled=1) + partition(1, lag_status__error=1), RoomState.ERROR),
        (READY.replace(" 1", " 0") + partition(0, recovery_offsets=7), RoomState.RECOVERING),
        (READY.replace(" 1", " 0") + partition(0, partition_open=1, recovery_offsets=7), RoomState.RECOVERING),
        (READY.replace(" 1", " 0") + partition(0, partition_open=0, recovery_offsets=0), RoomState.RECOVERING),
        (READY.replace(" 1", " 0") + partition(0, partition_open=1, recovery_offsets=0), RoomState.ERROR),
        (READY + partition(0, partition_open=1, recovery_offsets=0), RoomState.READY),
    ],
)
def test_the_most_urgent_state_counts(page: str, state: RoomState) -> None:
    """Of all partitions of all workers."""
    found = of_room("tag", [page])
    assert found.state is state
    assert found.is_fine == (state in (RoomState.READY, RoomState.BEHIND))
    assert bool(found.remedy) == (not found.is_fine and state is not RoomState.RECOVERING)


def test_figures_are_sums_over_partitions_and_workers() -> None:
    """Of ages the share over all; of due times the first; what no page has is not known."""
    ages = {"age_seconds_bucket__0_5": 90, "age_seconds_bucket__1": 95, "age_seconds_bucket__+Inf": 100}
    pages = [
        READY + partition(0, partition_open=1, records_total=10, lag_records=3, next_due_timestamp_seconds=9e9),
        READY + partition(1, partition_open=1, records_total=5, next_due_timestamp_seconds=8e9, **ages),
    ]
    found = of_room("tag", pages)
    assert (found.workers, found.partitions, found.records, found.waiting) == (2, 2, 15, 3)
    assert (found.age_seconds, found.next_due_timestamp_seconds) == (1.0, 8e9)
    assert (found.held, found.died) == (None, None)


def ended(code: int | None) -> LocalWorker:
    start = Registered(
        app_id="a", room="tag", instance="i", client_id="c", pid=1, exit_code=code, why="the breaker"
    )
    return LocalWorker(start, is_alive=False)


@pytest.mark.parametrize(
    ("known", "state", "why"),
    [
        ([], RoomState.ELSEWHERE, "no worker of it has run on this machine"),
        ([ended(65)], RoomState.ENDED, "it ended with 65: the breaker"),
        ([ended(65), ended(None)], RoomState.ENDED, "it was killed"),
        ([ended(65), ended(0)], RoomState.STOPPED, "it ended with 0: the breaker"),
    ],
)
def test_a_room_without_a_worker(known: list[LocalWorker], state: RoomState, why: str) -> None:
    """How the last one ended."""
    found = {status.room: status for status in of_this_machine(known)}
    assert list(found) == list(ROOMS)
    assert (found["tag"].state, found["tag"].why) == (state, why)
    assert found["alert"].state is RoomState.ELSEWHERE


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """The address of a server that answers every question so."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def run(*arguments: str, folder: Path) -> Result:
    return CliRunner().invoke(cli.main, ["status", *arguments], env={"WIREDESK_STATE_DIR": str(folder)})


@pytest.mark.parametrize("path", ["", "/", "/health", "/ready", "/metrics"])
def test_a_named_page(path: str, tmp_path: Path) -> None:
    """Any address of a worker's pages will do; a line for people, an object for programs."""
    with answering((READY + partition(0, partition_open=1, lag_records=0)).encode()) as address:
        shown = run(address + path, folder=tmp_path)
        (line,) = run("--json", address + path, folder=tmp_path).stdout.splitlines()
    assert (shown.exit_code, shown.stdout.splitlines()[1].split()[:3]) == (0, ["tag", "ready", "1"])
    found = json.loads(line)
    assert (found["room"], found["state"], found["fine"], found["waiting"]) == ("tag", "ready", True, 0)


@pytest.mark.parametrize(
    "body", [b"", b"<h1>Not found</h1>", b"\xff\xfe", b"{}", b"up 1\n", b'wiredesk_ready{room="tag"'], ids=repr
)
def test_what_is_no_page_of_ours(body: bytes, tmp_path: Path) -> None:
    """It is refused in a sentence with the remedy, whatever answers."""
    with answering(body) as address:
        refused = run(address, folder=tmp_path)
    assert refused.exit_code == cli.EXIT_WRONG
    assert refused.stderr.startswith(f"{address} does not answer as a worker of Wiredesk; give the address")


def test_what_is_the_same_of_several_rooms_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    """After an orderly stop one line names the rooms and how to start them; another's end has a line of its own."""
    rooms = [
        RoomStatus(name, RoomState.STOPPED, "it ended with 0: stopped on request") for name in ("tag", "alert")
    ]
    show_rooms([*rooms, RoomStatus("route", RoomState.ENDED, "it was killed", next_due_timestamp_seconds=9e8)])
    assert capsys.readouterr().err.splitlines() == [
        f"tag, alert: it ended with 0: stopped on request → {START_ALL}",
        f"route: it was killed → `wiredesk doctor` says what is wrong; {START_ALL}",
        "route: the next notification is due at 1998-07-09 16:00:00 UTC by the broker's clock",
    ]


def test_no_worker_here(tmp_path: Path) -> None:
    """The sentence names the folder, which may be another one than that of the workers."""
    refused = run(folder=tmp_path)
    assert refused.exit_code == cli.EXIT_WRONG
    assert str(tmp_path) in refused.stderr
    assert "wiredesk up" in refused.stderr


@pytest.mark.parametrize(
    ("port", "state"), [(0, RoomState.NO_PAGE), (1, RoomState.SILENT)], ids=["no port", "nobody answers"]
)
def test_a_living_worker_whose_page_is_not_there(port: int, state: RoomState, tmp_path: Path) -> None:
    """It is told from one that has ended, with another remedy."""
    settings = Settings(state_dir=tmp_path, health_port=port)
    with registered(settings, "tag", "id"):
        found = {status.room: status for status in of_this_machine(workers(settings))}["tag"]
    assert (found.state, found.workers, found.is_fine) == (state, 1, False)
    assert "port" in found.remedy
