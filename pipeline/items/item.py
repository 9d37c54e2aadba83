"""The item of wire.normalised and every later topic: an IPTC ninjs 3.1 news item plus our members.

Without `wire`, `copy`, `dispatch`, `duplicate`, `story` and `round_up` a record validates against the published
schema; with them it is the extension that ninjs provides for (`allOf` its `$defs/ninjsType`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from pipeline.items.dispatch import Dispatch, Duplicate
from pipeline.items.model import Instant, Model, many, parse
from pipeline.items.ninjs import AltId, Concept, InfoSource, PubStatus, Text
from pipeline.items.story import RoundUp, StoryTag
from pipeline.language import UND, Language
from pipeline.records import Reason


class Representation(StrEnum):
    """ninjs `representationType`: the whole item, or a note about an item that is already known."""

    FULL = "full"
    PARTIAL = "partial"


class Wire(Model):
    """How the item came: the feed, the agency, and the position of its payload in wire.raw."""

    feed: str = Field(description="the feed that brought it")
    agency: str | None = Field(None, description="the agency that wrote the copy, whoever supplied it")
    format: str = Field(description="the format of the payload")
    topic: str = Field(description="where the payload is in the log: its topic")
    partition: int = Field(description="its partition")
    offset: int = Field(description="its offset")
    part: int = Field(0, description="which item of the payload, from 0")
    sha256: str = Field(description="hash of the payload, in hex")
    received: Instant = Field(description="when the payload arrived")
    warnings: tuple[str, ...] = many("what was bent or ignored and may matter")


class Dateline(Model):
    """`BRUSSELS (Reuters) -` in parts."""

    text: str = Field(description="as written, without the dash")
    city: str | None = Field(None, description="the city")
    region: str | None = Field(None, description="the state or region")
    country: str | None = Field(None, description="the country, in English")
    country_code: str | None = Field(None, description="the country, ISO 3166-1 alpha-2")
    date: str | None = Field(None, description="the date, as written")
    agency: str | None = Field(None, description="the agency that it names")


class Stripped(Model):
    """A piece of the copy that is not its body."""

    kind: str = Field(
        description="what it is: dateline, byline, sign-off, copyright, credit, boilerplate, change-note …"
    )
    text: str = Field(description="the text that was taken out")
    rule: str = Field(description="the rule that recognised it")


class Copy(Model):
    """What the copy says about itself: taken out of the body, kept here."""

    tags: tuple[str, ...] = many("tags of headline and slug: UPDATE 2, CORRECTED, WRAPUP 1 …")
    dateline: Dateline | None = Field(None, description="the dateline, in parts")
    bylines: tuple[str, ...] = many("who wrote it")
    reporting: tuple[str, ...] = many("who reported, by the sign-off")
    editing: tuple[str, ...] = many("who edited, by the sign-off")
    sign_off: str | None = Field(None, description="the sign-off, as written")
    copyright: str | None = Field(None, description="the copyright line")
    credits: tuple[str, ...] = many("credits of photos and covers")
    change_note: str | None = Field(
        None, description="what changed since the version before, in the words of the agency"
    )
    stripped: tuple[Stripped, ...] = many("what was taken out of the body, piece by piece")


STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json",
}


class NinjsItem(Model):
    """The members of an IPTC ninjs 3.1 item that we write."""

    uri: str = Field(description="the dispatch: the same for all its versions")
    standard: dict[str, str] = Field(STANDARD, description="the standard that the record follows")
    type: Literal["text"] = Field("text", description="all items are text")
    representation_type: Representation = Field(
        Representation.FULL, description="`partial`: a note about an item that is already known, without a body"
    )
    version: str = Field(description="the version of the dispatch")
    version_created: Instant = Field(description="when the agency wrote this version; never later than its arrival")
    first_created: Instant | None = Field(None, description="when the agency wrote the first version")
    embargoed_until: Instant | None = Field(None, description="when the embargo ends")
    pub_status: PubStatus = Field(
        PubStatus.USABLE, description="`withheld`: held, or recalled after a kill; `canceled`: killed"
    )
    urgency: int | None = Field(None, ge=1, le=9, description="1, most urgent, to 9")
    language: Language = Field(UND, description="BCP 47 tag")
    headlines: tuple[Text, ...] = many("the main headline first")
    descriptions: tuple[Text, ...] = many("summaries")
    bodies: tuple[Text, ...] = many("the body as text; then, where its markup says more, as HTML")
    by: str | None = Field(None, description="the byline")
    slugline: str | None = Field(None, description="the slugline")
    located: str | None = Field(None, description="where the copy was written")
    info_sources: tuple[InfoSource, ...] = many("who the content comes from")
    places: tuple[Concept, ...] = many("places that it names, or where it was written")
    subjects: tuple[Concept, ...] = many("subjects; the one with the `rel` `story` is ours")
    alt_ids: tuple[AltId, ...] = many("other ids of the dispatch")
    ed_note: str | None = Field(None, description="the note to editors, as far as it may be published")
    copyright_notice: str | None = Field(None, description="the copyright notice")
    usage_terms: str | None = Field(None, description="terms of use")


class Item(NinjsItem):
    """A record of wire.normalised, wire.resolved, wire.deduped and wire.enriched."""

    wire: Wire = Field(description="how the item came")
    # Not named `copy`, as in the record: pydantic's models have a method of that name.
    furniture: Copy = Field(Copy(), alias="copy", description="what the copy says about itself")
    dispatch: Dispatch = Field(description="which dispatch it belongs to, and whether that is still good")
    duplicate: Duplicate | None = Field(None, description="who said it before")
    story: StoryTag | None = Field(None, description="which story it belongs to")
    round_up: RoundUp | None = Field(None, description="of a round-up, which belongs to no story: what it tells of")

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
        """A recall or an advisory: it names its cause and counts as no item (docs/design/laws.md#law-1)."""
        return self.representation_type is Representation.PARTIAL


# The members that ninjs does not have, as they are written.
OURS = frozenset(
    field.alias or name for name, field in Item.model_fields.items() if name not in NinjsItem.model_fields
)


def read_item(value: bytes) -> Item:
    """The item of a record.  Raises Rejected(BAD_RECORD), naming the first field that is wrong."""
    return parse(Item, value, Reason.BAD_RECORD)
