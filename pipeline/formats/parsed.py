"""What a parser receives and returns.

A parser is a pure function from a Payload to items; it raises nothing but Rejected.  It keeps what the format
says and interprets nothing: `copy` reads the text (dateline, sign-off, boilerplate), `resolve` decides about
revisions.  There is no field for a non-public note, so none can get out (docs/design/laws.md#law-5).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from pipeline.items import AltId, Concept, InfoSource, PubStatus, Signal, Text
from pipeline.values.embargo import Embargo


@dataclass(frozen=True, slots=True)
class Payload:
    """The bytes as they were received, and what the publisher declared about them."""

    data: bytes
    feed: str
    received: datetime  # aware, UTC
    format: str | None = None  # a name in FORMATS, if the publisher declared one


@dataclass(frozen=True, slots=True)
class Parsed:
    """One item of a payload, in the words of its format."""

    paragraphs: tuple[str, ...]  # plain text without markup; empty for a kill without a body
    html: str = ""  # the body's markup, if it had any: only its structure is used, the words are those above
    headline: str = ""
    native_id: str | None = None  # identifies the dispatch, without any version
    version: str | None = None
    version_created: datetime | None = None  # aware
    first_created: datetime | None = None
    pub_status: PubStatus = PubStatus.USABLE
    embargo: Embargo | None = None
    language: str | None = None  # as declared
    urgency: int | None = None  # 1 (most urgent) to 9, IPTC
    slugline: str | None = None
    further_headlines: tuple[Text, ...] = ()  # beside the headline, each with its role: kicker, subhead, extended
    by: str | None = None
    located: str | None = None
    dateline: str | None = None  # if the format keeps it apart from the copy; `copy` reads it
    sign_off: str | None = None  # likewise
    descriptions: tuple[str, ...] = ()  # abstract, RSS description: shown, but not the body
    info_sources: tuple[InfoSource, ...] = ()
    places: tuple[Concept, ...] = ()
    subjects: tuple[Concept, ...] = ()
    alt_ids: tuple[AltId, ...] = ()
    ed_note: str | None = None  # public
    copyright_notice: str | None = None
    usage_terms: str | None = None
    signals: tuple[Signal, ...] = ()
    warnings: tuple[str, ...] = ()  # what was repaired or ignored and may matter


@dataclass(frozen=True, slots=True)
class Broken:
    """An item of a payload that cannot be read, while others can."""

    part: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Parse:
    """All items of a payload."""

    items: tuple[Parsed | Broken, ...] = field(default=())
