"""Looks at a folder behind SSH, with asyncssh, which is an extra: `pip install 'wiredesk[sftp]'`.

asyncssh rather than paramiko: it is asynchronous, so that an answer that does not come is given up whole, and it
has a server for the tests.  Of its licences (EPL-2.0 or GPL) the first is taken; it is used unchanged.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from pipeline.formats import PAYLOAD_BYTES_MAX
from pipeline.ingest.contract import TAKEN_BYTES_MAX, Failed, Health
from pipeline.ingest.folder_feed import (
    Content,
    Contents,
    Found,
    Listing,
    Look,
    Put,
    Read,
    Trouble,
    shown_path,
)
from pipeline.ingest.sftp import SftpFeed
from pipeline.runtime.ingest.causes import HUNG_UP, why_not
from pipeline.runtime.ingest.driver import Driver, Surroundings
from pipeline.runtime.ingest.packed import content_type_of, is_packed, unpacked
from pipeline.runtime.ingest.settling import Settling
from pipeline.runtime.ingest.sftp_files import Files, put_away

T = TypeVar("T")

EXTRA = "folders behind SSH need asyncssh; install it: pip install 'wiredesk[sftp]'"
AT_ONCE = 8  # files that are read
CONNECT_SECONDS = 20
ANSWER_SECONDS = 120.0  # a whole step
KEEPALIVE_SECONDS = 30
SECOND_NS = 1_000_000_000


class UnusableHosts(Exception):
    """What known_hosts names is no such file."""


class SftpDriver(Driver[Look | Read, Listing | Contents, Put]):
    """One connection, which is kept; one that was lost is made anew at the next question."""

    def __init__(self, feed: SftpFeed, around: Surroundings) -> None:
        self._feed, self._secrets = feed, around.secrets
        self._key: Any = None
        self._connection: Any = None
        self._client: Any = None
        self._settling = Settling(feed.settle)

    async def answer(self, question: Look | Read) -> Listing | Contents | Failed:
        try:
            return await self._in_time(self._read(question.files) if isinstance(question, Read) else self._look())
        except Exception as error:
            await self.close()
            if (failed := _failed(error)) is None:
                raise
            return failed

    async def done(self, effects: Sequence[Put]) -> Sequence[str]:
        try:
            return await self._in_time(self._put_away([effect.found for effect in effects]))
        except Exception as error:
            await self.close()
            if (failed := _failed(error)) is None:
                raise
            return (f"files that were taken are not put away yet: {failed.detail}",)

    @property
    def unsettled_seconds(self) -> float:
        return self._settling.unsettled_seconds

    async def close(self) -> None:
        connection, self._connection, self._client = self._connection, None, None
        if connection is not None:
            connection.abort()
            with suppress(Exception):
                await connection.wait_closed()

    async def _in_time(self, work: Coroutine[Any, Any, T]) -> T:
        """What it comes to.  Raises TimeoutError.

        When cancelled, asyncssh asks the server to close what is open, and waits for that answer without end: only
        the end of the connection ends it.
        """
        task = asyncio.create_task(work)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await asyncio.shield(task)
        finally:
            if not task.done():
                task.cancel()
                await self.close()
                await asyncio.gather(task, return_exceptions=True)

    async def _connected(self) -> Any:
        if self._client is None:
            import asyncssh

            feed, secrets = self._feed, self._secrets
            if feed.key and self._key is None:
                phrase = secrets(feed.key_passphrase) if feed.key_passphrase else None
                # A passphrase is slow on purpose: a second or more, in which no other feed should wait.
                # bcrypt warns of the 16 rounds that ssh-keygen makes, which are the key's and not ours.
                warnings.filterwarnings("ignore", r"Warning: bcrypt\.kdf\(\) called with only", UserWarning)
                self._key = await asyncio.to_thread(asyncssh.import_private_key, secrets(feed.key), phrase)
            self._connection = await asyncssh.connect(
                feed.place.host,
                feed.place.port,
                username=feed.place.user,
                password=secrets(feed.password) if feed.password else None,
                client_keys=[self._key] if self._key else None,
                known_hosts=_known_hosts(secrets(feed.known_hosts)),
                config=None,
                agent_path=None,
                connect_timeout=CONNECT_SECONDS,
                login_timeout=CONNECT_SECONDS,
                keepalive_interval=KEEPALIVE_SECONDS,
            )
            self._client = await self._connection.start_sftp_client(
                path_encoding="utf-8", path_errors="surrogateescape"
            )
        return self._client

    async def _look(self) -> Listing:
        client, feed = await self._connected(), self._feed
        files = Files(client, feed.place.path, feed.partial, feed.done)
        await files.walk()
        found = tuple(self._judged(*one) for one in files.found)
        self._settling.keep({one.path for one in found})
        return Listing(found, files.is_whole, tuple(files.problems))

    def _judged(self, path: str, size: int, mtime_s: int, marked_s: int | None) -> Found:
        """The times of this protocol are whole seconds."""
        marked_ns = None if marked_s is None else marked_s * SECOND_NS
        asks_mark = self._feed.done is not None
        return self._settling.judged(path, size, mtime_s * SECOND_NS, marked_ns, asks_mark=asks_mark)

    async def _put_away(self, found: Sequence[Found]) -> Sequence[str]:
        client, feed = await self._connected(), self._feed
        return await put_away(client, feed.place.path, found, feed.after, feed.taken_folder, feed.done)

    async def _read(self, files: Sequence[Found]) -> Contents:
        client = await self._connected()
        contents: list[Content] = []
        size = 0
        for at in range(0, len(files), AT_ONCE):
            for content in await asyncio.gather(*(self._content(client, one) for one in files[at : at + AT_ONCE])):
                size += len(content.value)
                if contents and size > TAKEN_BYTES_MAX:
                    return Contents(tuple(contents))
                contents.append(content)
        return Contents(tuple(contents))

    async def _content(self, client: Any, found: Found) -> Content:
        import asyncssh

        if found.size > PAYLOAD_BYTES_MAX:
            return Content(found, trouble=Trouble.TOO_LARGE)
        try:
            async with client.open(
                f"{self._feed.place.path.rstrip('/')}/{found.path}", "rb", encoding=None
            ) as file:
                before = await file.stat()
                value: bytes | None = await file.read(PAYLOAD_BYTES_MAX + 1)
                after = await file.stat()
        except asyncssh.SFTPNoSuchFile:
            return Content(found, trouble=Trouble.MISSING)
        except asyncssh.SFTPPermissionDenied:
            return Content(found, trouble=Trouble.FORBIDDEN)
        except asyncssh.SFTPFailure:
            return Content(found, trouble=Trouble.UNREADABLE)
        as_found = (found.size, found.mtime_ns // SECOND_NS)
        if any((one.size, one.mtime) != as_found for one in (before, after)) or len(value or b"") != found.size:
            return Content(found, trouble=Trouble.CHANGED)
        if value and is_packed(found.path):
            value = unpacked(value)
        if value is None:
            return Content(found, trouble=Trouble.DAMAGED)
        if len(value) > PAYLOAD_BYTES_MAX:
            return Content(found, trouble=Trouble.TOO_LARGE)
        return Content(found, value, content_type=content_type_of(found.path))


def _known_hosts(text: str) -> Any:
    import asyncssh

    try:
        return asyncssh.import_known_hosts(text + "\n")
    except ValueError:  # it repeats what was read, which may be a key in the wrong place
        raise UnusableHosts("it has a line that is none") from None


def _failed(error: Exception) -> Failed | None:
    """What an error means for the feed; None if it is none of the other side's."""
    if isinstance(error, ImportError):
        return Failed(Health.BROKEN, EXTRA)
    import asyncssh

    refused, broken = Health.REFUSED, Health.BROKEN
    rows: tuple[tuple[type[Exception], Health, str], ...] = (
        (UnusableHosts, broken, "known_hosts cannot be read; its lines are those that ssh-keyscan prints"),
        (asyncssh.HostKeyNotVerifiable, refused, "its key is not the one in known_hosts; ask whose it is"),
        (asyncssh.PermissionDenied, refused, "nobody is let in; look at user and key or password"),
        (asyncssh.KeyEncryptionError, broken, "the key cannot be read with this key_passphrase"),
        (asyncssh.KeyImportError, broken, "the key cannot be read (key_passphrase, if it has one)"),
        (asyncssh.SFTPNoSuchFile, Health.GONE, "there is no such folder; look at the path"),
        (asyncssh.SFTPPermissionDenied, refused, "the folder may not be read; have the server give the right"),
        (asyncssh.SFTPConnectionLost, Health.UNREACHABLE, HUNG_UP),
        (asyncssh.ConnectionLost, Health.UNREACHABLE, HUNG_UP),
        (asyncssh.SFTPError, Health.FAILING, "the server failed"),
    )
    for kind, health, sentence in rows:
        if isinstance(error, kind):
            return Failed(health, f"{sentence}: {shown_path(str(error))[:200]}")
    return Failed(Health.UNREACHABLE, why_not(error)) if isinstance(error, asyncssh.Error | OSError) else None
