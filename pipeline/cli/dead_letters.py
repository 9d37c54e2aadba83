"""dead: what could not be used, why, and how to send it again."""

from __future__ import annotations

import sys

import click

from pipeline.cli import EXIT_WRONG, Group, fail, reached
from pipeline.cli.parameters import DEAD_LETTER, OneOf, Text
from pipeline.cli.tables import out, show
from pipeline.outside import shown
from pipeline.records import Reason
from pipeline.topology import ROOMS

REASON, ROOM = OneOf(sorted(reason.value for reason in Reason)), OneOf(list(ROOMS))
NAME = Text(pattern=DEAD_LETTER, example="2@1412: write PARTITION@OFFSET, as `wiredesk dead list` names it")


@click.group(cls=Group)
def dead() -> None:
    """Dead letters: what could not be used, why, and how to send it again."""


@dead.command("list")
@click.option("--reason", type=REASON, help="Only this reason.")
@click.option("--room", type=ROOM, help="Only from this room.")
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
        for letter in letters(reached().connection)
        if (reason is None or letter.reason == reason) and (room is None or letter.room == room)
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
@click.argument("chosen", nargs=-1, type=NAME)
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.option("--reason", type=REASON, help="All with this reason.")
@click.option("--room", type=ROOM, help="All from this room.")
def dead_replay(chosen: tuple[str, ...], everything: bool, reason: str | None, room: str | None) -> None:
    """Send dead letters again, after a fix.

    Each record is read again at its position in the log; if it was deleted there, the bytes in the letter serve.  A
    record that dies again is a new dead letter.  One that was already sent again is a repeat, which does no harm.
    """
    from pipeline.runtime.kafka.controls import BytesFrom, SourceDeleted, letters, send_again

    if not (chosen or everything or reason or room):
        raise click.UsageError("name LETTERs, or --reason, --room or --all")
    if ((chosen or everything) and (reason or room)) or (chosen and everything):
        raise click.UsageError("LETTERs, --all, and --reason with --room exclude each other; give one of the three")
    connection = reached().connection
    wanted = [
        letter
        for letter in letters(connection)
        if (not chosen or letter.name in chosen)
        and (reason is None or letter.reason == reason)
        and (room is None or letter.room == room)
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
