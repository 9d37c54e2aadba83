"""A mailbox is read message by message, each once, whatever dies, moves or is renumbered in between."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_life import Crash, Died, Life

from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.contract import Health, Known
from pipeline.ingest.imap import ImapConnector
from pipeline.ingest.imap_address import encoded_folder
from pipeline.ingest.imap_feed import ImapCursor, ImapFeed, Mail, Mails, Put, Read
from pipeline.rule_files import parse_rules
from pipeline.runtime.ingest import imap_session, tokens
from pipeline.runtime.ingest.driver import Surroundings
from pipeline.runtime.ingest.imap import ImapDriver
from pipeline.runtime.ingest.imap_idle import IDLE_SECONDS, Idle
from pipeline.runtime.ingest.tokens import NoToken, read_token
from pipeline.runtime.secrets import Secrets
from tests.examples import examples
from tests.imap_server import PASSWORD, USER, Mailbox, serving_mail
from tests.waiting import SECONDS, eventually_async

SECRETS = Secrets({"env:USER_": USER, "env:PASSWORD": PASSWORD, "env:OTHER": "guess"})
RECEIVED_MS = 1_641_980_220_000  # tests.imap_server.DATE


def mail(number: int, more: str = "") -> bytes:
    """A message; its number is in all of its parts."""
    head = f"From: desk@agency.example\r\nMessage-ID: <{number}@agency.example>\r\nSubject: Ferry {number}{more}"
    return f"{head}\r\n\r\nThe ferry came {number} hours late.\r\n".encode()


def feed(port: int, more: str = "") -> ImapFeed:
    address = f"imap: 'imap://127.0.0.1:{port}', user: env:USER_, password: env:PASSWORD"
    return parse_rules(ImapFeed, f"{{{address}, {more}}}", "feeds.yaml")


def over(box: Mailbox, act: Callable[[Life], Awaitable[None]], more: str = "") -> None:
    """A feed of the mailbox, alive for as long as it takes."""

    async def run(port: int) -> None:
        found = feed(port, more)
        life = Life(ImapConnector(found), lambda: ImapDriver(found, Surroundings("desk", SECRETS)))
        try:
            await act(life)
        finally:
            await life.driver.close()

    with serving_mail(box) as port:
        asyncio.run(run(port))


@pytest.mark.parametrize(("validity", "taken"), [(6, []), (7, [mail(1)]), (8, [])])
def test_renumbered_between_list_and_read(validity: int, taken: list[bytes]) -> None:
    """Messages of other UIDs than were asked for are not taken, whichever way the number went; it looks again."""
    known = Known(ImapCursor(validity=7), {})
    found = ImapConnector(feed(143)).take(known, Read(7, (1,)), Mails(validity, (Mail(1, mail(1)),)), RECEIVED_MS)
    assert [one.value for one in found.payloads] == taken
    assert (found.cursor is None, found.again_ms is None) == (not taken, bool(taken))


def test_each_once_and_whole() -> None:
    """The bytes of each message, in the order of their arrival, with the time of the server; the next look only has
    what came since.
    """
    box = Mailbox()
    box.put(*map(mail, range(1200)))

    async def act(life: Life) -> None:
        assert await life.turn() == life.now_ms + 20_000
        assert life.values == [mail(number) for number in range(1200)]
        assert life.payloads[0].received_ms == RECEIVED_MS
        assert dict(life.payloads[0].headers) == {"content-type": b"message/rfc822", "format": b"e-mail"}
        assert (life.payloads[0].name, life.health) == ("INBOX 1", Health.OK)
        box.put(mail(1200))
        await life.turn()
        assert life.values[1200:] == [mail(1200)]
        await life.turn()
        assert len(life.values) == 1201
        assert not any(line.startswith(("SELECT", "UID STORE")) for line in box.log)  # it changes nothing

    over(box, act)


IDLES = "IMAP4rev1 AUTH=PLAIN MOVE UIDPLUS IDLE"


def idling(box: Mailbox, act: Callable[[Life, asyncio.Event], Awaitable[None]], more: str = "") -> None:
    """A feed of a server that tells of new messages, and whether it was woken."""

    async def run(port: int) -> None:
        found, woken = feed(port, more), asyncio.Event()
        around = Surroundings("desk", SECRETS, woken.set)
        life = Life(ImapConnector(found), lambda: ImapDriver(found, around))
        try:
            await act(life, woken)
        finally:
            await life.driver.close()

    with serving_mail(box) as port:
        asyncio.run(asyncio.wait_for(run(port), SECONDS))


def test_a_server_that_tells() -> None:
    """The feed is woken by a new message, has it at the next look, and is looked at seldom beside that."""
    box = Mailbox(capabilities=IDLES)
    box.put(mail(0))

    async def act(life: Life, woken: asyncio.Event) -> None:
        for number in range(3):
            assert await life.turn() == life.now_ms + 120_000
            assert life.values == [mail(each) for each in range(number + 1)]
            await eventually_async(is_idle(box))
            assert not woken.is_set()
            box.put(mail(number + 1))
            await woken.wait()
            woken.clear()
        assert box.idling == 0

    idling(box, act)


def test_what_is_moved_ends_the_wait() -> None:
    """The connection is free for what follows a commit, and for a look before the server has said anything."""
    box = Mailbox(capabilities=IDLES)

    async def act(life: Life, woken: asyncio.Event) -> None:
        for number in range(3):
            await life.turn()
            await eventually_async(is_idle(box))
            box.put(mail(number))
            await life.turn()
        assert life.values == [mail(number) for number in range(3)]
        assert box.values("Taken") == life.values
        assert await life.driver.done((Put(box.validity, (1,)),)) == []

    idling(box, act, "after: move, move_to: Taken")


def is_idle(box: Mailbox) -> Callable[[], Awaitable[bool]]:
    async def found() -> bool:
        return box.idling == 1

    return found


def test_a_server_that_hangs_up_while_it_is_waited_for() -> None:
    """The feed looks when it would without IDLE, over another connection."""
    box = Mailbox(capabilities=IDLES)

    async def act(life: Life, woken: asyncio.Event) -> None:
        await life.turn()
        await eventually_async(is_idle(box))
        assert isinstance(life.driver, ImapDriver)
        life.driver._every_seconds = 0.5
        life.driver._abort()  # as if the line were cut
        await woken.wait()
        box.put(mail(1))
        await life.turn()
        assert (life.health, life.values) == (Health.OK, [mail(1)])

    idling(box, act)


SAID = [
    "* OK still here",
    "* 1 EXPUNGE",
    "* 1 FETCH (FLAGS (\\Seen))",
    "no line of IMAP",
    "* 7 EXISTS\r\n* 7 RECENT",
]


@pytest.mark.parametrize("line", SAID)
def test_whatever_a_server_says_is_a_hint(line: str) -> None:
    """The feed looks, finds nothing, and waits again over the same connection."""
    box = Mailbox(capabilities=IDLES)

    async def act(life: Life, woken: asyncio.Event) -> None:
        for _ in range(2):
            await life.turn()
            await eventually_async(is_idle(box))
            box.says.append(line)
            await woken.wait()
            woken.clear()
        assert (life.health, life.values, box.log.count("AUTHENTICATE")) == (Health.OK, [], 1)

    idling(box, act)


def test_a_server_that_only_says_that_it_tells() -> None:
    """It refuses IDLE: the feed looks as often as at any other, and does not ask for it again."""
    box = Mailbox(capabilities=IDLES, answers={"IDLE": "BAD what is IDLE"})

    async def act(life: Life, woken: asyncio.Event) -> None:
        for _ in range(2):
            assert await life.turn() == life.now_ms + 20_000
        assert box.log.count("IDLE") == 1

    idling(box, act)


def test_a_message_that_came_during_the_look() -> None:
    """A server tells of it once: if that was in the look, nothing is waited for, and the next look is as ever."""
    box = Mailbox(capabilities=IDLES)

    async def act(life: Life, woken: asyncio.Event) -> None:
        box.during_search = "* 5 EXISTS"
        assert await life.turn() == life.now_ms + 20_000
        assert box.log.count("IDLE") == 0

    idling(box, act)


def test_the_end_of_a_wait_that_has_not_begun() -> None:
    """A wait that is ended before it begins ends at once; so does one whose time is over."""

    def answer(server: socket.socket, heard: list[bytes]) -> None:
        server.sendall(b"+ idling\r\n")
        with server.makefile("rb") as lines:
            heard += [lines.readline(), lines.readline()]
        server.sendall(b"idle OK\r\n")

    for is_ended, seconds in ((True, SECONDS), (False, 0.01)):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            heard: list[bytes] = []
            server = threading.Thread(target=answer, args=(theirs, heard))
            server.start()
            idle = Idle()
            if is_ended:
                idle.end()
            assert not idle.wait(ours, seconds)
            server.join()
            assert heard == [b"idle IDLE\r\n", b"DONE\r\n"]
            idle.end()  # nobody waits any more
    assert IDLE_SECONDS < 29 * 60


AFTER = [("after: seen", ["seen"]), ("after: move, move_to: Taken", ["moved"]), ("after: keep", [])]


@settings(max_examples=examples(40), deadline=None)
@given(
    crashes=st.lists(st.tuples(st.sampled_from(Crash), st.integers(0, 4)), max_size=4),
    arrivals=st.lists(st.integers(0, 3), min_size=1, max_size=5),
    after=st.sampled_from(AFTER),
    renumbered=st.sets(st.integers(0, 4)),
    without=st.sampled_from(["", "MOVE", "UIDPLUS", "AUTH=PLAIN", "IDLE"]),
)
def test_any_life(
    crashes: list[tuple[Crash, int]],
    arrivals: list[int],
    after: tuple[str, list[str]],
    renumbered: set[int],
    without: str,
) -> None:
    """Crashes at any step, messages at any time, folders that are renumbered: each message once, in order."""
    box = Mailbox(capabilities=IDLES)
    box.capabilities = " ".join(word for word in box.capabilities.split() if word != without)
    sent: list[bytes] = []

    async def act(life: Life) -> None:
        crash_at = dict(enumerate(crashes))
        for number, count in enumerate(arrivals):
            new = [mail(len(sent) + each) for each in range(count)]
            sent.extend(new)
            box.put(*new)
            if number in renumbered:
                box.renumber()
            with suppress(Died):
                await life.turn(*crash_at.get(number, (None, 0)))
        await life.turn()
        await life.turn()
        assert life.values == sent
        stays = [] if after[1] == ["moved"] and not {"MOVE", "UIDPLUS"} <= {without} else sent
        if after[1] == ["moved"]:
            assert sorted(set(box.values("Taken"))) == sorted(sent)
        elif stays:
            assert box.values() == sent
            flags = [r"\Seen" in stored.flags for stored in box.folders["INBOX"].values()]
            assert flags == [after[1] == ["seen"]] * len(sent)

    over(box, act, after[0])


def test_put_back_or_sent_again() -> None:
    """A message that somebody moves back into the folder is known; one with the same id and other words is new."""
    box = Mailbox()
    box.put(mail(1))

    async def act(life: Life) -> None:
        await life.turn()
        box.put(box.values("Taken")[0], mail(1).replace(b"late", b"early"))
        await life.turn()
        assert life.values == [mail(1), mail(1).replace(b"late", b"early")]
        assert box.values() == []

    over(box, act, "after: move, move_to: Taken")


def test_begin_new() -> None:
    """A feed may leave alone what was there before it, also when all of that gets new UIDs."""
    box = Mailbox()
    box.put(mail(1), mail(2))

    async def act(life: Life) -> None:
        await life.turn()
        assert life.values == []
        box.put(mail(3))
        await life.turn()
        assert life.values == [mail(3)]
        box.renumber()
        await life.turn()
        await life.turn()
        assert life.values == [mail(3)]
        assert box.values() == [mail(1), mail(2)]
        assert any("new UIDs" in warning for warning in life.warnings)

    over(box, act, "begin: new, after: move, move_to: Taken")


def test_uids_far_apart() -> None:
    """An old folder has great gaps between its UIDs: a look covers so many, and the next one goes on."""
    box = Mailbox()
    for first in (1, 60_000, 1_000_000):
        box.next_uids["INBOX"] = first
        box.put(mail(first))

    async def act(life: Life) -> None:
        await life.turn()
        assert life.values == [mail(1), mail(60_000), mail(1_000_000)]

    over(box, act)


def test_too_large() -> None:
    """A message beyond the limit is never read, is told of, stays where it is, and keeps none behind it back."""
    box = Mailbox()
    box.put(mail(1), mail(2) + b"x" * PAYLOAD_BYTES_MAX, mail(3))

    async def act(life: Life) -> None:
        await life.turn()
        assert life.values == [mail(1), mail(3)]
        await life.turn()
        assert [warning for warning in life.warnings if "larger than a payload may be: UID 2" in warning]
        assert [len(value) for value in box.values()] == [len(mail(2)) + PAYLOAD_BYTES_MAX]

    over(box, act, "after: move, move_to: Taken")


def test_a_server_that_lies_about_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than was announced is not read."""
    monkeypatch.setattr(imap_session, "LITERAL_BYTES_MAX", 100)
    box = Mailbox()
    box.put(mail(1))

    async def act(life: Life) -> None:
        await life.turn()
        assert (life.health, life.values) == (Health.UNREACHABLE, [])
        assert "announces a text of" in life.detail

    over(box, act)


@pytest.mark.parametrize("command", ["EXAMINE", "UID SEARCH", "UID FETCH", "AUTHENTICATE", "CAPABILITY"])
def test_connection_lost(command: str) -> None:
    """Wherever a session ends, the next one goes on; a session that was quiet is made anew without a word."""
    box = Mailbox()
    box.put(mail(1))

    async def act(life: Life) -> None:
        box.hangs_up_at = command
        await life.turn()
        await life.turn()
        assert (life.values, life.health) == ([mail(1)], Health.OK)
        box.put(mail(2))
        box.hangs_up_at = command if command.startswith(("EX", "UID")) else "EXAMINE"
        await life.turn()
        assert (life.values, life.health) == ([mail(1), mail(2)], Health.OK)

    over(box, act)


REFUSALS = [
    ({"AUTHENTICATE": "NO [AUTHENTICATIONFAILED] not you"}, "", Health.REFUSED, "not you"),
    ({}, "folder: Wire", Health.GONE, "there is no such folder"),
    ({"UID SEARCH": "NO overloaded"}, "", Health.FAILING, "overloaded"),
    ({"EXAMINE": "BAD what"}, "", Health.FAILING, "what"),
]


@pytest.mark.parametrize(("answers", "more", "health", "why"), REFUSALS)
def test_refusals(answers: dict[str, str], more: str, health: Health, why: str) -> None:
    """What the server refuses is told as what it is, and no secret with it."""
    box = Mailbox(answers=answers)
    box.put(mail(1))

    async def act(life: Life) -> None:
        assert await life.turn() == life.now_ms + 20_000
        assert (life.health, life.values) == (health, [])
        assert why in life.detail
        assert PASSWORD not in life.detail

    over(box, act, more)


def test_nobody_there() -> None:
    """Without a server the feed is unreachable, and tries again."""

    async def act(life: Life) -> None:
        assert isinstance(life.driver, ImapDriver)
        life.driver._login = life.driver._login._replace(address="imap://127.0.0.1:1")
        await life.turn()
        assert life.health is Health.UNREACHABLE

    over(Mailbox(), act)


def test_a_folder_that_cannot_take(caplog: pytest.LogCaptureFixture) -> None:
    """If messages cannot be moved they are taken once all the same, and each attempt says why they stay."""
    box = Mailbox()
    box.put(mail(1))

    async def act(life: Life) -> None:
        await life.turn()
        await life.turn()
        assert life.values == [mail(1)]
        assert "MOVE was refused: [TRYCREATE] there is no such folder ." in life.warnings
        box.folders["Wire/Tägen"] = {}
        box.folders[encoded_folder("Wire/Tägen")[1:-1]] = {}
        await life.turn()
        assert box.values() == []

    over(box, act, "after: move, move_to: Wire/Tägen")


def test_certificates(tmp_path: Path) -> None:
    """The line is encrypted, and a certificate that nobody vouches for is not accepted."""
    context, known = tls(tmp_path)
    box = Mailbox()
    box.put(mail(1))

    async def turn(port: int, more: str) -> Life:
        address = f"imap: 'imaps://127.0.0.1:{port}', user: env:USER_, password: env:PASSWORD"
        found = parse_rules(ImapFeed, f"{{{address}{more}}}", "feeds.yaml")
        life = Life(ImapConnector(found), lambda: ImapDriver(found, Surroundings("desk", SECRETS)))
        await life.turn()
        await life.driver.close()
        return life

    with serving_mail(box, context) as port:
        stranger = asyncio.run(turn(port, ""))
        assert (stranger.health, stranger.values) == (Health.UNREACHABLE, [])
        assert "certificate" in stranger.detail
        assert asyncio.run(turn(port, f", ca: {known}")).values == [mail(1)]


AUTHORITIES = [("none", "no such file"), ("empty", "no certificate"), ("folder", "directory")]


@pytest.mark.parametrize(("name", "why"), AUTHORITIES)
def test_an_authority_that_cannot_be_read(tmp_path: Path, name: str, why: str) -> None:
    """Its file is named, so that nobody looks for the fault at the server."""
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "folder").mkdir()

    async def act(life: Life) -> None:
        await life.turn()
        assert life.health is Health.BROKEN
        assert life.detail.startswith(f"ca {tmp_path / name} cannot be used: ")
        assert why in life.detail.lower()

    over(Mailbox(), act, f"ca: {tmp_path / name}")


def tls(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context, and the authority of its certificate."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    return context, folder / "ca.pem"


def test_starttls(tmp_path: Path) -> None:
    """The connection is encrypted before anybody logs in, and a certificate that nobody knows is not accepted."""
    context, known = tls(tmp_path)
    box = Mailbox(capabilities="IMAP4rev1 AUTH=PLAIN STARTTLS")
    box.put(mail(1))

    def turn(port: int, more: str) -> Life:
        return asyncio.run(one_turn(feed(port, f"starttls: true{more}")))

    with serving_mail(box, starttls=context) as port:
        stranger = turn(port, "")
        assert (stranger.health, "certificate" in stranger.detail) == (Health.UNREACHABLE, True)
        assert not {"AUTHENTICATE", "LOGIN"} & set(box.log)
        assert turn(port, f", ca: {known}").values == [mail(1)]


async def one_turn(found: ImapFeed) -> Life:
    life = Life(ImapConnector(found), lambda: ImapDriver(found, Surroundings("desk", SECRETS)))
    await life.turn()
    await life.driver.close()
    return life


IN_THE_CLEAR = [  # what the server says of itself, what it answers; why nobody logs in
    ("IMAP4rev1 AUTH=PLAIN", {}, "it does not know STARTTLS"),
    ("IMAP4rev1 AUTH=PLAIN STARTTLS", {"STARTTLS": "NO not today"}, "Couldn't establish TLS session"),
    ("IMAP4rev1 AUTH=PLAIN STARTTLS", {"STARTTLS": "BAD what"}, "what"),
]


@pytest.mark.parametrize(("capabilities", "answers", "why"), IN_THE_CLEAR)
def test_no_password_in_the_clear(capabilities: str, answers: dict[str, str], why: str) -> None:
    """Where STARTTLS is wanted and refused, by the server or by who is between, no login is tried."""
    box = Mailbox(capabilities=capabilities, answers=dict(answers))
    with serving_mail(box) as port:
        life = asyncio.run(one_turn(feed(port, "starttls: true")))
    assert (life.health, why in life.detail) == (Health.REFUSED, True), life.detail
    assert not {"AUTHENTICATE", "LOGIN"} & set(box.log)


def test_a_token_is_read_at_each_login(tmp_path: Path) -> None:
    """A token that is too old is told; a newer one in the file, or from the program, is used without a restart."""
    box, place = Mailbox(capabilities="IMAP4rev1 AUTH=XOAUTH2 MOVE", token="second"), tmp_path / "token"
    box.put(mail(1))
    place.write_text("first\n")
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ncat {place}\n")
    program.chmod(0o700)

    async def act(port: int, where: str) -> None:
        address = f"imap: 'imap://127.0.0.1:{port}', user: env:USER_, token: '{where}'"
        found = parse_rules(ImapFeed, f"{{{address}}}", "feeds.yaml")
        life = Life(ImapConnector(found), lambda: ImapDriver(found, Surroundings("desk", SECRETS)))
        place.write_text("first\n")
        await life.turn()
        assert life.health is Health.REFUSED
        assert "look at user and token: [AUTHENTICATIONFAILED] the token is too old" in life.detail
        place.write_text("second\n")
        await life.turn()
        assert (life.health, life.values) == (Health.OK, [mail(1)])
        await life.driver.close()

    for where in (f"file:{place}", f"command:{program} --quiet"):
        with serving_mail(box) as port:
            asyncio.run(act(port, where))


TOKENS = [  # a program; why what it does is no token
    ("exit 3", "ended with exit code 3"),
    ("echo two words", "is no token"),
    ("true", "is no token"),
    ("exec yes", "is no token"),  # without end
    ("echo token; exec >&-; exec sleep 1000", "has not ended within 2 s"),
    ("sleep 1000 & exit 0", "has not ended within 2 s"),  # what it started may still print
    ("sleep 1000 & wait", "has not ended within 2 s"),
]


@pytest.mark.parametrize(("script", "why"), TOKENS)
def test_no_token(tmp_path: Path, script: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that prints none is named, with the reason; what it says is not shown; nothing of it goes on."""
    if "within" in why:
        monkeypatch.setattr(tokens, "COMMAND_SECONDS", 2.0)
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho hunter2 >&2\n{script}\n")
    program.chmod(0o700)
    with pytest.raises(NoToken, match=why) as caught:
        read_token(f"command:{program}")
    assert not {"hunter2", "two"} & set(str(caught.value).split())
    for missing in ("command:/none/such", "env:NO_SUCH_TOKEN", f"file:{tmp_path}/none"):
        with pytest.raises(NoToken, match=r"cannot be run|is not set|cannot be read"):
            read_token(missing)


WRONG = [
    ("imap: 'imap://mail.example'", "write imaps://"),
    ("imap: 'imaps://mail.example', starttls: true", "encrypted from the beginning"),
    ("imap: 'imaps://mail.example', password: env:P, token: env:T", "either password or token"),
    ("imap: 'imaps://mail.example', password: env:P, token: hunter2", "may be a token"),
    ("imap: 'imaps://mail.example', password: env:P, token: 'command:/bin/x \"a'", "closing quotation"),
    ("imap: 'imaps://me:secret@mail.example'", "without a user"),
    ("imap: 'imaps://mail.example', password: hunter2", "may be a secret"),
    ("imap: 'imaps://mail.example', after: move", "move_to"),
    ("imap: 'imaps://mail.example', move_to: Taken", "after: move"),
    ('imap: "imaps://mail.example", folder: "a\\nb"', "no name of a folder"),
]


@pytest.mark.parametrize(("text", "named"), WRONG)
def test_wrong_settings(text: str, named: str) -> None:
    """What is wrong is named, and a secret is not repeated."""
    text = text if "password" in text else f"{text}, password: env:PASSWORD"
    with pytest.raises(ValueError, match=named) as caught:
        parse_rules(ImapFeed, f"{{{text}, user: desk}}", "feeds.yaml")
    assert "hunter2" not in str(caught.value)
    assert "secret@" not in str(caught.value)


FOLDERS = [("INBOX", '"INBOX"'), ("Entwürfe", '"Entw&APw-rfe"'), ("A&B", '"A&-B"'), ('a"b', '"a\\"b"')]


@pytest.mark.parametrize(("name", "encoded"), [*FOLDERS, ("台北", '"&U,BTFw-"')])
def test_names_of_folders(name: str, encoded: str) -> None:
    """Modified UTF-7, by the examples of RFC 3501, 5.1.3."""
    assert encoded_folder(name) == encoded
