"""The Canadian Press's Jimi XML: `Publish` around one `ContentItem`, its copy as escaped HTML.

`SystemSlug` stays the same for all versions of a report.  A time that nobody set is of year 1; an embargo is in
Toronto's time without its zone, so it has no end here.  The names of the fields are known from CP's own formatter.
"""

from __future__ import annotations

import re
from datetime import datetime

from pipeline.formats import ids
from pipeline.formats.format import Format, Parts, has_root
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.places import CODE, UNREAD, Places, Unread, checked
from pipeline.formats.text import bodies
from pipeline.formats.text.bodies import TypedText
from pipeline.formats.xml.fields import XmlFields, subheads
from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.places import passages_in
from pipeline.formats.xml.text import parse_tree
from pipeline.formats.xml.tree import Element
from pipeline.items import Concept, PubStatus, Signal
from pipeline.notes import Addressee
from pipeline.records import Reason, Rejected
from pipeline.values.dates import read_embargo

LANGUAGES = {"1": "en", "2": "fr"}
# What .NET writes for a time that nobody set, in whatever zone its server is.
NEVER = re.compile(r"0001-01-01(?:[T ]00:00(?::00(?:\.0{1,7})?)?)?(?:Z|[+-]\d\d:\d\d)?")
USABLE = "0"

SOURCES = {  # from the ContentItem on
    "native_id": ("SystemSlug", "FileName"),
    "version_created": ("UpdatedDateTime",),
    "first_created": ("CreatedDateTime",),
    "pub_status": ("Status",),
    "embargo": ("EmbargoTime",),
    "signals": ("Corrections", "WritethruValue"),
    "language": ("Language",),
    "urgency": ("RankingValue",),
    "headline": ("Headline2", "Headline"),
    "further_headlines": ("Headline",),
    "paragraphs": ("ContentText",),
    "slugline": ("SlugProper",),
    "by": ("Byline",),
    "located": ("City",),
    "info_sources": ("Credit", "Source"),
    "subjects": ("Category", "IndexCode", "Keyword"),
}
# All other places are addressed to editors, so also EditorNote, UpdateNote, Corrections and Note.
_CLASSES: dict[Addressee | Unread, str] = {
    CODE: (
        "SystemSlug FileName UpdatedDateTime CreatedDateTime Language RankingValue Ranking WritethruValue "
        "WritethruNum WriteThruType ContentType Status Type MediaType NewsCompID ContentItemID OrigTransRef "
        "Published"  # whether CP's own desk had it out before: `false` in every item that its wire sends
    ),
    Addressee.HEADLINE: "Headline Headline2",
    Addressee.SLUG: "SlugProper Keyword",
    Addressee.NAME: "City Province Country Placeline Category IndexCode Stocks",
    Addressee.PUBLIC: "Byline Credit Source",
    UNREAD: "ContentText DirectoryText EmbargoTime",  # the second is the beginning of the first
}
PLACES = Places.of_names(_CLASSES)
AROUND = Places({"ContentItem": UNREAD, "PublishDateTime": CODE})


def split_jimi(payload: Payload) -> Parts:
    """One item.  Raises Rejected(UNKNOWN_FORMAT) for another `Publish`, and whatever parse_tree raises."""
    root, warnings = parse_tree(payload.data)
    found = root.findall("ContentItem")
    if len(found) != 1 or found[0].find("SystemSlug") is None:
        raise Rejected(Reason.UNKNOWN_FORMAT, "Publish without one ContentItem that has a SystemSlug")
    return Parts((root,), warnings)


def read_jimi(root: Element) -> Parsed:
    """The item."""
    (content,) = root.findall("ContentItem")
    paths = Paths((content,))
    fields = XmlFields(paths, SOURCES)
    written = [TypedText(one, None, "text/html") for one in _texts(paths, "ContentText")]
    paragraphs = bodies.paragraphs(written, fields.warnings)
    headline = fields.text("headline") or ""
    if (kind := paths.text("ContentType")) not in ("Text", None):
        fields.warnings.append(f"ContentType {kind[:40]}: only its words are read")
    found = Parsed(
        paragraphs=paragraphs,
        html=bodies.markup(written),
        headline=headline,
        further_headlines=subheads(paths.values("Headline"), headline),
        native_id=fields.text("native_id"),
        names=ids.names_of([name for path in SOURCES["native_id"] for name in paths.values(path)]),
        version_created=_instant(fields, "version_created"),
        first_created=_instant(fields, "first_created"),
        pub_status=_status(paths, fields.warnings),
        embargo=read_embargo(
            [one for one in _texts(paths, "EmbargoTime") if not NEVER.fullmatch(one)], fields.warnings
        ),
        urgency=fields.urgency(),
        language=LANGUAGES.get(fields.text("language") or ""),
        slugline=fields.text("slugline"),
        by=fields.text("by"),
        located=fields.text("located"),
        info_sources=fields.info_sources({"Credit": "credit", "Source": "source"}),
        subjects=_subjects(paths),
        signals=_signals(paths),
        passages=checked(
            (*passages_in(content, PLACES), *passages_in(root, AROUND), *bodies.others(written, paragraphs))
        ),
        warnings=tuple(fields.warnings),  # last, because the fields above add theirs
    )
    return ids.identified(found)


def _texts(paths: Paths, path: str) -> list[str]:
    """The texts at the path, also empty ones."""
    return [(one.text or "").strip() for one in paths.every(path)]


def _instant(fields: XmlFields, field: str) -> datetime | None:
    """The time, if somebody set it."""
    return None if NEVER.fullmatch(fields.text(field) or "") else fields.instant(field)


def _status(paths: Paths, warnings: list[str]) -> PubStatus:
    """Usable, or withheld for a status that is not known here, also an empty one."""
    unknown = [one for one in _texts(paths, "Status") if one != USABLE]
    warnings += [f"Status {one[:40]!r} is unknown: withheld" for one in unknown[:1]]
    return PubStatus.WITHHELD if unknown else PubStatus.USABLE


def _signals(paths: Paths) -> tuple[Signal, ...]:
    """A writethru is an update; what corrects says so in a note of its own."""
    if paths.text("Corrections"):
        return (Signal.CORRECTION,)
    return (Signal.UPDATE,) if (paths.text("WritethruValue") or "0") != "0" else ()


def _subjects(paths: Paths) -> tuple[Concept, ...]:
    """Each field has several, with commas between them."""
    found = (
        Concept(name=name.strip(), rel="keyword" if path == "Keyword" else None)
        for path in SOURCES["subjects"]
        for one in paths.values(path)
        for name in one.split(",")
        if name.strip()
    )
    return tuple(dict.fromkeys(found))


JIMI = Format(
    name="jimi",
    description="The Canadian Press's Jimi XML",
    recognisers=(has_root(r"Publish"),),
    split=split_jimi,
    read=read_jimi,
    sources=SOURCES,
    places=PLACES,
)
