"""What feeds.yaml says of a mailbox, and what is asked of it and answered."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, NamedTuple

import msgspec
from pydantic import AfterValidator, Field, model_validator

from pipeline.ingest.feed import Feed
from pipeline.ingest.folder_feed import AbsolutePath
from pipeline.ingest.imap_address import mail_folder, server_address, server_of
from pipeline.rule_values import HOUR_MS, SECOND_MS, Duration, Reference, TokenPlace

UIDS_MAX = 50_000  # that a look covers: a list of more is longer than a line that imaplib reads
LEFT_MAX = 500  # messages of a look that are put away late


class AfterMail(StrEnum):
    """What becomes of a message that Kafka has."""

    KEEP = "keep"
    SEEN = "seen"
    MOVE = "move"


class Begin(StrEnum):
    """Which messages a feed begins with."""

    ALL = "all"
    NEW = "new"


class ImapFeed(Feed):
    """The messages of a folder of a mailbox."""

    kind: ClassVar[str] = "imap"

    imap: Annotated[str, AfterValidator(server_address)] = Field(
        description="`imaps://host[:port]`; `imap://host[:port]` with `starttls`, or on this machine"
    )
    starttls: bool = Field(
        False, description="`true`: encrypt a connection to `imap://` by STARTTLS; without it nobody logs in"
    )
    user: Annotated[str, Field(min_length=1, max_length=1_000)] = Field(description="who logs in, or where that is")
    password: Reference | None = Field(None, description="where the password is")
    token: TokenPlace | None = Field(
        None,
        description="instead of a password, where the OAuth token is (XOAUTH2): `env:NAME`, `file:/path`, or "
        "`command:/path words` for a program that prints one; file and program are asked again at each login",
    )
    ca: AbsolutePath | None = Field(
        None, description="a file with the authority of the server's certificate, if it is none of the system's"
    )
    folder: Annotated[str, AfterValidator(mail_folder)] = Field("INBOX", description="the folder that is read")
    every: Duration = Field(
        20 * SECOND_MS,
        ge=5 * SECOND_MS,
        le=HOUR_MS,
        description="from one look into the folder to the next; where the server tells of new messages (IDLE), it "
        "is looked at when it does, and at least each 2m",
    )
    begin: Begin = Field(
        Begin.ALL, description="at first: `all` messages of the folder, or only `new` ones that come from then on"
    )
    after: AfterMail = Field(
        AfterMail.KEEP, description="what becomes of a message that was taken: `keep`, mark it as `seen`, or `move`"
    )
    move_to: Annotated[str, AfterValidator(mail_folder)] | None = Field(
        None, description="the folder it is moved to"
    )

    @model_validator(mode="after")
    def _is_encrypted(self) -> ImapFeed:
        """What logs in is sent, so the line has to be encrypted."""
        server = server_of(self.imap)
        if self.starttls and server.is_encrypted:
            raise ValueError(
                "imaps:// is encrypted from the beginning; write imap:// with starttls, or leave it out"
            )
        if not (self.starttls or server.is_encrypted or server.is_here):
            raise ValueError("it would send the password in the clear; write imaps://, or starttls: true")
        return self

    @model_validator(mode="after")
    def _logs_in(self) -> ImapFeed:
        if (self.password is None) == (self.token is None):
            raise ValueError("write either password or token")
        return self

    @model_validator(mode="after")
    def _moves_somewhere(self) -> ImapFeed:
        if (self.after is AfterMail.MOVE) != (self.move_to is not None):
            raise ValueError("write both after: move and move_to: FOLDER, or neither")
        return self


class Look(NamedTuple):
    """The question which messages there are behind `after`, and up to it some that are to be put away."""

    after: int
    tidy: bool


class Listing(NamedTuple):
    """The messages, by UID."""

    validity: int
    next_uid: int
    uids: tuple[int, ...]  # behind `after`, up to UIDS_MAX behind it; ascending
    left: tuple[int, ...] = ()  # up to it, neither seen nor moved
    is_told: bool = False  # whether the server tells of new ones from now on
    untold: str = ""  # why it does not, although it says that it can


class Read(NamedTuple):
    """The question for messages."""

    validity: int
    uids: tuple[int, ...]
    rest: tuple[int, ...] = ()  # to be read after them


class Trouble(StrEnum):
    """Why a message has no content.  The values are words for an operator."""

    GONE = "gone before it could be read"
    TOO_LARGE = "larger than a payload may be"


class Mail(NamedTuple):
    """A message, whole as it was sent."""

    uid: int
    value: bytes = b""
    received_ms: int | None = None  # by the server
    trouble: Trouble | None = None


class Mails(NamedTuple):
    """The first of the messages that were asked for, as many as fit into a step."""

    validity: int
    mails: tuple[Mail, ...]


class Put(NamedTuple):
    """Messages that were taken, and are marked or moved now."""

    validity: int
    uids: tuple[int, ...]


class ImapCursor(msgspec.Struct, frozen=True):
    """How far the folder was read."""

    validity: int = 0  # 0: never
    uid: int = 0  # the last one
    first_uid: int = 0  # those up to it were there before the feed began, and are left alone
    begun_ms: int = 0
    renumbered_uid: int = 0  # those up to it are read again, because they got new UIDs


Answer = Listing | Mails
