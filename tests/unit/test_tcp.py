"""A wire over a socket: what its connector takes, and real connections to its driver."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from pipeline.envelope import CUT_OFF
from pipeline.ingest.contract import Failed, Health, Known, Taken
from pipeline.ingest.tcp import Committed, Dispatch, Received, TcpConnector, TcpCursor, TcpFeed, Wanted
from pipeline.ingest.tcp_cutter import NO_BEGINNING, NO_END, Cut
from pipeline.rule_files import parse_rules
from pipeline.runtime.ingest import tcp, tcp_waiting
from pipeline.runtime.ingest.causes import HUNG_UP
from pipeline.runtime.ingest.driver import Surroundings
from pipeline.runtime.ingest.tcp import CONNECTIONS_MAX, TcpDriver
from pipeline.runtime.secrets import Secrets
from tests.services import Certificates, certificates
from tests.waiting import SECONDS, eventually_async

TELEGRAM = b"\x01hbt%04d 4 wi 9\r\n\x02Ferry late =\r\n\r\nLate.\r\n\x03120541 Jan 22\r\n\x04"
Step = Taken[TcpCursor, Wanted, Committed]


def feed(text: str = "") -> TcpFeed:
    """The settings, as feeds.yaml has them."""
    return parse_rules(TcpFeed, text or "tcp: 127.0.0.1:7901", "feeds.yaml")


def step(cursor: TcpCursor, answer: Received | Failed, settings: str = "") -> Step:
    return TcpConnector(feed(settings)).take(Known(cursor, {}), Wanted(), answer, 0)


DISPATCHES = tuple(Dispatch(number, "127.0.0.1", Cut(b"%d" % number), number) for number in range(1, 6))


@pytest.mark.parametrize("crash_after", range(6))
def test_an_answer_that_comes_again(crash_after: int) -> None:
    """A commit whose outcome the driver did not learn doubles nothing, wherever in the queue that was."""
    first = step(TcpCursor(), Received(7, DISPATCHES[:crash_after]))
    assert [one.value for one in first.payloads] == [b"%d" % n for n in range(1, crash_after + 1)]
    again = step(first.cursor or TcpCursor(), Received(7, DISPATCHES))
    assert [one.value for one in again.payloads] == [b"%d" % n for n in range(crash_after + 1, 6)]
    assert again.after == (Committed(5),)
    third = step(again.cursor or first.cursor or TcpCursor(), Received(7, DISPATCHES))
    assert (third.payloads, third.cursor, third.after) == ((), None, (Committed(5),))
    assert (
        len(step(TcpCursor(7, 5), Received(8, DISPATCHES)).payloads) == 5
    )  # another process counts from one again


def test_parts() -> None:
    """A part says what it is; text outside of telegrams is kept, or told of."""
    parts = tuple(Dispatch(n, "192.0.2.7", Cut(b"Ferry", why), 9) for n, why in ((1, NO_END), (2, NO_BEGINNING)))
    kept = step(TcpCursor(), Received(7, parts))
    assert [one.headers for one in kept.payloads] == [
        ((CUT_OFF, NO_END.encode()),),
        ((CUT_OFF, NO_BEGINNING.encode()),),
    ]
    assert all("192.0.2.7: 5 bytes, only a part" in warning for warning in kept.warnings)
    told = step(TcpCursor(), Received(7, parts), "{tcp: 127.0.0.1:7901, unmarked: tell}")
    assert len(told.payloads) == 1
    assert "not kept" in told.warnings[1]
    assert told.after == (Committed(2),)
    assert len(step(TcpCursor(), Received(7, parts[:1] * 50)).warnings) == 6


WRONG = [
    ("tcp: 0.0.0.0:7901", "peers"),
    ("{tcp: 0.0.0.0:7901, peers: [everybody]}", "'everybody' is no address"),
    ("tcp: 7901", "write host:port"),
    ("{tcp: 192.0.2.1:7901, connect: true, peers: [192.0.2.1]}", "leave them out"),
    ("{tcp: 127.0.0.1:7901, framing: words}", "'telegraph', 'lines' or 'gap'"),
    ("{tcp: 127.0.0.1:7901, gap: 1ms}", "no duration"),
    ("{tcp: 127.0.0.1:7901, ack: true}", "ack"),
    ("{tcp: 127.0.0.1:7901, tls: true}", "needs certificate and key"),
    ("{tcp: 127.0.0.1:7901, tls: true, certificate: /c.pem}", "both certificate and key"),
    ("{tcp: 127.0.0.1:7901, tls: true, certificate: /c.pem, key: hunter2}", "may be a secret"),
    ("{tcp: 127.0.0.1:7901, ca: /c.pem}", "write tls: true"),
    ("{tcp: 127.0.0.1:7901, tls: true, ca: c.pem}", "'c.pem' is no whole path; write it from the root"),
    ("{tcp: 0.0.0.0:7901, peers: 192.0.2.7}", "peers: write a list, as"),
    ("{tcp: 0.0.0.0:7901, tls: true, certificate: /c.pem, key: env:K}", "peers"),
]


@pytest.mark.parametrize(("text", "named"), WRONG)
def test_wrong_settings(text: str, named: str) -> None:
    """What is wrong is named; nobody but this machine may send unless it is said who."""
    with pytest.raises(ValueError, match=named):
        feed(text)
    assert feed("{tcp: 0.0.0.0:7901, peers: [192.0.2.0/24]}").peers == ("192.0.2.0/24",)
    assert feed("{tcp: wire.agency.example:7901, connect: true}").connect
    assert feed("{tcp: 0.0.0.0:7901, tls: true, certificate: /c.pem, key: env:K, ca: /ca.pem}").tls


class Wire:
    """A driver, what it was asked, and connections to it."""

    def __init__(self, settings: str, secrets: dict[str, str] | None = None) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.feed = feed(settings.replace("PORT", str(self.port)))
        self.woken = 0
        self.driver = TcpDriver(self.feed, Surroundings("ticker", Secrets(secrets or {}), self._wake))
        self.cursor = TcpCursor()
        self.taken: list[tuple[bytes, str]] = []
        self.warnings: list[str] = []

    def _wake(self) -> None:
        self.woken += 1

    async def turn(self, *, commits: bool = True) -> Step:
        """One step, as the shell takes it."""
        answer = await self.driver.answer(Wanted())
        taken = TcpConnector(self.feed).take(Known(self.cursor, {}), Wanted(), answer, 0)
        self.warnings += taken.warnings
        if commits:
            self.taken += [(one.value, dict(one.headers).get(CUT_OFF, b"").decode()) for one in taken.payloads]
            self.cursor = taken.cursor or self.cursor
            if taken.after:
                await self.driver.done(taken.after)
        return taken

    async def until(self, look: Callable[[], Any]) -> None:
        """Steps until it is so."""

        async def one() -> Any:
            await self.turn()
            return look()

        await eventually_async(one, every=0.01)

    async def connect(self, tls: ssl.SSLContext | None = None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        await self.turn()
        return await asyncio.open_connection("127.0.0.1", self.port, ssl=tls)


def over(act: Callable[[Wire], Awaitable[None]], settings: str = "tcp: 127.0.0.1:PORT", **secrets: str) -> None:
    """Run it with a driver, which is closed in the end."""

    async def run() -> None:
        wire = Wire(settings, {f"env:{name}": text for name, text in secrets.items()})
        try:
            await act(wire)
        finally:
            await wire.driver.close()

    asyncio.run(run())


def test_several_connections() -> None:
    """Each connection is cut by itself, and the order of each is kept; one that is open says so."""

    async def act(wire: Wire) -> None:
        one, other = (await wire.connect())[1], (await wire.connect())[1]
        await wire.until(lambda: len(wire.driver._connections) == 2)
        assert (await wire.turn()).detail == "connected: 127.0.0.1, 127.0.0.1"
        for number in range(100):
            for writer, first in ((one, 0), (other, 1000)):
                text = TELEGRAM % (first + number)
                writer.write(text[:20])
                await writer.drain()
                writer.write(text[20:])
        await wire.until(lambda: len(wire.taken) == 200)
        for first in (0, 1000):
            mine = [TELEGRAM % (first + number) for number in range(100)]
            assert [value for value, _ in wire.taken if value in mine] == mine
        assert not any(fault for _, fault in wire.taken)
        one.close()
        other.close()

    over(act)


ENDS: list[tuple[str, Callable[[asyncio.StreamWriter], Any], str]] = [
    ("closed", lambda writer: writer.close(), NO_END),
    ("lost", lambda writer: writer.transport.abort(), NO_END),
    ("silent", lambda writer: None, NO_END),
]


@pytest.mark.parametrize(("how", "end", "fault"), ENDS, ids=[row[0] for row in ENDS])
def test_cut_off(how: str, end: Callable[[asyncio.StreamWriter], Any], fault: str) -> None:
    """Whatever ends a connection within a dispatch, what came of it is kept and says that it is a part."""

    async def act(wire: Wire) -> None:
        _, writer = await wire.connect()
        writer.write(TELEGRAM % 1 + (TELEGRAM % 2)[:30])
        await writer.drain()
        await wire.until(lambda: wire.taken)
        end(writer)
        await wire.until(lambda: len(wire.taken) == 2)
        assert wire.taken == [(TELEGRAM % 1, ""), ((TELEGRAM % 2)[:30], fault)]
        assert any("only a part" in warning for warning in wire.warnings)
        await wire.until(lambda: not wire.driver._connections)
        writer.close()

    over(act, "{tcp: 127.0.0.1:PORT, gap: 1s, patience: 1s}")


def test_a_pause() -> None:
    """Where pauses end dispatches, one pause does."""

    async def act(wire: Wire) -> None:
        _, writer = await wire.connect()
        writer.write(b"Ferry late\n")
        await wire.until(lambda: wire.taken)
        assert wire.taken == [(b"Ferry late\n", "")]
        writer.close()

    over(act, "{tcp: 127.0.0.1:PORT, framing: gap, gap: 1s}")


def test_nothing_is_read_while_much_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """While Kafka is away a sender is held up, and what was read stays; then all of it comes, in order."""
    monkeypatch.setattr(tcp_waiting, "WAITING_BYTES_MAX", 20_000)
    telegrams = [TELEGRAM % number + b"\0" * 200 for number in range(20_000)]

    async def act(wire: Wire) -> None:
        _, writer = await wire.connect()
        sending = asyncio.create_task(_send(writer, telegrams))

        async def held() -> int:
            await wire.turn(commits=False)
            return sum(len(dispatch.cut.value) for dispatch, _ in wire.driver._waiting._queue)

        async def is_full() -> bool:
            return await held() >= 20_000

        await eventually_async(is_full, every=0.001)
        for _ in range(100):
            assert await held() < 20_000 + 65_536
            await asyncio.sleep(0.001)
        assert not sending.done()
        await wire.until(lambda: len(wire.taken) == 20_000)
        assert [value for value, _ in wire.taken] == [one.rstrip(b"\0") for one in telegrams]
        await sending
        writer.close()

    over(act)


async def _send(writer: asyncio.StreamWriter, telegrams: list[bytes]) -> None:
    for telegram in telegrams:
        writer.write(telegram)
        await writer.drain()


def test_who_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger is hung up on, and so is a connection too many; a warning says why."""

    async def stranger(wire: Wire) -> None:
        reader, writer = await wire.connect()
        assert await reader.read() == b""
        writer.close()
        await wire.until(lambda: any("127.0.0.1: may not connect" in one for one in wire.warnings))

    over(stranger, "{tcp: 127.0.0.1:PORT, peers: [192.0.2.7]}")

    async def crowd(wire: Wire) -> None:
        writers = [(await wire.connect())[1] for _ in range(CONNECTIONS_MAX)]
        await wire.until(lambda: len(wire.driver._connections) == CONNECTIONS_MAX)
        reader, extra = await wire.connect()
        assert await reader.read() == b""
        extra.close()
        await wire.until(lambda: any("a connection too many" in one for one in wire.warnings))
        for writer in writers:
            writer.close()

    over(crowd)


def test_acknowledged_when_committed() -> None:
    """ACK comes when Kafka has the dispatch, not before, and for each once."""

    async def act(wire: Wire) -> None:
        reader, writer = await wire.connect()
        writer.write(TELEGRAM % 1 + TELEGRAM % 2)
        await eventually_async(lambda: asyncio.sleep(0, len(wire.driver._waiting._queue) == 2), every=0.01)
        await wire.turn(commits=False)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(10), 0.05)
        await wire.turn()
        assert await reader.readexactly(2) == b"\x06\x06"
        writer.close()

    over(act, "{tcp: 127.0.0.1:PORT, acknowledge: true}")


def test_connecting_out() -> None:
    """It connects to the other side, says why it cannot, and connects again when that hangs up."""

    async def act(wire: Wire) -> None:
        async def unreachable() -> bool:
            answer = await wire.driver.answer(Wanted())
            return isinstance(answer, Failed) and answer.health is Health.UNREACHABLE

        await eventually_async(unreachable, every=0.01)
        count = iter(range(100))

        async def agency(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(TELEGRAM % next(count))
            writer.close()

        async with await asyncio.start_server(agency, "127.0.0.1", wire.port):
            await wire.until(lambda: len(wire.taken) >= 2)
        assert wire.taken[:2] == [(TELEGRAM % 0, ""), (TELEGRAM % 1, "")]

    over(act, "{tcp: 127.0.0.1:PORT, connect: true}")


@pytest.mark.parametrize("says", [b"", TELEGRAM % 1])
def test_who_hangs_up_at_once(says: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that says nothing is called less and less often, and is told of; one that brings dispatches, as ever."""
    monkeypatch.setattr(tcp, "AGAIN_SECONDS", 0.02)
    monkeypatch.setattr(tcp, "AGAIN_SECONDS_MAX", 1.28)
    calls = 0

    async def act(wire: Wire) -> None:
        async def agency(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal calls
            calls += 1
            writer.write(says)
            writer.close()

        async with await asyncio.start_server(agency, "127.0.0.1", wire.port):
            began = time.monotonic()
            while (seconds := time.monotonic() - began) < 2:
                await wire.turn()
                await asyncio.sleep(0.05)
            answer = await wire.driver.answer(Wanted())
        if says:
            assert calls > 8
        else:
            assert isinstance(answer, Failed)
            assert (answer.health, HUNG_UP in answer.detail) == (Health.UNREACHABLE, True)
            assert 2 < calls <= 8 + seconds / tcp.AGAIN_SECONDS_MAX

    over(act, "{tcp: 127.0.0.1:PORT, connect: true}")


@pytest.mark.parametrize("ticks", range(12))
def test_a_dispatch_that_comes_while_it_is_closed(ticks: int) -> None:
    """It ends, whatever comes in that moment: with a stop that is lost there it would call for ever."""

    async def act(wire: Wire) -> None:
        agency: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()

        async def called(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await agency.put(writer)

        async with await asyncio.start_server(called, "127.0.0.1", wire.port):
            await wire.turn()
            writer = await agency.get()
            await wire.until(lambda: wire.driver._connections)
            writer.write(b"Ferry late")
            writer.close()
            for _ in range(ticks):
                await asyncio.sleep(0)
            async with asyncio.timeout(SECONDS):
                await wire.driver.close()

    over(act, "{tcp: 127.0.0.1:PORT, connect: true}")


@pytest.mark.parametrize("is_idle_line", [True, False])
def test_who_hangs_up_when_nothing_came(is_idle_line: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that ends quiet lines after a while is called back soon, every time; twin: before that while."""
    monkeypatch.setattr(tcp, "AGAIN_SECONDS", 0.02)
    monkeypatch.setattr(tcp, "AT_ONCE_SECONDS", 0.05 if is_idle_line else 60.0)
    calls = ended = 0

    async def act(wire: Wire) -> None:
        async def agency(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal calls, ended
            calls += 1
            await asyncio.sleep(0.1)
            writer.close()
            ended += 1

        async def is_troubled() -> bool:
            return isinstance(await wire.driver.answer(Wanted()), Failed)

        async def are_ended() -> bool:
            return ended == calls

        async with await asyncio.start_server(agency, "127.0.0.1", wire.port):
            await wire.until(lambda: ended >= (12 if is_idle_line else 3))  # the pause would be 80 s by then
            if is_idle_line:
                assert isinstance(await wire.driver.answer(Wanted()), Received)
            else:
                await eventually_async(is_troubled)
            await wire.driver.close()
            await eventually_async(are_ended)

    over(act, "{tcp: 127.0.0.1:PORT, connect: true}")


def test_who_reads_no_acknowledgements(monkeypatch: pytest.MonkeyPatch) -> None:
    """When it ends its connection, what it did not read keeps that connection for a stated time only."""
    monkeypatch.setattr(tcp, "CLOSE_SECONDS", 0.3)
    monkeypatch.setattr(tcp_waiting, "ACK", b"\x06" * 8_388_608)

    async def act(wire: Wire) -> None:
        _, writer = await wire.connect()
        writer.write(TELEGRAM % 1)
        await wire.until(lambda: wire.taken)
        writer.write_eof()
        await wire.until(lambda: not wire.driver._connections)
        assert (await wire.turn()).detail == "nobody is connected"
        writer.close()

    over(act, "{tcp: 127.0.0.1:PORT, acknowledge: true}")


def test_an_address_that_is_taken() -> None:
    """Where something else listens, the feed says so and tries again."""

    async def act(wire: Wire) -> None:
        with socket.create_server(("127.0.0.1", wire.port)):
            taken = await wire.turn()
            assert (taken.health, taken.again_ms) == (Health.BROKEN, 5_000)
            assert "cannot listen" in taken.detail
        _, writer = await wire.connect()
        writer.close()

    over(act)


@pytest.fixture
def made(tmp_path: Path) -> Certificates:
    """Certificates of this machine and of a client."""
    return certificates(tmp_path)


def client_of(made: Certificates, *, shows: bool) -> ssl.SSLContext:
    """What a sender wants of TLS; whether it shows its certificate."""
    context = ssl.create_default_context(cafile=str(made.ca))
    if shows:
        context.load_cert_chain(made.client)
    return context


LISTENING = "{{tcp: 127.0.0.1:PORT, tls: true, certificate: {}, key: '{}'{}}}"


@pytest.mark.parametrize("is_file", [True, False])
def test_listening_with_tls(made: Certificates, is_file: bool) -> None:
    """Who speaks TLS is heard, and acknowledged; who does not is hung up on, with a warning; a key may be in a
    variable.
    """

    async def act(wire: Wire) -> None:
        _, plain = await wire.connect()
        plain.write(TELEGRAM % 0)
        await wire.until(lambda: any("127.0.0.1: no agreement on TLS" in one for one in wire.warnings))
        plain.close()
        _, writer = await wire.connect(client_of(made, shows=False))
        writer.write(TELEGRAM % 1)
        await wire.until(lambda: wire.taken)
        assert wire.taken == [(TELEGRAM % 1, "")]
        writer.close()

    key = f"file:{made.key}" if is_file else "env:KEY"
    over(act, LISTENING.format(made.certificate, key, ""), KEY=made.key.read_text())


def test_who_shows_no_certificate(made: Certificates) -> None:
    """With `ca` a sender needs a certificate of that authority: without one, nothing that it sends counts."""

    async def act(wire: Wire) -> None:
        _, stranger = await wire.connect(client_of(made, shows=False))
        stranger.write(TELEGRAM % 0)
        await wire.until(lambda: any("no agreement on TLS" in one for one in wire.warnings))
        stranger.transport.abort()
        _, writer = await wire.connect(client_of(made, shows=True))
        writer.write(TELEGRAM % 1)
        await wire.until(lambda: wire.taken)
        assert wire.taken == [(TELEGRAM % 1, "")]
        writer.close()

    over(act, LISTENING.format(made.certificate, f"file:{made.key}", f", ca: {made.ca}"))


def test_connecting_out_with_tls(made: Certificates) -> None:
    """The agency's certificate has to be good, and ours is shown; a wrong authority is told."""

    async def act(wire: Wire) -> None:
        is_known = wire.feed.ca is not None

        async def agency(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(TELEGRAM % 1)
            writer.close()

        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(made.ca))
        context.load_cert_chain(made.certificate, made.key)
        context.verify_mode = ssl.CERT_REQUIRED
        async with await asyncio.start_server(agency, "127.0.0.1", wire.port, ssl=context):
            if is_known:
                await wire.until(lambda: wire.taken)
                return

            async def is_told() -> bool:
                answer = await wire.driver.answer(Wanted())
                return isinstance(answer, Failed) and "its certificate is not accepted" in answer.detail

            await eventually_async(is_told, every=0.01)
            assert not wire.taken

    settings = (
        f"{{tcp: 127.0.0.1:PORT, connect: true, tls: true, certificate: {made.client}, key: file:{made.client}"
    )
    over(act, f"{settings}, ca: {made.ca}}}")
    over(act, f"{settings}}}")


UNUSABLE = [
    ("no certificate", "cannot be used"),
    ("another", "key values mismatch"),
    ("sealed", "has a passphrase"),
]


@pytest.mark.parametrize(("what", "why"), UNUSABLE)
def test_a_certificate_that_cannot_be_used(made: Certificates, tmp_path: Path, what: str, why: str) -> None:
    """It is told, nothing listens, and nobody is asked for a passphrase at a terminal."""
    if what == "no certificate":
        made.certificate.write_text("nothing")
    elif what == "another":
        other = tmp_path / "other"
        other.mkdir()
        made.key.write_bytes(certificates(other).key.read_bytes())
    else:
        key = load_pem_private_key(made.key.read_bytes(), None)
        sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open"))
        made.key.write_bytes(sealed)

    async def act(wire: Wire) -> None:
        answer = await wire.driver.answer(Wanted())
        assert isinstance(answer, Failed)
        assert (answer.health, why in answer.detail) == (Health.BROKEN, True), answer.detail

    over(act, LISTENING.format(made.certificate, f"file:{made.key}", ""))
