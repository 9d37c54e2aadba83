"""Receivers of webhooks, in this process: they verify as the reference does, and answer as a test says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

SECRET = "whsec_" + "c2VjcmV0IG9mIGEgaG9vaywgaW4gdGVzdHM="


@dataclass
class Hooks:
    """What came, by path, and what each path answers: a status, or an event to wait for before a 200."""

    answers: dict[str, int | threading.Event] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)  # of every answer
    came: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)  # path, webhook-id, body
    port: int = 0

    def ids(self, path: str) -> list[str]:
        """The ids that came to a path, in order."""
        return [id_ for at, id_, _ in self.came if at == path]

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def hooks() -> Iterator[Hooks]:
    """A server, until the end."""
    found = Hooks()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            data = Webhook(SECRET).verify(body, dict(self.headers.items()))
            found.came.append((self.path, self.headers["webhook-id"], data))
            answer = found.answers.get(self.path, 200)
            if isinstance(answer, threading.Event):
                answer.wait()
                answer = 200
            try:
                self.send_response(answer)
                for name, value in found.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()
            except OSError:
                pass  # the sender was killed

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        for held in found.answers.values():
            if isinstance(held, threading.Event):
                held.set()
        server.shutdown()
        server.server_close()
        thread.join()
