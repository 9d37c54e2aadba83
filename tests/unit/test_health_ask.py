"""Whatever answers at the address of a health page, the question about it ends in a page or in None."""

from __future__ import annotations

import pytest

from pipeline import probe
from pipeline.runtime.local.deployment import ask
from tests.serving import answering

PAGE = b'{"status": "recovering"}'


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
    with answering(answer) as address:
        assert ask(f"http://{address}/health") == page


@pytest.mark.parametrize("url", ["http://127.0.0.1:port/", "http:// x", "http://[::1/", "http://.../"])
def test_what_is_no_address_has_no_page(url: str) -> None:
    """The command line lets these pass: they begin like an address."""
    assert ask(url) is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n" + PAGE, 0),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n" + PAGE, 1),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", 1),
        (b"\x00\x00\x00\x04Kafka", 1),
        (b"", 1),
    ],
)
def test_the_image_asks_whether_the_worker_is_ready(
    answer: bytes, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The health check passes if the page /ready says so, on the port that the worker has, wherever it binds."""
    with answering(answer) as address:
        monkeypatch.setenv("WIREDESK_HEALTH_PORT", address.rpartition(":")[2])
        monkeypatch.setenv("WIREDESK_HEALTH_HOST", "0.0.0.0")
        assert probe.main() == code


@pytest.mark.parametrize("port", [None, "", "0", "x", "1"])
def test_no_page_is_not_ready(port: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a port, or where nothing listens, the health check fails with a sentence."""
    monkeypatch.delenv("WIREDESK_HEALTH_HOST", raising=False)
    if port is not None:
        monkeypatch.setenv("WIREDESK_HEALTH_PORT", port)
    assert probe.main() == 1
