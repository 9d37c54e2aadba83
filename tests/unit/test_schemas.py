"""The published schemas: current, self-contained, open; examples are valid, ninjs is satisfied, nothing breaks."""

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
from pipeline.schemas.shapes import of, opened

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "schemas"
GOLDEN = ROOT / "tests" / "replay" / "golden"
VENDOR = FOLDER / "vendor"  # what our schemas refer to, as others published it
VENDORED = {
    "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json": "ninjs/ninjs-schema_3.1.json",
    "https://geojson.org/schema/GeoJSON.json": "geojson/GeoJSON.json",
    "http://asyncapi.com/definitions/3.0.0/asyncapi.json": "asyncapi/asyncapi_3.0.0.json",
}
NINJS, _, ASYNCAPI = VENDORED
RESOURCES = [(uri, json.loads((VENDOR / name).read_text())) for uri, name in VENDORED.items()]
BY_NAME = {published.name: published for published in PUBLISHED}
MODELS: dict[str, type[Model]] = {published.name: published.model for published in PUBLISHED if published.model}


def validator(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """A validator that checks formats, knows ninjs and GeoJSON, and never uses the network."""
    registry = jsonschema_rs.Registry(RESOURCES, retriever=refuse)
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, registry=registry, retriever=refuse)


def refuse(uri: str) -> Any:
    raise AssertionError(f"a test asked for {uri}")


def released() -> list[Path]:
    """The folders of what was released, one a version."""
    return sorted(path for path in (FOLDER / "released").iterdir() if path.is_dir())


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


@pytest.mark.parametrize("folder", released(), ids=lambda folder: folder.name)
def test_nothing_released_is_broken(folder: Path) -> None:
    """The gate: today's models break nothing that a release has promised."""
    assert {path.name for path in folder.iterdir()} >= {"wire.enriched.v1.schema.json", "examples"}
    assert breaks(folder) == []


@pytest.mark.parametrize("folder", released(), ids=lambda folder: folder.name)
def test_what_a_release_wrote_is_still_read(folder: Path) -> None:
    """A record that an older release wrote follows today's schema, and today's models read it."""
    for published in PUBLISHED:
        if not (folder / published.path).exists():
            continue  # newer than that release
        example = (folder / published.example_path).read_bytes()
        validator(published.schema).validate(json.loads(example))
        assert published.model is None or published.model.model_validate_json(example)


def test_check_names_every_difference(tmp_path: Path) -> None:
    """Stale, missing and superfluous files are named; files that are not ours are ignored."""
    for name, content in export().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert check(tmp_path) == []
    (tmp_path / "wire.alerts.v1.schema.json").write_text("{}")
    (tmp_path / "examples" / "wire.dead.v1.json").unlink()
    (tmp_path / "wire.gossip.v1.schema.json").write_text("{}")
    (tmp_path / "README.md").write_text("")
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
    """The example of a schema is valid, strictly too, and the schema is one."""
    for schema in (published.schema, published.strict):
        jsonschema_rs.meta.validate(schema)
        validator(schema).validate(published.example)


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda published: published.name)
def test_every_schema_is_self_contained(published: PublishedSchema) -> None:
    """It refers to its own definitions only, each of which exists and is used."""
    references = set(re.findall(r'"\$ref": "([^"]*)"', json.dumps(published.schema)))
    assert references == {f"#/$defs/{name}" for name in published.schema.get("$defs", {})}


def later(value: Any) -> Any:
    """The value with a member in every object that no release knows."""
    if isinstance(value, dict):
        return {name: later(inner) for name, inner in value.items()} | {"xLater": "later"}
    return [later(inner) for inner in value] if isinstance(value, list) else value


def test_the_asyncapi_document_is_valid() -> None:
    """AsyncAPI's own schema takes it, and refuses it with a part that the specification does not know."""
    document = json.loads(export()["asyncapi.json"])
    strict = jsonschema_rs.Draft7Validator(dict(RESOURCES)[ASYNCAPI], retriever=refuse)
    strict.validate(document)
    for path, value in (("channels", "none"), ("operations", {"x": {"action": "shout"}}), ("topics", {})):
        assert not strict.is_valid(document | {path: value}), path


def test_the_asyncapi_document_names_what_is_there() -> None:
    """Every reference leads to a part of it or to a file beside it; its channels are topics that we publish."""
    document = json.loads(export()["asyncapi.json"])
    references = re.findall(r'"\$ref": "([^"]*)"', json.dumps(document))
    files = {one.removeprefix("./") for one in references if one.startswith("./")}
    assert files == {published.path for published in PUBLISHED if not published.read}
    for one in {*references} - {f"./{name}" for name in files}:
        found = document
        for name in one.removeprefix("#/").split("/"):
            found = found[name]
    assert {channel["address"] for channel in document["channels"].values()} == {
        published.name for published in PUBLISHED if not published.read
    }
    examples = (GOLDEN / "wire.alerts.jsonl").read_text().splitlines()
    envelope = jsonschema_rs.Draft7Validator(document["components"]["schemas"]["envelope"])
    assert all(envelope.is_valid(headers(json.loads(line))) for line in examples)


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda published: published.name)
def test_what_we_write_is_open_and_what_we_read_is_not(published: PublishedSchema) -> None:
    """A consumer that validates takes the records of a later release; a control says nothing that rooms ignore."""
    grown = later(published.example)
    assert validator(published.schema).is_valid(grown) is not published.read
    if published.model:
        assert not validator(published.strict).is_valid(grown)


GROWING = (
    # a member with a value that a later release may add
    ("wire.enriched", ("dispatch", "kind")),
    ("wire.enriched", ("dispatch", "severity")),
    ("wire.enriched", ("dispatch", "status")),
    ("wire.enriched", ("duplicate", "relation")),
    ("wire.enriched", ("story", "relation")),
    ("wire.enriched", ("story", "labelKind")),
    ("wire.stories", ("event",)),
    ("wire.alerts", ("level",)),
    ("wire.dead", ("dead-reason",)),
    ("wire.dead", ("dead-room",)),
)


@pytest.mark.parametrize(("name", "path"), GROWING)
def test_our_enumerations_may_grow(name: str, path: tuple[str, ...]) -> None:
    """The published schema takes a value that is not known yet; the strict one does not."""
    grown = changed(BY_NAME[name], *path, to="later")
    assert validator(BY_NAME[name].schema).is_valid(grown)
    assert not validator(BY_NAME[name].strict).is_valid(grown)


FIXED = (("wire.enriched", "pubStatus"), ("wire.enriched", "representationType"), ("wire.enriched", "type"))


@pytest.mark.parametrize(("name", "member"), [*FIXED, ("wire.control", "action"), ("wire.dead", "dead-partition")])
def test_other_enumerations_are_closed(name: str, member: str) -> None:
    """Those of ninjs, what an operator may ask for, and Kafka's partitions are refused if unknown."""
    assert not validator(BY_NAME[name].schema).is_valid(changed(BY_NAME[name], member, to="later"))


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
LATER = {  # what a later release may do
    ("wire.enriched", "places"),
    ("wire.enriched", "bodytext"),
    ("wire.enriched", "features"),
    ("wire.enriched", "kind"),
    ("wire.enriched", "byline"),
    ("wire.stories", "event"),
    ("wire.alerts", "level"),
    ("wire.dead", "dead-reason"),
}


@pytest.mark.parametrize(("name", "path", "to"), BROKEN)
def test_a_broken_record_is_refused(name: str, path: tuple[str, ...], to: Any) -> None:
    """The strict schemas, which tests hold records against, refuse it; the open ones if no release may write it."""
    published = BY_NAME[name]
    broken = changed(published, *path, to=to)
    assert not validator(published.strict).is_valid(broken)
    assert validator(published.schema).is_valid(broken) is ((name, path[-1]) in LATER)


def test_without_our_members_the_item_is_plain_ninjs() -> None:
    """An item without the members that ninjs does not have is valid by IPTC's own schema."""
    ninjs = validator(dict(RESOURCES)[NINJS])
    example = BY_NAME["wire.enriched"].example
    assert example.keys() >= OURS - {"roundUp"}  # it belongs to a story
    assert not ninjs.is_valid(example), "IPTC's schema is strict: it has to refuse our members"
    records = [json.loads(line)["payload"] for line in (GOLDEN / "wire.enriched.jsonl").read_text().splitlines()]
    for item in (example, *map(json.loads, records)):
        ninjs.validate({name: value for name, value in item.items() if name not in OURS})


@pytest.mark.parametrize("name", ["wire.enriched", "wire.stories", "wire.alerts", "wire.dead"])
def test_what_the_rooms_write_follows_the_schemas(name: str) -> None:
    """Every record of the golden replay is valid, not only the example."""
    records = [json.loads(line) for line in (GOLDEN / f"{name}.jsonl").read_text().splitlines()]
    assert records
    strict, opened = validator(BY_NAME[name].strict), validator(BY_NAME[name].schema)
    for record in records:
        value = headers(record) if name == "wire.dead" else json.loads(record["payload"])
        strict.validate(value)
        opened.validate(value)


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
        "status": {"enum": ["usable", "canceled"]},
        "level": {"type": "string", "x-extensible-enum": ["flash", "notice"]},
        "note": {"type": "string", "maxLength": 10},
        "count": {"type": "integer", "minimum": 1},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
        "more": {"type": "object", "additionalProperties": {"type": "number"}},
    },
    "required": ["id"],
    "$defs": {"Part": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
}
STATUS, LEVEL = ["properties", "status"], ["properties", "level"]
PART = ["$defs", "Part"]
CHANGES: tuple[tuple[list[str], Any, list[str]], ...] = (
    # where, what it becomes, what breaks
    (["properties", "new"], {"type": "string"}, []),
    ([*PART, "properties", "role"], {"type": "string"}, []),
    ([*LEVEL, "x-extensible-enum"], ["flash", "urgent", "notice"], []),
    (["properties", "note", "maxLength"], 20, []),
    (["properties", "count", "minimum"], 0, []),
    (["properties", "note"], None, ["note is removed."]),
    ([*PART, "properties", "name"], None, ["parts[].name is removed."]),
    (["required"], ["id", "note"], ["note is required now: records in the log may lack it."]),
    ([*PART, "required"], ["name", "role"], ["parts[].role is required now: records in the log may lack it."]),
    (["required"], [], ["id is no longer required: consumers count on it."]),
    (
        [*STATUS, "enum"],
        ["usable", "withheld", "canceled"],
        ['status has the new values ["withheld"]: code made from the schema refuses them.'],
    ),
    ([*STATUS, "enum"], ["usable"], ['status no longer has the values ["canceled"].']),
    ([*STATUS], {"const": "usable"}, ['status no longer has the values ["canceled"].']),
    (
        [*STATUS],
        {"x-extensible-enum": ["usable", "canceled"]},
        ['status may have any value now: code made from the schema knows ["usable", "canceled"] only.'],
    ),
    ([*LEVEL, "x-extensible-enum"], ["flash"], ['level no longer has the values ["notice"].']),
    ([*LEVEL, "enum"], ["flash", "notice"], ['level may only be one of ["flash", "notice"] now.']),
    (["properties", "id", "enum"], ["a"], ['id may only be one of ["a"] now.']),
    (["properties", "id", "type"], "integer", ['id has another type: "string" before, "integer" now.']),
    (["properties", "id", "format"], "date-time", ['id has another format: none before, "date-time" now.']),
    (["properties", "note", "maxLength"], 5, ["note has a lower maxLength: 5."]),
    (["properties", "id", "maxLength"], 5, ["id has a lower maxLength: 5."]),
    (["properties", "count", "minimum"], 2, ["count has a higher minimum: 2."]),
    (
        [*PART, "properties", "name", "type"],
        "integer",
        ['parts[].name has another type: "string" before, "integer" now.'],
    ),
    (
        [*PART, "additionalProperties"],
        False,
        ["parts[] allows no further members now: additionalProperties is false."],
    ),
    (
        ["properties", "more", "additionalProperties", "type"],
        "string",
        ['more{} has another type: "number" before, "string" now.'],
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
    wider = [*STATUS, "enum"] == path and "withheld" in value
    assert compatible(OLD, new, read=True) == ([] if wider else breaches), "what we read may take more values"


def test_the_gate_sees_our_own_schemas(tmp_path: Path) -> None:
    """A member that was published once cannot be removed: the gate compares with the folder."""
    schema = opened(of(Story))
    schema["properties"]["weather"] = {"type": "string"}
    (tmp_path / "wire.stories.v1.schema.json").write_text(json.dumps(schema))
    assert schemas.breaks(tmp_path) == ["wire.stories.v1.schema.json: weather is removed."]
