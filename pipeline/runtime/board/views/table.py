"""The views of the board: a row a view, in the order of the navigation."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kafka.errors import KafkaError

from pipeline.runtime.board.environment import ENVIRONMENT
from pipeline.runtime.board.held import HeldList, StillReading
from pipeline.runtime.board.shared import TOKEN, Row, Shown
from pipeline.runtime.board.views import alerts, dispatch, feeds, lines, stories
from pipeline.runtime.kafka.refusals import Refusal
from pipeline.shard import UnknownJournal


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser asks for."""

    db: sqlite3.Connection
    held: HeldList
    path: str
    name: str = ""  # of a story or a dispatch
    query: Mapping[str, str] = field(default_factory=dict)


Make = Callable[[Asked], Shown | None]  # None: there is no such thing


class View(NamedTuple):
    """A view of the board."""

    path: str
    template: str
    label: str  # in the navigation; empty: it is not there
    make: Make
    under: str = ""  # the label of the view that it is a part of
    kinds: str = ""  # of rows, as events name them, that change it; without one those that it names by `data-of`
    asks: tuple[str, ...] = ()  # the parameters that it takes
    is_of_file: bool = True  # what it shows depends on the file alone
    every_seconds: int = 0  # a page of it asks again so often, because no event tells of what it shows


def _rows(asked: Asked, macro: str, found: Iterable[Any]) -> tuple[Row, ...]:
    """The rows of a list, by a macro of rows.html."""
    make = getattr(ENVIRONMENT.get_template("rows.html").module, macro)
    return tuple(Row.of(one.key, make(one, TOKEN, asked.path)) for one in found)


def _stories(asked: Asked) -> Shown:
    return Shown({}, _rows(asked, "story", stories.stories(asked.db)))


def _story(asked: Asked) -> Shown | None:
    found = stories.story(asked.db, asked.name)
    if found is None:
        return None
    story, moments = found
    first = moments[-1].line if moments else None
    return Shown({"story": story, "first": first}, _rows(asked, "moment", moments))


def _item(asked: Asked) -> Shown | None:
    found = dispatch.item(asked.db, asked.name)
    return Shown({"page": found}) if found else None


def _wire(asked: Asked) -> Shown:
    most = lines.count_of(asked.query.get("rows", ""))
    found = lines.wire(asked.db, asked.query.get("before", ""), most)
    older = found[-1].key if len(found) == most else ""
    return Shown({"older": older, "is_older": "before" in asked.query}, _rows(asked, "line", found))


def _lines(asked: Asked) -> Shown:
    return Shown({}, _rows(asked, "line", lines.of(asked.db, asked.query.get("of", "").split(","))))


def _alerts(asked: Asked) -> Shown:
    return Shown({}, _rows(asked, "alert", alerts.alerts(asked.db)))


def _recalls(asked: Asked) -> Shown:
    return Shown({}, _rows(asked, "line", lines.withdrawn(asked.db)))


def _feeds(asked: Asked) -> Shown:
    found = feeds.feeds(asked.db)
    shown = found[: feeds.FEEDS_SHOWN]
    return Shown({"more": len(found) - len(shown)}, _rows(asked, "feed", shown))


def _search(asked: Asked) -> Shown:
    query = asked.query.get("q", "")[: lines.QUERY_CHARACTERS_MAX]
    return Shown({"query": query}, _rows(asked, "line", lines.search(asked.db, query)))


def _held(asked: Asked) -> Shown:
    """The list, or why there is none."""
    try:
        return Shown({"problem": ""}, _rows(asked, "held", asked.held.lines()))
    except (StillReading, Refusal, KafkaError, UnknownJournal) as error:
        return Shown({"problem": str(error)})


VIEWS = (
    View("/", "stories", "Stories", _stories, kinds="story item"),
    View("/story/{name}", "story", "", _story, under="Stories"),
    View("/wire", "wire", "Wire", _wire, kinds="item", asks=("before", "rows")),
    View("/item/{name}", "item", "", _item, under="Wire"),
    View("/alerts", "alerts", "Alerts", _alerts, kinds="alert notification"),
    View("/recalls", "recalls", "Recalls", _recalls, kinds="item"),
    View("/feeds", "feeds", "Feeds", _feeds, kinds="feed item"),
    View("/held", "held", "Held", _held, kinds="item", is_of_file=False, every_seconds=1),
    View("/search", "search", "", _search, kinds="item", asks=("q",)),
    View("/lines", "lines_of", "", _lines, asks=("of",)),  # rows that a page has asked for again
)
NAVIGATION = tuple((view.path, view.label) for view in VIEWS if view.label)
