"""broker: the embedded Apache Kafka."""

from __future__ import annotations

import click

from pipeline import settings
from pipeline.cli import EXIT_WRONG, Group, fail
from pipeline.cli.bar import Bar, console
from pipeline.cli.parameters import Whole, is_given


@click.group(cls=Group)
def broker() -> None:
    """The embedded Apache Kafka: one node, nothing to install but Python; for trying and testing."""


@broker.command("start")
@click.option("--port", type=Whole(1, 65535), default=9092, show_default=True)
def broker_start(port: int) -> None:
    """Start it in the background; its data stay in WIREDESK_STATE_DIR."""
    from pipeline.runtime.local.deployment import broker_in

    found = settings.load().made("state_dir", "cache_dir")
    with Bar() as on_progress:
        one = broker_in(found.state_dir / "broker", found.cache_dir, port, on_progress, detached=True)
        if one.is_running and is_given("port") and one.bootstrap.rpartition(":")[2] != str(port):
            fail(f"it runs already, at {one.bootstrap}; stop it first: `wiredesk broker stop`", EXIT_WRONG)
        one.start()
    click.echo(one.bootstrap)


@broker.command("stop")
def broker_stop() -> None:
    """Stop it in an orderly way."""
    from pipeline.runtime.local.deployment import broker_in

    found = settings.load()
    with Bar() as on_progress:
        one = broker_in(found.state_dir / "broker", found.cache_dir, on_progress=on_progress)
        was_running = one.is_running
        one.stop()
    console.print("stopped" if was_running else "it was not running")


@broker.command("status")
def broker_status() -> None:
    """Its address, or exit code 1 if it does not run."""
    from pipeline.runtime.local.deployment import broker_in

    found = settings.load()
    one = broker_in(found.state_dir / "broker", found.cache_dir)
    if not one.is_running:
        fail("not running; `wiredesk broker start` starts it", EXIT_WRONG)
    click.echo(one.bootstrap)
