"""AP Media API, JSON: the feed, the answer to a search, one item with its envelope, or an item alone.

The text of a story is mostly a link to its NITF; what fetched it may have put it in.  `signals` must say that the
item is news content, or it may not be published, now or ever (AP, Identifying Publishable Content); `ednote` is
not for news consumers (AP, Usage Instructions and Restrictions).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pipeline.formats import bodies, codes, dates
from pipeline.formats.documents import documents_of
from pipeline.formats.fields import Fields
from pipeline.formats.format import Parts
from pipeline.formats.json_text import load
from pipeline.formats.parsed import Embargo, Parsed, Payload
from pipeline.items import AltId, Concept, InfoSource, Text
from pipeline.records import Reason, Rejected

SOURCES = {  # `a.b`: b within a; `nitf` stands beside the item, put there by what fetched its text
    "native_id": ("altids.itemid", "uri"),
    "alt_ids": ("altids",),
    "link": ("links",),
    "version": ("version",),
    "version_created": ("versioncreated",),
    "first_created": ("firstcreated",),
    "pub_status": ("pubstatus",),
    "embargo": ("embargoed",),
    "signals": ("signals", "editorialtypes"),
    "type": ("type",),
    "language": ("language",),
    "urgency": ("urgency",),
    "priority": ("editorialpriority",),
    "headline": ("headline",),
    "title": ("title",),
    "further_headlines": ("headline_extended", "headline_seo"),
    "paragraphs": ("body_nitf", "body_html", "body_text", "nitf.body_html", "nitf.body_nitf"),
    "summary": ("description_summary",),  # the body, where nothing else is
    "descriptions": ("description_summary", "description_caption", "description_text"),
    "slugline": ("slugline",),
    "by": ("bylines", "photographer"),
    "located": ("located", "datelinelocation.city"),
    "info_sources": ("infosource", "description_creditline", "provider"),
    "places": ("datelinelocation", "place"),
    "subjects": ("subject", "person", "organisation", "company", "event", "fixture", "keywords"),
    "copyright_notice": ("copyrightnotice",),
    "usage_terms": ("usageterms",),
}

NEWS = "newscontent"
EDITORIAL_TYPES = {  # AP's names of what a file is to its story, small
    "kill": "kill",
    "elimination": "kill",
    "withdrawal": "kill",
    "withhold": "hold",
    "correction": "correction",
    "corrective": "correction",
    "clarification": "correction",
    "lead": "update",
    "writethru": "update",
    "update": "update",
    "advisory": "advisory",
}
PRIORITIES = {"f": 1, "b": 2, "u": 3, "r": 4, "d": 5, "a": 7, "s": 8}  # ANPA's letters in AP's order of urgency
URGENT = {1: "flash", 2: "bulletin", 3: "urgent"}
TEXT_TYPES = frozenset({"text", "composite"})
CONTENT = re.compile(r"<body\.content\b[^>]*+>(.*?)(?:</body\.content>|\Z)", re.DOTALL)
