"""The room route: who is told of which alert, when, with which reason, and what is left out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from route_driver import MINUTE_MS, START_MS, RouteDriver, alert, routes, told

from pipeline.envelope import TIME, TYPE, RecordType
from pipeline.items import Action, AlertEvent, LeftOut, dispatch_uri, dump
from pipeline.items.alert import FEED_EVENTS
from pipeline.records import Position, Reason, Record, Rejected
from pipeline.route.controls import LISTS, OF_OTHER_ROOMS, TABLE, ControlOutcome, Named
from pipeline.route.hours import next_digest_ms, overlapping, quiet_until_ms, spans
from pipeline.route.messages import WORDS
from pipeline.route.room import RouteRoom
from pipeline.route.rules import Routes, load_routes
from pipeline.route.state import GROUP_ALERTS_MAX, GROUPS_MAX, KEPT_MAX
from pipeline.route.tree import Subject, routed
from pipeline.values.time_zones import clock_of
from pipeline.wording import WordingLanguage, load_entries

ONE = """
desks: {news: {budget: {hour: 100, day: 500}}}
routes: [{name: all, desks: [news]}]
"""
TREE = """
desks: {news: {}, sport: {}, chief: {}}
routes:
- name: football
  match: {terms: [football]}
  desks: [sport]
  routes:
  - {name: cup, match: {terms: [cup final]}, desks: [sport, chief], break_through: true}
- {name: chief, match: {levels: [flash]}, desks: [chief], continue: true}
- {name: german, match: {languages: [de], feeds: [hafen]}, desks: [news], group_by: [feed]}
- {name: rest, match: {events: [urgent, flash], rules: [any]}, desks: [news]}
"""
WAYS = [  # (the alert, the desks that are told, the reasons)
    ({}, {"news": "route “rest”"}),
    ({"rule": "other"}, {}),
    ({"level": "flash", "event": "flash"}, {"chief": "route “chief”", "news": "route “rest”"}),
    ({"headline": "Football: Bergen win"}, {"sport": "route “football”"}),
    (
        {"headline": "Football", "label": "The cup final"},
        {"sport": "route “football / cup”", "chief": "route “football / cup”"},
    ),
    ({"language": "de-CH", "feed": "hafen", "rule": "other"}, {"news": "route “german”"}),
    ({"language": "de", "rule": "other"}, {}),
]


@pytest.mark.parametrize(("members", "desks"), WAYS)
def test_the_way_through_the_tree(members: dict[str, Any], desks: dict[str, str]) -> None:
    """The first route that matches takes it, inner ones before itself; `continue` goes on; the reason says so."""
    event = members.pop("event", "urgent")
    sent = RouteDriver.of(TREE).alert(1, event, **members)
    assert {each.desk: each.reasons[0] for each in sent} == desks


def test_a_notification_says_what_the_alert_says() -> None:
    """Of one alert title and text; who, why, when, by which routes."""
    driver = RouteDriver.of(ONE)
    (sent,) = driver.alert(1, at=3)
    assert (sent.title, sent.text, sent.level) == ("URGENT: Ferry 1", "Text 1.", "urgent")
    assert (sent.desk, sent.kind, sent.routes_hash) == ("news", "alert", driver.room.routes.hash)
    assert (sent.breaks_through, sent.needs_acknowledgement, sent.left_out) == (False, False, LeftOut())


def test_the_record_of_a_notification() -> None:
    """The desk is the key; the partition is the alert's; time is the broker's, whatever the alert's clock says."""
    room = RouteRoom(routes(ONE))
    value = dump(alert(1))
    record = Record(Position("wire.alerts", 2, 7), b"s1", value, ((TYPE, b"wire.alert"),), START_MS + 5)
    (out,) = room.decide(room.open(), record).outputs
    headers = dict(out.headers)
    assert (out.key, out.partition, headers[TYPE]) == (b"news", 2, b"wire.notification")
    assert headers[TIME] == b"2022-01-11T06:00:00.005Z"


GROUPED = """
desks: {news: {budget: {hour: 100, day: 500}}}
routes: [{name: all, desks: [news], group_by: [thread], group_wait: 2m, group_interval: 10m}]
"""


def test_a_group_waits_and_keeps_its_distance() -> None:
    """Alerts of a story come together after the wait, the next ones after the interval; another story by itself."""
    driver = RouteDriver.of(GROUPED)
    driver.alert(1, at=0)
    driver.alert(2, at=1)
    driver.alert(3, at=1, thread="s2")
    assert told(driver.until(2.5)) == [("news", "alert", ["a1", "a2"])]
    assert told(driver.until(3)) == [("news", "alert", ["a3"])]
    driver.alert(4, at=4)
    assert driver.until(11) == []
    assert told(driver.until(12)) == [("news", "alert", ["a4"])]
    assert driver.sent[0].title == "2 alerts, first: URGENT: Ferry 1"
    assert "URGENT: Ferry 2\nText 2." in driver.sent[0].text


QUIET = """
desks:
  news:
    zone: Europe/Oslo
    quiet: [{from: "22:00", to: "07:30"}]
    digest: ["12:00"]
    budget: {hour: 2, day: 3}
routes:
- {name: flash, match: {levels: [flash]}, desks: [news], break_through: true}
- {name: rest, desks: [news]}
"""


def test_quiet_hours_keep_back_until_they_end() -> None:
    """06:00 UTC is 07:00 in Oslo: what comes is sent at 07:30, in one digest that says why; a flash at once."""
    driver = RouteDriver.of(QUIET)
    assert driver.alert(1) == driver.alert(2, at=1) == []
    assert told(driver.alert(3, "flash", at=2, level="flash")) == [("news", "alert", ["a3"])]
    assert driver.sent[-1].breaks_through
    assert driver.until(29) == []
    (digest,) = driver.until(30)
    assert told([digest]) == [("news", "digest", ["a1", "a2"])]
    assert digest.reasons == ("kept back in quiet hours: 2",)
    assert digest.text == "URGENT: Ferry 1\nURGENT: Ferry 2"


def test_a_budget_holds_over_all_stories() -> None:
    """Two an hour: the third story waits for the digest at noon in Oslo; a flash passes, and counts."""
    driver = RouteDriver.of(QUIET)
    for number in range(4):
        driver.alert(number, at=60 + number, thread=f"s{number}")
    assert told(driver.sent) == [("news", "alert", ["a0"]), ("news", "alert", ["a1"])]
    assert driver.alert(9, "flash", at=65, level="flash")
    assert told(driver.until(5 * 60)) == [("news", "digest", ["a2", "a3"])]
    assert driver.sent[-1].reasons == ("kept back over the budget: 2",)
    assert driver.alert(10, at=6 * 60) == []  # the day's three are used up


def test_without_a_digest_what_is_over_the_budget_is_counted() -> None:
    """Nothing waits for ever: the next notification says how many were left out."""
    driver = RouteDriver.of("""
desks: {news: {budget: {hour: 1, day: 5}}}
routes: [{name: all, desks: [news]}]
""")
    for number in range(4):
        driver.alert(number, at=number, thread=f"s{number}")
    assert driver.until(10_000) == []
    (later,) = driver.alert(9, at=61, thread="s9")
    assert later.left_out == LeftOut(budget=3)


def test_an_erasure_leaves_no_word() -> None:
    """What waits in a group, for a digest or for an answer is forgotten, and the journal has to be written anew."""
    answered = GROUPED.replace("group_wait: 2m,", "repeat_interval: 10m,")
    for text in (GROUPED, QUIET.replace("{name: rest,", "{name: rest, digest_only: true,"), answered):
        driver = RouteDriver.of(text)
        driver.alert(1, title="URGENT: Sesame", uri=dispatch_uri("d1"))
        assert "Sesame" in repr(list(driver.state.before(100)))
        driver.control(at=1, action="erase", dispatch="d1")
        change = driver.room.decode(driver.journal[-1][1])
        assert driver.room.erases(change)
        assert driver.handed_on == 1
        assert "Sesame" not in repr(list(driver.state.before(100)))


def test_an_erasure_takes_its_own_words_and_no_others() -> None:
    """Alerts of the dispatch and of its copies go, what waits beside them stays, and its kill is sent behind it."""
    driver = RouteDriver.of(GROUPED)
    driver.alert(1, title="URGENT: Sesame", uri=dispatch_uri("d1"))
    driver.alert(2, "recall", uri="urn:copy", copies=dispatch_uri("d1"), title="RECALL: Sesame")
    driver.alert(3, uri="urn:other")
    driver.control(at=1, action="erase", dispatch="d1")
    driver.alert(4, "kill", at=1, erased=True, uri=dispatch_uri("d1"))
    assert told(driver.until(3)) == [("news", "alert", ["a3", "a4"])]
    assert driver.sent[-1].left_out == LeftOut(withdrawn=2)


def test_what_else_awaits_an_answer_is_repeated() -> None:
    """A notification of two alerts, of which one is erased or killed, is repeated with the other one alone."""
    answered = GROUPED.replace("group_wait: 2m,", "group_wait: 2m, repeat_interval: 10m,")
    for event in ("erase", "kill"):
        driver = RouteDriver.of(answered)
        driver.alert(1, uri=dispatch_uri("d1"))
        driver.alert(2, uri="urn:other")
        assert told(driver.until(2)) == [("news", "alert", ["a1", "a2"])]
        if event == "erase":
            driver.control(at=3, action="erase", dispatch="d1")
        else:
            driver.alert(3, "kill", at=3, uri=dispatch_uri("d1"))
        reminders = [
            each.alerts for each in driver.until(12) if each.kind == "reminder" and each.of == driver.sent[0].id
        ]
        assert [[alert.id for alert in alerts] for alerts in reminders] == [["a2"]]


FOLLOWED = """
desks:
  news: {mute: {terms: [weather]}, budget: {hour: 100, day: 100}}
  desk2: {follow: {stories: [s7], terms: [Bergen]}}
routes: [{name: all, match: {levels: [urgent]}, desks: [news]}]
"""


def test_follow_and_mute() -> None:
    """A desk gets what it follows though no route leads there; a mute is counted; controls do the same."""
    driver = RouteDriver.of(FOLLOWED)
    sent = driver.alert(1, label="Bergen weather")
    assert told(sent) == [("desk2", "alert", ["a1"])]
    assert sent[0].reasons == ("the desk follows “Bergen”",)
    assert driver.alert(2, label="x", thread="s7")[-1].reasons == ("the desk follows this story",)
    driver.control(action="mute", desk="news", story="s3")
    assert driver.alert(3, label="x", thread="s3") == []
    driver.control(action="unmute", desk="news", story="s3")
    (sent_after,) = driver.alert(4, label="x", thread="s3")
    assert sent_after.left_out == LeftOut(muted=1)
    driver.control(action="follow", desk="desk2", term="ferries")
    assert told(driver.alert(5, label="x", headline="Ferry late", level="notice", thread="s8")) == [
        ("desk2", "alert", ["a5"])
    ]
    driver.control(action="unfollow", desk="desk2", term="ferries")
    assert driver.alert(6, label="x", headline="Ferry late", level="notice", thread="s9") == []


def test_the_table_of_controls_is_whole() -> None:
    """Each action that route takes has an outcome for whatever it may name; all other actions change nothing."""
    lists = {Named.NEW, Named.LISTED, Named.NO_DESK, Named.NO_TOPIC, Named.NO_WORD}
    others = {Action.ACK: {Named.WAITS, Named.WAITS_NOT}, Action.ERASE: {Named.DISPATCH}}
    assert {action: set(cells) for action, cells in TABLE.items()} == others | dict.fromkeys(LISTS, lists)
    found = {outcome for cells in (*TABLE.values(), OF_OTHER_ROOMS) for outcome in cells.values()}
    assert found == set(ControlOutcome)


NAMING: dict[Named, dict[str, Any]] = {  # what is named, by the members of a control
    Named.WAITS: {},  # the notification of the driver
    Named.WAITS_NOT: {"notification": "n"},
    Named.NEW: {"desk": "news", "term": "ferries"},
    Named.LISTED: {"desk": "news", "story": "s3"},
    Named.NO_DESK: {"desk": "nobody", "story": "s3"},
    Named.NO_TOPIC: {"desk": "news"},
    Named.NO_WORD: {"desk": "news", "term": "?!"},
    Named.DISPATCH: {"dispatch": "d1"},
    Named.OTHER: {"dispatch": "d1"},
}
CELLS = [(action, name, outcome) for action, cells in TABLE.items() for name, outcome in cells.items()]
CELLS.append((Action.HOLD, Named.OTHER, ControlOutcome.NOTHING))


@pytest.mark.parametrize(("action", "name", "outcome"), CELLS)
def test_each_control_has_the_outcome_of_the_table(action: Action, name: Named, outcome: ControlOutcome) -> None:
    """Every cell: lists, acknowledgements and erasures as said; a dead letter changes nothing."""
    driver = RouteDriver.of(ANSWERED)
    (first,) = driver.alert(1, uri=dispatch_uri("d1"))
    for listing in (Action.MUTE, Action.FOLLOW):
        driver.control(action=listing, desk="news", story="s3")
    before = driver.state.digest()
    members = {"notification": first.id} if name is Named.WAITS else NAMING[name]
    if outcome is ControlOutcome.DEAD:
        with pytest.raises(Rejected) as error:
            driver.control(action=action, **members)
        assert error.value.reason is Reason.BAD_CONTROL
    else:
        assert driver.control(action=action, **members) == []
    changed = outcome not in (ControlOutcome.DEAD, ControlOutcome.NOTHING)
    assert (driver.state.digest() != before) is changed
    desk = driver.state.desks.get("news")
    assert desk
    if action in LISTS:
        listed = getattr(desk, LISTS[action])
        assert ("term:ferries" in listed) is (outcome is ControlOutcome.ADDED and name is Named.NEW)
        assert ("story:s3" in listed) is (outcome is not ControlOutcome.REMOVED)
    assert (not driver.state.awaited.rows()) is (outcome is ControlOutcome.ANSWERED or action is Action.ERASE)


ANSWERED = """
desks: {news: {}, chief: {}}
routes:
- name: all
  desks: [news]
  repeat_interval: 10m
  escalate: {after: 15m, to: chief}
"""


def test_what_nobody_acknowledges_is_repeated_and_escalated() -> None:
    """A reminder after ten minutes, the chief after fifteen, three reminders in all; each names the first one."""
    driver = RouteDriver.of(ANSWERED)
    (first,) = driver.alert(1)
    assert first.needs_acknowledgement
    assert [(one.desk, one.kind, one.of) for one in driver.until(500)] == [
        ("news", "reminder", first.id),
        ("chief", "escalation", first.id),
        ("news", "reminder", first.id),
        ("news", "reminder", first.id),
    ]
    assert driver.sent[1].title == "STILL OPEN: URGENT: Ferry 1"
    assert "The desk news was told at 06:00 UTC on 11 January 2022" in driver.sent[2].text


def test_an_acknowledgement_ends_it() -> None:
    """By whoever, and twice: the second one finds nothing to do."""
    driver = RouteDriver.of(ANSWERED)
    (first,) = driver.alert(1)
    driver.control(at=1, action="ack", notification=first.id)
    driver.control(at=1, action="ack", notification=first.id)
    assert driver.until(500) == []


def test_a_reminder_is_acknowledged_as_what_it_repeats() -> None:
    """An editor copies the id that is on the screen: the escalation's, or the reminder's."""
    for number in (1, 2):
        driver = RouteDriver.of(ANSWERED)
        driver.alert(1)
        driver.until(15)
        driver.control(at=16, action="ack", notification=driver.sent[number].id)
        assert driver.until(500) == []


def test_a_kill_ends_what_waits() -> None:
    """Nobody is told of a killed dispatch for the first time, nor reminded of it."""
    driver = RouteDriver.of(GROUPED)
    driver.alert(1, at=0)
    driver.alert(2, "growing", at=1, uri="d2")
    driver.alert(3, "kill", at=1.5)
    assert told(driver.until(500)) == [("news", "alert", ["a2", "a3"])]
    assert driver.sent[0].left_out == LeftOut(withdrawn=1)
    reminded = RouteDriver.of(ANSWERED)
    reminded.alert(1)
    (kill,) = reminded.alert(2, "kill", at=1)
    assert {one.of for one in reminded.until(500)} == {kill.id}


def test_a_correction_takes_the_place_of_what_waits() -> None:
    """Who was to be told of the wrong version is told of the right one, once, though no route leads there."""
    driver = RouteDriver.of(GROUPED.replace("{name: all,", "{name: all, match: {events: [urgent]},"))
    driver.alert(1, at=0)
    assert told(driver.alert(2, "correction", at=1)) == [("news", "alert", ["a2"])]
    assert driver.sent[0].left_out == LeftOut(withdrawn=1)
    assert driver.until(500) == []


WITHDRAWING = """
desks:
  news: {mute: {stories: [s1]}, quiet: [{from: "00:00", to: "24:00"}], budget: {hour: 1, day: 1}, digest: ["23:59"]}
  other: {}
routes:
- {name: flash, match: {levels: [flash]}, desks: [news], break_through: true}
- {name: kills, match: {events: [kill]}, desks: [other]}
"""


@pytest.mark.parametrize("event", ["kill", "hold", "recall"])
def test_a_withdrawal_reaches_who_was_told(event: str) -> None:
    """Whatever the desk mutes, however quiet it is and though its budget is spent: at once, with the reason."""
    driver = RouteDriver.of(WITHDRAWING.replace("mute: {stories: [s1]}", "mute: {stories: [s9]}"))
    assert told(driver.alert(1, "flash", level="flash")) == [("news", "alert", ["a1"])]
    driver.control(action="mute", desk="news", story="s1")
    sent = [one for one in driver.alert(2, event, severity="killed", at=1) if one.desk == "news"]
    assert told(sent) == [("news", "alert", ["a2"])]
    assert sent[0].reasons == ("the desk was told of this report before",)
    assert sent[0].breaks_through


def test_a_correction_reaches_who_was_told_when_quiet_hours_end() -> None:
    """It passes mutes and budgets, and waits for the morning."""
    driver = RouteDriver.of(QUIET.replace("mute", "mute"))
    driver.alert(1, "flash", level="flash")
    driver.control(action="mute", desk="news", story="s1")
    assert driver.alert(2, "correction", at=5, level="notice") == []
    assert told(driver.until(30)) == [("news", "digest", ["a2"])]
    for number in range(10, 14):
        driver.alert(number, at=90, thread=f"s{number}", uri=f"d{number}")
    assert told(driver.alert(20, "correction", at=91, level="notice")) == [("news", "alert", ["a20"])]


def test_a_storm_is_bounded() -> None:
    """1,000 stories in a minute: a desk gets its hour's budget and one digest that lists 200, counts the rest."""
    driver = RouteDriver.of(QUIET)
    for number in range(1_000):
        driver.alert(number, at=60 + number / 1_000, thread=f"s{number}", uri=f"d{number}")
    assert len(driver.sent) == 2
    (digest,) = driver.until(5 * 60)
    assert len(digest.alerts) == KEPT_MAX
    assert digest.left_out == LeftOut(unlisted=1_000 - 2 - KEPT_MAX)
    assert digest.title == f"{1_000 - 2} alerts that were kept back"
    assert digest.text.endswith(f"And {1_000 - 2 - KEPT_MAX} more, which are in wire.alerts.")


def test_groups_are_bounded() -> None:
    """A full group is sent with its last alert; a group too many sends the oldest. Nothing is lost."""
    driver = RouteDriver.of(GROUPED.replace("hour: 100, day: 500", "hour: 100, day: 500"))
    for number in range(GROUP_ALERTS_MAX):
        driver.alert(number)
    assert len(driver.sent[0].alerts) == GROUP_ALERTS_MAX
    many = RouteDriver.of(GROUPED)
    for number in range(GROUPS_MAX + 3):
        many.alert(number, thread=f"s{number}")
    assert told(many.sent) == [("news", "alert", [f"a{number}"]) for number in range(3)]


def test_an_alert_of_an_older_version_is_left_alone() -> None:
    """It does not say what happened; a new room that reads the topic from its beginning sends nothing of it."""
    old = alert(1).model_copy(update={"event": None})
    assert RouteDriver.of(ONE).step(RecordType.ALERT, dump(old), 0) == []


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b'{"id": 1}', b"\xff\x00"])
def test_a_record_that_is_no_alert_is_rejected(value: bytes) -> None:
    """Nothing but Rejected comes out of bad bytes."""
    with pytest.raises(Rejected) as error:
        RouteDriver.of(ONE).step(RecordType.ALERT, value, 0)
    assert error.value.reason is Reason.BAD_RECORD


DESK = "desks: {news: {%s}}\nroutes: [{name: all, desks: [news]}]"
WAY = "desks: {news: {}, late: {follow: {terms: [x]}}}\nroutes: [%s]"
WRONG = [  # (the file, words of the message)
    ("", "the file"),
    ("desks: {}\nroutes: []", "line 1, field desks"),
    (DESK % "zone: Europe/Olso", "no time zone; did you mean Europe/Oslo?"),
    (DESK % 'quiet: [{from: "25:00", to: "07:00"}]', "line 1, field desks.news.quiet.0.from: '25:00'"),
    (DESK % 'quiet: [{from: "07:00", to: "07:00"}]', "begin and end at the same time"),
    (DESK % 'quiet: [{from: "22:00", to: "07:00"}, {from: "06:00", to: "08:00"}]', "quiet hours overlap"),
    (DESK % 'quiet: [{from: "22:00", to: "07:00", days: [sun]}, {from: "06:00", to: "08:00"}]', "overlap"),
    (DESK % "budget: {hour: 0}", "desks.news.budget.hour"),
    (DESK % "mute: {terms: ['!?']}", "no letter or digit"),
    (WAY % "{name: a, desks: [news]}, {name: b, desks: [news]}", "line 2, route 'b': no alert reaches"),
    (WAY % "{name: a, match: {}, desks: [news]}", "line 2, route 'a', field match: it asks for nothing"),
    (WAY % "{name: a, desks: [nwes]}", "line 2, route 'a': no desk is named 'nwes'; did you mean news?"),
    (WAY % "{name: a, desks: [late]}", "line 1, field desks.news: nothing reaches"),
    (WAY % "{name: a}", "line 2, route 'a': the route 'a' leads to no desk"),
    (WAY % "{name: a, match: {feeds: [x]}, desks: [news]}, {name: a, desks: [news]}", "two routes are named 'a'"),
    (WAY % "{name: a, desks: [news], group_wait: soon}", "field group_wait: 'soon' is no duration"),
    (WAY % "{name: a, desks: [news], group_by: [colour]}", "route 'a', field group_by.0"),
    (WAY % "{name: a, desks: [news], escalate: {after: 1m, to: bosss}}", "no desk is named 'bosss'"),
    (WAY % "{name: a, desks: [news], match: {events: [killed]}}", "route 'a', field match.events.0"),
    (WAY % "{name: a, desks: [news], routes: [{name: b}, {name: c}]}", "route 'c': no alert reaches"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_a_wrong_file_is_refused_as_a_whole(text: str, words: str) -> None:
    """Before the room opens, with the line, the place, and what to do."""
    with pytest.raises(ValueError, match=r"routes\.yaml:") as error:
        routes(text)
    assert words in str(error.value), error.value


def test_the_default_routes_are_right() -> None:
    """What ships loads, and every alert of any event reaches a desk."""
    loaded = load_routes()
    assert list(loaded.desks) == ["news", "technical"]
    assert isinstance(loaded, Routes)
    for event in AlertEvent:
        found = routed(loaded.routes, Subject.of(alert(1, event)))
        assert list(found) == ["technical" if event in FEED_EVENTS else "news"], event


def test_the_default_routes_send_what_comes_together_together() -> None:
    """17 urgent stories in 48 seconds are one notification; 15 corrections of one in 14 minutes are three."""
    driver = RouteDriver(RouteRoom(load_routes()))
    for number in range(17):
        driver.alert(number, at=number / 21, thread=f"s{number}", uri=f"d{number}")
    assert [len(one.alerts) for one in driver.until(600)] == [17]
    driver = RouteDriver(RouteRoom(load_routes()))
    for number in range(15):
        driver.alert(number, "correction", at=number)
    driver.until(600)
    assert [len(one.alerts) for one in driver.sent] == [2, 10, 3]


def test_all_languages_have_the_same_entries() -> None:
    """No language lacks a sentence."""
    english, german = (load_entries(WORDS)[language] for language in (WordingLanguage.EN, WordingLanguage.DE))
    assert german.keys() == english.keys()
    for table in ("titles", "texts", "reasons"):
        assert german[table].keys() == english[table].keys(), table


HOURS = [  # (from, to, days, local time, when it ends)
    ("22:00", "07:30", "tue", "2022-01-11T23:00", "2022-01-12T07:30"),
    ("22:00", "07:30", "tue", "2022-01-12T07:29", "2022-01-12T07:30"),
    ("22:00", "07:30", "tue", "2022-01-12T07:30", None),
    ("22:00", "07:30", "tue", "2022-01-11T07:00", None),
    ("22:00", "07:30", "sun", "2022-01-10T03:00", "2022-01-10T07:30"),
    ("00:00", "24:00", "sat", "2022-01-15T12:00", "2022-01-16T00:00"),
    ("01:00", "05:00", "sun", "2022-03-27T01:30", "2022-03-27T05:00"),  # an hour shorter
    ("01:00", "05:00", "sun", "2022-10-30T01:30", "2022-10-30T05:00"),  # an hour longer
]


@pytest.mark.parametrize(("start", "end", "day", "local", "until"), HOURS)
def test_quiet_hours_are_local(start: str, end: str, day: str, local: str, until: str | None) -> None:
    """Over midnight, over the end of the week, and when clocks change."""
    oslo = clock_of("Europe/Oslo")
    found = routes(DESK % f'zone: Europe/Oslo, quiet: [{{from: "{start}", to: "{end}", days: [{day}]}}]')
    spans_ = found.desks["news"].quiet_spans
    assert quiet_until_ms(spans_, oslo, local_ms(local)) == (local_ms(until) if until else None)


def local_ms(text: str) -> int:
    """An instant of Oslo's clock."""
    return round(datetime.fromisoformat(text).replace(tzinfo=clock_of("Europe/Oslo")).timestamp() * 1000)


def test_a_desk_that_is_always_quiet_gets_a_digest_a_week() -> None:
    """Spans that touch are one, and the end of a whole week is a week away."""
    always = spans(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 0, 1440)  # type: ignore[arg-type]  # names of days
    assert not overlapping(always)
    until = quiet_until_ms(always, clock_of("UTC"), START_MS)
    assert until == START_MS + 7 * 24 * 60 * MINUTE_MS


def test_the_next_digest() -> None:
    """The first of its times that lies ahead, also tomorrow's; none without any."""
    utc = clock_of("UTC")
    assert next_digest_ms((), utc, START_MS) is None
    assert next_digest_ms((360, 420), utc, START_MS) == START_MS + 60 * MINUTE_MS
    assert next_digest_ms((360,), utc, START_MS) == START_MS + 24 * 60 * MINUTE_MS
