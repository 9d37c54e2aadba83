"""WATCH: a feed that stops is noticed, one that pauses as always is not, and each alarm says what to do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from watch_driver import DAY_MS, HOUR_MS, MINUTE_MS, START_MS, WEEK_MS, WatchDriver

from pipeline.items.alert import FEED_EVENTS
from pipeline.items.feed import FeedState
from pipeline.records import Counted, Rejected
from pipeline.watch.lateness import COUNTED_MAX, LATEST, LEARN_ITEMS, Lateness
from pipeline.watch.messages import WORDS, _duration, words_of
from pipeline.watch.rhythm import EPOCH_MS, GAP_MAX_MS, SLOTS, Rhythm, hours, slot_of
from pipeline.watch.room import WatchRoom
from pipeline.watch.states import STATUS_MS
from pipeline.wording import WordingLanguage, load_entries
from tests.examples import examples


def monday(run: WatchDriver, hour: float) -> None:
    """Goes on as always to that hour of the present day."""
    run.steady((run.now_ms // DAY_MS * DAY_MS + hour * HOUR_MS - run.now_ms) / WEEK_MS)


def learnt(weeks: float = 3, **more: Any) -> WatchDriver:
    """A feed of working hours that is known for three weeks; it is Monday."""
    run = WatchDriver()
    run.steady(weeks, **more)
    assert run.told == []
    return run


def test_a_feed_that_stops_is_told_once() -> None:
    """Within working hours after some multiple of its pauses, and again only when it has come back and stopped."""
    run = learnt()
    monday(run, 7)
    for _ in range(12):
        run.item()
        run.wait(10 * MINUTE_MS)
    stopped = run.now_ms - 10 * MINUTE_MS
    run.wait(6 * HOUR_MS)
    assert run.told == ["norden feed-silent"]
    assert run.alarms[0].time.timestamp() * 1000 - stopped <= 90 * MINUTE_MS
    run.item()
    assert run.told == ["norden feed-silent", "norden feed-recovered"]
    assert [status.state for status in run.statuses[-2:]] == [FeedState.SILENT, FeedState.OK]
    run.wait(3 * HOUR_MS)
    run.item()
    assert len(run.told) == 2 or run.told[2:] == ["norden feed-silent", "norden feed-recovered"]


@pytest.mark.parametrize("weeks", [2.2, 4, 9])
def test_nights_and_weekends_are_no_silence(weeks: float) -> None:
    """A feed may be silent as it always is: nothing is told in weeks of the same rhythm."""
    run = WatchDriver()
    for _ in range(round(weeks * 7)):
        if run.now_ms // DAY_MS % 7 in (2, 3):  # a weekend: 1970 began with a Thursday
            run.wait(DAY_MS)
        else:
            run.steady(1 / 7)
    assert run.told == []


def test_nothing_is_told_before_it_is_known() -> None:
    """In its first two weeks a feed may be as silent as it likes."""
    run = WatchDriver()
    run.steady(1.9)
    run.wait(13 * DAY_MS)
    assert (run.told, run.state.feeds["norden"].mark.state) == ([], FeedState.LEARNING)


def test_a_feed_of_few_items_is_left_alone() -> None:
    """One item a week: two weeks without one are no news."""
    run = WatchDriver()
    for _ in range(12):
        run.item()
        run.wait(WEEK_MS)
    run.wait(3 * WEEK_MS)
    assert run.told == []


@pytest.mark.parametrize("more", [{"quiet": True}, {"age_ms": 30 * DAY_MS}])
def test_an_archive_teaches_and_raises_nothing(more: dict[str, Any]) -> None:
    """Neither its end nor what it brings is told; when the feed is live its rhythm is known."""
    run = learnt(**more)
    run.wait(3 * DAY_MS)
    assert (run.told, run.statuses[-1].state) == ([], FeedState.ARCHIVE)
    if "quiet" in more:
        monday(run, 34)
        run.item()
        assert run.statuses[-1].state is FeedState.OK
        run.wait(12 * HOUR_MS)
        assert run.told == ["norden feed-silent"]


def test_a_backfill_beside_a_live_feed_changes_nothing() -> None:
    """Old items of the same feed move neither its clock nor its rhythm."""
    run = learnt()
    monday(run, 9)
    run.item()
    before = run.state.feeds["norden"].too_long_ms
    for day in range(20):
        run.item(age_ms=(20 - day) * DAY_MS)
    feed = run.state.feeds["norden"]
    assert (feed.too_long_ms, feed.mark.state) == (before, FeedState.OK)


def test_a_long_silence_teaches_no_more_than_its_limit() -> None:
    """After an outage of a day the next one is noticed at the same hours."""
    run = learnt(4)
    for _ in range(2):
        monday(run, 8)
        run.item()
        run.wait(26 * HOUR_MS)
        run.item()
        run.steady(6 / 7)
        monday(run, 0)
    assert run.told.count("norden feed-silent") == 2


def test_most_feeds_at_once() -> None:
    """Where most feeds are silent the alarm says to look at what they have in common."""
    run = WatchDriver()
    for _ in range(3 * 7 * 24):
        for number in range(4):
            run.item(f"feed-{number}")
        run.wait(HOUR_MS)
    run.wait(3 * DAY_MS)
    assert len(run.alarms) == 4
    assert "of 4 feeds here are silent" in (run.alarms[-1].text or "")


def test_twenty_of_forty_feeds_stop() -> None:
    """Each is told once, at the moment that was known before, also one that is silent by night; no other is."""
    run, end_ms = WatchDriver(), START_MS + 4 * WEEK_MS
    stop_ms = end_ms - 4 * DAY_MS + 12 * HOUR_MS  # a Thursday at noon
    items = sorted(
        (START_MS + minute * MINUTE_MS + number * 37_000, f"feed-{number:02}")
        for number in range(40)
        for minute in range(0, 4 * 7 * 24 * 60, 20 + number % 7)
        if (minute // 60 - number) % 24 < 12 or number % 3 == 0  # most have a night, each its own
    )
    stopped = {f"feed-{number:02}" for number in range(20)}
    expected: dict[str, int | None] = {}
    for ms, feed in items:
        if feed in stopped and ms > stop_ms:
            expected.setdefault(feed, run.state.feeds[feed].too_long_ms)
            continue
        run.until(ms)
        run.item(feed)
    run.until(end_ms)
    found = {alarm.feed: round(alarm.time.timestamp() * 1000) for alarm in run.alarms}
    assert len(run.alarms) == len(stopped)
    assert found == expected
    assert {name for name, feed in run.state.feeds.items() if feed.mark.state is FeedState.SILENT} == stopped
    hours_after = sorted((ms - stop_ms) / HOUR_MS for ms in found.values())
    assert hours_after[len(stopped) // 2] < 8
    assert hours_after[-1] < 24


def test_late_items() -> None:
    """Items that take a day and usually take minutes are told once, and that they are in time again."""
    run = learnt(late_ms=2 * MINUTE_MS)
    monday(run, 8)
    for late_ms in (DAY_MS, 2 * MINUTE_MS):
        for _ in range(LATEST):
            run.item(late_ms=late_ms)
            run.wait(MINUTE_MS)
    assert run.told == ["norden feed-late", "norden feed-recovered"]
    assert "about 24 hours old" in (run.alarms[0].text or "")
    assert "within 4 minutes" in (run.alarms[0].text or "")


def test_a_feed_that_is_always_late_is_not() -> None:
    """What is usual for a feed counts."""
    assert learnt(late_ms=DAY_MS).state.feeds["norden"].mark.state is FeedState.OK


@pytest.mark.parametrize(("rate", "told"), [(None, []), (30, []), (29, ["norden feed-over-rate"])])
def test_too_many_payloads(rate: int | None, told: list[str]) -> None:
    """More payloads a minute than the feed may send are told once an hour, its many items are not; none is lost."""
    run = learnt()
    monday(run, 8)
    for number in range(30):
        for _ in range(3):
            run.item(rate=rate, payload=10_000 + number)
        run.wait(1_000)
    assert run.told == told
    run.wait(MINUTE_MS)
    run.steady(70 * MINUTE_MS / WEEK_MS, rate=rate)
    assert run.told == [*told, *(["norden feed-recovered"] if told else [])]


def test_warnings_are_a_share() -> None:
    """Of the last hundred items."""
    run = WatchDriver()
    for number in range(200):
        run.item(warned=number % 4 == 0 and number >= 100)
    run.wait(STATUS_MS)
    run.item()
    assert run.statuses[-1].warnings_share == 0.24


def test_a_feed_is_set_aside_and_resumed() -> None:
    """The word of normalise counts whatever the items say, is told once, and so is its end."""
    run = learnt()
    monday(run, 9)
    run.item()
    run.control("set-aside", why="51 of its last 100 payloads died: malformed")
    run.control("set-aside")
    run.wait(5 * HOUR_MS)
    run.item()
    assert run.told == ["norden feed-set-aside"]
    assert "51 of its last 100" in (run.alarms[0].text or "")
    assert run.statuses[-1].why
    run.control("resume")
    run.control("resume")
    assert run.told == ["norden feed-set-aside", "norden feed-recovered"]
    run.control("set-aside", "never heard of")
    assert run.told[-1] == "never heard of feed-set-aside"


def test_a_feed_is_forgotten() -> None:
    """Its status is deleted, its silence is told by nobody, and if it comes back it is learnt anew."""
    run = learnt()
    run.control("forget")
    run.control("forget", "never heard of")
    assert (run.deleted, len(run.state.feeds), run.state.due_ms()) == (["norden", "never heard of"], 0, None)
    run.wait(3 * WEEK_MS)
    assert run.told == []
    run.item()
    assert run.statuses[-1].state is FeedState.LEARNING
    assert run.statuses[-1].items == 1


@pytest.mark.parametrize("action", ["set-aside", "resume", "forget"])
def test_a_control_without_a_feed_dies(action: str) -> None:
    """It says nothing; a control for other rooms is left to them."""
    with pytest.raises(Rejected, match="names no feed"):
        WatchDriver().control(action, feed=None)
    WatchDriver().control("pin", feed=None)


def test_what_comes_in_an_hour() -> None:
    """The status says how many items usually come in its hour of the week: six by day, none by night."""
    run = learnt(5)
    for hour, usual in ((9.5, 6.2), (27, 0.2)):  # the item of this moment counts for an hour that has just begun
        monday(run, hour)
        run.item()
        assert run.statuses[-1].usual_items_this_hour == usual
    monday(run, 30)
    run.steady(1 / SLOTS)
    run.wait(4 * HOUR_MS)
    silent = [status for status in run.statuses if status.state is FeedState.SILENT]
    assert [status.usual_items_this_hour for status in silent] == [6.0]


def test_a_feed_of_which_nothing_has_come() -> None:
    """One whose payloads all died, and that is resumed, is to be learnt; it is no archive."""
    run = WatchDriver()
    run.control("set-aside")
    run.control("resume")
    assert [status.state for status in run.statuses] == [FeedState.SET_ASIDE, FeedState.LEARNING]


def test_a_status_when_it_changes_and_now_and_then() -> None:
    """Not at every item: the topic would grow with the wire."""
    run = WatchDriver()
    for _ in range(240):
        run.item()
        run.wait(MINUTE_MS)
    assert len(run.statuses) == 240 * MINUTE_MS // STATUS_MS


def test_the_bound_of_feeds() -> None:
    """With one more the feed that was heard longest ago is forgotten, and only that one."""
    run = WatchDriver(WatchRoom(feeds_max=3))
    for feed in ("a", "b", "a", "c", "d"):
        run.item(feed)
    assert sorted(run.state.feeds) == ["a", "c", "d"]
    assert run.room.digest(run.rebuilt(2)) == run.room.digest(run.state)


def test_counts() -> None:
    """What the metrics show."""
    run = learnt()
    monday(run, 8)
    run.item()
    run.wait(10 * HOUR_MS)
    run.control("set-aside", "b")
    assert run.room.counts(run.state) == {
        Counted.FEEDS: 2,
        Counted.SILENT_FEEDS: 1,
        Counted.FEEDS_SET_ASIDE: 1,
    }


STEPS = st.one_of(
    st.tuples(st.just("item"), st.sampled_from("abcd"), st.sampled_from([0, 0, MINUTE_MS, DAY_MS, 20 * DAY_MS])),
    st.tuples(st.just("wait"), st.sampled_from([1, MINUTE_MS, HOUR_MS, DAY_MS, 15 * DAY_MS])),
    st.tuples(st.just("steady"), st.sampled_from("ab"), st.sampled_from([1, 16])),
    st.tuples(st.sampled_from(["set-aside", "resume", "forget"]), st.sampled_from("abcde")),
)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(STEPS, max_size=25), st.integers(0, 100))
def test_any_life_is_rebuilt_from_its_journal(steps: list[Any], share: int) -> None:
    """Wherever the journal was cut; and an alarm of a silence is followed by one of its end, never by another."""
    run = WatchDriver(WatchRoom(feeds_max=3))
    for kind, *what in steps:
        if kind == "item":
            run.item(what[0], late_ms=what[1])
        elif kind == "wait":
            run.wait(what[0])
        elif kind == "steady":
            for _ in range(what[1] * 24):
                run.item(what[0])
                run.wait(HOUR_MS)
        else:
            run.control(kind, what[0])
    for before in (0, run.offset * share // 100, run.offset + 1):
        assert run.room.digest(run.rebuilt(before)) == run.room.digest(run.state), before
    assert len({alarm.id for alarm in run.alarms}) == len(run.alarms)


@settings(max_examples=examples(200), deadline=None)
@given(st.integers(0, 10 * WEEK_MS), st.integers(0, 3 * DAY_MS))
def test_hours_are_the_time_between(begin: int, length: int) -> None:
    """Without a gap, in order, each within one hour of the week."""
    found = list(hours(begin, begin + length))
    assert sum(hour.end_ms - hour.begin_ms for hour in found) == length
    assert all(slot_of(hour.begin_ms) == slot_of(hour.end_ms - 1) == hour.slot for hour in found)
    assert [hour.end_ms for hour in found[:-1]] == [hour.begin_ms for hour in found[1:]]


def test_the_first_hour_of_the_week_is_that_of_monday() -> None:
    """The week has 168 hours, and begins on Monday, as weeks do."""
    assert (slot_of(START_MS), slot_of(START_MS - 1), slot_of(START_MS + 8 * DAY_MS)) == (0, SLOTS - 1, 24)


def test_a_gap_of_weeks_begins_anew() -> None:
    """A feed that comes back after a month is learnt again."""
    rhythm = Rhythm(START_MS)
    for hour in range(1, 500):
        rhythm.take(START_MS + (hour - 1) * HOUR_MS, START_MS + hour * HOUR_MS)
    last = START_MS + 499 * HOUR_MS
    assert rhythm.too_long_ms(last) is not None
    rhythm.take(last, last + GAP_MAX_MS + 1)
    assert rhythm.too_long_ms(last + GAP_MAX_MS + 1) is None


def test_holidays_are_forgotten() -> None:
    """After two epochs a long silence counts no more."""
    rhythm, now = Rhythm(START_MS), START_MS
    limits = []
    for week in range(12):
        pause = 8 if week == 1 else 1
        for hour in range(pause, 169, 1):
            rhythm.take(now, START_MS + week * WEEK_MS + hour * HOUR_MS)
            now = START_MS + week * WEEK_MS + hour * HOUR_MS
        limits.append(rhythm.longest_ms(7))
    assert limits[2] >= 7 * HOUR_MS
    assert limits[-1] == HOUR_MS


def test_lateness_needs_many_items() -> None:
    """Before LEARN_ITEMS nothing is late."""
    lateness = Lateness()
    for _ in range(LEARN_ITEMS - 1):
        lateness.take(10)
    for _ in range(LATEST):
        lateness.take(10**9)
    assert lateness.is_late
    early = Lateness()
    for number in range(LEARN_ITEMS // 2):
        early.take(10 if number < 50 else 10**9)
        assert not early.is_late


def test_what_was_usual_fades() -> None:
    """At COUNTED_MAX all counts are halved: what comes now weighs more, and no count grows without end."""
    lateness = Lateness()
    for seconds in [10] * (COUNTED_MAX - 1) + [90]:
        lateness.take(seconds)
    assert (lateness.counts.tolist()[:2], lateness.usual_seconds) == ([1_999, 0], 60)
    for _ in range(COUNTED_MAX // 2 + 1):
        lateness.take(90)
    assert (lateness.counts.tolist()[:2], lateness.usual_seconds) == ([999, 1_000], 120)


def test_what_is_known_is_of_two_epochs() -> None:
    """However long a feed is known: the time that its figures are of goes back no further."""
    rhythm, now = Rhythm(START_MS), START_MS
    for hour in range(1, 12 * SLOTS):
        rhythm.take(now, START_MS + hour * HOUR_MS)
        now = START_MS + hour * HOUR_MS
        assert rhythm.known_ms(now) == min(now - START_MS, now % EPOCH_MS + EPOCH_MS)


def test_a_silence_that_is_seen_late() -> None:
    """A worker that was away meets the silence that began to be too long while it was: it is one from then on."""
    run = learnt()
    monday(run, 7)
    for _ in range(12):
        run.item()
        run.wait(10 * MINUTE_MS)
    due_ms = run.state.due_ms()
    assert due_ms
    for late_ms, names in ((-1, []), (0, ["norden"]), (DAY_MS, ["norden"])):
        assert [feed.mark.feed for feed in run.state.silent(due_ms + late_ms)] == names


SECONDS_SAID = [(9_400, "3 hours"), (8_800, "2 hours"), (7_100, "118 minutes"), (2.7 * 86_400, "3 days")]


@pytest.mark.parametrize(("seconds", "said"), SECONDS_SAID)
def test_a_duration_is_rounded(seconds: float, said: str) -> None:
    """To the nearest of its unit."""
    assert said in _duration(words_of(WordingLanguage.EN), round(seconds))


def braces(text: str) -> set[str]:
    """What is filled in."""
    return set(re.findall(r"\{(\w+)", text))


@pytest.mark.parametrize("language", list(WordingLanguage))
def test_every_event_has_its_words(language: WordingLanguage) -> None:
    """All languages have the same entries, with the braces of the English ones, for every event about a feed."""
    entries = load_entries(WORDS)
    for table in ("titles", "texts", "reasons"):
        assert entries[language][table].keys() == entries["en"][table].keys()
        assert entries[language][table].keys() >= FEED_EVENTS
        for key, text in entries[language][table].items():
            assert braces(text) <= braces(entries["en"][table][key]), key
    run = WatchDriver(WatchRoom(language))
    for number, event in enumerate(("set-aside", "resume", "set-aside")):
        run.control(event, f"feed-{number // 2}")
    assert all("{" not in f"{alarm.title}{alarm.text}" for alarm in run.alarms)
