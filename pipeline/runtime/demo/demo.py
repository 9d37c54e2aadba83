"""The demo: a real broker, the rooms, sample wires, the board, and a view of the result.

Everything is in a temporary folder and ends with the demo; only the cache of jars stays.  A wire is sent when all
before it have come out: feeds are in different partitions, and otherwise chance would decide which comes first.  So
every run ends with the same account.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console, RenderableType
from rich.live import Live

from pipeline import settings as settings_
from pipeline.envelope import CONTENT_TYPE, FORMAT, Headers
from pipeline.items import milliseconds
from pipeline.runtime.demo.closing import print_board, print_new, print_next, print_summary
from pipeline.runtime.demo.scoreboard import TOPICS_WATCHED, Scoreboard
from pipeline.runtime.demo.view import live_view, save_picture
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.exit_codes import EXIT_WRONG
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.reader import TopicReader
from pipeline.runtime.local.deployment import LocalDeployment, stop_on_signals
from pipeline.runtime.progress import OnProgress
from pipeline.runtime.publish import publisher, sources
from pipeline.samples import Sample, read_samples
from pipeline.settings import Settings
from pipeline.topology import ROOMS

READY_SECONDS = 300  # a first start on a loaded machine takes half of it
STALLED_SECONDS = 60  # without anything new the demo gives up
REFRESH_PER_SECOND = 8
QUIET_SECONDS = 1.0  # the demo is over when the account is balanced and nothing has come for this long
POLL_SECONDS = 0.05
LOOK_SECONDS = 0.005  # how often the publisher looks whether all wires before the next one have come out
LOG_LINES_SHOWN = 20


def run_demo(
    settings: Settings,
    seeds: Path,
    rate: float,
    keep: bool,
    verbose: int,
    console: Console,
    on_progress: OnProgress,
    is_animated: bool,
    picture_path: Path | None = None,
) -> int:
    """The whole demo; the exit code: 0 if every item is accounted for."""
    samples = read_samples(seeds).payloads
    board = Scoreboard(expected=len(samples), intro=introduction(samples))
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wiredesk-demo-")))
        broker = Broker(folder / "broker", cache=settings.cache_dir, on_progress=on_progress)
        stack.enter_context(broker)
        settings = settings_.load(bootstrap=broker.bootstrap, state_dir=folder, instance="demo")
        on_progress("creating the topics", 0, 0)
        topics.create(settings.connection)
        console.print(f"Apache Kafka at {broker.bootstrap}")
        stop = stop_on_signals()
        log = None if verbose > 0 else folder / "workers.log"
        began = time.monotonic()
        deployment = stack.enter_context(
            LocalDeployment(settings, verbose, log=log, on_progress=on_progress, board_port=0)
        )
        if not deployment.wait_ready(READY_SECONDS, stop):
            console.print("stopped" if stop.is_set() else "[red]the rooms do not start[/]:")
            console.print(_tail(log), markup=False)
            return EXIT_WRONG
        console.print(f"{len(ROOMS)} rooms ready after {time.monotonic() - began:.1f} s")
        assert deployment.board
        address = deployment.board.address(stop)
        if not stop.is_set():
            print_board(console, address, deployment.board.last_words)
        console.print(board.intro, markup=False, soft_wrap=not console.is_terminal)
        with _shown(console, board, address, is_animated and not verbose) as show:
            _watch(settings, deployment, board, samples, rate, show, stop)
        print_summary(console, board)
        if picture_path:
            save_picture(board, picture_path)
        if keep and not stop.is_set():
            _keep(deployment, settings, address, console, stop)
    if not stop.is_set():
        _print_what_next(console, os.path.relpath(seeds))
    return 0 if board.complete else EXIT_WRONG


def introduction(samples: Sequence[Sample]) -> str:
    """What is sent, and why its times are as they are."""
    first, last = samples[0].time, samples[-1].time
    begin = f"{first:%d %B}" if first.year == last.year else f"{first:%d %B %Y}"
    return (
        f"{len(samples)} sample wires of {begin} to {last:%d %B %Y}, sent in the order of their times "
        "(UTC), each as soon as the one before is out: hours pass in a second."
    )


def _watch(
    settings: Settings,
    deployment: LocalDeployment,
    board: Scoreboard,
    samples: Sequence[Sample],
    rate: float,
    show: Callable[[bool], None],
    stop: threading.Event,
) -> None:
    """Publish the samples and show what happens, until all are accounted for or nothing happens any more."""
    publisher = threading.Thread(target=_publish, args=(settings, samples, rate, board, stop), daemon=True)
    with TopicReader(settings.connection, TOPICS_WATCHED) as reader:
        publisher.start()
        board.last_seen = time.time()
        while not stop.is_set() and time.time() - board.last_seen < STALLED_SECONDS:
            records = sorted(reader.poll(POLL_SECONDS), key=lambda record: record.timestamp_ms)
            for record in records:
                board.take(record, time.time())
            is_settled = not records and board.settle(time.time())
            deployment.restart_ended()
            show(is_settled)
            if board.failure or (board.complete and time.time() - board.last_seen > QUIET_SECONDS):
                break


@contextlib.contextmanager
def _shown(
    console: Console, board: Scoreboard, address: str, is_animated: bool
) -> Iterator[Callable[[bool], None]]:
    """A moving view on a screen of its own, or plain lines; yields a function to call after every change.

    The function takes whether the rooms have done everything so far.  Lines are printed only then, so that their
    order does not depend on chance.
    """
    if not is_animated:
        yield lambda is_settled: print_new(console, board) if is_settled else None
        return

    def view() -> RenderableType:
        board.new.clear()
        return live_view(board, *console.size, address)

    with Live(view(), console=console, refresh_per_second=REFRESH_PER_SECOND, screen=True) as live:
        yield lambda is_settled: live.update(view())


def _publish(
    settings: Settings, samples: Sequence[Sample], rate: float, board: Scoreboard, stop: threading.Event
) -> None:
    """Send the samples with their own times; an embargo among them ends when the stream reaches its time."""
    try:
        publisher.publish(settings.connection, one_by_one(samples, board, stop), rate)
    except Exception as error:  # the view shows it; the demo ends incomplete
        board.failure = repr(error)


def one_by_one(samples: Sequence[Sample], board: Scoreboard, stop: threading.Event) -> Iterator[sources.RawPayload]:
    """Each sample as soon as all before it have come out; no more after `stop`."""
    for number, one in enumerate(samples):
        while board.settled < number:
            if stop.wait(LOOK_SECONDS):
                return
        time_ms = milliseconds(one.time)
        yield sources.RawPayload(str(one.path), one.feed, one.data, _headers(one), time_ms)


def _headers(sample: Sample) -> Headers:
    named = ((FORMAT, sample.format), (CONTENT_TYPE, sample.content_type))
    return tuple((name, value.encode()) for name, value in named if value)


def _tail(log: Path | None) -> str:
    lines = log.read_text(errors="replace").splitlines() if log and log.exists() else []
    return "\n".join(lines[-LOG_LINES_SHOWN:])


def _keep(
    deployment: LocalDeployment, settings: Settings, address: str, console: Console, stop: threading.Event
) -> None:
    """Leave everything running until it is stopped."""
    both = "the broker, the rooms and the board" if address else "the broker and the rooms"
    console.print(f"\nStill running, until Ctrl-C: {both}.")
    if address:
        console.print(f"In a browser:\n  {address}", markup=False, soft_wrap=True)
    console.print("In another terminal:")
    command = _command()
    print_next(
        console,
        [
            (f"export WIREDESK_BOOTSTRAP={settings.bootstrap}", "where it is"),
            (f"{command} tail", "the stream"),
            (f"{command} held", "what an embargo holds"),
            (f"{command} dead list", "dead letters"),
        ],
    )
    while not stop.wait(0.2):
        deployment.restart_ended()


def _print_what_next(console: Console, seeds: str) -> None:
    command = _command()
    console.print("\nEverything is stopped and removed. What to try next:")
    print_next(
        console,
        [
            (f"{command} demo --keep", "this, left running, the board too"),
            (f"{command} up --embedded --detach", "broker and rooms"),
            (f"{command} publish --at-their-time {seeds}/*/", "these wires"),
            (f"{command} tail", "what comes of them"),
            (f"{command} down", "stop"),
        ],
    )


def _command() -> str:
    """How this command can be typed again."""
    if shutil.which("wiredesk"):
        return "wiredesk"
    called = Path(sys.argv[0])
    return os.path.relpath(called) if called.name == "wiredesk" else "wiredesk"
