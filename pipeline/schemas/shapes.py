"""The schemas: JSON Schema 2020-12, out of the models that the rooms write."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from pipeline.dead import CUT_BYTES, HEADERS_BYTES_MAX, KEPT_BYTES_MAX, KEY_BYTES_MAX, ORIGINAL, PREFIX
from pipeline.items import OURS, Item
from pipeline.records import Reason
from pipeline.topology import PARTITIONS, ROOMS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NINJS = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#/$defs/ninjsType"
REFERENCE = "#/$defs/"
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
    "room": {"enum": list(ROOMS), "description": "the room that could not use the record"},
    "reason": {"enum": [reason.value for reason in Reason], "description": "why"},
    "detail": {"type": "string", "maxLength": 500, "description": "the reason in words"},
    "topic": {"enum": _SOURCES, "description": "where the record was: its topic"},
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
    """The schema of a model as it is written, names as on the wire."""
    return model.model_json_schema(by_alias=True, mode="serialization", schema_generator=WrittenForm)


def enriched() -> Schema:
    """An enriched item: IPTC's ninjs 3.1, which its own schema describes, and our members beside it."""
    whole = of(Item)
    properties = {name: shape for name, shape in whole["properties"].items() if name in OURS}
    return {
        "title": "An item of wire.enriched",
        "description": "An IPTC ninjs 3.1 news item with the members of ours that ninjs provides for. "
        "wire.normalised, wire.resolved and wire.deduped have the same shape; later rooms add duplicate and story.",
        "type": "object",
        "allOf": [{"$ref": NINJS}],
        "properties": properties,
        "required": whole["required"],
        "unevaluatedProperties": False,
        "$defs": _reachable(properties, whole["$defs"]),
    }


def dead_headers() -> Schema:
    """The headers of a dead letter; the headers that the record had before may be anything."""
    return {
        "title": "The headers of a record of wire.dead",
        "description": DEAD_DESCRIPTION,
        "type": "object",
        "properties": {PREFIX + name: shape for name, shape in DEAD_HEADERS.items()},
        "required": [PREFIX + name for name in DEAD_HEADERS if name not in DEAD_OPTIONAL],
        "additionalProperties": {"type": "string"},
    }


def _reachable(shape: Any, definitions: Schema) -> Schema:
    """The definitions that the shape refers to, directly or through others, in the order of their names."""
    found: set[str] = set()
    waiting = _references(shape)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(definitions[name])
    return {name: definitions[name] for name in sorted(found)}


def _references(shape: Any) -> list[str]:
    if isinstance(shape, list):
        return [name for each in shape for name in _references(each)]
    if not isinstance(shape, dict):
        return []
    own = [shape["$ref"].removeprefix(REFERENCE)] if "$ref" in shape else []
    return own + [name for each in shape.values() for name in _references(each)]
