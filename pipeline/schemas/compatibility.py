"""What must not change within a version of a schema, because it would break consumers or records in the log.

wire.stories never expires: today's schema must hold for the records of last year.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

SAME = ("type", "format", "pattern", "$ref", "allOf", "anyOf", "oneOf")  # must stay as they are
CEILINGS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")  # may rise, or be removed
FLOORS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")  # may fall, or be removed
CLOSINGS = ("additionalProperties", "unevaluatedProperties")
REFERENCE = "#/$defs/"
HERE = "(the record)"


def compatible(old: Schema, new: Schema) -> list[str]:
    """What breaks from `old` to `new`, one line each with the member's path; empty if nothing does.

    It breaks to remove a member; to change its type, format or pattern; to require a member, or to require it no
    longer; to remove a value of an enumeration; to narrow a bound; to close an open object.  Both schemas must be
    ours: they refer to `$defs` and to nothing else, without recursion.
    """
    before, after = dict(_members("", old, old)), dict(_members("", new, new))
    return [
        breach
        for path, was in before.items()
        for breach in (_breaches(path or HERE, was, after[path]) if path in after else [f"{path}: removed"])
    ]


def _breaches(path: str, was: Schema, now: Schema) -> Iterator[str]:
    for keyword in SAME:
        if was.get(keyword) != now.get(keyword):
            yield f"{path}: {keyword} was {was.get(keyword)!r}, is {now.get(keyword)!r}"
    if "enum" in now and "enum" not in was:
        yield f"{path}: any value before, now one of {now['enum']}"
    elif gone := [value for value in was.get("enum", ()) if value not in now.get("enum", (value,))]:
        yield f"{path}: {gone} removed from its values"
    for name in _missing(now, was):
        yield f"{path}: {name} is required now"
    for name in _missing(was, now):
        yield f"{path}: {name} is no longer required"
    for keyword in CEILINGS:
        if now.get(keyword, float("inf")) < was.get(keyword, float("inf")):
            yield f"{path}: {keyword} falls to {now[keyword]}"
    for keyword in FLOORS:
        if now.get(keyword, float("-inf")) > was.get(keyword, float("-inf")):
            yield f"{path}: {keyword} rises to {now[keyword]}"
    for keyword in CLOSINGS:
        if now.get(keyword, True) is False and was.get(keyword, True) is not False:
            yield f"{path}: {keyword} not allowed any more"


def _missing(wanted: Schema, found: Schema) -> list[str]:
    """The members that `wanted` requires and `found` does not."""
    return [name for name in wanted.get("required", ()) if name not in found.get("required", ())]


def _members(path: str, shape: Schema, root: Schema) -> Iterator[tuple[str, Schema]]:
    """Every member's path and shape; `terms[]` is an item of an array, `evidence{}` a value of an object."""
    whole = _resolved(shape, root)
    yield path, whole
    for name, member in whole.get("properties", {}).items():
        yield from _members(f"{path}.{name}" if path else name, member, root)
    for mark, keyword in (("[]", "items"), ("{}", "additionalProperties")):
        if isinstance(whole.get(keyword), dict):
            yield from _members(path + mark, whole[keyword], root)


def _resolved(shape: Schema, root: Schema) -> Schema:
    """The shape with what it refers to in its own schema, and with `const` as an enumeration of one value."""
    name = shape.get("$ref", "")
    if name.startswith(REFERENCE):
        rest = {keyword: value for keyword, value in shape.items() if keyword != "$ref"}
        shape = {**_resolved(root["$defs"][name.removeprefix(REFERENCE)], root), **rest}
    if "const" in shape:
        shape = {**shape, "enum": [shape["const"]]}
    return shape
