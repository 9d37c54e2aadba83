"""The files of a folder behind SSH: found, and put away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

from pipeline.ingest.folder_feed import DEPTH_MAX, FILES_MAX, After, Found, is_named_whole, shown_path

NAMES_MAX = 100  # of files of one name that were taken
LISTED_MAX = 2 * FILES_MAX  # names of a look, with done-files and what is no file: a server may list without end


class Files:
    """A look at a folder: `found` has path, size, time in seconds and that of its done-file, if it is there."""

    def __init__(self, client: Any, folder: str, partial: tuple[str, ...], done: str | None) -> None:
        self._client, self._folder, self._partial, self._done = client, folder.rstrip("/"), partial, done
        self.found: list[tuple[str, int, int, int | None]] = []
        self.problems: list[str] = []
        self.is_whole = True
        self._listed = 0

    async def walk(self) -> None:
        """Look into the folder and those below it.  Raises SFTPError if the folder itself cannot be read."""
        import asyncssh

        folders = [("", 0)]
        while folders and self.is_whole:
            path, depth = folders.pop()
            try:
                folders += await self._look_into(path, depth)
            except asyncssh.SFTPError as error:
                if not path or isinstance(error, asyncssh.SFTPConnectionLost):
                    raise
                self.problems.append(f"{shown_path(path)} cannot be looked into: {shown_path(error.reason)[:200]}")

    async def _look_into(self, path: str, depth: int) -> list[tuple[str, int]]:
        from asyncssh import FILEXFER_TYPE_DIRECTORY, FILEXFER_TYPE_REGULAR

        if depth > DEPTH_MAX:
            self.problems.append(f"{shown_path(path)} is more than {DEPTH_MAX} folders deep, and not looked into")
            return []
        entries = {
            str(entry.filename): (entry.attrs.type, entry.attrs.size or 0, entry.attrs.mtime or 0)
            async for entry in self._entries(path)
            if "/" not in entry.filename and not str(entry.filename).startswith(".")
        }
        folders = []
        for name, (kind, size, mtime_s) in sorted(entries.items()):
            if kind == FILEXFER_TYPE_DIRECTORY:
                folders.append((f"{path}{name}/", depth + 1))
            elif kind == FILEXFER_TYPE_REGULAR and is_named_whole(name, self._partial, self._done):
                mark = entries.get(f"{name}{self._done}") if self._done else None
                self.found.append((f"{path}{name}", size, mtime_s, mark and mark[2]))
        if len(self.found) > FILES_MAX:
            self.is_whole = False
            self.problems.append(f"more than {FILES_MAX:,} files; move or delete those that were taken")
        return folders

    async def _entries(self, path: str) -> AsyncIterator[Any]:
        async with aclosing(self._client.scandir(f"{self._folder}/{path}")) as entries:
            async for entry in entries:
                self._listed += 1
                if self._listed > LISTED_MAX:
                    self.problems.append(f"more than {LISTED_MAX:,} names; move or delete what was taken")
                    self.is_whole = False
                    return
                yield entry


async def put_away(
    client: Any, folder: str, files: Sequence[Found], after: After, target: str, done: str | None
) -> list[str]:
    """Move files below `target`, or delete them, if they are still as they were; what went wrong."""
    import asyncssh

    problems: dict[str, list[str]] = {}
    for found in files:
        path = f"{folder.rstrip('/')}/{found.path}"
        try:
            there = await client.lstat(path)
            if (there.size, there.mtime) != (found.size, found.mtime_ns // 1_000_000_000):
                continue
            if after is After.DELETE:
                await client.remove(path)
            else:
                await _move(client, path, f"{target}/{found.path}")
            if done and await client.exists(path + done):
                await client.remove(path + done)
        except asyncssh.SFTPNoSuchFile:
            continue
        except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPFailure) as error:
            problems.setdefault(shown_path(error.reason)[:200], []).append(found.path)
    return [
        f"{len(paths)} files that were taken stay, as {shown_path(paths[0])}: {why}; give this user the right"
        for why, paths in problems.items()
    ]


async def _move(client: Any, path: str, target: str) -> None:
    """To the target, or the first name with a number behind it that is free: a rename replaces nothing."""
    await client.makedirs(target.rpartition("/")[0], exist_ok=True)
    for number in range(NAMES_MAX):
        name = f"{target}.{number}" if number else target
        if not await client.exists(name):
            await client.rename(path, name)
            return
    raise _too_many(target)


def _too_many(target: str) -> Exception:
    from asyncssh import SFTPFailure

    return SFTPFailure(f"there are {NAMES_MAX} of the name {target} already")
