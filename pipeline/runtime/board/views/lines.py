"""Items in lists: the wire, what was withdrawn, what a search finds."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from pipeline.items import Item, Kind, Status, Text, instant

LINES_MAX = 200  # of a list
HEADLINE_CHARACTERS_MAX = 300
QUERY_CHARACTERS_MAX = 200
ASKED_MAX = 50  # dispatches whose lines are asked for at once
KEY, NUMBER_DIGITS_MAX = "item-", 18
PUBLISHED = "coalesce(d.is_withheld, 0) = 0 and k.dispatch is null"
ITEMS = """
select i.*, d.status, d.is_withheld, k.dispatch is not null as is_killed
from items i left join dispatches d using (dispatch) left join killed k on k.dispatch = i.dispatch
"""
MARKS = {  # of the state of a dispatch: its class, and its word
    "killed": "KILLED",
    "recalled": "RECALLED",
    "held": "ON HOLD",
    "corrected": "CORRECTED",
}


@dataclass(frozen=True, slots=True)
class Line:
    """An item in a list."""

    key: str
    dispatch: str
    item: str
    feed: str
    time: datetime
    headline: str
    mark: str  # a key of MARKS, or empty
    word: str
    note: str  # why, where a notice says so
    story: str

    @property
    def is_struck(self) -> bool:
        """Whether its words were published and are withdrawn."""
        return self.mark in ("killed", "recalled")


def wire(db: sqlite3.Connection, before: str = "", most: int = LINES_MAX) -> list[Line]:
    """The latest items, in order of arrival; `before` the one of this key, where it is known."""
    number = before.removeprefix(KEY)
    is_known = number.isdecimal() and len(number) <= NUMBER_DIGITS_MAX
    behind = "where (i.time_ms, i.id) < (select time_ms, id from items where id = ?)" if is_known else ""
    values = (int(number), most) if is_known else (most,)
    rows = db.execute(f"{ITEMS} {behind} order by i.time_ms desc, i.id desc limit ?", values)
    return [line_of(row) for row in rows]


def count_of(asked: str) -> int:
    """How many lines are asked for: as many as a list has at most, unless it is said."""
    is_said = asked.isascii() and asked.isdecimal() and len(asked) <= NUMBER_DIGITS_MAX
    return min(max(int(asked), 1), LINES_MAX) if is_said else LINES_MAX


def of(db: sqlite3.Connection, dispatches: Sequence[str], most: int = LINES_MAX) -> list[Line]:
    """The lines of these dispatches, of as many as may be asked for."""
    names = dispatches[:ASKED_MAX]
    marks = ", ".join("?" * len(names))
    rows = db.execute(f"{ITEMS} where i.dispatch in ({marks}) order by i.id desc limit ?", (*names, most))
    return [line_of(row) for row in rows]


def withdrawn(db: sqlite3.Connection, most: int = LINES_MAX) -> list[Line]:
    """The latest kills, recalls and holds: the notices themselves."""
    kinds = (Kind.KILL, Kind.RECALL, Kind.ADVISORY)
    rows = db.execute(
        f"{ITEMS} where i.kind in (?, ?, ?) order by i.time_ms desc, i.id desc limit ?",
        (*kinds, most),
    )
    return [line_of(row) for row in rows]


def search(db: sqlite3.Connection, query: str, most: int = LINES_MAX) -> list[Line]:
    """The latest items that have all words of the query; nothing that is withheld is found."""
    words = query[:QUERY_CHARACTERS_MAX].replace("\0", " ").split()
    if not words:
        return []
    phrase = " ".join('"' + word.replace('"', '""') + '"' for word in words)  # each word is text, no operator
    rows = db.execute(
        f"{ITEMS} where i.id in (select rowid from search where search match ?) and {PUBLISHED} "  # noqa: S608 -- constants
        "order by i.time_ms desc, i.id desc limit ?",
        (phrase, most),
    )
    return [line_of(row) for row in rows]


def row_item(row: sqlite3.Row) -> Item:
    """The item of a row of `items`, its text with it.  Raises ValidationError."""
    item = Item.model_validate_json(row["value"])
    return item.model_copy(update={"bodies": (Text(value=row["body"]),)}) if row["body"] else item


def line_of(row: sqlite3.Row) -> Line:
    """The line of a row of ITEMS.  What is on hold has no words."""
    mark = _mark(row)
    shown = "" if mark == "held" else row["headline"] or row["body"]
    return Line(
        key=f"{KEY}{row['id']}",
        dispatch=row["dispatch"],
        item=row["item"],
        feed=row["feed"],
        time=instant(row["time_ms"]),
        headline=cut(shown, HEADLINE_CHARACTERS_MAX),
        mark=mark,
        word=MARKS.get(mark, ""),
        note=_note(row),
        story=row["story"] or "",
    )


def _mark(row: sqlite3.Row) -> str:
    if row["is_killed"]:
        return "killed"
    if row["status"] in (Status.HELD, Status.RECALLED):
        return str(row["status"])
    if row["is_withheld"]:
        return "held"  # whatever the reason is: fail closed
    return "corrected" if row["kind"] == Kind.CORRECTION else ""


def _note(row: sqlite3.Row) -> str:
    """Why; of a copy that is recalled by what happened to its source, without the ids, and without killed words."""
    try:
        item = Item.model_validate_json(row["value"])
    except ValidationError:
        return ""
    if item.dispatch.status is not Status.RECALLED or item.duplicate is None:
        return item.dispatch.why or ""
    if item.dispatch.killed_by:
        return "It repeats a report that was killed."
    headline = cut(item.duplicate.of_headline or "", HEADLINE_CHARACTERS_MAX)
    return "It repeats a report that was corrected" + (f": {headline}" if headline else ".")


def cut(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
