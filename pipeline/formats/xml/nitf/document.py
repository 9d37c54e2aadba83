"""IPTC NITF 2.5 to 3.6: one document.  NewsML 1 and G2 items may hold one too.

    identity   which dispatch, which version        status     status, embargo, signals
    metadata   concepts, sources, rights, notes

ed-msg is "non-publishable" by the standard, and so is a note that does not say that it may be published.  Such
notes may give an embargo or a kill; their words are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from pipeline.formats.format import Format, Parts, has_root
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.places import checked
from pipeline.formats.xml.fields import XmlFields, subheads
from pipeline.formats.xml.nitf import metadata
from pipeline.formats.xml.nitf.identity import ISSUED, KEY, LINK, OWN_ID, identify_nitf
from pipeline.formats.xml.nitf.metadata import CORRECTION, DATELINE, DOCDATA, HEAD
from pipeline.formats.xml.nitf.places import PLACES, nitf_passages
from pipeline.formats.xml.nitf.status import LINK_STATUS, RELEASE, STATUS, nitf_signals, read_nitf_status
from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.text import parse_tree
from pipeline.formats.xml.tree import NO_COPY, Element, body_markup, body_paragraphs
from pipeline.items import Signal
from pipeline.notes import NOTES_NOT_KEPT, Addressee, Passage
from pipeline.records import Reason, Rejected
from pipeline.values import codes

LINKS = re.compile(r"(?:external|internal|related)-links", re.IGNORECASE)  # block@style
BODY, CONTENT = "body", "body/body.content"
SOURCES = {  # from the root element on
    "native_id": (*KEY, *LINK, *OWN_ID),
    "version": (OWN_ID[0], f"{DOCDATA}/du-key/@version"),
    "version_created": ISSUED,
    "first_created": (f"{DATELINE}/story.date/@norm",),
    "pub_status": (STATUS, LINK_STATUS),
    "embargo": (f"{RELEASE}/@norm",),
    "signals": (f"{DOCDATA}/correction", f"{DOCDATA}/du-key/@part", STATUS, LINK_STATUS),
    "urgency": (f"{DOCDATA}/urgency/@ed-urg",),
    "language": ("@baselang", "@xml:lang", f"{BODY}/@xml:lang", f"{CONTENT}/@xml:lang"),
    "headline": (f"{HEAD}/hedline/hl1", f"{HEAD}/hedline"),
    "further_headlines": (metadata.SUBHEAD,),
    "title": ("head/title",),
    "paragraphs": (CONTENT,),
    "descriptions": (f"{HEAD}/abstract",),
    "slugline": ("head/meta/@content, name anpa-keyword", *KEY),
    "by": (metadata.BYLINE,),
    "located": (f"{DATELINE}/location/city", f"{DATELINE}/location"),
    "dateline": (DATELINE,),
    "sign_off": (metadata.TAGLINE,),
    "places": (metadata.EVENT_PLACE, f"{metadata.CONTENT}/location"),
    "subjects": (metadata.SUBJECT, *metadata.NAMED, metadata.CONTENT),
    "info_sources": tuple(metadata.SOURCE_ROLES),
    "alt_ids": (OWN_ID[0], *KEY, *LINK),
    "ed_note": (CORRECTION, metadata.NOTE),
    "copyright_notice": (metadata.COPYRITE, metadata.COPYRIGHT),
    "usage_terms": (metadata.RIGHTS, metadata.USE),
}
NOT_KEPT = {"body/body.end/bibliography": "bibliography", f"{DOCDATA}/date.expire": "date.expire"}


class NitfDocument(NamedTuple):
    """A document and its arrival: one without a date of issue was issued on receipt (NITF 3.6)."""

    root: Element
    received: datetime


def split_nitf(payload: Payload) -> Parts:
    """One document.  Raises Rejected(MALFORMED) for another root element, and whatever parse_tree raises."""
    root, warnings = parse_tree(payload.data)
    if root.tag != "nitf":
        raise Rejected(Reason.MALFORMED, f"not NITF: the root element is <{root.tag[:40]}>")
    return Parts((NitfDocument(root, payload.received),), warnings)


def read_nitf(document: NitfDocument) -> Parsed:
    """The item."""
    paths = Paths((document.root,))
    fields = XmlFields(paths, SOURCES)
    fields.warnings += [f"{name}: not kept" for path, name in NOT_KEPT.items() if paths.every(path)]
    identity = identify_nitf(paths, document.received, fields.warnings)
    status, embargo = read_nitf_status(paths, fields.warnings)
    fields.warnings += [NOTES_NOT_KEPT] if metadata.nitf_private_notes(paths) else []
    # Before body_markup empties private notes, and this what is no copy.
    passages = checked((*nitf_passages(document.root), *_taken_links(paths)))
    signals = (
        *codes.STATUS_SIGNALS[status],
        *nitf_signals(paths, status),
        *((Signal.TAKE,) if identity.is_take else ()),
    )
    return Parsed(
        paragraphs=_paragraphs(paths),
        html="".join(map(body_markup, paths.every(CONTENT)[:1])),
        headline=(headline := fields.headline()),
        further_headlines=subheads(paths.values(metadata.SUBHEAD), headline),
        native_id=identity.native_id,
        names=identity.names,
        version=identity.version,
        version_created=fields.instant("version_created"),
        first_created=fields.instant("first_created"),
        pub_status=status,
        embargo=embargo,
        language=fields.text("language"),
        urgency=fields.urgency(),
        slugline=metadata.slugline(paths),
        by=metadata.nitf_byline(paths),
        located=fields.text("located"),
        dateline=fields.dateline(),
        sign_off=metadata.nitf_tagline(paths),
        descriptions=tuple(paths.values(SOURCES["descriptions"][0])),
        info_sources=fields.info_sources(metadata.SOURCE_ROLES),
        places=metadata.places(paths),
        subjects=metadata.subjects(paths),
        alt_ids=identity.alt_ids,
        ed_note=metadata.nitf_public_notes(paths),
        copyright_notice=metadata.copyright_notice(paths),
        usage_terms=metadata.usage_terms(paths),
        signals=tuple(dict.fromkeys(signals)),
        passages=passages,
        warnings=tuple(fields.warnings),  # last, because the fields above add theirs
    )


def _taken_links(paths: Paths) -> Iterator[Passage]:
    """What dpa's block of links below the copy says, which is no copy; the block is empty then."""
    for body in paths.every(CONTENT):
        for block in body.iter("block"):
            if LINKS.fullmatch(block.get("style", "")):
                yield Passage(Addressee.PUBLIC, "\n".join(body_paragraphs(block, NO_COPY)), "links")
                tail = block.tail
                block.clear()
                block.tail = tail


def _paragraphs(paths: Paths) -> tuple[str, ...]:
    body = next(iter((*paths.every(CONTENT), *paths.every(BODY))), None)
    return () if body is None else body_paragraphs(body, NO_COPY | {"body.head", "body.end"})


NITF = Format(
    name="nitf",
    description="IPTC NITF 2.5 to 3.6",
    recognisers=(has_root(r"nitf"),),
    split=split_nitf,
    read=read_nitf,
    sources=SOURCES,
    places=PLACES,
)
