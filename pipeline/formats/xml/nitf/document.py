"""IPTC NITF 2.5 to 3.6: one document.  One inside NewsML is read there; the body's walk is xml_tree's.

ed-msg is "non-publishable" by the standard, and so is a note that does not say that it may be published: an embargo
or a kill in them is heard, their words go nowhere.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from pipeline.formats.format import Parts
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.text import bodies
from pipeline.formats.xml.nitf import fields as nitf_fields
from pipeline.formats.xml.nitf.fields import CORRECTION, DATELINE, DOCDATA, HEAD
from pipeline.formats.xml.nitf.identity import ISSUED, KEY, LINK, OWN_ID, RELEASE, identity, releases
from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.text import tree
from pipeline.formats.xml.tree import NO_COPY, Element, markup, paragraphs
from pipeline.records import Reason, Rejected
from pipeline.values import codes, editors_notes
from pipeline.values.dates import read_instant
from pipeline.values.embargo import Embargo

BODY, CONTENT = "body", "body/body.content"
STATUS, LINK_STATUS = f"{DOCDATA}/@management-status", f"{DOCDATA}/@management-idref-status"
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
    "further_headlines": (nitf_fields.SUBHEAD,),
    "title": ("head/title",),
    "paragraphs": (CONTENT,),
    "descriptions": (f"{HEAD}/abstract",),
    "slugline": ("head/meta/@content, name anpa-keyword", *KEY),
    "by": (nitf_fields.BYLINE,),
    "located": (f"{DATELINE}/location/city", f"{DATELINE}/location"),
    "dateline": (DATELINE,),
    "sign_off": (nitf_fields.TAGLINE,),
    "places": (nitf_fields.EVENT_PLACE, f"{nitf_fields.CONTENT}/location"),
    "subjects": (nitf_fields.SUBJECT, *nitf_fields.NAMED, nitf_fields.CONTENT),
    "info_sources": tuple(nitf_fields.SOURCES_OF),
    "alt_ids": (OWN_ID[0], *KEY, *LINK),
    "ed_note": (CORRECTION, nitf_fields.NOTE),
    "copyright_notice": (nitf_fields.COPYRITE, nitf_fields.COPYRIGHT),
    "usage_terms": (nitf_fields.RIGHTS, nitf_fields.USE),
}
NOT_KEPT = {"body/body.end/bibliography": "bibliography", f"{DOCDATA}/date.expire": "date.expire"}


class Document(NamedTuple):
    """A document and when it came: an issue without a date was issued on receipt (NITF 3.6)."""

    root: Element
    received: datetime


def split(payload: Payload) -> Parts:
    """The one document.  Raises Rejected(MALFORMED) for what is no NITF, and what xml_text.tree raises."""
    root, warnings = tree(payload.data)
    if root.tag != "nitf":
        raise Rejected(Reason.MALFORMED, f"no NITF: the root element is <{root.tag[:40]}>")
    return Parts((Document(root, payload.received),), warnings)


def read(document: Document) -> Parsed:
    """The item.  Raises Rejected(BAD_DATE, NO_ITEM)."""
    paths = Paths((document.root,))
    warnings = [f"{name}: not kept" for path, name in NOT_KEPT.items() if paths.every(path)]
    chain = identity(paths, document.received, warnings)
    standing, embargo = status(paths, warnings)
    notes = nitf_fields.private_notes(paths)
    warnings += [editors_notes.NOT_KEPT] if notes else []
    take = ("take",) if chain.is_take else ()
    item = Parsed(
        paragraphs=_paragraphs(paths),
        html="".join(map(markup, paths.every(CONTENT)[:1])),
        headline=(headline := _headline(paths, warnings)),
        further_headlines=nitf_fields.subheads(paths, headline),
        native_id=chain.native_id,
        version=chain.version,
        version_created=_instant(paths, "version_created", warnings),
        first_created=_instant(paths, "first_created", warnings),
        pub_status=standing,
        embargo=embargo or editors_notes.embargo(notes),
        language=paths.text(*SOURCES["language"]),
        urgency=codes.urgency(paths.text(*SOURCES["urgency"]), warnings),
        slugline=nitf_fields.slugline(paths),
        by=nitf_fields.by(paths),
        located=paths.text(*SOURCES["located"]),
        dateline=nitf_fields.dateline(paths),
        sign_off=nitf_fields.tagline(paths),
        descriptions=tuple(paths.values(SOURCES["descriptions"][0])),
        info_sources=nitf_fields.sources(paths),
        places=nitf_fields.places(paths),
        subjects=nitf_fields.subjects(paths),
        alt_ids=chain.alt_ids,
        ed_note=nitf_fields.public_notes(paths),
        copyright_notice=nitf_fields.copyright_notice(paths),
        usage_terms=nitf_fields.usage_terms(paths),
        signals=tuple(
            dict.fromkeys(
                (*codes.SIGNALS[standing], *_signals(paths, standing), *take, *editors_notes.signals(notes))
            )
        ),
        warnings=tuple(warnings),  # last: the fields above have added theirs
    )
    bodies.check_words(item)
    return item


def status(paths: Paths, warnings: list[str]) -> tuple[codes.Status, Embargo | None]:
    """Of the dispatch.  What the document that this one updates is now, this one is too, if that is stricter."""
    written = _attribute(paths, "management-status")
    embargoed = (written or "").strip().lower() == "embargoed"
    own, embargo = codes.release(written, releases(paths, embargoed=embargoed), warnings)
    if own == "usable" and _link_status(paths) in ("withheld", "embargoed"):
        warnings.append("the document that it updates is withheld: so is this one")
        return "withheld", embargo
    return own, embargo


def _link_status(paths: Paths) -> str:
    return (_attribute(paths, "management-idref-status") or "").strip().lower()


def _attribute(paths: Paths, name: str) -> str | None:
    """An attribute of docdata as it is written, empty too: for what fails closed."""
    return next((element.get(name) for element in paths.every(DOCDATA)), None)


def _signals(paths: Paths, standing: codes.Status) -> tuple[str, ...]:
    """A usable document that cancels the one before it corrects it (dpa)."""
    corrects = paths.text(CORRECTION, LINK[1]) is not None
    corrects |= standing == "usable" and _link_status(paths) == "canceled"
    kinds = codes.signals(paths.values("head/tobject/tobject.property/@tobject.property.type"))
    return ("correction", *kinds) if corrects else kinds


def _paragraphs(paths: Paths) -> tuple[str, ...]:
    body = next(iter((*paths.every(CONTENT), *paths.every(BODY))), None)
    return () if body is None else paragraphs(body, NO_COPY | {"body.head", "body.end"})


def _headline(paths: Paths, warnings: list[str]) -> str:
    headline = paths.text(*SOURCES["headline"]) or ""
    if not headline and (headline := paths.text(*SOURCES["title"]) or ""):
        warnings.append("headline is the title")
    return headline


def _instant(paths: Paths, field: str, warnings: list[str]) -> datetime | None:
    written = paths.text(*SOURCES[field])
    return None if written is None else read_instant(written, field, warnings)
