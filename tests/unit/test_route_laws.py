"""The laws of route: who was told is told of kills and corrections, nothing twice, and the journal rebuilds it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from route_driver import RouteDriver

from pipeline.items import AlertEvent, NotificationKind
from pipeline.route.room import CORRECTIVE

ROUTES = """
desks:
  a: {quiet: [{from: "06:20", to: "07:10"}], budget: {hour: 2, day: 4}, digest: ["09:00"], mute: {terms: [ferry]}}
  b: {budget: {hour: 1, day: 2}, follow: {stories: [s2]}}
  c: {quiet: [{from: "00:00", to: "24:00"}], budget: {hour: 1, day: 1}, digest: ["06:10", "12:00"]}
routes:
- {name: flash, match: {levels: [flash]}, desks: [a, c], break_through: true, continue: true}
- {name: grouped, match: {events: [urgent, growing]}, desks: [a, b], group_wait: 3m, group_interval: 20m}
- {name: answered, match: {rules: [r2]}, desks: [c], repeat_interval: 7m, escalate: {after: 10m, to: b}}
- {name: rest, match: {terms: [harbour]}, desks: [b], group_by: [event]}
"""
WITHDRAWN = frozenset({AlertEvent.KILL, AlertEvent.HOLD})
ALERTS = st.fixed_dictionaries(
    {
        "event": st.sampled_from(sorted(AlertEvent)),
        "level": st.sampled_from(["flash", "urgent", "notice"]),
        "uri": st.sampled_from(["d1", "d2", "d3"]),
        "thread": st.sampled_from(["s1", "s2", "s3"]),
        "rule": st.sampled_from(["r1", "r2"]),
        "label": st.sampled_from(["ferry", "harbour", "bridge"]),
        "severity": st.sampled_from(["killed", "corrected", "none"]),
    }
)
TOPIC = st.fixed_dictionaries(
    {
        "action": st.sampled_from(["mute", "unmute", "follow", "unfollow"]),
        "desk": st.sampled_from(["a", "b", "c"]),
        "term": st.sampled_from(["ferry", "harbour"]),
    }
)
STEPS = st.lists(st.tuples(st.integers(0, 40), st.one_of(ALERTS, ALERTS, TOPIC)), max_size=25)
FAR = 40 * 24 * 60  # minutes: everything that waits is due by then


def run(driver: RouteDriver, steps: list[tuple[int, dict[str, Any]]]) -> list[tuple[int, set[str], dict[str, Any]]]:
    """Play the steps; for each corrective alert its number, the desks that had been told, and itself."""
    minute, due = 0, []
    for number, (pause, step) in enumerate(steps):
        minute += pause
        driver.until(minute)
        if "action" in step:
            driver.control(minute, **step)
            continue
        had = {one.desk for one in driver.sent for told in one.alerts if told.uri == step["uri"]}
        driver.alert(number, at=minute, **step)
        if step["event"] in CORRECTIVE:
            due.append((number, had, step))
        if step["event"] in WITHDRAWN:
            now = {one.desk for one in driver.sent for told in one.alerts if told.id == f"a{number}"}
            assert had <= now, "a kill waits for nothing"
    driver.until(minute + FAR)
    return due


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_what_corrects_or_kills_reaches_all_who_were_told(steps: list[tuple[int, dict[str, Any]]]) -> None:
    """Whatever they mute and however full their budget is; unless a later kill came before it was sent."""
    driver = RouteDriver.of(ROUTES)
    for number, had, step in run(driver, steps):
        reached = {one.desk for one in driver.sent for told in one.alerts if told.id == f"a{number}"}
        withdrawn = any(
            later.get("uri") == step["uri"]
            and (later.get("event") in WITHDRAWN or (later.get("event"), later["severity"]) == ("recall", "killed"))
            for _, later in steps[number + 1 :]
        )
        assert had <= reached or withdrawn


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_nothing_is_sent_to_a_desk_twice(steps: list[tuple[int, dict[str, Any]]]) -> None:
    """An alert is in one notification or digest of a desk; reminders and escalations say which one they repeat."""
    driver = RouteDriver.of(ROUTES)
    run(driver, steps)
    first = [one for one in driver.sent if one.kind in (NotificationKind.ALERT, NotificationKind.DIGEST)]
    sent = Counter((one.desk, told.id) for one in first for told in one.alerts)
    assert all(count == 1 for count in sent.values())
    ids = {one.id for one in first}
    assert len({one.id for one in driver.sent}) == len(driver.sent)
    assert all(one.of in ids for one in driver.sent if one not in first)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_nobody_is_told_of_what_was_killed_or_corrected_meanwhile(steps: list[tuple[int, dict[str, Any]]]) -> None:
    """After a kill or a hold no earlier alert of the dispatch goes out; after a correction no news of it."""
    driver = RouteDriver.of(ROUTES)
    minute = 0
    stale: set[str] = set()
    corrective: set[str] = set()
    seen: dict[str, set[str]] = {}
    for number, (pause, step) in enumerate(steps):
        minute += pause
        for one in driver.until(minute):
            assert not stale & {told.id for told in one.alerts}
        if "action" in step:
            driver.control(minute, **step)
            continue
        known = seen.setdefault(step["uri"], set())
        if step["event"] in WITHDRAWN:
            stale |= known
        elif step["event"] == AlertEvent.CORRECTION:
            stale |= {id_ for id_ in known if id_ not in corrective}
        for one in driver.alert(number, at=minute, **step):
            assert not stale & {told.id for told in one.alerts}
        known.add(f"a{number}")
        corrective |= {f"a{number}"} if step["event"] in CORRECTIVE else set()


@settings(max_examples=80, deadline=None)
@given(STEPS, st.integers(0, 10), st.lists(st.integers(0, 30), max_size=3))
def test_a_trimmed_journal_rebuilds_the_state(
    steps: list[tuple[int, dict[str, Any]]], span: int, trims: list[int]
) -> None:
    """A journal trimmed behind its carries gives the living state."""
    driver = RouteDriver.of(ROUTES, sent_max=2)
    room, minute = driver.room, 0
    for number, (pause, step) in enumerate(steps):
        minute += pause
        driver.until(minute)
        if "action" in step:
            driver.control(minute, **step)
        else:
            driver.alert(number, at=minute, **step)
        if number in trims:
            before = max(0, driver.offset + 1 - span)
            carried = [(driver.offset, room.encode(each)) for each in room.carry(driver.state, before)]
            for _, each in carried:
                room.apply(driver.state, room.decode(each), driver.offset)
            driver.journal = [entry for entry in driver.journal if entry[0] >= before] + carried
        rebuilt = room.open()
        for at, data in driver.journal:
            room.apply(rebuilt, room.decode(data), at)
        assert rebuilt.digest() == driver.state.digest()
        assert rebuilt.due_ms() == driver.state.due_ms()
        assert all(rebuilt.kept_count(desk) == driver.state.kept_count(desk) for desk in "abc")


@pytest.mark.parametrize(("number", "reached"), [(1, True), (3, False)])
def test_the_memory_of_who_was_told_is_bounded(number: int, reached: bool) -> None:
    """Of so many dispatches as are remembered the kill reaches all who were told; beyond it, where routes lead."""
    driver = RouteDriver.of(ROUTES, sent_max=2)
    driver.alert(0, "flash", level="flash", uri="d0", label="bridge")
    for other in range(number):
        driver.alert(10 + other, "flash", level="flash", uri=f"d{10 + other}", label="bridge", at=1)
    sent = driver.alert(99, "kill", uri="d0", label="bridge", at=2)
    assert bool(sent) is reached


def test_the_memory_of_who_was_told_ends() -> None:
    """After 14 days by the broker's clock."""
    for days, reached in ((13, True), (15, False)):
        driver = RouteDriver.of(ROUTES)
        driver.alert(0, "flash", level="flash", label="bridge")
        driver.alert(1, "mention", uri="d9", label="bridge", at=days * 24 * 60)
        assert bool(driver.alert(2, "kill", label="bridge", at=days * 24 * 60)) is reached
