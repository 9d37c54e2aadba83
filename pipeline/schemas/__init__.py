"""The JSON Schemas of what Wiredesk publishes: one file a topic and version, with an example each.

    shapes         the schemas, out of the pydantic models
    examples       one record of each, of our own invention
    compatibility  what must not change within a version

A schema says what a record of its version is, member by member.  Within a version members and values of an
enumeration may be added, so a consumer passes over what it does not know; whatever else changes needs a new version
(`breaks` finds it).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.items import Alert, Control, Story
from pipeline.schemas import examples, shapes
from pipeline.schemas.compatibility import compatible

__all__ = ["PUBLISHED", "Published", "breaks", "check", "compatible", "export"]


class Published(NamedTuple):
    """A schema that others build on, and a record that follows it."""

    name: str  # the topic; wire.control is a record type, in the rooms' input topics
    version: int
    schema: dict[str, Any]
    example: Any

    @property
    def path(self) -> str:
        """The schema's file, relative to the folder of schemas."""
        return f"{self.name}.v{self.version}.schema.json"

    @property
    def example_path(self) -> str:
        """The example's file."""
        return f"examples/{self.name}.v{self.version}.json"


def _published(name: str, version: int, schema: dict[str, Any], example: Any) -> Published:
    return Published(name, version, shapes.headed(f"{name}:v{version}", schema), example)


PUBLISHED: tuple[Published, ...] = (
    _published("wire.enriched", 1, shapes.enriched(), examples.ITEM),
    _published("wire.stories", 1, shapes.of(Story), examples.STORY),
    _published("wire.alerts", 1, shapes.of(Alert), examples.ALERT),
    _published("wire.control", 1, shapes.of(Control), examples.CONTROL),
    _published("wire.dead", 1, shapes.dead_headers(), examples.DEAD),
)


def export() -> dict[str, bytes]:
    """Every file of the folder of schemas: path relative to it, and content.  The same bytes every time."""
    files: dict[str, bytes] = {}
    for published in PUBLISHED:
        files[published.path] = _text(published.schema)
        files[published.example_path] = _text(published.example)
    return files


def check(folder: Path) -> list[str]:
    """What differs between the folder and `export`, one line a file; empty if nothing does.

    Superfluous is a schema or example of ours that no row of PUBLISHED has; other files are none of our business.
    """
    wanted = export()
    found = {path.relative_to(folder).as_posix(): path for path in _ours(folder)}
    stale = {name for name in wanted.keys() & found.keys() if found[name].read_bytes() != wanted[name]}
    verdicts = {
        **dict.fromkeys(stale, "stale"),
        **dict.fromkeys(wanted.keys() - found.keys(), "missing"),
        **dict.fromkeys(found.keys() - wanted.keys(), "superfluous"),
    }
    return [f"{name}: {verdict}" for name, verdict in sorted(verdicts.items())]


def breaks(folder: Path) -> list[str]:
    """What `export` would break for those who build on the folder's schemas; empty if nothing.

    To be asked before the folder is overwritten: afterwards the old shape is gone.
    """
    return [
        f"{published.path}: {breach}"
        for published in PUBLISHED
        if (folder / published.path).exists()
        for breach in compatible(json.loads((folder / published.path).read_bytes()), published.schema)
    ]


def _ours(folder: Path) -> list[Path]:
    return [*folder.glob("*.schema.json"), *folder.glob("examples/*.json")]


def _text(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
