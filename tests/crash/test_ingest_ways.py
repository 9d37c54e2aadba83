"""Ingest killed between any two effects, with a mailbox, a bucket, a folder behind SSH and a socket (law 3)."""

from __future__ import annotations

import random
import socket
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ingest_driver import IngestRuns

from pipeline.ingest.contract import Health
from pipeline.ingest.imap_feed import ImapFeed
from pipeline.ingest.s3_feed import S3Feed
from pipeline.ingest.sftp import SftpFeed
from pipeline.ingest.tcp import TcpFeed
from pipeline.runtime.embedded.node import free_ports
from pipeline.runtime.ingest.driver import Driver, Surroundings
from pipeline.runtime.ingest.imap import ImapDriver
from pipeline.runtime.ingest.s3 import S3Driver
from pipeline.runtime.ingest.sftp import SftpDriver
from pipeline.runtime.ingest.shell import Shell
from pipeline.runtime.ingest.tcp import TcpDriver
from pipeline.runtime.log import retry
from pipeline.runtime.secrets import Secrets
from tests import imap_server, s3_server, sftp_server
from tests.imap_server import Mailbox, serving_mail
from tests.s3_server import BUCKET, serving_s3
from tests.sftp_server import serving_far

VALUES = (b"Message-ID: <1@x>\r\n\r\nFerry", b"Message-ID: <2@x>\r\n\r\nlate", b"no id\r\n\r\nAgain")
EXPECTED = Counter(("wires", value) for value in VALUES)
PAIRS = 10

World = Callable[[Collection[int]], IngestRuns]


def driven(make: Callable[[Any, Surroundings], Driver[Any, Any, Any]], **secrets: str) -> Any:
    """A row of the drivers' table, whose secrets are these."""
    found = Secrets({f"env:{name}": text for name, text in secrets.items()})
    return lambda feed, around: make(feed, replace(around, secrets=found))


def is_done(shell: Shell, left: object) -> bool:
    """Whether all is taken and put away."""
    turns = shell.feeds.get("wires")
    if turns is None or turns.status.health is not Health.OK:
        return False
    return len(shell.owner.ledger.feeds["wires"].seen) == len(VALUES) and not left


@pytest.fixture(scope="module")
def mailbox() -> Iterator[World]:
    box = Mailbox()
    with serving_mail(box) as port:
        address = f"imap://127.0.0.1:{port}"
        feed = ImapFeed(imap=address, user="env:U", password="env:P", every="5s", after="move", move_to="Taken")

        def world(deadly: Collection[int]) -> IngestRuns:
            box.folders = {"INBOX": {}, "Taken": {}}
            box.put(*VALUES)
            drivers = {"imap": driven(ImapDriver, U=imap_server.USER, P=imap_server.PASSWORD)}
            return IngestRuns({"wires": feed}, drivers, lambda shell: is_done(shell, box.values()), deadly=deadly)

        yield world


@pytest.fixture(scope="module")
def bucket() -> Iterator[World]:
    with serving_s3() as (address, client):
        feed = S3Feed(
            s3=f"s3://{BUCKET}/in/", endpoint=address, key_id="env:I", secret="env:S", every="5s", after="delete"
        )

        def world(deadly: Collection[int]) -> IngestRuns:
            for number, value in enumerate(VALUES):
                client.put_object(Bucket=BUCKET, Key=f"in/{number}", Body=value)
            drivers = {"s3": driven(S3Driver, I="desk", S=s3_server.KEY["aws_secret_access_key"])}

            def rests(shell: Shell) -> bool:
                return is_done(shell, False) and not client.list_objects_v2(Bucket=BUCKET)["KeyCount"]

            return IngestRuns({"wires": feed}, drivers, rests, deadly=deadly)

        yield world


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    root = tmp_path_factory.mktemp("far")
    with serving_far(root) as (port, hosts):

        def world(deadly: Collection[int]) -> IngestRuns:
            folder = Path(root, str(len(list(root.iterdir()))))
            folder.mkdir()
            for number, value in enumerate(VALUES):
                (folder / str(number)).write_bytes(value)
            address = f"sftp://{sftp_server.USER}@127.0.0.1:{port}/{folder.name}"
            feed = SftpFeed(
                sftp=address, known_hosts="env:H", password="env:P", settle="0s", look_every="1s", after="move"
            )
            drivers = {"sftp": driven(SftpDriver, H=hosts, P=sftp_server.PASSWORD)}
            return IngestRuns(
                {"wires": feed},
                drivers,
                lambda shell: is_done(shell, any(map(Path.is_file, folder.iterdir()))),
                deadly=deadly,
            )

        yield world


WORLDS = ("mailbox", pytest.param("bucket", marks=pytest.mark.slow), "far")


@pytest.mark.parametrize("name", WORLDS)
def test_each_payload_once_whatever_dies(name: str, request: pytest.FixtureRequest) -> None:
    """A crash at each boundary, and a second one anywhere behind some of them."""
    world: World = request.getfixturevalue(name)
    first = world(())
    assert first.work() == EXPECTED
    count, crashes = len(first.boundaries.passed), 0
    dice = random.Random(7)
    pairs = [(one, one + 1 + dice.randrange(count)) for one in (dice.randrange(count) for _ in range(PAIRS))]
    for deadly in [*((number,) for number in range(count)), *pairs]:
        runs = world(deadly)
        assert runs.work() == EXPECTED, [runs.boundaries.passed[at] for at in deadly if at < count]
        crashes += bool(runs.crashes)
    assert crashes > count // 2 + PAIRS // 2


@pytest.mark.parametrize("name", WORLDS)
def test_each_payload_once_whatever_is_lost(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection to Kafka is lost at each effect of the log."""
    monkeypatch.setattr(retry, "PAUSE_SECONDS_MIN", 0.001)
    world: World = request.getfixturevalue(name)
    first = world(())
    first.work()
    lost = 0
    for number in range(len(first.boundaries.passed)):
        runs = world(())
        runs.broken = (number,)
        assert runs.work() == EXPECTED, runs.boundaries.passed[number]
        lost += runs.lost
    assert lost > 5


class Line:
    """A sender over TCP that repeats what was not acknowledged."""

    def __init__(self) -> None:
        self.port = next(free_ports("127.0.0.1"))
        self.telegrams = [b"\x01hbt%04d 4 wi 9\r\n\x02Ferry\x03\x04" % number for number in range(3)]
        self.acknowledged = self.sent = self.repeated = 0
        self.connection: socket.socket | None = None

    def go_on(self) -> bool:
        """Send the next one when the one before is acknowledged; whether all are."""
        try:
            if self.connection is None:
                self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=5)
                self.connection.setblocking(False)
                self.repeated += self.sent - self.acknowledged
                self.sent = self.acknowledged
            if self.sent == self.acknowledged < len(self.telegrams):
                self.connection.sendall(self.telegrams[self.sent])
                self.sent += 1
            answer = self.connection.recv(1)
            self.acknowledged += answer == b"\x06"
            if not answer:
                self.close()
        except BlockingIOError:
            pass
        except OSError:
            self.close()
        return self.acknowledged == len(self.telegrams)

    def close(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None


def line_world(deadly: Collection[int]) -> tuple[Line, IngestRuns]:
    line = Line()
    feed = TcpFeed(tcp=f"127.0.0.1:{line.port}", acknowledge="true")
    return line, IngestRuns({"wires": feed}, {"tcp": TcpDriver}, lambda shell: line.go_on(), deadly=deadly)


def test_what_was_acknowledged_is_there() -> None:
    """A crash at each boundary: no acknowledged telegram is missing, and none is there twice that was sent once."""
    line, first = line_world(())
    expected = Counter(("wires", telegram) for telegram in line.telegrams)
    assert first.work() == expected
    line.close()
    for number in range(len(first.boundaries.passed)):
        line, runs = line_world((number,))
        found = runs.work()
        line.close()
        assert expected - found == Counter(), first.boundaries.passed[number]
        assert (found - expected).total() <= line.repeated


def test_telegrams_once_whatever_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the process lives, a lost connection to Kafka neither loses nor doubles a telegram."""
    monkeypatch.setattr(retry, "PAUSE_SECONDS_MIN", 0.001)
    line, first = line_world(())
    expected = Counter(("wires", telegram) for telegram in line.telegrams)
    first.work()
    line.close()
    lost = 0
    for number in range(len(first.boundaries.passed)):
        line, runs = line_world(())
        runs.broken = (number,)
        assert runs.work() == expected, runs.boundaries.passed[number]
        line.close()
        lost += runs.lost
    assert lost > 5
