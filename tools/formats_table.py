"""Where each field of a payload goes, out of FORMATS: a table for each format."""

from __future__ import annotations

from pipeline.formats import FORMATS
from tools.markdown import table

HEAD = ("in the item", "in the payload, the first that is there")
LANDS = {  # a parser's field -> where it stands in the item, in the order of the page
    "native_id": "`uri`, `altIds` (native)",
    "link": "`uri`, where it names an earlier document",
    "version": "`version`",
    "version_created": "`versionCreated`",
    "first_created": "`firstCreated`",
    "pub_status": "`pubStatus`",
    "embargo": "`embargoedUntil`",
    "signals": "`dispatch.signals`",
    "urgency": "`urgency`",
    "language": "`language`",
    "headline": "`headlines` (main)",
    "title": "`headlines`, for want of one",
    "further_headlines": "`headlines`, each with its role",
    "paragraphs": "`bodies`",
    "elsewhere": "named in a warning",
    "provider": "looked at: whose scale is the urgency?",
    "descriptions": "`descriptions`",
    "slugline": "`slugline`",
    "by": "`by`",
    "located": "`located`",
    "dateline": "`copy.dateline`, for want of one in the copy",
    "sign_off": "`copy.signOff`, for want of one in the copy",
    "places": "`places`",
    "subjects": "`subjects`",
    "info_sources": "`infoSources`",
    "alt_ids": "`altIds`",
    "ed_note": "`edNote`",
    "copyright_notice": "`copyrightNotice`",
    "usage_terms": "`usageTerms`",
    "type": "looked at: is it text?",
}


def sections() -> str:
    """A section for each format."""
    return "".join(_section(name) for name in FORMATS)


def _section(name: str) -> str:
    spec = FORMATS[name]
    unknown = set(spec.sources) - set(LANDS)
    if unknown:
        raise SystemExit(f"{name}: LANDS does not know where {', '.join(sorted(unknown))} goes")
    fields = [field for field in LANDS if field in spec.sources]
    rows = ((LANDS[field], _listed(spec.sources[field])) for field in fields)
    return f"### `{name}`: {spec.description}\n\n{table(HEAD, *rows)}\n"


def _listed(sources: tuple[str, ...]) -> str:
    return " · ".join(f"`{source}`" for source in sources)
