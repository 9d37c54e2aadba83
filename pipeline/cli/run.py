"""demo, up, worker: the commands that run rooms."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from pipeline import settings
from pipeline.cli import EXIT_SETTINGS, EXIT_WRONG, fail, reached
from pipeline.cli.bar import Bar, console, is_animated
from pipeline.cli.parameters import Number, OneOf, PathThat, Whole, is_given
from pipeline.paths import readable_folder
from pipeline.topology import ROOMS

if TYPE_CHECKING:
    from pipeline.alert.rules import Rules
    from pipeline.runtime.worker.process import Worker


READY_SECONDS = 300  # of all rooms; a first start on a loaded machine takes half of it


@click.command()
@click.argument("room", metavar="ROOM", type=OneOf(list(ROOMS)))
@click.option(
    "--reset-breaker",
    is_flag=True,
    help="Forget the records that died so far, after the breaker.",
)
@click.option("--end-with-stdin", is_flag=True, hidden=True)
@click.pass_obj
def worker(verbose: int, room: str, reset_breaker: bool, end_with_stdin: bool) -> None:
    """Run one ROOM in this process until SIGTERM or Ctrl-C.

    Start as many of a room as it has partitions (4), each with its own WIREDESK_INSTANCE; Kafka shares the
    partitions out among them.  Exit codes: 65 the breaker (most of the latest records died), 69 no broker answers,
    70 failed (start it again), 77 the broker refuses the user, 78 a journal or a setting that it cannot use.
    """
    gc.disable()  # until work begins: nothing that is loaded is garbage (measured: 12 to 25 % of a start's CPU)
    from pipeline.runtime.progress import ignore_progress, waits_are_shown_by
    from pipeline.runtime.worker.wait_report import LOADING, WaitReport
    from pipeline.topology import Options

    waits_are_shown_by.set(ignore_progress)  # a worker writes lines of a log, and nothing that moves
    found = settings.load().made("state_dir")
    options = Options() if found.alert_rules is None else Options(rules=_rules(found.alert_rules))
    started: list[Worker] = []
    if end_with_stdin:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    else:
        WaitReport(room, "starting", lambda: started[0].waits_for() if started else LOADING).start()
    from pipeline.runtime.worker.process import Worker  # takes seconds

    started.append(Worker(found, room, options, reset_breaker, supervised=end_with_stdin))
    sys.exit(started[0].run(verbose))


def _rules(path: Path) -> Rules:
    from pipeline.alert.rules import load_rules

    try:
        return load_rules(path)
    except (OSError, ValueError) as error:
        fail(f"WIREDESK_ALERT_RULES: {error}; docs/alerts.md shows what a file may hold", EXIT_SETTINGS)


def _end_with_stdin() -> None:
    """Stop in an orderly way when the starter has ended: the system then closes its end of our stdin."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


@click.command()
@click.option("--embedded", is_flag=True, help="With the embedded broker, whose data stay in WIREDESK_STATE_DIR.")
@click.option("--port", type=Whole(1, 65535), default=9092, show_default=True, help="Of the embedded broker.")
@click.option("--reset-breaker", is_flag=True, help="Forget the records that died so far.")
@click.option("--detach", "-d", is_flag=True, help="In the background: return when all rooms are ready.")
@click.option("--ready-fd", type=int, hidden=True)
@click.pass_obj
def up(verbose: int, embedded: bool, port: int, reset_breaker: bool, detach: bool, ready_fd: int | None) -> None:
    """Run all rooms, and start again what ends, until Ctrl-C.

    Topics that are missing are created; topics that differ from what they must be stop the start.
    With --detach it goes on in the background, with a log in WIREDESK_STATE_DIR, until `wiredesk down`.
    """
    import contextlib

    if is_given("port") and not embedded:
        raise click.UsageError("--port is the embedded broker's; add --embedded, or set WIREDESK_BOOTSTRAP instead")
    with contextlib.ExitStack() as stack:
        bar = stack.enter_context(Bar())
        from pipeline.runtime.kafka import topics
        from pipeline.runtime.local import background
        from pipeline.runtime.local.deployment import LocalDeployment, broker_in, stop_on_signals
        from pipeline.runtime.local.watched_broker import WatchedBroker
        from pipeline.runtime.worker import register

        found = settings.load().made("state_dir", "cache_dir") if embedded else reached().made("state_dir")
        if detach:
            broker_options = ("--embedded", "--port", str(port)) if embedded else ()
            breaker = ("--reset-breaker",) if reset_breaker else ()
            _detach(bar, found.state_dir, verbose, *broker_options, *breaker)
        if running := [worker.registered for worker in register.workers(found) if worker.is_alive]:
            rooms = ", ".join(f"{worker.room} is process {worker.pid}" for worker in running)
            remedy = "`wiredesk down`, or Ctrl-C in their terminal, stops them"
            fail(f"rooms run here already ({rooms}): {remedy}", EXIT_SETTINGS)
        watched = None
        if embedded:
            broker = broker_in(found.state_dir / "broker", found.cache_dir, port, bar)
            if is_given("port") and broker.is_running and broker.bootstrap.rpartition(":")[2] != str(port):
                fail(f"it runs already, at {broker.bootstrap}; stop it first, or leave --port out", EXIT_WRONG)
            watched = stack.enter_context(WatchedBroker(broker, _print_event))
            is_default = found.bootstrap.replace("localhost", "127.0.0.1") == broker.bootstrap
            others = "" if is_default else f"; for other commands: export WIREDESK_BOOTSTRAP={broker.bootstrap}"
            found = settings.load(bootstrap=broker.bootstrap)
            console.print(f"broker at {broker.bootstrap}{others}", soft_wrap=True)
        bar("looking at the topics", 0, 0)
        created = topics.create(found.connection, replication=found.replication)
        if created:
            console.print(f"created {len(created)} topics")
        if wrong := topics.check(found.connection, replication=found.replication):
            fail("\n".join(map(str, wrong)), EXIT_SETTINGS)
        arguments = ("--reset-breaker",) if reset_breaker else ()
        began = time.monotonic()
        deployment = stack.enter_context(
            LocalDeployment(
                found,
                verbose,
                arguments,
                show_line=_print_line if is_animated(console) else None,
                on_event=_print_event,
                on_progress=bar,
            )
        )
        stop = stop_on_signals()
        ready = deployment.wait_ready(READY_SECONDS, stop)
        ending = "Ctrl-C" if ready_fd is None else "`wiredesk down`"
        if not stop.is_set():
            console.print(
                f"all {len(ROOMS)} rooms are ready after {time.monotonic() - began:.1f} s; {ending} stops them"
                if ready
                else "the rooms are not all ready yet; `wiredesk doctor` shows more"
            )
        background.report(ready_fd, ready)
        while not stop.wait(0.1):
            if watched:
                watched.restart_ended()
            deployment.restart_ended()
            if deployment.given_up:
                fail(f"{', '.join(deployment.given_up)}: ended and not restarted, see above", EXIT_SETTINGS)
        console.print("stopping")


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
        console.print("already running in the background; `wiredesk down` stops it")
        sys.exit(0)
    console.print(f"log: {folder / background.LOG_FILE}", soft_wrap=True)
    sys.exit(code)


def _print_line(line: str) -> None:
    from rich.text import Text

    console.print(Text.from_ansi(line), soft_wrap=True)


def _print_event(room: str, what: str) -> None:
    console.print(f"[yellow]{room}[/] {what}")


def _holds_samples(folder: Path) -> Path:
    if not (readable_folder(folder) / "manifest.yaml").is_file():
        raise ValueError("it has no manifest.yaml; name a folder of sample wires, as seeds/ is")
    return folder


SEEDS = PathThat(_holds_samples)


@click.command()
@click.option("--keep", is_flag=True, help="Leave it running until Ctrl-C, to try things on.")
@click.option("--seeds", type=SEEDS, help="Another folder of sample wires.")
@click.option(
    "--rate", type=Number(min=0.5, max=1000), default=6.0, show_default=True, help="Sample wires a second."
)
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), hidden=True)
@click.pass_obj
def demo(verbose: int, keep: bool, seeds: Path | None, rate: float, picture: Path | None) -> None:
    """See it work: a broker, the rooms, sample wires, and the result.

    It stops everything that it starts; only a cache of the broker's jars stays.
    """
    from rich.console import Console

    out = Console(highlight=False)
    with Bar(out) as bar:
        from pipeline.runtime.demo.demo import run_demo
        from pipeline.samples import read_samples

        folder = seeds or _seeds()
        try:
            if not read_samples(folder).payloads:
                raise ValueError("its manifest names none")
        except (OSError, ValueError) as error:
            fail(f"no sample wires in {folder}: {error}", EXIT_WRONG)
        sys.exit(
            run_demo(
                settings.load().made("cache_dir"), folder, rate, keep, verbose, out, bar, is_animated(out), picture
            )
        )


def _seeds() -> Path:
    """The sample wires: beside the package, in a checkout."""
    found = Path(__file__).parents[2] / "seeds"
    if not (found / "manifest.yaml").is_file():
        fail("the sample wires are not part of an installed package: give their folder with --seeds", EXIT_WRONG)
    return found
