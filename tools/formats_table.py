"""Where each field of a payload goes: a table for each row of FORMATS."""

from __future__ import annotations

from pipeline.formats import FORMATS
from tools.markdown import table

HEAD = ("in the item", "in the payload, by preference")
MEMBERS = {  # a field of Parsed -> the members of the item that it fills, in the order of the page
    "native_id": "`uri`, `altIds` (native)",
    "link": "`uri`, if it names an earlier document",
    "version": "`version`",
    "version_created": "`versionCreated`",
    "first_created": "`firstCreated`",
    "pub_status": "`pubStatus`",
    "embargo": "`embargoedUntil`",
    "signals": "`dispatch.signals`",
    "urgency": "`urgency`",
    "language": "`language`",
    "headline": "`headlines` (main)",
    "title": "`headlines`, if there is no other",
    "further_headlines": "`headlines`, each with its role",
    "paragraphs": "`bodies`",
    "elsewhere": "named in a warning",
    "provider": "only tested: whose scale is the urgency?",
    "descriptions": "`descriptions`",
    "slugline": "`slugline`",
    "by": "`by`",
    "located": "`located`",
    "dateline": "`copy.dateline`, if the copy has none",
    "sign_off": "`copy.signOff`, if the copy has none",
    "places": "`places`",
    "subjects": "`subjects`",
    "info_sources": "`infoSources`",
    "alt_ids": "`altIds`",
    "ed_note": "`edNote`",
    "copyright_notice": "`copyrightNotice`",
    "usage_terms": "`usageTerms`",
    "type": "only tested: is it text?",
}


def sections() -> str:
    """A section for each format."""
    return "".join(_section(name) for name in FORMATS)


def _section(name: str) -> str:
    spec = FORMATS[name]
    unknown = set(spec.sources) - set(MEMBERS)
    if unknown:
        raise SystemExit(f"{name}: MEMBERS does not say where {', '.join(sorted(unknown))} goes")
    fields = [field for field in MEMBERS if field in spec.sources]
    rows = ((MEMBERS[field], _listed(spec.sources[field])) for field in fields)
    return f"### `{name}`: {spec.description}\n\n{table(HEAD, *rows)}\n"


def _listed(sources: tuple[str, ...]) -> str:
    return " · ".join(f"`{source}`" for source in sources)
