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
import time
from contextlib import suppress

from pipeline.runtime.ingest.imap_responses import shown

IDLE_SECONDS = 25 * 60.0  # servers end a session that is idle for 30 minutes
AGREED_SECONDS = 10.0  # for the whole answer to IDLE, and again for that to DONE, however it drips
READ_BYTES = 8_192
LINE_BYTES_MAX = 65_536  # they are numbers and flags
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

        Raises OSError or IMAP4.abort if the connection cannot be used any more, also where the server says too much
        or too little; ValueError if it is closed; IMAP4.error if the server does not know IDLE after all.
        """
        before = sock.gettimeout()
        try:
            is_told = _said(sock, b"IDLE", b"+") or self._is_told(sock, seconds)
            return _said(sock, b"DONE", TAG) or is_told
        finally:
            with suppress(OSError):  # it is closed
                sock.settimeout(before)
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


def _said(sock: socket.socket, word: bytes, answer: bytes) -> bool:
    """Say the word, and read until a line that begins like its answer; whether there was any other."""
    until = time.monotonic() + AGREED_SECONDS
    sock.settimeout(AGREED_SECONDS)
    sock.sendall((TAG + b" " if answer != TAG else b"") + word + b"\r\n")
    is_answered = is_told = False
    rest = refused = b""
    while rest or not (is_answered or refused):  # half a line would be in the way of the next command
        if (left := until - time.monotonic()) <= 0:
            raise TimeoutError
        sock.settimeout(left)
        if not (more := sock.recv(READ_BYTES)):
            raise imaplib.IMAP4.abort("the connection ended")
        *lines, rest = (rest + more).split(b"\r\n")
        if len(rest) > LINE_BYTES_MAX:
            raise imaplib.IMAP4.abort(f"a line of more than {LINE_BYTES_MAX:,} bytes")
        for line in lines:
            if line.startswith(TAG) and not line[len(TAG) :].upper().startswith(b" OK"):
                refused = line
            is_answered, is_told = is_answered or line.startswith(answer), is_told or not line.startswith(answer)
    if refused:
        raise imaplib.IMAP4.error(f"IDLE was refused: {shown(refused)}")
    return is_told
