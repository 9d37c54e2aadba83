"""The fields that NITF and NewsML 1 share: looked up by a parser's table of paths, with the warnings they give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from pipeline.formats.xml.paths import Paths
from pipeline.items import AltId, InfoSource, Text
from pipeline.values import codes
from pipeline.values.dates import ISO, read_instant


class XmlFields:
    """The fields of one item.  `sources` maps a field to its paths, the preferred one first.  Collects warnings."""

    def __init__(self, paths: Paths, sources: Mapping[str, tuple[str, ...]]) -> None:
        self._paths = paths
        self._sources = sources
        self.warnings: list[str] = []

    def text(self, field: str) -> str | None:
        """The first text at the first of its paths that has any."""
        return self._paths.text(*self._sources[field])

    def instant(self, field: str) -> datetime | None:
        """The instant, UTC."""
        written = self.text(field)
        return None if written is None else read_instant(written, field, self.warnings)

    def urgency(self) -> int | None:
        """1 to 9."""
        return codes.read_urgency(self.text("urgency"), self.warnings)

    def dateline(self) -> str | None:
        """The dateline as it is written; None if it is only a date for machines (EFE)."""
        line = self.text("dateline")
        return None if line is None or ISO.fullmatch(line) else line

    def headline(self, preferred: Iterable[str] = ()) -> str:
        """The first preferred headline, else the one of the table, else the title, with a warning."""
        headline = next(iter(preferred), None) or self.text("headline")
        if headline is None and (headline := self.text("title")):
            self.warnings.append("headline is the title")
        return headline or ""

    def info_sources(self, roles: Mapping[str, str]) -> tuple[InfoSource, ...]:
        """The names at the paths, each with the role of its path."""
        found = (
            InfoSource(name=name, role=role) for path, role in roles.items() for name in self._paths.values(path)
        )
        return tuple(dict.fromkeys(found))

    def alt_ids(self, roles: Mapping[str, str]) -> tuple[AltId, ...]:
        """The ids at the paths, each with the role of its path."""
        found = (AltId(role=role, value=id_) for path, role in roles.items() for id_ in self._paths.values(path))
        return tuple(dict.fromkeys(found))


def subheads(lines: Iterable[str], headline: str) -> tuple[Text, ...]:
    """The lesser headlines, each once; some agencies repeat the main one there."""
    found = (line for line in dict.fromkeys(lines) if line != headline)
    return tuple(Text(value=line, role="subhead", content_type="text/plain") for line in found)
