"""A server of a test: it takes connections one after the other, and a function answers each."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

LOOK_SECONDS = 0.1  # how often the server looks whether it is over
ANSWER_SECONDS = 60.0  # that a connection may take to send or to be read; it tells what works from what hangs
REQUEST_BYTES = 65_536


@contextmanager
def serving(answer: Callable[[socket.socket], object], host: str = "127.0.0.1") -> Iterator[str]:
    """Its address, ``host:port``.  A connection is closed after its answer; one that fails ends nothing."""
    over = threading.Event()
    with socket.create_server((host, 0)) as server:
        server.settimeout(LOOK_SECONDS)

        def serve() -> None:
            while not over.is_set():
                with suppress(OSError), server.accept()[0] as connection:  # a time-out is an OSError
                    connection.settimeout(ANSWER_SECONDS)
                    answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"{host}:{server.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """The address of a server that gives this answer to everybody, whatever is asked, and hangs up."""

    def give(connection: socket.socket) -> None:
        connection.recv(REQUEST_BYTES)
        connection.sendall(answer)

    with serving(give) as address:
        yield address
