"""An SFTP server of a test: asyncssh's own, with one user, below one folder."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
    root: Path, user_key: asyncssh.SSHKey | None = None, port: int = 0
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
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=os.fsencode(root)),
    )
    found = server.get_port()
    try:
        yield found, f"[127.0.0.1]:{found} {key.export_public_key().decode().strip()}"
    finally:
        server.close()
        await server.wait_closed()
