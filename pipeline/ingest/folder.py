"""A folder in which an agency's files appear: on this machine, or on a mounted share.

What tells a file is its path, its size and the time of its last change in nanoseconds.  The same name with new
content is a new payload; a file that is found again after a crash, a restart or a lost mount is not.  Its inode is
not part of it: shares mounted by SMB or sshfs number files anew at each mount, and all of them would come again.
Its content is not either: then every file would have to be read at every look.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from pipeline.envelope import CONTENT_TYPE
from pipeline.ingest.contract import (
    Connector,
    Failed,
    Health,
    Incoming,
    Known,
    Taken,
    fitting,
    key_of,
    named,
)
from pipeline.ingest.folder_feed import (
    After,
    Answer,
    Content,
    Contents,
    FilesFeed,
    FolderCursor,
    Found,
    Listing,
    Look,
    Put,
    Read,
    Trouble,
    shown_path,
)
from pipeline.rule_values import HOUR_MS, SECOND_MS

SWEEP_MS = HOUR_MS  # from one look for what may be forgotten to the next
MET_AGAIN_MS = 24 * HOUR_MS  # a file that stays is noted again, so that it is not forgotten
FORGET_MS = {True: 7 * 24 * HOUR_MS, False: 24 * HOUR_MS}  # after which a file that is gone is; True: files stay
KEYS_MAX = 5_000  # of a step that are noted again or forgotten; the rest follows
LASTING = frozenset({Trouble.TOO_LARGE, Trouble.DAMAGED})  # until the file changes
QUIET = frozenset({Trouble.CHANGED, Trouble.MISSING})  # what happens to files, and is no fault


class FolderConnector(Connector[FolderCursor, Look | Read, Answer, Put]):
    """Takes each file once, whatever dies in between."""

    kind = "folder"
    guarantee = (
        "each file exactly once; one that is not whole when it counts as settled comes again when it is. "
        "With `keep`, a file that was away for more than seven days comes again; with `move` and `delete`, for one"
    )
    cursor_type = FolderCursor

    def __init__(self, feed: FilesFeed) -> None:
        self.feed = feed
        self._stays = feed.after is After.KEEP

    def open(self) -> FolderCursor:
        return FolderCursor()

    def ask(self, known: Known[FolderCursor], now_ms: int) -> Look | Read:
        return Look()

    def take(
        self, known: Known[FolderCursor], question: Look | Read, answer: Answer | Failed, now_ms: int
    ) -> Taken[FolderCursor, Look | Read, Put]:
        match answer:
            case Failed():
                later = now_ms + self.feed.look_every
                return Taken(health=answer.health, detail=answer.detail, again_ms=later)
            case Listing():
                return self._looked(known, answer, now_ms)
            case Contents():
                assert isinstance(question, Read)
                return self._read(known, question, answer, now_ms)

    def _looked(
        self, known: Known[FolderCursor], listing: Listing, now_ms: int
    ) -> Taken[FolderCursor, Look | Read, Put]:
        """What to read, and what was taken before and is still to be put away."""
        new: list[Found] = []
        left: list[Put] = []
        present: dict[bytes, Found] = {}
        again_ms = now_ms + self.feed.look_every
        for found in listing.files:
            key = _key(found)
            if key in known.seen:
                present[key] = found
                if not self._stays:
                    left.append(Put(found))
            elif (skipped := _key(found, "skipped")) in known.seen:
                present[skipped] = found
            elif self._is_whole(found):
                new.append(found)
            elif found.quiet_ms < self.feed.settle:
                again_ms = min(again_ms, now_ms + max(self.feed.settle - found.quiet_ms, 1))
        sweeps = listing.is_whole and not listing.problems and now_ms - known.cursor.swept_ms >= SWEEP_MS
        met = tuple(self._met_again(known, present, now_ms)) if sweeps else ()
        gone = tuple(self._gone(known, listing, present, now_ms)) if sweeps else ()
        problem = next(iter(listing.problems), "")
        is_swept = sweeps and len(met) < KEYS_MAX and len(gone) < KEYS_MAX
        return Taken(
            cursor=FolderCursor(now_ms) if is_swept and known.seen else None,
            seen=met,
            forget=gone,
            after=tuple(left),
            then=self._reading(tuple(sorted(new, key=_by_age)), again_ms, problem),
            again_ms=again_ms,
            health=Health.BROKEN if problem else Health.OK,
            detail=problem,
            warnings=listing.problems + listing.notes,
        )

    def _is_whole(self, found: Found) -> bool:
        if self.feed.done is not None:
            return found.is_marked
        return found.quiet_ms >= self.feed.settle

    def _met_again(self, known: Known[FolderCursor], present: dict[bytes, Found], now_ms: int) -> Iterator[bytes]:
        old = (key for key in present if now_ms - known.seen[key] >= MET_AGAIN_MS)
        return (key for _, key in zip(range(KEYS_MAX), old, strict=False))

    def _gone(
        self, known: Known[FolderCursor], listing: Listing, present: Collection[bytes], now_ms: int
    ) -> Iterator[bytes]:
        """What may be forgotten.  Where files stay, a folder that has none of them is taken for another one: a
        mount that is missing shows an empty folder.
        """
        if self._stays and not present:
            return iter(())
        limit = now_ms - FORGET_MS[self._stays]
        needed = self._needed(listing)
        old = (k for k, met_ms in known.seen.items() if met_ms < limit and k not in present and not needed(k))
        return (key for _, key in zip(range(KEYS_MAX), old, strict=False))

    def _needed(self, listing: Listing) -> Callable[[bytes], bool]:
        """Whether a key is about one of these files, although none of them is known by it."""
        return lambda key: False

    def _reading(self, files: tuple[Found, ...], again_ms: int | None, problem: str) -> Read | None:
        """The question for the first of the files, as many as fit into a step."""
        count = fitting(found.size for found in files)
        return Read(files[:count], files[count:], again_ms, problem=problem) if files else None

    def _read(
        self, known: Known[FolderCursor], question: Read, answer: Contents, now_ms: int
    ) -> Taken[FolderCursor, Look | Read, Put]:
        """The payloads of what was read; the others are read next, or found again by a later look."""
        whole = [content for content in answer.files if content.trouble is None]
        lasting = [content for content in answer.files if content.trouble in LASTING]
        problems = tuple(_problems([one for one in answer.files if one.trouble and one.trouble not in QUIET]))
        problem = question.problem or next(iter(problems), "")
        rest = question.files[len(answer.files) :] + question.rest
        hurried = any(content.trouble is Trouble.CHANGED for content in answer.files)
        due_ms = now_ms + self.feed.look_every if question.again_ms is None else question.again_ms
        return Taken(
            payloads=tuple(_payload(content) for content in whole),
            seen=tuple(
                [_key(one.found) for one in whole] + [_key(one.found, "skipped") for one in lasting],
            ),
            after=() if self._stays else tuple(Put(content.found) for content in whole),
            then=self._reading(rest, question.again_ms, problem),
            again_ms=min(due_ms, now_ms + max(self.feed.settle, SECOND_MS)) if hurried else due_ms,
            health=Health.BROKEN if problem else Health.OK,
            detail=problem,
            warnings=problems,
        )


def _by_age(found: Found) -> tuple[int, str]:
    """The order in which files are taken: the oldest first."""
    return found.mtime_ns, found.path


def _payload(content: Content) -> Incoming:
    headers = ((CONTENT_TYPE, content.content_type),) if content.content_type else ()
    return Incoming(shown_path(content.found.path), content.value, headers)


def _problems(contents: list[Content]) -> Iterator[str]:
    """A sentence for each kind of problem, with the first of its files."""
    for trouble in Trouble:
        names = [shown_path(one.found.path) for one in contents if one.trouble is trouble]
        if names:
            yield f"{trouble}: {named(names)}"


def _key(found: Found, what: str = "file") -> bytes:
    return key_of(what, found.path, str(found.size), str(found.mtime_ns))
