"""The headers and the members of every published record, out of the envelope and the schemas of the models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pipeline.envelope import HEADERS
from pipeline.schemas import PUBLISHED, shapes
from tools.markdown import code, table

KINDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}


def headers() -> str:
    """The headers of the envelope."""
    return table(("header", "value"), *((code(name), meaning) for name, meaning in HEADERS.items()))


def sections() -> str:
    """A section for each kind of record: a table of its members, then one for each kind of object in it."""
    return "\n".join(_section(each.name, each.strict) for each in PUBLISHED)


def _section(record: str, schema: dict[str, Any]) -> str:
    paths: dict[str, list[str]] = defaultdict(list)  # the name of an object's definition -> where it occurs
    for path, name in _objects("", schema, schema):
        paths[name].append(path)
    tables = (_table(f"of {code(*places)}", schema["$defs"][name], schema) for name, places in paths.items())
    return f"### `{record}`\n\n" + "\n".join([_table("member", schema, schema), *tables])


def _objects(path: str, shape: dict[str, Any], schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The objects within a shape: the path of each, and the name of its definition."""
    for member, inner in shape["properties"].items():
        one = inner.get("items", inner)
        found = _resolved(one, schema)
        if "properties" in found:
            inside = f"{path}{member}[]" if "items" in inner else f"{path}{member}"
            yield inside, one["$ref"].removeprefix(shapes.REFERENCE)
            yield from _objects(f"{inside}.", found, schema)


def _table(head: str, shape: dict[str, Any], schema: dict[str, Any]) -> str:
    required = shape.get("required", ())
    rows = (
        (code(name) + ("" if name in required else "?"), _value(inner, schema), inner["description"])
        for name, inner in shape["properties"].items()
    )
    return table((head, "value", "meaning"), *rows)


def _value(shape: dict[str, Any], schema: dict[str, Any]) -> str:
    """What a member's value is: its values where it has an enumeration, else its kind."""
    found = _resolved(shape, schema)
    if values := found.get("enum") or ([found["const"]] if "const" in found else None):
        return code(*values)
    if "items" in found:
        return "list of " + _value(found["items"], schema)
    if "properties" in found or found.get("type") == "object":
        return "object"
    return "instant" if found.get("format") == "date-time" else KINDS[found["type"]]


def _resolved(shape: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The shape, or the definition that it refers to."""
    if "$ref" not in shape:
        return shape
    found: dict[str, Any] = schema["$defs"][shape["$ref"].removeprefix(shapes.REFERENCE)]
    return found
