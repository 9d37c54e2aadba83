"""What must not change within a version of a schema, because it would break consumers or records in the log.

wire.stories never expires: today's schema must hold for the records of last year.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

SAME = ("type", "format", "pattern", "$ref", "allOf", "anyOf", "oneOf")  # must stay as they are
CEILINGS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")  # may rise, or be removed
FLOORS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")  # may fall, or be removed
CLOSINGS = ("additionalProperties", "unevaluatedProperties")
EXTENSIBLE = "x-extensible-enum"
REFERENCE = "#/$defs/"
HERE = "the record"


def compatible(old: Schema, new: Schema, read: bool = False) -> list[str]:
    """What breaks from `old` to `new`, a sentence each with the member's path; empty if nothing does.

    | change                                     | of what we write  | of what we read (`read`) |
    |--------------------------------------------|-------------------|--------------------------|
    | a new optional member                      | compatible        | compatible               |
    | a wider bound; an open object              | compatible        | compatible               |
    | a new value of an extensible enumeration   | compatible        | (we have none)           |
    | a new value of a closed enumeration        | breaks            | compatible               |
    | a value removed from an enumeration        | breaks            | breaks                   |
    | a member removed, or required anew         | breaks            | breaks                   |
    | a member no longer required                | breaks            | breaks                   |
    | another type, format or pattern            | breaks            | breaks                   |
    | a narrower bound; an object closed         | breaks            | breaks                   |

    A wider closed enumeration breaks code made from the schema, which refuses a value that it does not know.  A
    member that is required anew is missing in the records that are in the log already.  Both schemas must be ours:
    they refer to `$defs` and to nothing else, without recursion.
    """
    before, after = dict(_members("", old, old)), dict(_members("", new, new))
    return [
        breach
        for path, was in before.items()
        for breach in (
            _breaches(path or HERE, was, after[path], read) if path in after else [f"{path} is removed."]
        )
    ]


def _breaches(path: str, was: Schema, now: Schema, read: bool) -> Iterator[str]:
    for keyword in SAME:
        before, after = was.get(keyword), now.get(keyword)
        if before != after:
            yield f"{path} has another {keyword}: {_shown(before)} before, {_shown(after)} now."
    yield from _values(path, was, now, read)
    for name in _missing(now, was):
        yield f"{_inside(path, name)} is required now: records in the log may lack it."
    for name in _missing(was, now):
        yield f"{_inside(path, name)} is no longer required: consumers count on it."
    for keyword in CEILINGS:
        if now.get(keyword, float("inf")) < was.get(keyword, float("inf")):
            yield f"{path} has a lower {keyword}: {now[keyword]}."
    for keyword in FLOORS:
        if now.get(keyword, float("-inf")) > was.get(keyword, float("-inf")):
            yield f"{path} has a higher {keyword}: {now[keyword]}."
    for keyword in CLOSINGS:
        if now.get(keyword, True) is False and was.get(keyword, True) is not False:
            yield f"{path} allows no further members now: {keyword} is false."


def _values(path: str, was: Schema, now: Schema, read: bool) -> Iterator[str]:
    """What breaks in the values of a member: removed ones, and for code made from the schema new ones."""
    if EXTENSIBLE in now and "enum" in was:
        yield f"{path} may have any value now: code made from the schema knows {_shown(was['enum'])} only."
    elif "enum" in now and "enum" not in was:
        yield f"{path} may only be one of {_shown(now['enum'])} now."
    for keyword in ("enum", EXTENSIBLE):
        before, after = was.get(keyword), now.get(keyword)
        if before is not None and after is not None:
            if gone := [value for value in before if value not in after]:
                yield f"{path} no longer has the values {_shown(gone)}."
            if keyword == "enum" and not read and (new := [value for value in after if value not in before]):
                yield f"{path} has the new values {_shown(new)}: code made from the schema refuses them."


def _inside(path: str, name: str) -> str:
    return name if path == HERE else f"{path}.{name}"


def _shown(value: object) -> str:
    return "none" if value is None else json.dumps(value, ensure_ascii=False)


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
