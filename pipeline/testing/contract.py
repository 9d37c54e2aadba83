"""The contract between the stream and its consumer: a consumer must be able to read what is published.

For a topic it is tried with the published example; with the least that the schema allows (a recall is little more);
with the example as a later minor version may write it, with unknown members (a consumer ignores those); and with
every record of a capture.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import BaseModel, ValidationError

from pipeline.envelope import ADDRESSED
from pipeline.items import Model, dump
from pipeline.records import Record
from pipeline.schemas import PUBLISHED
from pipeline.testing.replayed import Replays
from pipeline.topology import TOPICS

MODELS: dict[str, type[Model]] = {each.name: each.model for each in PUBLISHED if each.model and each.name in TOPICS}
UNKNOWN = "xWiredeskLater"  # a member that no version has
SHOWN_MAX = 20  # refusals that are shown; the rest are counted
PROBLEMS_MAX = 6  # of one refusal

Consumer = type[Any] | Callable[[bytes], object]  # a pydantic model, a Struct, a dataclass, or what takes a value


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that the consumer does not accept."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


@dataclass(frozen=True)
class Contract:
    """Checks consumers; captures are named relative to a folder, as the fixture `replay` has it."""

    replay: Replays

    def __call__(self, consumer: Consumer, *captures: str | Path, topic: str = "wire.enriched") -> None:
        """Fail the test with every record of the topic that the consumer refuses: examples, and a replay's.

        `consumer`: a pydantic model, msgspec Struct or dataclass, or a callable that takes the record's value
        (bytes) and raises what it likes.  ValueError for a topic that is not for consumers.
        """
        records = self.replay(*captures).records(topic) if captures else []
        refused = refusals(consumer, [*examples(topic), *_values(records)])
        if refused:
            left = len(refused) - SHOWN_MAX
            shown = [*map(str, refused[:SHOWN_MAX]), *([f"… and {left} more"] if left > 0 else [])]
            name = getattr(consumer, "__name__", repr(consumer))
            pytest.fail("\n  ".join([f"{name} refuses what {topic} may hold:", *shown]), pytrace=False)


def refusals(consumer: Consumer, values: Iterable[tuple[str, bytes]]) -> list[Refusal]:
    """The values, each with its name, that the consumer refuses, and why."""
    read, refused = _reader(consumer), []
    for name, value in values:
        try:
            read(value)
        except Exception as error:  # a consumer may refuse in any way
            refused.append(Refusal(name, _why(error)))
    return refused


def examples(topic: str) -> list[tuple[str, bytes]]:
    """Name and value of each record that shows what the topic may hold."""
    if topic not in MODELS:
        raise ValueError(f"{topic} is not for consumers; those are {', '.join(MODELS)}")
    (published,) = (one for one in PUBLISHED if one.name == topic)
    full = published.example
    least = dump(MODELS[topic].model_validate(_required(MODELS[topic], full)))
    return [
        (published.example_path, json.dumps(full).encode()),
        (f"the least of {topic}", least),
        (f"{published.example_path} with members of a later version", json.dumps(_later(full)).encode()),
    ]


def _values(records: Iterable[Record]) -> Iterator[tuple[str, bytes]]:
    """Places and values of what a consumer reads: ticks and controls are for the rooms."""
    return ((str(one.position), one.value) for one in records if one.type not in ADDRESSED)


def _reader(consumer: Consumer) -> Callable[[bytes], object]:
    if isinstance(consumer, type) and issubclass(consumer, BaseModel):
        return consumer.model_validate_json
    if isinstance(consumer, type) and (issubclass(consumer, msgspec.Struct) or is_dataclass(consumer)):
        return msgspec.json.Decoder(consumer).decode
    return consumer


def _why(error: Exception) -> str:
    """The error in a line; pydantic's with the members that it names."""
    if not isinstance(error, ValidationError):
        return " ".join(f"{type(error).__name__}: {error}".split())
    found = [f"{'.'.join(map(str, one['loc'])) or 'value'}: {one['msg']}" for one in error.errors()]
    return "; ".join(found[:PROBLEMS_MAX]) + (" …" if len(found) > PROBLEMS_MAX else "")


def _required(model: type[BaseModel], value: dict[str, Any]) -> dict[str, Any]:
    """Of a record only what its model cannot do without, all the way down."""
    least: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if field.is_required():
            given = value[field.alias or name]
            inner = field.annotation
            nested = isinstance(inner, type) and issubclass(inner, BaseModel)
            least[name] = _required(inner, given) if nested else given  # type: ignore[arg-type]  # nested says that it is a model
    return least


def _later(value: Any) -> Any:
    """The value with an unknown member in every object."""
    if isinstance(value, dict):
        return {**{name: _later(inner) for name, inner in value.items()}, UNKNOWN: "later"}
    return [_later(inner) for inner in value] if isinstance(value, list) else value
