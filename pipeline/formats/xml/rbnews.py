"""Ritzau's RBNews: one report or a list of them, the copy as escaped HTML.

`TilRedaktionen` is for editors; `Annuleret` kills the report, `Korrektion` and `NyVersion` say what a revision is.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.formats import ids
from pipeline.formats.format import Format, Parts, has_root
from pipeline.formats.named import NO, YES
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.places import CODE, UNREAD, Places, checked
from pipeline.formats.text import bodies, html
from pipeline.formats.text.bodies import TypedText
from pipeline.formats.xml.fields import XmlFields
from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.places import attributes_of, passages_in
from pipeline.formats.xml.text import parse_tree
from pipeline.formats.xml.tree import Element
from pipeline.items import AltId, Concept, InfoSource, PubStatus, Signal
from pipeline.notes import Addressee, Passage
from pipeline.values import codes

SUBJECT_DIGITS = 8  # of IPTC's subject codes; RBNews writes them as numbers, without the noughts before
REPORT = "RBNews"
REPLACED = ("Replaces", "replacedID")

SOURCES = {  # from the root element on
    "native_id": ("NewsID",),
    "replaced": REPLACED,
    "version": ("version",),
    "version_created": ("PublishDate",),
    "pub_status": ("Annuleret",),
    "signals": ("Korrektion", "NyVersion"),
    "urgency": ("Priority",),
    "headline": ("headline",),
    "paragraphs": ("content",),
    "descriptions": ("subtitle",),
    "slugline": ("strapline",),
    "by": ("byLine",),
    "located": ("town",),
    "dateline": ("town",),
    "info_sources": ("origin",),
    "subjects": ("IPTCList/int", "SubjectKeyword/string", "section"),
    "alt_ids": ("HistID",),
}
PLACES = Places(
    {  # all other places are addressed to editors, so also TilRedaktionen
        "NewsID": CODE,
        "HistID": CODE,
        "version": CODE,
        "Replaces": CODE,
        "replacedID": CODE,
        "Annuleret": CODE,
        "Korrektion": CODE,
        "NyVersion": CODE,
        "Priority": CODE,
        "IPTCList": CODE,
        "ISIN": CODE,
        "headline": Addressee.HEADLINE,
        "subtitle": Addressee.PUBLIC,
        "ContentShort": Addressee.PUBLIC,
        "byLine": Addressee.PUBLIC,
        "origin": Addressee.PUBLIC,
        "strapline": Addressee.SLUG,
        "SubjectKeyword": Addressee.SLUG,
        "town": Addressee.PUBLIC,
        "section": Addressee.NAME,
        "Companies": Addressee.NAME,
        "content": UNREAD,
    }
)


def split_rbnews(payload: Payload) -> Parts:
    """The reports.  Raises whatever parse_tree raises."""
    root, warnings = parse_tree(payload.data)
    return Parts(tuple(root.iter(REPORT)), warnings)


def read_rbnews(root: Element) -> Parsed:
    """The item."""
    paths = Paths((root,))
    fields = XmlFields(paths, SOURCES)
    written = [TypedText(one.text or "", None, "text/html") for one in paths.every("content")]
    paragraphs = bodies.paragraphs(written, fields.warnings)
    native_id, town = fields.text("native_id"), fields.text("located")
    sources = _sources(fields.text("info_sources"))
    is_correction, is_update = (_is_true(paths, name) for name in SOURCES["signals"])
    status = _status(paths, fields.warnings)
    kinds = [kind for kind, is_kind in ((Signal.CORRECTION, is_correction), (Signal.UPDATE, is_update)) if is_kind]
    found = Parsed(
        paragraphs=paragraphs,
        html=bodies.markup(written),
        headline=fields.text("headline") or "",
        native_id=native_id,
        names=ids.names_of([native_id, *(paths.text(name) for name in REPLACED)]),
        version=fields.text("version"),
        version_created=fields.instant("version_created"),
        pub_status=status,
        urgency=fields.urgency(),
        language="da",
        slugline=fields.text("slugline"),
        by=fields.text("by"),
        located=town,
        dateline=f"{town} /{sources[0].name}/:" if town and sources else town,
        descriptions=tuple(line for one in paths.every("subtitle") for line in html.paragraphs(one.text or "")),
        info_sources=sources,
        subjects=_subjects(paths),
        alt_ids=tuple(AltId(role="history-id", value=one) for one in paths.values("HistID")),
        signals=tuple(dict.fromkeys((*codes.STATUS_SIGNALS[status], *kinds))),
        passages=checked((*passages_in(root, PLACES), *bodies.others(written, paragraphs), *_around(root))),
        warnings=tuple(fields.warnings),  # last, because the fields above add theirs
    )
    return ids.identified(found)


def _around(report: Element) -> Iterator[Passage]:
    """What the list says, beside the reports in it: `error`, `errormsg` of a queue."""
    for around in report.iterancestors():
        yield from attributes_of(around, PLACES)
        for beside in around:
            if next(beside.iter(REPORT), None) is None:
                yield from passages_in(beside, PLACES)


def _status(paths: Paths, warnings: list[str]) -> PubStatus:
    """Canceled, usable, or withheld for what is neither yes nor no."""
    written = {one.lower() for one in paths.values("Annuleret")}
    if written & YES:
        return PubStatus.CANCELED
    if unknown := written - NO:
        warnings.append(f"Annuleret {min(unknown)[:40]!r} is unknown: withheld")
        return PubStatus.WITHHELD
    return PubStatus.USABLE


def _is_true(paths: Paths, name: str) -> bool:
    return (paths.text(name) or "").lower() == "true"


def _sources(origin: str | None) -> tuple[InfoSource, ...]:
    """`/ritzau/Reuters`: both, who provides it first."""
    names = [name.strip() for name in (origin or "").split("/") if name.strip()]
    return tuple(InfoSource(name=name, role="provider" if name == names[0] else "source") for name in names)


def _subjects(paths: Paths) -> tuple[Concept, ...]:
    numbers = (Concept(literal=one.zfill(SUBJECT_DIGITS)) for one in paths.values("IPTCList/int"))
    words = (Concept(name=one, rel="keyword") for one in paths.values("SubjectKeyword/string"))
    return (*numbers, *words, *(Concept(name=one) for one in paths.values("section")))


RBNEWS = Format(
    name="rbnews",
    description="Ritzau RBNews",
    recognisers=(has_root(r"(?:ListOf)?RBNews|XMLNewsQueued(?:Response|Result)"),),
    split=split_rbnews,
    read=read_rbnews,
    sources=SOURCES,
    places=PLACES,
)
