"""`python -m tests.versions OTHER_CHECKOUT`: to this version and back, on one broker and one state folder.

`python -m tests.versions --partitions 6`: to as many partitions, by a second deployment (partitions.py).

The other checkout runs first and last, this one in between, each as `wiredesk up` with all rooms.  Payloads are
sent in each turn, also while a version refuses the journals of the other.  docs/operations.md has what it printed.
Exit code 1 if a payload is lost, doubled or out of order, or a refusal changed anything.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from pipeline.connection import Connection
from pipeline.items import Item
from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.kafka.reader import read_topics
from pipeline.runtime.local.background import LOG_FILE
from pipeline.runtime.publish import publisher
from pipeline.runtime.publish.sources import RawPayload
from pipeline.shard import BARRIER
from pipeline.topology import TOPICS
from tests.versions.partitions import repartitioned
from tests.versions.version import Version
from tests.waiting import arrived

ROOT = Path(__file__).parents[2]
PAYLOADS = 40  # of a turn
FEED = "turns"


def payload(number: int) -> RawPayload:
    """A dispatch of its own, numbered in its headline."""
    item = {
        "uri": f"urn:example:turn:{number}",
        "versionCreated": "2022-01-12T09:00:00Z",
        "language": "en",
        "headlines": [{"value": f"Quay {number} opens after {number + 3} months"}],
        "bodies": [{"value": f"Quay {number} opened on Monday.", "contentType": "text/plain"}],
    }
    return RawPayload(str(number), FEED, json.dumps(item).encode())


def numbers(connection: Connection) -> list[int]:
    """Of the items that came out, in order."""
    found = (Item.model_validate_json(record.value) for record in read_topics(connection, ["wire.enriched"]))
    return [int((item.headline or "").split()[1]) for item in found]


def records(connection: Connection) -> dict[str, int]:
    """How many records each topic but wire.raw has, without the barriers of new owners."""
    topics = [name for name in TOPICS if name != "wire.raw"]
    return {name: sum(record.value != BARRIER for record in read_topics(connection, [name])) for name in topics}


def turn(version: Version, connection: Connection, sent: int) -> bool:
    """Start the version, send PAYLOADS more, stop it; whether it ran.  A refusal may change nothing."""
    before = records(connection) if sent else {}
    began = version.run("up", "--detach")
    publisher.publish(connection, [payload(number) for number in range(sent, sent + PAYLOADS)])
    if began.returncode:
        log = (Path(version.environment["WIREDESK_STATE_DIR"]) / LOG_FILE).read_text()
        why = [line for line in log.splitlines() if "this Wiredesk reads version" in line]
        print(f"{version.name}: `wiredesk up` ends with {began.returncode}: {why[0] if why else log}", flush=True)
        assert why, "another reason"
        assert records(connection) == before, "a refusal may change nothing"
        return False
    count = arrived(lambda: len(numbers(connection)), sent + PAYLOADS)
    print(f"{version.name}: {count} of {sent + PAYLOADS} payloads out; `wiredesk down` ends with ", end="")
    print(version.run("down").returncode)
    return True


def main(other: Path) -> int:
    """The exit code."""
    with tempfile.TemporaryDirectory() as folder, Broker(Path(folder) / "broker") as broker:
        environment = {"WIREDESK_BOOTSTRAP": broker.bootstrap, "WIREDESK_STATE_DIR": folder}
        old, new = Version("other", other, environment), Version("this", ROOT, environment)
        connection = Connection(broker.bootstrap)
        print(f"other: topics create ends with {old.run('topics', 'create').returncode}")
        sent = 0
        for version in (old, new, old):
            turn(version, connection, sent)
            sent += PAYLOADS
        found = numbers(connection)
        print(f"{len(found)} of {sent} payloads out, each once and in order: {found == list(range(sent))}")
        return int(found != list(range(sent)))


if __name__ == "__main__":
    if sys.argv[1] == "--partitions":
        sys.exit(repartitioned(int(sys.argv[2])))
    sys.exit(main(Path(sys.argv[1]).resolve()))
