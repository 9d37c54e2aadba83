"""The consumers of docs/consumers.md: the page shows them word for word, and they show what they must."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from pipeline.runtime.embedded.broker import Broker
from pipeline.testing.replayed import Replayed, Replays
from tests.consumers.node_packages import NODE
from tests.own_broker import own_broker
from tests.waiting import PROCESS_SECONDS, until

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "consumers.md").read_text()
CAPTURE = HERE.parent / "testing" / "example" / "capture.jsonl"


@pytest.mark.parametrize(("language", "path"), [("python", HERE / "consumer.py"), ("js", NODE / "consumer.mjs")])
def test_the_page_shows_the_consumer(language: str, path: Path) -> None:
    """What a reader copies out of the page is what these tests run."""
    assert f"```{language}\n{path.read_text().rstrip()}\n```" in PAGE


def expected(replayed: Replayed) -> dict[str, str]:
    """What may be shown at the end by the table of the page: the dispatch, and its `pubStatus`."""
    shown: dict[str, str] = {}
    for item in replayed.items:
        if item.dispatch.kind in ("repeat", "late"):
            continue
        if item.pub_status == "canceled" or item.dispatch.merged_into:
            shown.pop(item.uri, None)
        elif not item.is_partial or item.uri in shown:
            shown[item.uri] = item.pub_status
    return shown


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker of its own: other tests read all that theirs has."""
    with own_broker(tmp_path_factory.mktemp("own")) as started:
        yield started


@pytest.fixture(scope="module")
def replayed(broker: Broker) -> Replayed:
    """A day of the wire, on the broker, compressed as the rooms compress it."""
    day = Replays(CAPTURE.parent)(CAPTURE.name)
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap, compression_type="zstd", acks="all")
    for one in day.records("wire.enriched"):
        producer.send(
            "wire.enriched", one.value, key=one.key, headers=list(one.headers), partition=one.position.partition
        )
    later = [("ce_type", b"wire.later")]
    producer.send("wire.enriched", b"\x00 of a type that no release knows", headers=later, partition=0)
    producer.close()
    return day


def at_the_end(replayed: Replayed, consume: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a consumer shows at the end, which it finds by a silence: a slow broker may be silent before."""
    shown: dict[str, Any] = {}

    def is_right() -> bool:
        shown.clear()
        shown.update(consume())
        return {uri: row["status"] for uri, row in shown.items()} == expected(replayed)

    assert until(is_right), (shown, expected(replayed))
    return shown


def python(broker: Broker, file: Path) -> dict[str, Any]:
    """What the consumer in Python shows at the end."""
    command = [sys.executable, str(HERE / "consumer.py"), broker.bootstrap, str(file), "--once"]
    subprocess.run(command, check=True, timeout=PROCESS_SECONDS)
    with sqlite3.connect(file) as db:
        db.row_factory = sqlite3.Row
        rows = [dict(row) for row in db.execute("select * from shown")]
    db.close()
    return {row.pop("uri"): row for row in rows}


@pytest.mark.broker
def test_the_consumer_in_python(replayed: Replayed, broker: Broker, tmp_path: Path) -> None:
    """It shows what the table says, reads on where it was, and so shows the same when it is started again."""
    shown = at_the_end(replayed, lambda: python(broker, tmp_path / "shown.sqlite"))
    assert {"usable", "withheld"} <= {row["status"] for row in shown.values()}
    assert [row for row in shown.values() if row["why"]]
    assert python(broker, tmp_path / "shown.sqlite") == shown


@pytest.mark.broker
def test_the_consumer_in_node(replayed: Replayed, broker: Broker, node_modules: Path, tmp_path: Path) -> None:
    """It shows the same as the one in Python."""
    command = ["node", str(node_modules.parent / "consumer.mjs"), broker.bootstrap, "--once"]

    def node() -> dict[str, Any]:
        done = subprocess.run(command, capture_output=True, check=True, timeout=PROCESS_SECONDS)
        shown: dict[str, Any] = json.loads(done.stdout)
        return shown

    assert at_the_end(replayed, node) == at_the_end(replayed, lambda: python(broker, tmp_path / "shown.sqlite"))
