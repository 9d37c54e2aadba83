"""The item of wire.normalised and every topic behind it: an IPTC ninjs 3.1 news item plus our members.

Without `wire`, `copy`, `dispatch`, `duplicate` and `story` a record validates against the published schema;
with them it is the extension that ninjs provides for (`allOf` its `$defs/ninjsType`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from pipeline.items.dispatch import Dispatch, Duplicate
from pipeline.items.model import Instant, Model, parse
from pipeline.items.ninjs import AltId, Concept, InfoSource, PubStatus, Text
from pipeline.items.story import StoryTag
from pipeline.language import UND, Language
from pipeline.records import Reason

OURS = frozenset({"wire", "copy", "dispatch", "duplicate", "story"})


class Representation(StrEnum):
    """ninjs `representationType`: the whole item, or a note about an item that is already known."""

    FULL = "full"
    PARTIAL = "partial"


class Wire(Model):
    """How the item came: the feed, the agency, and where its payload stands in wire.raw."""

    feed: str
    agency: str | None = None  # a code of copy.agencies, e.g. "reuters"; the origin of the copy, not the supplier
    format: str
    topic: str
    partition: int
    offset: int
    part: int = 0  # which item of the payload
    sha256: str  # of the payload, hex
    received: Instant
    warnings: tuple[str, ...] = ()


class Dateline(Model):
    """`BRUSSELS (Reuters) -` in parts."""

    text: str  # as written, without the dash
    city: str | None = None
    region: str | None = None
    country: str | None = None  # English name
    country_code: str | None = None  # ISO 3166-1 alpha-2
    date: str | None = None  # as written
    agency: str | None = None


class Stripped(Model):
    """A piece of the copy that is not its body."""

    kind: str  # dateline, byline, sign-off, copyright, credit, boilerplate, change-note, embargo-note, ...
    text: str
    rule: str  # the rule that recognised it


class Copy(Model):
    """What the copy says about itself: taken out of the body, kept here."""

    tags: tuple[str, ...] = ()  # headline tags and slug flags: UPDATE 2, CORRECTED, WRAPUP 1, ...
    dateline: Dateline | None = None
    bylines: tuple[str, ...] = ()
    reporting: tuple[str, ...] = ()  # names out of the sign-off
    editing: tuple[str, ...] = ()
    sign_off: str | None = None
    copyright: str | None = None
    credits: tuple[str, ...] = ()  # photo and cover credits
    change_note: str | None = None
    stripped: tuple[Stripped, ...] = ()


class Item(Model):
    """A record of wire.normalised, wire.resolved, wire.deduped and wire.enriched."""

    uri: str
    standard: dict[str, str] = Field(
        default={
            "name": "ninjs",
            "version": "3.1",
            "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json",
        }
    )
    type: Literal["text"] = "text"
    representation_type: Representation = Representation.FULL
    version: str
    version_created: Instant
    first_created: Instant | None = None
    embargoed_until: Instant | None = None
    pub_status: PubStatus = PubStatus.USABLE
    urgency: int | None = Field(default=None, ge=1, le=9)
    language: Language = UND
    headlines: tuple[Text, ...] = ()
    descriptions: tuple[Text, ...] = ()
    bodies: tuple[Text, ...] = ()
    by: str | None = None
    slugline: str | None = None
    located: str | None = None
    info_sources: tuple[InfoSource, ...] = ()
    places: tuple[Concept, ...] = ()
    subjects: tuple[Concept, ...] = ()
    alt_ids: tuple[AltId, ...] = ()
    ed_note: str | None = None
    copyright_notice: str | None = None
    usage_terms: str | None = None
    wire: Wire
    furniture: Copy = Field(default=Copy(), alias="copy")
    dispatch: Dispatch
    duplicate: Duplicate | None = None
    story: StoryTag | None = None

    @property
    def headline(self) -> str:
        """The main headline, or nothing."""
        return self.headlines[0].value if self.headlines else ""

    @property
    def body(self) -> str:
        """The main body, paragraphs parted by a blank line, or nothing."""
        return self.bodies[0].value if self.bodies else ""

    @property
    def is_partial(self) -> bool:
        """Whether this is a recall or an advisory: it names its cause and counts as no item (law 1)."""
        return self.representation_type is Representation.PARTIAL


def read(value: bytes) -> Item:
    """The item of a record.  Raises Rejected(BAD_RECORD), naming the first field that is wrong."""
    return parse(Item, value, Reason.BAD_RECORD)
