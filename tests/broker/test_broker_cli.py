"""The command `broker`, and the messages of other commands without a broker."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner
from worker_driver import run

from pipeline.cli import main
from pipeline.connection import Connection
from pipeline.runtime.embedded.data_dir import DataDir
from pipeline.runtime.embedded.node import free_ports
from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.topics import seen
from pipeline.topology import TOPICS
from tests.waiting import eventually

pytestmark = pytest.mark.broker


def test_the_broker_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started in the background, found, found started, stopped, found stopped."""
    monkeypatch.setenv("WIREDESK_STATE_DIR", str(tmp_path))
    port = str(next(free_ports("127.0.0.1")))
    assert "wiredesk broker start" in run("broker", "status", code=1).stderr
    try:
        for _ in range(2):
            assert run("broker", "start", "--port", port).stdout.strip() == f"127.0.0.1:{port}"
        assert run("broker", "status").stdout.strip() == f"127.0.0.1:{port}"
    finally:
        assert "stopped" in run("broker", "stop").stderr
    assert "not running" in run("broker", "status", code=1).stderr
    assert "it was not running" in run("broker", "stop").stderr


def says_all_is_well(*arguments: str) -> bool:
    """False while the command says `try again`: it met a broker that has just ended."""
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0 or "try again" in result.output, result.output
    return "all topics are as they must be" in result.stderr


def test_three_brokers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One data folder, three addresses; a node that has ended is named, missed by nobody, and started again."""
    monkeypatch.setenv("WIREDESK_STATE_DIR", str(tmp_path))
    folder = tmp_path / "broker"
    try:
        bootstrap = run("broker", "start", "--brokers", "3", "--port", str(ports_in_a_row(3))).stdout.strip()
        monkeypatch.setenv("WIREDESK_BOOTSTRAP", bootstrap)
        assert f"{len(TOPICS)} created" in run("topics", "create").stderr
        with Admin(Connection(bootstrap)) as admin:
            found = seen(admin, ["wire.raw"])["wire.raw"]
        assert (found.replicas, found.config["min.insync.replicas"]) == (3, "2")
        os.kill(DataDir(folder / "2").last_start().pid, signal.SIGKILL)
        eventually(lambda: not DataDir(folder / "2").is_locked)
        for command, code in ((("broker", "status"), 1), (("up", "--embedded"), 69), (("doctor",), 1)):
            assert "of 3 brokers 2 run; missing: number 2" in run(*command, code=code).output
        eventually(lambda: says_all_is_well("topics", "check"))  # until the others have noticed that one is gone
        assert "holds the data of 3 brokers" in run("broker", "start", "--brokers", "1", code=69).stderr
        assert "it runs already" in run("broker", "start", "--port", "1", code=1).stderr
        assert run("broker", "start").stdout.strip() == bootstrap == run("broker", "status").stdout.strip()
    finally:
        assert "stopped" in run("broker", "stop").stderr
    assert "not running" in run("broker", "status", code=1).stderr


def ports_in_a_row(count: int) -> int:
    """The first of so many free ports, none of which anyone else is given."""
    ports = free_ports("127.0.0.1")
    row = [next(ports)]
    while len(row) < count:
        port = next(ports)
        row = [*row, port] if port == row[-1] + 1 else [port]
    return row[0]


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        (("publish", "--patience", "0", __file__), 69, "nothing listens at 127.0.0.1:1"),
        (("topics", "check"), 69, "wiredesk broker start"),
        (("doctor",), 1, "wiredesk broker start"),
    ],
)
def test_no_broker(command: tuple[str, ...], code: int, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a broker a command ends with the way to find out why."""
    monkeypatch.setenv("WIREDESK_BOOTSTRAP", "127.0.0.1:1")
    assert message in run(*command, code=code).output
