"""The demo in plain lines: what comes, where there is no terminal; and the summary, which stays on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.dead import Letter
from pipeline.items import Alert, Item, Story, StoryEvent
from pipeline.runtime.demo.rows import alert_cells, item_row, letter_cells
from pipeline.runtime.demo.scoreboard import Scoreboard

KINDS = (Item, Alert, Letter)


def print_board(console: Console, address: str, why_not: str) -> None:
    """Where the board is, or why there is none; an address is never broken."""
    line = Text.assemble("board at ", (address, "bold")) if address else Text(f"no board: {why_not}", "yellow")
    console.print(line, soft_wrap=True)


def print_new(console: Console, board: Scoreboard) -> None:
    """What is new, a line each: items, then the alerts that they raised, then dead letters."""
    for event in sorted(board.new, key=lambda event: KINDS.index(type(event))):
        console.print(_line(board, event), soft_wrap=True)
    board.new.clear()


def _line(board: Scoreboard, event: Item | Alert | Letter) -> Text:
    match event:
        case Item():
            row = item_row(board, event)
            label = (f"  ▸ {row.label}", "cyan") if row.label else ""
            return Text.assemble((f"{row.when} ", "dim"), (f"{row.feed:<10} ", "blue"), row.what, label)
        case Alert():
            when, level, what, why = alert_cells(event)
            return Text.assemble((f"{when} ", "dim"), "ALERT ", level, f" {what} ", (f"({why})", "dim"))
        case Letter():
            feed, reason, detail = letter_cells(event)
            return Text.assemble("DEAD ", (f"{feed} ", "blue"), (reason, "red"), f": {detail}")


def print_summary(console: Console, board: Scoreboard) -> None:
    """Stories, dead letters, and the account, in full."""
    console.print()
    console.print(_stories_table(board))
    if board.letters:
        console.print()
        table = Table("dead letters of", "reason", "", box=None, header_style="dim", pad_edge=False)
        for letter in board.letters:
            table.add_row(*letter_cells(letter))
        console.print(table)
    console.print()
    console.print(_account_table(board))
    if board.failure:
        console.print(f"[red]the publisher failed: {board.failure}")
    if not board.complete:
        console.print(f"[red]not everything is accounted for: {len(board.raw)} of {board.expected} payloads sent")


def print_next(console: Console, commands: Sequence[tuple[str, str]]) -> None:
    """Commands that work now, each with what it gives; as they can be copied, never broken."""
    width = max(len(command) for command, _ in commands)
    for command, gives in commands:
        console.print(Text.assemble((f"  {command:<{width}}", "bold"), (f"  # {gives}", "dim")), soft_wrap=True)


def account_line(board: Scoreboard) -> str:
    """The account so far."""
    account = board.account
    return (
        f"{len(board.raw)}/{board.expected} payloads · {account.items} items: {account.enriched} enriched, "
        f"{account.held} held, {account.withheld} withheld, {account.dead} dead · {board.duplicates} duplicates · "
        f"to enriched p50 {board.percentile_ms(0.5):.0f} ms, p99 {board.percentile_ms(0.99):.0f} ms"
    )


def open_stories(board: Scoreboard) -> list[Story]:
    """The stories that are not empty, largest first."""
    found = [story for story in board.stories.values() if story.event is not StoryEvent.MERGED and story.items]
    return sorted(found, key=lambda story: (-story.items, story.first_seen, story.id))


def _stories_table(board: Scoreboard) -> Table:
    table = Table("items", "sources", "story", box=None, header_style="dim", pad_edge=False)
    for story in open_stories(board):
        table.add_row(str(story.items), str(story.independent), Text(story.label, "cyan"))
    return table


def _account_table(board: Scoreboard) -> Table:
    account, stories = board.account, open_stories(board)
    sign = "=" if account.balanced else "≠"
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in (
        (
            "items",
            f"[bold]{account.items}[/] {sign} {account.enriched} enriched + {account.held} held"
            f" + {account.withheld} withheld + {account.dead} dead",
        ),
        ("besides", f"{account.extra} recalls and advisories"),
        ("duplicates", f"{board.duplicates} folded under what they repeat"),
        ("stories", f"{len(stories)}, {sum(story.items > 1 for story in stories)} with more than one item"),
        ("alerts", str(len(board.alerts))),
        ("publish → enriched", f"p50 {board.percentile_ms(0.5):.0f} ms, p99 {board.percentile_ms(0.99):.0f} ms"),
    ):
        table.add_row(name, value)
    return table
