"""One request to a server of ours: what each way of answering, or of not answering, comes to."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable

import pytest
import trustme

from pipeline.deliver.requests import RESPONSE_BYTES_MAX, HttpRequest, Response
from pipeline.items import Trouble
from pipeline.runtime.deliver.attempts import AttemptFailed
from pipeline.runtime.deliver.http import HttpClient
from tests.left_sockets import COLLECTED
from tests.serving import answering, serving
from tests.waiting import SECONDS, pause

pytestmark = COLLECTED


def send(url: str, seconds: float = SECONDS) -> Response | Trouble:
    """What a request comes to."""

    async def one() -> Response | Trouble:
        client = HttpClient()
        try:
            return await client.send(HttpRequest(url, {"webhook-id": "n1"}, b"{}"), seconds)
        except AttemptFailed as error:
            return error.trouble
        finally:
            await client.close()

    return asyncio.run(one())


def test_what_is_sent() -> None:
    """A POST with the headers and the body of the request, and no cookie of an earlier answer."""
    requests: list[bytes] = []

    def take(connection: socket.socket) -> None:
        requests.append(connection.recv(65_536))
        connection.sendall(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok")

    with serving(take) as address:
        for _ in range(2):
            assert send(f"http://{address}/hook?a=%20") == Response(
                200, {"set-cookie": "a=b", "content-length": "2"}, b"ok"
            )
    head, _, body = requests[1].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?a=%20 HTTP/1.1\r\n")
    assert (b"webhook-id: n1" in head, b"Cookie" in head, body) == (True, False, b"{}")


REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
ANSWERS: list[tuple[bytes, int | Trouble]] = [
    (REDIRECT, 302),  # it is not followed
    (b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", 410),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf", 200),  # the status has come, and counts
    (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone", 200),  # nothing is unpacked
    (b"SSH-2.0-OpenSSH_9.2\r\n", Trouble.ANSWER),
    (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 20_000 + b"\r\n\r\n", Trouble.ANSWER),
    (b"", Trouble.CONNECTION),
]


@pytest.mark.parametrize(("answer", "found"), ANSWERS)
def test_answers(answer: bytes, found: int | Trouble) -> None:
    """The status counts as soon as it is there; what is no HTTP is no answer."""
    with answering(answer) as address:
        came = send(f"http://{address}/hook")
    assert (came.status if isinstance(came, Response) else came) == found


def test_a_long_answer_is_cut() -> None:
    """Of its body so much is read, and no more."""

    def give(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 500 No\r\n\r\n" + b"x" * 4 * RESPONSE_BYTES_MAX)

    with serving(give) as address:
        came = send(f"http://{address}/")
    assert isinstance(came, Response)
    assert len(came.body) <= RESPONSE_BYTES_MAX


def _hang(connection: socket.socket) -> None:
    connection.recv(65_536)
    pause(1.0)


def _drip(connection: socket.socket) -> None:
    connection.recv(65_536)
    for byte in b"HTTP/1.1 200":
        connection.sendall(bytes([byte]))
        pause(0.1)


@pytest.mark.parametrize("answer", [_hang, _drip], ids=["nothing", "byte by byte"])
def test_a_receiver_that_hangs(answer: Callable[[socket.socket], None]) -> None:
    """An attempt ends after its time, whatever dribbles in."""
    with serving(answer) as address:
        assert send(f"http://{address}/", seconds=0.3) is Trouble.TIMEOUT


def test_nobody_is_there() -> None:
    """A port that is closed, and a name that is none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert send(f"http://127.0.0.1:{port}/") is Trouble.CONNECTION
    assert send(f"http://{'a' * 64}.example/") is Trouble.CONNECTION


def test_a_certificate_that_nobody_vouches_for() -> None:
    """TLS is verified: a receiver that cannot prove its name gets nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    seen: list[bytes] = []

    def shake(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            seen.append(secure.recv(65_536))

    with serving(shake) as address:
        assert send(f"https://{address}/") is Trouble.CERTIFICATE
    assert not seen
