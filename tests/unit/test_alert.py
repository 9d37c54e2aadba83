"""The room alert: when it alerts, and with which reasons."""

from __future__ import annotations

from typing import Any

import pytest
from alert_driver import AMENDED, CORRECTION, FREED, HELD, KILL, MINUTE_MS, RECALL, RULES, decisions, record, run

from pipeline.alert.room import AlertRoom
from pipeline.alert.rules import parse_rules
from pipeline.alert.threads import Threads
from pipeline.envelope import RecordType
from pipeline.items import Alert
from pipeline.records import Position, Reason, Record, Rejected

GONE = ("it copies a report that was killed",)
FIRST = [  # (the first item of a story, the rule and level of its alert, the reasons)
    ({}, None, None, ()),
    ({"urgency": 3}, None, None, ()),
    ({"urgency": 2}, "fast", "urgent", ("urgency 2, from meridian",)),
    ({"urgency": 1}, "flash", "flash", ("urgency 1, from meridian",)),
    ({"urgency": 1, "story": None}, "flash", "flash", ("urgency 1, from meridian",)),
    ({"independent": 2}, None, None, ()),
    ({"independent": 3}, None, None, ()),  # one source with three reports
    ({"items": 7}, "growing", "notice", ("the story has 7 items",)),
    ({"headline": "A VOLCANO-like hiss"}, "watch", "notice", ("it mentions “volcano”",)),
    ({"body": "A rate\ndecision is due."}, "watch", "notice", ("it mentions “rate decision”",)),
    ({"headline": "A volcano stirs", "language": "de"}, None, None, ()),
    ({"headline": "I Oslo", "language": "no", "feed": "norden"}, "local", "notice", ("it mentions “Oslo”",)),
    ({"headline": "I Oslo", "language": "no"}, None, None, ()),
    ({"dispatch": KILL}, "wrong", "urgent", ("killed by meridian",)),
    ({"dispatch": KILL, "urgency": 1}, "wrong", "urgent", ("killed by meridian",)),
    ({"dispatch": CORRECTION}, "wrong", "urgent", ("corrected by meridian",)),
    ({"dispatch": CORRECTION | {"revision": 1}}, None, None, ()),
    ({"dispatch": RECALL, "body": ""}, "wrong", "urgent", GONE),
    ({"dispatch": {"status": "recalled", "killed_by": "k"}, "urgency": 1}, "wrong", "urgent", GONE),
    ({"dispatch": KILL | {"revision": 1}, "story": None}, None, None, ()),
    ({"dispatch": KILL | {"revision": 1}}, "wrong", "urgent", None),
    ({"dispatch": {"kind": "repeat"}, "urgency": 1}, None, None, ()),
    ({"dispatch": {"kind": "late"}, "urgency": 1}, None, None, ()),
    ({"dispatch": {"kind": "advisory", "merged_into": "d2"}, "urgency": 1}, None, None, ()),
    ({"dispatch": HELD}, "on hold", "urgent", ("put on hold by Ada",)),
    ({"dispatch": FREED}, "on hold", "urgent", ("released",)),
    ({"urgency": 1, "independent": 3, "items": 5}, "flash", "flash", None),
]


@pytest.mark.parametrize(("item", "rule", "level", "reasons"), FIRST)
def test_what_alerts(item: dict[str, Any], rule: str | None, level: str | None, reasons: tuple[str, ...]) -> None:
    """Each condition alone, what is not news, and what is no longer valid."""
    alerts = run([record(**item)])
    assert [(each.rule, each.level) for each in alerts] == ([(rule, level)] if rule else [])
    assert reasons is None or all(each.reasons == reasons for each in alerts)


def dead(*counts: int) -> list[dict[str, Any]]:
    """Urgent reports with so many dead in their headlines."""
    return [{"urgency": 2, "headline": f"Ferry runs aground, {count} dead"} for count in counts]


LATER = (40, 40, 0)
SEQUENCES = [  # (name, items, which of them alert)
    ("a number is alerted once", [{"items": n, "at": 40 * n} for n in range(2, 10)], [2, 6]),
    ("a number is alerted once, though the story shrinks", [{"items": n} for n in (4, 3, 4, 5)], [0]),
    ("a jump over two numbers is alerted once", [{"items": n, "at": n} for n in (9, 10)], [0]),
    ("a copy is not alerted again", [{"urgency": 2}, {"urgency": 2, "copied": True}], [0]),
    ("a more urgent copy is", [{"urgency": 2}, {"urgency": 1, "copied": True}], [0, 1]),
    ("the first copy with a term is", [{}, {"body": "The volcano.", "copied": True}], [1]),
    ("stories do not share a throttle", [{"urgency": 2, "story": f"s{n}"} for n in range(4)], [0, 1, 2, 3]),
    ("an equal report without a new figure is not alerted", [{"urgency": 2, "at": n} for n in range(5)], [0]),
    ("one with a new figure in its headline is", dead(2, 2, 3, 2), [0, 2]),
    (
        "a year or a time of day is no figure",
        [{"urgency": 2}, {"urgency": 2, "headline": "In 2022, 10:30"}],
        [0],
    ),
    ("a copy with a new figure is not", [*dead(2), *({**one, "copied": True} for one in dead(3))], [0]),
    ("the throttle lets two go", dead(2, 3, 4, 5, 6), [0, 1]),
    ("the throttle ends", [one | {"at": 10 * n} for n, one in enumerate(dead(*range(2, 8)))], [0, 1, 3, 4]),
    ("a stronger one passes", [*dead(2, 3, 4), {"urgency": 1}, {"urgency": 1}], [0, 1, 3]),
    ("a kill passes", [*dead(2, 3, 4)] + [{"dispatch": KILL}] * 2, [0, 1, 3, 4]),
    ("a correction passes", [*dead(2, 3, 4), {"dispatch": CORRECTION}], [0, 1, 3]),
    ("a hold passes, and its release", [*dead(2, 3, 4), {"dispatch": HELD}, {"dispatch": FREED}], [0, 1, 3, 4]),
    ("one recall a cause passes", [{"urgency": 1}] * 2 + [{"dispatch": RECALL, "of": "d9"}] * 3, [0, 2]),
    (
        "a kill recalls what a correction did",
        [{"dispatch": AMENDED, "of": "d9"}, {"dispatch": RECALL, "of": "d9"}],
        [0, 1],
    ),
    ("recalls follow their kill", [{"dispatch": KILL}, {"dispatch": RECALL, "of": "d1"}], [0]),
    (
        "a merged thread was alerted",
        [{"urgency": 2, "story": "s2"}] * 2 + [{"urgency": 2, "merged_from": "s2"}],
        [0],
    ),
    (
        "guard, what a merged thread had reached: the younger counts",
        [{"items": 4, "story": "s2"}, {"items": 5, "merged_from": "s2"}],
        [0],
    ),
    (
        "guard, what a merged thread had reached: the younger takes nothing back",
        [{"items": 8}, {"items": 4, "story": "s2", "at": 40}, {"items": 9, "merged_from": "s2", "at": 80}],
        [0, 1],
    ),
    (
        "old time does not turn back",
        [one | {"at": at} for one, at in zip(dead(2, 3, 4), LATER, strict=True)],
        [0, 1],
    ),
]


@pytest.mark.parametrize(("items", "alerting"), [row[1:] for row in SEQUENCES], ids=[row[0] for row in SEQUENCES])
def test_what_a_thread_is_alerted_of(items: list[dict[str, Any]], alerting: list[int]) -> None:
    """A thread is not alerted twice of the same, nor more often than the throttle allows."""
    records = [record(offset=n, **item) for n, item in enumerate(items)]
    assert [n for n, out in enumerate(decisions(records)) if out] == alerting


def test_the_next_alert_says_how_many_were_suppressed() -> None:
    """Three alerts kept back are counted once, in the next one."""
    times = [0, 0, 1, 2, 3, 60, 61]
    alerts = run([record(offset=n, at=times[n], **one) for n, one in enumerate(dead(*range(2, 9)))])
    assert [each.suppressed for each in alerts] == [0, 0, 3, 0]


def test_reasons_name_the_sources() -> None:
    """Sources count once, whatever they filed; copies and notices never, nor a feed that carries an agency."""
    norden = {"copy": {"dateline": {"text": "OSLO (Norden)", "agency": "Norden"}}}
    wires: list[tuple[str, dict[str, Any]]] = [
        ("coastline", {}),
        ("norden", {}),
        ("paper", {"copied": True}),
        ("wire", {"dispatch": {"kind": "advisory", "merged_into": "d2", "id": "d9", "item": "i9"}}),
        ("harbour", norden),
        ("meridian", {}),
    ]
    alerts = run([record(offset=n, feed=feed, independent=4, **more) for n, (feed, more) in enumerate(wires)])
    assert [each.reasons for each in alerts] == [("3 sources report on the story: coastline, Norden and meridian",)]
    assert [each.sources for each in alerts] == [("coastline", "Norden", "meridian")]


def test_every_alert_names_the_rules_by_their_hash() -> None:
    """Who asks later why an alert came can tell which rules were in force."""
    assert [each.rules_hash for each in run([record(urgency=1)])] == [RULES.hash]


def test_all_alerts_go_to_one_partition() -> None:
    """Whatever partition the item is in; the thread as key, stream time, CloudEvents headers, the same trace."""
    room = AlertRoom(RULES)
    (out,) = room.decide(room.open(), record(urgency=1, at=5, trace=b"00-aa-bb-01")).outputs
    headers = dict(out.headers)
    assert (out.topic, out.key, out.partition) == ("wire.alerts", b"s1", 0)
    assert headers["ce_type"] == b"wire.alert"
    assert headers["ce_time"] == b"2022-01-11T06:05:00.000Z"
    assert Alert.model_validate_json(out.value).thread == "s1"
    assert headers["traceparent"] == b"00-aa-bb-01"


HEADLINES = [("Ferry", "x", "Ferry"), ("", "First.\n\nSecond.", "First. Second."), ("", "", "Ferry grounding")]


@pytest.mark.parametrize(("headline", "body", "shown"), [*HEADLINES, ("", "a" * 999, "a" * 299 + "…")])
def test_every_alert_has_a_headline(headline: str, body: str, shown: str) -> None:
    """A kill may come with an empty body and no headline: the story's label takes its place."""
    (alert,) = run([record(headline=headline, body=body, dispatch=KILL)])
    assert alert.headline == shown


@pytest.mark.parametrize("kind", [RecordType.TICK, RecordType.CONTROL, "wire.story"])
def test_other_records_are_refused(kind: str) -> None:
    """Only items are looked at; any other type of ours is refused."""
    room = AlertRoom(RULES)
    with pytest.raises(Rejected, match="alert accepts ce_type"):
        room.decide(room.open(), record(type=kind))


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b'{"uri": 1}', b"\xff\x00", b"[" * 100_000])
def test_a_record_that_is_no_item_is_rejected(value: bytes) -> None:
    """Nothing but Rejected comes out of bad bytes."""
    with pytest.raises(Rejected) as error:
        AlertRoom(RULES).decide(Threads(), Record(Position("wire.enriched", 0, 0), b"", value, (), 0))
    assert error.value.reason is Reason.BAD_RECORD


EVERYTHING = "{rules: [{name: all, level: notice, when: {urgency_at_most: 9}}]}"
NOTHING = "{rules: [{name: none, level: flash, when: {terms: [xyzzy], urgency_at_most: 1}}]}"


@pytest.mark.parametrize(
    ("rules", "stories", "alerts"), [(EVERYTHING, 1_000, 1_000), (EVERYTHING, 1, 3), (NOTHING, 1_000, 0)]
)
def test_a_storm_under_rules_that_match_everything_or_nothing(rules: str, stories: int, alerts: int) -> None:
    """1,000 items in a minute, each with a new figure: an alert a story, three if all are of one story, or none."""
    items = [
        record(offset=n, at=n // 999, story=f"s{n % stories}", headline=f"{n + 1_000_000} flee", urgency=9)
        for n in range(1_000)
    ]
    assert sum(map(len, decisions(items, AlertRoom(parse_rules(rules))))) == alerts


def test_an_old_thread_is_forgotten() -> None:
    """A thread expires by stream time, and the oldest goes when there are too many; then it may alert again."""
    seen = [("a", 0), ("a", 100), ("a", 201), ("b", 202), ("c", 203), ("a", 204)]
    records = [record(story=story, items=4, at=at, offset=offset) for offset, (story, at) in enumerate(seen)]
    written = decisions(records, AlertRoom(RULES, threads_max=2, keep_ms=MINUTE_MS * 100))
    assert [len(outs) for outs in written] == [1, 0, 1, 1, 1, 1]
