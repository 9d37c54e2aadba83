"""What the demo shows of an item, an alert, a dead letter: columns of words, no ids."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote

from rich.text import Text

from pipeline.dead import Letter
from pipeline.envelope import SOURCE
from pipeline.items import Alert, Item, Kind, Relation
from pipeline.runtime.demo.scoreboard import Scoreboard
from pipeline.runtime.record_lines import LEVEL_STYLES, STATUS_STYLES, clock, headline

UNNAMED = "an item without a headline"
NO_COPY = (None, Relation.ORIGINAL, Relation.RELATED)


class Row(NamedTuple):
    """One line of the stream."""

    when: str
    feed: str
    what: Text  # what it does to its dispatch or repeats, if anything, and its headline
    label: str  # of its story, if it has one


def item_row(board: Scoreboard, item: Item) -> Row:
    """An item: what it does, or repeats, before its headline."""
    status, kind = item.dispatch.status, item.dispatch.kind
    style = STATUS_STYLES.get(status, "") if status else ""
    what = Text()
    if item.dispatch.item in board.once_held and not item.is_partial:
        what.append("released ", "magenta")
    if item.duplicate and item.duplicate.relation not in NO_COPY and not item.is_partial:
        what.append(f"↳ {item.duplicate.relation.value} of {item.duplicate.of_feed or 'the same'} ", "dim")
    if kind and kind is not Kind.NEW:
        what.append(f"{kind.value} ", style or "green")
    what.append(_subject(board, item), style)
    return Row(clock(item.wire.received), item.wire.feed, what, item.story.label if item.story else "")


def fold_row(board: Scoreboard, repeat: Item) -> Row:
    """An item that repeats another one, under it."""
    relation = repeat.duplicate.relation.value if repeat.duplicate else ""
    return Row("", "", Text(f"  ↳ {relation}: {repeat.wire.feed}: {_subject(board, repeat)}", "dim"), "")


def alert_cells(alert: Alert) -> tuple[str, Text, str, str]:
    """When, how urgent, about what, why."""
    reasons = "; ".join(alert.reasons)
    return clock(alert.time), Text(alert.level.upper(), LEVEL_STYLES[alert.level]), alert.headline, reasons


def letter_cells(letter: Letter) -> tuple[str, str, str]:
    """Feed, reason, and detail."""
    source = (letter.record.header(SOURCE) or b"").decode("utf-8", "replace")
    return unquote(source) or letter.room, letter.reason, letter.detail


def _subject(board: Scoreboard, item: Item) -> str:
    """The headline; of a kill or a recall that has none, the headline of what it withdraws."""
    known = board.headlines.get(item.dispatch.id, UNNAMED)
    if item.is_partial and item.duplicate:
        of = board.headlines.get(item.duplicate.of or "", UNNAMED)
        return f"{known} (it repeats “{of}”, which was {item.dispatch.severity or 'withdrawn'})"
    return headline(item) if item.headline or item.body else known
