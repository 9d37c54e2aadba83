"""On a terminal no command is silent while it works: start, wait, stop."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.embedded.node import free_ports
from tests.terminal import Recording, record

pytestmark = [pytest.mark.broker, pytest.mark.slow]

SILENT_SECONDS_MAX = 60.0  # two are promised; other tests run beside this one, on a machine that may be slow
FIRST_SECONDS_MAX = 120.0  # Python itself on a loaded machine; half a second is usual


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A deployment of its own, whose broker is stopped at the end."""
    monkeypatch.chdir(tmp_path)
    port = str(next(free_ports("127.0.0.1")))
    yield {"WIREDESK_STATE_DIR": str(tmp_path), "WIREDESK_BOOTSTRAP": f"127.0.0.1:{port}", "PORT": port}
    Broker(tmp_path / "broker").stop()


def never_silent(found: Recording, code: int = 0) -> str:
    """What was written."""
    assert found.code == code, found.text[-2000:]
    assert found.first < FIRST_SECONDS_MAX
    seconds, before = found.longest_gap
    assert seconds < SILENT_SECONDS_MAX, f"{seconds:.1f} s of silence after {before!r}"
    return found.text


def test_from_the_first_start_to_the_last_stop(environment: dict[str, str], seeds: Path) -> None:
    """Broker and rooms start, wires go in and come out, everything stops: something moves all the time."""
    port = environment.pop("PORT")
    assert "starting Apache Kafka" in never_silent(
        record("broker", "start", "--port", port, environment=environment)
    )
    text = never_silent(record("up", environment=environment, until="Ctrl-C stops them"))
    assert "starting the rooms" in text
    assert "stopping the rooms" in text
    text = never_silent(record("worker", "alert", environment=environment, until="open"))
    assert "waits_for" in text or "starting" in text
    sent = record("publish", "--rate", "2", str(seeds / "broken"), environment=environment)
    assert "sent" in never_silent(sent)
    text = never_silent(record("tail", "wire.alerts", environment=environment, until="waiting for records"))
    assert "Ctrl-C ends it" in text
    out = str(Path(environment["WIREDESK_STATE_DIR"]) / "out")
    assert "replaying" in never_silent(
        record("replay", str(seeds / "norden"), "--out", out, environment=environment)
    )
    assert "stopping Apache Kafka" in never_silent(record("broker", "stop", environment=environment))


def test_a_broker_that_is_away(environment: dict[str, str]) -> None:
    """Who waits for an answer is told so."""
    del environment["PORT"]
    with socket.create_server(("127.0.0.1", 0)) as mute:
        environment["WIREDESK_BOOTSTRAP"] = f"127.0.0.1:{mute.getsockname()[1]}"
        assert "waiting for an answer" in never_silent(record("tail", environment=environment), code=69)


def test_who_did_not_start_the_broker_leaves_it_running(environment: dict[str, str]) -> None:
    """`up --embedded` on a broker that runs uses it, and leaves it."""
    port = environment.pop("PORT")
    broker = Broker(Path(environment["WIREDESK_STATE_DIR"]) / "broker", port=int(port), detached=True).start()
    pid = broker.pid
    up = ("up", "--embedded", "--port", port)
    text = never_silent(record(*up, environment=environment, until="Ctrl-C stops them"))
    assert "it is used, and left running" in text
    assert (broker.is_running, broker.pid) == (True, pid)
