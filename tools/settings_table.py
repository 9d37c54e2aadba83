"""Writes the table of settings into docs/operations.md, between its markers: `python tools/settings_table.py`.

With --check it writes nothing and exits with 1 if the table is not what Settings says.  A path may follow.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Any

from page import ROOT, main, mark, row
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from pipeline.settings import PREFIX, Settings

HEAD = "| variable | meaning | allowed | without it |\n|---|---|---|---|\n"
TOLD = {  # defaults that differ from machine to machine
    "instance": "the host's name",
    "state_dir": "`$XDG_STATE_HOME/wiredesk`, or `~/.local/state/wiredesk`",
    "cache_dir": "`$XDG_CACHE_HOME/wiredesk`, or `~/.cache/wiredesk`",
}
KINDS = (("int", "number"), ("Path", "path"), ("Secret", "text, never logged"), ("str", "text"))


def table() -> str:
    """Every setting in a row, in the order of Settings."""
    return HEAD + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    cells = (f"`{PREFIX}{name.upper()}`", field.description or "", _allowed(field), _default(name, field.default))
    return row(*cells)


def _allowed(field: FieldInfo) -> str:
    bounds = {key: getattr(each, key) for each in field.metadata for key in ("ge", "le") if hasattr(each, key)}
    pattern = next((each.pattern for each in field.metadata if getattr(each, "pattern", None)), None)
    if isinstance(field.annotation, type) and issubclass(field.annotation, StrEnum):
        return ", ".join(f"`{value.value}`" for value in field.annotation)
    if bounds:
        return f"{bounds['ge']} to {bounds['le']}"
    return f"`{pattern}`" if pattern else next(said for kind, said in KINDS if kind in str(field.annotation))


def _default(name: str, default: Any) -> str:
    if name in TOLD:
        return TOLD[name]
    return "–" if default is None or default is PydanticUndefined else f"`{default}`"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], ROOT / "docs" / "operations.md", mark("settings", "settings_table.py"), table()))
