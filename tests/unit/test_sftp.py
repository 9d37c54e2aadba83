"""A folder behind SSH is read file by file, each once, from the one server whose key is known."""

from __future__ import annotations

import asyncio
import gzip
import os
import sys
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_life import Crash, Died, Life

from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.contract import Health
from pipeline.ingest.folder_feed import Look
from pipeline.ingest.sftp import SftpConnector, SftpFeed
from pipeline.rule_files import parse_rules
from pipeline.runtime.ingest import sftp as sftp_module
from pipeline.runtime.ingest import sftp_files
from pipeline.runtime.ingest.causes import HUNG_UP, TIMED_OUT
from pipeline.runtime.ingest.driver import Surroundings
from pipeline.runtime.ingest.sftp import SftpDriver
from pipeline.runtime.ingest.tried import Tried
from pipeline.runtime.ingest.trying import tried
from pipeline.runtime.secrets import Secrets
from tests.examples import examples
from tests.sftp_server import PASSWORD, USER, serving_far, serving_sftp
from tests.waiting import SECONDS, eventually_async

Act = Callable[[Life, Path], Awaitable[None]]


def feed(port: int, more: str = "", path: str = "/in") -> SftpFeed:
    more = more if "password" in more or "key:" in more else f"password: env:PASSWORD, {more}"
    more = more if "settle" in more else f"settle: 0s, {more}"
    text = f"{{sftp: 'sftp://{USER}@127.0.0.1:{port}{path}', known_hosts: env:HOSTS, {more}}}"
    return parse_rules(SftpFeed, text, "feeds.yaml")


def over(
    root: Path,
    act: Act,
    more: str = "",
    path: str = "/in",
    kind: type[asyncssh.SFTPServer] = asyncssh.SFTPServer,
    **secrets: str,
) -> None:
    """A feed of the folder `in` below the root, alive for as long as it takes."""
    (root / "in").mkdir(exist_ok=True)

    async def run() -> None:
        key = asyncssh.generate_private_key("ssh-ed25519")
        async with serving_sftp(root, key, kind=kind) as (port, hosts):
            texts = {
                "env:PASSWORD": PASSWORD,
                "env:HOSTS": hosts,
                "env:KEY": key.export_private_key().decode(),
                **{f"env:{name}": text for name, text in secrets.items()},
            }
            if "SEALED" in more:
                warnings.simplefilter("ignore", UserWarning)  # of 16 rounds, as ssh-keygen makes them
                sealed = key.export_private_key(passphrase="öpen", rounds=16).decode()
                texts = {"env:SEALED": sealed, "env:PHRASE": "öpen", **texts}
            found = feed(port, more, path)
            life = Life(SftpConnector(found), lambda: SftpDriver(found, Surroundings("far", Secrets(texts))))
            try:
                await act(life, root / "in")
            finally:
                await life.driver.close()

    asyncio.run(run())


def test_each_once(tmp_path: Path) -> None:
    """Folders, gzip, names of any bytes; hidden, partial and linked ones are left; rewritten ones come again."""

    async def act(life: Life, folder: Path) -> None:
        (folder / "day").mkdir()
        (folder / "day" / "a.json").write_bytes(b"{}")
        (folder / "b.xml.gz").write_bytes(gzip.compress(b"<b/>"))
        (folder / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"Ferry late")
        for name in (".hidden", "c.part", "c.tmp"):
            (folder / name).write_bytes(b"no")
        (folder / "link").symlink_to("b.xml.gz")
        assert await life.turn() == life.now_ms + 30_000
        assert sorted(life.values) == [b"<b/>", b"Ferry late", b"{}"]
        assert sorted(one.name for one in life.payloads) == ["b.xml.gz", "caf\\xe9.txt", "day/a.json"]
        assert {dict(one.headers).get("content-type") for one in life.payloads} == {
            b"application/json",
            b"application/xml",
            b"text/plain",
        }
        (folder / "day" / "a.json").write_bytes(b'{"a": 2}')
        await life.turn()
        await life.turn()
        assert life.values[3:] == [b'{"a": 2}']

    over(tmp_path, act)


@pytest.mark.parametrize("off", [0, -60, -86_400, 86_400])
def test_settling(tmp_path: Path, off: int) -> None:
    """A file counts when it has stayed as it is, whatever the server's clock says."""

    async def act(life: Life, folder: Path) -> None:
        def write(value: bytes) -> None:
            (folder / "a").write_bytes(value)
            os.utime(folder / "a", (time.time() + off, time.time() + off))

        write(b"begun")
        again_ms = await life.turn()
        assert life.values == []
        assert again_ms is not None
        assert again_ms <= life.now_ms + 1_000
        assert life.driver.unsettled_seconds == 1.0
        write(b"begun and done")

        async def taken() -> bool:
            await life.turn()
            return bool(life.values)

        await eventually_async(taken)
        assert life.values == [b"begun and done"]
        assert life.driver.unsettled_seconds == 0.0

    over(tmp_path, act, "settle: 1s")


def test_a_done_file_that_is_older(tmp_path: Path) -> None:
    """It may be about the content before: that file has to settle; one with a later done-file is taken at once."""

    async def act(life: Life, folder: Path) -> None:
        now = time.time()
        for name, seconds in (("before", -10), ("behind", 10)):
            (folder / name).write_bytes(name.encode())
            os.utime(folder / name, (now, now))
            (folder / f"{name}.done").write_bytes(b"")
            os.utime(folder / f"{name}.done", (now + seconds, now + seconds))
        await life.turn()
        assert life.values == [b"behind"]

        async def taken() -> bool:
            await life.turn()
            return len(life.values) == 2

        await eventually_async(taken)
        assert life.values == [b"behind", b"before"]

    over(tmp_path, act, "done: .done, settle: 1s")


AFTER = [
    "after: keep",
    "after: delete",
    "after: move",
    "after: move, move_to: /taken",
    "done: .done, after: delete",
]


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    crashes=st.lists(st.tuples(st.sampled_from(Crash), st.integers(0, 3)), max_size=4),
    arrivals=st.lists(st.integers(0, 3), min_size=1, max_size=5),
    after=st.sampled_from(AFTER),
)
def test_any_life(
    tmp_path_factory: pytest.TempPathFactory, crashes: list[tuple[Crash, int]], arrivals: list[int], after: str
) -> None:
    """Crashes at any step, files that come at any time: each once, and then put away."""
    root = tmp_path_factory.mktemp("sftp")

    async def act(life: Life, folder: Path) -> None:
        crash_at = dict(enumerate(crashes))
        count = 0
        for number, new in enumerate(arrivals):
            for each in range(count, count + new):
                (folder / f"{each:04}").write_bytes(b"%d" % each)
                if "done" in after:
                    (folder / f"{each:04}.done").write_bytes(b"")
            count += new
            with suppress(Died):
                await life.turn(*crash_at.get(number, (None, 0)))
        await life.turn()
        await life.turn()
        assert sorted(life.values, key=int) == [b"%d" % each for each in range(count)]
        taken = {"after: move": root / "in" / ".taken", "after: move, move_to: /taken": root / "taken"}
        where = taken.get(after, folder)
        names = sorted(path.name for path in where.iterdir() if path.is_file()) if where.exists() else []
        assert names == ([] if "delete" in after else [f"{each:04}" for each in range(count)])

    over(root, act, after)


def test_troubles(tmp_path: Path) -> None:
    """What cannot be a payload is told of once, and keeps nothing back."""

    async def act(life: Life, folder: Path) -> None:
        (folder / "a").write_bytes(b"x" * (PAYLOAD_BYTES_MAX + 1))
        (folder / "b.gz").write_bytes(b"no gzip")
        (folder / "d").write_bytes(b"Ferry late")
        await life.turn()
        await life.turn()
        assert life.values == [b"Ferry late"]
        assert len(life.warnings) == 2

    over(tmp_path, act)


KEY = "key: env:KEY"
DOORS = [
    (KEY, {}, "/in", Health.OK, ""),
    ("password: env:PASSWORD", {"PASSWORD": "guess"}, "/in", Health.REFUSED, "nobody is let in"),
    (KEY, {"KEY": "no key"}, "/in", Health.BROKEN, "the key cannot be read"),
    ("key: env:SEALED, key_passphrase: env:PHRASE", {}, "/in", Health.OK, ""),
    ("key: env:SEALED", {}, "/in", Health.BROKEN, "the key cannot be read (key_passphrase, if it has one)"),
    (
        "key: env:SEALED, key_passphrase: env:PHRASE",
        {"PHRASE": "guess"},
        "/in",
        Health.BROKEN,
        "the key cannot be read with this key_passphrase",
    ),
    ("", {}, "/nowhere", Health.GONE, "there is no such folder"),
]


@pytest.mark.parametrize(("more", "secrets", "path", "health", "why"), DOORS)
def test_doors(tmp_path: Path, more: str, secrets: dict[str, str], path: str, health: Health, why: str) -> None:
    """A key or a password; what is refused is told as what it is, and no secret with it."""

    async def act(life: Life, _: Path) -> None:
        await life.turn()
        assert life.health is health
        assert life.detail.startswith(why)
        assert "guess" not in life.detail

    over(tmp_path, act, more, path, asyncssh.SFTPServer, **secrets)


def test_another_server(tmp_path: Path) -> None:
    """A server with another key than the known one is told nothing."""
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()

    async def act(life: Life, folder: Path) -> None:
        (folder / "a").write_bytes(b"Ferry late")
        await life.turn()
        assert (life.health, life.values) == (Health.REFUSED, [])
        assert "known_hosts" in life.detail

    over(tmp_path, act, HOSTS=f"* {stranger}")


def test_connection_lost(tmp_path: Path) -> None:
    """The connection is made anew at the next question."""

    async def act(life: Life, folder: Path) -> None:
        await life.turn()
        assert isinstance(life.driver, SftpDriver)
        life.driver._connection.abort()
        (folder / "a").write_bytes(b"Ferry late")
        await life.turn()
        await life.turn()
        assert (life.health, life.values) == (Health.OK, [b"Ferry late"])

    over(tmp_path, act)


class Endless(asyncssh.SFTPServer):
    """One that lists without end."""

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        attributes = asyncssh.SFTPAttrs(type=asyncssh.FILEXFER_TYPE_REGULAR, size=1, mtime=1, permissions=0o100644)
        for number in count():
            yield asyncssh.SFTPName(b"%d.xml" % number, attrs=attributes)


class Silent(asyncssh.SFTPServer):
    """One that never answers, for as long as it is connected."""

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        await self.channel.get_connection().wait_closed()
        yield asyncssh.SFTPName(b"a.xml")


class HangsUp(asyncssh.SFTPServer):
    """One that ends the connection."""

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        self.channel.get_connection().abort()
        await self.channel.get_connection().wait_closed()
        yield asyncssh.SFTPName(b"a.xml")


BAD_DAYS = [
    (Endless, Health.BROKEN, "more than 1,000 names; move or delete what was taken", 1),
    (Silent, Health.UNREACHABLE, TIMED_OUT, 3),
    (HangsUp, Health.UNREACHABLE, HUNG_UP, 3),
]


@pytest.mark.parametrize(("kind", "health", "said", "connections"), BAD_DAYS)
def test_a_bad_day(
    tmp_path: Path,
    kind: type[asyncssh.SFTPServer],
    health: Health,
    said: str,
    connections: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It costs a look and a connection each time that the folder is looked at, bounded in time and in names."""
    monkeypatch.setattr(sftp_files, "LISTED_MAX", 1_000)
    monkeypatch.setattr(sftp_module, "ANSWER_SECONDS", 1.0 if kind is Silent else SECONDS)
    opened = 0

    class Counted(kind):  # type: ignore[misc, valid-type] # of the row
        def __init__(self, *arguments: Any, **named: Any) -> None:
            nonlocal opened
            opened += 1
            super().__init__(*arguments, **named)

    async def act(life: Life, folder: Path) -> None:
        for _ in range(3):
            assert await life.turn() == life.now_ms + 30_000
            assert (life.health, said in life.detail) == (health, True)
        assert opened == connections

    over(tmp_path, act, "settle: 1h", kind=Counted)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not installed is named."""
    monkeypatch.setitem(sys.modules, "asyncssh", None)

    async def act() -> None:
        answer = await SftpDriver(feed(1), Surroundings("far", Secrets({}))).answer(Look())
        assert "pip install 'wiredesk[sftp]'" in getattr(answer, "detail", "")

    asyncio.run(act())


WRONG = [
    ("sftp: 'sftp://host/x', password: env:P", "no address of a folder"),
    ("sftp: 'sftp://me:secret@host/x', password: env:P", "without a password"),
    ("sftp: 'sftp://me@host/x'", "either key or password"),
    ("sftp: 'sftp://me@host/x', password: env:P, key_passphrase: env:Q", "of no use without key"),
    ("sftp: 'sftp://me@host/x', password: env:P, move_to: /y", "after: move"),
    ("sftp: 'sftp://me@host/x', password: env:P, after: move, move_to: /x/y", "taken again"),
]


@pytest.mark.parametrize(("text", "named"), WRONG)
def test_wrong_settings(text: str, named: str) -> None:
    """What is wrong is named."""
    with pytest.raises(ValueError, match=named):
        parse_rules(SftpFeed, f"{{{text}, known_hosts: env:H}}", "feeds.yaml")


def test_check_looks_at_each_file_once(tmp_path: Path) -> None:
    """`ingest check` remembers what it has looked at, although behind files there is another look."""
    (tmp_path / "in").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "in" / name).write_bytes(b"The ferry is late.")

    async def run(port: int, hosts: str) -> list[Tried]:
        secrets = Secrets({"env:PASSWORD": PASSWORD, "env:HOSTS": hosts})
        return [one async for one in tried({"far": feed(port)}, secrets)]

    with serving_far(tmp_path) as (port, hosts):
        (found,) = asyncio.run(run(port, hosts))
    assert (found.health, found.payloads) == (Health.OK, 2)
