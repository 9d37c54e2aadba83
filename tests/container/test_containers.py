"""The unchanged Dockerfile and compose file under a real engine: what goes in comes out, whatever is killed."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2
import pytest
from markupsafe import escape

from pipeline.account import is_partial
from pipeline.captures import from_line
from pipeline.connection import Connection
from pipeline.dead import Letter
from pipeline.envelope import RecordType
from pipeline.items import Alert, AlertEvent, Item, Level, Notification, Story, StoryEvent
from pipeline.items.alert import ALERTS_PARTITION
from pipeline.records import Record
from pipeline.runtime.publish import publisher
from pipeline.runtime.publish.sources import RawPayload
from pipeline.samples import Expected, Sample, read_samples
from pipeline.services import SERVICES
from pipeline.shard import Shard
from pipeline.topology import ROOMS, TOPICS, Options
from tests.container import sample_wires
from tests.container.compose import IMAGE, ROOT, Compose, docker, run
from tests.waiting import eventually, pause

SAMPLES = read_samples(ROOT / "seeds")
# Its embargo ends and its kill comes at one time of the stream.  The replay ends the embargo first; workers may
# take the kill first: then the dispatch is never published, nor is its kill, nor an alert.
KILLED_AT_ONCE = ("altmark/003-museum-embargoed.xml", "altmark/004-museum-kill.xml")
WANTED = {sample.file: sample for sample in SAMPLES.payloads}
GOLDEN_ALERTS = ROOT / "tests" / "replay" / "golden" / "wire.alerts.jsonl"
TEXTS = sorted((ROOT / "tests" / "data" / "texts").glob("*.txt"))
TEXTS_LABEL = "Tagus ferry strike"
BASE = f"python:{(ROOT / 'deploy' / 'Dockerfile').read_text().split('ARG PYTHON=')[1].split()[0]}-slim-trixie"
# 154 MB of it are LLVM, without which numba does not even load compiled kernels; the aim is 250.
IMAGE_MB_MAX = 325  # above the base image
PROBE_MS_MAX = 200  # 24 are usual, and the aim is 60; a check that loads Faust takes 600
HEALTHY_SECONDS_MAX, STOP_SECONDS_MAX = 180.0, 60.0  # what hangs takes longer; the aims are 8 and 5
OUTSIDE = "localhost:9094"  # the compose file's listener for this machine
STEADY, RATE = 200, 12.0  # payloads while things are killed
SHOWN = (
    "wire.raw",
    "wire.normalised",
    "wire.resolved",
    "wire.deduped",
    "wire.enriched",
    "wire.stories",
    "wire.alerts",
    "wire.notifications",
)
WITHOUT_TICKS = ("wire.raw", "wire.stories")  # what no room with a clock reads
FEED_OF_TEXTS = "two-texts"

Show = Callable[[str], None]


def test_the_image(show: Show) -> None:
    """Not root, and not larger than it has to be."""
    if not json.loads(run("docker", "image", "inspect", BASE, check=False) or b"[]"):
        docker("pull", BASE)  # an engine that built on it need not keep it under its name
    image, base = (json.loads(docker("image", "inspect", name))[0] for name in (IMAGE, BASE))
    assert image["Config"]["User"] == "10001:10001"
    above = (image["Size"] - base["Size"]) / 1e6
    layers = docker("history", "--format", "{{.Size}} {{.CreatedBy}}", IMAGE).decode().splitlines()
    show(f"image: {image['Size'] / 1e6:.0f} MB, {above:.0f} MB above the base")
    for layer in layers:
        if not layer.startswith("0B"):
            show(f"    {layer[:90]}")
    script = "cd /opt/wiredesk/lib/python3*/site-packages && du -sm * | sort -rn | head -8"
    for line in docker("run", "--rm", "--entrypoint", "sh", IMAGE, "-c", script).decode().splitlines():
        show(f"        {' MB '.join(line.split())}")
    assert above <= IMAGE_MB_MAX


def published(compose: Compose) -> dict[str, list[Item]]:
    """File -> what has been published of its items, in order: each sample was sent once the one before was out."""
    raw = sorted(compose.records("wire.raw"), key=lambda record: record.timestamp_ms)[: len(SAMPLES.payloads)]
    files = {record.position[1:]: one.file for record, one in zip(raw, SAMPLES.payloads, strict=True)}
    found: dict[str, list[Item]] = defaultdict(list)
    for record in compose.records("wire.enriched"):
        if not is_partial(record.value):
            item = Item.model_validate_json(record.value)
            if file := files.get((item.wire.partition, item.wire.offset)):
                found[file].append(item)
    for items in found.values():
        items.sort(key=lambda item: (item.wire.partition, item.wire.offset, item.wire.part))
    return found


def enriched(sample: Sample) -> list[Expected]:
    """What the manifest says of the items that are published."""
    return [one for one in sample.items if one.disposition == "enriched"]


@pytest.fixture(scope="module")
def items(compose: Compose) -> dict[str, list[Item]]:
    """What came of the sample wires, once all of it has."""
    board = sample_wires.send(Connection(OUTSIDE), SAMPLES.payloads)
    assert board.complete, board.account.line()
    return published(compose)


def test_the_sample_wires(compose: Compose, items: dict[str, list[Item]], show: Show) -> None:
    """As many items of each file are published, of the same kind and status, as the manifest says; no other is."""
    show(f"sample wires: {sum(map(len, items.values()))} items of {len(items)} files enriched")
    for file, sample in WANTED.items():
        found, wanted = items.get(file, []), enriched(sample)
        if file in KILLED_AT_ONCE and not items.keys() & {*KILLED_AT_ONCE}:
            continue
        assert [(one.dispatch.kind, one.dispatch.status) for one in found] == [
            (one.kind, one.status) for one in wanted
        ], file
    letters = Counter(Letter(record).reason for record in compose.records("wire.dead"))
    assert letters == Counter(one.reason for sample in WANTED.values() for one in sample.items if one.reason)


def test_the_stories(compose: Compose, items: dict[str, list[Item]]) -> None:
    """Items of one key are one story, under a label that a reader would accept."""
    homes: dict[str, Counter[str]] = defaultdict(Counter)
    for file, sample in WANTED.items():
        for item, wanted in zip(items[file], enriched(sample), strict=True) if file in items else ():
            if wanted.story and item.story:
                homes[wanted.story][item.story.id] += 1
    stories = [Story.model_validate_json(record.value) for record in compose.records("wire.stories")]
    labels = {story.id: story.label for story in stories}
    strays = {key: counts for key, counts in homes.items() if len(counts) > 1}
    assert not strays
    found = {key: labels[counts.most_common(1)[0][0]] for key, counts in homes.items()}
    assert found.keys() == SAMPLES.labels.keys()
    assert not {key: label for key, label in found.items() if label not in SAMPLES.labels[key]}


def test_the_alerts(compose: Compose, items: dict[str, list[Item]]) -> None:
    """The alerts of the golden replay, and no other."""
    assert items

    def alerts(records: list[Record]) -> Counter[tuple[str, str]]:
        found = [Alert.model_validate_json(record.value) for record in records if record.type == RecordType.ALERT]
        return Counter((alert.rule, alert.headline) for alert in found)

    wanted = alerts([from_line(line) for line in GOLDEN_ALERTS.read_bytes().splitlines()])
    found = alerts(compose.records("wire.alerts"))
    assert found - wanted == Counter()
    assert (wanted - found).total() <= (not items.keys() & {*KILLED_AT_ONCE})


def test_the_notifications(compose: Compose, items: dict[str, list[Item]]) -> None:
    """What the desks of the packaged routes are sent: what route makes of the same alerts and ticks in memory.

    What breaks through by those routes is sent as soon as it is alerted, once.
    """
    assert items
    urgent = {
        alert.id for alert in map(alert_of, compose.records("wire.alerts")) if alert and breaks_through(alert)
    }
    assert urgent

    def those_sent() -> list[Record]:
        sent = [one for one in compose.records("wire.notifications") if one.type == RecordType.NOTIFICATION]
        return sent if urgent <= {one.id for record in sent for one in notification_of(record).alerts} else []

    sent = eventually(those_sent, every=1.0)
    told = Counter(one.id for record in sent for one in notification_of(record).alerts)
    assert {told[id_] for id_ in urgent} == {1}
    shard = Shard(ROOMS["route"].make(Options()), ALERTS_PARTITION)
    outputs = (out for record in compose.records("wire.alerts") for out in shard.step(record).outputs)
    made = [out for out in outputs if out.topic == "wire.notifications"]
    assert [(record.key, record.value) for record in sent] == [(out.key, out.value) for out in made[: len(sent)]]


def alert_of(record: Record) -> Alert | None:
    """The alert of a record of wire.alerts; None of a tick or a control."""
    return Alert.model_validate_json(record.value) if record.type == RecordType.ALERT else None


def notification_of(record: Record) -> Notification:
    """The notification of a record."""
    return Notification.model_validate_json(record.value)


def breaks_through(alert: Alert) -> bool:
    """Whether the packaged routes send it at once, past quiet hours and budgets."""
    return alert.level is Level.FLASH or alert.event in (AlertEvent.KILL, AlertEvent.RECALL, AlertEvent.HOLD)


@contextmanager
def logged_in(compose: Compose) -> Iterator[httpx2.Client]:
    """A browser at the address that the board wrote into its log, last."""

    def printed() -> list[tuple[str, str]]:
        return re.findall(r"(http://localhost:\d+)/login\?token=(\S+)", compose("logs", "board").decode())

    address, token = eventually(printed)[-1]
    with httpx2.Client(base_url=address, headers={"origin": address}, timeout=60) as browser:
        assert browser.post("/login", data={"token": token, "name": "A. Lind"}).status_code == 303
        yield browser


def board_of(browser: httpx2.Client) -> str:
    """The page of stories, once it is live."""
    return eventually(lambda: page if "Live" in (page := browser.get("/").text) else "", every=1.0)


def test_the_board(compose: Compose, items: dict[str, list[Item]], show: Show) -> None:
    """By the printed address each story is there; who is logged in stays so when it is killed.

    Before anything of today comes: seven days behind the latest item the board forgets.
    """
    assert items
    stories = {record.key: Story.model_validate_json(record.value) for record in compose.records("wire.stories")}
    there = [story for story in stories.values() if story.event is not StoryEvent.MERGED]
    with logged_in(compose) as browser:
        for _ in range(2):
            board_of(browser)
            pages = {story.label: browser.get(f"/story/{story.id}") for story in there}
            assert [label for label, page in pages.items() if escape(label) not in page.text] == []
            compose.kill("board")
            compose("up", "--no-build", "--no-deps", "--detach", "--wait", "board")
    show(f"board: {len(there)} stories, each with its page")
    sizes = compose("exec", "-T", "board", "sh", "-c", "du -sk /var/lib/wiredesk").decode().split()
    show(f"board: {sizes[0]} KiB of files")


def test_the_service_that_publishes(compose: Compose, items: dict[str, list[Item]]) -> None:
    """The compose file's own command sends the samples once more."""
    before = len(compose.records("wire.raw"))
    compose("run", "--rm", "-T", "publish")
    assert len(compose.records("wire.raw")) > before


def test_two_texts(compose: Compose) -> None:
    """An agency's text and a page's, as plain copy by stdin, are one story under its label."""
    for text in TEXTS:
        compose.wiredesk("publish", "--feed", FEED_OF_TEXTS, "-", stdin=text.read_bytes())

    def both() -> list[Item]:
        every = (Item.model_validate_json(record.value) for record in compose.records("wire.enriched"))
        ours = [item for item in every if item.wire.feed == FEED_OF_TEXTS]
        return ours if len(ours) == len(TEXTS) else []

    stories = [item.story for item in eventually(both, every=1.0)]
    assert [(story.relation, story.label) for story in stories if story][1:] == [("joined", TEXTS_LABEL)]


def test_nothing_may_be_written(compose: Compose) -> None:
    """Read-only root, no capability, any uid: all rooms work on the sample wires, with the kernels of the image."""
    for service in (*ROOMS, *SERVICES):
        held = json.loads(docker("inspect", f"{compose.project}-{service}-1"))[0]["HostConfig"]
        assert (held["ReadonlyRootfs"], held["CapDrop"], held["CapAdd"]) == (True, ["ALL"], None)
    for user in ("54321:54321", "10001:0"):
        options = ("--user", user, "--volume", f"{ROOT / 'seeds'}:/wires:ro")
        compose("run", "--rm", "--no-deps", "-T", *options, "tag", "replay", "/wires", "--out", "/tmp/out")


def test_a_check_costs_little(compose: Compose, show: Show) -> None:
    """The health check is made every two seconds while a room starts."""
    script = (
        "import resource, subprocess, sys\n"
        "check = [sys.executable, '-m', 'pipeline.probe']\n"
        "for _ in range(10): subprocess.run(check, check=True, capture_output=True)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(100 * (used.ru_utime + used.ru_stime))"
    )
    milliseconds = float(compose("exec", "-T", "tag", "python", "-c", script))
    show(f"health check: {milliseconds:.0f} ms of processor time")
    assert milliseconds <= PROBE_MS_MAX


def test_killed(compose: Compose, show: Show) -> None:
    """While copy comes, a worker is killed, then the broker: each payload comes out once, in order."""
    payloads = [RawPayload(f"steady/{number}", "steady", story(number)) for number in range(STEADY)]
    sending = threading.Thread(target=publisher.publish, args=(Connection(OUTSIDE), payloads, RATE), daemon=True)
    sending.start()
    pause(STEADY / RATE / 4)
    compose.kill("resolve")
    pause(STEADY / RATE / 4)
    compose.kill("kafka")
    killed = time.monotonic()
    sending.join(300)
    assert not sending.is_alive()

    def numbers() -> list[int]:
        every = (Item.model_validate_json(record.value) for record in compose.records("wire.enriched"))
        return [int((item.headline or "").split()[1]) for item in every if item.wire.feed == "steady"]

    # The engine has started them again; this waits until they are healthy.
    compose("up", "--no-build", "--no-deps", "--detach", "--wait", "kafka", *ROOMS, *SERVICES)
    eventually(lambda: len(numbers()) >= STEADY, 300.0, 2.0)
    show(f"broker and worker killed: {STEADY} of {STEADY} payloads out {time.monotonic() - killed:.0f} s later")
    assert numbers() == list(range(STEADY))
    compose("exec", "-T", "tag", "wiredesk", "doctor")


def story(number: int) -> bytes:
    """A dispatch of one sentence; each is about another quay."""
    return json.dumps(
        {
            "uri": f"urn:example:quay:{number}",
            "versionCreated": "2022-01-12T09:00:00Z",
            "language": "en",
            "headlines": [{"value": f"Quay {number} opens after {number + 3} months"}],
            "bodies": [
                {
                    "value": f"Quay {number} opened on Monday after {number + 3} months of work.",
                    "contentType": "text/plain",
                }
            ],
        }
    ).encode()


def test_disk(compose: Compose, show: Show) -> None:
    """What a record takes on the broker's disk, where most were written one by one."""
    lines = compose("exec", "-T", "kafka", "sh", "-c", "du -sk /var/lib/kafka/data/wire.*").decode().splitlines()
    kilobytes: Counter[str] = Counter()
    for size, path in map(str.split, lines):
        kilobytes[path.rpartition("/")[2].rpartition("-")[0]] += int(size)
    assert {*kilobytes} == {*TOPICS}
    for topic in TOPICS:
        count = len(compose.records(topic)) if topic in SHOWN else 0
        show(f"disk of {topic}: {kilobytes[topic]} KiB" + (f", {count} records" if count else ""))


def test_memory(compose: Compose, show: Show) -> None:
    """No container is near its limit."""
    for line in docker("stats", "--no-stream", "--format", "{{json .}}").splitlines():
        found = json.loads(line)
        if found["Name"].startswith(compose.project):
            show(f"memory of {found['Name'].removeprefix(compose.project)[1:-2]}: {found['MemUsage']}")
            assert float(found["MemPerc"].rstrip("%")) < 80


@pytest.mark.parametrize("room", [*ROOMS, *SERVICES])
def test_stop_and_start(room: str, compose: Compose, show: Show) -> None:
    """A room or service stops when it is asked to, with code 0, and is healthy soon after its start."""
    began = time.monotonic()
    compose("stop", room)
    stopped = time.monotonic() - began
    assert compose.state(room)["ExitCode"] == 0
    compose("start", room)
    healthy = compose.seconds_to_health(room)
    load = os.getloadavg()[0]
    show(f"{room}: stopped in {stopped:.1f} s, healthy {healthy:.1f} s after its start (load {load:.1f})")
    assert stopped <= STOP_SECONDS_MAX
    assert healthy <= HEALTHY_SECONDS_MAX


def test_a_lost_disk(compose: Compose, show: Show) -> None:
    """A backup of the stopped broker's volume brings everything back, what the rooms remember too."""
    before = {topic: len(compose.records(topic)) for topic in WITHOUT_TICKS}
    compose("stop")
    backup = compose.tar("--create", ".")
    compose.down()
    compose("create", "--no-build")
    compose.tar("--extract", "--preserve-permissions", stdin=backup)
    began = time.monotonic()
    compose("up", "--no-build", "--detach", "--wait", "kafka", *ROOMS, *SERVICES)
    show(f"restored {len(backup) / 1e6:.0f} MB: healthy after {time.monotonic() - began:.0f} s")
    assert {topic: len(compose.records(topic)) for topic in WITHOUT_TICKS} == before
    with logged_in(compose) as browser:
        assert escape(TEXTS_LABEL) in board_of(browser), "the board has made its view anew"
    compose.wiredesk("publish", "--feed", FEED_OF_TEXTS, "-", stdin=TEXTS[0].read_bytes())

    def last() -> list[Item]:
        every = [Item.model_validate_json(record.value) for record in compose.records("wire.enriched")]
        return [item for item in every if item.wire.feed == FEED_OF_TEXTS][len(TEXTS) :]

    (again,) = eventually(last, every=1.0)
    assert again.dispatch.kind == "repeat", "the rooms know what they had done before the backup"
