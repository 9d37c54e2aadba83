"""IPTC NewsML-G2 2.x: a newsItem alone, or a newsMessage with items of any kind.

    message   which items are news, what may be published       sources    where each field is read from
    content   headlines, descriptions, the copy                 fields     look-ups, concepts, codes
    status    class, status, signals                            notes      notes to editors, public and private
    identity  the dispatch and its revisions

Prefixes, profiles and aliases vary from vendor to vendor: elements are read by their local names, codes without
their aliases.
"""

from __future__ import annotations

from itertools import filterfalse

from pipeline.formats.format import Format, has_root
from pipeline.formats.parsed import Parsed
from pipeline.formats.places import checked
from pipeline.formats.xml.newsml_g2.content import read_content, read_descriptions, read_headlines
from pipeline.formats.xml.newsml_g2.fields import G2Fields, is_place
from pipeline.formats.xml.newsml_g2.identity import identify_g2
from pipeline.formats.xml.newsml_g2.message import NEWS, NewsItem, split_g2
from pipeline.formats.xml.newsml_g2.notes import g2_public_notes, g2_sign_off
from pipeline.formats.xml.newsml_g2.places import PLACES
from pipeline.formats.xml.newsml_g2.sources import SOURCES
from pipeline.formats.xml.newsml_g2.status import TEXT_CLASSES, class_of, item_signals, item_usage, urgency_signals
from pipeline.formats.xml.nitf.metadata import nitf_byline
from pipeline.formats.xml.nitf.status import read_nitf_status
from pipeline.formats.xml.paths import Paths
from pipeline.records import Fault, Reason
from pipeline.values import codes
from pipeline.values.embargo import strictest

NITF = "contentSet/inlineXML/nitf"


def read_g2(news: NewsItem) -> Parsed:
    """One newsItem."""
    fields = G2Fields(news.item)
    if news.item.tag != NEWS:
        fields.warnings.append(Fault(Reason.NO_ITEM, f"a {news.item.tag}: not news"))
    if (item_class := class_of(fields)) not in TEXT_CLASSES:
        fields.warnings.append(f"itemClass {item_class[:40]}: only its words are read")
    status, embargo = item_usage(fields, news.around)
    for nitf in news.item.iterfind(NITF):
        of_nitf = read_nitf_status(Paths((nitf,)), fields.warnings)
        status, embargo = codes.strictest_status((status, of_nitf[0])), strictest((embargo, of_nitf[1]))
    created = fields.instant("version_created")
    identity = identify_g2(fields, created)
    headline, further = read_headlines(fields)
    descriptions = read_descriptions(fields)
    content, others = read_content(fields, {headline, *(other.value for other in further), *descriptions})
    subjects = fields.every("subjects")
    urgency = codes.read_urgency(fields.text("urgency"), fields.warnings)
    signals = (
        *codes.STATUS_SIGNALS[status],
        *item_signals(fields),
        *urgency_signals(fields, urgency),
        *identity.signals,
    )
    return Parsed(
        paragraphs=content.paragraphs,
        html=content.html,
        headline=headline,
        further_headlines=further,
        native_id=identity.native_id,
        names=identity.names,
        corrected_names=identity.corrected_names,
        version=identity.version,
        version_created=created,
        first_created=fields.instant("first_created"),
        pub_status=status,
        embargo=embargo,
        language=fields.language,
        urgency=urgency,
        slugline=fields.text("slugline"),
        by=", ".join(fields.lines("by")) or nitf_byline(Paths(news.item.findall(NITF))),
        located=fields.text("located"),
        dateline=fields.text("dateline"),
        sign_off=g2_sign_off(fields),
        descriptions=descriptions,
        info_sources=fields.info_sources("info_sources"),
        places=fields.concepts([*fields.elements("places"), *filter(is_place, subjects)]),
        subjects=fields.concepts(filterfalse(is_place, subjects)),
        alt_ids=(*identity.alt_ids, *fields.alt_ids("alt_ids")),
        ed_note=g2_public_notes(fields),
        copyright_notice=fields.text("copyright_notice"),
        usage_terms="\n".join(fields.lines("usage_terms")) or None,
        signals=tuple(dict.fromkeys(signals)),
        passages=checked((*news.passages, *others)),
        warnings=tuple(fields.warnings),  # last, because the fields above add theirs
    )


NEWSML_G2 = Format(
    name="newsml-g2",
    description="IPTC NewsML-G2 2.x",
    recognisers=(has_root(r"newsMessage|(?:news|package|concept|knowledge|planning|catalog)Item"),),
    split=split_g2,
    read=read_g2,
    sources=SOURCES,
    places=PLACES,
)
