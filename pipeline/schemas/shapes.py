"""The schemas: JSON Schema 2020-12, out of the models that the rooms write.

`of` is strict, as the models are; `opened` is what is published.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from pipeline.dead import CUT_BYTES, HEADERS_BYTES_MAX, KEPT_BYTES_MAX, KEY_BYTES_MAX, ORIGINAL, PREFIX
from pipeline.records import Reason
from pipeline.topology import PARTITIONS, ROOMS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
REFERENCE = "#/$defs/"
EXTENSIBLE = "x-extensible-enum"
# Enumerations that never grow: those of ninjs 3.1, Kafka's partitions, a header that is there or not.
FIXED = frozenset({"PubStatus", "Representation", "dead-partition", "dead-cut"})
Schema = dict[str, Any]

DEAD_DESCRIPTION = (
    "The headers of a record of wire.dead, by name, as UTF-8 text. "
    f"The record's value is the original value: whole up to {KEPT_BYTES_MAX} bytes, of a larger one the first "
    f"{CUT_BYTES}; a key has at most {KEY_BYTES_MAX}. The headers that the record had before it died follow "
    f"ours, with {ORIGINAL} before their names, up to {HEADERS_BYTES_MAX} bytes in all."
)
_SOURCES = list(dict.fromkeys(spec.source for spec in ROOMS.values()))
_COUNT = {"type": "string", "pattern": "^[0-9]+$"}
DEAD_HEADERS: dict[str, Schema] = {  # without their prefix
    "room": {"type": "string", "enum": list(ROOMS), "description": "the room that could not use the record"},
    "reason": {"type": "string", "enum": [reason.value for reason in Reason], "description": "why"},
    "detail": {"type": "string", "maxLength": 500, "description": "the reason in words"},
    "topic": {"type": "string", "enum": _SOURCES, "description": "where the record was: its topic"},
    "partition": {"enum": [str(partition) for partition in range(PARTITIONS)], "description": "its partition"},
    "offset": {**_COUNT, "description": "its offset"},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "of the whole original value"},
    "size": {**_COUNT, "description": "bytes of the whole original value"},
    "part": {**_COUNT, "description": "which item of the payload, where it had several"},
    "kept-in": {
        "type": "string",
        "description": "of a further letter of a record: `ce_id` of the letter that has the record; the value is "
        "empty",
    },
    "cut": {"enum": ["true"], "description": "the key, or a header that the record had before, is not here whole"},
}
DEAD_OPTIONAL = ("part", "kept-in", "cut")


class WrittenForm(GenerateJsonSchema):
    """The schema of what `items.dump` writes: an absent member is left out, never null."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False  # it would repeat the name


def headed(name: str, schema: Schema) -> Schema:
    """The schema with its dialect and its own name in front."""
    return {"$schema": DIALECT, "$id": f"urn:wiredesk:schema:{name}", **schema}


def of(model: type[BaseModel]) -> Schema:
    """The strict schema of a model as it is written, names as on the wire."""
    return model.model_json_schema(by_alias=True, mode="serialization", schema_generator=WrittenForm)


def opened(schema: Schema) -> Schema:
    """The schema as consumers get it: self-contained, and open for what a later release adds.

    Objects may have further members.  An enumeration that may grow is a text whose values so far are in
    `x-extensible-enum`, a name of Zalando's API guidelines: code made from the schema reads a new one.
    """
    definitions = schema.get("$defs", {})
    growing = {name: shape for name, shape in definitions.items() if _grows(name, shape)}
    found: Schema = _open(
        {**schema, "$defs": {name: definitions[name] for name in definitions if name not in growing}}, growing
    )
    return found if found["$defs"] else {name: part for name, part in found.items() if name != "$defs"}


def _open(shape: Any, growing: dict[str, Schema], name: str = "") -> Any:
    """The shape, opened all the way down; the enumerations in `growing` take the place of their references."""
    if isinstance(shape, list):
        return [_open(each, growing) for each in shape]
    if not isinstance(shape, dict):
        return shape
    if (target := str(shape.get("$ref", "")).removeprefix(REFERENCE)) in growing:
        rest = {keyword: value for keyword, value in shape.items() if keyword != "$ref"}
        shape = {"type": "string", "enum": growing[target]["enum"], **rest}
    if _grows(name, shape):
        shape = {EXTENSIBLE if keyword == "enum" else keyword: value for keyword, value in shape.items()}
    closed = shape.get("additionalProperties") is False
    return {
        keyword: _open(value, growing, keyword)
        for keyword, value in shape.items()
        if not (closed and keyword == "additionalProperties")
    }


def _grows(name: str, shape: Schema) -> bool:
    return "enum" in shape and name not in FIXED


def dead_headers() -> Schema:
    """The headers of a dead letter; the headers that the record had before may be anything."""
    return {
        "title": "DeadHeaders",
        "description": DEAD_DESCRIPTION,
        "type": "object",
        "properties": {PREFIX + name: shape for name, shape in DEAD_HEADERS.items()},
        "required": [PREFIX + name for name in DEAD_HEADERS if name not in DEAD_OPTIONAL],
        "additionalProperties": {"type": "string"},
    }
