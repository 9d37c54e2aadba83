"""A folder in which an agency's files appear: on this machine, or on a mounted share.

What tells a file is its path, its size and the time of its last change in nanoseconds.  The same name with new
content is a new payload; a file that is found again after a crash, a restart or a lost mount is not.  Its inode is
not part of it: shares mounted by SMB or sshfs number files anew at each mount, and all of them would come again.
Its content is not either: then every file would have to be read at every look.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from posixpath import normpath
from typing import Annotated, ClassVar, NamedTuple, Protocol

import msgspec
from pydantic import AfterValidator, Field, model_validator

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
from pipeline.ingest.feed import Feed
from pipeline.rule_values import HOUR_MS, SECOND_MS, Wait

PARTIAL = (".part", ".partial", ".filepart", ".tmp")  # what upload tools call a file that is not whole
PATTERNS_MAX = 20
TAKEN_FOLDER = ".taken"  # hidden, so it is not looked into
SWEEP_MS = HOUR_MS  # from one look for what may be forgotten to the next
MET_AGAIN_MS = 24 * HOUR_MS  # a file that stays is noted again, so that it is not forgotten
FORGET_MS = {True: 7 * 24 * HOUR_MS, False: 24 * HOUR_MS}  # after which a file that is gone is; True: files stay
KEYS_MAX = 5_000  # of a step that are noted again or forgotten; the rest follows


class After(StrEnum):
    """What becomes of a file whose payload Kafka has."""

    KEEP = "keep"
    MOVE = "move"
    DELETE = "delete"


def _absolute(path: str) -> str:
    if not path.startswith("/") or "\0" in path:
        raise ValueError(f"{path!r} is no whole path; write it from the root, as /srv/wires/meridian")
    return f"/{normpath(path).lstrip('/')}"  # one path, however it is written: it is compared with others


def _suffix(text: str) -> str:
    if not text or "/" in text:
        raise ValueError(f"{text!r} is no end of a file name; write it as .part")
    return text


AbsolutePath = Annotated[str, AfterValidator(_absolute)]
Suffix = Annotated[str, AfterValidator(_suffix)]
# Members of files wherever they are, behind SSH too.
Settle = Annotated[
    Wait, Field(le=HOUR_MS, description="how long a file has to stay as it is before it counts as whole")
]
Partial = Annotated[
    tuple[Suffix, ...],
    Field(
        max_length=PATTERNS_MAX,
        description="ends of the names of files that are not whole: they are renamed when they are",
    ),
]
Done = Annotated[
    Suffix | None,
    Field(description="the end of the name of a file that says that another is whole: `.done` for a.xml.done"),
]
AfterFile = Annotated[After, Field(description="what becomes of a file that was taken: `keep`, `move` or `delete`")]


class FolderFeed(Feed):
    """Files of a folder and its subfolders; hidden ones, links and what is no file are left."""

    kind: ClassVar[str] = "folder"

    folder: AbsolutePath = Field(description="where its files appear")
    settle: Settle = 2 * SECOND_MS
    partial: Partial = PARTIAL
    done: Done = None
    after: AfterFile = After.KEEP
    move_to: AbsolutePath | None = Field(
        None, description="where to, on the same file system; FOLDER/.taken without it"
    )
    look_every: Wait = Field(
        30 * SECOND_MS,
        ge=SECOND_MS,
        le=HOUR_MS,
        description="from one look at the whole folder to the next; between them the system tells of new files, "
        "where it can (not on network shares)",
    )

    @model_validator(mode="after")
    def _moves_if_it_says_where(self) -> FolderFeed:
        if self.move_to and self.after is not After.MOVE:
            raise ValueError(f"move_to is of no use with after: {self.after}; write after: move")
        beneath = (self.move_to or "").removeprefix(self.folder.rstrip("/") + "/")
        if self.move_to in (self.folder, self.folder + "/") or (
            self.move_to and beneath != self.move_to and not any(p.startswith(".") for p in beneath.split("/"))
        ):
            raise ValueError("move_to is inside of the folder, so its files would be taken again; name another one")
        return self

    @property
    def taken_folder(self) -> str:
        """Where files are moved to."""
        return self.move_to or f"{self.folder.rstrip('/')}/{TAKEN_FOLDER}"


class FilesFeed(Protocol):
    """What the settings say of files, wherever they are."""

    @property
    def settle(self) -> int: ...
    @property
    def done(self) -> str | None: ...
    @property
    def after(self) -> After: ...
    @property
    def look_every(self) -> int: ...


class Found(NamedTuple):
    """A file as a look found it."""

    path: str  # within the folder; bytes that are no UTF-8 as surrogates
    size: int
    mtime_ns: int
    quiet_ms: int = 0  # for how long it has been like this
    is_marked: bool = True  # its done-file is there, and is about this content


class Look(NamedTuple):
    """The question what the folder has."""


class Listing(NamedTuple):
    """What it has."""

    files: tuple[Found, ...]
    is_whole: bool = True  # False: only what has changed lately
    problems: tuple[str, ...] = ()  # what could not be looked at
    notes: tuple[str, ...] = ()  # what is left out on purpose


class Read(NamedTuple):
    """The question for the content of files."""

    files: tuple[Found, ...]
    rest: tuple[Found, ...] = ()  # to be read after them
    again_ms: int | None = None  # when those settle that were too young, or the next look is due


class Trouble(StrEnum):
    """Why a file has no content.  The values are words for an operator."""

    CHANGED = "changed while it was read"  # it settles again, and is read then
    MISSING = "gone before it could be read"
    UNREADABLE = "cannot be read"
    TOO_LARGE = "larger than a payload may be"
    DAMAGED = "no gzip file, whatever its name says"


LASTING = frozenset({Trouble.TOO_LARGE, Trouble.DAMAGED})  # until the file changes
QUIET = frozenset({Trouble.CHANGED, Trouble.MISSING})  # what happens to files, and is no fault


class Content(NamedTuple):
    """What a file has."""

    found: Found
    value: bytes = b""
    trouble: Trouble | None = None
    content_type: bytes = b""


class Contents(NamedTuple):
    """The first of the files that were asked for, as many as fit into a step."""

    files: tuple[Content, ...]


class Put(NamedTuple):
    """A file that was taken and is to be moved or deleted, if it is still this one."""

    found: Found


class FolderCursor(msgspec.Struct, frozen=True):
    """When the ledger was last looked through for files that are gone."""

    swept_ms: int = 0


Answer = Listing | Contents


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
                return self._read(question, answer, now_ms)

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
        gone = tuple(self._gone(known, present, now_ms)) if sweeps else ()
        is_swept = sweeps and len(met) < KEYS_MAX and len(gone) < KEYS_MAX
        return Taken(
            cursor=FolderCursor(now_ms) if is_swept and known.seen else None,
            seen=met,
            forget=gone,
            after=tuple(left),
            then=_reading(tuple(sorted(new, key=_by_age)), again_ms),
            again_ms=again_ms,
            health=Health.BROKEN if listing.problems else Health.OK,
            detail=listing.problems[0] if listing.problems else "",
            warnings=listing.problems + listing.notes,
        )

    def _is_whole(self, found: Found) -> bool:
        if self.feed.done is not None:
            return found.is_marked
        return found.quiet_ms >= self.feed.settle

    def _met_again(self, known: Known[FolderCursor], present: dict[bytes, Found], now_ms: int) -> Iterator[bytes]:
        old = (key for key in present if now_ms - known.seen[key] >= MET_AGAIN_MS)
        return (key for _, key in zip(range(KEYS_MAX), old, strict=False))

    def _gone(self, known: Known[FolderCursor], present: dict[bytes, Found], now_ms: int) -> Iterator[bytes]:
        """What may be forgotten.  Where files stay, a folder that has none of them is taken for another one: a
        mount that is missing shows an empty folder.
        """
        if self._stays and not present:
            return iter(())
        limit = now_ms - FORGET_MS[self._stays]
        old = (key for key, met_ms in known.seen.items() if met_ms < limit and key not in present)
        return (key for _, key in zip(range(KEYS_MAX), old, strict=False))

    def _read(self, question: Read, answer: Contents, now_ms: int) -> Taken[FolderCursor, Look | Read, Put]:
        """The payloads of what was read; the others are read next, or found again by a later look."""
        whole = [content for content in answer.files if content.trouble is None]
        lasting = [content for content in answer.files if content.trouble in LASTING]
        problems = tuple(_problems([one for one in answer.files if one.trouble and one.trouble not in QUIET]))
        rest = question.files[len(answer.files) :] + question.rest
        hurried = any(content.trouble is Trouble.CHANGED for content in answer.files)
        due_ms = now_ms + self.feed.look_every if question.again_ms is None else question.again_ms
        return Taken(
            payloads=tuple(_payload(content) for content in whole),
            seen=tuple(
                [_key(one.found) for one in whole] + [_key(one.found, "skipped") for one in lasting],
            ),
            after=() if self._stays else tuple(Put(content.found) for content in whole),
            then=_reading(rest, question.again_ms),
            again_ms=min(due_ms, now_ms + max(self.feed.settle, SECOND_MS)) if hurried else due_ms,
            health=Health.BROKEN if problems else Health.OK,
            detail=problems[0] if problems else "",
            warnings=problems,
        )


def _by_age(found: Found) -> tuple[int, str]:
    """The order in which files are taken: the oldest first."""
    return found.mtime_ns, found.path


def _reading(files: tuple[Found, ...], again_ms: int | None) -> Read | None:
    """The question for the first of the files, as many as fit into a step."""
    count = fitting(found.size for found in files)
    return Read(files[:count], files[count:], again_ms) if files else None


def _payload(content: Content) -> Incoming:
    headers = ((CONTENT_TYPE, content.content_type),) if content.content_type else ()
    return Incoming(shown_path(content.found.path), content.value, headers)


def _problems(contents: list[Content]) -> Iterator[str]:
    """A sentence for each kind of problem, with the first of its files."""
    for trouble in Trouble:
        names = [shown_path(one.found.path) for one in contents if one.trouble is trouble]
        if names:
            yield f"{trouble}: {named(names)}"


def shown_path(path: str) -> str:
    """A path as text: other bytes than UTF-8, and what is no printable character, are escaped."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def _key(found: Found, what: str = "file") -> bytes:
    return key_of(what, found.path, str(found.size), str(found.mtime_ns))
