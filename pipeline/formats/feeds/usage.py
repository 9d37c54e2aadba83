"""RSS, Atom: whether and from when on an entry may be published, and what it says to editors.

feedparser keeps one of several elements of a name and drops what it does not know, so the elements are read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from pipeline.formats.places import CODE, UNREAD, Places
from pipeline.formats.xml.places import attributes_of, passages_in
from pipeline.formats.xml.tree import Element, words
from pipeline.items import PubStatus
from pipeline.notes import Addressee, Passage
from pipeline.values import codes
from pipeline.values.dates import is_past
from pipeline.values.embargo import Embargo

# Media RSS: media:status@state; WordPress: wp:status; AP: apnm:PublishingStatus; Superdesk: pubstatus.
STATUSES = frozenset({"status", "PublishingStatus", "pubstatus", "pubStatus"})
DRAFTS = {"yes": "draft", "true": "draft", "no": "usable", "false": "usable"}  # RFC 5023: app:draft
CONTENTS = frozenset({"description", "summary", "content", "encoded"})
RELEASES = frozenset({"embargoed", "embargo", "embargoDate", "embargoedUntil", "valid", "available"})
PERIOD = re.compile(r"(?:^|;)\s*start\s*=\s*([^;]*)", re.IGNORECASE)  # dcterms:valid, a DCMI period
PERIOD_PART = re.compile(r"(?:start|end|scheme|name)\s*=", re.IGNORECASE)

_PUBLIC = (
    "description summary content encoded subtitle abstract text transcript author creator contributor publisher "
    "credit source generator image textInput cloud docs managingEditor webMaster location "
    "address name email itunes group thumbnail caption byline dateline"
)
_CODES = (
    "guid id link origLink permalink comments commentRss enclosure url uri pubDate published updated modified date "
    "issued created lastBuildDate language ttl skipHours skipDays updatePeriod updateFrequency updateBase hub "
    "status PublishingStatus pubstatus pubStatus draft valid available embargoed embargo embargoDate "
    "embargoedUntil post_date post_date_gmt post_name post_type post_password"
)
PLACES = Places(
    {  # by name, whatever is around; all other places are addressed to editors
        **{f"//{name}": Addressee.PUBLIC for name in _PUBLIC.split()},
        **dict.fromkeys(("//rights", "//copyright", "//license"), Addressee.TERMS),
        "//title": Addressee.HEADLINE,
        "//headline": Addressee.HEADLINE,
        "//kicker": Addressee.HEADLINE,
        "//alternative": Addressee.HEADLINE,  # dcterms: a second headline, or the line below the first
        "//category": Addressee.SLUG,
        "//subject": Addressee.SLUG,
        "//keywords": Addressee.SLUG,
        # Ids, addresses, dates, codes; and what Parsed hands over.
        **{f"//{name}": CODE for name in _CODES.split()},
        "//@title": Addressee.PUBLIC,  # of the page behind a link
        "//item": UNREAD,
        "//entry": UNREAD,
    }
)


class FeedUsage(NamedTuple):
    """What the elements of a feed or an entry say about its use."""

    statuses: tuple[str, ...]  # as written
    releases: tuple[str, ...]
    passages: tuple[Passage, ...]


def usage_in(
    owners: Sequence[Element], elements: Iterable[Element], known: frozenset[str] = frozenset()
) -> FeedUsage:
    """What the elements and those in them say, and the attributes of the owners, which they are in.

    `known`: texts of CONTENTS that are read elsewhere.
    """
    found = list(elements)
    places = [one for element in found for one in element.iter()]
    written = [one.get("state", words(one)) for one in places if one.tag in STATUSES]
    written += ["private" for one in places if one.tag == "post_password" and words(one)]  # WordPress
    drafts = (words(one).lower() for one in places if one.tag == "draft")
    releases = (release for one in places if one.tag in RELEASES for release in _releases(one))
    passages = (
        passage
        for one in found
        if not (one.tag in CONTENTS and (one.text or "").strip() in known)
        for passage in passages_in(one, PLACES, one.tag)
    )
    said = (passage for owner in owners for passage in attributes_of(owner, PLACES))
    statuses = (*written, *(DRAFTS.get(draft, draft) for draft in drafts))
    return FeedUsage(statuses, tuple(releases), (*said, *passages))


def read_entry_usage(
    entry: FeedUsage, feed: FeedUsage, received: datetime, warnings: list[str]
) -> tuple[PubStatus, Embargo | None]:
    """The strictest status and embargo of an entry and its feed."""
    releases = [one for one in (*entry.releases, *feed.releases) if not is_past(one, received)]
    return codes.read_usage((*entry.statuses, *feed.statuses), releases, warnings)


def _releases(element: Element) -> list[str]:
    """The beginning of a period, or the date as written.  A period without a beginning began long ago."""
    written = words(element)
    if PERIOD_PART.search(written):
        return PERIOD.findall(written)
    if element.tag.startswith("embargo") and written.lower() in ("no", "false", "0", "none"):
        return []
    return [written] if written or element.tag.startswith("embargo") else []
