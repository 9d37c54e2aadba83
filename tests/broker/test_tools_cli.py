"""Every command that needs a broker, on the real one, with all rooms up."""

from __future__ import annotations

import gzip
import json
import os
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from kafka import KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType
from worker_driver import ninjs, run

from pipeline import settings
from pipeline.captures import from_line
from pipeline.cli import main
from pipeline.envelope import RecordType
from pipeline.items import Item, Kind, Status, Story, dispatch_id
from pipeline.records import Record
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.controls import producer
from pipeline.runtime.kafka.reader import read_topics
from pipeline.runtime.kafka.topics import seen
from pipeline.runtime.local.deployment import LocalDeployment
from pipeline.topology import ROOMS, TOPICS
from tests.waiting import PROCESS_SECONDS, eventually

pytestmark = [pytest.mark.broker, pytest.mark.slow]

AUTHOR = ("--who", "A. Lind", "--why", "the desk called")
FAR = "2099-01-01T00:00:00Z"


def rows(*arguments: str, code: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*arguments, code=code).stdout.splitlines()]


def stream(topic: str = "wire.enriched") -> list[Record]:
    """All records of a topic, as `tail` shows them."""
    shown = run("tail", topic, "--json", "--no-follow", "-n", "100000")
    return [from_line(line) for line in shown.stdout_bytes.splitlines()]


def records(capture: Path) -> list[Record]:
    return [from_line(line) for line in capture.read_bytes().splitlines()]


def items(native: str, topic: str = "wire.enriched") -> list[Item]:
    """What was published of a dispatch of ours."""
    found = (Item.model_validate_json(record.value) for record in stream(topic) if record.type == RecordType.ITEM)
    return [item for item in found if item.dispatch.id == dispatch_id("desk", native)]


def send(native: str, version: int = 1, **more: Any) -> str:
    """Publish a dispatch of the feed `desk`; its dispatch id."""
    run("publish", "--feed", "desk", "-", stdin=ninjs(native, version, **more))
    return dispatch_id("desk", native)


@pytest.fixture(scope="module", autouse=True)
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalDeployment]:
    """A broker without topics; the command makes them; all rooms.  The environment leads there."""
    folder = tmp_path_factory.mktemp("deployment")
    with pytest.MonkeyPatch.context() as patch, Broker(folder / "broker") as broker:
        patch.chdir(folder)  # no .env of anybody
        patch.setenv("WIREDESK_BOOTSTRAP", broker.bootstrap)
        patch.setenv("WIREDESK_STATE_DIR", str(folder))
        assert "wire.raw: the topic is missing" in run("topics", "check", code=1).output
        assert f"{len(TOPICS)} created" in run("topics", "create").stderr
        with LocalDeployment(settings.load(), -1) as deployment:
            assert deployment.wait_ready(PROCESS_SECONDS, threading.Event())
            yield deployment


@pytest.fixture(scope="module")
def published(seeds: Path, deployment: LocalDeployment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some sample wires went in and everything came out; the capture of what went in, by the command."""
    run("publish", "--rate", "30", *(str(seeds / feed) for feed in ("norden", "harbour", "broken")))
    capture = tmp_path_factory.mktemp("captures") / "raw.jsonl"
    assert "records" in run("capture", "wire.raw", "--out", str(capture)).stderr
    replayed(capture)
    return capture


def replayed(capture: Path) -> Path:
    """The folder of a replay of the capture, once the living rooms have published as much."""
    out = capture.parent / "out"
    assert "items =" in run("replay", str(capture), "--out", str(out)).stderr
    for topic in ("wire.enriched", "wire.dead"):  # partitions do not wait for each other, nor do rooms
        wanted = len(records(out / f"{topic}.jsonl"))
        eventually(lambda: len(stream(topic)) >= wanted)  # noqa: B023 - called at once
    return out


def test_a_replay_of_the_capture_is_what_happened(published: Path) -> None:
    """Live and in memory: the same revisions of the same dispatches, of the same kind, and the same dead.

    Recalls aside: partitions do not wait for each other, and a copy that comes behind the kill needs no recall.
    """
    out = replayed(published)

    def revisions(records: list[Record]) -> Counter[tuple[str, str, Kind | None]]:
        found = (Item.model_validate_json(record.value) for record in records)
        kinds = ((item.dispatch.item, item.version, item.dispatch.kind) for item in found)
        return Counter(each for each in kinds if each[2] is not Kind.RECALL)

    def died(records: list[Record]) -> Counter[tuple[bytes | None, bytes | None]]:
        return Counter((one.header("dead-sha256"), one.header("dead-reason")) for one in records)

    replay = {name: records(out / f"{name}.jsonl") for name in ("wire.enriched", "wire.dead")}
    live = [one for one in stream() if Item.model_validate_json(one.value).wire.feed in ("norden", "harbour")]
    assert revisions(live) == revisions(replay["wire.enriched"])
    assert died(stream("wire.dead")) >= died(replay["wire.dead"])


def test_publish_takes_everything(tmp_path: Path) -> None:
    """Files, folders, JSON lines packed or not, stdin and captures go in; what cannot is named: exit code 1."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "one.json").write_bytes(ninjs("folder-1"))
    (tmp_path / "folder" / ".hidden").write_bytes(ninjs("folder-2"))
    (tmp_path / "file.json").write_bytes(ninjs("file-1"))
    (tmp_path / "lines.jsonl").write_bytes(ninjs("line-1") + b"\n\n" + ninjs("line-2") + b"\n")
    (tmp_path / "packed.ndjson.gz").write_bytes(gzip.compress(ninjs("packed-1") + b"\n"))
    (tmp_path / "huge.txt").write_bytes(b"x" * 5_000_000)
    (tmp_path / "torn.jsonl.gz").write_bytes(gzip.compress(ninjs("torn-1") * 100)[:40])
    names = ("folder", "file.json", "huge.txt", "gone.txt", "lines.jsonl", "packed.ndjson.gz", "torn.jsonl.gz")
    result = run("publish", "--feed", "desk", *(str(tmp_path / name) for name in names), code=1)
    assert "5 sent, 3 skipped" in result.stderr
    for name, why in (("huge.txt", "larger than"), ("gone.txt", "no such file"), ("torn.jsonl.gz", "unreadable")):
        assert any(name in line and why in line for line in result.stderr.replace("\n", " ").split("skipped"))
    send("stdin-1")
    natives = ("folder-1", "file-1", "line-1", "line-2", "packed-1", "stdin-1")
    eventually(lambda: all(items(native) for native in natives))
    assert not items("folder-2")
    capture = tmp_path / "capture.jsonl"
    run("capture", "wire.raw", "--out", str(capture))
    mine = [line for line in capture.read_bytes().splitlines() if b"line-1" in line]
    capture.write_bytes(b"\n".join(mine))
    run("publish", str(capture))
    eventually(lambda: [item.dispatch.kind for item in items("line-1")] == [Kind.NEW, Kind.REPEAT])


def test_tail_for_a_person(published: Path) -> None:
    """A line a record: the last so many, of every topic that people read."""
    for topic in ("wire.enriched", "wire.stories", "wire.alerts", "wire.dead", "wire.raw"):
        eventually(lambda: len(stream(topic)) >= 3)  # noqa: B023 - called at once
        assert len(run("tail", topic, "--no-follow", "-n", "3").stdout.splitlines()) == 3, topic


def test_stories_for_editors(published: Path) -> None:
    """The stories of the stream, one of them item by item, and why an item of it is there."""
    story = max(rows("stories", "--json"), key=lambda each: each["items"])
    assert story["items"] > 1
    (shown,) = rows("story", story["id"], "--json")
    assert shown["story"] == story
    moments = shown["timeline"]
    assert len(moments) + sum(len(moment["copies"]) for moment in moments) >= story["items"]
    (explained,) = rows("explain", moments[0]["item"], "--json")
    assert explained["story"]["relation"] == "new"
    assert story["label"] in run("stories").stdout
    assert "copy: " in run("explain", moments[0]["uri"]).stdout
    for command in ("story", "explain"):
        assert "; `wiredesk " in run(command, "nowhere", code=1).stderr


def test_dead_letters(published: Path) -> None:
    """Listed by reason and room, shown, given back byte for byte, and sent again: to die again, a new letter."""
    letters = rows("dead", "list", "--json")
    reasons = Counter(letter["reason"] for letter in letters)
    assert {"empty", "malformed"} <= reasons.keys()
    assert len(rows("dead", "list", "--json", "--reason", "empty", "--room", "normalise")) == reasons["empty"]
    assert rows("dead", "list", "--json", "--room", "tag") == []
    assert "malformed" in run("dead", "list").stdout
    one = next(letter for letter in letters if letter["reason"] == "malformed")
    assert "dead-reason: malformed" in run("dead", "show", one["letter"]).stdout
    original = run("dead", "show", one["letter"], "--bytes").stdout_bytes
    assert len(original) == one["bytes"]
    assert "1 sent again" in run("dead", "replay", one["letter"]).stderr
    eventually(lambda: len(rows("dead", "list", "--json")) == len(letters) + 1)
    (again,) = (row for row in rows("dead", "list", "--json") if row not in letters)
    assert again["reason"] == "malformed"
    assert run("dead", "show", again["letter"], "--bytes").stdout_bytes == original
    assert "no dead letter 9@9" in run("dead", "show", "9@9", code=1).stderr
    assert "no dead letter 9@9" in run("dead", "replay", "9@9", code=1).stderr


def test_a_payload_of_a_thousand_broken_items(published: Path) -> None:
    """It is kept once, whichever letter is asked for it; the item behind it comes through."""
    before = len(rows("dead", "list", "--json"))
    broken = {"uri": "urn:desk:broken", "headline": "x" * 1_850, "versioncreated": "9999-12-31T00:00:00Z"}
    payload = json.dumps([broken] * 1_000)
    run("publish", "--feed", "desk", "-", stdin=payload.encode())
    send("behind-the-poison")
    eventually(lambda: items("behind-the-poison"))
    letters = rows("dead", "list", "--json")[before:]
    poison = [letter for letter in rows("dead", "list", "--json") if letter["bytes"] == len(payload)]
    assert (len(letters), len(poison)) == (1_000, 1_000)
    assert sum(len(record.value) for record in stream("wire.dead")) < 2 * len(payload)
    for letter in (poison[0], poison[1], poison[-1]):
        assert run("dead", "show", letter["letter"], "--bytes").stdout_bytes == payload.encode()
    assert "1 sent again" in run("dead", "replay", poison[-1]["letter"]).stderr
    eventually(lambda: len(rows("dead", "list", "--json")) == before + 2_000)


CODEC_NUMBERS = {"gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}  # in a batch's attributes
BATCH = struct.Struct(">qiibIh")  # base offset, length behind it, epoch, magic, checksum, attributes


def codecs_on_disk(folder: Path) -> list[int]:
    """The codec of each batch in the log of a partition."""
    data, found, at = b"".join(path.read_bytes() for path in sorted(folder.glob("*.log"))), [], 0
    while at + BATCH.size <= len(data) and (length := BATCH.unpack_from(data, at)[1]):
        found.append(BATCH.unpack_from(data, at)[5] & 7)
        at += length + 12
    return found


@pytest.mark.parametrize("compressed_by", ["the client", "the broker"])
@pytest.mark.parametrize("codec", CODEC_NUMBERS)
def test_a_codec_of_another_client(deployment: LocalDeployment, codec: str, compressed_by: str) -> None:
    """The rooms and `tail` read what kafka-python compressed, and what the broker, in Java, compressed again."""
    native, connection = f"{codec} by {compressed_by}", settings.load().connection
    of_topic, of_client = ("producer", codec) if compressed_by == "the client" else (codec, None)
    with compression_of_raw(of_topic):
        out = KafkaProducer(**connection.arguments(), compression_type=of_client)
        text = f"The port opened quay {native}. " * 20
        value = ninjs(native, bodies=[{"value": text, "contentType": "text/plain"}])

        def is_packed() -> bool:
            """Send it; whether it is on the disk so: a new setting takes effect a moment after it is told."""
            sent = out.send("wire.raw", key=b"desk", value=value).get(timeout=PROCESS_SECONDS)
            log = Path(os.environ["WIREDESK_STATE_DIR"]) / "broker" / "logs" / f"wire.raw-{sent.partition}"
            return codecs_on_disk(log)[-1] == CODEC_NUMBERS[codec]

        eventually(is_packed)
        out.close()
    eventually(lambda: items(native))
    assert any(record.value == value for record in stream("wire.raw"))


@contextmanager
def compression_of_raw(value: str) -> Iterator[None]:
    """Let the broker compress wire.raw in this way."""

    def configure(to: str) -> None:
        with Admin(settings.load().connection) as admin:
            admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, "wire.raw", {"compression.type": to})])
            eventually(lambda: seen(admin, ["wire.raw"])["wire.raw"].config["compression.type"] == to)

    configure(value)
    yield
    configure(TOPICS["wire.raw"].settings()["compression.type"])


class NotUtf8(str):
    """A header name that a client writes in another encoding."""

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return b"x\xff\xfe"


def test_a_header_name_that_is_no_utf_8(deployment: LocalDeployment) -> None:
    """The item comes through, and so does the one behind it; `tail` shows the record."""
    with producer(settings.load().connection) as out:
        for name in ("odd-header", "behind-the-header"):
            headers = [(NotUtf8("x") if name == "odd-header" else "x", b"1")]
            out.send("wire.raw", key=b"desk", value=ninjs(name), headers=headers).get(timeout=PROCESS_SECONDS)
    eventually(lambda: items("behind-the-header"))
    assert items("odd-header")
    assert [one for one in stream("wire.raw") if one.header("x\\xff\\xfe") == b"1"]


def test_an_embargo_is_released() -> None:
    """Held with its reason and time; released by an editor it is published, and held no more."""
    id_ = send("embargoed-1", embargoedUntil=FAR)
    (row,) = eventually(lambda: [row for row in rows("held", "--json") if row["dispatch"] == id_])
    assert row["due"].startswith("2099")
    assert id_ in run("held").stdout
    assert not items("embargoed-1")
    assert f"release: {id_}" in run("release", f"urn:wiredesk:dispatch:{id_}", *AUTHOR).stderr
    eventually(lambda: items("embargoed-1"))
    assert not [row for row in rows("held", "--json") if row["dispatch"] == id_]


def test_a_hold_holds_the_next_revision() -> None:
    """Consumers hear of a hold and of its end; what comes in between waits for the end."""
    id_ = send("hold-1")
    eventually(lambda: items("hold-1"))
    run("hold", id_, *AUTHOR)
    eventually(lambda: items("hold-1")[-1].dispatch.status is Status.HELD)
    assert items("hold-1")[-1].dispatch.why == "A. Lind: the desk called"
    send("hold-1", 2)
    eventually(lambda: [row for row in rows("held", "--json") if row["dispatch"] == id_])
    run("release", id_, *AUTHOR)
    eventually(lambda: "2" in [item.version for item in items("hold-1")])


def test_a_kill_by_hand_is_final() -> None:
    """A kill by an editor is published with who and why, and a later revision never gets out."""
    id_ = send("kill-1")
    eventually(lambda: items("kill-1"))
    run("kill", id_, *AUTHOR)
    eventually(lambda: items("kill-1")[-1].dispatch.status is Status.KILLED)
    assert items("kill-1")[-1].dispatch.killed_by == "A. Lind"
    send("kill-1", 2)
    send("kill-2")
    eventually(lambda: items("kill-2"))
    assert [item.dispatch.status for item in items("kill-1")] == [Status.USABLE, Status.KILLED]


def test_an_erasure_leaves_no_word_in_a_journal() -> None:
    """Consumers get a kill that says so, journals lose the words, and the command lists where they remain."""
    text = "The tenor Ferran Sagunto left the opera before the premiere, and nobody has been found for the part."
    words: dict[str, Any] = {"headlines": [{"value": "Sagunto leaves the opera"}], "bodies": [{"value": text}]}
    id_ = send("erase-1", **words)
    eventually(lambda: items("erase-1"))
    eventually(lambda: with_word() == {"resolve", "dedupe", "tag", "alert"})  # alert comes after what `items` reads
    listed = {row["topic"]: row["until"] for row in rows("erase", id_, *AUTHOR, "--json")}
    assert listed.keys() >= {"wire.raw", "wire.enriched", "wire.journal.tag"}
    assert "wire.journal.normalise" not in listed
    eventually(lambda: items("erase-1")[-1].dispatch.erased)
    assert not items("erase-1")[-1].headlines
    eventually(lambda: not with_word())
    send("erase-1", 2)
    send("erase-2")
    eventually(lambda: items("erase-2"))
    assert [item.dispatch.status for item in items("erase-1")] == [Status.USABLE, Status.KILLED]


def with_word() -> set[str]:
    """The rooms in whose journals a reader finds the word."""
    found = {spec.name: read_topics(settings.load().connection, [spec.journal]) for spec in ROOMS.values()}
    return {room for room, records in found.items() if any(b"sagunto" in one.value.lower() for one in records)}


def test_a_pinned_label_stays() -> None:
    """The editor's label becomes the story's, is published once, and reaches no other shard."""
    send("pin-1")
    (item,) = eventually(lambda: items("pin-1"))
    assert item.story
    before = len(stream("wire.dead"))
    run("pin", item.story.id, "Quay opening", *AUTHOR)
    eventually(lambda: [one for one in map(story, stream("wire.stories")) if one.event == "pinned"])
    (pinned,) = (one for one in map(story, stream("wire.stories")) if one.event == "pinned")
    assert (pinned.label, pinned.label_by) == ("Quay opening", "A. Lind")
    send("pin-1", 2)
    eventually(lambda: len(items("pin-1")) == 2)
    after = items("pin-1")[-1].story
    assert after
    assert after.label == "Quay opening"
    assert len(stream("wire.dead")) == before


def story(record: Record) -> Story:
    return Story.model_validate_json(record.value)


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        (("kill", "0" * 24, *AUTHOR), 1, "no dispatch has the id"),
        (("hold", "nothing", *AUTHOR), 1, "no dispatch"),
        (("pin", "nothing", "Label", *AUTHOR), 1, "no living story has the id"),
        (("pin", "nothing", "x" * 500, *AUTHOR), 2, "a label has 1 to"),
        (("release", "nothing", "--why", ""), 2, "it is blank"),
        (("release", "nothing"), 2, "Missing option '--why'"),
    ],
)
def test_controls_of_nothing(command: tuple[str, ...], code: int, message: str) -> None:
    """A control of what no room knows, or without a reason, is refused and written nowhere."""
    assert message in run(*command, code=code).stderr


def test_doctor_and_health(deployment: LocalDeployment) -> None:
    """All is well with every room up: each is found, with its worker and its lag."""

    def found() -> list[dict[str, Any]]:
        return [json.loads(line) for line in CliRunner().invoke(main, ["doctor", "--json"]).stdout.splitlines()]

    eventually(lambda: {one["level"] for one in found()} == {"ok"})  # once what the other tests sent is done
    findings = {(one["check"], one["subject"]): one for one in rows("doctor", "--json")}
    for room in ROOMS:
        assert findings["room", room]["state"] == "working"
        assert findings["room", room]["figures"]["workers"] == 1
    assert f"topics: right: all {len(TOPICS)} are as they must be" in run("doctor").stdout
    for port in deployment.ports.values():
        for page in ("", "/", "/health"):
            assert json.loads(run("health", f"http://127.0.0.1:{port}{page}").stdout)["status"] == "ready"
