"""The tables of docs/feeds.md: what a crash may do to each way in, and what feeds.yaml may say."""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo

from pipeline.ingest.feed import Facts
from pipeline.ingest.ways import WAYS
from pipeline.rule_files import UNITS_MS
from tools import markdown


def guarantees() -> str:
    """What a crash may lose or repeat, by way in."""
    unset: dict[str, dict[str, Any]] = {kind: {kind: ""} for kind in WAYS}
    connectors = [way.connector(way.settings.model_construct(**unset[kind])) for kind, way in WAYS.items()]
    rows = [(f"`{one.kind}`", one.guarantee) for one in connectors]
    return markdown.table(("way in", "after a crash at any moment"), *rows)


def facts() -> str:
    """What may be said of any feed, and in the defaults."""
    return _members(Facts.model_fields)


def ways() -> str:
    """What may be said of a feed for its way in: a chapter for each."""
    parts = []
    for kind, way in WAYS.items():
        found = way.settings.model_fields
        names = sorted(found.keys() - Facts.model_fields.keys(), key=[kind, *found].index)
        own = {found[name].alias or name: found[name] for name in names}
        parts.append(f"#### {kind}\n\n{way.settings.__doc__}\n\n{_members(own)}")
    return "\n".join(parts)


def _members(fields: dict[str, FieldInfo]) -> str:
    rows = [(f"`{name}`", _text(field.description or ""), _default(field)) for name, field in fields.items()]
    return markdown.table(("member", "meaning", "without it"), *rows)


def _text(description: str) -> str:
    return description.replace("|", "\\|")


def _default(field: FieldInfo) -> str:
    """How the default is written in the file."""
    if field.is_required() or field.default in (None, (), {}):
        return "–"
    return f"`{_written(field)}`"


def _written(field: FieldInfo) -> str:
    value: Any = field.default
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    if isinstance(value, int) and any(type(one).__name__ == "BeforeValidator" for one in field.metadata):
        unit, size = max(((u, s) for u, s in UNITS_MS.items() if value % s == 0), key=lambda pair: pair[1])
        return f"{value // size}{unit}"
    return str(value)
