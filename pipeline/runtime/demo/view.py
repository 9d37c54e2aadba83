"""The demo's moving view on a terminal: the newest items first, then stories, alerts, dead letters, the account.

A part with nothing in it takes no room. A story's label has a column of its own, and is wrapped there, not cut.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.layout import Layout
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pipeline.items import Item, Story
from pipeline.runtime.demo.closing import account_line, open_stories
from pipeline.runtime.demo.rows import Row, alert_cells, fold_row, item_row, letter_cells
from pipeline.runtime.demo.scoreboard import Scoreboard

LOW_ROWS = 32  # a terminal with fewer is low
ALERTS_SHOWN, ALERTS_SHOWN_LOW = 6, 3
LETTERS_SHOWN, LETTERS_SHOWN_LOW = 6, 2
STORY_ROWS, STORY_ROWS_LOW = 5, 3
STORY_WIDTH_MIN = 28  # of one story among the stories
COUNTS_WIDTH = 10  # of its counts, and the gap after its label
FOLDED_SHOWN = 2  # repeats named under an item; the rest are counted
LABEL_WIDTH, LABEL_SHARE = 26, 0.3  # of the column of labels: columns, and share of the width
SUM_ROWS = 2
PICTURE_SIZE = 120, 40


def live_view(board: Scoreboard, width: int, height: int, address: str = "") -> Layout:
    """The whole screen.  `address`: of the board; left out where it does not fit whole."""
    low = height < LOW_ROWS
    parts = [Layout(Text(board.intro, "dim"), size=SUM_ROWS)]
    line = f"board at {address}"
    if address and len(line) <= width:
        parts.append(Layout(Text(line, "bold"), size=1))
    below = [*_stories(board, width, low), *_alerts(board, low), *_letters(board, low)]
    taken = SUM_ROWS + sum(part.size or 0 for part in (*parts, *below))
    parts += [Layout(_stream(board, width, height - taken), name="stream"), *below]
    layout = Layout()
    layout.split_column(*parts, Layout(Text(account_line(board), "bold"), size=SUM_ROWS))
    return layout


def save_picture(board: Scoreboard, path: Path) -> None:
    """The present view as an SVG file, for the README."""
    width, height = PICTURE_SIZE
    with Path(os.devnull).open("w") as nowhere:
        console = Console(width=width, height=height, record=True, file=nowhere, force_terminal=True)
        console.print(live_view(board, width, height))
        console.save_svg(str(path), title="make demo")


def _stream(board: Scoreboard, width: int, rows: int) -> Group:
    table = _table()
    table.add_column(no_wrap=True, style="dim")
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=9, style="blue")
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column(style="cyan", max_width=max(LABEL_WIDTH, int(width * LABEL_SHARE)), overflow="fold")
    for _, row in zip(range(rows), _rows(board), strict=False):
        table.add_row(*row)
    return Group(_title("wire.enriched", "newest first; ↳ a copy; released: it was held until now"), table)


def _rows(board: Scoreboard) -> Iterator[Row]:
    """Items, newest first, each with what repeats it."""
    folded: set[str] = set()
    for item in reversed(board.items):
        yield item_row(board, item)
        if item.dispatch.id not in folded:
            folded.add(item.dispatch.id)
            yield from _folded(board, board.repeats.get(item.dispatch.id, []))


def _folded(board: Scoreboard, repeats: list[Item]) -> Iterator[Row]:
    for repeat in repeats[:FOLDED_SHOWN]:
        yield fold_row(board, repeat)
    if (more := len(repeats) - FOLDED_SHOWN) > 0:
        yield Row("", "", Text(f"  ↳ and {more} more", "dim"), "")


def _stories(board: Scoreboard, width: int, low: bool) -> Iterator[Layout]:
    stories = open_stories(board)
    if not stories:
        return
    columns, shown = _in_columns(stories, width, STORY_ROWS_LOW if low else STORY_ROWS)
    cells = [Text.assemble((f"{one.items:>3} {one.independent:>3} ", "dim"), (one.label, "cyan")) for one in shown]
    body = Columns(cells, width=width // columns - 1, padding=(0, 1, 0, 0), column_first=True)
    more = f"; the largest of {len(stories)}" if len(stories) > len(shown) else ""
    yield _part("stories", f"items, independent sources, label{more}", body, -(-len(shown) // columns))


def _in_columns(stories: list[Story], width: int, rows_max: int) -> tuple[int, list[Story]]:
    """As many columns as leave every label whole, and the stories that they have room for."""
    for columns in range(max(1, width // STORY_WIDTH_MIN), 1, -1):
        shown = stories[: rows_max * columns]
        if max(len(one.label) for one in shown) + COUNTS_WIDTH < width // columns:
            return columns, shown
    return 1, stories[:rows_max]


def _alerts(board: Scoreboard, low: bool) -> Iterator[Layout]:
    shown = board.alerts[-(ALERTS_SHOWN_LOW if low else ALERTS_SHOWN) :]
    if shown:
        table = _table()
        table.add_column(no_wrap=True, style="dim")
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=3)
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=2, style="dim")
        for alert in shown:
            table.add_row(*alert_cells(alert))
        yield _part("alerts", f"{len(board.alerts)}, the newest last, each with its reasons", table, len(shown))


def _letters(board: Scoreboard, low: bool) -> Iterator[Layout]:
    shown = board.letters[-(LETTERS_SHOWN_LOW if low else LETTERS_SHOWN) :]
    if shown:
        table = _table()
        table.add_column(no_wrap=True, style="blue")
        table.add_column(no_wrap=True, style="red")
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        for letter in shown:
            table.add_row(*letter_cells(letter))
        yield _part("dead letters", f"{len(board.letters)}: kept whole, with the reason", table, len(shown))


def _part(name: str, note: str, body: RenderableType, rows: int) -> Layout:
    return Layout(Group(_title(name, note), body), size=rows + 1)


def _title(name: str, note: str) -> Rule:
    return Rule(Text.assemble((name, "bold"), (f"  {note}", "dim")), align="left", style="dim")


def _table() -> Table:
    return Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0), expand=True)
