"""The table of settings, out of Settings: every variable, its meaning, its bounds, its default."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from pipeline.settings import PREFIX, Settings
from tools import markdown

DEFAULTS = {  # those that differ from machine to machine
    "instance": "the host's name",
    "state_dir": "`$XDG_STATE_HOME/wiredesk`, or `~/.local/state/wiredesk`",
    "cache_dir": "`$XDG_CACHE_HOME/wiredesk`, or `~/.cache/wiredesk`",
}
KINDS = (("int", "number"), ("Path", "path"), ("Secret", "text, never logged"), ("str", "text"))


def table() -> str:
    """Every setting in a row, in the order of Settings."""
    rows = (_row(name, field) for name, field in Settings.model_fields.items())
    return markdown.table(("variable", "meaning", "allowed", "without it"), *rows)


def _row(name: str, field: FieldInfo) -> tuple[str, ...]:
    return f"`{PREFIX}{name.upper()}`", field.description or "", _allowed(field), _default(name, field.default)


def _allowed(field: FieldInfo) -> str:
    bounds = {key: getattr(each, key) for each in field.metadata for key in ("ge", "le") if hasattr(each, key)}
    pattern = next((each.pattern for each in field.metadata if getattr(each, "pattern", None)), None)
    if isinstance(field.annotation, type) and issubclass(field.annotation, StrEnum):
        return ", ".join(f"`{value.value}`" for value in field.annotation)
    if bounds:
        return f"{bounds['ge']} to {bounds['le']}"
    return f"`{pattern}`" if pattern else next(text for kind, text in KINDS if kind in str(field.annotation))


def _default(name: str, default: Any) -> str:
    if name in DEFAULTS:
        return DEFAULTS[name]
    return "–" if default is None or default is PydanticUndefined else f"`{default}`"
