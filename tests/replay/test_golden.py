"""The sample wires, replayed: what comes out is the golden capture, byte for byte, and what the manifest says."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from pipeline.account import is_partial
from pipeline.captures import to_line
from pipeline.dead import Letter
from pipeline.envelope import ADDRESSED, CONTENT_TYPE, FORMAT, RecordType
from pipeline.items import Alert, AlertEvent, Item, Status, Story
from pipeline.records import Record
from pipeline.replay import Replay, account, payload
from pipeline.samples import Sample, Samples, read_samples
from pipeline.testing.golden import Golden

TOPICS = ("wire.enriched", "wire.stories", "wire.alerts", "wire.notifications", "wire.feeds", "wire.dead")
SEEDS = Path(__file__).parents[2] / "seeds"


@cache
def samples() -> Samples:
    return read_samples(SEEDS)


def replayed() -> Replay:
    """All samples through all rooms, each at its own time."""
    replay = Replay()
    for sample in samples().payloads:
        time_ms = round(sample.time.timestamp() * 1000)
        headers = ((FORMAT, sample.format.encode()), (CONTENT_TYPE, sample.content_type.encode()))
        replay.publish(payload(sample.feed, sample.data, time_ms, headers), time_ms)
    return replay


@pytest.fixture(scope="module")
def replay() -> Replay:
    return replayed()


@pytest.mark.parametrize("topic", TOPICS)
def test_golden(replay: Replay, topic: str, golden: Golden) -> None:
    """A changed line is changed behaviour: read the diff, then `make golden`."""
    golden(f"{topic}.jsonl", [record for record in replay.log[topic] if record.type not in ADDRESSED])


def test_again(replay: Replay) -> None:
    """The same payloads give the same log a second time, in every topic (law 2)."""
    assert {topic: list(map(to_line, log)) for topic, log in replayed().log.items()} == {
        topic: list(map(to_line, log)) for topic, log in replay.log.items()
    }


def test_account(replay: Replay) -> None:
    """Every item ends in exactly one place (law 1), and as many as the manifest says end in each."""
    found = account(replay)
    assert found.balanced, found
    said = Counter(item.disposition for sample in samples().payloads for item in sample.items)
    assert (
        Counter({"enriched": found.enriched, "held": found.held, "withheld": found.withheld, "dead": found.dead})
        == said
    )


def where(record: Record) -> tuple[int, int, int]:
    wire = Item.model_validate_json(record.value).wire
    return wire.partition, wire.offset, wire.part


@pytest.fixture(scope="module")
def published(replay: Replay) -> dict[str, list[Item]]:
    """File -> what was published of its items, in order."""
    raw = {record.position[1:]: sample.file for record, sample in by_position(replay)}
    items: dict[str, list[Item]] = defaultdict(list)
    for record in sorted(
        (record for record in replay.log["wire.enriched"] if not is_partial(record.value)), key=where
    ):
        item = Item.model_validate_json(record.value)
        items[raw[item.wire.partition, item.wire.offset]].append(item)
    return items


def by_position(replay: Replay) -> list[tuple[Record, Sample]]:
    """Each raw record beside the sample it was made of."""
    return list(zip(replay.log["wire.raw"], samples().payloads, strict=True))


@pytest.mark.parametrize("sample", samples().payloads, ids=lambda sample: sample.file)
def test_manifest(sample: Sample, replay: Replay, published: dict[str, list[Item]]) -> None:
    """Disposition, kind, status, relation and what it repeats are as the manifest says."""
    expected = [item for item in sample.items if item.disposition == "enriched"]
    found = published.get(sample.file, [])
    assert len(found) == len(expected)
    for item, wanted in zip(found, expected, strict=True):
        assert item.dispatch.kind == wanted.kind
        assert item.dispatch.status == wanted.status
        assert (item.duplicate and item.duplicate.relation) == wanted.relation
        if wanted.of and item.duplicate:
            assert item.duplicate.of == published[wanted.of][0].dispatch.id
    reasons = [wanted.reason.value for wanted in sample.items if wanted.reason]
    positions = {record.position for record, one in by_position(replay) if one.file == sample.file}
    assert [one.reason for one in map(Letter, replay.log["wire.dead"]) if one.position in positions] == reasons


def test_stories(replay: Replay, published: dict[str, list[Item]]) -> None:
    """Items of one key are one story, under a label that a reader would accept; keys do not mix."""
    ids: dict[str, Counter[str]] = defaultdict(Counter)
    for sample in samples().payloads:
        expected = [item for item in sample.items if item.disposition == "enriched"]
        for item, wanted in zip(published.get(sample.file, []), expected, strict=True):
            if wanted.story and item.story:
                ids[wanted.story][item.story.id] += 1
    latest = {}
    for record in replay.log["wire.stories"]:
        story = Story.model_validate_json(record.value)
        latest[story.id] = story
    homes = {key: counts.most_common(1)[0][0] for key, counts in ids.items()}
    assert len(set(homes.values())) == len(homes)
    labels = {key: latest[home].label for key, home in homes.items()}
    assert not {key: label for key, label in labels.items() if label not in samples().labels[key]}
    strays = {key: sum(counts.values()) - counts.most_common(1)[0][1] for key, counts in ids.items()}
    assert sum(strays.values()) <= STRAYS_MAX, strays


STRAYS_MAX = 0


def test_no_source_stands_behind_a_report_that_is_killed(replay: Replay) -> None:
    """Of the sample wires' false reports no alert names a source that never had the claim beside it."""
    items = [Item.model_validate_json(record.value) for record in replay.log["wire.enriched"]]
    killed = {item.uri: item.headline for item in items if item.dispatch.status is Status.KILLED and item.headline}
    records = [record for record in replay.log["wire.alerts"] if record.type == RecordType.ALERT]
    alerts = [Alert.model_validate_json(record.value) for record in records]
    of_killed = [alert for alert in alerts if alert.uri in killed]
    assert len(of_killed) >= 5
    assert len({alert.event for alert in of_killed}) > 1
    for alert in of_killed:
        if len(alert.sources) > 1:
            assert alert.event is AlertEvent.CONFIRMED
            assert killed[alert.uri] not in f"{alert.title} {alert.text} {alert.headline}"
