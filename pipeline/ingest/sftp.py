"""A folder behind SSH, in which an agency's files appear.  What is true of a folder is true of it.

The server's clock may be wrong, so a file's own time says little of whether it is being written: it has to look the
same for as long as it settles, or to be older than any clock is wrong.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, ClassVar, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from pipeline.ingest.contract import Known, Taken
from pipeline.ingest.feed import Feed
from pipeline.ingest.folder import FolderConnector
from pipeline.ingest.folder_feed import (
    PARTIAL,
    TAKEN_FOLDER,
    AbsolutePath,
    After,
    AfterFile,
    Contents,
    Done,
    FolderCursor,
    Look,
    Partial,
    Put,
    Read,
    Settle,
)
from pipeline.rule_values import HOUR_MS, SECOND_MS, Duration, Reference

_ADDRESS = re.compile(
    r"sftp://(?P<user>[A-Za-z0-9._-]{1,100})@(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>\d{1,5}))?"
    r"(?P<path>/[^?#]{0,1000})"
)


class Place(NamedTuple):
    """Where a folder is."""

    user: str
    host: str
    port: int
    path: str


def _address(text: str) -> str:
    found = _ADDRESS.fullmatch(text)
    if not found or not 0 < int(found["port"] or 22) <= 65_535 or not text.isprintable():
        raise ValueError("it is no address of a folder; write sftp://user@host/path, without a password")
    return text


class SftpFeed(Feed):
    """Files of a folder behind SSH and its subfolders; hidden ones, links and what is no file are left."""

    kind: ClassVar[str] = "sftp"

    sftp: Annotated[str, AfterValidator(_address)] = Field(description="`sftp://user@host[:port]/path`")
    known_hosts: Reference = Field(
        description="where the server's key is, as in a file known_hosts; no other server gets a password"
    )
    key: Reference | None = Field(None, description="where the private key is, in OpenSSH's form")
    key_passphrase: Reference | None = Field(None, description="where the key's passphrase is, if it has one")
    password: Reference | None = Field(None, description="where the password is, if there is no key")
    settle: Settle = 10 * SECOND_MS
    partial: Partial = PARTIAL
    done: Done = None
    after: AfterFile = After.KEEP
    move_to: AbsolutePath | None = Field(None, description="where to; the folder's .taken without it")
    look_every: Duration = Field(
        30 * SECOND_MS, ge=SECOND_MS, le=HOUR_MS, description="from one look at the folder to the next"
    )

    @model_validator(mode="after")
    def _fits(self) -> SftpFeed:
        if (self.key is None) == (self.password is None):
            raise ValueError("write either key or password")
        if self.key_passphrase and self.key is None:
            raise ValueError("key_passphrase is of no use without key")
        if self.move_to and self.after is not After.MOVE:
            raise ValueError(f"move_to is of no use with after: {self.after}; write after: move")
        if self.move_to and f"{self.move_to}/".startswith(f"{self.place.path.rstrip('/')}/"):
            raise ValueError("move_to is inside of the folder, so its files would be taken again; name another one")
        return self

    @property
    def place(self) -> Place:
        """Where the folder is."""
        found = _ADDRESS.fullmatch(self.sftp)
        assert found, "checked when it was read"
        return Place(found["user"], found["host"].strip("[]"), int(found["port"] or 22), found["path"])

    @property
    def taken_folder(self) -> str:
        """Where files are moved to."""
        return self.move_to or f"{self.place.path.rstrip('/')}/{TAKEN_FOLDER}"


class SftpConnector(FolderConnector):
    """Takes each file once, as that of a folder does."""

    kind = "sftp"

    def _read(
        self, known: Known[FolderCursor], question: Read, answer: Contents, now_ms: int
    ) -> Taken[FolderCursor, Look | Read, Put]:
        """No server tells of what has settled meanwhile: behind files that were taken there is another look."""
        taken = super()._read(known, question, answer, now_ms)
        return replace(taken, then=taken.then or Look()) if taken.payloads else taken
