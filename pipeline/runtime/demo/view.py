"""How the demo looks: a live view on a terminal, plain lines elsewhere, and a closing account."""

from __future__ import annotations

import os
from pathlib import Path

from rich.console import Console, Group
from rich.layout import Layout
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from pipeline.dead import Letter
from pipeline.items import Alert, Item, Story, StoryEvent
from pipeline.runtime.demo.scoreboard import Scoreboard
from pipeline.runtime.record_lines import alert_line, headline, item_line

STORIES_SHOWN = 12
ALERTS_SHOWN = 6
ITEMS_SHOWN = 16
FOLDED_SHOWN = 2  # repeats named under an item; the rest are counted


def live_layout(board: Scoreboard) -> Layout:
    """Items with their repeats folded under them, stories, alerts, and the account so far."""
    layout = Layout()
    layout.split_column(
        Layout(name="top", ratio=3), Layout(name="alerts", size=ALERTS_SHOWN + 2), Layout(name="sum", size=3)
    )
    layout["top"].split_row(Layout(name="items", ratio=3), Layout(name="stories", ratio=2))
    layout["items"].update(Panel(_items(board), title="wire.enriched", border_style="blue"))
    layout["stories"].update(Panel(stories_table(board, STORIES_SHOWN), title="stories", border_style="cyan"))
    lines = [_one_line(alert_line(alert)) for alert in board.alerts[-ALERTS_SHOWN:]]
    layout["alerts"].update(Panel(Group(*lines), title=f"alerts ({len(board.alerts)})", border_style="yellow"))
    layout["sum"].update(Panel(_one_line(_sum(board)), border_style="dim"))
    return layout


def save_picture(board: Scoreboard, path: Path) -> None:
    """The present view as an SVG file, for the README."""
    with Path(os.devnull).open("w") as nowhere:
        console = Console(width=150, height=46, record=True, file=nowhere, force_terminal=True)
        console.print(live_layout(board))
        console.save_svg(str(path), title="make demo")


def print_new(console: Console, board: Scoreboard) -> None:
    """What is new, a line each."""
    for event in board.new:
        match event:
            case Item():
                console.print(item_line(event), soft_wrap=True)
            case Alert():
                console.print(Text("ALERT ") + alert_line(event), soft_wrap=True)
            case Letter():
                console.print(Text(f"DEAD {event.position} {event.reason}: {event.detail}"), soft_wrap=True)
    board.new.clear()


def print_summary(console: Console, board: Scoreboard) -> None:
    """The account, in full."""
    if not console.is_terminal:
        print_new(console, board)
    console.print()
    console.print(stories_table(board, len(board.stories)))
    console.print()
    sign, account = "=" if board.complete else "≠", board.account
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in (
        (
            "items",
            f"[bold]{account.items}[/] {sign} {account.enriched} enriched + {account.held} held"
            f" + {account.withheld} withheld + {account.dead} dead",
        ),
        ("besides", f"{account.extra} recalls and advisories"),
        ("duplicates", f"{board.duplicates} folded under what they repeat"),
        (
            "stories",
            f"{len(_open(board))}, {sum(story.items > 1 for story in _open(board))} with more than one item",
        ),
        ("alerts", str(len(board.alerts))),
        ("publish → enriched", f"p50 {board.percentile_ms(0.5):.0f} ms, p99 {board.percentile_ms(0.99):.0f} ms"),
    ):
        table.add_row(name, value)
    console.print(table)
    if board.failure:
        console.print(f"[red]the publisher failed: {board.failure}")
    if not board.complete:
        console.print(f"[red]not everything is accounted for: {len(board.raw)} of {board.expected} payloads sent")


def stories_table(board: Scoreboard, most: int) -> Table:
    """The stories, largest first."""
    table = Table("items", "sources", "story", box=None, header_style="dim", pad_edge=False)
    for story in sorted(_open(board), key=lambda story: (-story.items, story.first_seen))[:most]:
        table.add_row(str(story.items), str(story.independent), Text(story.label, "cyan"))
    return table


def _open(board: Scoreboard) -> list[Story]:
    return [story for story in board.stories.values() if story.event is not StoryEvent.MERGED and story.items]


def _items(board: Scoreboard) -> Group:
    lines: list[Text] = []
    shown: set[str] = set()
    for item in reversed(board.items):
        lines.append(_one_line(item_line(item)))
        repeats = [] if item.dispatch.id in shown else board.repeats.get(item.dispatch.id, [])
        shown.add(item.dispatch.id)
        for repeat in repeats[:FOLDED_SHOWN]:
            relation = repeat.duplicate.relation.value if repeat.duplicate else ""
            lines.append(_one_line(Text(f"   ↳ {relation}: {repeat.wire.feed}: {headline(repeat)}", "dim")))
        if len(repeats) > FOLDED_SHOWN:
            lines.append(Text(f"   ↳ and {len(repeats) - FOLDED_SHOWN} more", "dim"))
        if len(lines) >= ITEMS_SHOWN * 2:
            break
    return Group(*lines)


def _sum(board: Scoreboard) -> Text:
    account = board.account
    return Text(
        f"{len(board.raw)}/{board.expected} payloads · {account.items} items: {account.enriched} enriched, "
        f"{account.held} held, {account.withheld} withheld, {account.dead} dead · {board.duplicates} duplicates · "
        f"{len(_open(board))} stories · "
        f"p50 {board.percentile_ms(0.5):.0f} ms, p99 {board.percentile_ms(0.99):.0f} ms"
    )


def _one_line(text: Text) -> Text:
    text.no_wrap = True
    text.overflow = "ellipsis"
    return text
