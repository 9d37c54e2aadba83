"""deliver: sends notifications to receivers; tries a receivers file; resumes a receiver, or sends it a test."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import settings
from pipeline.cli import EXIT_UNREACHABLE, EXIT_WRONG, Group, fail, reached
from pipeline.cli.operate import author_options
from pipeline.cli.parameters import READABLE_FILE, Text, loaded

if TYPE_CHECKING:
    from pipeline.dead import Letter
    from pipeline.items import Delivery

ANSWER_SECONDS = 45.0  # for a test to have an outcome: a receiver may take 30 s


class FileOrCommand(Group):
    """A group whose first argument may be a file instead of a command: then it is for the command `run`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_command = any(arg in self.commands or arg in ctx.help_option_names for arg in args[:1])
        return super().parse_args(ctx, args if is_command else ["run", *args])


@click.group(cls=FileOrCommand)
def deliver() -> None:
    """Send notifications to the receivers of a FILE: `wiredesk deliver deliver.yaml` (docs/delivering.md)."""


@deliver.command("run")
@click.argument("file", metavar="[FILE]", required=False, type=READABLE_FILE)
@click.option("--reset-breaker", is_flag=True, help="Forget the records that died so far, after the breaker.")
@click.pass_obj
def run(verbose: int, file: Path | None, reset_breaker: bool) -> None:
    """Run the room deliver with the receivers of FILE, or of WIREDESK_RECEIVERS, until SIGTERM or Ctrl-C."""
    from pipeline.cli.run import run_worker

    run_worker("deliver", verbose, reset_breaker=reset_breaker, receivers=file)


@deliver.command("check")
@click.argument("file", metavar="FILE", type=READABLE_FILE)
@click.option("--offline", is_flag=True, help="Connect to nobody.")
def check(file: Path, offline: bool) -> None:
    """Check FILE and its secrets, and connect to each receiver; nothing is sent."""
    import asyncio

    from pipeline.deliver.receivers import load_receivers
    from pipeline.route.rules import DEFAULT, load_routes
    from pipeline.runtime.deliver.secrets import read_secrets
    from pipeline.runtime.deliver.trying import tried

    receivers = loaded(load_receivers, file)
    secrets = read_secrets(receivers)
    routes = loaded(load_routes, settings.load().routes or DEFAULT)
    ways = {} if offline else asyncio.run(tried(receivers, secrets))
    problems = 0
    for name, receiver in receivers.receivers.items():
        unknown = [desk for desk in receiver.desks if desk not in routes.desks]
        found = [f"no desk is named {', '.join(unknown)} in the routes"] if unknown else []
        found += [ways[name]] if ways.get(name) else []
        problems += bool(found)
        click.echo(f"{name}: {receiver.kind} for {', '.join(receiver.desks)}: {'; '.join(found) or 'ok'}")
    for desk in routes.desks:
        if not receivers.of_desk(desk):
            click.echo(
                f"desk {desk} has no receiver: its notifications are in wire.notifications, and nowhere else"
            )
    if problems:
        fail(f"{problems} of {len(receivers.receivers)} receivers need attention", EXIT_WRONG)


@deliver.command("resume")
@click.argument("receiver", type=Text())
@author_options[0]
@author_options[1]
def resume(receiver: str, who: str, why: str) -> None:
    """Send to RECEIVER again, after a 410 or at once after failures; what waits for it goes first."""
    _send("resume", receiver, who, why)
    click.echo("resume: sent", err=True)


@click.command("send-test")
@click.argument("receiver", type=Text())
@author_options[0]
@author_options[1]
def send_test(receiver: str, who: str, why: str) -> None:
    """Have deliver send one notification that is marked as a test to RECEIVER, and wait for the outcome."""
    from pipeline import dead
    from pipeline.items import Delivery, DeliveryState
    from pipeline.runtime.kafka.reader import TopicReader

    with TopicReader(reached().connection, ["wire.deliveries", dead.TOPIC], last=0) as reader:
        sent = _send("send-test", receiver, who, why)
        end = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < end:
            for record in reader.poll():
                if record.position.topic == dead.TOPIC:
                    _fail_if_refused(dead.Letter(record), sent)
                    continue
                found = Delivery.model_validate_json(record.value)
                if (found.receiver, found.test) == (receiver, True) and found.state is not DeliveryState.PENDING:
                    _show_outcome(found)
                    return
    fail(
        f"no outcome within {ANSWER_SECONDS:g} s: deliver does not run (`wiredesk status` shows that), or the "
        "receiver is slow",
        EXIT_UNREACHABLE,
    )


def _fail_if_refused(letter: Letter, sent: bytes) -> None:
    """The room deliver knows which receivers there are; this machine may have another file, or none."""
    if letter.room == "deliver" and letter.record.value == sent:
        fail(letter.detail, EXIT_WRONG)


def _show_outcome(found: Delivery) -> None:
    from pipeline.items import DeliveryState

    why = " ".join(str(one) for one in (found.verdict, found.trouble, found.status) if one is not None)
    if found.state is not DeliveryState.SENT:
        fail(f"{found.receiver}: {found.state}, {why}; it is tried again like any other", EXIT_WRONG)
    click.echo(f"{found.receiver}: {why}")


def _send(action: str, receiver: str, who: str, why: str) -> bytes:
    """Write the control where all notifications are (docs/adr/0018-one-partition-for-all-alerts.md); its bytes."""
    from pipeline.items import Control, dump
    from pipeline.items.alert import ALERTS_PARTITION
    from pipeline.runtime.kafka.controls import send_control

    control = Control.model_validate({"action": action, "receiver": receiver, "who": who, "why": why})
    send_control(reached().connection, "deliver", ALERTS_PARTITION, control, time.time_ns() // 1_000_000)
    return dump(control)
