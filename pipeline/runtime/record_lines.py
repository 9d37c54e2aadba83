"""A record as one line for a person: what happened, not how it is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import ValidationError
from rich.text import Text

from pipeline.dead import Letter
from pipeline.envelope import ADDRESSED, ROOM, RecordType
from pipeline.items import (
    Alert,
    Delivery,
    FeedState,
    FeedStatus,
    Item,
    Kind,
    Level,
    Notification,
    Relation,
    Status,
    Story,
    read_answer,
    read_control,
)
from pipeline.outside import shown
from pipeline.records import Record, Rejected
from pipeline.values.blanks import shortened

UNREADABLE_SHARE = 10  # bytes are not text if more than a tenth of their characters cannot be shown
WIDTH = 78  # of a headline
STATUS_STYLES = {
    Status.KILLED: "bold red",
    Status.RECALLED: "red",
    Status.CORRECTED: "yellow",
    Status.SUPERSEDED: "dim",
    Status.HELD: "magenta",
}
LEVEL_STYLES = {Level.FLASH: "bold white on red", Level.URGENT: "bold yellow", Level.NOTICE: "cyan"}


def record_line(record: Record) -> Text:
    """The record in a line; its first bytes if it cannot be read."""
    show = _addressed if record.type in ADDRESSED else SHOW.get(record.position.topic, _raw)
    try:
        line = show(record)
    except (ValidationError, Rejected, ValueError):
        line = _raw(record)
    line.plain = shown(line.plain)  # as long as before, so that the styles keep their places
    return line


def item_line(item: Item) -> Text:
    """An item: time, feed, headline, and what the rooms found."""
    dispatch, duplicate = item.dispatch, item.duplicate
    style = STATUS_STYLES.get(dispatch.status, "") if dispatch.status else ""
    text = Text.assemble((f"{clock(item.wire.received)} ", "dim"), (f"{item.wire.feed:<10.10} ", "blue"))
    is_recall = dispatch.kind is Kind.RECALL  # of a copy: its headline says of which
    if duplicate and not is_recall and duplicate.relation not in (Relation.ORIGINAL, Relation.RELATED):
        text.append(f"↳ {duplicate.relation.value} of {duplicate.of_feed or 'its own'} ", "dim")
    if dispatch.kind and dispatch.kind is not Kind.NEW:
        text.append(f"{dispatch.kind.value} ", style or "green")
    text.append(headline(item), style)
    if item.story:
        text.append(f"  ▸ {item.story.label}", "cyan")
        text.append(f" ({item.story.items})", "dim")
    return text


def headline(item: Item) -> str:
    """The headline, or the beginning of the copy, or why there is neither."""
    kind = item.dispatch.kind
    recalled = f"what it repeats was {item.dispatch.severity or 'withdrawn'}" if kind is Kind.RECALL else ""
    return fitted(item.headline or item.body or recalled or item.dispatch.why or "no headline, no copy")


def fitted(text: str) -> str:
    """The text, or as much of it as a line has room for, and `…`."""
    return shortened(shown(text), WIDTH)


def clock(moment: datetime) -> str:
    """The time of day in UTC, with the day."""
    return f"{moment:%d %b %H:%M}"


def _item(record: Record) -> Text:
    return item_line(Item.model_validate_json(record.value))


def _story(record: Record) -> Text:
    story = Story.model_validate_json(record.value)
    return Text.assemble(
        (f"{clock(story.time)} ", "dim"),
        (f"{story.event:<10} ", "green"),
        (story.label, "cyan"),
        (f"  {story.items} item{'' if story.items == 1 else 's'}, {story.independent} independent", "dim"),
    )


def alert_line(alert: Alert) -> Text:
    """An alert with its reasons."""
    return Text.assemble(
        (f"{clock(alert.time)} ", "dim"),
        (f" {alert.level.upper()} ", LEVEL_STYLES[alert.level]),
        f" {fitted(alert.title or alert.headline)} ",
        (f"▸ {alert.label} " if alert.label else "", "cyan"),
        ("; ".join(alert.reasons), "dim"),
    )


def _alert(record: Record) -> Text:
    return alert_line(Alert.model_validate_json(record.value))


def _notification(record: Record) -> Text:
    """To whom, what, and why."""
    found = Notification.model_validate_json(record.value)
    return Text.assemble(
        (f"{clock(found.time)} ", "dim"),
        (f"{found.desk:<10.10} ", "blue"),
        (f" {found.level.upper()} ", LEVEL_STYLES[found.level]),
        f" {fitted(found.title)} ",
        ("; ".join(found.reasons), "dim"),
    )


def _delivery(record: Record) -> Text:
    """To whom, and how far it has come."""
    found = Delivery.model_validate_json(record.value)
    why = (found.given_up, found.verdict, found.trouble, found.status)
    return Text.assemble(
        (f"{clock(found.time)} ", "dim"),
        (f"{found.receiver:<10.10} ", "blue"),
        f"{found.state} ",
        (f"{found.notification}, attempt {found.attempts} ", "dim"),
        " ".join(str(one) for one in why if one is not None),
    )


FEED_STYLES = {
    FeedState.SET_ASIDE: "bold red",
    FeedState.SILENT: "bold yellow",
    FeedState.OVER_RATE: "yellow",
    FeedState.LATE: "yellow",
}


def _feed(record: Record) -> Text:
    """How a feed is; of what ingest remembers the key alone."""
    if record.type != RecordType.FEED or not record.value:
        return _raw(record)
    found = FeedStatus.model_validate_json(record.value)
    last = f"last item {clock(found.last_item)}" if found.last_item else "no item yet"
    return Text.assemble(
        (f"{clock(found.time)} ", "dim"),
        (f"{found.feed:<10.10} ", "blue"),
        (f"{found.state} ", FEED_STYLES.get(found.state, "green")),
        (f"since {clock(found.since)}, {last}", "dim"),
    )


def _letter(record: Record) -> Text:
    letter = Letter(record)
    return Text.assemble((f"{letter.position} ", "dim"), (letter.reason, "red"), f" {fitted(letter.detail)}")


def _addressed(record: Record) -> Text:
    """A tick, a control or an answer between the records: for which room, and who wants or says what."""
    line = Text.assemble((f"{record.position} ", "dim"), (f"for {(record.header(ROOM) or b'').decode()}: ", "dim"))
    if record.type == RecordType.TICK:
        return line.append("what is due", "dim")
    if record.type == RecordType.ANSWER:
        answer = read_answer(record.value)
        return line.append(fitted(f"{answer.receiver} answers: {answer.verdict}, attempt {answer.attempt}"))
    control = read_control(record.value)
    return line.append(fitted(f"{control.action} by {control.who}: {control.why}"))


def _raw(record: Record) -> Text:
    """Where it is, its key, and the beginning of its text on one line; the size of what is not text."""
    text = _printable(record.value[: 4 * WIDTH])
    shown = f"{len(record.value):,} bytes" if text is None else fitted(text)
    return Text.assemble((f"{record.position} ", "dim"), (f"{_printable(record.key) or '–'} ", "blue"), shown)


def _printable(data: bytes) -> str | None:
    """The bytes as one line of text; None if they are none: a journal's records, for example."""
    words = " ".join(data.decode("utf-8", "replace").split())
    unreadable = sum(not character.isprintable() or character == "\N{REPLACEMENT CHARACTER}" for character in words)
    if UNREADABLE_SHARE * unreadable > len(words):
        return None
    return "".join(character if character.isprintable() else " " for character in words)


SHOW: dict[str, Callable[[Record], Text]] = {
    "wire.normalised": _item,
    "wire.resolved": _item,
    "wire.deduped": _item,
    "wire.enriched": _item,
    "wire.stories": _story,
    "wire.alerts": _alert,
    "wire.notifications": _notification,
    "wire.deliveries": _delivery,
    "wire.feeds": _feed,
    "wire.dead": _letter,
}
