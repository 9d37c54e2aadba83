"""What feeds.yaml says of a bucket, and what is asked of it and answered."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, ClassVar, NamedTuple

import msgspec
from pydantic import AfterValidator, Field, model_validator

from pipeline.ingest.feed import Feed
from pipeline.ingest.folder_feed import After
from pipeline.rule_values import HOUR_MS, MINUTE_MS, SECOND_MS, Duration, Reference, WebAddress

PAGE_OBJECTS_MAX = 1_000  # what S3 lists at a time
PREFIX_CHARACTERS_MAX = 500
_ADDRESS = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>.*))?")


def _address(text: str) -> str:
    found = _ADDRESS.fullmatch(text)
    if not found or len(found["prefix"] or "") > PREFIX_CHARACTERS_MAX or not text.isprintable():
        raise ValueError(f"{text!r} is no address of a bucket; write s3://bucket or s3://bucket/prefix/")
    return text


class S3Feed(Feed):
    """The objects of a bucket whose names begin with a prefix."""

    kind: ClassVar[str] = "s3"

    s3: Annotated[str, AfterValidator(_address)] = Field(description="`s3://bucket/prefix/`")
    endpoint: WebAddress | None = Field(None, description="the address of a service other than that of Amazon")
    region: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] | None = Field(
        None, description="the region of the bucket; without it that of the environment"
    )
    key_id: Reference | None = Field(
        None,
        description="where the id of the access key is; without it what AWS tools find (variables, profile, role)",
    )
    secret: Reference | None = Field(None, description="where its secret is")
    every: Duration = Field(
        MINUTE_MS, ge=5 * SECOND_MS, le=24 * HOUR_MS, description="from one look at the bucket to the next"
    )
    in_order: bool = Field(
        False,
        description="`true`: names sort by time, as 2026/11/29/…, so that only those behind the last one are "
        "listed; a name that sorts before it is never seen",
    )
    after: After = Field(
        After.KEEP, description="what becomes of an object that was taken: `keep`, `move` or `delete`"
    )
    move_to: Annotated[str, Field(min_length=1, max_length=PREFIX_CHARACTERS_MAX)] | None = Field(
        None, description="what its name begins with then, instead of the prefix, as `taken/`"
    )

    @model_validator(mode="after")
    def _fits(self) -> S3Feed:
        if (self.key_id is None) != (self.secret is None):
            raise ValueError("write both key_id and secret, or neither")
        if (self.after is After.MOVE) != (self.move_to is not None):
            raise ValueError("write both after: move and move_to: PREFIX, or neither")
        if self.in_order and self.after is not After.KEEP:
            raise ValueError("in_order is of no use where objects are moved or deleted; leave it out")
        if self.move_to is not None and self.move_to.startswith(self.prefix):
            raise ValueError(f"what is moved to {self.move_to} would be taken again; name another prefix")
        return self

    @property
    def bucket(self) -> str:
        """The name of the bucket."""
        return self.s3.removeprefix("s3://").partition("/")[0]

    @property
    def prefix(self) -> str:
        """What the names begin with."""
        return self.s3.removeprefix("s3://").partition("/")[2]


class Thing(NamedTuple):
    """An object of the bucket, as it was listed."""

    key: str
    etag: str
    size: int


class List(NamedTuple):
    """The question for a page of names: behind one, or the page of a token."""

    behind: str = ""
    token: str = ""


class Page(NamedTuple):
    """Objects by name, and the token of the next page; "" for the last one."""

    things: tuple[Thing, ...]
    token: str = ""


class Get(NamedTuple):
    """The question for objects."""

    things: tuple[Thing, ...]
    rest: tuple[Thing, ...] = ()  # to be got after them
    token: str = ""  # and then this page


class Trouble(StrEnum):
    """Why an object has no content.  The values are words for an operator."""

    CHANGED = "written anew since it was listed"  # the next look has it
    GONE = "gone before it could be read"
    TOO_LARGE = "larger than a payload may be"
    DAMAGED = "no gzip file, whatever its name says"
    REFUSED = "may not be read"


class Got(NamedTuple):
    """What an object has."""

    thing: Thing
    value: bytes = b""
    trouble: Trouble | None = None
    content_type: bytes = b""


class Things(NamedTuple):
    """The first of the objects that were asked for, as many as fit into a step."""

    got: tuple[Got, ...]


class Put(NamedTuple):
    """An object that was taken, and is moved or deleted now, if it is still this one."""

    thing: Thing


class S3Cursor(msgspec.Struct, frozen=True):
    """How far the bucket was read where names are in order, and when the round of looks began."""

    last: str = ""
    round_ms: int = 0


Answer = Page | Things
