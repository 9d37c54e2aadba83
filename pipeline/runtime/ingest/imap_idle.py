"""IDLE (RFC 2177): a server tells at once that something is new in the folder that is open.

It is a hint, and nothing depends on it: who is told looks into the folder as ever.  So any line of the server is
taken as one, whatever it says.  imaplib has IDLE from Python 3.14 on; here it is spoken on its socket, between two
of its commands.
"""

from __future__ import annotations

import imaplib
import selectors
import socket
import ssl
import threading

from pipeline.runtime.ingest.imap_responses import shown

IDLE_SECONDS = 25 * 60.0  # servers end a session that is idle for 30 minutes
READ_BYTES = 8_192
TAG = b"idle"


class Idle:
    """One wait, on the thread that calls it; another one may end it."""

    def __init__(self) -> None:
        self._ended, self._ender = socket.socketpair()
        self._lock = threading.Lock()

    def end(self) -> None:
        """End the wait, also before it has begun."""
        with self._lock:
            if self._ender.fileno() >= 0:
                self._ender.send(b".")

    def wait(self, sock: socket.socket, seconds: float = IDLE_SECONDS) -> bool:
        """Whether the server has said anything before that time, or the end.

        Raises OSError, IMAP4.abort if the connection ended, IMAP4.error if the server does not know IDLE after all.
        """
        try:
            sock.sendall(TAG + b" IDLE\r\n")
            is_told = self._read_until(sock, b"+") or self._is_told(sock, seconds)
            sock.sendall(b"DONE\r\n")
            return self._read_until(sock, TAG) or is_told
        finally:
            with self._lock:
                self._ended.close()
                self._ender.close()

    def _is_told(self, sock: socket.socket, seconds: float) -> bool:
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        with selectors.DefaultSelector() as selector:
            for one in (sock, self._ended):
                selector.register(one, selectors.EVENT_READ)
            return any(key.fileobj is sock for key, _ in selector.select(seconds))

    def _read_until(self, sock: socket.socket, begin: bytes) -> bool:
        """Read until a line that begins so; whether there was any other."""
        data = b""
        while True:
            *lines, rest = data.split(b"\r\n")
            for line in lines:
                if line.startswith(TAG) and not line[len(TAG) :].upper().startswith(b" OK"):
                    raise imaplib.IMAP4.error(f"IDLE was refused: {shown(line)}")
            if any(line.startswith(begin) for line in lines):
                return len(lines) > 1 or bool(rest)
            if not (more := sock.recv(READ_BYTES)):
                raise imaplib.IMAP4.abort("the connection ended")
            data += more
