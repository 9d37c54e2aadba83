"""Rows as what a page shows.  Words of what is killed, recalled or on hold go no further than `Line.headline`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from pipeline.board.rows import bare
from pipeline.items import Alert, Delivery, Item, Kind, Notification, Relation, Status, Story, Text, instant
from pipeline.runtime.stories.activity import HOUR, in_order, is_living, momentum_at
from pipeline.runtime.stories.reading import Published, surviving
from pipeline.runtime.stories.timeline import Moment, timeline

LINES_MAX = 200  # of a list
STORIES_SHOWN = 100
MOMENTS_MAX = 500  # items of a story, the latest
HEADLINE_CHARACTERS_MAX = 300
ADDED_CHARACTERS_MAX = 240
CURVE_HOURS = 12
QUERY_CHARACTERS_MAX = 200
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


SAID = {"killed": Kind.KILL, "recalled": Kind.RECALL, "corrected": Kind.CORRECTION}  # by the word of the state


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


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story in a list."""

    story: Story
    top: str
    killed: int
    curve: tuple[int, ...]  # items an hour, oldest first
    last_hour: int
    is_living: bool


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


def row_item(row: sqlite3.Row) -> Item:
    """The item of a row of `items`, its text with it.  Raises ValidationError."""
    item = Item.model_validate_json(row["value"])
    return item.model_copy(update={"bodies": (Text(value=row["body"]),)}) if row["body"] else item


def line_of(row: sqlite3.Row) -> Line:
    """The line of a row of ITEMS.  What is on hold has no words."""
    mark = _mark(row)
    shown = "" if mark == "held" else row["headline"] or row["body"]
    return Line(
        key=f"item-{row['id']}",
        dispatch=row["dispatch"],
        item=row["item"],
        feed=row["feed"],
        time=instant(row["time_ms"]),
        headline=_cut(shown, HEADLINE_CHARACTERS_MAX),
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
    try:
        return Item.model_validate_json(row["value"]).dispatch.why or ""
    except ValidationError:
        return ""


def _cut(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


# ---- stories


def stories(db: sqlite3.Connection, most: int = STORIES_SHOWN) -> list[StoryLine]:
    """The stories that live, those first that grow fastest."""
    found = [one for one in _stories(db).values() if is_living(one)]
    now = _now(db)
    return [_story_line(db, one, now) for one in in_order(found, now)[:most]]


def _now(db: sqlite3.Connection) -> datetime:
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
    return "" if row[0] else _cut(story.top.headline, HEADLINE_CHARACTERS_MAX)


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
    now = _now(db)
    shown = [_moment(moment, lines, number == 0) for number, moment in enumerate(moments)]
    return _story_line(db, found, now), shown[::-1]


def _moment(moment: Moment, lines: dict[int, Line], is_first: bool) -> MomentLine:
    line, kind = lines[id(moment.item)], moment.item.dispatch.kind
    is_notice = moment.item.is_partial or kind is Kind.KILL
    hides = line.is_struck or line.mark == "held" or is_notice
    return MomentLine(
        line=line,
        is_first=is_first,
        what="FIRST" if is_first else "" if kind in (Kind.NEW, SAID.get(line.mark)) else str(kind or "").upper(),
        share=0 if hides else round(100 * moment.new_share),
        added="" if hides or is_first else _cut(moment.new_text, ADDED_CHARACTERS_MAX),
        copies=tuple(_copy(copy, lines) for copy in moment.copies),
    )


def _copy(item: Item, lines: dict[int, Line]) -> Copy:
    line = lines[id(item)]
    return Copy(line.feed, line.time, line.dispatch, line.is_struck)


# ---- items


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


def item(db: sqlite3.Connection, name: str) -> ItemPage | None:
    """The dispatch with this id or uri."""
    rows = db.execute(
        f"{ITEMS} where i.dispatch = ? order by i.id desc limit ?", (bare(name), LINES_MAX)
    ).fetchall()
    readable = [row for row in rows if _is_readable(row)]
    if not readable:
        return None
    best = next((row for row in readable if row["body"]), readable[0])
    found, line = row_item(best), line_of(best)
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
    )


def _is_readable(row: sqlite3.Row) -> bool:
    try:
        row_item(row)
    except ValidationError:
        return False
    return True


RELATIONS = {
    Relation.EXACT: "word for word the text of",
    Relation.REPUBLISH: "the text of",
    Relation.CORRECTION: "a correction of",
    Relation.UPDATE: "an update of",
    Relation.EXCERPT: "a part of",
    Relation.ROUND_UP: "a round-up with the text of",
    Relation.RELATED: "related to, and its own report beside,",
}


def evidence(item: Item) -> Iterable[tuple[str, str]]:
    """Why the item is in its story and whom it repeats, as pairs of a question and an answer in words."""
    tag, duplicate = item.story, item.duplicate
    if item.round_up:
        names = ", ".join(one.label for one in item.round_up.stories) or "none that is known"
        yield "Story", f"none: it is a round-up. It tells of: {names}"
    elif tag:
        how = {"new": "it began the story", "inherited": "it came with its dispatch or with what it copies"}
        scored = (
            f"it matched: score {tag.score:.2f}; {tag.threshold or 0:g} or more joins"
            if tag.score is not None
            else ""
        )
        yield "Story", how.get(tag.relation, scored or "it joined the story")
        if tag.evidence:
            yield "Shared terms", ", ".join(tag.evidence)
        if tag.runner_up:
            yield "Next best story", f"{tag.runner_up.label} ({tag.runner_up.score:+.2f})"
    if duplicate is None or duplicate.relation is Relation.ORIGINAL:
        yield "Said before", "by nobody that is known"
        return
    whose = duplicate.of_agency or duplicate.of_feed or "an earlier item"
    is_reworded = duplicate.relation is Relation.RELATED and not duplicate.independent
    yield "Said before", f"it is {'another wording of' if is_reworded else RELATIONS[duplicate.relation]} {whose}"
    if duplicate.valid_item:
        yield "Valid now", duplicate.valid_item
    if duplicate.score is not None:
        yield "Measured", f"{duplicate.score:.2f}, where {duplicate.threshold or 0:.2f} is needed"
    if duplicate.evidence:
        yield "Figures", ", ".join(f"{name} {value}" for name, value in duplicate.evidence.items())
    yield "Counts as", "a report of its own" if duplicate.independent else "no report of its own"


def wire(db: sqlite3.Connection, most: int = LINES_MAX) -> list[Line]:
    """The latest items, in order of arrival."""
    return [line_of(row) for row in db.execute(f"{ITEMS} order by i.time_ms desc, i.id desc limit ?", (most,))]


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


# ---- alerts


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert, and what desks were sent of it."""

    key: str
    alert: Alert
    time: datetime
    notified: tuple[Notified, ...]

    @property
    def waits(self) -> bool:
        """Whether anybody has to acknowledge it."""
        return any(one.waits for one in self.notified)


@dataclass(frozen=True, slots=True)
class Notified:
    """A notification of a desk: whether it waits, who acknowledged it, and how its deliveries are."""

    id: str
    desk: str
    kind: str
    acknowledged_by: str
    waits: bool
    deliveries: tuple[Delivery, ...]


def alerts(db: sqlite3.Connection, most: int = LINES_MAX) -> list[AlertLine]:
    """The latest alerts."""
    rows = db.execute("select * from alerts order by time_ms desc, id desc limit ?", (most,)).fetchall()
    found = []
    for row in rows:
        try:
            alert = Alert.model_validate_json(row["value"])
        except ValidationError:
            continue
        found.append(
            AlertLine(f"alert-{row['id']}", alert, instant(row["time_ms"]), tuple(_notified(db, alert.id)))
        )
    return found


def _notified(db: sqlite3.Connection, alert: str) -> Iterable[Notified]:
    rows = db.execute(
        "select n.value, a.who from notified o join notifications n using (notification)"
        " left join acknowledged a on a.notification in (n.notification, n.repeats)"
        " where o.alert = ? order by n.time_ms",
        (alert,),
    )
    for row in rows.fetchall():
        try:
            one = Notification.model_validate_json(row["value"])
        except ValidationError:
            continue
        sent = db.execute("select value from deliveries where notification = ? order by receiver", (one.id,))
        deliveries = tuple(Delivery.model_validate_json(each["value"]) for each in sent)
        waits = one.needs_acknowledgement and row["who"] is None
        yield Notified(one.id, one.desk, one.kind, row["who"] or "", waits, deliveries)


def counts(db: sqlite3.Connection) -> dict[str, int]:
    """How many notifications wait for an acknowledgement, and how many items there are."""
    (waiting,) = db.execute(
        "select count(*) from notifications n where needs_acknowledgement and repeats is null and not exists"
        " (select 1 from acknowledged a where a.notification = n.notification)"
    ).fetchone()
    (items,) = db.execute("select count(*) from items").fetchone()
    return {"waiting": waiting, "kept": items}
