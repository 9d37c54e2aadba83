"""How long each file of a folder has been as it is, as far as it was seen.

No clock but the monotonic one of this process counts.  The times of files are those of another machine, where the
folder is on a share: one that is behind would make a file old that is being written, one that is ahead would make
it young for ever.  They are compared with each other only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from pipeline.ingest.folder_feed import Found


class Settling:
    """The files of one folder.  A file that was never seen begins to settle now, however old it says it is."""

    def __init__(self, settle_ms: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._settle_ms, self._clock = settle_ms, clock
        self._young: dict[str, tuple[int, int, float]] = {}  # path -> size, mtime, seen so since
        self._settled: dict[str, int] = {}  # path -> a hash of size and mtime: half the memory

    @property
    def young(self) -> Collection[str]:
        """The files that may not be whole yet."""
        return self._young.keys()

    def quiet_ms(self, path: str, size: int, mtime_ns: int) -> int:
        """How long it has been as it is; that of one that has settled is `settle` from then on."""
        if self._settled.get(path) == hash((size, mtime_ns)):
            return self._settle_ms
        now = self._clock()
        before = self._young.get(path)
        since = before[2] if before and before[:2] == (size, mtime_ns) else now
        quiet_ms = round((now - since) * 1000)
        if quiet_ms >= self._settle_ms:
            self._young.pop(path, None)
            self._settled[path] = hash((size, mtime_ns))
        else:
            self._young[path] = (size, mtime_ns, since)
        return quiet_ms

    @property
    def unsettled_seconds(self) -> float:
        """How long the files that may not be whole yet have to stay as they are; 0 if there is none."""
        return self._settle_ms / 1000 if self._young else 0.0

    def judged(self, path: str, size: int, mtime_ns: int, marked_ns: int | None, *, asks_mark: bool) -> Found:
        """The file, with how long it has been as it is.

        `marked_ns`: the time of its done-file.  One that is older than the file may be that of the content before:
        the file has to settle as well.
        """
        quiet_ms = self.quiet_ms(path, size, mtime_ns)
        is_marked = marked_ns is not None and (marked_ns >= mtime_ns or quiet_ms >= self._settle_ms)
        return Found(path, size, mtime_ns, quiet_ms, is_marked or not asks_mark)

    def forget(self, path: str) -> None:
        """It is not there any more."""
        self._young.pop(path, None)
        self._settled.pop(path, None)

    def keep(self, paths: Collection[str]) -> None:
        """Forget all but these, which are there."""
        self._young = {path: seen for path, seen in self._young.items() if path in paths}
        self._settled = {path: seen for path, seen in self._settled.items() if path in paths}
