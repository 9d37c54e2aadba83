"""`python -m tests.chaos`: the run, from the first worker to the report."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import click
from kafka import KafkaConsumer, TopicPartition

from pipeline import settings
from pipeline.connection import Connection
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.embedded.cluster import Cluster
from pipeline.runtime.kafka import topics
from pipeline.runtime.kafka.lag import ProgressReader
from pipeline.runtime.publish import publisher
from pipeline.settings import PREFIX
from pipeline.topology import ROOMS, TOPICS
from tests.waiting import pause, until

from .bounds import shrink
from .check import count
from .cluster_faults import CLUSTER_FAULTS, ClusterScene
from .faults import FAULTS, Scene, drawn
from .freshness import FreshnessMonitor
from .load import EMBARGO_SOON_SECONDS, DispatchLoad
from .network import Network
from .report import ChaosReport
from .unguarded import VARIABLE
from .worker_pool import WorkerPool

READY_SECONDS = 240
QUIET_SECONDS = 6.0  # nothing came to any topic for so long: drained
DRAIN_SECONDS_MAX = 180
BETWEEN_SECONDS = (0.3, 2.0)
NAMED = ("a", "b")  # the workers of a room
BEGAN = time.monotonic()
TABLES: dict[int, tuple[tuple[int, Callable[[Any], None]], ...]] = {1: FAULTS, 3: (*FAULTS[:4], *CLUSTER_FAULTS)}
NAMES = {number: [fault.__name__ for _, fault in table] for number, table in TABLES.items()}


@click.command()
@click.option("--brokers", type=click.Choice(["1", "3"]), default="1", show_default=True, help="How many.")
@click.option("--workers", type=click.IntRange(1, 2), default=2, show_default=True, help="Of each room.")
@click.option("--faults", type=click.IntRange(0), default=100, show_default=True, help="How many.")
@click.option(
    "--fault",
    "named",
    multiple=True,
    type=click.Choice(sorted({*NAMES[1], *NAMES[3]})),
    help="These, in this order, instead.",
)
@click.option("--seconds", type=float, default=3600, show_default=True, help="No new fault after so long.")
@click.option("--rate", type=float, default=300, show_default=True, help="Payloads a second.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of load and faults.")
@click.option("--outage", type=float, default=60, show_default=True, help="Seconds that the broker stays away.")
@click.option("--unguarded", is_flag=True, help="Owners without barriers: the run has to find what they do wrong.")
@click.option("--report", "report_file", type=click.Path(path_type=Path), help="JSON file to write.")
@click.option("--page", type=click.Path(path_type=Path), help="Markdown page to write.")
@click.option("--keep", type=click.Path(path_type=Path), help="Folder for broker and logs that stays.")
def main(
    brokers: str,
    workers: int,
    faults: int,
    named: tuple[str, ...],
    seconds: float,
    rate: float,
    seed: int,
    outage: float,
    unguarded: bool,
    report_file: Path | None,
    page: Path | None,
    keep: Path | None,
) -> None:
    """Kill anything at any moment; then count what a read_committed consumer sees.  Exit code 0: 0 0 0 0.

    SIGTERM or Ctrl-C ends the faults and begins the count; a second one ends everything.
    """
    shrink()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _cut_short)
    size = int(brokers)
    if wrong := set(named) - set(NAMES[size]):
        raise click.UsageError(f"{', '.join(wrong)}: not a fault of --brokers {brokers}")
    table = TABLES[size]
    faults_drawn = [table[NAMES[size].index(name)][1] for name in named] or list(drawn(table, Random(seed), faults))
    with tempfile.TemporaryDirectory(prefix="chaos-") as temporary:
        folder = keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with started(size, folder) as (connection, make_scene):
            environment = {PREFIX + "BOOTSTRAP": connection.bootstrap} | ({VARIABLE: "1"} if unguarded else {})
            pool = WorkerPool(folder, environment, say, instances=NAMED[:workers])
            report = run(connection, make_scene, pool, DispatchLoad(seed), faults_drawn, seconds, rate, outage)
    report = replace(report, brokers=size)
    if report_file:
        report_file.write_text(json.dumps(report.json(), indent=2) + "\n")
    if page:
        page.write_text(report.written_into(page.read_text()))
    for kind, n, p50, most, settled in report.times():
        click.echo(f"{kind:45} n {n:3}  p50 {p50:5.1f} s  max {most:5.1f} s  settled p50 {settled:5.1f} s")
    click.echo(report.found.account.line())
    click.echo(f"stuck {len(report.stuck)} hung {report.hung} exits {dict(sorted(report.exits.items()))}")
    click.echo(f"markers lost and settled {report.markers_lost}")
    for line in report.found.first():
        click.echo(line)
    click.echo(f"states wrong {len(report.found.states)} dispatches wrong {len(report.found.ends)}")
    click.echo(report.found.total.line())
    sys.exit(not report.is_clean)


SceneMaker = Callable[..., Scene]


@contextmanager
def started(size: int, folder: Path) -> Iterator[tuple[Connection, SceneMaker]]:
    """One broker or several, and what makes the scene with them."""
    cache = settings.load().cache_dir
    if size == 1:
        with Broker(folder / "broker", cache=cache) as broker:
            yield broker.connection, partial(Scene, broker=broker)
        return
    with Network() as network:
        cluster = Cluster(folder / "broker", size, cache=cache, settings=network.settings)
        assert cluster.brokers
        network.open(cluster.nodes)
        with cluster:
            yield (
                cluster.connection,
                partial(ClusterScene, broker=cluster.brokers[0], cluster=cluster, network=network),
            )
        say(f"callers between brokers: {sorted(one.decode() for one in network.callers)}")


class CutShort(Exception):
    """The run ends early: count what there is."""


def _cut_short(number: int, frame: FrameType | None) -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_DFL)
    raise CutShort


def run(
    connection: Connection,
    make_scene: SceneMaker,
    pool: WorkerPool,
    load: DispatchLoad,
    faults_drawn: list[Callable[[Any], None]],
    seconds: float,
    rate: float,
    outage: float,
) -> ChaosReport:
    """Everything: pool, load, faults, drain, stop, count."""
    topics.create(connection)
    with pool, FreshnessMonitor(connection, say) as freshness:
        scene = make_scene(pool=pool, freshness=freshness, random=Random(load.seed), outage_seconds=outage, say=say)
        wait_ready(pool)
        with published(connection, load, rate):
            if stale := freshness.wait_fresh(0, READY_SECONDS):
                raise RuntimeError(f"nothing comes in {stale}")
            say("all work")
            scene.began = time.monotonic()
            try:
                apply(scene, faults_drawn, seconds)
            except CutShort:
                say("cut short")
                scene.restore()
            lasted, load_average = (
                time.monotonic() - scene.began,
                os.getloadavg()[2],
            )  # of the last quarter of an hour
        say(f"{len(load.sent)} payloads sent; draining")
        drain(connection)
        pool.stop()
    say("counting")
    return ChaosReport(
        seed=load.seed,
        rate=rate,
        seconds=lasted,
        payloads=len(load.sent),
        faults=scene.happened,
        starts=pool.starts,
        exits=dict(pool.exits),
        stuck=scene.stuck,
        hung=pool.hung,
        load=load_average,
        found=count(connection, load.sent, load.expected),
        markers_lost=sum(
            log.read_text(errors="replace").count('"markers-lost"') for log in pool.folder.glob("*.log")
        ),
    )


def apply(scene: Scene, faults_drawn: list[Callable[[Any], None]], seconds: float) -> None:
    """One fault after the other; none begins after so many seconds."""
    for number, fault in enumerate(faults_drawn, 1):
        if time.monotonic() - scene.began > seconds:
            break
        say(f"fault {number} of {len(faults_drawn)}: {fault.__name__}")
        fault(scene)
        pause(scene.random.uniform(*BETWEEN_SECONDS))


@contextmanager
def published(connection: Connection, load: DispatchLoad, rate: float) -> Iterator[None]:
    """The publisher at work beside the body; then it brings to an end what it has begun, and every delivery."""
    failed: list[BaseException] = []

    def work() -> None:
        try:
            publisher.publish(connection, load, rate, publisher.PublishOptions(on_wait=say))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        load.stop.set()
        thread.join()
    if failed:
        raise failed[0]


def wait_ready(pool: WorkerPool) -> None:
    """Until every worker has its share; RuntimeError if they do not start."""
    if not until(lambda: not pool.idle(), READY_SECONDS):
        raise RuntimeError(f"the rooms do not start: {pool.idle()}")


def drain(connection: Connection) -> None:
    """Until the last embargo has ended, nothing comes to any topic any more, and nothing waits for a room."""
    quiet_since = time.monotonic() + EMBARGO_SOON_SECONDS[1]  # not before the last embargo has ended
    partitions = [TopicPartition(topic.name, p) for topic in TOPICS.values() for p in range(topic.partitions)]
    consumer = KafkaConsumer(**connection.arguments())
    try:
        before: dict[TopicPartition, int] = {}

        def is_quiet() -> bool:
            nonlocal before, quiet_since
            if (ends := consumer.end_offsets(partitions)) != before:
                before, quiet_since = ends, max(quiet_since, time.monotonic())
            return time.monotonic() > quiet_since + QUIET_SECONDS

        with ProgressReader(connection, DRAIN_SECONDS_MAX) as progress:
            until(lambda: is_quiet() and not waiting(progress), DRAIN_SECONDS_MAX, every=0.2)
    finally:
        consumer.close()


def waiting(progress: ProgressReader) -> list[str]:
    """The rooms that have something to do: a worker that gets no processor for a while is quiet too."""
    return [room for room in ROOMS if any(one.waiting for one in progress.room(room, {}))]


def say(what: str) -> None:
    """A line with its time."""
    click.echo(f"{time.monotonic() - BEGAN:7.1f} {what}", err=True)


if __name__ == "__main__":
    main()
