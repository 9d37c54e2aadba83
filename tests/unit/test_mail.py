"""E-mail: the message, and what a real local server makes of it: logins, TLS, refusals, silence."""

from __future__ import annotations

import asyncio
import email
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from deliver_driver import notification

from pipeline.deliver.connectors import CONNECTORS
from pipeline.deliver.receivers import Email
from pipeline.deliver.requests import MailRequest, Outgoing, Result
from pipeline.items import Notification, Trouble, dump
from pipeline.runtime.deliver import mail
from pipeline.runtime.deliver.attempts import AttemptFailed
from pipeline.runtime.embedded.node import free_ports
from tests.left_sockets import COLLECTED
from tests.serving import answering, serving
from tests.waiting import SECONDS, pause

pytestmark = COLLECTED

MAIL = CONNECTORS["email"]
PORTS = free_ports("127.0.0.1")
SETTINGS: dict[str, Any] = {
    "server": "127.0.0.1:25",
    "security": "none",
    "from": "wiredesk@paper.example",
    "to": ["desk@paper.example", "night@paper.example"],
}


def settings(**more: Any) -> Email:
    return Email.model_validate(SETTINGS | more)


def made(one: Notification, **more: Any) -> MailRequest:
    request = MAIL.request(Outgoing(one, dump(one), 0), settings(**more), lambda text: text)
    assert isinstance(request, MailRequest)
    return request


def parsed(request: MailRequest) -> EmailMessage:
    found = email.message_from_bytes(request.message, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_the_message() -> None:
    """Who, what, when; the id of the notification, and the thread; the same bytes for the same notification."""
    request = made(notification(1, thread="ferry"))
    message = parsed(request)
    assert {name: message[name] for name in ("From", "To", "Subject", "Date", "Message-ID", "References")} == {
        "From": "wiredesk@paper.example",
        "To": "desk@paper.example, night@paper.example",
        "Subject": "URGENT: Ferry 1",
        "Date": "Tue, 11 Jan 2022 06:00:00 +0000",
        "Message-ID": "<n1@paper.example>",
        "References": "<thread.ferry@paper.example>",
    }
    assert message.get_content().replace("\r\n", "\n") == "Text.\n\n-- \nnews · urgent · why · n1\n"
    assert request == made(notification(1, thread="ferry"))


HOSTILE = "Ferry\r\nBcc: all@paper.example\r\n\r\nFähre 語 " + "x" * 5_000


def test_what_is_written_cannot_become_a_header() -> None:
    """Line breaks, other scripts and long lines: one subject, one text, lines that SMTP takes."""
    one = notification(1, thread="a/b c\r\n>" * 50).model_copy(
        update={"title": HOSTILE, "text": HOSTILE + "\n.\n.x"}
    )
    message = parsed(made(one))
    assert message["Bcc"] is None
    assert str(message["Subject"]).startswith("Ferry Bcc: all@paper.example Fähre 語 xx")
    assert "Fähre 語" in message.get_content()
    assert max(map(len, made(one).message.split(b"\r\n"))) < 998
    assert set(str(message["References"])) <= set("<>@.-") | set(map(chr, range(48, 123)))


@contextmanager
def server(handler: object = None, **options: Any) -> Iterator[tuple[str, list[Envelope]]]:
    """A real SMTP server: its address, and what it took."""
    came: list[Envelope] = []

    class Keeps:
        async def handle_DATA(self, _server: object, _session: Session, envelope: Envelope) -> str:
            came.append(envelope)
            return "250 kept"

    port = next(PORTS)
    controller = Controller(handler or Keeps(), hostname="127.0.0.1", port=port, ready_timeout=SECONDS, **options)
    controller.start()
    try:
        yield f"127.0.0.1:{port}", came
    finally:
        controller.stop()


def sent(address: str, seconds: float = SECONDS, **more: Any) -> Result | Trouble:
    """What sending comes to."""
    try:
        response = asyncio.run(mail.send(made(notification(1), server=address, **more), seconds))
    except AttemptFailed as error:
        return error.trouble
    return MAIL.result(response, 0)


def test_it_arrives() -> None:
    """Both recipients, one message."""
    with server() as (address, came):
        assert sent(address) == ("delivered", None, 250, None)
    (envelope,) = came
    assert (envelope.mail_from, envelope.rcpt_tos) == ("wiredesk@paper.example", list(SETTINGS["to"]))
    assert isinstance(envelope.content, bytes)
    assert b"Message-ID: <n1@paper.example>" in envelope.content


class Says:
    """A handler whose answers a test gives."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers

    async def handle_MAIL(
        self, _s: object, _n: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.answers.get("sender", "250 ok")

    async def handle_RCPT(
        self, _s: object, _n: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address.partition("@")[0], "250 ok")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _s: object, _n: Session, envelope: Envelope) -> str:
        return self.answers.get("data", "250 ok")


ANSWERS: list[tuple[dict[str, str], tuple[Any, ...]]] = [
    ({}, ("delivered", None, 250, None)),
    ({"sender": "550 not you"}, ("failed", "status", 550, None)),
    ({"desk": "550 unknown", "night": "550 unknown"}, ("refused", "status", 550, None)),
    ({"desk": "550 unknown", "night": "450 grey list"}, ("failed", "status", 450, None)),
    ({"desk": "550 unknown"}, ("delivered", "status", 550, None)),  # one has it: nothing is sent to it twice
    ({"data": "552 too large"}, ("refused", "status", 552, None)),
    ({"data": "451 later"}, ("failed", "status", 451, None)),
]


@pytest.mark.parametrize(("answers", "result"), ANSWERS)
def test_answers(answers: dict[str, str], result: tuple[Any, ...]) -> None:
    """For ever, or worth another attempt; which it is depends on who refuses what."""
    with server(Says(**answers)) as (address, _):
        assert sent(address) == result


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def context_of(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def authenticator(_server: object, _session: object, _envelope: object, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=data == LoginPassword(b"ada", RIGHT.encode()), handled=False)


Trust = Callable[[], None]


@pytest.fixture
def trust(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trust:
    """Lets this machine trust the authority."""

    def use() -> None:
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))

    return use


RIGHT = "open-sesame"
PASSWORDS: list[tuple[str, tuple[Any, ...]]] = [
    (RIGHT, ("delivered", None, 250, None)),
    ("hunter2", ("failed", "status", 535, None)),
]


class Known:
    """The secret of every reference."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def __call__(self, reference: str) -> str:
        return self.secret


LOGIN: dict[str, Any] = {"security": "starttls", "user": "ada", "password": "env:MAIL"}


def test_starttls_and_a_login(authority: trustme.CA, trust: Trust) -> None:
    """Nothing is sent before TLS; a wrong password is worth another attempt, once an operator corrected it."""
    options = {"tls_context": context_of(authority), "require_starttls": True, "auth_required": True}
    with server(authenticator=authenticator, **options) as (address, came):
        assert sent(address, **LOGIN) is Trouble.CERTIFICATE
        trust()
        assert not came
        for password, result in PASSWORDS:
            login = MAIL.request(
                Outgoing(notification(1), b"", 0), settings(server=address, **LOGIN), Known(password)
            )
            assert isinstance(login, MailRequest)
            assert MAIL.result(asyncio.run(mail.send(login, 20)), 0) == result
            wrong = asyncio.run(mail.connect(login.server, 20))
            assert wrong == ("" if password == RIGHT else "the server answers 535; look at user and password")
            assert password not in repr(login)
    assert len(came) == 1


def test_a_server_without_tls_gets_nothing() -> None:
    """STARTTLS is not left out because a server does not offer it."""
    with server() as (address, came):
        assert isinstance(sent(address, security="starttls"), Trouble)
    assert not came


def test_tls_from_the_beginning(authority: trustme.CA, trust: Trust) -> None:
    """As usual at port 465."""
    with server(ssl_context=context_of(authority)) as (address, came):
        assert sent(address, security="tls") is Trouble.CERTIFICATE
        trust()
        assert sent(address, security="tls") == ("delivered", None, 250, None)
    assert len(came) == 1


def test_who_is_no_server() -> None:
    """Silence, another protocol, a connection that ends: each is a failure that may pass."""
    with serving(lambda connection: pause(1.0)) as address:
        assert sent(address, seconds=0.3) is Trouble.TIMEOUT
    with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as address:
        assert isinstance(sent(address, seconds=2.0), Trouble)
    with serving(lambda connection: connection.sendall(b"554 go away\r\n")) as address:
        assert sent(address) == ("failed", "status", 554, None)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"user": "ada"}, "a login has `user` and `password`"),
        ({"server": "mail.example:25"}, "`security: none` is for a server on this machine"),
    ],
)
def test_settings_that_do_not_fit(more: dict[str, Any], why: str) -> None:
    """They are refused at the start."""
    MAIL.check(settings(), lambda one: one)
    with pytest.raises(ValueError, match=why):
        MAIL.check(settings(**more), lambda one: one)


@pytest.mark.parametrize(
    "address", ["Ada <ada@paper.example>", "ada", "a@b, c@d", "a@b\r\nBcc: c@d", "ada@-_.example"]
)
def test_an_address_that_is_none(address: str) -> None:
    """An address is one address, and nothing else."""
    with pytest.raises(ValueError, match="no e-mail address"):
        settings(to=[address])
