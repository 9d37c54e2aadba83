"""broker: the embedded Apache Kafka."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline import settings
from pipeline.cli import EXIT_WRONG, Group, fail
from pipeline.cli.bar import Bar, console
from pipeline.cli.parameters import Whole, is_given

if TYPE_CHECKING:
    from pipeline.runtime.embedded.broker import Broker
    from pipeline.runtime.embedded.cluster import Cluster

FOLDER = "broker"  # in WIREDESK_STATE_DIR


@click.group(cls=Group)
def broker() -> None:
    """The embedded Apache Kafka: one node or three, nothing to install but Python; for trying and testing."""


@broker.command("start")
@click.option("--port", type=Whole(1, 65535), default=9092, show_default=True, help="Of three: of the first.")
@click.option("--brokers", type=click.Choice(["1", "3"]), help="How many.  [default: as many as last time, or 1]")
def broker_start(port: int, brokers: str | None) -> None:
    """Start it in the background; its data stay in WIREDESK_STATE_DIR.

    With --brokers 3 it is a cluster on this machine, and one of the three may be away: topics have three
    replicas then, and a record counts as written once two brokers have it.
    """
    from pipeline.runtime.embedded.cluster import opened

    found = settings.load().made("state_dir", "cache_dir")
    size = int(brokers) if brokers else None
    with Bar() as on_progress:
        one = opened(found.state_dir / FOLDER, found.cache_dir, port, on_progress, detached=True, size=size)
        refuse_other_port(one, port)
        one.start()
    click.echo(one.bootstrap)


def refuse_other_port(running: Broker | Cluster, port: int) -> None:
    """Fail if it runs at another port than the one that was asked for."""
    first = running.bootstrap.split(",")[0] if not running.is_stopped else ""
    if first and is_given("port") and first.rpartition(":")[2] != str(port):
        remedy = "stop it first (`wiredesk broker stop`), or leave --port out"
        fail(f"it runs already, at {running.bootstrap}; {remedy}", EXIT_WRONG)


@broker.command("stop")
def broker_stop() -> None:
    """Stop it in an orderly way."""
    from pipeline.runtime.embedded.cluster import opened

    found = settings.load()
    with Bar() as on_progress:
        one = opened(found.state_dir / FOLDER, found.cache_dir, on_progress=on_progress)
        was_stopped = one.is_stopped
        one.stop()
    console.print("it was not running" if was_stopped else "stopped")


@broker.command("status")
def broker_status() -> None:
    """Its address, or exit code 1 if it does not run, or not all of it."""
    from pipeline.runtime.embedded.cluster import opened

    found = settings.load()
    one = opened(found.state_dir / FOLDER, found.cache_dir)
    if one.is_stopped:
        fail("not running; `wiredesk broker start` starts it", EXIT_WRONG)
    click.echo(one.bootstrap)
    if not one.is_running:
        fail(f"{one.missing()}; `wiredesk broker start` starts what is missing", EXIT_WRONG)
