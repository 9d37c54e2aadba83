"""Whatever answers at the address of a health page, the question about it ends in a page or in None."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pipeline.runtime.local.deployment import ask

PAGE = b'{"status": "recovering"}'


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """The address of a server that gives this answer once, whatever is asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/health"
        thread.join()


@pytest.mark.parametrize(
    ("answer", "page"),
    [
        (b"HTTP/1.0 200 OK\r\n\r\n" + PAGE, {"status": "recovering"}),
        (b"HTTP/1.0 503 Not ready\r\n\r\n" + PAGE, {"status": "recovering"}),
        (b"HTTP/1.0 404 Not found\r\n\r\n<h1>Not found</h1>", None),
        (b"HTTP/1.0 200 OK\r\n\r\n[1, 2]", None),
        (b"HTTP/1.0 200 OK\r\n\r\n\xff\xfe", None),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 99\r\n\r\n{", None),
        (b"\x00\x00\x00\x04Kafka", None),
        (b"", None),
    ],
)
def test_an_answer_is_a_page_or_nothing(answer: bytes, page: dict[str, str] | None) -> None:
    """A room that is not ready answers 503, with its page."""
    with answering(answer) as url:
        assert ask(url) == page


@pytest.mark.parametrize("url", ["http://127.0.0.1:port/", "http:// x", "http://[::1/", "http://.../"])
def test_what_is_no_address_has_no_page(url: str) -> None:
    """The command line lets these pass: they begin like an address."""
    assert ask(url) is None
