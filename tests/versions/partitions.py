"""Another number of partitions: a second deployment on a cluster of its own, made from the first one's wire.raw.

The steps are those of docs/operations.md; each is a command, and what it printed is the log.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from pipeline.connection import Connection
from pipeline.items import Item
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka.reader import read_topics
from pipeline.runtime.publish import publisher
from pipeline.runtime.publish.sources import RawPayload
from pipeline.topology import ROOMS
from tests.versions.version import Version
from tests.waiting import arrived

ROOT = Path(__file__).parents[2]
FEEDS = [f"desk-{number}" for number in range(8)]
VERSIONS, LATER = 3, 16  # of each dispatch; payloads behind the switch
LANGUAGES = ("en", "de", "fr", "es")
FAR = "2099-01-01T00:00:00Z"


def payloads(versions: Iterable[int]) -> list[RawPayload]:
    """A dispatch of each feed in these versions; that of the last feed is embargoed."""
    return [
        RawPayload(f"{feed}/{version}", feed, _payload(feed, version, LANGUAGES[number % len(LANGUAGES)]))
        for version in versions
        for number, feed in enumerate(FEEDS)
    ]


def _payload(feed: str, version: int, language: str) -> bytes:
    return json.dumps(
        {
            "uri": f"urn:example:{feed}",
            "version": str(version),
            "versionCreated": "2022-01-12T09:00:00Z",
            "language": language,
            "headlines": [{"value": f"Quay of {feed} opens {version}"}],
            "bodies": [{"value": f"The quay of {feed} opened on day {version}.", "contentType": "text/plain"}],
            **({"embargoedUntil": FAR} if feed == FEEDS[-1] else {}),
        }
    ).encode()


def items(connection: Connection) -> Counter[tuple[str, str, str]]:
    """(dispatch, item, kind) of what was published, repeats aside."""
    every = (Item.model_validate_json(record.value) for record in read_topics(connection, ["wire.enriched"]))
    found = (item.dispatch for item in every)
    return Counter((one.id, one.item, str(one.kind)) for one in found if one.kind and one.kind.value != "repeat")


def changed(folder: Path, partitions: int) -> Path:
    """A copy of this checkout whose topics have so many partitions."""
    shutil.copytree(ROOT / "pipeline", folder / "pipeline")
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    topology = folder / "pipeline" / "topology.py"
    topology.write_text(re.sub(r"(?m)^PARTITIONS = \d+", f"PARTITIONS = {partitions}", topology.read_text()))
    return folder


def repartitioned(partitions: int) -> int:
    """The exit code: 0 if the second deployment has what the first had, and what comes later, once."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        brokers = [stack.enter_context(Broker(folder / name)) for name in ("first", "second")]
        first, second = (Connection(broker.bootstrap) for broker in brokers)
        environments = [
            {"WIREDESK_BOOTSTRAP": one.bootstrap, "WIREDESK_STATE_DIR": str(folder / f"{at}-state")}
            for at, one in enumerate(brokers)
        ]
        for environment in environments:
            Path(environment["WIREDESK_STATE_DIR"]).mkdir()
        old = Version("first", ROOT, environments[0])
        new = Version("second", changed(folder / "changed", partitions), environments[1])
        published = (len(FEEDS) - 1) * VERSIONS
        say(old, "up", "--detach")
        publisher.publish(first, payloads(range(1, VERSIONS + 1)))
        arrived(lambda: items(first).total(), published)
        say(new, "topics", "check", code=1)
        say(new, "up", "--detach")
        say(old, "capture", "wire.raw", "--out", str(folder / "raw.jsonl"))
        say(new, "publish", "--at-their-time", "--quiet", str(folder / "raw.jsonl"))
        arrived(lambda: items(second).total(), published)
        is_same = items(first) == items(second)
        held = [
            json.loads(version.run("held", "--json").stdout.splitlines()[0])["dispatch"] for version in (old, new)
        ]
        print(f"{published} items, the same as in the first: {is_same}; the same is held: {held[0] == held[1]}")
        say(old, "down")
        publisher.publish(second, payloads(range(VERSIONS + 1, VERSIONS + 3)))
        count = arrived(lambda: items(second).total(), published + 2 * (len(FEEDS) - 1))
        used = {record.position.partition for record in read_topics(second, [ROOMS["normalise"].source])}
        print(f"behind the switch {count - published} more, in {len(used)} of {partitions} partitions of wire.raw")
        say(new, "down")
        return int(not is_same or held[0] != held[1] or max(items(second).values()) > 1)


def say(version: Version, *words: str, code: int = 0) -> None:
    """Run a command and print how it ended."""
    done = version.run(*words)
    shown = (done.stdout + done.stderr).strip().splitlines()
    print(
        f"{version.name}: wiredesk {' '.join(words)} ends with {done.returncode}: {shown[-1] if shown else ''}",
        flush=True,
    )
    assert done.returncode == code, done.stdout + done.stderr
