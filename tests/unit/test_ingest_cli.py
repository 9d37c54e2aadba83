"""`wiredesk ingest`: its file is checked before anything starts; `check` tells what each feed has."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka.errors import TopicAuthorizationFailedError, TransactionalIdAuthorizationFailed
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.ingest.feeds import Feeds, load_feeds
from pipeline.ingest.folder import FolderConnector
from pipeline.ingest.folder_feed import FolderFeed
from pipeline.ingest.ways import WAYS
from pipeline.rule_files import parse_rules
from pipeline.runtime.exit_codes import EXIT_REFUSED, EXIT_SETTINGS, EXIT_WRONG
from pipeline.runtime.ingest import process
from pipeline.runtime.ingest.driver import Driver, look_twice
from pipeline.runtime.ingest.drivers import DRIVERS
from pipeline.runtime.ingest.figures import IngestFigures
from pipeline.runtime.ingest.hangups import Hangups
from pipeline.runtime.ingest.owner import LedgerOwner
from pipeline.runtime.ingest.shell import Shell
from pipeline.runtime.log.memory import MemoryLog
from pipeline.runtime.metrics.page import Page
from pipeline.runtime.secrets import Secrets
from pipeline.settings import Settings

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/feeds.md").read_text("utf-8"), re.DOTALL)
SECRET = "0123456789abcdef"
RSS = (
    b"<rss version='2.0'><channel><title>N</title><item><guid>1</guid><title>Ferry late</title>"
    b"<pubDate>2026-01-05 10:00</pubDate><description>The ferry is late.</description></item></channel></rss>"
)


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["ingest", *arguments], env=environment)


def written(folder: Path, text: str) -> str:
    (folder / "feeds.yaml").write_text(text)
    return str(folder / "feeds.yaml")


@pytest.mark.parametrize("block", BLOCKS)
def test_the_files_of_the_page(block: str) -> None:
    """What docs/feeds.md shows can be copied into a file."""
    assert parse_rules(Feeds, block, "feeds.yaml").feeds


def test_every_way_in_has_a_driver_and_a_chapter() -> None:
    """A row of WAYS is a row of DRIVERS, and a chapter of the page."""
    assert WAYS.keys() == DRIVERS.keys()
    page = (ROOT / "docs/feeds.md").read_text("utf-8")
    assert WAYS.keys() == {line.removeprefix("#### ") for line in page.splitlines() if line.startswith("#### ")}


def test_check_tells_what_a_folder_has(tmp_path: Path) -> None:
    """Formats, items and dates; nothing is put away; others are not tried."""
    (tmp_path / "wires").mkdir()
    for path in sorted((ROOT / "seeds/norden").iterdir())[:5]:
        (tmp_path / "wires" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "wires/broken.xml").write_bytes(b"<nitf>")
    file = written(
        tmp_path,
        f"feeds:\n  norden: {{folder: {tmp_path}/wires, settle: 0s, after: delete}}\n"
        "  polder: {push: true, secrets: [env:POLDER]}\n",
    )
    result = run("check", file, POLDER=SECRET)
    assert result.exit_code == EXIT_WRONG
    assert "norden: folder, it answers, but 1 of what it has cannot be read, and would go to wire.dead" in (
        result.output
    )
    assert "1 of 2 feeds need attention: norden" in result.output
    assert "payloads looked at: 6; items: 5; formats: ninjs 5" in result.output
    assert "  broken.xml: malformed: " in result.output
    assert "polder: push, not tried: others come to it" in result.output
    assert len(list((tmp_path / "wires").iterdir())) == 6
    assert SECRET not in result.output


CONTENTS = [  # a file, what the file of feeds says more, what is told of it, the exit code
    (b"%PDF-1.4", "", "a.bin: unknown-format: ", EXIT_WRONG),
    (b"\x00\x01", "", "a.bin: encoding: ", EXIT_WRONG),
    (
        b"<html><body>Please log in</body></html>",
        "",
        "recognised as html, which this version does not parse",
        EXIT_WRONG,
    ),
    (b'{"uri": "a"}\n{"uri": "b"}', "", "malformed: JSON: unexpected content after document", EXIT_WRONG),
    (b"", "", "a.bin: empty: 0 bytes", EXIT_WRONG),
    (RSS, "", "1 of 1 name no zone and are read as UTC; write `zone`", 0),
    (
        RSS,
        "zone: Europe/Oslo",
        "dates from 2026-01-05 09:00+00:00 to 2026-01-05 09:00+00:00; 1 of 1 name no zone",
        0,
    ),
    (RSS, "zone: Europe/Oslo", "1 of 1 name no zone and are read in Europe/Oslo", 0),
    (RSS, "format: ninjs", "1 times: declared as ninjs, read as rss", 0),
    (b"The ferry Alma ran aground off the coast.\n\nNobody was hurt.\n", "", "formats: plain 1", 0),
    (b"The ferry Alma ran aground off the coast.\n\nNobody was hurt.\n", "", "1 of 1 items without id: ", 0),
]


@pytest.mark.parametrize(("value", "more", "told", "code"), CONTENTS)
def test_check_tells_the_truth(tmp_path: Path, value: bytes, more: str, told: str, code: int) -> None:
    """What normalise could not read is told with its reason, and the exit code says so; a zone is obeyed."""
    (tmp_path / "wires").mkdir()
    (tmp_path / "wires/a.bin").write_bytes(value)
    file = written(tmp_path, f"feeds:\n  norden: {{folder: {tmp_path}/wires, settle: 0s, {more}}}\n")
    result = run("check", file)
    assert told in result.output, result.output
    assert (result.exit_code, "norden: folder, ok" in result.output) == (code, not code)


@pytest.mark.parametrize("off", [0, -3_600, 3_600])
def test_files_that_have_to_settle(tmp_path: Path, off: int) -> None:
    """`check` and `--once` look twice: one look cannot tell whether a file is whole, whatever its time says."""
    (tmp_path / "wires").mkdir()
    (tmp_path / "wires/a.xml").write_bytes(RSS)
    os.utime(tmp_path / "wires/a.xml", (time.time() + off, time.time() + off))
    file = written(tmp_path, f"feeds:\n  norden: {{folder: {tmp_path}/wires, settle: 1s}}\n")
    assert "payloads looked at: 1; items: 1; formats: rss 1" in run("check", file).output
    log = MemoryLog()
    shell = Shell(LedgerOwner(log, "app", "one", 30))
    asyncio.run(shell.run_once(load_feeds(Path(file)).with_defaults(), Secrets({})))
    assert [out.value for outs in log.committed("wire.raw").values() for out in outs] == [RSS]


LOOKS = [(0.0, 1.0, False, 1), (0.001, 1.0, False, 2), (0.001, 1.0, True, 1), (2.0, 1.0, False, 1)]


@pytest.mark.parametrize(("unsettled", "most", "is_full", "turns"), LOOKS)
def test_a_second_look(unsettled: float, most: float, is_full: bool, turns: int) -> None:
    """There is one if something is not whole yet, it takes not too long, and not enough was found."""
    made: list[None] = []

    async def turn() -> None:
        made.append(None)

    driver = cast("Driver[Any, Any, Any]", SimpleNamespace(unsettled_seconds=unsettled))
    asyncio.run(look_twice(driver, turn, most, lambda: is_full))
    assert len(made) == turns


def test_a_feed_that_ends_with_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told as one, with its place in the log, and the others are tried."""
    (tmp_path / "wires").mkdir()

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(FolderConnector, "ask", broken)
    file = written(
        tmp_path, f"feeds:\n  norden: {{folder: {tmp_path}/wires}}\n  polder: {{push: true, secrets: [env:S]}}\n"
    )
    result = run("check", file, S=SECRET)
    assert "norden: folder, broken: an error of ours: ZeroDivisionError; report it" in result.output
    assert "in broken" in result.output + caplog.text, "the traceback"
    assert "polder: push, not tried" in result.output


def test_check_of_a_folder_that_is_empty(tmp_path: Path) -> None:
    """It is well, and the sentence says that nothing was looked at."""
    (tmp_path / "wires").mkdir()
    result = run("check", written(tmp_path, f"feeds:\n  norden: {{folder: {tmp_path}/wires}}\n"))
    assert (result.exit_code, result.output) == (0, "norden: folder, ok\n  nothing there to look at yet\n")


def test_check_of_a_folder_that_is_missing(tmp_path: Path) -> None:
    """It is named with its health; offline nothing is looked at."""
    file = written(tmp_path, f"feeds:\n  norden: {{folder: {tmp_path}/none}}\n")
    result = run("check", file)
    assert result.exit_code == EXIT_WRONG
    assert "norden: folder, gone: " in result.output
    assert run("check", "--offline", file).output == "norden: folder\n"


def test_secrets_of_several_lines(tmp_path: Path) -> None:
    """Keys and the hosts that are known have lines; a line end behind any secret is no part of it."""
    file = written(
        tmp_path,
        "feeds:\n  a: {sftp: 'sftp://u@a.example/in', known_hosts: env:HOSTS, key: env:KEY,\n"
        "    key_passphrase: env:S}\n",
    )
    assert run("check", "--offline", file, HOSTS="a\nb\n", KEY="a\nb\n", S="c\r\n").exit_code == 0


def test_check_reads_the_certificates_of_who_only_waits(tmp_path: Path) -> None:
    """Nothing listens and nobody is called, but what could not begin is told, with the file."""
    (tmp_path / "key").write_text("no key")
    (tmp_path / "wire.pem").write_text("no certificate")
    ours = f"tls: true, certificate: {tmp_path}/wire.pem, key: 'file:{tmp_path}/key'"
    file = written(
        tmp_path,
        f"feeds:\n  here: {{tcp: 127.0.0.1:7901, {ours}}}\n"
        f"  there: {{tcp: wire.example:7901, connect: true, tls: true, ca: {tmp_path}/none}}\n"
        "  clear: {tcp: wire.example:7901, connect: true}\n",
    )
    result = run("check", file)
    assert result.exit_code == EXIT_WRONG
    assert f"here: tcp, broken: certificate {tmp_path}/wire.pem and its key cannot be used: " in result.output
    assert f"there: tcp, broken: ca {tmp_path}/none cannot be used: No such file" in result.output
    assert "clear: tcp, not tried: what a call brought would be lost, so none is made" in result.output
    assert "2 of 3 feeds need attention" in result.output


REFUSALS = [
    ((), {}, 2, "there is no file of feeds; name one, or set WIREDESK_FEEDS"),
    (("feeds: {}\n",), {}, EXIT_SETTINGS, "field feeds: write at least 1 of them"),
    (("feeds:\n  a: {push: true, secrets: [env:NO]}\n",), {}, EXIT_SETTINGS, "feed 'a': env:NO is not set; set"),
    (
        ("feeds:\n  a: {push: true, secrets: [env:S]}\n",),
        {"S": "hunter2"},
        EXIT_SETTINGS,
        "env:S has a token of less",
    ),
    *(
        (
            (f"feeds:\n  a: {{rss: 'https://a.example/', headers: {{X-Key: {place}}}}}\n",),
            {"S": f"hunter2{inside}hunter2"},
            EXIT_SETTINGS,
            f"feed 'a': {place} has a line end or another control character inside; write it in one line",
        )
        for place, inside in (("env:S", "\n"), ("env:S", "\r"), ("env:S", "\x7f"))
    ),
    (
        ("feeds:\n  a: {imap: 'imaps://a.example', user: env:U, password: env:S}\n",),
        {"U": "one\ntwo", "S": "hunter2\r\nhunter2"},
        EXIT_SETTINGS,
        "feed 'a': env:U has a line end or another control character inside; write it in one line "
        "feed 'a': env:S has a line end",
    ),
]


@pytest.mark.parametrize(("texts", "environment", "code", "sentence"), REFUSALS)
def test_refusals(
    tmp_path: Path, texts: tuple[str, ...], environment: dict[str, str], code: int, sentence: str
) -> None:
    """One sentence with its remedy, before a broker is asked; no secret is shown."""
    for command in ((), ("check",)):
        result = run(*command, *(written(tmp_path, text) for text in texts), **environment)
        assert (result.exit_code, sentence in " ".join(result.output.split())) == (code, True), result.output
        assert "hunter2" not in result.output


@pytest.fixture
def hangups() -> Iterator[Hangups]:
    """Taken from now on, until the test ends."""
    before = signal.getsignal(signal.SIGHUP)
    yield Hangups()
    signal.signal(signal.SIGHUP, before)


def test_a_hangup_before_there_is_a_loop(hangups: Hangups) -> None:
    """It is kept, and the file is read again as soon as that is possible; without one it is not."""

    async def is_asked() -> bool:
        asked = asyncio.Event()
        hangups.tell(asked)
        return asked.is_set()

    assert not asyncio.run(is_asked())
    signal.signal(signal.SIGHUP, hangups._keep)  # the loop took it over, and has ended
    os.kill(os.getpid(), signal.SIGHUP)
    assert asyncio.run(is_asked())


def test_a_hangup_while_it_waits_for_a_broker(tmp_path: Path) -> None:
    """It does not end the start."""
    file = written(tmp_path, "feeds:\n  polder: {push: true}\n")
    command = [sys.executable, "-m", "pipeline.cli", "ingest", file]
    environment = {**os.environ, "WIREDESK_BOOTSTRAP": "127.0.0.1:1", "WIREDESK_STATE_DIR": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.STDOUT, stdout=subprocess.PIPE) as starting:
        assert starting.stdout
        assert b"nothing listens at 127.0.0.1:1" in starting.stdout.readline()
        starting.send_signal(signal.SIGHUP)
        starting.terminate()  # the system gives it the lower signal, SIGHUP, first
        starting.wait()
        assert starting.returncode == -signal.SIGTERM


def test_the_figures_of_a_process(tmp_path: Path) -> None:
    """Its page says what it took, how its feeds are and what it remembers; so does its health, feed by feed."""
    (tmp_path / "a.xml").write_bytes(b"<a/>")
    feed = FolderFeed(folder=str(tmp_path), settle="0s")
    gone = FolderFeed(folder=str(tmp_path / "none"))
    shell = Shell(LedgerOwner(MemoryLog(), "app", "one", 30))
    figures = IngestFigures(shell, Counter({"taken": 3}))
    page = Page(figures.view)

    async def run() -> tuple[dict[str, Any], str]:
        assert figures.health()["status"] == "recovering"
        work = asyncio.create_task(shell.run({"a": feed, "b": gone}, Secrets({})))
        async with asyncio.timeout(60):
            while shell.committer.counts.payloads < 1 or shell.feeds["b"].status.health is None:
                await asyncio.sleep(0.01)
        found = figures.health(), page.text().decode()
        work.cancel()
        await asyncio.wait({work})
        return found

    health, text = asyncio.run(run())
    assert (health["status"], health["payloads"], health["remembered"]) == ("ready", 1, 1)
    assert (health["feeds"]["a"]["health"], health["feeds"]["b"]["health"]) == ("ok", "gone")
    for line in (
        'wiredesk_ingest_payloads_total{room="ingest",way="folder"} 1.0',
        'wiredesk_ingest_feeds{health="gone",room="ingest"} 1.0',
        'wiredesk_ingest_requests_total{outcome="taken",room="ingest"} 3.0',
        'wiredesk_ingest_ledger_entries{room="ingest"} 1.0',
        'wiredesk_ready{room="ingest"} 1.0',
    ):
        assert line in text
    assert "wiredesk_board" not in text
    assert "wiredesk_lag" not in text


@pytest.mark.parametrize("error", [TransactionalIdAuthorizationFailed, TopicAuthorizationFailedError])
def test_a_right_that_is_missing(tmp_path: Path, error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever Kafka refuses while it works ends it with 77, and the sentence names the right."""
    monkeypatch.setattr(process, "end_hard_after", lambda *_: None)
    feeds = parse_rules(Feeds, f"feeds: {{a: {{folder: {tmp_path}}}}}", "feeds.yaml")
    told: list[tuple[str, int]] = []
    one = process.IngestProcess(Settings(bootstrap="127.0.0.1:1"), tmp_path, feeds, Secrets({}))
    monkeypatch.setattr(one, "_end", lambda why, code: told.append((why, code)))

    async def work() -> None:
        raise error

    asyncio.run(one._until_asked(work))
    ((why, code),) = told
    assert code == EXIT_REFUSED
    assert "give it Write on" in why
