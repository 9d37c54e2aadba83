"""alerts list, ack, mute, unmute, follow, unfollow: what desks were sent, and what editors say about it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click
from pydantic import ValidationError

from pipeline.cli import EXIT_SETTINGS, EXIT_WRONG, fail, reached
from pipeline.cli.bar import Bar
from pipeline.cli.operate import author_options
from pipeline.cli.parameters import Ago, Text, loaded
from pipeline.items import Action, Control
from pipeline.suggestions import did_you_mean, nearest

if TYPE_CHECKING:
    from pipeline.route.rules import Routes
    from pipeline.runtime.desks import Desks


@click.command("list")
@click.option("--desk", type=Text(60), help="Of this desk only.")
@click.option("--since", type=Ago(), default="24h", show_default=True, help="What was sent so long ago or later.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line; `list` says which list it is of.")
def list_(desk: str | None, since: timedelta, as_json: bool) -> None:
    """List what desks were sent, what waits for whom, what is followed, muted and kept back; with the ids.

    The ids of notifications are for `alerts ack`, those of stories for `alerts mute` and `follow`, and for
    `wiredesk story`.
    """
    from pipeline.cli.desk_lists import lists_of, print_json, print_lists

    found, routes = _read()
    if desk:
        _need_desk(desk, found, routes)
    start = datetime.now(UTC) - since
    lists = lists_of(found, routes if found.known(routes).is_whole else None, desk, start)
    if as_json:
        print_json(lists)
        return
    print_lists(lists, start)
    if not any(rows for name, rows in lists.items() if name != "topic"):
        click.echo(_nothing(found, desk), err=True)


def _nothing(found: Desks, desk: str | None) -> str:
    """Why the list is empty, and what to do."""
    from pipeline.runtime.record_lines import clock

    if found.notifications:
        last = found.notifications[-1]
        return (
            f"nothing was sent{f' to {desk}' if desk else ''} in that time, and nothing waits; the last "
            f"notification went to {last.desk} at {clock(last.time)}: --since 7d shows more"
        )
    if found.threads:
        return "there are alerts, but route has sent none of them: `wiredesk status` says whether it runs"
    return (
        "there are no alerts yet: `wiredesk alerts test ROUTES CAPTURE` shows what would be sent, "
        "`wiredesk doctor` whether the rooms work"
    )


@click.command("ack")
@click.argument("notification", metavar="NOTIFICATION", type=Text())
@author_options[0]
@author_options[1]
def ack(notification: str, who: str, why: str) -> None:
    """Acknowledge NOTIFICATION, an id as `alerts list` shows it: it is repeated and escalated no more."""
    control = _control(action=Action.ACK, notification=notification, who=who, why=why)
    found, _ = _read()
    if found.awaited(notification):
        _send(control)
        return
    known = found.find(notification)
    if known is None:
        fail(f"no notification has the id {notification}; `wiredesk alerts list` shows those that wait", EXIT_WRONG)
    if answer := found.answer(known):
        click.echo(f"{answer.who} has acknowledged it already; nothing was sent", err=True)
    else:
        click.echo("it does not wait for an acknowledgement; nothing was sent", err=True)


def _topic_command(action: Action, sentence: str) -> click.Command:
    """`alerts ACTION DESK (--story STORY | --term TERM)`."""

    def run(desk: str, story: str | None, term: str | None, who: str, why: str) -> None:
        from pipeline.route.controls import ControlOutcome, named, outcome_of

        if (story is None) == (term is None):
            raise click.UsageError("give either --story or --term")
        members = {"story": story.rsplit(":", 1)[-1]} if story else {"term": term or ""}
        control = _control(action=action, desk=desk, who=who, why=why, **members)
        found, routes = _read()
        _need_desk(desk, found, routes)
        outcome = outcome_of(control, named(control, found.state, {desk}))
        if outcome is ControlOutcome.DEAD:
            raise click.UsageError(f"--term: {term!r} has no letter or digit; write a word")
        if outcome is ControlOutcome.NOTHING:
            fail(f"{desk} has no such topic by command; `wiredesk alerts list` shows what it has", EXIT_WRONG)
        if control.story and not _is_story(control.story, found):
            click.echo(
                f"no story and no alert has the id {control.story}; it is written all the same, for when one comes",
                err=True,
            )
        _send(control)

    command = click.command(action.value, help=sentence)(author_options[0](author_options[1](run)))
    command.params = [
        click.Argument(["desk"], type=Text(60)),
        click.Option(["--story"], type=Text(), help="A story, by its id in `alerts list` or `wiredesk stories`."),
        click.Option(["--term"], type=Text(), help="A word or phrase of headlines and labels."),
        *command.params,
    ]
    return command


def _read() -> tuple[Desks, Routes]:
    """What the topics say of desks, and the routes of this machine; exit code 78 for what cannot be read."""
    from pipeline.route.rules import DEFAULT, load_routes
    from pipeline.runtime.desks import read_desks
    from pipeline.shard import UnknownJournal

    found = reached()
    routes = loaded(load_routes, found.routes or DEFAULT)
    with Bar() as bar:
        try:
            return read_desks(found.connection, bar), routes
        except UnknownJournal as error:
            fail(str(error), EXIT_SETTINGS)


def _need_desk(desk: str, found: Desks, routes: Routes) -> None:
    """End with code 1 for a desk that there is not; say so where that cannot be known."""
    known = found.known(routes)
    if desk in known.names:
        return
    near = did_you_mean(desk, known.names) or f"; there are {', '.join(sorted(known.names))}"
    if known.is_whole or nearest(desk, known.names):
        fail(f"no desk is named {desk!r}{near}", EXIT_WRONG)
    click.echo(
        f"no desk {desk!r} was seen; set WIREDESK_ROUTES to the file that is in force to be sure: a control for "
        "a desk that it does not have becomes a dead letter",
        err=True,
    )


def _is_story(story: str, found: Desks) -> bool:
    from pipeline.runtime.stories.reading import latest_stories

    if story in found.threads:
        return True
    with Bar() as bar:
        return story in latest_stories(reached().connection, bar)


def _control(**members: Any) -> Control:
    """A control as the room accepts it; exit code 2 for one that it would refuse."""
    try:
        return Control.model_validate(members)
    except ValidationError as error:
        problems = (f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors())
        raise click.UsageError("; ".join(problems)) from None


def _send(control: Control) -> None:
    """Write the control where all alerts are (docs/adr/0018-one-partition-for-all-alerts.md)."""
    from pipeline.items.alert import ALERTS_PARTITION
    from pipeline.runtime.kafka.controls import send_control

    connection = reached().connection
    send_control(connection, "route", ALERTS_PARTITION, control, time.time_ns() // 1_000_000)
    click.echo(f"{control.action}: sent", err=True)


COMMANDS = (
    list_,
    ack,
    _topic_command(
        Action.MUTE, "DESK gets nothing more about a story or a term, but for what corrects or kills what it got."
    ),
    _topic_command(Action.UNMUTE, "DESK gets it again."),
    _topic_command(Action.FOLLOW, "DESK gets all alerts about a story or a term."),
    _topic_command(Action.UNFOLLOW, "DESK gets them only where a route leads."),
)
