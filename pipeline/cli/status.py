"""status: how each room is now, in one line."""

from __future__ import annotations

import math
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline import settings
from pipeline.cli import EXIT_WRONG, fail
from pipeline.cli.parameters import Address
from pipeline.cli.tables import LINE_WIDTH
from pipeline.outside import shown

if TYPE_CHECKING:
    from pipeline.runtime.metrics.status import RoomStatus

COLUMNS = ("room", "state", "partitions", "records", "died", "waits", "age 95 %", "held", "journal", "memory")
UNKNOWN = "–"
DUE = {"resolve": "the next embargo ends", "route": "the next notification is due"}

console = Console(highlight=False)


@click.command()
@click.argument("pages", nargs=-1, type=Address())
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: docs/operations.md, Status.")
def status(pages: tuple[str, ...], as_json: bool) -> None:
    """Show how each room is now, by its workers' pages; exit code 1 if somebody has to look.

    PAGES are addresses of workers, http://HOST:PORT.  Without them: the workers of this machine.
    """
    rooms = _of_pages(pages) if pages else _of_this_machine()
    if as_json:
        for room in rooms:
            click.echo(orjson.dumps(room.as_json()))
    else:
        show_rooms(rooms)
    if not all(room.is_fine for room in rooms):
        sys.exit(EXIT_WRONG)


def _of_pages(pages: tuple[str, ...]) -> list[RoomStatus]:
    from pipeline.runtime.metrics.status import metrics_of, of_pages
    from pipeline.runtime.progress import waiting

    with waiting("asking the workers"):
        for page in pages:
            if metrics_of(page) is None:
                fail(
                    f"{page} does not answer as a worker of Wiredesk; give the address of its health page, "
                    "http://HOST:PORT with its WIREDESK_HEALTH_PORT",
                    EXIT_WRONG,
                )
        return list(of_pages(pages))


def _of_this_machine() -> list[RoomStatus]:
    from pipeline.runtime.metrics.status import of_this_machine
    from pipeline.runtime.progress import waiting
    from pipeline.runtime.worker.register import workers

    found = settings.load()
    here = workers(found)
    if not here:
        fail(
            f"no room of {found.app_id} has run on this machine with WIREDESK_STATE_DIR={found.state_dir}; start "
            "them with `wiredesk up`, or name pages of workers elsewhere: `wiredesk status http://HOST:PORT`",
            EXIT_WRONG,
        )
    with waiting("asking the workers"):
        return list(of_this_machine(here))


def show_rooms(rooms: list[RoomStatus]) -> None:
    """A line a room; below, what has to be looked at, once for all rooms of which it is the same."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, name in enumerate(COLUMNS):
        table.add_column(name, no_wrap=True, justify="left" if number < 2 else "right")
    for room in rooms:
        table.add_row(*_cells(room))
    out = console if console.is_terminal else Console(highlight=False, width=LINE_WIDTH)
    out.print(table, crop=False)
    for why, remedy in dict.fromkeys((room.why, room.remedy) for room in rooms if room.why and not room.is_fine):
        same = [room.room for room in rooms if (room.why, room.remedy) == (why, remedy) and not room.is_fine]
        click.echo(shown(f"{', '.join(same)}: {why}{f' → {remedy}' if remedy else ''}"), err=True)
    for room in rooms:
        if room.next_due_timestamp_seconds:
            moment = datetime.fromtimestamp(room.next_due_timestamp_seconds, UTC)
            what = DUE.get(room.room, "something is due")
            click.echo(f"{room.room}: {what} at {moment:%Y-%m-%d %H:%M:%S} UTC by the broker's clock", err=True)


def _cells(room: RoomStatus) -> list[Text | str]:
    state = room.state.value
    if room.recovery_of:
        state += f" {100 * room.recovery_read // room.recovery_of} %"
    style = "green" if room.is_fine and room.workers else "" if room.is_fine else "red"
    return [
        room.room,
        Text(state, style=style),
        str(room.partitions) if room.workers else UNKNOWN,
        *(UNKNOWN if number is None else f"{number:,}" for number in (room.records, room.died, room.waiting)),
        _age(room.age_seconds),
        UNKNOWN if room.held is None else f"{room.held:,}",
        _size(room.journal_bytes),
        _size(room.memory_bytes),
    ]


def _age(seconds: float | None) -> str:
    if seconds is None:
        return UNKNOWN
    return "> 1 day" if math.isinf(seconds) else f"≤ {seconds:g} s"


def _size(size: int | None) -> str:
    if size is None:
        return UNKNOWN
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.1f} kB"
