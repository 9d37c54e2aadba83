"""The item that walks: an IPTC ninjs 3.1 news item plus our members.

Inside, fields bear ninjs names from normalise on; nothing is translated twice.  Without `wire`, `copy`,
`dispatch`, `duplicate` and `story` a record validates strictly against the published schema; with them it is
the extension that ninjs provides for (`allOf` its `$defs/ninjsType`).  All models are frozen.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from pipeline.records import Reason, Rejected

Instant = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]


class Model(BaseModel):
    """Frozen, strict about names, camelCase on the wire."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


# ---- ninjs ----------------------------------------------------------------------------------------------------


class Text(Model):
    """A headline, description or body; the counts are a body's only (ninjs 3.1)."""

    value: str
    role: str | None = None
    content_type: str | None = None
    char_count: int | None = None
    word_count: int | None = None


class Concept(Model):
    """A place or subject: ninjs `places[]`, `subjects[]`."""

    name: str | None = None
    rel: str | None = None
    uri: str | None = None
    literal: str | None = None


class InfoSource(Model):
    """Who the content comes from: ninjs `infoSources[]`; role `origin` is the agency that the copy names."""

    name: str | None = None
    role: str | None = None
    uri: str | None = None
    literal: str | None = None


class AltId(Model):
    """ninjs `altIds[]`; role `native` is the agency's own id of the dispatch."""

    role: str
    value: str


class PubStatus(StrEnum):
    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


# ---- ours -----------------------------------------------------------------------------------------------------


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


class Kind(StrEnum):
    """What a revision does to its dispatch."""

    NEW = "new"
    UPDATE = "update"
    CORRECTION = "correction"
    REFILE = "refile"
    REPEAT = "repeat"  # the same item again: published, indexed and counted nowhere
    LATE = "late"  # an older revision than one already seen
    KILL = "kill"
    ADVISORY = "advisory"  # a hold or a release of something already published
    RECALL = "recall"  # ours: what it depends on was killed or corrected


class Severity(StrEnum):
    """NEWSWIRE 2, highest first; `none` for a first version or an ordinary update."""

    KILLED = "killed"
    CORRECTED = "corrected"
    REFILED = "refiled"
    REPEATED = "repeated"
    NONE = "none"


class Status(StrEnum):
    """The state of a dispatch after this revision."""

    USABLE = "usable"
    HELD = "held"
    CORRECTED = "corrected"
    SUPERSEDED = "superseded"
    KILLED = "killed"
    RECALLED = "recalled"


class Dispatch(Model):
    """Which dispatch, which revision, and whether it is still good.  normalise knows ids and signals only."""

    id: str
    item: str
    signals: tuple[str, ...] = ()  # what the item itself says: kill, hold, correction, refile, repeat, flash, ...
    revision: int | None = None  # 1 for the first seen of the chain
    kind: Kind | None = None
    severity: Severity | None = None
    status: Status | None = None
    supersedes: str | None = None  # version
    corrects: str | None = None  # version
    killed_by: str | None = None  # item id, or who, for a kill by hand
    why: str | None = None


class Relation(StrEnum):
    """How an item repeats an earlier one (ALGORITHMS 2.6)."""

    ORIGINAL = "original"  # nothing like it in the window
    EXACT = "exact"  # the same payload, body, or body without furniture
    REPUBLISH = "republish"
    CORRECTION = "correction"
    UPDATE = "update"
    EXCERPT = "excerpt"
    ROUND_UP = "round-up"
    RELATED = "related"


class Duplicate(Model):
    """Who said it before: the verdict of dedupe, with its evidence."""

    relation: Relation
    of: str | None = None  # dispatch id of the earliest item it repeats
    of_item: str | None = None
    of_feed: str | None = None
    score: float | None = None
    threshold: float | None = None
    evidence: dict[str, float | int | str] = Field(default_factory=dict)
    rule: str  # name and version of the rule that decided
    independent: bool = True  # false: counts as no report of its own


class StoryTag(Model):
    """Which story: the verdict of tag, with its evidence."""

    id: str
    label: str
    relation: Literal["new", "joined", "inherited", "none"]
    score: float | None = None
    threshold: float | None = None
    evidence: tuple[str, ...] = ()  # terms shared with the story, weightiest first
    items: int
    independent: int  # independent reports
    first_seen: Instant
    merged_from: str | None = None
    rule: str


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
    representation_type: Literal["full", "partial"] = "full"
    version: str
    version_created: Instant
    first_created: Instant | None = None
    embargoed_until: Instant | None = None
    pub_status: PubStatus = PubStatus.USABLE
    urgency: int | None = Field(default=None, ge=1, le=9)
    language: str = "und"
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


OURS = frozenset({"wire", "copy", "dispatch", "duplicate", "story"})


def dump(model: Model) -> bytes:
    """A model as the wire carries it: compact JSON, ninjs names, nothing that is absent or empty."""
    # What model_dump_json calls, without its way from bytes to str and back.
    return model.__pydantic_serializer__.to_json(model, by_alias=True, exclude_none=True)


class Control(Model):
    """An operator's or editor's word, in a room's input topic: who, what, why."""

    action: Literal["hold", "release", "kill", "pin"]
    dispatch: str | None = None
    story: str | None = None
    label: str | None = None
    who: str = Field(min_length=1, max_length=200)
    why: str = Field(min_length=1, max_length=1000)


M = TypeVar("M", bound=Model)


def read(value: bytes) -> Item:
    """The item of a record of ours.  Raises Rejected(BAD_RECORD), naming the first field that is wrong."""
    return _read(Item, value, Reason.BAD_RECORD)


def read_control(value: bytes) -> Control:
    """An operator's or editor's word.  Raises Rejected(BAD_CONTROL), naming the first field that is wrong."""
    return _read(Control, value, Reason.BAD_CONTROL)


def _read(model: type[M], value: bytes, reason: Reason) -> M:
    try:
        return model.model_validate_json(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or model.__name__.lower()
        raise Rejected(reason, f"{place}: {first['msg']}") from None


def content_id(*parts: str | bytes) -> str:
    """24 hex digits out of the parts' content: blake2b-96, parts parted unmistakably."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()


def dispatch_id(feed: str, native_id: str) -> str:
    """The dispatch: feed and native id, without version (DESIGN, Ids)."""
    return content_id("dispatch", feed, native_id)


def item_id(feed: str, native_id: str, version: str, body_hash: bytes) -> str:
    """One revision with one body."""
    return content_id("item", feed, native_id, version, body_hash)


def dispatch_uri(dispatch: str) -> str:
    """The ninjs `uri` of a dispatch."""
    return f"urn:wiredesk:dispatch:{dispatch}"


def instant(ms: int) -> datetime:
    """An aware UTC instant out of milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC)


# ---- what tag and alert publish beside the items --------------------------------------------------------------


class Story(Model):
    """A record of wire.stories (compacted, key: id): the whole story as it stands, and what just happened to it."""

    id: str
    label: str
    label_by: str = "wiredesk"  # or the editor who pinned it
    language: str
    event: Literal["created", "joined", "updated", "relabelled", "merged", "killed", "closed", "pinned"]
    merged_into: str | None = None
    items: int
    independent: int
    feeds: tuple[str, ...] = ()
    first_seen: Instant
    last_seen: Instant
    terms: tuple[str, ...] = ()
    previous_label: str | None = None
    time: Instant


class Alert(Model):
    """A record of wire.alerts (key: story id): one thread a story, every alert with its reasons."""

    id: str
    rule: str
    thread: str  # story id; the dispatch id for an item without a story
    level: Literal["flash", "urgent", "notice"]
    headline: str
    story: str | None = None
    label: str | None = None
    language: str
    uri: str
    item: str
    feed: str
    reasons: tuple[str, ...]
    suppressed: int = 0  # alerts of this thread that the throttle swallowed since the last one
    time: Instant
