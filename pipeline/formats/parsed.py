"""What a parser makes of a payload: the contract of this package.

A parser is a pure function from a Payload to items; it raises nothing but Rejected.  It keeps what the format
says and interprets nothing: reading the copy (dateline, sign-off, boilerplate) is the work of `copy`, deciding
about revisions that of `resolve`.  There is no field for a non-public note: it cannot get out
(docs/design/laws.md#law-5).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pipeline.items import AltId, Concept, InfoSource, Text
from pipeline.values.embargo import Embargo


@dataclass(frozen=True, slots=True)
class Payload:
    """The bytes as received, and what the publisher said of them."""

    data: bytes
    feed: str
    received: datetime  # aware, UTC
    content_type: str | None = None
    format: str | None = None  # a name in FORMATS, if the publisher knows it


@dataclass(frozen=True, slots=True)
class Parsed:
    """One item of a payload, in the format's own words."""

    paragraphs: tuple[str, ...]  # plain text, no markup; empty for a kill without a body
    html: str = (
        ""  # the body as it was marked up, if it was: no more than what `paragraphs` says is ever taken of it
    )
    headline: str = ""
    native_id: str | None = None  # names the dispatch, without any version part
    version: str | None = None
    version_created: datetime | None = None  # aware
    first_created: datetime | None = None
    pub_status: Literal["usable", "withheld", "canceled"] = "usable"
    embargo: Embargo | None = None
    language: str | None = None  # as declared
    urgency: int | None = None  # 1 (most urgent) .. 9, IPTC
    slugline: str | None = None
    further_headlines: tuple[Text, ...] = ()  # beside the headline, each with its role: kicker, subhead, extended
    by: str | None = None
    located: str | None = None
    dateline: str | None = None  # where the format has it apart from the copy; `copy` reads it
    sign_off: str | None = None  # likewise
    descriptions: tuple[str, ...] = ()  # abstract, RSS description: shown, but no body
    info_sources: tuple[InfoSource, ...] = ()
    places: tuple[Concept, ...] = ()
    subjects: tuple[Concept, ...] = ()
    alt_ids: tuple[AltId, ...] = ()
    ed_note: str | None = None  # public
    copyright_notice: str | None = None
    usage_terms: str | None = None
    signals: tuple[str, ...] = ()  # kill, hold, correction, refile, repeat, update, flash, bulletin, ...
    warnings: tuple[str, ...] = ()  # what was bent or ignored and may matter


@dataclass(frozen=True, slots=True)
class Broken:
    """One item of a payload that cannot be used while its neighbours can."""

    part: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Parse:
    """All of a payload."""

    items: tuple[Parsed | Broken, ...] = field(default=())
