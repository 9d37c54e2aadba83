"""Code made from the published schemas reads what is published, and what a later release may write."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from pipeline.envelope import ADDRESSED
from pipeline.schemas import PUBLISHED, PublishedSchema
from pipeline.testing.contract import examples
from pipeline.testing.replayed import Replays
from tests.consumers.node_packages import NODE

ROOT = Path(__file__).parents[2]
CAPTURE = ROOT / "tests" / "testing" / "example" / "capture.jsonl"
SCHEMAS = ROOT / "schemas"
READ = [published for published in PUBLISHED if published.model and not published.read]
pytestmark = pytest.mark.slow


def each(published: PublishedSchema) -> str:
    return published.name


def module_name(published: PublishedSchema) -> str:
    return published.name.replace(".", "_")


@pytest.fixture(scope="module")
def values() -> dict[str, list[bytes]]:
    """By topic: the example, the least of it, the example with unknown members, and what a replay wrote."""
    replayed = Replays(CAPTURE.parent)(CAPTURE.name)
    return {
        published.name: [
            *(value for _, value in examples(published.name)),
            *(one.value for one in replayed.records(published.name) if one.type not in ADDRESSED),
            grown(published),
        ]
        for published in READ
    }


def grown(published: PublishedSchema) -> bytes:
    """The example with a value that no release knows in every enumeration that may grow."""

    def walk(value: Any, shape: dict[str, Any]) -> Any:
        if "$ref" in shape:
            shape = published.schema["$defs"][shape["$ref"].rpartition("/")[2]]
        if "x-extensible-enum" in shape:
            return "later"
        inner = shape.get("properties", {})
        return {name: walk(one, inner.get(name, {})) for name, one in value.items()} if inner else value

    found = json.dumps(walk(published.example, published.schema)).encode()
    assert b'"later"' in found
    return found


@pytest.fixture(scope="module")
def python_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of pydantic models that datamodel-code-generator made, a module a topic."""
    given, made = tmp_path_factory.mktemp("schemas"), tmp_path_factory.mktemp("made")
    for published in PUBLISHED:
        shutil.copy(SCHEMAS / published.path, given / f"{module_name(published)}.json")
    options = ["--input", str(given), "--input-file-type", "jsonschema", "--output", str(made / "models")]
    options += ["--output-model-type", "pydantic_v2.BaseModel", "--target-python-version", "3.11"]
    options += ["--formatters", "builtin"]
    subprocess.run([sys.executable, "-m", "datamodel_code_generator", *options], check=True)
    return made / "models"


@pytest.mark.parametrize("published", PUBLISHED, ids=each)
def test_python_models(published: PublishedSchema, python_models: Path, values: dict[str, list[bytes]]) -> None:
    """datamodel-code-generator's models take every value of the topic, and keep what the schema names."""
    name = module_name(published)
    spec = importlib.util.spec_from_file_location(f"made_{name}", python_models / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    model: type[BaseModel] = getattr(module, published.schema["title"])
    example = json.dumps(published.example).encode()
    for value in values.get(published.name, [example]):
        model.model_validate_json(value)
    assert model.model_validate_json(example).model_dump(
        mode="json", exclude_none=True, by_alias=True
    ).keys() >= set(published.example) - {"standard"}
    with pytest.raises(ValueError, match="validation error"):
        model.model_validate_json(b'{"uri": 1}')


@pytest.mark.parametrize("published", READ, ids=each)
def test_node_code(
    published: PublishedSchema, node_modules: Path, tmp_path: Path, values: dict[str, list[bytes]]
) -> None:
    """quicktype's JavaScript, which checks what it reads, takes every value of the topic and refuses another."""
    made, title = tmp_path / "made.cjs", published.schema["title"]
    options = [
        "-s",
        "schema",
        str(SCHEMAS / published.path),
        "-l",
        "javascript",
        "--top-level",
        title,
        "-o",
        str(made),
    ]
    subprocess.run([node_modules / ".bin" / "quicktype", *options], check=True)
    convert = ["node", str(NODE / "convert.mjs"), str(made), f"to{title}"]
    subprocess.run(convert, input=b"\n".join(values[published.name]), check=True)
    refused = subprocess.run(convert, input=b'{"uri": 1}', capture_output=True, check=False)
    assert b"Invalid value" in refused.stderr
