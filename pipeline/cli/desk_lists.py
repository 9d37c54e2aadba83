"""How `wiredesk alerts list` shows what desks were sent and what waits, for a person and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.tables import LINE_WIDTH, out
from pipeline.items import Level, Notification, instant
from pipeline.outside import shown
from pipeline.route.rules import Routes
from pipeline.route.state import Brief, DeskState
from pipeline.runtime.desks import Desks
from pipeline.runtime.record_lines import clock

COLOURS = {Level.FLASH: "bold red", Level.URGENT: "red", Level.NOTICE: ""}
COUNTED = {  # members of DeskState, since the last notification
    "muted": "muted",
    "over_budget": "over the budget",
    "unlisted": "more than a digest lists",
    "withdrawn": "withdrawn before they were sent",
}
KEPT_FOR = {"quiet": "quiet hours", "budget": "over the budget", "digest": "for the digest"}
HEADINGS = {
    "sent": "Sent since {since}",
    "waiting": "Wait for an acknowledgement: wiredesk alerts ack NOTIFICATION",
    "topic": "Followed and muted: wiredesk alerts mute DESK --story STORY",
    "kept": "Kept back until they are due",
    "left-out": "Left out since the last notification of the desk",
}
FOLDED = ("title", "name", "why")
WIDE, WIDE_ONLY = (
    120,
    ("kind", "stories", "reminder", "to"),
)  # columns of a terminal that is wide enough; --json has all
Row = dict[str, Any]


def lists_of(found: Desks, routes: Routes | None, desk: str | None, since: datetime) -> dict[str, list[Row]]:
    """The rows of each list, by its name; of one desk, or of all."""
    lists = {
        "sent": [_sent(one, found) for one in found.notifications if one.time >= since],
        "waiting": list(_waiting(found)),
        "topic": [one._asdict() for one in found.topics(routes)],
        "kept": sorted(_kept(found), key=lambda row: (row["due"] is None, row["due"], row["desk"])),
        "left-out": [row for each in found.state.desks.rows() for row in _left_out(each.value)],
    }
    return {name: [row for row in rows if desk in (None, row["desk"])] for name, rows in lists.items()}


def _sent(one: Notification, found: Desks) -> Row:
    answer = found.answer(one)
    return {
        "notification": one.id,
        "time": one.time,
        "desk": one.desk,
        "kind": one.kind.value,
        "level": one.level.value,
        "title": one.title,
        "answer": "waits" if found.awaited(one.id) else f"acknowledged by {answer.who}" if answer else None,
        "stories": list(dict.fromkeys(alert.thread for alert in one.alerts)),
    }


def _waiting(found: Desks) -> Iterator[Row]:
    for awaited in (row.value for row in found.state.awaited.rows()):
        yield {
            "notification": awaited.id,
            "since": instant(awaited.told_ms),
            "desk": awaited.desk,
            "reminder": _instant(awaited.repeat_at_ms),
            "escalation": _instant(awaited.escalate_at_ms),
            "to": awaited.escalate_to if awaited.escalate_at_ms is not None else None,
            "title": awaited.alerts[0].title,
            "stories": list(dict.fromkeys(alert.thread for alert in awaited.alerts)),
        }


def _kept(found: Desks) -> Iterator[Row]:
    for kept in (row.value for row in found.state.kept.rows()):
        yield _kept_row(kept.desk, kept.alert, kept.due_ms, KEPT_FOR.get(kept.why, kept.why))
    for group in (row.value for row in found.state.groups.rows()):
        for alert in group.alerts:
            yield _kept_row(group.desk, alert, group.due_ms, "with its group")


def _kept_row(desk: str, alert: Brief, due_ms: int | None, why: str) -> Row:
    return {
        "story": alert.thread,
        "due": _instant(due_ms),
        "desk": desk,
        "why": why,
        "level": alert.level,
        "title": alert.title,
    }


def _left_out(desk: DeskState) -> Iterator[Row]:
    for member, name in COUNTED.items():
        if count := getattr(desk, member):
            yield {"desk": desk.id, "why": name, "alerts": count}


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else instant(ms)


def print_json(lists: dict[str, list[Row]]) -> None:
    """An object a line; `list` says which list it is of."""
    for name, rows in lists.items():
        for row in rows:
            line = orjson.dumps({"list": name} | row, option=orjson.OPT_UTC_Z).decode()
            click.echo(shown(line) if out.is_terminal else line)


def print_lists(lists: dict[str, list[Row]], since: datetime) -> None:
    """A table for each list that is not empty.  Ids come first and whole, to be copied; times are UTC."""
    console = out if out.is_terminal else Console(highlight=False, width=LINE_WIDTH)
    for name, rows in lists.items():
        if rows:
            heading = HEADINGS[name].format(since=clock(since))
            console.print(Text(f"{heading}", "bold"))
            console.print(_table(rows, console.width), crop=False)
            console.print()


def _table(rows: list[Row], width: int) -> Table:
    left_out = () if width >= WIDE else WIDE_ONLY
    names = [name for name in rows[0] if name not in left_out and any(row[name] not in (None, []) for row in rows)]
    table = Table(box=None, header_style="dim", pad_edge=False)
    for number, name in enumerate(names):
        table.add_column(name, no_wrap=number == 0 or name not in FOLDED, overflow="fold")
    for row in rows:
        style = COLOURS.get(row.get("level", ""), "")
        table.add_row(*(Text(_cell(row[name]), style if name in ("level", "title") else "") for name in names))
    return table


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return clock(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return shown(", ".join(map(str, value)))
    return "" if value is None else shown(str(value))
