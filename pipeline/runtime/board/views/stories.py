"""Stories, and the time line of one."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import ValidationError

from pipeline.board.rows import bare
from pipeline.items import Item, Kind, Story, instant
from pipeline.runtime.board.views.lines import HEADLINE_CHARACTERS_MAX, ITEMS, Line, cut, line_of, row_item
from pipeline.runtime.board.views.wishes import Wish, wishes
from pipeline.runtime.stories.activity import HOUR, in_order, is_living, momentum_at
from pipeline.runtime.stories.reading import Published, surviving
from pipeline.runtime.stories.timeline import Moment, timeline

STORIES_SHOWN = 100
MOMENTS_MAX = 500  # items of a story, the latest
ADDED_CHARACTERS_MAX = 240
CURVE_HOURS = 12
SAID = {"killed": Kind.KILL, "recalled": Kind.RECALL, "corrected": Kind.CORRECTION}  # by the word of the state


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story in a list."""

    story: Story
    top: str
    killed: int
    curve: tuple[int, ...]  # items an hour, oldest first
    last_hour: int
    is_living: bool
    wishes: tuple[Wish, ...] = ()  # of desks, where one story is shown

    @property
    def key(self) -> str:
        """Of its row."""
        return f"story-{self.story.id}"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy, folded under what it copies."""

    feed: str
    time: datetime
    dispatch: str
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class MomentLine:
    """A report or notice in the time line of a story."""

    line: Line
    is_first: bool
    what: str  # FIRST, KILL, UPDATE … in capitals
    share: int  # per cent of its text that is new
    added: str
    copies: tuple[Copy, ...]

    @property
    def key(self) -> str:
        """Of its row."""
        return self.line.key


def stories(db: sqlite3.Connection, most: int = STORIES_SHOWN) -> list[StoryLine]:
    """The stories that live, those first that grow fastest."""
    found = [one for one in _stories(db).values() if is_living(one)]
    now = now_of(db)
    return [_story_line(db, one, now) for one in in_order(found, now)[:most]]


def now_of(db: sqlite3.Connection) -> datetime:
    """The time of the latest item or story; 1970 without one."""
    row = db.execute("select time_ms from latest where kind = 'items'").fetchone()
    return instant(row["time_ms"] if row else 0)


def _stories(db: sqlite3.Connection) -> dict[str, Story]:
    found = {}
    for row in db.execute("select story, value from stories"):
        try:
            found[row["story"]] = Story.model_validate_json(row["value"])
        except ValidationError:
            continue
    return found


def _story_line(db: sqlite3.Connection, story: Story, now: datetime) -> StoryLine:
    hour_ms = int(HOUR.total_seconds() * 1000)
    start = int(now.timestamp() * 1000) - CURVE_HOURS * hour_ms
    counts = dict(
        db.execute(
            "select (time_ms - ?) / ?, count(*) from items where story = ? and time_ms > ? group by 1",
            (start, hour_ms, story.id, start),
        ).fetchall()
    )
    killed = "select count(distinct dispatch) from items join killed using (dispatch) where story = ?"
    (dead,) = db.execute(killed, (story.id,)).fetchone()
    return StoryLine(
        story,
        _top(db, story),
        dead,
        tuple(counts.get(hour, 0) for hour in range(CURVE_HOURS)),
        momentum_at(story, now).last_hour,
        is_living(story),
    )


def _top(db: sqlite3.Connection, story: Story) -> str:
    """The headline of the story's best item, unless that is withheld by now."""
    if not story.top or not story.top.headline:
        return ""
    row = db.execute(
        "select coalesce((select is_withheld from dispatches where dispatch = ?1), 0)"
        " or exists (select 1 from killed where dispatch = ?1)",
        (bare(story.top.uri),),
    ).fetchone()
    return "" if row[0] else cut(story.top.headline, HEADLINE_CHARACTERS_MAX)


def story(db: sqlite3.Connection, name: str) -> tuple[StoryLine, list[MomentLine]] | None:
    """A story, or the one that has taken it in, with its moments, the latest first."""
    known = _stories(db)
    found = surviving(known, name)
    if found is None:
        return None
    names = [each for each in known if surviving(known, each) is found]
    marks = ", ".join("?" * len(names))
    rows = db.execute(
        f"{ITEMS} where i.story in ({marks}) order by i.time_ms desc, i.id desc limit ?", (*names, MOMENTS_MAX)
    )
    lines, published = {}, []
    for row in rows.fetchall()[::-1]:
        try:
            item = row_item(row)
        except ValidationError:
            continue
        lines[id(item)] = line_of(row)
        published.append(Published(item, instant(row["time_ms"])))
    moments = timeline(published)
    now = now_of(db)
    shown = [_moment(moment, lines, number == 0) for number, moment in enumerate(moments)]
    return replace(_story_line(db, found, now), wishes=wishes(db, names)), shown[::-1]


def _moment(moment: Moment, lines: dict[int, Line], is_first: bool) -> MomentLine:
    line, kind = lines[id(moment.item)], moment.item.dispatch.kind
    is_notice = moment.item.is_partial or kind is Kind.KILL
    hides = line.is_struck or line.mark == "held" or is_notice
    return MomentLine(
        line=line,
        is_first=is_first,
        what="FIRST" if is_first else "" if kind in (Kind.NEW, SAID.get(line.mark)) else str(kind or "").upper(),
        share=0 if hides else round(100 * moment.new_share),
        added="" if hides or is_first else _added(moment, line),
        copies=tuple(_copy(copy, lines) for copy in moment.copies),
    )


def _added(moment: Moment, line: Line) -> str:
    """What the report added; nothing of a text that stands as its headline already."""
    said = cut(moment.new_text, ADDED_CHARACTERS_MAX)
    is_said = line.headline.casefold().startswith(said.removesuffix("…").casefold())
    return "" if is_said or not moment.item.headline else said


def _copy(item: Item, lines: dict[int, Line]) -> Copy:
    line = lines[id(item)]
    return Copy(line.feed, line.time, line.dispatch, line.is_struck)
