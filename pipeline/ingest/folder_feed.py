"""What feeds.yaml says of a folder, and what is asked of it and answered."""

from __future__ import annotations

from enum import StrEnum
from posixpath import normpath
from typing import Annotated, ClassVar, NamedTuple, Protocol

import msgspec
from pydantic import AfterValidator, Field, model_validator

from pipeline.ingest.feed import Feed
from pipeline.rule_values import HOUR_MS, SECOND_MS, Duration

PARTIAL = (".part", ".partial", ".filepart", ".tmp")  # what upload tools call a file that is not whole
PATTERNS_MAX = 20
FILES_MAX = 500_000  # of a folder that are looked at; more are named
DEPTH_MAX = 20  # of subfolders
TAKEN_FOLDER = ".taken"  # hidden, so it is not looked into


class After(StrEnum):
    """What becomes of a file whose payload Kafka has."""

    KEEP = "keep"
    MOVE = "move"
    DELETE = "delete"


class Split(StrEnum):
    """What of a file is a payload, if the file is none itself."""

    LINES = "lines"


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
    Duration, Field(le=HOUR_MS, description="how long a file has to stay as it is before it counts as whole")
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
    split: Split | None = Field(
        None, description="`lines`: each line of a file is a payload, as of .jsonl; without it the file is"
    )
    look_every: Duration = Field(
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
    line: int = 0  # how many lines of the file were read before, where it is split
    problem: str = ""  # the first one that this turn has met: a feed is not well because its last file was


class Trouble(StrEnum):
    """Why a file has no content.  The values are words for an operator."""

    CHANGED = "changed while it was read"  # it settles again, and is read then
    MISSING = "gone before it could be read"
    FORBIDDEN = "may not be read by this user; give it the right to"
    UNREADABLE = "cannot be read; look at the disk or the share"
    TOO_LARGE = "larger than a payload may be"
    DAMAGED = "no gzip file, whatever its name says"


class Line(NamedTuple):
    """A line of a file, without its end."""

    number: int  # from 1
    value: bytes  # empty if it is larger than a payload may be


class Content(NamedTuple):
    """What a file has."""

    found: Found
    value: bytes = b""
    trouble: Trouble | None = None
    content_type: bytes = b""
    lines: tuple[Line, ...] = ()  # where it is split: those that fit into a step; blank ones are left
    next_line: int | None = None  # how many were read, if there are more


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


def is_named_whole(path: str, partial: tuple[str, ...], done: str | None) -> bool:
    """Whether its name says neither that it is not whole, nor that it is a done-file."""
    return not path.endswith(partial) and not (done and path.endswith(done))


def shown_path(path: str) -> str:
    """A path as text: other bytes than UTF-8, and what is no printable character, are escaped."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
