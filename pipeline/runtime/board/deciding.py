"""What an editor decides on the board, as the controls of the command line; nothing is done twice.

Two editors may see one page.  What the first one did is known from the view; until the rooms have acted on it, from
the memory of this process.  The second one is told who was first, and nothing is sent.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from pipeline.board.rows import LISTS, bare
from pipeline.connection import Connection
from pipeline.items import Action, Control, Story
from pipeline.runtime import decisions
from pipeline.runtime.board.store import Store
from pipeline.runtime.board.views import dispatch
from pipeline.runtime.decisions import NotDone

FIELDS = ("dispatch", "story", "label", "notification", "desk", "feed", "why")  # of a form, beside its action
IDS = ("dispatch", "story", "notification")  # a uri of ours will do
RECENT_SECONDS = 60.0  # rooms act within a second or two; while one is down, the control waits in its topic
RECENT_MAX = 1_000  # decisions that are remembered; the oldest is forgotten, and the view may know it by then
Decide = Callable[[Connection, Control], None]
DECISIONS: dict[Action, Decide] = {
    Action.HOLD: decisions.about_dispatch,
    Action.RELEASE: decisions.about_dispatch,
    Action.KILL: decisions.about_dispatch,
    Action.PIN: decisions.about_story,
    Action.ACK: decisions.about_alerts,
    Action.FOLLOW: decisions.about_alerts,
    Action.UNFOLLOW: decisions.about_alerts,
    Action.MUTE: decisions.about_alerts,
    Action.UNMUTE: decisions.about_alerts,
}
NEEDED: dict[Action, tuple[str, ...]] = {  # what its form has to name
    **dict.fromkeys((Action.HOLD, Action.RELEASE, Action.KILL), ("dispatch",)),
    **dict.fromkeys((Action.FOLLOW, Action.UNFOLLOW, Action.MUTE, Action.UNMUTE), ("story", "desk")),
    Action.PIN: ("story", "label"),
    Action.ACK: ("notification",),
    Action.RESUME: ("feed",),
}
DONE = {  # what the first editor did, for a sentence
    Action.HOLD: "put it on hold",
    Action.RELEASE: "released it",
    Action.KILL: "killed it",
    Action.PIN: "gave it this name",
    Action.ACK: "acknowledged it",
    Action.FOLLOW: "followed it for this desk",
    Action.UNFOLLOW: "ended following it for this desk",
    Action.MUTE: "muted it for this desk",
    Action.UNMUTE: "ended muting it for this desk",
    Action.RESUME: "resumed it",
}


def control_of(action: str, form: Mapping[str, str], who: str) -> Control:
    """The control that a form asks for.  Raises ValueError, which ValidationError is."""
    given = {name: bare(form[name]) if name in IDS else form[name] for name in FIELDS if form.get(name)}
    found = Control.model_validate(given | {"action": Action(action), "who": who})
    if found.action not in NEEDED:
        raise ValueError(f"{found.action} is for the command line")
    if missing := [name for name in NEEDED[found.action] if not getattr(found, name)]:
        raise ValueError(f"it lacks {', '.join(missing)}")
    return found


class _Done(NamedTuple):
    """The latest that was decided about something."""

    action: Action
    label: str | None
    who: str
    at: float


class Deciding:
    """Sends decisions, each once."""

    def __init__(
        self,
        connection: Connection,
        store: Store,
        clock: Callable[[], float] = time.monotonic,
        own: dict[Action, Decide] | None = None,
    ) -> None:
        """`own`: what the board does itself beside sending a control."""
        self._connection, self._store, self._clock, self._own = connection, store, clock, own or {}
        self._lock, self._recent = threading.Lock(), OrderedDict[tuple[str | None, ...], _Done]()

    def send(self, control: Control, seen_label: str = "") -> None:
        """Send it, or raise NotDone; `seen_label` is what the page said that renames a story.

        Raises Refusal, KafkaError and UnknownJournal too.
        """
        with self._store.reading() as db:
            for check in CHECKS.get(control.action, ()):
                if why := check(db, control, seen_label):
                    raise NotDone(why)
        subject = _subject(control)
        before = self._reserve(subject, control)
        try:
            (self._own | DECISIONS)[control.action](self._connection, control)
        except BaseException:
            self._give_back(subject, before)
            raise

    def _reserve(self, subject: tuple[str | None, ...], control: Control) -> _Done | None:
        """Remember that it is being done; what was known before.  Raises NotDone if it was done a moment ago."""
        with self._lock:
            now, before = self._clock(), self._recent.get(subject)
            is_again = before and (before.action, before.label) == (control.action, control.label)
            if before and is_again and now - before.at < RECENT_SECONDS:
                raise NotDone(f"{before.who} {DONE[before.action]} a moment ago; the page shows it soon")
            self._recent[subject] = _Done(control.action, control.label, control.who, now)
            self._recent.move_to_end(subject)
            if len(self._recent) > RECENT_MAX:
                self._recent.popitem(last=False)
            return before

    def _give_back(self, subject: tuple[str | None, ...], before: _Done | None) -> None:
        with self._lock:
            self._recent.pop(subject, None)
            if before:
                self._recent[subject] = before


def _subject(control: Control) -> tuple[str | None, ...]:
    """What the decision is about: a later one about the same takes its place."""
    kind = LISTS[control.action].name if control.action in LISTS else None
    return control.dispatch, control.story, control.notification, control.desk, control.feed, kind


# ---- what the view knows of earlier decisions


def _is_held(db: sqlite3.Connection, control: Control, _: str) -> str:
    found = dispatch.item(db, control.dispatch or "")
    if found is None or found.line.mark != "held":
        return ""
    return f"it is on hold already{f': {found.line.note}' if found.line.note else ''}"


def _is_acknowledged(db: sqlite3.Connection, control: Control, _: str) -> str:
    row = db.execute(
        "select who, why from acknowledged where notification = ?1 or notification in (select m.notification from"
        " notifications n join notifications m on coalesce(m.repeats, m.notification) = "
        "coalesce(n.repeats, n.notification) where n.notification = ?1) order by time_ms limit 1",
        (control.notification,),
    ).fetchone()
    return f"{row[0]} acknowledged it before you: {row[1]}" if row else ""


def _is_renamed(db: sqlite3.Connection, control: Control, seen_label: str) -> str:
    row = db.execute("select value from stories where story = ?", (control.story,)).fetchone()
    known = Story.model_validate_json(row["value"]) if row else None
    if known is None or not seen_label or known.label == seen_label:
        return ""
    now = f"{known.label_by} named it “{known.label}” since your page was made"
    return f"{now}; load the page, and rename it if that is wrong"


def _is_listed(db: sqlite3.Connection, control: Control, _: str) -> str:
    found = LISTS[control.action]
    row = db.execute(
        "select who, why from wishes where desk = ? and story = ? and list = ? and is_in = ?",
        (control.desk, control.story, found.name, found.is_in),
    ).fetchone()
    return f"{row[0]} {DONE[control.action]} before you: {row[1]}" if row else ""


CHECKS: dict[Action, tuple[Callable[[sqlite3.Connection, Control, str], str], ...]] = {
    Action.HOLD: (_is_held,),
    Action.ACK: (_is_acknowledged,),
    Action.PIN: (_is_renamed,),
    **dict.fromkeys(LISTS, (_is_listed,)),
}
