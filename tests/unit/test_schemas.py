"""The published schemas: the folder is current, the examples are valid, ninjs is satisfied, nothing breaks."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from pipeline import schemas
from pipeline.items import OURS, Model, Story, dump
from pipeline.schemas import PUBLISHED, PublishedSchema, breaks, check, compatible, export
from pipeline.schemas.shapes import of

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "schemas"
GOLDEN = ROOT / "tests" / "replay" / "golden"
VENDOR = FOLDER / "vendor"  # what our schemas refer to, as others published it
VENDORED = {
    "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json": "ninjs/ninjs-schema_3.1.json",
    "https://geojson.org/schema/GeoJSON.json": "geojson/GeoJSON.json",
}
NINJS, _ = VENDORED
RESOURCES = [(uri, json.loads((VENDOR / name).read_text())) for uri, name in VENDORED.items()]
BY_NAME = {published.name: published for published in PUBLISHED}
MODELS: dict[str, type[Model]] = {published.name: published.model for published in PUBLISHED if published.model}


def validator(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """A validator that checks formats, knows ninjs and GeoJSON, and never uses the network."""
    registry = jsonschema_rs.Registry(RESOURCES, retriever=refuse)
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, registry=registry, retriever=refuse)


def refuse(uri: str) -> Any:
    raise AssertionError(f"a test asked for {uri}")


def changed(published: PublishedSchema, *path: str, to: Any) -> Any:
    """The published example with another value at the path; None removes the member."""
    example = copy.deepcopy(published.example)
    inner = example
    for name in path[:-1]:
        inner = inner[name]
    if to is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return example


def test_the_folder_is_current() -> None:
    """The committed schemas are those of today's models; `make schemas` writes them."""
    assert check(FOLDER) == []


def test_no_promise_is_broken() -> None:
    """Today's models break nothing that the committed schemas of the same version say."""
    assert breaks(FOLDER) == []


def test_check_names_every_difference(tmp_path: Path) -> None:
    """Stale, missing and superfluous files are named; files that are not ours are ignored."""
    for name, content in export().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert check(tmp_path) == []
    (tmp_path / "wire.alerts.v1.schema.json").write_text("{}")
    (tmp_path / "examples" / "wire.dead.v1.json").unlink()
    (tmp_path / "wire.gossip.v1.schema.json").write_text("{}")
    (tmp_path / "asyncapi.yaml").write_text("")
    assert check(tmp_path) == [
        "examples/wire.dead.v1.json: missing",
        "wire.alerts.v1.schema.json: stale",
        "wire.gossip.v1.schema.json: superfluous",
    ]


def test_the_schemas_of_others_are_unchanged() -> None:
    """Every vendored file has the source, licence and hash that the page beside it gives."""
    rows = re.findall(
        r"^\| `([^`]+)` \| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", (VENDOR / "README.md").read_text(), re.M
    )
    assert {uri: name for name, uri, _ in rows} == VENDORED
    assert {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name in VENDORED.values()} == {
        name: sha256 for name, _, sha256 in rows
    }
    assert {path.relative_to(VENDOR).as_posix() for path in VENDOR.glob("*/*")} == {*VENDORED.values()}


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda published: published.name)
def test_every_example_follows_its_schema(published: PublishedSchema) -> None:
    """The example of a schema is valid, and the schema is one."""
    jsonschema_rs.meta.validate(published.schema)
    validator(published.schema).validate(published.example)


BROKEN = (
    ("wire.enriched", ("uri",), None),
    ("wire.enriched", ("wire",), None),
    ("wire.enriched", ("urgency",), 10),  # ninjs' own part is held too
    ("wire.enriched", ("versionCreated",), "yesterday"),
    ("wire.enriched", ("places",), [{"town": "Bergen"}]),
    ("wire.enriched", ("places",), [{"name": "Bergen", "geoJSON": {"type": "Point", "coordinates": [5.3]}}]),
    ("wire.enriched", ("bodytext",), "a member that nobody knows"),
    ("wire.enriched", ("features",), "what rooms compute with never gets out"),
    ("wire.enriched", ("dispatch", "kind"), "rumour"),
    ("wire.enriched", ("duplicate", "evidence", "why"), ["a list"]),
    ("wire.enriched", ("story", "items"), "4"),
    ("wire.enriched", ("copy", "byline"), "one too few"),
    ("wire.stories", ("event",), "forgotten"),
    ("wire.stories", ("lastSeen",), None),
    ("wire.alerts", ("reasons",), None),
    ("wire.alerts", ("level",), "shouting"),
    ("wire.control", ("who",), ""),
    ("wire.control", ("why",), None),
    ("wire.dead", ("dead-reason",), "because"),
    ("wire.dead", ("dead-sha256",), "4f97"),
    ("wire.dead", ("dead-offset",), None),
)


@pytest.mark.parametrize(("name", "path", "to"), BROKEN)
def test_a_broken_record_is_refused(name: str, path: tuple[str, ...], to: Any) -> None:
    """The schemas refuse invalid records: one that accepts everything would pass every other test."""
    published = BY_NAME[name]
    assert not validator(published.schema).is_valid(changed(published, *path, to=to))


def test_without_our_members_the_item_is_plain_ninjs() -> None:
    """An item without the members that ninjs does not have is valid by IPTC's own schema."""
    ninjs = validator(dict(RESOURCES)[NINJS])
    example = BY_NAME["wire.enriched"].example
    assert example.keys() >= OURS - {"roundUp"}  # it belongs to a story
    assert not ninjs.is_valid(example), "IPTC's schema is strict: it has to refuse our members"
    ninjs.validate({name: value for name, value in example.items() if name not in OURS})


@pytest.mark.parametrize("name", ["wire.enriched", "wire.stories", "wire.alerts", "wire.dead"])
def test_what_the_rooms_write_follows_the_schemas(name: str) -> None:
    """Every record of the golden replay is valid, not only the example."""
    records = [json.loads(line) for line in (GOLDEN / f"{name}.jsonl").read_text().splitlines()]
    assert records
    valid = validator(BY_NAME[name].schema)
    for record in records:
        valid.validate(headers(record) if name == "wire.dead" else json.loads(record["payload"]))


def headers(captured: dict[str, Any]) -> dict[str, str]:
    """A captured record's headers by name; of two with one name, the first."""
    names, values = captured["headers"][::2], captured["headers"][1::2]
    return dict(reversed(list(zip(names, values, strict=True))))


@pytest.mark.parametrize("name", MODELS)
def test_the_models_read_the_examples(name: str) -> None:
    """What is published can be read: the same record comes back, byte for byte."""
    written = json.dumps(BY_NAME[name].example, ensure_ascii=False, separators=(",", ":")).encode()
    assert dump(MODELS[name].model_validate_json(written)) == written


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda published: published.name)
def test_every_member_is_described(published: PublishedSchema) -> None:
    """A member is declared once, with its meaning: the schema and the consumers' page have it from there."""
    for shape in (published.schema, *published.schema.get("$defs", {}).values()):
        assert [name for name, inner in shape.get("properties", {}).items() if not inner.get("description")] == []


def test_nothing_absent_is_null() -> None:
    """`dump` leaves out what is absent, so no schema may offer null."""
    assert b'"null"' not in b"".join(export().values())


OLD = {
    "properties": {
        "id": {"type": "string"},
        "level": {"enum": ["flash", "notice"]},
        "note": {"type": "string", "maxLength": 10},
        "count": {"type": "integer", "minimum": 1},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
        "more": {"type": "object", "additionalProperties": {"type": "number"}},
    },
    "required": ["id"],
    "$defs": {"Part": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
}
LEVEL = ["properties", "level"]
PART = ["$defs", "Part"]
CHANGES: tuple[tuple[list[str], Any, list[str]], ...] = (
    # where, what it becomes, what breaks
    (["properties", "new"], {"type": "string"}, []),
    ([*LEVEL, "enum"], ["flash", "urgent", "notice"], []),
    ([*PART, "properties", "role"], {"type": "string"}, []),
    (["properties", "note", "maxLength"], 20, []),
    (["properties", "note"], None, ["note: removed"]),
    ([*LEVEL, "enum"], ["flash"], ["level: ['notice'] removed from its values"]),
    ([*LEVEL], {"const": "flash"}, ["level: ['notice'] removed from its values"]),
    (["properties", "id", "enum"], ["a"], ["id: any value before, now one of ['a']"]),
    (["properties", "id", "type"], "integer", ["id: type was 'string', is 'integer'"]),
    (["properties", "id", "format"], "date-time", ["id: format was None, is 'date-time'"]),
    (["required"], ["id", "note"], ["(the record): note is required now"]),
    (["required"], [], ["(the record): id is no longer required"]),
    (["properties", "note", "maxLength"], 5, ["note: maxLength falls to 5"]),
    (["properties", "id", "maxLength"], 5, ["id: maxLength falls to 5"]),
    (["properties", "count", "minimum"], 2, ["count: minimum rises to 2"]),
    ([*PART, "properties", "name", "type"], "integer", ["parts[].name: type was 'string', is 'integer'"]),
    ([*PART, "additionalProperties"], False, ["parts[]: additionalProperties not allowed any more"]),
    (
        ["properties", "more", "additionalProperties", "type"],
        "string",
        ["more{}: type was 'number', is 'string'"],
    ),
)


@pytest.mark.parametrize(("path", "value", "breaches"), CHANGES)
def test_the_gate_knows_what_breaks(path: list[str], value: Any, breaches: list[str]) -> None:
    """Only a change that breaks no consumer and no record in the log is allowed within a version."""
    new = copy.deepcopy(OLD)
    inner: Any = new
    for name in path[:-1]:
        inner = inner[name]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    assert compatible(OLD, new) == breaches
    assert compatible(OLD, OLD) == []


def test_the_gate_sees_our_own_schemas(tmp_path: Path) -> None:
    """A member that was published once cannot be removed: the gate compares with the folder."""
    schema = of(Story)
    schema["properties"]["weather"] = {"type": "string"}
    (tmp_path / "wire.stories.v1.schema.json").write_text(json.dumps(schema))
    assert schemas.breaks(tmp_path) == ["wire.stories.v1.schema.json: weather: removed"]
