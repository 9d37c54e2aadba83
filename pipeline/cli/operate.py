"""held, hold, release, kill, pin, dead: what an operator or editor decides."""

from __future__ import annotations

import getpass
import sys
import time
from collections.abc import Callable
from typing import Any, Literal

import click
import orjson
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline import settings
from pipeline.cli import EXIT_WRONG, fail
from pipeline.items import Control, Item

out = Console(highlight=False)
LINE_WIDTH = 500  # of a table row that is written to a file or a pipe
author_options = [
    click.option("--who", default=getpass.getuser, show_default="your user name", help="Who decides."),
    click.option("--why", required=True, help="Why; it is published with what follows from it."),
]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def held(as_json: bool) -> None:
    """List what is held: embargoed, or on hold by the agency or an operator."""
    from pipeline.runtime.kafka.controls import shards

    rows = [
        {
            "dispatch": chain.id,
            "feed": chain.feed,
            "headline": Item.model_validate_json(one.value).headline,
            "why": one.why,
            "due": _iso(one.due_ms),
        }
        for shard in shards(settings.load().connection, "resolve").values()
        for chain, one in shard.state.held_items()
    ]
    show(rows, as_json, "nothing is held")


@click.command()
@click.argument("dispatch")
@author_options[0]
@author_options[1]
def hold(dispatch: str, who: str, why: str) -> None:
    """Hold DISPATCH: its next revisions wait, and consumers who have it are informed."""
    _send_dispatch_control("hold", dispatch, who, why)


@click.command()
@click.argument("dispatch")
@author_options[0]
@author_options[1]
def release(dispatch: str, who: str, why: str) -> None:
    """Release DISPATCH: everything held of it is published now, whatever its embargo."""
    _send_dispatch_control("release", dispatch, who, why)


@click.command()
@click.argument("dispatch")
@author_options[0]
@author_options[1]
def kill(dispatch: str, who: str, why: str) -> None:
    """Kill DISPATCH by hand: nothing of it is published any more, and what repeated it is recalled."""
    _send_dispatch_control("kill", dispatch, who, why)


@click.command()
@click.argument("story")
@click.argument("label")
@author_options[0]
@author_options[1]
def pin(story: str, label: str, who: str, why: str) -> None:
    """Pin LABEL on STORY: an editor's label always wins over a generated one."""
    from pipeline.tag.changes import LABEL_CHARACTERS_MAX

    if not 0 < len(" ".join(label.split())) <= LABEL_CHARACTERS_MAX:
        raise click.UsageError(f"a label has 1 to {LABEL_CHARACTERS_MAX} characters")
    control = _control(action="pin", story=story.rsplit(":", 1)[-1], label=label, who=who, why=why)
    _send("tag", control, lambda state: state.story(control.story), f"no living story {control.story}")
    click.echo(f"pinned: {label}", err=True)


@click.group()
def dead() -> None:
    """Dead letters: what could not be used, why, and how to send it again."""


@dead.command("list")
@click.option("--reason", help="Only this reason.")
@click.option("--room", help="Only from this room.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def dead_list(reason: str | None, room: str | None, as_json: bool) -> None:
    """List the dead letters, oldest first in each partition."""
    from pipeline.runtime.kafka.controls import letters

    rows = [
        {
            "letter": letter.name,
            "room": letter.room,
            "reason": letter.reason,
            "detail": letter.detail,
            "position": str(letter.position) + ("" if letter.part is None else f" part {letter.part}"),
            "feed": letter.record.key.decode("utf-8", "replace"),
            "bytes": letter.size,
        }
        for letter in letters(settings.load().connection)
        if (reason is None or letter.reason == reason) and (room is None or letter.room == room)
    ]
    show(rows, as_json, "no dead letters")


@dead.command("show")
@click.argument("letter")
@click.option("--bytes", "as_bytes", is_flag=True, help="The original bytes alone, on stdout.")
def dead_show(letter: str, as_bytes: bool) -> None:
    """Show one dead letter; LETTER is PARTITION@OFFSET, as `wiredesk dead list` names it."""
    from pipeline.runtime.kafka.controls import letters

    for one in letters(settings.load().connection):
        if one.name != letter:
            continue
        if as_bytes:
            sys.stdout.buffer.write(one.record.value)
            return
        for name, value in one.record.headers:
            out.print(f"{name}: {value.decode('utf-8', 'replace')[:300]!s}", markup=False)
        out.print(f"\n{one.record.value[:2000].decode('utf-8', 'replace')}", markup=False)
        return
    fail(f"no dead letter {letter}; `wiredesk dead list` names them", EXIT_WRONG)


@dead.command("replay")
@click.argument("chosen", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.option("--reason", help="All with this reason.")
@click.option("--room", help="All from this room.")
def dead_replay(chosen: tuple[str, ...], everything: bool, reason: str | None, room: str | None) -> None:
    """Send dead letters again, after a fix.

    Each record is read again at its position in the log; if it was deleted there, the bytes in the letter serve.  A
    record that dies again is a new dead letter.  One that was already sent again is a repeat, which does no harm.
    """
    from pipeline.runtime.kafka.controls import SourceDeleted, letters, send_again

    if not (chosen or everything or reason or room):
        raise click.UsageError("name LETTERs, or --reason, --room or --all")
    connection = settings.load().connection
    wanted = [
        letter
        for letter in letters(connection)
        if (not chosen or letter.name in chosen)
        and (reason is None or letter.reason == reason)
        and (room is None or letter.room == room)
    ]
    if missing := [name for name in chosen if name not in {letter.name for letter in wanted}]:
        fail(f"no dead letter {', '.join(missing)}; `wiredesk dead list` names them", EXIT_WRONG)
    by_position = {letter.position: letter for letter in wanted}  # a payload with two dead items is sent once
    count = 0
    try:
        for letter, whence in send_again(connection, by_position.values()):
            count += 1
            out.print(f"{letter.position} sent again ({whence})")
    except SourceDeleted as error:
        fail(f"{error}; {count} sent before it", EXIT_WRONG)
    click.echo(f"{count} sent again", err=True)


def show(rows: list[dict[str, object]], as_json: bool, nothing: str) -> None:
    """Rows as a table, or as JSON lines."""
    if as_json:
        for row in rows:
            click.echo(orjson.dumps(row).decode())
        return
    if not rows:
        click.echo(nothing, err=True)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, name in enumerate(rows[0]):
        table.add_column(name, no_wrap=number == 0, overflow="fold")  # first an id: whole, to be copied
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row.values()))
    out.print(table, width=None if out.is_terminal else LINE_WIDTH, crop=False)


def _send_dispatch_control(action: Literal["hold", "release", "kill"], dispatch: str, who: str, why: str) -> None:
    id_ = dispatch.rsplit(":", 1)[-1]  # a uri will do
    control = _control(action=action, dispatch=id_, who=who, why=why)
    _send("resolve", control, lambda state: state.get(id_), f"no dispatch {id_} in the window")
    click.echo(f"{action}: {id_}", err=True)


def _control(**members: str) -> Control:
    """A control as the rooms accept it; exit code 2 for one that they would refuse."""
    try:
        return Control.model_validate(members)
    except ValidationError as error:
        problems = (f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors())
        raise click.UsageError("; ".join(problems)) from None


def _send(room: str, control: Control, knows: Callable[[Any], object], unknown: str) -> None:
    """Write the control into the partition whose shard knows its object; exit code 1 if none does."""
    from pipeline.runtime.kafka.controls import send_control, shards

    connection = settings.load().connection
    for partition, shard in shards(connection, room).items():
        if knows(shard.state) is not None:
            send_control(connection, room, partition, control, time.time_ns() // 1_000_000)
            return
    fail(f"{unknown}; `wiredesk tail --json` shows `uri`, `dispatch.id` and `story.id`", EXIT_WRONG)


def _iso(ms: int | None) -> str | None:
    from pipeline.items import instant

    return None if ms is None else instant(ms).isoformat()
