"""The demo: a real broker, the rooms, sample wires, and a view of the result.

Everything is in a temporary folder and ends with the demo; only the cache of jars stays.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline import settings as settings_
from pipeline.envelope import CONTENT_TYPE, FORMAT, Headers
from pipeline.runtime.demo.scoreboard import TOPICS_WATCHED, Scoreboard
from pipeline.runtime.demo.view import live_layout, print_new, print_summary, save_picture
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.reader import TopicReader
from pipeline.runtime.local.deployment import LocalDeployment, broker_in, stop_on_signals
from pipeline.runtime.publish import publisher, sources
from pipeline.samples import Sample, read_samples
from pipeline.settings import Settings
from pipeline.topology import ROOMS

READY_SECONDS = 120
DRAIN_SECONDS = 60  # after the last payload
REFRESH_PER_SECOND = 8
QUIET_SECONDS = 1.0  # after the account is balanced and nothing came for so long, the demo is over
EXIT_INCOMPLETE = 1


def run_demo(
    settings: Settings, seeds: Path, rate: float, keep: bool, verbose: int, picture_path: Path | None = None
) -> int:
    """The whole demo; the exit code: 0 if every item is accounted for."""
    console = Console(highlight=False)
    samples = read_samples(seeds).payloads
    stop = stop_on_signals()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wiredesk-demo-")))
        broker_settings = _start_broker(stack, console, settings, folder)
        topics.create(broker_settings.connection)
        log = folder / "workers.log"
        deployment = stack.enter_context(
            LocalDeployment(broker_settings, verbose, log=None if verbose > 0 else log)
        )
        console.print(f"starting the rooms: {', '.join(ROOMS)} …")
        began = time.monotonic()
        if not deployment.wait_ready(READY_SECONDS, stop):
            console.print("stopped" if stop.is_set() else "[red]the rooms do not start[/]:")
            console.print(_tail(log), markup=False)
            return EXIT_INCOMPLETE
        console.print(
            f"{len(ROOMS)} rooms ready after {time.monotonic() - began:.1f} s; sending {len(samples)} sample wires"
        )
        board = Scoreboard(expected=len(samples))
        _watch(broker_settings, deployment, board, samples, rate, console, stop)
        print_summary(console, board)
        if picture_path:
            save_picture(board, picture_path)
        if keep and not stop.is_set():
            console.print(
                f"\nstill running; in another terminal:\n[bold]export WIREDESK_BOOTSTRAP="
                f"{broker_settings.bootstrap}[/]\nand try `wiredesk tail`, `wiredesk held`, `wiredesk dead list`; "
                "Ctrl-C ends it"
            )
            while not stop.wait(0.2):
                deployment.restart_ended()
        console.print("stopping …")
    return 0 if board.complete else EXIT_INCOMPLETE


def _start_broker(stack: contextlib.ExitStack, console: Console, settings: Settings, folder: Path) -> Settings:
    """The broker, with a bar for what has to be fetched the first time; settings that connect to it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks = {"broker": progress.add_task("starting Apache Kafka", total=None)}
        console.print("starting Apache Kafka …")

        def on_progress(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=total)
                if not console.is_terminal:
                    console.print(f"  {name} …")
            progress.update(tasks[name], completed=done, total=total)

        broker = stack.enter_context(broker_in(folder / "broker", settings.cache_dir, on_progress=on_progress))
    console.print(f"Apache Kafka at {broker.bootstrap}")
    return settings_.load(bootstrap=broker.bootstrap, state_dir=folder, instance="demo")


def _watch(
    settings: Settings,
    deployment: LocalDeployment,
    board: Scoreboard,
    samples: Sequence[Sample],
    rate: float,
    console: Console,
    stop: threading.Event,
) -> None:
    """Publish the samples and show what happens, until all are accounted for or time is up."""
    publisher = threading.Thread(target=_publish, args=(settings, samples, rate, board), daemon=True)
    with TopicReader(settings.connection, TOPICS_WATCHED) as reader, _shown(console, board) as show:
        publisher.start()
        deadline = time.monotonic() + len(samples) / rate + DRAIN_SECONDS
        while not stop.is_set() and time.monotonic() < deadline:
            for record in reader.poll(0.05):
                board.take(record, time.time())
            deployment.restart_ended()
            show()
            if board.complete and time.time() - board.last_seen > QUIET_SECONDS:
                break


@contextlib.contextmanager
def _shown(console: Console, board: Scoreboard) -> Iterator[Callable[[], None]]:
    """A live view on a terminal, plain lines elsewhere; yields a function to call after every change."""
    if not console.is_terminal:
        yield lambda: print_new(console, board)
        return
    with Live(live_layout(board), console=console, refresh_per_second=REFRESH_PER_SECOND, transient=True) as view:
        yield lambda: view.update(live_layout(board))


def _publish(settings: Settings, samples: Sequence[Sample], rate: float, board: Scoreboard) -> None:
    """Send the samples with their own times; an embargo among them ends when the stream reaches its time."""
    payloads = (
        sources.RawPayload(str(one.path), one.feed, one.data, _headers(one), round(one.time.timestamp() * 1000))
        for one in samples
    )
    try:
        publisher.publish(settings.connection, payloads, rate)
    except Exception as error:  # the view shows it; the demo ends incomplete
        board.failure = repr(error)


def _headers(sample: Sample) -> Headers:
    named = ((FORMAT, sample.format), (CONTENT_TYPE, sample.content_type))
    return tuple((name, value.encode()) for name, value in named if value)


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(lines[-20:])
