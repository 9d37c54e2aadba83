"""`wiredesk ingest` on a real broker: each payload once, whatever is killed; one process; commands of the page."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.runtime.embedded.broker import Broker
from pipeline.runtime.exit_codes import EXIT_TAKEN_OVER
from pipeline.runtime.feeds import feed_rows
from tests.ingest_lab import TOKEN, IngestLab, Sender, payloads
from tests.own_broker import own_broker
from tests.waiting import PROCESS_SECONDS, SECONDS, arrived, eventually, pause

pytestmark = [pytest.mark.broker, pytest.mark.slow]

FILES, REQUESTS, KILLS = 5_000, 200, 8
FROZEN_SECONDS = 30.0  # a broker ends a transaction after 15 s, and looks every 10


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[tuple[Broker, IngestLab]]:
    """A broker of its own, with all topics."""
    with own_broker(tmp_path) as broker, IngestLab(broker.bootstrap, tmp_path) as made:
        yield broker, made


def test_nothing_lost_and_nothing_twice(lab: tuple[Broker, IngestLab]) -> None:
    """kill -9 eight times among 5,000 files, a second process that takes over, a broker that starts anew; senders
    try again until they are answered."""
    broker, ingest = lab
    expected: Counter[tuple[str, bytes]] = Counter()
    dice = random.Random(3)

    def write() -> None:
        for number in range(FILES):
            expected["meridian", ingest.write(number)] += 1
            if number % 50 == 0:
                pause(0.1)

    writing, sender = threading.Thread(target=write), Sender(ingest, REQUESTS)
    ingest.start()
    ingest.await_ready()
    writing.start()
    sender.start()
    for number in range(KILLS):
        pause(dice.uniform(0.2, 1.5))
        ingest.kill()
        if number == KILLS // 2:
            broker.kill()
            ingest.start()  # it waits for a broker
            broker.start()
        else:
            ingest.start()
        if number % 2:
            ingest.await_ready()
    ingest.await_ready()
    first = ingest.processes[-1]
    ingest.start()
    assert first.wait(SECONDS) == EXIT_TAKEN_OVER
    assert f"(process {ingest.processes[-1].pid}) has taken over" in ingest.log.read_text("utf-8")
    writing.join(PROCESS_SECONDS)
    sender.join(PROCESS_SECONDS)
    assert not writing.is_alive()
    assert not sender.is_alive()
    eventually(lambda: not ingest.left)
    assert ingest.end() == 0
    expected.update(("polder", body) for body in sender.sent)
    assert len(sender.sent) == REQUESTS
    found = payloads(broker.connection)
    assert found - expected == Counter(), "twice"
    assert expected - found == Counter(), "lost"


def test_the_broker_is_away(lab: tuple[Broker, IngestLab]) -> None:
    """Files wait, requests are told to come back, and all goes on by itself; nothing is lost or taken twice."""
    broker, ingest = lab
    ingest.start()
    ingest.await_ready()
    assert eventually(lambda: ingest.post(b"<before/>", "1") == 202)
    broker.stop()
    ingest.write(1)
    assert eventually(lambda: ingest.post(b"<during/>", "2") == 503)
    assert ingest.left == 1
    broker.start()
    assert eventually(lambda: ingest.post(b"<during/>", "2") == 202)
    eventually(lambda: not ingest.left)
    assert ingest.end() == 0
    assert sorted(payloads(broker.connection).values()) == [1, 1, 1]
    assert ingest.log.read_text("utf-8").count('"connection-back"') >= 1


def test_a_frozen_process(lab: tuple[Broker, IngestLab]) -> None:
    """Frozen for longer than a transaction may take it goes on where it was; frozen until another has taken over
    it ends when it wakes, and has written nothing twice."""
    broker, ingest = lab
    ingest.start()
    ingest.await_ready()
    expected: Counter[tuple[str, bytes]] = Counter()
    for number in range(1_500):
        expected["meridian", ingest.write(number)] += 1
    first = ingest.processes[-1]
    first.send_signal(signal.SIGSTOP)
    pause(FROZEN_SECONDS)
    first.send_signal(signal.SIGCONT)
    eventually(lambda: not ingest.left)
    assert first.poll() is None
    for number in range(1_500, 3_000):
        expected["meridian", ingest.write(number)] += 1
    first.send_signal(signal.SIGSTOP)
    ingest.start()
    ingest.await_ready()
    eventually(lambda: not ingest.left)
    first.send_signal(signal.SIGCONT)
    for number in range(3_000, 3_100):
        expected["meridian", ingest.write(number)] += 1
    assert first.wait(SECONDS) == EXIT_TAKEN_OVER
    eventually(lambda: not ingest.left)
    assert ingest.end() == 0
    assert payloads(broker.connection) == expected


def test_the_commands_of_the_page(lab: tuple[Broker, IngestLab], tmp_path: Path) -> None:
    """--once as for cron; a request as the page sends it; SIGHUP with a wrong file, and with a right one."""
    broker, ingest = lab
    ingest.write(1)
    assert ingest.start("--once").wait(SECONDS) == 0
    assert "meridian: 1 payloads" in ingest.log.read_text("utf-8")
    ingest.start()
    ingest.await_ready()
    if shutil.which("curl"):
        (tmp_path / "story.xml").write_bytes(b"<nitf/>")
        command = [
            *("curl", "--fail-with-body", "--retry", "8", "--retry-all-errors", "--silent"),
            f"http://127.0.0.1:{ingest.port}/feeds/polder",
            *("--header", f"Authorization: Bearer {TOKEN}", "--header", "Idempotency-Key: urn:polder:4711:2"),
            *("--header", "Content-Type: application/xml", "--data-binary", "@story.xml"),
        ]
        said = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
        assert b'"outcome": "taken"' in said.stdout
    text = ingest.file.read_text()
    for changed, line in (("settle: x", "not-reloaded"), ("settle: 1s", '"reloaded"')):
        ingest.file.write_text(text.replace("settle: 0s", changed))
        ingest.processes[-1].send_signal(signal.SIGHUP)
        eventually(lambda: line in ingest.log.read_text("utf-8"))  # noqa: B023 - called at once
    ingest.write(2)
    arrived(lambda: 2 - ingest.left, 2)
    assert ingest.end() == 0
    assert TOKEN not in ingest.log.read_text("utf-8")
    assert max(payloads(broker.connection).values()) == 1


def test_feeds_that_left_the_file(lab: tuple[Broker, IngestLab]) -> None:
    """What was taken of them is remembered until somebody says otherwise: a feed that comes back brings nothing
    twice; one that was forgotten brings what is still there, without a new start.  A feed of the file is not
    forgotten; one that ingest has still, because it did not read the file again, is left alone from then on.
    """
    broker, ingest = lab
    (ingest.folder / "quay").mkdir()
    (ingest.folder / "quay/a.xml").write_bytes(b"<nitf>a</nitf>")
    without = f"feeds:\n  meridian: {{folder: {ingest.wires}, settle: 0s}}\n"
    both = f"{without}  quay: {{folder: {ingest.folder}/quay, settle: 0s}}\n"

    def once(text: str) -> None:
        ingest.file.write_text(text)
        assert ingest.start("--once").wait(120) == 0, ingest.log.read_text("utf-8")

    def forget(*words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "pipeline.cli", "ingest", "forget", "--file", str(ingest.file), *words]
        done = subprocess.run(command, env=ingest.environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    once(both)
    assert forget()[1] == f"every feed that is remembered is in {ingest.file}\n"
    once(without)
    once(both)
    assert payloads(broker.connection)["quay", b"<nitf>a</nitf>"] == 1
    assert "keeps payloads from coming twice" in forget("quay", "--yes")[1]
    ingest.file.write_text(without)
    ingest.start()
    ingest.await_ready()
    eventually(lambda: '"not_in_file": "quay"' in ingest.log.read_text("utf-8"))
    assert "nothing is remembered of nobody" in forget("nobody", "--yes")[1]
    assert forget() == (0, f"quay: 1 payloads and entries remembered, and it is not in {ingest.file}\n")
    assert forget("quay")[0] == 1  # nobody said yes
    assert forget()[1].startswith("quay: 1 ")

    def quay(file: str) -> None:
        """Forget it, and have the running ingest read this file."""
        code, said = forget("quay", "--yes")
        assert (code, "forgotten: quay\n" in said) == (0, True)
        assert "quay" not in feed_rows(broker.connection)
        assert forget()[1].startswith("every feed")
        ingest.file.write_text(file)
        ingest.processes[-1].send_signal(signal.SIGHUP)

    def taken() -> int:
        return payloads(broker.connection)["quay", b"<nitf>a</nitf>"]

    quay(both)
    eventually(lambda: taken() == 2)
    ingest.file.write_text(without)  # and ingest does not know
    code, said = forget("quay", "--yes")
    assert code == 0, said
    (ingest.folder / "quay/b.xml").write_bytes(b"<nitf>b</nitf>")
    eventually(lambda: "it was forgotten" in ingest.log.read_text("utf-8"))
    assert (taken(), payloads(broker.connection)["quay", b"<nitf>b</nitf>"]) == (2, 0)
    ingest.file.write_text(both)
    ingest.processes[-1].send_signal(signal.SIGHUP)
    eventually(lambda: taken() == 3)
    assert ingest.end() == 0
