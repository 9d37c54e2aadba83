"""Looks at a folder: at all of it now and then, in between at what the system tells of and at what is young."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress

from pipeline.ingest.folder_feed import FILES_MAX, FolderFeed, Found, Listing, is_named_whole, shown_path
from pipeline.runtime.ingest.folder_files import is_folder, opened_below
from pipeline.runtime.ingest.folder_walk import folders, no_look
from pipeline.runtime.ingest.settling import Settling

CHANGED_MAX = 2_000  # paths that the system tells of, one by one; behind more the whole folder is looked at
LINKS_NAMED_MAX = 5
LONG_AGO = -1e9


class FolderLook:
    """What was seen of one folder.

    `told`, `changed` and `begin_anew` belong to the thread of the loop; `look`, and whatever changes `settling`, to
    that of the folder.  What the system tells is handed over as a value.  Of what a look leaves behind the loop
    reads two things, each in one piece: when the whole folder was looked at, and whether any file is young.  Beside
    a look that still hangs they are those of the one before; at worst the whole folder is looked at once more.
    """

    def __init__(self, feed: FolderFeed) -> None:
        self.feed = feed
        self.settling = Settling(feed.settle)
        self._changed: set[str] = set()
        self._is_anew = True  # what was found last may not be known to anybody
        self._looked = LONG_AGO  # at the whole folder, by the monotonic clock

    def begin_anew(self) -> None:
        """The next look is at the whole folder."""
        self._is_anew = True

    def told(self, paths: Iterable[str]) -> bool:
        """The system tells of these; whether something of it is to be looked at."""
        for path in paths:
            if self._is_wanted(self._named(path)) and len(self._changed) <= CHANGED_MAX:
                self._changed.add(path)
        return bool(self._changed)

    def changed(self) -> Collection[str] | None:
        """What the system has told since the last call, for `look`; None: the whole folder is to be looked at."""
        changed, self._changed = self._changed, set()
        is_anew, self._is_anew = self._is_anew, False
        is_due = time.monotonic() - self._looked >= self.feed.look_every / 1000
        return None if is_anew or is_due or len(changed) > CHANGED_MAX else changed

    def look(self, root: int, changed: Collection[str] | None) -> Listing:
        """What the folder, which is open as `root`, has, or what of it is new.  Raises OSError."""
        if changed is None or any(is_folder(root, path) for path in changed):
            return self._whole(root)
        paths = {self._named(path) for path in changed} | set(self.settling.young)
        found = (self._found(root, path) for path in sorted(paths) if self._is_wanted(path))
        return Listing(tuple(one for one in found if one), is_whole=False)

    def _whole(self, root: int) -> Listing:
        """Every file of the folder."""
        files: list[Found] = []
        links: list[str] = []
        problems: list[str] = []
        for folder, path in folders(root, problems):
            try:
                files.extend(self._files_in(folder, path, links))
            except OSError as error:  # one that may be listed and not entered: the others are looked at
                if not path:
                    raise
                problems.append(no_look(path, error))
            if len(files) > FILES_MAX:
                problems.append(f"more than {FILES_MAX:,} files; move or delete those that were taken")
                break
        named = ", ".join(map(shown_path, sorted(links)[:LINKS_NAMED_MAX]))
        notes = (f"links are not followed: {named}{' and more' if len(links) > LINKS_NAMED_MAX else ''}",)
        self._looked = time.monotonic()
        self.settling.keep({found.path for found in files})
        is_whole = len(files) <= FILES_MAX
        return Listing(tuple(files), is_whole, tuple(problems), notes if links else ())

    def _files_in(self, folder: int, path: str, links: list[str]) -> Iterator[Found]:
        """The files of one folder, without those below it."""
        entries = {entry.name: entry for entry in os.scandir(folder)}
        for name, entry in entries.items():
            if not self._is_wanted(name):
                continue
            if entry.is_symlink():
                links.append(f"{path}{name}")
            elif entry.is_file(follow_symlinks=False):
                with suppress(FileNotFoundError):
                    mark = entries.get(name + (self.feed.done or "/"))
                    marked_ns = mark.stat(follow_symlinks=False).st_mtime_ns if mark else None
                    yield self._judged(f"{path}{name}", entry.stat(follow_symlinks=False), marked_ns)

    def _found(self, root: int, path: str) -> Found | None:
        """One file, if it is there."""
        try:
            with opened_below(root, path, os.O_PATH) as file:
                status = os.fstat(file)
                if not stat.S_ISREG(status.st_mode):
                    return None
                return self._judged(path, status, self._marked_ns(root, path))
        except OSError:  # gone, or not ours to see: the next look at the whole folder names it
            self.settling.forget(path)
            return None

    def _judged(self, path: str, status: os.stat_result, marked_ns: int | None) -> Found:
        asks_mark = self.feed.done is not None
        return self.settling.judged(path, status.st_size, status.st_mtime_ns, marked_ns, asks_mark=asks_mark)

    def _marked_ns(self, root: int, path: str) -> int | None:
        """The time of its done-file, if there is one."""
        if self.feed.done is None:
            return None
        try:
            with opened_below(root, f"{path}{self.feed.done}", os.O_PATH) as mark:
                return os.fstat(mark).st_mtime_ns
        except OSError:
            return None

    def _named(self, path: str) -> str:
        """The file that a done-file is about; any other is itself."""
        return path.removesuffix(self.feed.done) if self.feed.done else path

    def _is_wanted(self, path: str) -> bool:
        """Whether it may be a file of the feed: not hidden, not partial, no done-file."""
        if any(part.startswith(".") for part in path.split("/")):
            return False
        return is_named_whole(path, self.feed.partial, self.feed.done)
