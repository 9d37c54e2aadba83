"""Rows that a command found, as a table or as JSON lines."""

from __future__ import annotations

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.outside import shown

LINE_WIDTH = 500  # of a table row that is written to a file or a pipe
SHORT = 20  # names and positions: never folded

out = Console(highlight=False)


def show(rows: list[dict[str, object]], as_json: bool, nothing: str) -> None:
    """Rows as a table, or as JSON lines."""
    if as_json:
        for row in rows:
            line = orjson.dumps(row).decode()
            click.echo(shown(line) if out.is_terminal else line)
        return
    if not rows:
        click.echo(nothing, err=True)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, name in enumerate(rows[0]):
        is_short = max(len(str(row[name])) for row in rows) <= SHORT
        table.add_column(name, no_wrap=number == 0 or is_short, overflow="fold")  # first an id: whole, to be copied
    for row in rows:
        table.add_row(*(Text("" if value is None else shown(str(value))) for value in row.values()))
    (out if out.is_terminal else Console(highlight=False, width=LINE_WIDTH)).print(table, crop=False)
