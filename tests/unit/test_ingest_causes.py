"""What an operator reads when the other side is not reached: the cause, and what to look at."""

from __future__ import annotations

import asyncio
import errno
import http.client
import os
import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import trustme

from pipeline.ingest.feeds import Feeds
from pipeline.rule_files import parse_rules
from pipeline.runtime.ingest.causes import HUNG_UP, NO_WAY, OF_CA, OF_SYSTEM, TIMED_OUT, UNKNOWN, why_not
from pipeline.runtime.ingest.trying import tried
from pipeline.runtime.secrets import Secrets
from tests import imap_server, sftp_server
from tests.feed_server import Reply, feed_server
from tests.imap_server import Mailbox, serving_mail
from tests.s3_server import serving_s3
from tests.serving import serving
from tests.sftp_server import serving_far

LISTENS = "nothing listens there; look at the address and the port"
NO_TLS = "no agreement on TLS: the other side speaks none, or none that is safe; look at the port"


class LibraryError(Exception):
    """A library's own error, with that of the system as it carries it."""

    def __init__(
        self, *arguments: object, os_error: object = None, reason: object = None, **kwargs: object
    ) -> None:
        super().__init__(*arguments)
        self.os_error, self.reason, self.kwargs = os_error, reason, kwargs


def raised_from(error: Exception, cause: Exception, *, hides: bool = False) -> Exception:
    """The error as it is behind `raise error from cause`, or `from None` within an `except`."""
    error.__cause__, error.__context__ = (None, cause) if hides else (cause, None)
    error.__suppress_context__ = hides
    return error


def unverified(code: int, message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, message
    return error


def of_tls(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, "it failed")
    error.reason = reason
    return error


REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
SEVERAL = [  # a name with two addresses: the number of each, and what is told
    (errno.ECONNREFUSED, errno.ECONNREFUSED, LISTENS),
    (errno.ENETUNREACH, errno.ECONNREFUSED, LISTENS),
    (errno.EADDRNOTAVAIL, errno.ECONNREFUSED, LISTENS),
    (errno.EAFNOSUPPORT, errno.ECONNREFUSED, LISTENS),
    (errno.ECONNREFUSED, errno.EHOSTUNREACH, LISTENS),
    (errno.EHOSTUNREACH, errno.ETIMEDOUT, TIMED_OUT),
    (errno.ETIMEDOUT, errno.ECONNREFUSED, TIMED_OUT),
    (errno.ENETUNREACH, errno.EADDRNOTAVAIL, NO_WAY),
    (errno.ENETUNREACH, errno.ENETUNREACH, NO_WAY),
    (9_999, errno.ECONNRESET, HUNG_UP),
]


def several(one: int, other: int) -> OSError:
    """What asyncio raises where each address of a name failed in another way."""
    return OSError(f"Multiple exceptions: [Errno {one}] Connect call failed ('::1', 1), [Errno {other}] Connect …")


CAUSES: list[tuple[Exception, str]] = [
    (REFUSED, LISTENS),
    (raised_from(LibraryError("HTTPClientError"), REFUSED), LISTENS),
    (LibraryError("HTTPClientError", error=LibraryError("NewConnectionError", reason=REFUSED)), LISTENS),
    (LibraryError(LibraryError(REFUSED)), LISTENS),
    (LibraryError("x", os_error=REFUSED), LISTENS),
    (raised_from(LibraryError("its own words"), REFUSED, hides=True), "its own words"),
    *[(several(one, other), sentence) for one, other, sentence in SEVERAL],
    (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), UNKNOWN),
    (
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure"),
        "its name cannot be looked up now; look",
    ),
    (UnicodeError("label too long"), UNKNOWN),
    (UnicodeEncodeError("idna", "a..b", 0, 1, "label empty"), UNKNOWN),
    (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "can't decode byte 0xff in position 0"),
    (UnicodeEncodeError("ascii", "\xe4", 0, 1, "ordinal not in range"), "ordinal not in range"),
    (TimeoutError(), TIMED_OUT),
    (TimeoutError(errno.ETIMEDOUT, "Connection timed out"), TIMED_OUT),
    (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), HUNG_UP),
    (http.client.RemoteDisconnected("Remote end closed"), HUNG_UP),
    (BrokenPipeError(errno.EPIPE, "Broken pipe"), HUNG_UP),
    (http.client.BadStatusLine("220 hello"), "what answers there speaks no HTTP; look at the port"),
    (OSError(errno.ENETUNREACH, "Network is unreachable"), NO_WAY),
    (OSError(errno.EHOSTUNREACH, "No route to host"), NO_WAY),
    (OSError(errno.EMFILE, "Too many open files"), "too many files are open; raise their limit"),
    (OSError(errno.EADDRINUSE, "Address already in use"), "another program listens there; free the port"),
    (unverified(20, "unable to get local issuer certificate"), f"local issuer certificate; {OF_SYSTEM}"),
    (unverified(10, "certificate has expired"), "certificate has expired; its owner has to renew it"),
    (unverified(9, "certificate is not yet valid"), "not yet valid; look at the clock of this machine"),
    (unverified(62, "Hostname mismatch."), "Hostname mismatch; write the name that the certificate has"),
    (raised_from(LibraryError("SSLError"), unverified(18, "self-signed certificate")), "not accepted: self-signed"),
    (of_tls("WRONG_VERSION_NUMBER"), NO_TLS),
    (of_tls("TLSV1_ALERT_ACCESS_DENIED"), "no agreement on TLS: tlsv1 alert access denied; look at the port"),
    (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), HUNG_UP),
    (OSError(errno.EIO, "Input/output error"), "Input/output error"),
    (ValueError("what\nnobody\x00knows"), "what nobody knows"),
    (ValueError(), "ValueError"),
    (ValueError("x" * 1_000), "x" * 200),
]


@pytest.mark.parametrize(("error", "sentence"), CAUSES, ids=lambda value: repr(value)[:60])
def test_the_cause_of_an_error(error: Exception, sentence: str) -> None:
    """Whatever a library wraps it in; what has no row is told as it is, in one short line."""
    found = why_not(error)
    assert sentence in found
    assert len(found) <= 200
    assert found.isprintable()


def test_errors_that_go_round() -> None:
    """Each is looked at once; an authority's remedy is the way in's own."""
    one, other = LibraryError("one"), LibraryError("other")
    one.__cause__, other.__cause__ = other, one
    assert why_not(one) == "other"
    assert why_not(unverified(19, "self-signed certificate in chain"), OF_CA).endswith(OF_CA)


@contextmanager
def answering(says: bytes | None) -> Iterator[int]:
    """A port where everybody is told this and hung up on; None: at once, as a firewall does."""

    def answer(connection: socket.socket) -> None:
        if says is None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            connection.sendall(says)
            connection.recv(1_000)  # what it says comes before the end of the connection

    with serving(answer) as address:
        yield int(address.partition(":")[2])


def certified(name: str) -> ssl.SSLContext:
    """A server's certificate, of an authority that nobody knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(name).configure_cert(context)
    return context


UNSAFE = "its certificate is not accepted: unable to get local issuer certificate"


def s3(endpoint: str, bucket: str = "wire") -> str:
    return f"s3: 's3://{bucket}/', key_id: env:A, secret: env:A, region: x, endpoint: '{endpoint}'"


def sftp(place: str, known: str = "KNOWN", password: str = "A") -> str:
    return f"sftp: 'sftp://{sftp_server.USER}@{place}', known_hosts: env:{known}, password: env:{password}"


def imap(address: str, password: str = "A", more: str = "") -> str:
    return f"imap: '{address}', user: {imap_server.USER}, password: env:{password}{more}"


def polled(address: str, kind: str = "rss") -> str:
    return f"{kind}: '{address}', allow_private: true"


TRIED = [  # a way in, its health, what is said of it
    (s3("https://nowhere.invalid"), "unreachable", "its name"),
    (s3("https://127.0.0.1:1"), "unreachable", LISTENS),
    (s3("https://127.0.0.1:{tls}"), "unreachable", f"{UNSAFE}; name its authority in AWS_CA_BUNDLE"),
    (s3("https://127.0.0.1:{greets}"), "unreachable", NO_TLS),
    (s3("http://127.0.0.1:{hangs_up}"), "unreachable", HUNG_UP),
    (s3("http://127.0.0.1:{greets}"), "unreachable", "what answers there speaks no HTTP; look at the port"),
    (s3("http://127.0.0.1:{web}"), "gone", "404: Not Found; look at `endpoint`"),
    (s3("{s3}", "nowhere"), "gone", "The specified bucket does not exist; look at its name"),
    (sftp("nowhere.invalid/"), "unreachable", "its name"),
    (sftp("127.0.0.1:1/"), "unreachable", LISTENS),
    (sftp("127.0.0.1:{hangs_up}/"), "unreachable", HUNG_UP),
    (sftp("127.0.0.1:{far}/", known="OTHER"), "refused", "its key is not the one in known_hosts; ask whose it is"),
    (sftp("127.0.0.1:{far}/", known="A"), "broken", "known_hosts cannot be read; its lines are those that ssh-"),
    (sftp("127.0.0.1:{far}/"), "refused", "nobody is let in; look at user and key or password"),
    (sftp("127.0.0.1:{far}/no", password="FAR"), "gone", "there is no such folder; look at the path"),
    (imap("imaps://nowhere.invalid"), "unreachable", "its name"),
    (imap("imaps://127.0.0.1:1"), "unreachable", LISTENS),
    (imap("imaps://127.0.0.1:{tls}"), "unreachable", f"{UNSAFE}; {OF_CA}"),
    (imap("imaps://127.0.0.1:{mail}"), "unreachable", NO_TLS),
    (imap("imap://127.0.0.1:{hangs_up}"), "unreachable", HUNG_UP),
    (imap("imap://127.0.0.1:{greets}"), "unreachable", "unexpected response: b'220 hello'; look at the port"),
    (
        imap("imap://127.0.0.1:{mail}", more=", starttls: true"),
        "refused",
        "so nobody logs in; write imaps://",
    ),
    (imap("imap://127.0.0.1:{mail}"), "refused", "nobody is let in; look at user and password: [AUTHENTICATION"),
    (imap("imap://127.0.0.1:{mail}", "MAIL", ", folder: X"), "gone", "the folder X cannot be opened; write it as"),
    (polled("https://nowhere.invalid/a"), "unreachable", "no address is found for https://nowhere.invalid/a: its"),
    (polled("https://127.0.0.1:1/a"), "unreachable", f"https://127.0.0.1:1/a: {LISTENS}"),
    (polled("https://127.0.0.1:{tls}/a"), "unreachable", f"{UNSAFE}; {OF_SYSTEM}"),
    (polled("https://127.0.0.1:{greets}/a"), "unreachable", NO_TLS),
    (polled("http://127.0.0.1:{hangs_up}/a"), "unreachable", HUNG_UP),
    (polled("http://127.0.0.1:{greets}/a"), "broken", "answers with what is no HTTP; look at the port"),
    (polled("http://127.0.0.1:{web}/no"), "gone", "/no; look at the address"),
    (polled("http://127.0.0.1:{web}/401"), "refused", "/401; look at `headers`: it wants a key or a token"),
    (polled("http://127.0.0.1:{web}/403"), "refused", "/403; look at `headers`, and whether this machine may ask"),
    (polled("http://127.0.0.1:{web}/login"), "broken", "/login; look at the address"),
    (polled("http://127.0.0.1:{web}/login", "api"), "broken", "/login; look at the address"),
    ("folder: /nowhere/to/be/found", "gone", "No such file or directory; make it a folder that this user can read"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What `wiredesk ingest check` says of each of them."""
    folder: Path = tmp_path_factory.mktemp("causes")
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.delenv("AWS_CA_BUNDLE", raising=False)
        far, known = stack.enter_context(serving_far(folder))
        web = stack.enter_context(feed_server())
        web.serve("/login", Reply(body=b"<html><body>Log in</body></html>"))
        for status in (401, 403):
            web.serve(f"/{status}", Reply(status))
        places = {
            "far": far,
            "web": web.port,
            "tls": stack.enter_context(feed_server(certified("127.0.0.1"))).port,
            "mail": stack.enter_context(serving_mail(Mailbox())),
            "s3": stack.enter_context(serving_s3())[0],
            "greets": stack.enter_context(answering(b"220 hello\r\n")),
            "hangs_up": stack.enter_context(answering(None)),
        }
        rows = {f"n{number}": way.format(**places) for number, (way, _, _) in enumerate(TRIED)}
        feeds = parse_rules(Feeds, "feeds:\n" + "".join(f"  {n}: {{{way}}}\n" for n, way in rows.items()), "f")
        values = {
            "A": "guess",
            "KNOWN": known,
            "OTHER": f"other.example {known.partition(' ')[2]}",
            "FAR": sftp_server.PASSWORD,
            "MAIL": imap_server.PASSWORD,
        }
        secrets = Secrets({f"env:{name}": value for name, value in values.items()})

        async def all_tried() -> dict[str, str]:
            return {one.name: one.lines[0] async for one in tried(feeds.with_defaults(), secrets)}

        return asyncio.run(all_tried())


@pytest.mark.parametrize("number", range(len(TRIED)), ids=[way[:60] for way, _, _ in TRIED])
def test_each_way_in_tells_its_cause(told: dict[str, str], number: int) -> None:
    """Wrong name, port, certificate, password, bucket, folder: the health, the cause and the remedy; no secret."""
    way, health, sentence = TRIED[number]
    line = told[f"n{number}"]
    assert line.startswith(f"n{number}: {way.partition(':')[0]}, {health}: "), line
    assert sentence in line, line
    assert "guess" not in line
    assert os.linesep not in line
