"""Press releases of Solita's service (NTB, STT, Ritzau): one release, its copy as escaped HTML.

Times have no zone.  Contacts and the publisher's description are no copy; contacts are not kept.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from pipeline.formats import ids
from pipeline.formats.feeds.entry import plan
from pipeline.formats.format import Format, Parts, has_root
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.places import CODE, UNREAD, Places, checked
from pipeline.formats.text import bodies, html
from pipeline.formats.text.bodies import TypedText
from pipeline.formats.xml.fields import XmlFields
from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.places import passages_in
from pipeline.formats.xml.text import parse_tree
from pipeline.formats.xml.tree import Element
from pipeline.items import AltId, Concept
from pipeline.notes import Addressee
from pipeline.records import Reason, Rejected
from pipeline.values.dates import iso_day, read_embargo, read_instant
from pipeline.values.embargo import strictest

_RELATIONS = {"keywords": "keyword", "type/label": "genre"}
TIME = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d)")

SOURCES = {  # from the root element on
    "native_id": ("@id",),
    "link": ("longurl",),
    "version_created": ("publicationDate",),
    "embargo": ("embargo",),
    "language": ("@lang",),
    "headline": ("title",),
    "paragraphs": ("body",),
    "descriptions": ("leadtext",),
    "info_sources": ("publisher/name",),
    "subjects": ("keywords", "categories/category/label", "type/label"),
}
PLACES = Places(
    {  # all other places are addressed to editors
        "@lang": CODE,
        "longurl": CODE,
        "logos": CODE,
        "publicationDate": CODE,
        "title": Addressee.HEADLINE,
        "leadtext": Addressee.PUBLIC,
        "boilerplate": Addressee.PUBLIC,
        "contactsAsText": Addressee.PUBLIC,
        "contacts": Addressee.PUBLIC,
        "publisher": Addressee.PUBLIC,
        "images": Addressee.PUBLIC,
        "documents": Addressee.PUBLIC,
        "links": Addressee.PUBLIC,
        "videodescription": Addressee.PUBLIC,
        "language": Addressee.NAME,
        "type": Addressee.NAME,
        "categories": Addressee.NAME,
        "distributionChannels": Addressee.NAME,
        "keywords": Addressee.SLUG,
        "body": UNREAD,
        "embargo": UNREAD,  # every release has the element, mostly empty: then there is none
    }
)


class Release(NamedTuple):
    """A release and its arrival: one that is to be published later is held until then."""

    root: Element
    received: datetime


def split_release(payload: Payload) -> Parts:
    """One release.  Raises Rejected(UNKNOWN_FORMAT) for another `release`, and whatever parse_tree raises."""
    root, warnings = parse_tree(payload.data)
    if root.find("title") is None or root.find("publisher") is None:
        raise Rejected(Reason.UNKNOWN_FORMAT, "a release without title or publisher")
    return Parts((Release(root, payload.received),), warnings)


def read_release(document: Release) -> Parsed:
    """The item."""
    paths = Paths((document.root,))
    fields = XmlFields(paths, SOURCES)
    written = [TypedText(one.text or "", None, "text/html") for one in paths.every("body")]
    paragraphs = bodies.paragraphs(written, fields.warnings)
    published = _published(fields)
    embargo = read_embargo([_iso(one) for one in paths.values("embargo")], fields.warnings)
    native_id, link = fields.text("native_id"), fields.text("link")
    found = Parsed(
        paragraphs=paragraphs,
        html=bodies.markup(written),
        headline=fields.text("headline") or "",
        native_id=native_id,
        names=ids.names_of([native_id], [link]),
        version_created=published,
        embargo=strictest((embargo, plan(published, document.received, fields.warnings))),
        language=fields.text("language"),
        descriptions=tuple(line for one in paths.every("leadtext") for line in html.paragraphs(one.text or "")),
        info_sources=fields.info_sources({SOURCES["info_sources"][0]: "provider"}),
        subjects=tuple(
            Concept(name=one, rel=_RELATIONS.get(path))
            for path in SOURCES["subjects"]
            for one in paths.values(path)
        ),
        alt_ids=(AltId(role="link", value=link),) if link else (),
        passages=checked((*passages_in(document.root, PLACES), *bodies.others(written, paragraphs))),
        warnings=tuple(fields.warnings),  # last, because the fields above add theirs
    )
    return ids.identified(found)


def _published(fields: XmlFields) -> datetime | None:
    written = fields.text("version_created")
    return None if written is None else read_instant(_iso(written), "version_created", fields.warnings)


def _iso(written: str) -> str:
    """`28.09.2018 11:15` in ISO form; anything else as it is."""
    found = TIME.fullmatch(written)
    return f"{iso_day(found[3], found[2], found[1])}T{found[4]}" if found else written


PRESS_RELEASE = Format(
    name="press-release",
    description="press releases of Solita's service (NTB, STT)",
    recognisers=(has_root(r"release"),),
    split=split_release,
    read=read_release,
    sources=SOURCES,
    places=PLACES,
)
