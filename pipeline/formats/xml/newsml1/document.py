"""IPTC NewsML 1.0 to 1.2: a NewsEnvelope and NewsItems, each of which holds one story.

    content    which component is the story      identity   which dispatch, which version
    metadata   concepts, sources, rights, lines  status     status, embargo, signals

A NewsItem whose components are other NewsItems or references to them is a package, one with a TopicSet is a
vocabulary: neither is news.  An Update of parts of an earlier revision cannot be read without that revision.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from pipeline.formats.format import ITEMS_MAX, Format, Parts, has_root
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.places import checked
from pipeline.formats.xml.fields import XmlFields, subheads
from pipeline.formats.xml.newsml1 import metadata
from pipeline.formats.xml.newsml1.content import (
    ABSTRACT,
    HEADLINE,
    LEAD,
    SUBHEADLINE,
    StoryContent,
    body_of,
    story_of,
)
from pipeline.formats.xml.newsml1.identity import identify_news_item
from pipeline.formats.xml.newsml1.metadata import ABOUT, LINES, LOCATIONS, MANAGED, RIGHTS
from pipeline.formats.xml.newsml1.places import PLACES, item_passages
from pipeline.formats.xml.newsml1.status import (
    CHANGES,
    INSTRUCTIONS,
    STATUS,
    STATUS_BEFORE,
    instruction_signals,
    read_item_status,
    warn_of_notes,
)
from pipeline.formats.xml.nitf.metadata import nitf_byline, nitf_tagline
from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.text import parse_tree
from pipeline.formats.xml.tree import Body, Element
from pipeline.items import PubStatus
from pipeline.records import Fault, Reason, Rejected
from pipeline.values import codes

SOURCES = {  # NewsComponent: the one that holds the text, then those around it; nitf: the text
    "native_id": (metadata.PUBLIC_ID, metadata.ITEM_ID, metadata.GUID),
    "version": (metadata.REVISION,),
    "version_created": (f"{MANAGED}/ThisRevisionCreated", "NewsEnvelope/DateAndTime"),
    "first_created": (f"{MANAGED}/FirstCreated",),
    "pub_status": (f"{STATUS}/@FormalName", STATUS, "nitf/head/docdata/@management-status"),
    "embargo": (f"{CHANGES}/DateAndTime", "nitf/head/docdata/date.release/@norm"),
    "signals": (*INSTRUCTIONS, STATUS_BEFORE),
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
    "slugline": (f"{LINES}/SlugLine", metadata.NAME_LABEL),  # AFP
    "by": (f"{LINES}/ByLine", "nitf/body/body.head/byline"),
    "located": (LOCATIONS, "nitf/body/body.head/dateline/location"),
    "dateline": (f"{LINES}/DateLine", "nitf/body/body.head/dateline"),
    "sign_off": ("nitf/body/body.end/tagline",),
    "places": (LOCATIONS,),
    "subjects": (metadata.SUBJECT_CODES, metadata.GENRES, *metadata.PROPERTIES, metadata.KEYWORD_LINES),
    "info_sources": tuple(metadata.SOURCE_ROLES),
    "alt_ids": tuple(metadata.ALT_ID_ROLES),
    "copyright_notice": (f"{LINES}/CopyrightLine", f"{RIGHTS}/Copyright"),
    "usage_terms": (f"{LINES}/RightsLine", f"{RIGHTS}/UsageRights"),
}  # fmt: skip


class NewsItemDocument(NamedTuple):
    """A NewsItem, its envelope, its story and the NewsItems that it is in."""

    item: Element
    envelope: Element | None
    story: StoryContent
    around: tuple[Element, ...]


def split_newsml1(payload: Payload) -> Parts:
    """The NewsItems that are news, also those within others.

    Raises Rejected: NO_ITEM if there are only vocabularies and packages of references, MALFORMED for another root
    element or a status that is in none of the items, TOO_LARGE for too many items or too many contents of one, and
    whatever parse_tree raises.
    """
    root, warnings = parse_tree(payload.data)
    if root.tag != "NewsML":
        raise Rejected(Reason.MALFORMED, f"not NewsML 1: the root element is <{root.tag[:40]}>")
    envelope = root.find("NewsEnvelope")
    items = list(root.iter("NewsItem"))
    if len(items) > ITEMS_MAX:  # before each of them is searched for its story
        raise Rejected(Reason.TOO_LARGE, f"{len(items):,} items; at most {ITEMS_MAX:,} a payload")
    if any((around := one.getparent()) is None or around.tag != "NewsItem" for one in root.iter("NewsManagement")):
        raise Rejected(Reason.MALFORMED, "NewsManagement outside NewsItem: whose status is it?")
    documents = [
        NewsItemDocument(item, envelope, story_of(item), tuple(item.iterancestors("NewsItem"))) for item in items
    ]
    kinds = [kind if (kind := _other_kind(one)) and _is_usable(one) else None for one in documents]
    others = Counter(filter(None, kinds))
    news = tuple(one for one, kind in zip(documents, kinds, strict=True) if kind is None)
    not_news = [f"{number} {kind}" for kind, number in others.items()]
    if not_news and not news:
        raise Rejected(Reason.NO_ITEM, f"{', '.join(not_news)}: not news")
    return Parts(news, (*warnings, *(f"{several} beside the news: not read" for several in not_news)))


def _other_kind(document: NewsItemDocument) -> str | None:
    """The kind of an item that is not news: a vocabulary, a package of references."""
    if document.item.find("NewsComponent") is None and document.item.find("TopicSet") is not None:
        return "TopicSet"
    refers = any(element is not document.item for element in document.item.iter("NewsItemRef", "NewsItem"))
    return "package" if refers and document.story.data is None else None


def _is_usable(document: NewsItemDocument) -> bool:
    """Whether it neither kills nor holds: if it does, its kind does not matter."""
    return read_item_status(*_paths(document), [])[0] is PubStatus.USABLE


def _paths(document: NewsItemDocument) -> tuple[Paths, Paths]:
    """The paths of the item, and those of the NITF in it."""
    item, envelope, story, around = document
    text = None if story.data is None else story.data.find("nitf")
    nitf = Paths(() if text is None else (text,))
    paths = Paths.of(
        NewsItem=(item, *around),
        NewsEnvelope=() if envelope is None else (envelope,),
        NewsComponent=story.components,
        nitf=nitf.elements,
    )
    return paths, nitf


def read_news_item(document: NewsItemDocument) -> Parsed:
    """The item; an Update of parts, a vocabulary and a package have a Fault."""
    item, envelope, story, around = document
    paths, nitf = _paths(document)
    fields = XmlFields(paths, SOURCES)
    fields.warnings += story.warnings
    identity = identify_news_item(paths, fields.warnings)
    status, embargo = read_item_status(paths, nitf, fields.warnings)
    if item.find("Update") is not None:
        fields.warnings.append(Fault(Reason.NO_ITEM, "an Update of parts of another revision"))
    if kind := _other_kind(document):
        fields.warnings.append(Fault(Reason.NO_ITEM, f"a {kind}: not news"))
    warn_of_notes(paths, nitf, story.private_notes, fields.warnings)
    signals = (
        *codes.STATUS_SIGNALS[status],
        *instruction_signals(paths, status),
    )
    passages = checked(item_passages(item, around, envelope, story))  # before body_markup empties private notes
    body = _body(story)
    return Parsed(
        paragraphs=body.paragraphs,
        html=body.html,
        headline=(headline := fields.headline(_own_headlines(paths, story))),
        further_headlines=subheads(_subheads(paths, story), headline),
        native_id=identity.native_id,
        names=identity.names,
        corrected_names=identity.corrected_names,
        version=identity.version,
        version_created=fields.instant("version_created"),
        first_created=fields.instant("first_created"),
        pub_status=status,
        embargo=embargo,
        language=fields.text("language"),
        urgency=fields.urgency(),
        slugline=fields.text("slugline"),
        by=metadata.byline(paths) or nitf_byline(nitf),
        located=metadata.located(paths) or paths.text(*SOURCES["located"][1:]),
        dateline=fields.dateline(),
        sign_off=nitf_tagline(nitf),
        descriptions=tuple(dict.fromkeys((*story.of(ABSTRACT), *paths.values(SOURCES["descriptions"][0])))),
        info_sources=fields.info_sources(metadata.SOURCE_ROLES),
        places=metadata.places(paths),
        subjects=metadata.subjects(paths),
        alt_ids=fields.alt_ids(metadata.ALT_ID_ROLES),
        copyright_notice=metadata.copyright_notice(paths),
        usage_terms=metadata.usage_terms(paths),
        signals=tuple(dict.fromkeys(signals)),
        passages=passages,
        warnings=tuple(fields.warnings),  # last, because the fields above add theirs
    )


def _body(story: StoryContent) -> Body:
    """The body, after its lead if that is a content of its own."""
    body = Body() if story.data is None else body_of(story.data)
    lead = [text for text in story.of(LEAD) if text not in body.paragraphs[:1]]
    return Body((*lead, *body.paragraphs), body.html)


def _own_headlines(paths: Paths, story: StoryContent) -> tuple[str, ...]:
    """The headlines of the NewsItem, which come before those of the NITF in it."""
    return (*paths.values(f"{LINES}/HeadLine"), *paths.values(f"{LINES}/Headline"), *story.of(HEADLINE))


def _subheads(paths: Paths, story: StoryContent) -> tuple[str, ...]:
    lines = (line for path in SOURCES["further_headlines"] for line in paths.values(path))
    return (*lines, *story.of(SUBHEADLINE))


NEWSML1 = Format(
    name="newsml-1.2",
    description="IPTC NewsML 1.0 to 1.2",
    recognisers=(has_root(r"NewsML"),),
    split=split_newsml1,
    read=read_news_item,
    sources=SOURCES,
    places=PLACES,
)
