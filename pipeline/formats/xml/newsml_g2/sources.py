"""Where each field of a NewsML-G2 newsItem is read from."""

from __future__ import annotations

NITF_HEAD = "contentSet/inlineXML/nitf/body/body.head"

SOURCES = {  # from the newsItem on; `newsMessage/…`: in the header of its message
    "native_id": ("@guid", "itemMeta/versionedId/@guid"),  # the latter for Reuters
    "link": ("itemMeta/link",),
    "version": ("@version",),
    "version_created": (
        "itemMeta/versionCreated", "contentMeta/contentModified", "newsMessage/sent", "itemMeta/firstCreated",
        "contentMeta/contentCreated",
    ),
    "first_created": ("itemMeta/firstCreated",),
    "pub_status": ("itemMeta/pubStatus",),
    "signals": ("itemMeta/signal",),
    "provider": ("itemMeta/provider",),
    "embargo": ("itemMeta/embargoed", "contentMeta/embargoed"),
    "type": ("itemMeta/itemClass",),
    "urgency": ("contentMeta/urgency", "newsMessage/priority"),
    "language": (
        "contentMeta/language/@tag",
        "contentSet/inlineXML/@xml:lang",
        "contentSet/inlineXML/html/@xml:lang",
        "contentSet/inlineXML/html/@lang",
        "@xml:lang",
    ),
    "further_headlines": ("contentMeta/headline",),
    "headline": ("contentMeta/headline", f"{NITF_HEAD}/hedline/hl1", f"{NITF_HEAD}/headline/hl1"),
    "title": ("itemMeta/title", "contentSet/inlineXML/nitf/head/title"),
    "paragraphs": ("contentSet/inlineXML", "contentSet/inlineData"),
    "elsewhere": ("contentSet/remoteContent",),
    "dateline": ("contentMeta/dateline", f"{NITF_HEAD}/dateline"),
    "descriptions": ("contentMeta/description", f"{NITF_HEAD}/abstract"),
    "slugline": ("contentMeta/slugline",),
    "by": (
        "contentMeta/by",
        "contentMeta/bylines/bylineItem/byline",  # TT's extension; else the byline of NITF
    ),
    "located": ("contentMeta/located/name", "contentMeta/located/@literal"),
    "places": ("contentMeta/located", "contentMeta/subject[geoArea]"),  # the latter selected by fields.is_place
    "subjects": ("contentMeta/subject", "contentMeta/keyword", "contentMeta/genre", "itemMeta/memberOf"),
    "info_sources": ("contentMeta/infoSource", "contentMeta/creditline", "itemMeta/provider"),
    "alt_ids": ("contentMeta/altId", "newsMessage/transmitId"),
    "ed_note": ("itemMeta/edNote",),
    "sign_off": ("itemMeta/edNote[closingline]",),  # dpa
    "copyright_notice": (
        "rightsInfo/copyrightNotice",
        "rightsInfo/copyrightHolder/name",
        "rightsInfo/copyrightHolder/@literal",
    ),
    "usage_terms": ("rightsInfo/usageTerms",),
}  # fmt: skip
