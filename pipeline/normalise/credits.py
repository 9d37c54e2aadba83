"""Who wrote the item, and which agency: as the copy says, else as the format says."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.copy import CleanCopy, bylines, rights
from pipeline.copy.signoffs.whole_lines import is_initials
from pipeline.formats.parsed import Parsed
from pipeline.items import InfoSource
from pipeline.language import Language
from pipeline.values.agencies import agency_named, agency_of, first_agency

# dpa delivers what AP wrote: who delivers an item is not who wrote it.
CARRIERS = frozenset({"supplier", "provider", "distributor"})


def by(parsed: Parsed, copy: CleanCopy) -> str | None:
    """The names of the format's byline, without `By` and the agency; as written, if there are none in it.

    Initials are a sign-off, wherever they are written (EFE: `abc/de`); who contributed is no author.
    """
    written = None if parsed.by and is_initials(parsed.by) else parsed.by
    found = bylines.byline_field(written, Language.of(parsed.language)) if written else None
    names = found.names if found else ()
    others = copy.furniture.bylines or copy.authors
    return ", ".join(names) or (bylines.without_by(written) if written else None) or ", ".join(others) or None


def agency(parsed: Parsed, copy: CleanCopy) -> str | None:
    """The code of the agency that wrote the copy: named by the copy, by a source, or by the copyright notice.

    Who carries an item counts where nobody else is named.
    """
    sources = parsed.info_sources
    written = copy.agency or _first_of(sources, carriers=False) or _holder(parsed.copyright_notice)
    return written or _first_of(sources, carriers=True)


def sender(parsed: Parsed) -> str | None:
    """The code of the agency that the fields name: it wrote the copy, or it carries it."""
    return _first_of(parsed.info_sources, carriers=False) or _first_of(parsed.info_sources, carriers=True)


def _first_of(sources: Iterable[InfoSource], *, carriers: bool) -> str | None:
    """The first known agency among the sources that carry an item, or among the others."""
    names = (_named(source) for source in sources if (_role(source) in CARRIERS) is carriers)
    return next((found.code for name in names if name and (found := first_agency(name))), None)


def _named(source: InfoSource) -> str:
    """Its name; without one the code of a scheme, which may be an agency's acronym: `nprov:AFP`."""
    if source.name or not source.literal:
        return source.name or ""
    code = source.literal.rpartition(":")[2]
    return code if agency_named(code) or agency_named(code.upper()) else ""


def _holder(notice: str | None) -> str | None:
    """The agency that a copyright notice names: `Copyright 2022 …, all rights reserved`, or the holder alone."""
    line = (notice or "")[: rights.COPYRIGHT_LENGTH_MAX]
    found = agency_of((line and rights.copyright_line(line)) or line)
    return found.code if found else None


def _role(source: InfoSource) -> str:
    return (source.role or "").rpartition(":")[2].lower()
