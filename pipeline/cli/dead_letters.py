"""dead: what could not be used, why, and how to send it again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from pipeline.cli import EXIT_WRONG, Group, fail, reached
from pipeline.cli.parameters import DEAD_LETTER, FEED, OneOf, Text
from pipeline.cli.tables import out, show
from pipeline.outside import shown
from pipeline.records import Reason
from pipeline.topology import ROOMS

if TYPE_CHECKING:
    from pipeline.dead import Letter

REASON, ROOM = OneOf(sorted(reason.value for reason in Reason)), OneOf(list(ROOMS))
NAME = Text(pattern=DEAD_LETTER, example="2@1412: write PARTITION@OFFSET, as `wiredesk dead list` names it")


def which(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that name letters by what they are."""
    for name, type_, text in (
        ("--feed", FEED, "Only of this feed."),
        ("--room", ROOM, "Only from this room."),
        ("--reason", REASON, "Only with this reason."),
    ):
        command = click.option(name, type=type_, help=text)(command)
    return command


def is_meant(letter: Letter, reason: str | None, room: str | None, feed: str | None) -> bool:
    """Whether those options name this letter."""
    wanted = ((reason, letter.reason), (room, letter.room), (feed, letter.feed))
    return all(named in (None, found) for named, found in wanted)


@click.group(cls=Group)
def dead() -> None:
    """Dead letters: what could not be used, why, and how to send it again."""


@dead.command("list")
@which
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def dead_list(reason: str | None, room: str | None, feed: str | None, as_json: bool) -> None:
    """List the dead letters, oldest first in each partition."""
    from pipeline.runtime.kafka.controls import letters

    rows = [
        {
            "letter": letter.name,
            "room": letter.room,
            "reason": letter.reason,
            "detail": letter.detail,
            "position": str(letter.position) + ("" if letter.part is None else f" part {letter.part}"),
            "feed": letter.feed,
            "bytes": letter.size,
        }
        for letter in letters(reached().connection)
        if is_meant(letter, reason, room, feed)
    ]
    show(rows, as_json, "no dead letters")


@dead.command("show")
@click.argument("letter", type=NAME)
@click.option("--bytes", "as_bytes", is_flag=True, help="The original bytes alone, on stdout.")
def dead_show(letter: str, as_bytes: bool) -> None:
    """Show one dead letter; LETTER is PARTITION@OFFSET, as `wiredesk dead list` names it."""
    from pipeline.runtime.kafka.controls import letters

    for one in letters(reached().connection):
        if one.name != letter:
            continue
        if one.kept_in and one.first is None:
            click.echo(f"its bytes were kept in letter {one.kept_in}, which was deleted", err=True)
        if as_bytes:
            sys.stdout.buffer.write(one.kept.value)
            return
        for name, value in one.record.headers:
            out.print(shown(f"{name}: {value.decode('utf-8', 'replace')[:300]}"), markup=False, soft_wrap=True)
        out.print(shown(f"\n{one.kept.value[:2000].decode('utf-8', 'replace')}"), markup=False, soft_wrap=True)
        return
    fail(f"no dead letter {letter}; `wiredesk dead list` names them", EXIT_WRONG)


@dead.command("replay")
@click.argument("chosen", nargs=-1, type=NAME, metavar="[LETTER]...")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@which
def dead_replay(
    chosen: tuple[str, ...], everything: bool, reason: str | None, room: str | None, feed: str | None
) -> None:
    """Send dead letters again, after a fix.

    Each record is read again at its position in the log; if it was deleted there, the bytes in the letter serve.  A
    record that dies again is a new dead letter.  One that was already sent again is a repeat, which does no harm.
    """
    from pipeline.runtime.kafka.controls import BytesFrom, SourceDeleted, letters, send_again

    by_kind = reason or room or feed
    if not (chosen or everything or by_kind):
        raise click.UsageError("name LETTERs, or --reason, --room, --feed or --all")
    if ((chosen or everything) and by_kind) or (chosen and everything):
        raise click.UsageError("give one of these alone: LETTERs, --all, or --reason, --room and --feed together")
    connection = reached().connection
    wanted = [
        letter
        for letter in letters(connection)
        if (not chosen or letter.name in chosen) and is_meant(letter, reason, room, feed)
    ]
    if missing := [name for name in chosen if name not in {letter.name for letter in wanted}]:
        fail(f"no dead letter {', '.join(missing)}; `wiredesk dead list` names them", EXIT_WRONG)
    # Once a payload: one with two dead items, or that was sent again and died again, has several letters.
    by_payload = {(letter.position.topic, letter.record.key, letter.sha256): letter for letter in wanted}
    count = 0
    try:
        for letter, bytes_from in send_again(connection, by_payload.values()):
            count += 1
            whose = "the log" if bytes_from is BytesFrom.SOURCE else "its letter"
            out.print(f"{letter.position} sent again, with the bytes of {whose}")
    except SourceDeleted as error:
        fail(f"{error}; {count} sent before it", EXIT_WRONG)
    click.echo(f"{count} sent again", err=True)
