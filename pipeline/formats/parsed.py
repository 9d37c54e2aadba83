"""What a parser receives and returns.

A parser is a pure function from a Payload to items; it raises nothing but Rejected.  It keeps what the format
says and interprets nothing: `copy` reads the text (dateline, sign-off, boilerplate), `notes` what is addressed to
editors, `resolve` decides about revisions.  No field for a non-public note is published: there is `passages` alone,
which normalise reads and drops (docs/design/laws.md#law-5).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple

from pipeline.items import AltId, Concept, InfoSource, PubStatus, Signal, Text
from pipeline.notes import Passage
from pipeline.records import Fault, Reason
from pipeline.values.embargo import Embargo


class Identity(StrEnum):
    """What identifies an entry of RSS, Atom and JSON Feed; other formats have ids of their own."""

    GUID = "guid"  # its id, else its link
    LINK = "link"  # its link, for feeds that give each entry a new id at every turn; else its id


@dataclass(frozen=True, slots=True)
class Payload:
    """The bytes as they were received, and what the publisher declared about them."""

    data: bytes
    feed: str
    received: datetime  # aware, UTC
    format: str | None = None  # a name in FORMATS, if the publisher declared one
    identity: Identity = Identity.GUID


class IdLimit(NamedTuple):
    """The characters of an id; a longer one rejects the item."""

    most: int


class TextLimit(NamedTuple):
    """The characters of a text; a longer one is cut, with a warning."""

    most: int


class ListLimit(NamedTuple):
    """The elements of a list; what follows them is dropped, with a warning."""

    most: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """One item of a payload, in the words of its format.

    A field with the name of a member of NinjsItem fills that member: as it is, or completed by normalise.
    The limits of texts and lists are declared here, those of the body and the warnings in `limits`.
    """

    paragraphs: tuple[str, ...]  # plain text without markup; empty for a kill without a body
    html: str = ""  # the body's markup, if it had any: only its structure is used, the words are those above
    headline: Annotated[str, TextLimit(1_000)] = ""
    native_id: Annotated[str | None, IdLimit(1_000)] = None  # identifies the dispatch, without any version
    names: Annotated[tuple[str, ...], ListLimit(20)] = ()  # all ids of the dispatch (ids.names_of)
    corrected_names: Annotated[tuple[str, ...], ListLimit(20)] = ()  # names only if it corrects, holds or kills
    version: Annotated[str | None, IdLimit(200)] = None  # a date is not a version
    version_created: datetime | None = None  # aware
    first_created: datetime | None = None
    revision_undated: bool = False  # version_created is the date of the first publication: there is no other
    pub_status: PubStatus = PubStatus.USABLE
    embargo: Embargo | None = None
    language: Annotated[str | None, TextLimit(35)] = None  # as declared; RFC 5646, 4.4.1
    urgency: int | None = None  # 1 (most urgent) to 9, IPTC
    slugline: Annotated[str | None, TextLimit(500)] = None
    further_headlines: Annotated[tuple[Text, ...], ListLimit(10)] = ()  # with a role each: kicker, subhead …
    by: Annotated[str | None, TextLimit(500)] = None
    located: Annotated[str | None, TextLimit(500)] = None
    # Dateline and sign-off if the format keeps them apart from the copy; `copy` reads them.
    dateline: Annotated[str | None, TextLimit(500)] = None
    sign_off: Annotated[str | None, TextLimit(500)] = None
    descriptions: Annotated[tuple[str, ...], ListLimit(10)] = ()  # abstract, RSS description, a paragraph a line
    info_sources: Annotated[tuple[InfoSource, ...], ListLimit(20)] = ()
    places: Annotated[tuple[Concept, ...], ListLimit(100)] = ()
    subjects: Annotated[tuple[Concept, ...], ListLimit(200)] = ()
    alt_ids: Annotated[tuple[AltId, ...], ListLimit(20)] = ()
    ed_note: Annotated[str | None, TextLimit(4_000)] = None  # public
    copyright_notice: Annotated[str | None, TextLimit(4_000)] = None
    usage_terms: Annotated[str | None, TextLimit(4_000)] = None
    signals: tuple[Signal, ...] = ()
    # Text that pipeline.notes reads and that is published nowhere: fields for editors, what the payload says about
    # the item as a whole, other versions of the copy.
    passages: tuple[Passage, ...] = ()
    warnings: tuple[str, ...] = ()  # what was repaired or ignored and may matter; a Fault makes it unfit
    # Why it is no news to be published, its first fault: a kill or a hold loses its words, all else is rejected.
    unfit: Fault | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """An item of a payload that cannot be read, while others can."""

    part: int
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Parse:
    """All items of a payload."""

    items: tuple[Parsed | Broken, ...] = field(default=())
