"""An SFTP server of a test: asyncssh's own, with one user, below one folder."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncssh

USER, PASSWORD = "desk", "pässword"


class Door(asyncssh.SSHServer):
    """Who is let in."""

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


@asynccontextmanager
async def serving_sftp(
    root: Path,
    user_key: asyncssh.SSHKey | None = None,
    port: int = 0,
    kind: type[asyncssh.SFTPServer] = asyncssh.SFTPServer,
) -> AsyncIterator[tuple[int, str]]:
    """Its port, and the line of known_hosts for it."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    allowed = asyncssh.import_authorized_keys(user_key.export_public_key().decode()) if user_key else None
    server = await asyncssh.listen(
        "127.0.0.1",
        port,
        server_factory=Door,
        server_host_keys=[key],
        authorized_client_keys=allowed,
        sftp_factory=lambda channel: kind(channel, chroot=os.fsencode(root)),
    )
    found = server.get_port()
    try:
        yield found, f"[127.0.0.1]:{found} {key.export_public_key().decode().strip()}"
    finally:
        server.close()
        await server.wait_closed()


@contextmanager
def serving_far(root: Path) -> Iterator[tuple[int, str]]:
    """An SFTP server on a thread: its port, its line of known_hosts."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    serving = serving_sftp(root)
    try:
        yield asyncio.run_coroutine_threadsafe(serving.__aenter__(), loop).result(60)
    finally:
        asyncio.run_coroutine_threadsafe(serving.__aexit__(None, None, None), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()
