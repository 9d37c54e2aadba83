"""A dispatch with its text, its revisions and its copies."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from pydantic import ValidationError

from pipeline.board.rows import bare
from pipeline.items import Item, Story
from pipeline.runtime.board.views.evidence import evidence
from pipeline.runtime.board.views.lines import ITEMS, LINES_MAX, Line, line_of, row_item


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A dispatch: its latest text, its revisions, why it is where it is, and who copies it."""

    line: Line
    item: Item
    paragraphs: tuple[str, ...]
    revisions: tuple[Line, ...]
    copies: tuple[Line, ...]
    origin: Line | None
    evidence: tuple[tuple[str, str], ...]
    label: str = ""  # of its story; empty where that is not known


def item(db: sqlite3.Connection, name: str) -> ItemPage | None:
    """The dispatch with this id or uri."""
    rows = db.execute(
        f"{ITEMS} where i.dispatch = ? order by i.id desc limit ?", (bare(name), LINES_MAX)
    ).fetchall()
    readable = [row for row in rows if _is_readable(row)]
    if not readable:
        return None
    best = next((row for row in readable if row["body"]), readable[0])
    found, line = row_item(best), replace(line_of(best), note=line_of(readable[0]).note)  # the latest notice's
    hides = line.is_struck or line.mark == "held"
    copies = db.execute(
        f"{ITEMS} where i.origin = ?1 and i.dispatch <> ?1 order by i.id limit ?2", (best["dispatch"], LINES_MAX)
    )
    origin = None
    if best["origin"]:
        row = db.execute(f"{ITEMS} where i.dispatch = ? order by i.id desc limit 1", (best["origin"],)).fetchone()
        origin = line_of(row) if row else None
    return ItemPage(
        line=line,
        item=found,
        paragraphs=() if hides else tuple(part for part in found.body.split("\n\n") if part.strip()),
        revisions=tuple(map(line_of, rows)),
        copies=tuple(map(line_of, copies)),
        origin=origin,
        evidence=() if hides else tuple(evidence(found)),
        label="" if hides else _label(db, line.story),  # it may be made of the headline
    )


def _label(db: sqlite3.Connection, story: str) -> str:
    row = db.execute("select value from stories where story = ?", (story,)).fetchone()
    try:
        return Story.model_validate_json(row["value"]).label if row else ""
    except ValidationError:
        return ""


def _is_readable(row: sqlite3.Row) -> bool:
    try:
        row_item(row)
    except ValidationError:
        return False
    return True
