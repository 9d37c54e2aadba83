"""IPTC NewsML-G2 2.x: a newsItem alone, or a newsMessage with items of any kind.

    g2_message   which items are news, what of them may leave        g2_sources   where each field stands
    g2_content   headlines, descriptions, the copy                   g2_fields    look-ups, concepts
    g2_state     class, status, signals                              g2_notes     notes, public and not
    g2_links     the dispatch and its revisions

Prefixes, profiles and aliases vary from vendor to vendor: elements go by their local names, codes by theirs.
"""

from __future__ import annotations

from itertools import filterfalse

from pipeline.formats.parsed import Parsed
from pipeline.formats.text import bodies
from pipeline.formats.xml.newsml_g2 import content as g2_content
from pipeline.formats.xml.newsml_g2 import identity as g2_links
from pipeline.formats.xml.newsml_g2 import notes as g2_notes
from pipeline.formats.xml.newsml_g2 import status as g2_state
from pipeline.formats.xml.newsml_g2.fields import Fields, is_place
from pipeline.formats.xml.newsml_g2.message import News, split
from pipeline.formats.xml.newsml_g2.sources import SOURCES
from pipeline.formats.xml.tree import words
from pipeline.values import codes, dates

__all__ = ["SOURCES", "read", "split"]


def read(news: News) -> Parsed:
    """One newsItem.  Raises Rejected(BAD_DATE, NO_ITEM)."""
    fields = Fields(news.item)
    if (shows := g2_state.class_of(fields)) not in g2_state.OF_TEXT:
        fields.warnings.append(f"itemClass {shows[:40]}: only its words are read")
    status = g2_state.status(fields)
    created = fields.instant("version_created")
    identity = g2_links.identity(fields, created)
    headline, further = g2_content.headlines(fields)
    descriptions = g2_content.descriptions(fields)
    content = g2_content.read(fields, {headline, *(other.value for other in further), *descriptions})
    subjects = fields.every("subjects")
    embargo = dates.read_embargo([words(one) for one in fields.every("embargo")]) or news.heard.embargo
    urgency = codes.urgency(fields.text("urgency"), fields.warnings)
    signals = (
        *codes.SIGNALS[status],
        *g2_state.signals(fields),
        *g2_state.urgent(fields, urgency),
        *identity.signals,
        *news.heard.signals,
    )
    parsed = Parsed(
        paragraphs=content.paragraphs,
        html=content.html,
        headline=headline,
        further_headlines=further,
        native_id=identity.native_id,
        version=identity.version,
        version_created=created,
        first_created=fields.instant("first_created"),
        pub_status=status,
        embargo=embargo,
        language=fields.language,
        urgency=urgency,
        slugline=fields.text("slugline"),
        by=", ".join(fields.lines("by")) or None,
        located=fields.text("located"),
        dateline=fields.text("dateline"),
        sign_off=g2_notes.sign_off(fields),
        descriptions=descriptions,
        info_sources=fields.info_sources("info_sources"),
        places=fields.concepts([*fields.elements("places"), *filter(is_place, subjects)]),
        subjects=fields.concepts(filterfalse(is_place, subjects)),
        alt_ids=(*identity.alt_ids, *fields.alt_ids("alt_ids")),
        ed_note=g2_notes.public(fields, embargo),
        copyright_notice=fields.text("copyright_notice"),
        usage_terms="\n".join(fields.lines("usage_terms")) or None,
        signals=tuple(dict.fromkeys(signals)),
        warnings=tuple(fields.warnings),  # last: the fields above have added theirs
    )
    bodies.check_words(parsed)
    return parsed
