"""feeds: how each feed is; resume one that was set aside."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from pipeline.cli import EXIT_UNREACHABLE, EXIT_WRONG, Group, fail, reached
from pipeline.cli.bar import console
from pipeline.cli.operate import author_options
from pipeline.cli.parameters import FEED
from pipeline.cli.tables import show


class ListOrCommand(Group):
    """A group that lists when no command of it is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        names_none = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        return super().parse_args(ctx, ["list", *args] if names_none else args)


@click.group(cls=ListOrCommand)
def feeds() -> None:
    """List how each feed is (--json for machines), or resume one that was set aside."""


@feeds.command("list")
@click.option("--json", "as_json", is_flag=True, help="One status a line, for machines.")
def list_(as_json: bool) -> None:
    """How each feed is, by the room watch: its state, its latest item, its rhythm, and how it comes in.

    A line is written when the state changes, else at most every 15 minutes.  docs/operations.md, Feeds, has
    the columns.
    """
    from pipeline.items import dump
    from pipeline.runtime.feeds import FeedRow, feed_rows

    connection = reached().connection
    with console.status("reading wire.feeds and normalise's journal …"):
        rows = feed_rows(connection)
    if as_json:
        for row in rows.values():
            if row.status:
                click.echo(dump(row.status).decode())
        return

    def shown(name: str, row: FeedRow) -> dict[str, object]:
        status = row.status
        return {
            "feed": name,
            "state": status.state.value if status else "no item yet",
            "since": _clock(status.since) if status else "",
            "last item": _clock(status.last_item) if status else "",
            "a week": status.items_a_week if status else None,
            "usual this hour": _number(status.usual_items_this_hour) if status else "",
            "usual silence": _minutes(status.usual_silence_seconds) if status else "",
            "silent after": _clock(status.silent_after) if status else "",
            "warnings": f"{status.warnings_share:.0%}" if status else "",
            "dead": row.dead or "",
            "comes by": row.way or "publish",
            "why": (status.why or "") if status else "",
        }

    show([shown(name, row) for name, row in rows.items()], False, "no feeds yet: nothing was published")


@feeds.command("resume")
@click.argument("name", type=FEED)
@author_options[0]
@author_options[1]
def resume(name: str, who: str, why: str) -> None:
    """Have normalise read the feed NAME again, and send again what was kept since it was set aside."""
    from pipeline.runtime import feeds as reading

    connection = reached().connection
    try:
        with console.status(f"waiting for normalise to resume {name} …"):
            sent = sum(1 for _ in reading.resume(connection, name, who, why, reading.ANSWER_SECONDS))
    except reading.NotAside:
        fail(f"{name} is not set aside; `wiredesk feeds` lists how each feed is", EXIT_WRONG)
    except reading.NoAnswer:
        fail(
            f"normalise has not read the word within {reading.ANSWER_SECONDS:g} s: it reads it when it runs; then "
            "`wiredesk dead replay --reason set-aside` sends what was kept",
            EXIT_UNREACHABLE,
        )
    click.echo(f"{name} is read again; {sent} payloads that were kept are sent again", err=True)


def _clock(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%d %b %H:%M}" if moment else ""


def _number(count: float | None) -> str:
    return "" if count is None else f"{count:g}"


def _minutes(seconds: int | None) -> str:
    return "" if seconds is None else f"{seconds // 60} min"
