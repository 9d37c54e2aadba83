"""up: all rooms on this machine, with or without a broker of their own, in the terminal or in the background."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from rich.markup import escape

from pipeline import settings
from pipeline.cli import EXIT_SETTINGS, fail, reached, standard_streams
from pipeline.cli.bar import Bar, console, is_animated
from pipeline.cli.broker import FOLDER, refuse_other_port
from pipeline.cli.parameters import Whole, is_given
from pipeline.runtime.exit_codes import EXIT_FAILED
from pipeline.services import BOARD_EXTRA, BOARD_PORT
from pipeline.topology import ROOMS

if TYPE_CHECKING:
    from pipeline.runtime.local.deployment import LocalDeployment
    from pipeline.runtime.local.watched_broker import WatchedBroker

READY_SECONDS = 300  # of all rooms; a first start on a loaded machine takes half of it


@click.command()
@click.option("--embedded", is_flag=True, help="With the embedded broker, whose data stay in WIREDESK_STATE_DIR.")
@click.option("--port", type=Whole(1, 65535), default=9092, show_default=True, help="Of the embedded broker.")
@click.option(
    "--board", "with_board", is_flag=True, help=f"The board too, at port {BOARD_PORT}; prints its address."
)
@click.option("--reset-breaker", is_flag=True, help="Forget the records that died so far.")
@click.option("--detach", "-d", is_flag=True, help="In the background: return when all rooms are ready.")
@click.option("--ready-fd", type=int, hidden=True)
@click.pass_obj
def up(
    verbose: int,
    embedded: bool,
    port: int,
    with_board: bool,
    reset_breaker: bool,
    detach: bool,
    ready_fd: int | None,
) -> None:
    """Run all rooms, and start again what ends, until Ctrl-C.

    Topics that are missing are created; topics that differ from what they must be stop the start.
    `wiredesk ingest FILE` is not started: it needs a file of feeds, and only one may run (docs/feeds.md).
    With --detach it goes on in the background, with a log in WIREDESK_STATE_DIR, until `wiredesk down`; the exit
    code is 1 if by then a room is not ready, or the board has not started.
    """
    if is_given("port") and not embedded:
        raise click.UsageError("--port is the embedded broker's; add --embedded, or set WIREDESK_BOOTSTRAP instead")
    if ready_fd is not None:  # its log is on the disk of the broker that it has to start again
        standard_streams.outlive_full_disk()
    with ExitStack() as stack:
        bar = stack.enter_context(Bar())
        from pipeline.runtime.local.board import is_installed
        from pipeline.runtime.local.deployment import LocalDeployment, stop_on_signals

        if with_board and not is_installed():
            fail(BOARD_EXTRA, EXIT_SETTINGS)
        found = settings.load().made("state_dir", "cache_dir") if embedded else reached().made("state_dir")
        breaker = ("--reset-breaker",) if reset_breaker else ()
        if detach:
            broker = ("--embedded", "--port", str(port)) if embedded else ()
            _detach(bar, found.state_dir, verbose, *broker, *(("--board",) if with_board else ()), *breaker)
        _refuse_second(found)
        watched = stack.enter_context(_embedded_broker(found, port, bar)) if embedded else None
        if watched:
            found = settings.load(bootstrap=watched.broker.bootstrap)
        _prepare_topics(found, bar)
        has_broker = watched.keep_running if watched else lambda: True
        board_port = BOARD_PORT if with_board else None
        began, show_line = time.monotonic(), _print_line if is_animated(console) else None
        deployment = stack.enter_context(
            LocalDeployment(found, verbose, breaker, None, show_line, _print_event, bar, has_broker, board_port)
        )
        stop = stop_on_signals()
        address = _await_ready(deployment, began, stop, ready_fd)
        while not stop.wait(0.1):
            deployment.restart_ended()
            if deployment.board:
                address = _tell_address(deployment.board.said, address)
            if deployment.given_up:
                fail(f"{', '.join(deployment.given_up)}: ended and not restarted, see above", EXIT_SETTINGS)
        console.print("stopping")


def _refuse_second(found: settings.Settings) -> None:
    """Two deployments of one folder would have workers of the same names."""
    from pipeline.runtime.worker import register

    if running := [worker.registered for worker in register.workers(found) if worker.is_alive]:
        rooms = ", ".join(f"{worker.room} is process {worker.pid}" for worker in running)
        remedy = "`wiredesk down`, or Ctrl-C in their terminal, stops them"
        fail(f"rooms run here already ({rooms}): {remedy}", EXIT_SETTINGS)


@contextmanager
def _embedded_broker(found: settings.Settings, port: int, bar: Bar) -> Iterator[WatchedBroker]:
    """The embedded broker, for the time of a `with`."""
    from pipeline.runtime.embedded.cluster import opened
    from pipeline.runtime.local.watched_broker import WatchedBroker

    broker = opened(found.state_dir / FOLDER, found.cache_dir, port, bar)
    refuse_other_port(broker, port)
    with WatchedBroker(broker, _print_event) as watched:
        is_default = found.bootstrap.replace("localhost", "127.0.0.1") == broker.bootstrap
        others = "" if is_default else f"; for other commands: export WIREDESK_BOOTSTRAP={broker.bootstrap}"
        console.print(f"broker at {broker.bootstrap}{others}", soft_wrap=True)
        yield watched


def _prepare_topics(found: settings.Settings, bar: Bar) -> None:
    """Create those that are missing; fail if one differs from what it must be."""
    from pipeline.runtime.kafka import topics

    bar("looking at the topics", 0, 0)
    if created := topics.create(found.connection, replication=found.replication):
        console.print(f"created {len(created)} topics")
    if wrong := topics.check(found.connection, replication=found.replication):
        fail("\n".join(map(str, wrong)), EXIT_SETTINGS)


def _tell_address(address: str, told: str) -> str:
    """Say where the board is, if it is elsewhere than was told; what is told now."""
    if address and address != told:
        console.print(f"the board is at {address}", markup=False, soft_wrap=True)
    return address or told


def _await_ready(deployment: LocalDeployment, began: float, stop: threading.Event, ready_fd: int | None) -> str:
    """Wait for the rooms and the board, say so, and tell who started us in the background; the board's address."""
    from pipeline.runtime.local import background

    is_ready, address = deployment.wait_ready(READY_SECONDS, stop), ""
    ending = "Ctrl-C" if ready_fd is None else "`wiredesk down`"
    if not stop.is_set():
        console.print(
            f"all {len(ROOMS)} rooms are ready after {time.monotonic() - began:.1f} s; {ending} stops them"
            if is_ready
            else "the rooms are not all ready yet; `wiredesk doctor` shows more"
        )
    if (board := deployment.board) and not stop.is_set():
        address = _tell_address(board.address(stop), "")
        if not address and not stop.is_set():
            is_ready = False
            text = f"the board does not start: {board.last_words}; the rooms run without it, and it is tried again"
            console.print(text, markup=False, soft_wrap=True)
    background.report(ready_fd, is_ready)
    return address


def _detach(bar: Bar, folder: Path, verbose: int, *options: str) -> NoReturn:
    """Run `up` with these options in the background; the exit code is that of its start."""
    from pipeline.runtime.local import background
    from pipeline.runtime.local.deployment import verbosity_flags

    try:
        bar("starting in the background", 0, 0)
        code = background.start(
            folder,
            (*verbosity_flags(verbose), "up", *options),
            lambda line: console.print(line, markup=False, soft_wrap=True),
        )
    except background.AlreadyRunning:
        console.print("already running in the background; `wiredesk doctor` shows more, `wiredesk down` stops it")
        sys.exit(0)
    console.print(f"log: {folder / background.LOG_FILE}", soft_wrap=True)
    if code < 0:
        name = signal.Signals(-code).name
        fail(f"it was ended by {name} before all rooms were ready, and they with it; start it again", EXIT_FAILED)
    sys.exit(code)


def _print_line(line: str) -> None:
    from rich.text import Text

    console.print(Text.from_ansi(line), soft_wrap=True)


def _print_event(room: str, what: str) -> None:
    """When, as in the lines of the rooms: it is asked in the morning what came first."""
    now = datetime.now(UTC).isoformat(timespec="seconds").removesuffix("+00:00")
    console.print(f"{now}Z [yellow]{room}[/] {escape(what)}", soft_wrap=True)
