"""What alerts say: what was wrong and what is right, who reports the same, in whose voice and language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from alert_driver import CORRECTION, KILL, decisions, record, run

from pipeline.alert.alerts import WORDS
from pipeline.alert.corrections import change_between
from pipeline.alert.figures import figures_in
from pipeline.alert.room import AlertRoom
from pipeline.alert.rules import parse_rules
from pipeline.alert.texts import BODY_CHARACTERS_MAX, TEXTS_MAX
from pipeline.alert.threads import Threads
from pipeline.items import Alert, AlertEvent, ChangeKind, PartyKind
from pipeline.items.alert import FEED_EVENTS
from pipeline.wording import WordingLanguage, load_entries
from tools.alert_texts import alert_of, cases

LANGUAGES = list(WordingLanguage)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_has_its_words(language: str) -> None:
    """Each event is shown in the page, and no two events begin alike: a kill does not read like the news."""
    alerts = [alert_of(case, language) for case in cases(language)]
    assert {alert.event for alert in alerts} == set(AlertEvent) - FEED_EVENTS  # these are told by the room watch
    titles = {alert.event: (alert.title or "").partition(":")[0] for alert in alerts}
    assert len(set(titles.values())) == len(AlertEvent) - len(FEED_EVENTS)
    assert all(alert.title and alert.text and "{" not in alert.title + alert.text for alert in alerts)


def test_all_languages_have_the_same_entries() -> None:
    """No language lacks a sentence, and each sentence has the same braces as the English one."""
    assert set(load_entries(WORDS)) == set(LANGUAGES)
    english = braces("en")
    for language in LANGUAGES:
        found = braces(language)
        assert found.keys() == english.keys(), language
        assert [key for key in found if not found[key] <= english[key]] == [], language


def braces(language: str) -> dict[str, set[str]]:
    """What is filled in, by entry."""
    tables = {name: rows for name, rows in load_entries(WORDS)[language].items() if isinstance(rows, dict)}
    return {
        f"{name}.{key}": set(re.findall(r"\{(\w+)", text))
        for name, rows in tables.items()
        for key, text in rows.items()
    }


CHANGES = [
    ("Twelve died.", "Twelve died.", ChangeKind.NONE),
    ("12 died.", "2 died.", ChangeKind.FIGURE),
    ("It cost $1.2 million.", "It cost $1.3 million.", ChangeKind.FIGURE),
    ("It cost one million.", "It cost one billion.", ChangeKind.WORDS),
    ("It was Tuesday, Smith said.", "It was Tuesday, Smyth said.", ChangeKind.NAME),
    ("He was found guilty.", "He was found not guilty.", ChangeKind.WORDS),
    ("The ban is legal.", "The ban is illegal.", ChangeKind.WORDS),
    ("It is now closed.", "It is not closed.", ChangeKind.WORDS),
    ("They recieved it.", "They received it.", ChangeKind.SPELLING),
    ("The comittee met.", "The committee met.", ChangeKind.SPELLING),
    ("the ferry sank.", "The ferry sank!", ChangeKind.SPELLING),
    ("MAN FROM OSLO HELD", "MAN FROM BERGEN HELD", ChangeKind.WORDS),
    ("A moral victory.", "An amoral victory.", ChangeKind.WORDS),
]


@pytest.mark.parametrize(("before", "after", "kind"), CHANGES)
def test_what_a_correction_changed(before: str, after: str, kind: ChangeKind) -> None:
    """Figures, names and other words are told from spelling, also backwards; in doubt it is graver."""
    assert change_between(before, after) is change_between(after, before) is kind


LONG = " ".join(f"Sentence number {chr(97 + n % 26)}{n} is here." for n in range(400))
PAIRS: list[tuple[dict[str, Any], dict[str, Any], tuple[str | None, str | None, str]]] = [
    # the version before, the correction, what was wrong and what is right
    ({"body": "Mr. Ruud fell. 12 died."}, {"body": "Mr. Ruud fell. 2 died."}, ("12 died.", "2 died.", "figure")),
    ({"headline": "Oslo, 3 held"}, {"headline": "Oslo, 4 held"}, ("Oslo, 3 held", "Oslo, 4 held", "figure")),
    ({"body": "He ran. He won."}, {"body": "He ran. He lost."}, ("He won.", "He lost.", "words")),
    ({"body": "He ran."}, {"body": "He ran.\n\nHe denies it."}, (None, "He denies it.", "words")),
    ({"body": "He ran. He won."}, {"body": "He ran."}, ("He won.", None, "words")),
    ({"body": "He ran to Rome. 3 fell."}, {"body": "He ran to Bonn. 4 fell."}, ("3 fell.", "4 fell.", "figure")),
    ({"body": LONG}, {"body": "New here. " + LONG}, (None, "New here.", "words")),
    ({"body": "He ran."}, {"body": "He ran."}, (None, None, "none")),
]


@pytest.mark.parametrize(("before", "after", "shown"), PAIRS)
def test_a_correction_shows_the_sentence(
    before: dict[str, Any], after: dict[str, Any], shown: tuple[str | None, str | None, str]
) -> None:
    """The gravest change is shown, with the agency's own word; beyond what is remembered nothing is invented."""
    assert len(LONG) > BODY_CHARACTERS_MAX
    (alert,) = run([record(**before), record(offset=1, dispatch=CORRECTION, ed_note="Corrects it.", **after)])
    assert alert.correction
    assert (alert.correction.before, alert.correction.after, alert.correction.change) == shown
    assert alert.correction.note == "Corrects it."
    assert "Corrects it." in (alert.text or "")


def test_a_flapping_correction_is_told_once_with_its_count() -> None:
    """There and back again: the third alert says so, and the next comes when the throttle's minutes are over."""
    bodies = ["12 died.", "2 died.", "12 died.", "2 died.", "12 died.", "2 died."]
    times = [0, 1, 2, 3, 4, 40]
    items: list[dict[str, Any]] = [
        {"body": body, "at": at, "dispatch": CORRECTION} for body, at in zip(bodies, times, strict=True)
    ]
    items[0] = {"body": bodies[0]}
    alerts = run([record(offset=n, **item) for n, item in enumerate(items)])
    found = [(each.correction.count, each.correction.unstable) for each in alerts if each.correction]
    assert found == [(1, False), (2, True), (5, True)]
    assert alerts[-1].suppressed == 2
    assert "5 times" in (alerts[-1].text or "")


def test_a_new_correction_of_an_unstable_dispatch_is_told() -> None:
    """A version that nobody has seen is news, however often the dispatch went back and forth."""
    bodies = ["12 died.", "2 died.", "12 died.", "2 died.", "7 died."]
    items: list[dict[str, Any]] = [{"body": body, "dispatch": CORRECTION} for body in bodies]
    items[0] = {"body": bodies[0]}
    alerts = run([record(offset=n, at=n, **item) for n, item in enumerate(items)])
    assert [each.correction.after for each in alerts if each.correction] == ["2 died.", "12 died.", "7 died."]


def test_a_kill_names_what_was_published() -> None:
    """Without a headline of its own the remembered one is shown; the body is forgotten with the kill."""
    room = AlertRoom(parse_rules("rules: [{name: a, level: urgent, when: {severity: [killed]}}]"))
    state = room.open()
    first = record(headline="", body="The ferry sank.", wire=wire(agency="ap"))
    kill = record(offset=1, headline="", body="", dispatch=KILL, ed_note="Wrong ship.")
    room.apply(state, room.decide(state, first).change, 0)
    decision = room.decide(state, kill)
    room.apply(state, decision.change, 1)
    alert = Alert.model_validate_json(decision.outputs[0].value)
    assert alert.title == "REPORT KILLED, do not use, take down: The ferry sank."
    assert (alert.headline, alert.withdrawn, alert.note) == ("The ferry sank.", "The ferry sank.", "Wrong ship.")
    assert alert.by
    assert (alert.by.name, alert.by.kind) == ("Associated Press", PartyKind.AGENCY)
    kept = state.text("d1")
    assert kept
    assert (kept.headline, kept.body) == ("The ferry sank.", "")


def wire(**members: Any) -> dict[str, Any]:
    """The member `wire` of an item."""
    known = {"feed": "meridian", "format": "plain", "topic": "wire.raw", "partition": 0, "offset": 0}
    return known | {"sha256": "0" * 64, "received": "2022-01-11T06:00:00Z"} | members


def test_a_kill_by_hand_names_the_person() -> None:
    """Not the feed whose dispatch it was; the reason is said once."""
    by_hand = KILL | {"killed_by": "Ada", "by_hand": "Ada", "why": "Ada: wrong ship"}
    (alert,) = run([record(headline="Ferry", dispatch=by_hand)])
    assert alert.by
    assert (alert.by.name, alert.by.kind, alert.note) == ("Ada", PartyKind.PERSON, "wrong ship")
    assert alert.reasons == ("killed by Ada",)


NEAR = [  # (headline and body of the third source, whether three sources stand behind it)
    ("Ferry runs aground, 12 hurt", "", True),
    ("Twelve hurt as ferry runs aground", "", True),
    ("12 hurt off Bergen", "A ferry ran aground near the harbour.", True),
    ("Rocks tear open the hull of a Bergen ferry", "The ferry runs aground with 12 hurt, police said.", True),
    ("Ferry with 400 aboard sinks", "", False),  # the claims of one
    ("Ferry runs aground off Bergen, 40 dead", "", False),
    ("Ferry runs aground off Bergen, 12 hurt, 40 dead", "", False),
    ("Captain of Bergen ferry was drunk, police say", "", False),
    ("40 dead", "The ferry runs aground off Bergen, 12 hurt.", False),
    ("", "Captain was drunk at the helm, police say, and had been warned twice before.", False),
    ("Minister visits harbour after ferry accident", "", False),
]


@pytest.mark.parametrize(("headline", "body", "confirmed"), NEAR)
def test_only_reports_that_say_the_same_confirm(headline: str, body: str, confirmed: bool) -> None:
    """A claim that one source has is not confirmed by two that report something else of the story."""
    items = [("norden", "Ferry runs aground off Bergen, 12 hurt"), ("polder", "12 hurt as ferry runs aground")]
    records = [record(offset=n, feed=feed, headline=text, body="") for n, (feed, text) in enumerate(items)]
    alerts = run([*records, record(offset=2, feed="quay", headline=headline, body=body, independent=3)])
    assert [each.event for each in alerts] == ([AlertEvent.CONFIRMED] if confirmed else [])
    for each in alerts:
        assert each.sources == ("norden", "polder", "quay")


CLAIMS = [  # (the headline of a flash, who is named as reporting it)
    ("12 hurt as ferry runs aground off Bergen", ("norden", "polder", "quay")),
    ("Bergen ferry runs aground", ("norden", "polder", "quay")),
    ("Bergen ferry runs aground, captain drunk", ("quay",)),
    ("Bergen ferry runs aground, 40 hurt", ("quay",)),
    ("Bergen ferry sinks, 12 hurt", ("quay",)),
    ("Bergen ferry runs aground at Sotra", ("polder", "quay")),
]


@pytest.mark.parametrize(("headline", "sources"), CLAIMS)
def test_no_source_is_named_beside_a_claim_that_it_does_not_have(headline: str, sources: tuple[str, ...]) -> None:
    """One word or figure of its own in the headline, and nobody else is said to report it."""
    body = {
        "norden": "The ship was from Bergen.",
        "polder": "The ship ran onto the rocks of Sotra off Bergen.",
        "quay": "",
    }
    items = [
        record(offset=n, feed=feed, headline="Ferry runs aground, 12 hurt", body=body[feed], independent=n + 1)
        for n, feed in enumerate(("norden", "polder"))
    ]
    (alert,) = run([*items, record(offset=2, feed="quay", headline=headline, body="", urgency=1, independent=3)])
    assert (alert.event, alert.sources) == (AlertEvent.FLASH, sources)
    assert ("norden" in (alert.text or "")) is ("norden" in sources)


def test_a_killed_report_confirms_nothing() -> None:
    """Of three sources one killed its report: two are left, and a third one makes them three again."""
    items: list[dict[str, Any]] = [
        {"feed": "norden"},
        {"feed": "polder", "dispatch": {"id": "d2"}},
        {"feed": "polder", "dispatch": KILL | {"id": "d2"}},
        {"feed": "quay", "dispatch": {"id": "d3"}},
        {"feed": "harbour", "dispatch": {"id": "d4"}},
    ]
    alerts = run([record(offset=n, independent=3, **item) for n, item in enumerate(items)])
    assert [each.event for each in alerts] == [AlertEvent.KILL, AlertEvent.CONFIRMED]
    assert alerts[1].sources == ("norden", "quay", "harbour")


def test_old_reports_confirm_nothing() -> None:
    """The next morning's report of the same counts; one of two days later does not stand behind the first."""
    morning, late = (
        [record(offset=n, feed=f"feed{n}", at=n * hours * 60, independent=3) for n in range(3)]
        for hours in (17, 37)
    )
    assert [each.event for each in run(morning)] == [AlertEvent.CONFIRMED]
    assert run(late) == []


FIGURES = [
    ("1,200 dead, 1.5 million flee", ("1200", "1.5")),
    ("Um 10:30 starben 1.200", ("1200",)),
    ("In 2022 and 1999, 0,5 percent", ("0.5",)),
    ("", ()),
]


@pytest.mark.parametrize(("text", "figures"), FIGURES)
def test_figures_are_compared_as_people_do(text: str, figures: tuple[str, ...]) -> None:
    """However they are written; years and times of day are none."""
    assert figures_in(text) == figures


def test_what_is_quiet_raises_no_alert_and_counts() -> None:
    """An archive is not alerted, nor later what it reached already; what comes after it is."""
    items: list[dict[str, Any]] = [
        {"urgency": 1, "items": 4, "quiet": True},
        {"dispatch": KILL, "quiet": True},
        {"items": 5, "urgency": 1},
        {"items": 8},
    ]
    alerting = [bool(out) for out in decisions([record(offset=n, **item) for n, item in enumerate(items)])]
    assert alerting == [False, False, False, True]


def test_texts_are_bounded() -> None:
    """Only so many dispatches are remembered; the correction of an older one says that it does not know."""
    state = Threads(texts_max=2)
    room = AlertRoom()
    for offset in range(3):
        first = record(offset=offset, dispatch={"id": f"d{offset}"})
        room.apply(state, room.decide(state, first).change, offset)
    assert [bool(state.text(f"d{n}")) for n in range(3)] == [False, True, True]
    assert TEXTS_MAX * BODY_CHARACTERS_MAX < 10_000_000


def test_german_rules_speak_german() -> None:
    """The language of the rules is that of title, text and reasons; the item keeps its own."""
    rules = parse_rules("{language: de, rules: [{name: a, level: urgent, when: {urgency_at_most: 2}}]}")
    (out,) = decisions([record(urgency=2)], AlertRoom(rules))[0]
    alert = Alert.model_validate_json(out.value)
    assert (alert.title, alert.reasons) == (
        "EILMELDUNG: Ferry runs aground",
        ("Dringlichkeit 2, von meridian",),
    )
    assert alert.language.tag == "en"
