"""Two editors on one item: the second is told what the first did, and nothing is sent twice."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.board.rows import ALERTS, ENRICHED, NOTIFICATIONS, STORIES
from pipeline.envelope import RecordType
from pipeline.items import Action, Kind, PubStatus, Status
from pipeline.runtime.board import deciding
from pipeline.runtime.decisions import NotDone
from tests.board.conftest import Desk
from tests.board.records import alert, control, item, notification, record, story

HELD = {"kind": Kind.ADVISORY, "status": Status.HELD, "pub_status": PubStatus.WITHHELD}
WISH = {"story": "s1", "desk": "news"}


def held(desk: Desk) -> None:
    one = item("a", why="Bob: a call", by_hand="Bob", **HELD)  # type: ignore[arg-type]  # members of an item
    desk.write(record(ENRICHED, 0, 0, RecordType.ITEM, one, 0))


def acknowledged(desk: Desk, name: str = "n1") -> None:
    raised = alert("x", "a")
    again = notification("n2", [raised], of="n1")
    desk.write(
        record(ALERTS, 0, 0, RecordType.ALERT, raised, 0),
        record(NOTIFICATIONS, 0, 0, RecordType.NOTIFICATION, notification("n1", [raised]), 0),
        record(NOTIFICATIONS, 0, 1, RecordType.NOTIFICATION, again, 0),
        record(ALERTS, 0, 1, RecordType.CONTROL, control(Action.ACK, who="Bob", why="seen", notification=name), 1),
    )


def renamed(desk: Desk) -> None:
    desk.write(record(STORIES, 0, 0, RecordType.STORY, story("s1", label="New name", label_by="Bob"), 0))


def listed(action: Action) -> Any:
    def put(desk: Desk) -> None:
        desk.write(record(ALERTS, 0, 1, RecordType.CONTROL, control(action, who="Bob", why="ours", **WISH), 1))

    return put


BEFORE = [  # what the view knows; what the second editor asks for; what is said, if nothing is sent
    (held, "hold", {"dispatch": "a"}, "it is on hold already: Bob: a call"),
    (held, "release", {"dispatch": "a"}, ""),
    (held, "kill", {"dispatch": "a"}, ""),
    (acknowledged, "ack", {"notification": "n1"}, "Bob acknowledged it before you: seen"),
    (acknowledged, "ack", {"notification": "n2"}, "Bob acknowledged it before you: seen"),
    (lambda desk: acknowledged(desk, "n2"), "ack", {"notification": "n1"}, "Bob acknowledged it before you: seen"),
    (acknowledged, "ack", {"notification": "n9"}, ""),
    (renamed, "pin", {"story": "s1", "label": "Mine", "seen_label": "Old name"}, "Bob named it “New name”"),
    (renamed, "pin", {"story": "s1", "label": "Mine", "seen_label": "New name"}, ""),
    (listed(Action.MUTE), "mute", WISH, "Bob muted it for this desk before you: ours"),
    (listed(Action.MUTE), "unmute", WISH, ""),
    (listed(Action.MUTE), "follow", WISH, ""),
    (listed(Action.FOLLOW), "follow", WISH, "Bob followed it for this desk before you: ours"),
    (listed(Action.UNFOLLOW), "unfollow", WISH, "Bob ended following it for this desk before you"),
    (listed(Action.UNFOLLOW), "follow", WISH, ""),
]


@pytest.mark.parametrize(("before", "action", "fields", "said"), BEFORE, ids=range(len(BEFORE)))
def test_what_somebody_did_before(desk: Desk, before: Any, action: str, fields: dict[str, str], said: str) -> None:
    """As far as the view knows it."""
    before(desk)
    answer = desk.do(action, **fields)
    assert (answer.status_code, said in answer.text, len(desk.sent)) == ((409, True, 0) if said else (303, True, 1))


SUBJECTS = [
    ("hold", {"dispatch": "a"}),
    ("kill", {"dispatch": "urn:wiredesk:dispatch:a"}),
    ("ack", {"notification": "n1"}),
    ("pin", {"story": "s1", "label": "A name"}),
    ("mute", WISH),
    ("resume", {"feed": "polder"}),
]


@pytest.mark.parametrize("action", deciding.DECISIONS)
def test_a_form_that_names_nothing(desk: Desk, action: Action) -> None:
    """It is refused with what a good form has, and nothing is sent: no decision is about nothing in particular."""
    assert (desk.do(action).status_code, desk.sent) == (422, [])


@pytest.mark.parametrize(("action", "fields"), SUBJECTS)
def test_a_form_that_is_sent_twice(desk: Desk, action: str, fields: dict[str, str]) -> None:
    """By a double click, or by two editors before the rooms have acted: once; the second reads who was first."""
    assert desk.do(action, **fields).status_code == 303
    again = desk.do(action, **fields)
    assert (again.status_code, "a moment ago" in again.text) == (409, True)
    assert len(desk.sent) == 1


def test_what_is_not_the_same(desk: Desk) -> None:
    """Another item, desk, name or action is a decision of its own; and so is the same after another one."""
    for action, fields in (
        ("hold", {"dispatch": "a"}),
        ("hold", {"dispatch": "b"}),
        ("release", {"dispatch": "a"}),
        ("hold", {"dispatch": "a"}),
        ("resume", {"feed": "polder"}),
        ("resume", {"feed": "norden"}),
        ("mute", WISH),
        ("mute", WISH | {"desk": "sport"}),
        ("follow", WISH),
        ("pin", {"story": "s1", "label": "One"}),
        ("pin", {"story": "s1", "label": "Two"}),
    ):
        assert desk.do(action, **fields).status_code == 303, (action, fields)


def test_what_failed_can_be_sent_again(desk: Desk) -> None:
    """A decision that was refused is not taken for one that was done."""
    desk.refusal = NotDone("nothing of it is held")
    assert desk.do("release", dispatch="a").status_code == 409
    desk.refusal = None
    assert desk.do("release", dispatch="a").status_code == 303


def test_the_memory_is_short_and_small(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a minute the view knows; of more decisions than are remembered the oldest is forgotten."""
    now = [0.0]
    desk.board.deciding._clock = lambda: now[0]
    desk.do("kill", dispatch="a")
    assert desk.do("kill", dispatch="a").status_code == 409
    now[0] += deciding.RECENT_SECONDS
    assert desk.do("kill", dispatch="a").status_code == 303
    monkeypatch.setattr(deciding, "RECENT_MAX", 2)
    for name in "abc":
        desk.do("release", dispatch=name)
    assert len(desk.board.deciding._recent) == 2
    assert desk.do("release", dispatch="a").status_code == 303
