"""What goes out: the status of a feed and its alarm, as records."""

from __future__ import annotations

from pathlib import Path

from pipeline.envelope import RecordType, forward, source_of
from pipeline.items import Alert, AlertEvent, Level, content_id, dump, instant
from pipeline.items.alert import ALERTS_PARTITION
from pipeline.items.feed import FeedState, FeedStatus
from pipeline.language import UND
from pipeline.records import STATUS_PARTITION, Out, Record
from pipeline.watch.feed import WARNED_BITS, Feed
from pipeline.watch.rhythm import slot_of
from pipeline.watch.states import Finding
from pipeline.wording import Wording, WordingLanguage, load_wording

FEEDS, ALERTS = "wire.feeds", "wire.alerts"
WORDS = Path(__file__).with_name("wording.yaml")
RULE = "feeds"  # what alarms name as their rule
LEVELS = {AlertEvent.FEED_SET_ASIDE: Level.URGENT, AlertEvent.FEED_SILENT: Level.URGENT}
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def words_of(language: WordingLanguage) -> Wording:
    """The words of alarms."""
    return load_wording(WORDS, language)


def status_record(record: Record, finding: Finding, now_ms: int) -> Out:
    """The status of a feed, as the finding leaves it."""
    return _status(record, finding.mark.feed, dump(status_of(finding, now_ms)), now_ms)


def no_status_record(record: Record, feed: str, now_ms: int) -> Out:
    """What deletes the status of a feed."""
    return _status(record, feed, b"", now_ms)


def _status(record: Record, feed: str, value: bytes, now_ms: int) -> Out:
    headers = forward(record.headers, RecordType.FEED, now_ms, source_of("wiredesk/watch"))
    return Out(FEEDS, f"{feed}/status".encode(), value, headers, STATUS_PARTITION, is_tombstone=not value)


def status_of(finding: Finding, now_ms: int) -> FeedStatus:
    """How a feed is."""
    feed, mark = finding.feed, finding.mark
    has_learnt = feed.items > 0 and feed.rhythm.has_learnt(feed.last_ms)
    is_expected = mark.state not in (FeedState.SILENT, FeedState.SET_ASIDE) and feed.live
    too_long_ms = feed.rhythm.too_long_ms(feed.last_ms) if is_expected else None
    return FeedStatus(
        feed=mark.feed,
        state=mark.state,
        since=instant(mark.since_ms),
        last_item=instant(feed.last_ms) if feed.items else None,
        items=feed.items,
        items_a_week=feed.rhythm.items_a_week(feed.last_ms) if has_learnt else None,
        usual_items_this_hour=feed.rhythm.items_an_hour(slot_of(now_ms), feed.last_ms) if has_learnt else None,
        usual_silence_seconds=_usual_silence_ms(feed, now_ms) // 1000 if has_learnt else None,
        silent_after=None if too_long_ms is None else instant(too_long_ms),
        warnings_share=feed.warned.bit_count() / max(1, min(feed.items, WARNED_BITS)),
        lateness_seconds=feed.lateness.latest_seconds,
        usual_lateness_seconds=feed.lateness.usual_seconds,
        rate=feed.rate,
        why=mark.why or None,
        time=instant(now_ms),
    )


def alarm_record(record: Record, finding: Finding, words: Wording, now_ms: int, most: tuple[int, int]) -> Out:
    """The alarm.  `most`: how many feeds are silent, and of how many something is expected."""
    alarm = alarm_of(finding, words, now_ms, most)
    headers = forward(record.headers, RecordType.ALERT, now_ms, source_of("wiredesk/watch"))
    return Out(ALERTS, alarm.thread.encode(), dump(alarm), headers, ALERTS_PARTITION)


def alarm_of(finding: Finding, words: Wording, now_ms: int, most: tuple[int, int]) -> Alert:
    """An alert about a feed: it has no item and no story, and its thread is the feed."""
    mark, event = finding.mark, finding.event
    assert event
    return Alert(
        id=content_id("feed", mark.feed, event, str(mark.since_ms)),
        rule=RULE,
        rules_hash="",
        thread=f"feed:{mark.feed}",
        event=event,
        level=LEVELS.get(event, Level.NOTICE),
        title=words.title(event, feed=mark.feed),
        text=_text(finding, words, now_ms, most),
        headline=mark.feed,
        language=UND,
        uri=f"urn:wiredesk:feed:{source_of(mark.feed).decode()}",
        item="",
        feed=mark.feed,
        reasons=(words.reason(event, feed=mark.feed),),
        time=instant(now_ms),
    )


def _text(finding: Finding, words: Wording, now_ms: int, most: tuple[int, int]) -> str:
    feed, mark, event = finding.feed, finding.mark, finding.event
    silent, expected = most
    last = words.clock(instant(feed.last_ms)) if feed.items else ""
    sentences = [
        words.text(
            str(event),
            feed=mark.feed,
            last=last,
            usual=_duration(words, _usual_silence_ms(feed, now_ms) // 1000),
            lateness=_duration(words, feed.lateness.latest_seconds or 0),
            usual_lateness=_duration(words, feed.lateness.usual_seconds or 0),
            rate=feed.rate,
            count=feed.in_minute,
            why=mark.why,
            before=words.text(f"was_{feed.mark.state}".replace("-", "_")),
            since=words.clock(instant(feed.mark.since_ms)),
        )
    ]
    if event is AlertEvent.FEED_SILENT and silent > 1 and silent * 2 > expected:
        sentences.append(words.text("most", silent=silent, expected=expected))
    return "\n".join(sentences)


def _usual_silence_ms(feed: Feed, now_ms: int) -> int:
    """The longest silence that the feed had at this hour of the week."""
    return feed.rhythm.longest_ms(slot_of(now_ms))


def _duration(words: Wording, seconds: int) -> str:
    """A time in the largest unit of which it is two or more."""
    for unit, size in (("days", DAY), ("hours", HOUR)):
        if seconds >= 2 * size:
            return words.text(unit, count=round(seconds / size))
    return words.text("minutes", count=max(1, round(seconds / MINUTE)))
