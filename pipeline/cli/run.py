"""demo, worker: the commands that run rooms, beside `up`."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from pipeline import settings
from pipeline.cli import EXIT_SETTINGS, EXIT_WRONG, fail, standard_streams
from pipeline.cli.bar import Bar, is_animated
from pipeline.cli.parameters import Number, OneOf, PathThat
from pipeline.paths import readable_folder
from pipeline.topology import ROOMS

if TYPE_CHECKING:
    from pipeline.alert.rules import Rules
    from pipeline.deliver.receivers import Receivers
    from pipeline.route.rules import Routes
    from pipeline.runtime.secrets import Secrets
    from pipeline.runtime.worker.process import Worker
    from pipeline.settings import Settings
    from pipeline.topology import Options


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
    run_worker(room, verbose, reset_breaker=reset_breaker, end_with_stdin=end_with_stdin)


def run_worker(
    room: str,
    verbose: int,
    *,
    reset_breaker: bool = False,
    end_with_stdin: bool = False,
    **overrides: object,
) -> NoReturn:
    """Run a room until it ends, and this process with it.  `overrides`: settings that the command line gives."""
    gc.disable()  # until work begins: nothing that is loaded is garbage (measured: 12 to 25 % of a start's CPU)
    from pipeline.runtime.progress import ignore_progress, waits_are_shown_by
    from pipeline.runtime.worker.wait_report import LOADING, WaitReport

    waits_are_shown_by.set(ignore_progress)  # a worker writes lines of a log, and nothing that moves
    found = settings.load(**overrides).made("state_dir")
    options = _options(found)
    secrets = _secrets(options) if room == "deliver" else None
    started: list[Worker] = []
    if end_with_stdin:
        standard_streams.end_with_stdin()
    else:
        WaitReport(room, "starting", lambda: started[0].waits_for() if started else LOADING).start()
    if secrets is not None:  # the process of deliver has a sender beside the room
        from pipeline.runtime.deliver.process import DeliverWorker

        started.append(DeliverWorker(found, room, options, reset_breaker, end_with_stdin, secrets=secrets))
    else:
        from pipeline.runtime.worker.process import Worker  # takes seconds

        started.append(Worker(found, room, options, reset_breaker, supervised=end_with_stdin))
    sys.exit(started[0].run(verbose))


def _options(found: Settings) -> Options:
    """The files that editors and operators wrote."""
    from pipeline.topology import Options

    return Options(
        rules=_rules(found.alert_rules) if found.alert_rules else None,
        routes=_routes(found.routes) if found.routes else None,
        receivers=_receivers(found.receivers) if found.receivers else None,
    )


def _secrets(options: Options) -> Secrets:
    """What the receivers file refers to; nothing without one."""
    from pipeline.runtime.deliver.secrets import read_secrets
    from pipeline.runtime.secrets import Secrets

    return read_secrets(options.receivers) if options.receivers else Secrets({})


def _rules(path: Path) -> Rules:
    from pipeline.alert.rules import load_rules

    try:
        return load_rules(path)
    except (OSError, ValueError) as error:
        fail(f"WIREDESK_ALERT_RULES: {error}; docs/alerts.md shows what a file may hold", EXIT_SETTINGS)


def _routes(path: Path) -> Routes:
    from pipeline.route.rules import load_routes

    try:
        return load_routes(path)
    except (OSError, ValueError) as error:
        fail(f"WIREDESK_ROUTES: {error}; docs/alerts.md shows what a file may hold", EXIT_SETTINGS)


def _receivers(path: Path) -> Receivers:
    from pipeline.deliver.receivers import load_receivers

    try:
        return load_receivers(path)
    except (OSError, ValueError) as error:
        fail(f"WIREDESK_RECEIVERS: {error}; docs/delivering.md shows what a file may hold", EXIT_SETTINGS)


def _holds_samples(folder: Path) -> Path:
    if not (readable_folder(folder) / "manifest.yaml").is_file():
        raise ValueError("it has no manifest.yaml; name a folder of sample wires, as seeds/ is")
    return folder


SEEDS = PathThat(_holds_samples)


@click.command()
@click.option("--keep", is_flag=True, help="Leave the rooms and the board running until Ctrl-C.")
@click.option("--seeds", type=SEEDS, help="Another folder of sample wires; seeds/ of the clone without it.")
@click.option(
    "--rate", type=Number(min=0.5, max=1000), default=6.0, show_default=True, help="Sample wires a second."
)
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), hidden=True)
@click.pass_obj
def demo(verbose: int, keep: bool, seeds: Path | None, rate: float, picture: Path | None) -> None:
    """See it work: a broker, the rooms, sample wires, the board, and the result.

    It stops everything that it starts; only a cache of the broker's jars stays.  With --keep the rooms and the
    board go on until Ctrl-C.
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
