"""The JSON Schemas of what Wiredesk publishes: one file a topic and version, with an example each.

    shapes         the schemas, out of the pydantic models
    examples       one record of each, of our own invention
    asyncapi       topics, keys and headers around them, as an AsyncAPI document
    compatibility  what must not change within a version

A schema says what a record of its version is, member by member, and refers to no other file.  Within a version
optional members and values of an extensible enumeration may be added, so a consumer ignores what it does not know.
Any other change needs a new version: `breaks` finds it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.items import Alert, Control, Delivery, FeedStatus, Item, Model, Notification, Story
from pipeline.schemas import asyncapi, examples, shapes
from pipeline.schemas.compatibility import compatible

__all__ = ["PUBLISHED", "PublishedSchema", "breaks", "check", "compatible", "export"]


class PublishedSchema(NamedTuple):
    """A schema that others build on, and a record that follows it."""

    name: str  # the topic; wire.control is a record type, in the rooms' input topics
    version: int
    model: type[Model] | None  # None: the schema is of headers
    strict: dict[str, Any]  # of exactly what this release writes or reads
    example: Any
    read: bool = False  # by the rooms, from others: it stays as strict as they are

    @property
    def schema(self) -> dict[str, Any]:
        """The schema that is published."""
        return self.strict if self.read else shapes.opened(self.strict)

    @property
    def path(self) -> str:
        """The schema's file, relative to the folder of schemas."""
        return f"{self.name}.v{self.version}.schema.json"

    @property
    def example_path(self) -> str:
        """The example's file."""
        return f"examples/{self.name}.v{self.version}.json"


def _published(
    name: str, version: int, example: Any, model: type[Model] | None, read: bool = False
) -> PublishedSchema:
    found = shapes.of(model) if model else shapes.dead_headers()
    return PublishedSchema(name, version, model, shapes.headed(f"{name}:v{version}", found), example, read)


PUBLISHED: tuple[PublishedSchema, ...] = (
    _published("wire.enriched", 1, examples.ITEM, Item),
    _published("wire.stories", 1, examples.STORY, Story),
    _published("wire.alerts", 1, examples.ALERT, Alert),
    _published("wire.notifications", 1, examples.NOTIFICATION, Notification),
    _published("wire.deliveries", 1, examples.DELIVERY, Delivery),
    _published("wire.feeds", 1, examples.FEED, FeedStatus),
    _published("wire.control", 1, examples.CONTROL, Control, read=True),
    _published("wire.dead", 1, examples.DEAD, None),
)


def export() -> dict[str, bytes]:
    """Every file of the folder of schemas: path relative to it, and content.  The same bytes every time."""
    versions = {published.name: published.version for published in PUBLISHED}
    files = {asyncapi.FILE: _text(asyncapi.document(versions))}
    for published in PUBLISHED:
        files[published.path] = _text(published.schema)
        files[published.example_path] = _text(published.example)
    return files


def check(folder: Path) -> list[str]:
    """What differs between the folder and `export`, one line a file; empty if nothing does.

    Superfluous is a schema or example of ours that no row of PUBLISHED has; other files are left alone.
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

    Call it before the folder is overwritten: afterwards the old shape is gone.
    """
    return [
        f"{published.path}: {breach}"
        for published in PUBLISHED
        if (folder / published.path).exists()
        for breach in compatible(
            json.loads((folder / published.path).read_bytes()), published.schema, published.read
        )
    ]


def _ours(folder: Path) -> list[Path]:
    return [*folder.glob(asyncapi.FILE), *folder.glob("*.schema.json"), *folder.glob("examples/*.json")]


def _text(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
