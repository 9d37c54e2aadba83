"""alerts: what desks are sent, what they would be sent, and what editors say about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.markup import escape

from pipeline.cli import EXIT_WRONG, Group, fail
from pipeline.cli.bar import Bar, console
from pipeline.cli.deliver import send_test
from pipeline.cli.desk_commands import COMMANDS
from pipeline.cli.parameters import FEED, READABLE, READABLE_FILE, loaded
from pipeline.cli.tables import show
from pipeline.outside import shown

if TYPE_CHECKING:
    from pipeline.runtime.trial import Trial


@click.group(cls=Group)
def alerts() -> None:
    """List what desks were sent; try the routes; acknowledge, follow and mute."""


@alerts.command("test")
@click.argument("routes", metavar="ROUTES", type=READABLE_FILE)
@click.argument("files", metavar="CAPTURE...", nargs=-1, required=True, type=READABLE)
@click.option("--against", type=READABLE_FILE, help="The routes of before: shows only what differs.")
@click.option("--rules", type=READABLE_FILE, help="Alert rules; the packaged ones without it.")
@click.option(
    "--feed", type=FEED, help="The feed of files that are plain payloads; the name of their folder without it."
)
@click.option("--json", "as_json", is_flag=True, help="One line a notification, or a difference, for machines.")
def test(
    routes: Path, files: tuple[Path, ...], against: Path | None, rules: Path | None, feed: str | None, as_json: bool
) -> None:
    """Show what desks would have been sent by ROUTES, without a broker and without sending anything.

    CAPTURE is a capture of wire.raw, wire.enriched or wire.alerts, or payloads (files, folders, JSON lines).  All
    is placed at its own time, so that budgets, quiet hours and digests are those of the days that it is of.
    """
    with Bar() as bar:
        from pipeline.alert.rules import load_rules
        from pipeline.replay import NotReplayable
        from pipeline.route.rules import load_routes
        from pipeline.runtime.trial import Trial, alerts_of, read_by_own_clock

        alert_rules = loaded(load_rules, rules, "--rules: ") if rules else None
        new, old = loaded(load_routes, routes), loaded(load_routes, against) if against else None
        bar("reading", 0, 0)
        records, skipped = read_by_own_clock(files, feed)
        for one in skipped:
            console.print(f"[red]skipped[/] {escape(shown(f'{one.name}: {one.reason}'))}", soft_wrap=True)
        try:
            found = alerts_of(records, alert_rules, lambda done, of: bar("replaying", done, of))
        except (NotReplayable, ValueError) as error:
            fail(str(error), EXIT_WRONG)
        trial = Trial.of(new, found)
        before = Trial.of(old, found) if old else None
    if before:
        show(list(_differences(before, trial)), as_json, "no difference: the same desks get the same alerts")
        return
    if as_json:
        from pipeline.items import dump

        for sent in trial.notifications:
            click.echo(dump(sent).decode())
        return
    _report(trial)


def _report(trial: Trial) -> None:
    """What each desk got, then what is odd about the routes."""
    from pipeline.runtime.record_lines import clock

    rows: list[dict[str, object]] = [
        {
            "time": clock(one.time),
            "desk": one.desk,
            "kind": one.kind.value,
            "level": one.level.value,
            "title": one.title,
            "why": "; ".join(one.reasons),
        }
        for one in trial.notifications
    ]
    show(rows, False, "nothing would be sent")
    summary = list(_desks(trial))
    click.echo(f"\n{len(trial.alerts)} alerts")
    show(summary, False, "")
    for name, count in trial.taken().items():
        if not count:
            click.echo(f"route {name!r} took none of the alerts")


def _desks(trial: Trial) -> Iterator[dict[str, object]]:
    for desk, days in trial.days().items():
        mine = [one for one in trial.notifications if one.desk == desk]
        yield {
            "desk": desk,
            "notifications": len(mine),
            "most a day": max(days.values(), default=0),
            "past quiet hours and budgets": sum(one.breaks_through for one in mine),
            "alerts in digests": sum(len(one.alerts) for one in mine if one.kind == "digest"),
            "left out": sum(sum(one.left_out.model_dump().values()) for one in mine),
        }


def _differences(before: Trial, now: Trial) -> Iterator[dict[str, object]]:
    """What only one of the two sends to a desk, and what it sends in another way or at another time."""
    titles = {alert.id: alert.title or alert.headline for alert in now.alerts}
    old, new = before.sent(), now.sent()
    for desk, alert in sorted(old.keys() | new.keys(), key=lambda key: (key[0], list(titles).index(key[1]))):
        was, is_ = old.get((desk, alert)), new.get((desk, alert))
        ways = [f"{one.kind} at {one.time:%d %b %H:%M}" if one else "not sent" for one in (was, is_)]
        if ways[0] != ways[1]:
            yield {"desk": desk, "before": ways[0], "now": ways[1], "alert": titles[alert]}


for _command in (*COMMANDS, send_test):
    alerts.add_command(_command)
