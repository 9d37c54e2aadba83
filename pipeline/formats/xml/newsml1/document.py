"""IPTC NewsML 1.0 to 1.2: a NewsEnvelope and NewsItems, each read for the one story that it holds.

A NewsItem whose components are other NewsItems or references to them is a package, one that holds a TopicSet is a
vocabulary: neither is news.  Updates of parts of an earlier revision cannot be read without it.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from pipeline.formats.format import ITEMS_MAX, Parts
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.text import bodies
from pipeline.formats.xml.newsml1 import fields
from pipeline.formats.xml.newsml1 import status as standing
from pipeline.formats.xml.newsml1.content import (
    ABSTRACT,
    HEADLINE,
    LEAD,
    SUBHEADLINE,
    Copy,
    Story,
    copy_of,
    story_of,
)
from pipeline.formats.xml.newsml1.fields import ABOUT, LINES, LOCATIONS, MANAGED, RIGHTS
from pipeline.formats.xml.nitf import fields as nitf_fields
from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.text import tree
from pipeline.formats.xml.tree import Element
from pipeline.items import Text
from pipeline.records import Reason, Rejected
from pipeline.values import codes, editors_notes
from pipeline.values.dates import ISO, read_instant

SOURCES = {  # a NewsComponent is the one that the text stands in, then those around it; nitf: its text
    "native_id": (fields.PUBLIC_ID, fields.ITEM_ID, fields.GUID),
    "version": (fields.REVISION,),
    "version_created": (f"{MANAGED}/ThisRevisionCreated", "NewsEnvelope/DateAndTime"),
    "first_created": (f"{MANAGED}/FirstCreated",),
    "pub_status": (f"{standing.STATUS}/@FormalName", standing.STATUS, "nitf/head/docdata/@management-status"),
    "embargo": (f"{standing.CHANGES}/DateAndTime", "nitf/head/docdata/date.release/@norm"),
    "signals": (*standing.SAID, standing.STATUS_BEFORE),
    "urgency": (
        f"{MANAGED}/Urgency/@FormalName", f"{MANAGED}/Urgency", "NewsEnvelope/Priority/@FormalName",
        "NewsEnvelope/Priority",
    ),
    "language": (
        f"{ABOUT}/Language/@FormalName", "NewsComponent/@xml:lang", "NewsItem/@xml:lang", "nitf/@baselang",
        "NewsComponent/@{xml}lang",  # Belga: xml as a name of its own
    ),
    "headline": (f"{LINES}/HeadLine", f"{LINES}/Headline", "nitf/body/body.head/hedline/hl1"),
    "title": ("nitf/head/title",),
    "further_headlines": (f"{LINES}/SubHeadLine", "nitf/body/body.head/hedline/hl2"),
    "paragraphs": ("NewsComponent/ContentItem/DataContent",),
    "descriptions": ("nitf/body/body.head/abstract",),
    "slugline": (f"{LINES}/SlugLine",),
    "by": (f"{LINES}/ByLine", "nitf/body/body.head/byline"),
    "located": (LOCATIONS, "nitf/body/body.head/dateline/location"),
    "dateline": (f"{LINES}/DateLine", "nitf/body/body.head/dateline"),
    "sign_off": ("nitf/body/body.end/tagline",),
    "places": (LOCATIONS,),
    "subjects": (fields.SUBJECT_CODES, fields.GENRES, *fields.PROPERTIES, fields.KEYWORD_LINES),
    "info_sources": tuple(fields.SOURCES_OF),
    "alt_ids": tuple(fields.ALT_IDS),
    "copyright_notice": (f"{LINES}/CopyrightLine", f"{RIGHTS}/Copyright"),
    "usage_terms": (f"{LINES}/RightsLine", f"{RIGHTS}/UsageRights"),
}  # fmt: skip


class Document(NamedTuple):
    """A NewsItem, the envelope it came in, and its story."""

    item: Element
    envelope: Element | None
    story: Story


def split(payload: Payload) -> Parts:
    """The NewsItems that are news, those within others too.

    Raises Rejected: NO_ITEM for vocabularies and packages of references alone, MALFORMED for what is no NewsML 1,
    TOO_LARGE for too many items or contents of one, and what xml_text.tree raises.
    """
    root, warnings = tree(payload.data)
    if root.tag != "NewsML":
        raise Rejected(Reason.MALFORMED, f"no NewsML 1: the root element is <{root.tag[:40]}>")
    envelope = root.find("NewsEnvelope")
    items = list(root.iter("NewsItem"))
    if len(items) > ITEMS_MAX:  # before a story is looked for in each of them
        raise Rejected(Reason.TOO_LARGE, f"{len(items):,} items; at most {ITEMS_MAX:,} a payload")
    documents = [Document(item, envelope, story_of(item)) for item in items]
    others = Counter(kind for document in documents if (kind := _other_kind(document)))
    news = tuple(document for document in documents if not _other_kind(document))
    left_out = [f"{number} {kind}" for kind, number in others.items()]
    if left_out and not news:
        raise Rejected(Reason.NO_ITEM, f"{', '.join(left_out)}: no news item")
    return Parts(news, (*warnings, *(f"{several} beside it: not read" for several in left_out)))


def _other_kind(document: Document) -> str | None:
    """What it is if it is no news: a vocabulary, a package of references."""
    if document.item.find("NewsComponent") is None and document.item.find("TopicSet") is not None:
        return "TopicSet"
    refers = any(element is not document.item for element in document.item.iter("NewsItemRef", "NewsItem"))
    return "package" if refers and document.story.data is None else None


def read(document: Document) -> Parsed:
    """One NewsItem.  Raises Rejected(BAD_DATE, NO_ITEM)."""
    item, envelope, story = document
    inner = None if story.data is None else story.data.find("nitf")
    nitf_of = () if inner is None else (inner,)
    paths = Paths.of(
        NewsItem=(item,),
        NewsEnvelope=() if envelope is None else (envelope,),
        NewsComponent=story.components,
        nitf=nitf_of,
    )
    embedded = Paths(nitf_of)
    warnings = list(story.warnings)
    chain = fields.identity(paths, warnings)
    status, embargo = standing.status(paths, embedded, warnings)
    notes = standing.private_notes(paths, embedded, story.private, warnings)
    signals = (*codes.SIGNALS[status], *standing.signals(paths, status), *editors_notes.signals(notes))
    body = _body(story)
    parsed = Parsed(
        paragraphs=body.paragraphs,
        html=body.html,
        headline=(headline := _headline(paths, story, warnings)),
        further_headlines=_subheads(paths, story, headline),
        native_id=chain.native_id,
        version=chain.version,
        version_created=_instant(paths, "version_created", warnings),
        first_created=_instant(paths, "first_created", warnings),
        pub_status=status,
        embargo=embargo or editors_notes.embargo(notes),
        language=paths.text(*SOURCES["language"]),
        urgency=codes.urgency(paths.text(*SOURCES["urgency"]), warnings),
        slugline=paths.text(*SOURCES["slugline"]),
        by=_by(paths, embedded),
        located=fields.located(paths) or paths.text(*SOURCES["located"][1:]),
        dateline=_dateline(paths),
        sign_off=nitf_fields.tagline(embedded),
        descriptions=tuple(dict.fromkeys((*story.of(ABSTRACT), *paths.values(SOURCES["descriptions"][0])))),
        info_sources=fields.sources(paths),
        places=fields.places(paths),
        subjects=fields.subjects(paths),
        alt_ids=fields.alt_ids(paths),
        copyright_notice=fields.copyright_notice(paths),
        usage_terms=fields.usage_terms(paths),
        signals=tuple(dict.fromkeys(signals)),
        warnings=tuple(warnings),  # last: the fields above have added theirs
    )
    _check_words(parsed, item)
    return parsed


def _body(story: Story) -> Copy:
    """The copy: its lead, where that stands apart, and the body."""
    body = Copy(()) if story.data is None else copy_of(story.data)
    lead = [text for text in story.of(LEAD) if text not in body.paragraphs[:1]]
    return Copy((*lead, *body.paragraphs), body.html)


def _headline(paths: Paths, story: Story, warnings: list[str]) -> str:
    lines = (*paths.values(SOURCES["headline"][0]), *paths.values(SOURCES["headline"][1]), *story.of(HEADLINE))
    headline = next(iter(lines), None) or paths.text(*SOURCES["headline"])
    if headline is None and (headline := paths.text(*SOURCES["title"])):
        warnings.append("headline is the title")
    return headline or ""


def _subheads(paths: Paths, story: Story, headline: str) -> tuple[Text, ...]:
    lines = (line for source in SOURCES["further_headlines"] for line in paths.values(source))
    found = dict.fromkeys((*lines, *story.of(SUBHEADLINE)))
    return tuple(Text(value=line, role="subhead", content_type="text/plain") for line in found if line != headline)


def _by(paths: Paths, embedded: Paths) -> str | None:
    line = ", ".join(filter(None, (paths.text(f"{LINES}/{name}") for name in ("ByLine", "ByLineTitle"))))
    return line or nitf_fields.by(embedded)


def _dateline(paths: Paths) -> str | None:
    """The dateline as it reads; none if it is nothing but a date for machines."""
    line = paths.text(*SOURCES["dateline"])
    return None if line is None or ISO.fullmatch(line) else line


def _instant(paths: Paths, field: str, warnings: list[str]) -> datetime | None:
    written = paths.text(*SOURCES[field])
    return None if written is None else read_instant(written, field, warnings)


def _check_words(parsed: Parsed, item: Element) -> None:
    """An Update of parts says nothing without the revision that it is an update of."""
    if item.find("Update") is not None and parsed.pub_status == "usable":
        raise Rejected(Reason.NO_ITEM, "an Update of parts of another revision")
    bodies.check_words(parsed)
