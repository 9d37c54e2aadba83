"""Fields whose names say what they mean (formats.named): a time of release, a hold, a kill."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.items import Signal
from pipeline.notes.passages import NOTHING, NoteMeaning
from pipeline.notes.times import read_end
from pipeline.records import Rejected
from pipeline.values.dates import WEST, parse_moment
from pipeline.values.embargo import Embargo

FAR_FUTURE = datetime.max.replace(tzinfo=UTC)


def read_release(text: str, issued: datetime | None) -> NoteMeaning:
    """A time of release: an embargo until then, unless it is past.  Without a zone the embargo has no end."""
    return _until(text, issued, doubtful=True)


def read_published(text: str, issued: datetime | None) -> NoteMeaning:
    """A time of publication: an embargo until then if it surely lies ahead."""
    return _until(text, issued, doubtful=False)


def read_hold(text: str, issued: datetime | None) -> NoteMeaning:
    """A flag that holds the item."""
    return NoteMeaning((Signal.HOLD,))


def read_kill(text: str, issued: datetime | None) -> NoteMeaning:
    """A flag that kills the item."""
    return NoteMeaning((Signal.KILL,))


def _until(text: str, issued: datetime | None, *, doubtful: bool) -> NoteMeaning:
    """The embargo until the time that the text names.

    `doubtful`: whether a time of day without a zone counts if it lies ahead in some zone only.  A day without a
    time never counts then.
    """
    if issued is None:
        return NoteMeaning((), Embargo(None, text))  # it may be one
    moment = _moment(text) or read_end(text, issued) or _without_zone(text, issued)
    if moment is None:
        return NOTHING
    if moment.tzinfo is not None:
        return (
            NoteMeaning((), Embargo(None if moment == FAR_FUTURE else moment, text)) if moment > issued else NOTHING
        )
    ahead = moment.replace(tzinfo=UTC) - issued
    is_ahead = ahead > WEST or (doubtful and ahead > -WEST and ":" in text)
    return NoteMeaning((), Embargo(None, text)) if is_ahead else NOTHING


def _without_zone(text: str, issued: datetime | None) -> datetime | None:
    """The moment of words that name no zone, `Friday 18:00`; naive."""
    found = read_end(f"{text} GMT", issued)
    return found and found.replace(tzinfo=None)


def _moment(text: str) -> datetime | None:
    """The moment; of a year that no wire has, the end of all times or none."""
    try:
        return parse_moment(text)
    except Rejected:
        return FAR_FUTURE if text.strip()[:2] > "19" else None
