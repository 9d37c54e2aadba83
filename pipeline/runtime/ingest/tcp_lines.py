"""How the connections of a TCP feed come about: others call, or we do; with TLS or in the clear."""

from __future__ import annotations

import asyncio
import socket
import ssl
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from pipeline.ingest.tcp import TcpFeed
from pipeline.runtime.ingest.certificates import UnusableCertificate, trusting, why_unusable
from pipeline.runtime.secrets import Secrets

BUFFER_BYTES = 65_536  # of the system for a connection, which doubles it, and of its reader, which does too
CONNECT_SECONDS = 20.0  # also for an agreement on TLS
KEEPALIVE = (  # a line that is dead is noticed within two minutes
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, getattr(socket, "TCP_KEEPIDLE", 0), 60),
    (socket.IPPROTO_TCP, getattr(socket, "TCP_KEEPINTVL", 0), 15),
    (socket.IPPROTO_TCP, getattr(socket, "TCP_KEEPCNT", 0), 4),
)


class Line(NamedTuple):
    """An open connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


def tls_of(feed: TcpFeed, secrets: Secrets) -> ssl.SSLContext | None:
    """What the feed wants of TLS; None if it wants none.  Raises UnusableCertificate."""
    if not feed.tls:
        return None
    context = trusting(feed.ca, ssl.Purpose.SERVER_AUTH if feed.connect else ssl.Purpose.CLIENT_AUTH)
    if not feed.connect:
        context.verify_mode = ssl.CERT_REQUIRED if feed.ca else ssl.CERT_NONE
    if feed.certificate and feed.key:
        try:
            _load(context, feed.certificate, feed.key, secrets)
        except (OSError, ValueError) as error:
            what = f"certificate {feed.certificate} and its key"
            raise UnusableCertificate(f"{what} cannot be used: {why_unusable(error)}") from None
    return context


def _load(context: ssl.SSLContext, certificate: str, key: str, secrets: Secrets) -> None:
    """OpenSSL reads keys out of files only."""
    kind, _, place = key.partition(":")
    if kind == "file":
        context.load_cert_chain(certificate, Path(place).expanduser(), _no_passphrase)
        return
    with tempfile.NamedTemporaryFile() as file:  # of this user alone, and gone at once
        file.write(secrets(key).encode())
        file.flush()
        context.load_cert_chain(certificate, file.name, _no_passphrase)


def _no_passphrase() -> str:
    """Else OpenSSL asks at the terminal."""
    raise ValueError("the key has a passphrase; write it without (openssl pkey)")


async def listening_at(host: str, port: int) -> socket.socket:
    """A socket that others can call.  Raises OSError."""
    infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    found = socket.create_server(infos[0][4][:2], family=infos[0][0], reuse_port=False)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)  # what it accepts takes it over
    found.setblocking(False)
    return found


async def answered(connection: socket.socket, tls: ssl.SSLContext | None) -> Line:
    """The line to who has called.  Raises OSError, of TLS too."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(BUFFER_BYTES, loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    seconds = CONNECT_SECONDS if tls else None
    transport, _ = await loop.connect_accepted_socket(
        lambda: protocol, connection, ssl=tls, ssl_handshake_timeout=seconds
    )
    return _kept_alive(Line(reader, asyncio.StreamWriter(transport, protocol, reader, loop)))


async def called(host: str, port: int, tls: ssl.SSLContext | None) -> Line:
    """The line to the other side.  Raises OSError, of TLS too, and TimeoutError."""
    async with asyncio.timeout(CONNECT_SECONDS):
        line = Line(*await asyncio.open_connection(host, port, ssl=tls, limit=BUFFER_BYTES))
    line.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    return _kept_alive(line)


def _kept_alive(line: Line) -> Line:
    keep_alive(line.writer.get_extra_info("socket"))
    return line


def keep_alive(connection: socket.socket) -> None:
    """Have the system notice that a line is dead."""
    for option in KEEPALIVE:
        with suppress(OSError):
            connection.setsockopt(*option)
