"""A mailbox's server that says it tells of new messages (IDLE), and has a bad day: no storm of logins, no wait and
no memory without end, and what comes is taken at the rhythm of other servers.
"""

from __future__ import annotations

import asyncio
import imaplib
import os
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from ingest_life import Life
from test_imap import IDLES, SECRETS, mail, tls

from pipeline.ingest.contract import Health
from pipeline.ingest.imap import ImapConnector
from pipeline.ingest.imap_feed import ImapCursor, ImapFeed
from pipeline.rule_files import parse_rules
from pipeline.runtime.ingest import imap, imap_idle, imap_session
from pipeline.runtime.ingest.driver import Surroundings
from pipeline.runtime.ingest.imap import UNTOLD, ImapDriver
from tests.imap_server import Mailbox, serving_mail
from tests.waiting import SECONDS, pause

EVERY_SECONDS, AGREED_SECONDS = 0.3, 0.5
TURNS = 6
MEMORY_BYTES_MAX = 8_000_000

Bad = Callable[[socket.socket, bytes], None]


def until_gone(line: socket.socket) -> None:
    """Until the client hangs up; what it says is not heard."""
    with suppress(OSError):
        while line.recv(1_000):
            pass


def hangs_up(line: socket.socket, tag: bytes) -> None: ...


def resets(line: socket.socket, tag: bytes) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def is_silent(line: socket.socket, tag: bytes) -> None:
    until_gone(line)


def says(text: bytes) -> Bad:
    """This, and then nothing."""

    def day(line: socket.socket, tag: bytes) -> None:
        line.sendall(text)
        until_gone(line)

    return day


def says_and_hangs_up(text: bytes) -> Bad:
    return lambda line, tag: line.sendall(text)


def endlessly(text: bytes, first: bytes = b"") -> Bad:
    def day(line: socket.socket, tag: bytes) -> None:
        line.sendall(first)
        while True:
            line.sendall(text)

    return day


def drips(line: socket.socket, tag: bytes) -> None:
    while True:
        line.sendall(b"*")
        pause(AGREED_SECONDS / 10)


def drips_lines(line: socket.socket, tag: bytes) -> None:
    line.sendall(b"+ idling\r\n")
    while True:
        line.sendall(b"* OK still here\r\n")
        pause(AGREED_SECONDS / 10)


def ends_within_a_record(line: socket.socket, tag: bytes) -> None:
    os.write(line.fileno(), b"\x17\x03\x03\x01\x00half")  # of TLS: 256 bytes are announced


IN_TIME = "no answer in time"
ENDED = "the connection ended|it hung up"  # either, if something is said while the other side closes
LONG = "a line of more than 65,536 bytes"
DAYS: dict[str, tuple[Bad | str, str]] = {  # what happens, or is answered; what is said of it
    "hangs up": (hangs_up, ENDED),
    "resets the line": (resets, "it hung up"),
    "is silent": (is_silent, IN_TIME),
    "says NO": ("NO not today", "IDLE was refused: idle NO not today"),
    "says BAD": ("BAD what", "IDLE was refused: idle BAD what"),
    "refuses, and half a line": (says(b"idle NO not today\r\n* 1 EXI"), IN_TIME),
    "an endless line": (endlessly(b"x" * 8_192), LONG),
    "endless lines": (endlessly(b"* OK hello\r\n" * 500), IN_TIME),
    "endless lines while it waits": (endlessly(b"* OK hello\r\n" * 500, b"+ idling\r\n"), IN_TIME),
    "an endless line while it waits": (endlessly(b"x" * 8_192, b"+ idling\r\n"), LONG),
    "never answers DONE": (says(b"+ idling\r\n* 1 EXISTS\r\n"), IN_TIME),
    "half a line": (says(b"+ idling\r\n* 1 EXI"), IN_TIME),
    "half an answer": (says(b"+ idl"), IN_TIME),
    "says BYE": (says_and_hangs_up(b"* BYE too many\r\n"), ENDED),
    "says BYE while it waits": (says_and_hangs_up(b"+ idling\r\n* BYE it is late\r\n"), ENDED),
    "drips": (drips, IN_TIME),
    "drips lines": (drips_lines, IN_TIME),
    "answers at once": (says(b"idle OK done\r\n"), IN_TIME),
}
OF_TLS = {
    "hangs up": DAYS["hangs up"],
    "an endless line": DAYS["an endless line"],
    "drips": DAYS["drips"],
    "ends within a record": (ends_within_a_record, ENDED),
}
ALL = [(name, *day, False) for name, day in DAYS.items()] + [(name, *day, True) for name, day in OF_TLS.items()]


class Feed:
    """A feed whose turns come as the process has them: when it is woken, or when it is time."""

    def __init__(self, port: int, authority: Path | None) -> None:
        scheme, more = ("imaps", f", ca: {authority}") if authority else ("imap", "")
        address = f"imap: '{scheme}://127.0.0.1:{port}', user: env:USER_, password: env:PASSWORD"
        found = parse_rules(ImapFeed, f"{{{address}{more}}}", "feeds.yaml")
        found = found.model_copy(update={"every": round(EVERY_SECONDS * 1_000)})
        self.woken = asyncio.Event()
        around = Surroundings("desk", SECRETS, self.woken.set)
        self.life = Life(ImapConnector(found), lambda: ImapDriver(found, around))
        self.life.cursor = ImapCursor(Mailbox().validity, begun_ms=1)  # its first turn is not the feed's first
        self.looked: list[float] = []

    async def turns(self, count: int) -> None:
        for _ in range(count):
            again_ms = await self.life.turn()
            self.looked.append(time.monotonic())
            assert again_ms is not None
            with suppress(TimeoutError):
                async with asyncio.timeout((again_ms - self.life.now_ms) / 1_000):
                    await self.woken.wait()
            self.woken.clear()

    @property
    def shortest_seconds(self) -> float:
        return min(after - before for before, after in zip(self.looked, self.looked[1:], strict=False))


@pytest.mark.parametrize(("name", "day", "said", "is_tls"), ALL, ids=[f"{row[0]} {row[3]}" for row in ALL])
def test_a_bad_day(
    name: str, day: Bad | str, said: str, is_tls: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IDLE is tried once, with one more login at the most; the feed is well, and says why it is asked as others."""
    monkeypatch.setattr(imap_idle, "AGREED_SECONDS", AGREED_SECONDS)
    box = Mailbox(capabilities=IDLES)
    if isinstance(day, str):
        box.answers["IDLE"] = day
    else:
        box.on_idle = day
    context, authority = tls(tmp_path) if is_tls else (None, None)

    async def run(port: int) -> None:
        feed = Feed(port, authority)
        try:
            await lives(feed)
        finally:
            await feed.life.driver.close()

    async def lives(feed: Feed) -> None:
        tracemalloc.start()
        await feed.turns(TURNS - 1)
        memory_bytes = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        box.put(mail(1))
        await feed.turns(1)
        assert (feed.life.health, feed.life.values) == (Health.OK, [mail(1)])
        assert memory_bytes < MEMORY_BYTES_MAX
        assert box.log.count("IDLE") == 1
        assert box.log.count("AUTHENTICATE") <= 2
        assert feed.shortest_seconds > 0.5 * EVERY_SECONDS
        (warning,) = set(feed.life.warnings)
        assert warning.startswith(f"{UNTOLD}: ")
        assert any(each in warning for each in said.split("|"))

    with serving_mail(box, context) as port:
        asyncio.run(asyncio.wait_for(run(port), SECONDS))


def test_it_is_tried_again() -> None:
    """After a stated time, by which a server may have been mended: then the feed is told as ever."""
    box = Mailbox(capabilities=IDLES, on_idle=hangs_up)

    async def run(port: int) -> None:
        feed = Feed(port, None)
        await feed.turns(2)
        box.on_idle = None
        await feed.turns(2)
        assert box.log.count("IDLE") == 1
        driver = feed.life.driver
        assert isinstance(driver, ImapDriver)
        assert driver._idle_again > asyncio.get_running_loop().time() + 500
        driver._idle_again = 0.0  # ten minutes go by
        turn = asyncio.create_task(feed.turns(1))
        while not box.idling:
            await asyncio.sleep(0.01)
        box.put(mail(1))
        await turn
        await feed.life.turn()
        assert feed.life.values == [mail(1)]
        assert (box.log.count("IDLE"), box.log.count("AUTHENTICATE")) == (2, 2)
        await feed.life.driver.close()

    with serving_mail(box) as port:
        asyncio.run(asyncio.wait_for(run(port), SECONDS))


def test_a_server_that_always_tells() -> None:
    """It tells of something at each wait, and there is nothing: the same connection, and a pause between looks."""
    box = Mailbox(capabilities=IDLES)

    async def run(port: int) -> None:
        feed = Feed(port, None)

        async def tell() -> None:
            while True:
                box.says.append("* 1 EXISTS")
                await asyncio.sleep(0.01)

        telling = asyncio.create_task(tell())
        await feed.turns(3)
        telling.cancel()
        assert feed.shortest_seconds > 0.5 * imap.PAUSE_SECONDS
        assert (box.log.count("AUTHENTICATE"), feed.life.warnings) == (1, [])
        await feed.life.driver.close()

    with serving_mail(box) as port:
        asyncio.run(asyncio.wait_for(run(port), SECONDS))


@pytest.mark.parametrize("text", [b"+ idling\r\n", b"+ idling\r\n* 1 EXI"])
def test_a_wait_that_the_server_does_not_end(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The look that ends it gets its answer, over another connection."""
    monkeypatch.setattr(imap_idle, "AGREED_SECONDS", AGREED_SECONDS)
    box = Mailbox(capabilities=IDLES, on_idle=says(text))

    async def run(port: int) -> None:
        feed = Feed(port, None)
        await feed.life.turn()
        await asyncio.sleep(0.1)
        box.put(mail(1))
        await feed.life.turn()
        assert (feed.life.health, feed.life.values) == (Health.OK, [mail(1)])
        await feed.life.driver.close()

    with serving_mail(box) as port:
        asyncio.run(asyncio.wait_for(run(port), SECONDS))


def test_a_wait_that_nothing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were there one, its connection is given up, and the feed goes on."""
    monkeypatch.setattr(imap, "IDLE_ENDS_SECONDS", 0.2)
    monkeypatch.setattr(imap_idle.Idle, "end", lambda self: None)
    box = Mailbox(capabilities=IDLES)
    box.put(mail(1))

    async def run(port: int) -> None:
        feed = Feed(port, None)
        await feed.life.turn()
        box.put(mail(2))
        await feed.life.turn()
        assert (feed.life.health, feed.life.values) == (Health.OK, [mail(1), mail(2)])
        await feed.life.driver.close()

    with serving_mail(box) as port:
        asyncio.run(asyncio.wait_for(run(port), SECONDS))


@pytest.mark.parametrize("line", ["* SEARCH 1 two", "* SEARCH ١ 2 \u00e9"])
def test_what_nobody_can_read(line: str) -> None:
    """Numbers that are none are the server's fault, and told as that; by the next look it may be well again."""
    box = Mailbox(during_search=line)
    box.put(mail(1))

    async def run(port: int) -> None:
        feed = Feed(port, None)
        await feed.life.turn()
        assert feed.life.health is Health.FAILING
        assert feed.life.detail.startswith("the server answers what nobody can read: ")
        box.during_search = ""
        await feed.life.turn()
        assert (feed.life.health, feed.life.values) == (Health.OK, [mail(1)])
        await feed.life.driver.close()

    with serving_mail(box) as port:
        asyncio.run(asyncio.wait_for(run(port), SECONDS))


@pytest.mark.parametrize("behind", [b"", b"* 1 EXISTS\r\n", b"* 1 EXI|STS\r\n", b"* 1 EXISTS\r|\n"])
def test_a_refusal_leaves_nothing_unread(behind: bytes) -> None:
    """What came with it is read up to the end of a line: the next answer is that to the next command."""
    ours, theirs = socket.socketpair()
    with ours, theirs:

        def refuse() -> None:
            assert theirs.recv(100) == b"idle IDLE\r\n"
            for part in (b"idle NO not today\r\n" + behind).split(b"|"):
                theirs.sendall(part)
                pause(0.1)

        server = threading.Thread(target=refuse)
        server.start()
        with pytest.raises(imaplib.IMAP4.error, match="IDLE was refused: idle NO not today"):
            imap_idle.Idle().wait(ours)
        server.join()
        theirs.sendall(b"next\r\n")
        assert ours.recv(100) == b"next\r\n"


def test_a_closed_line() -> None:
    """What was dropped meanwhile cannot be waited for, and says so as any other that ended."""
    ours, theirs = socket.socketpair()
    ours.close()
    theirs.close()
    with pytest.raises((OSError, ValueError)):
        imap_idle.Idle().wait(ours)


FLOOD = "the server says more than it was asked for, without end"
SAYS: list[tuple[str, bytes, bytes, float, str]] = [  # at first, then without end, with such pauses; what is said
    ("a greeting that drips", b"", b"*", 0.02, IN_TIME),
    ("a greeting without end", b"", b"*" * 8_192, 0, "got more than 1000000 bytes"),
    ("lines behind the greeting", b"* OK here\r\n", b"* OK hello\r\n" * 500, 0, FLOOD),
    ("flags behind the greeting", b"* OK here\r\n", b"* 1 FETCH (FLAGS ())\r\n" * 500, 0, FLOOD),
]


@pytest.mark.parametrize(("name", "first", "text", "pause_seconds", "said"), SAYS, ids=[row[0] for row in SAYS])
def test_a_server_that_says_without_end(
    name: str, first: bytes, text: bytes, pause_seconds: float, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A login ends within the time and the memory of a step, and leaves no thread behind that reads on."""
    if pause_seconds:
        monkeypatch.setattr(imap, "CALL_SECONDS", 1.0)
    monkeypatch.setattr(imap_session, "SAID_BYTES_MAX", 2_000_000)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve(line: socket.socket) -> None:
            with line, suppress(OSError):
                line.sendall(first)
                while True:
                    line.sendall(text)
                    pause(pause_seconds)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    line, _ = listening.accept()
                    threading.Thread(target=serve, args=(line,), daemon=True).start()

        async def run() -> None:
            feed = Feed(listening.getsockname()[1], None)
            driver = feed.life.driver
            assert isinstance(driver, ImapDriver)
            tracemalloc.start()
            for _ in range(2):
                await feed.life.turn()
                assert feed.life.health in (Health.UNREACHABLE, Health.FAILING)
                assert said in feed.life.detail
                assert not driver._blocking.is_busy
            memory_bytes = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert memory_bytes < MEMORY_BYTES_MAX
            await driver.close()

        threading.Thread(target=accept, daemon=True).start()
        asyncio.run(asyncio.wait_for(run(), SECONDS))
        listening.shutdown(socket.SHUT_RDWR)
