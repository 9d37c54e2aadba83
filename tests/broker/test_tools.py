"""The tools around the rooms, on the real broker."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer, TopicPartition
from kafka.errors import CoordinatorNotAvailableError, NoError
from kafka.structs import OffsetAndMetadata
from worker_driver import run

from pipeline.captures import from_line, to_line
from pipeline.partitioner import partition_of
from pipeline.records import Record
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka import reader, topics
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.publish import publisher
from pipeline.runtime.publish.sources import RAW, RawPayload, payloads
from pipeline.topology import TOPICS, Topic
from tests.waiting import LOOK_SECONDS, SECONDS, eventually

pytestmark = pytest.mark.broker


@pytest.fixture
def fresh(broker: Broker) -> Broker:
    """The broker with our topics, all of them empty."""
    with Admin(broker.connection) as admin:
        ours = [name for name in admin.list_topics() if name.startswith("wire.")]
        if ours:
            admin.delete_topics(ours)
    topics.create(broker.connection)
    return broker


def records(broker: Broker, topic: str = RAW) -> list[Record]:
    """All records of a topic."""
    return list(reader.read_topics(broker.connection, [topic]))


def test_topics_are_created_once_and_found_right(fresh: Broker) -> None:
    """What create makes, check finds without fault; creating again makes nothing."""
    assert topics.check(fresh.connection) == []
    assert topics.create(fresh.connection) == []


def test_a_topic_made_otherwise_is_reported_and_left_alone(broker: Broker) -> None:
    """A changed count and a changed setting are two mismatches, and after create they are still there."""
    made = Topic("tools.mismatch", "an example", retention_ms=1000, partitions=2)
    assert topics.create(broker.connection, [made]) == ["tools.mismatch"]
    wanted = dataclasses.replace(made, retention_ms=2000, partitions=3)
    for _ in range(2):
        mismatches = topics.check(broker.connection, [wanted], replication=2)
        assert [(one.what, one.wanted, one.found) for one in mismatches] == [
            ("the number of partitions", "3", "2"),
            ("the replication factor", "2", "1"),
            ("retention.ms", "2000", "1000"),
        ]
        assert topics.create(broker.connection, [wanted]) == []
    (missing,) = topics.check(broker.connection, [dataclasses.replace(made, name="tools.missing")])
    assert "wiredesk topics create" in str(missing)


RESET_STEPS = {
    "delete_groups": "journal-lost",
    "create_topics": "absent",
}  # killed before it -> normalise


@pytest.mark.parametrize("step", RESET_STEPS)
def test_a_reset_that_is_killed(step: str, fresh: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of it is done: no room starts on that unawares, the doctor names `wiredesk reset`, and that ends it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREDESK_BOOTSTRAP", fresh.bootstrap)
    monkeypatch.setenv("WIREDESK_STATE_DIR", str(tmp_path))
    eventually(lambda: normalise_has_worked(fresh))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Admin, step, killed)
        run("reset", "--yes", code=1)
    assert "wiredesk topics create" in run("topics", "check", code=1).output
    topics.create(fresh.connection)  # as `up` does
    found = normalise()
    assert found["state"] == RESET_STEPS[step]
    assert ("`wiredesk reset`" in found["remedy"]) == (found["state"] == "journal-lost")
    run("reset", "--yes")
    assert topics.check(fresh.connection) == []
    assert normalise()["state"] == "absent"


def normalise_has_worked(broker: Broker) -> bool:
    """Let its group have an offset; False while the broker, which has just started, does not take it."""
    with Admin(broker.connection) as admin, contextlib.suppress(CoordinatorNotAvailableError):
        offsets = {TopicPartition(RAW, 1): OffsetAndMetadata(7, "", -1)}
        (refused,) = admin.alter_group_offsets("wiredesk.normalise", offsets).values()
        return refused is NoError  # a class, of every partition by itself
    return False


def normalise() -> dict[str, Any]:
    """What the doctor finds of that room, which does not run."""
    found = [json.loads(line) for line in run("doctor", "--json", code=1).stdout.splitlines()]
    return next(one for one in found if one["subject"] == "normalise")


def test_what_is_published_is_in_the_log(fresh: Broker, tmp_path: Path) -> None:
    """Every payload is delivered with its bytes, key and headers, to the partition of its feed, in order."""
    folder = tmp_path / "coastwire"
    folder.mkdir()
    contents = [f"item {number}".encode() for number in range(50)] + [b"", b"\xff\x00"]
    for number, content in enumerate(contents):
        (folder / f"{number:03}.txt").write_bytes(content)
    (folder / "big.txt").write_bytes(b"x" * 3_000_000)
    progress: list[int] = []
    report = publisher.publish(
        fresh.connection,
        payloads([str(folder)]),
        options=publisher.PublishOptions(on_progress=lambda report: progress.append(report.sent)),
    )
    assert (report.sent, report.sent_bytes) == (len(contents), sum(map(len, contents)))
    assert [Path(name).name for name, _ in report.skipped] == ["big.txt"]
    assert progress[-1] == report.sent
    found = records(fresh)
    assert [record.value for record in found] == contents
    assert {(record.key, record.position.partition) for record in found} == {
        (b"coastwire", partition_of(b"coastwire"))
    }
    assert all(record.header("content-type") == b"text/plain" for record in found)
    assert all(abs(record.time_ms - record.timestamp_ms) < 60_000 for record in found)


def test_a_capture_published_again_is_the_same_capture(fresh: Broker, tmp_path: Path) -> None:
    """capture → publish → capture: only places and log times differ."""
    publisher.publish(fresh.connection, payloads(["-"], "harbour", None, io.BytesIO(b"caf\xe9")))
    publisher.publish(fresh.connection, payloads(["-"], "coastwire", None, io.BytesIO(b"words")))
    path = tmp_path / "all.jsonl"
    with path.open("wb") as out:
        assert reader.capture_topic(fresh.connection, RAW, out) == 2
    assert publisher.publish(fresh.connection, payloads([str(path)])).sent == 2
    out_again = io.BytesIO()
    assert reader.capture_topic(fresh.connection, RAW, out_again) == 4
    again = [from_line(line) for line in out_again.getvalue().splitlines()]
    parts = sorted((record.key, record.value, record.headers) for record in again)
    assert parts[::2] == parts[1::2]


def test_a_rate_is_kept(fresh: Broker) -> None:
    """At a rate of 50 a second, 25 payloads take half a second at least."""
    started = time.monotonic()
    publisher.publish(fresh.connection, (RawPayload(str(n), "f", b"x") for n in range(26)), rate=50)
    assert time.monotonic() - started >= 0.5


def test_publishing_before_the_topics_exist_is_an_error(tmp_path: Path) -> None:
    """A publisher or a reader never creates wire.raw on a cluster that lacks it."""
    with Broker(tmp_path / "with a space") as bare:
        with pytest.raises(topics.NoTopic, match=r"wire\.raw"):
            publisher.publish(bare.connection, [RawPayload("x", "f", b"x")])
        with pytest.raises(topics.NoTopic, match=r"wire\.enriched"):
            records(bare, "wire.enriched")


def test_a_publisher_outlives_its_broker(tmp_path: Path) -> None:
    """Killed in the middle and started again, the broker has every payload once and in order."""
    messages: list[str] = []
    middle, killed = threading.Event(), threading.Event()
    with Broker(tmp_path) as own:
        topics.create(own.connection, [TOPICS[RAW]])

        def on_progress(report: publisher.PublishReport) -> None:
            if report.sent > 200:
                middle.set()

        def payloads() -> Iterator[RawPayload]:
            for number in range(1500):
                if number == 400:  # the rest comes to a broker that is dead
                    assert killed.wait(SECONDS)
                yield RawPayload(str(number), "f", b"%d" % number)

        def crash() -> None:
            middle.wait(SECONDS)
            own.kill()
            killed.set()
            eventually(lambda: messages)
            own.start()

        crashing = threading.Thread(target=crash)
        crashing.start()
        report = publisher.publish(
            own.connection,
            payloads(),
            rate=1000,
            options=publisher.PublishOptions(on_progress, messages.append),
        )
        crashing.join()
        assert report.sent == 1500
        assert [record.value for record in records(own)] == [b"%d" % n for n in range(1500)]
    assert "nothing listens" in messages[0]


def test_a_publisher_gives_up_in_the_end(tmp_path: Path) -> None:
    """Without any broker the publisher ends after its patience, and reports what it had sent."""
    from pipeline.connection import Connection

    with pytest.raises(publisher.NotDelivered, match="nothing listens") as caught:
        publisher.publish(
            Connection("127.0.0.1:1"),
            [RawPayload("x", "f", b"x")],
            options=publisher.PublishOptions(patience_seconds=0.1),
        )
    assert caught.value.report.sent == 0


def producer(broker: Broker, transactional_id: str) -> Any:
    """A producer of transactions, ready."""
    made = KafkaProducer(**broker.connection.arguments(), transactional_id=transactional_id)
    made.init_transactions()
    return made


def test_a_reader_sees_what_is_committed_and_finds_the_end(broker: Broker) -> None:
    """Aborted records are never seen, and neither they nor transaction markers hide the end."""
    topics.create(broker.connection, [Topic("tools.committed", "an example", 1_000_000, partitions=2)])
    sender = producer(broker, "tools")
    for value, commit in ((b"1", True), (b"2", False), (b"3", True), (b"4", False)):
        sender.begin_transaction()
        sender.send("tools.committed", value, key=b"k", partition=0, headers=[("h", b"\xff")])
        sender.flush()
        (sender.commit_transaction if commit else sender.abort_transaction)()
    sender.close()
    assert [record.value for record in records(broker, "tools.committed")] == [b"1", b"3"]
    last = [record.value for record in reader.read_topics(broker.connection, ["tools.committed"], last=0)]
    assert last == []
    for skipped, expected in ((0, []), (1, [b"1", b"3"])):
        skips = [("tools.committed", skipped)]
        found = reader.read_topics(broker.connection, ["tools.committed"], skips=skips)
        assert [record.value for record in found] == expected


def test_following_brings_what_comes(broker: Broker) -> None:
    """A follower that starts at the end gets what comes then, and its capture line is the record in the log."""
    topics.create(broker.connection, [Topic("tools.follow", "an example", 1_000_000, partitions=1)])
    sender = KafkaProducer(**broker.connection.arguments())
    sender.send("tools.follow", b"old").get(SECONDS)
    stream = reader.read_topics(broker.connection, ["tools.follow"], last=0, follow=True)
    is_over = threading.Event()

    def send_on() -> None:  # the stream looks for the end when it is first asked, and nobody knows how soon
        while not is_over.wait(LOOK_SECONDS):
            sender.send("tools.follow", b"new", key=b"k").get(SECONDS)

    sending = threading.Thread(target=send_on)
    sending.start()
    record = next(stream)
    is_over.set()
    stream.close()  # type: ignore[attr-defined]  # an Iterator by its signature, a generator in fact
    sending.join()
    sender.close()
    assert (record.position.partition, record.key, record.value) == (0, b"k", b"new")
    assert record.position.offset >= 1
    assert json.loads(to_line(record))["tstype"] == "logappend"
