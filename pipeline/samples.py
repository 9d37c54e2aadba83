"""The sample wires in seeds/, and what must come out of them: read for the demo and the golden replay.

Pure but for reading the files it is given; knows the manifest's layout, which seeds/manifest.yaml explains.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.items import Instant, Kind, Relation, Status
from pipeline.records import Reason

MANIFEST = "manifest.yaml"
PAYLOADS_MAX = 10_000  # more is not a sample
PROBLEMS_MAX = 3  # that are named at a time


class SampleModel(BaseModel):
    """Frozen; an unknown member is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Expected(SampleModel):
    """What must come of one item of a payload."""

    disposition: Literal["enriched", "held", "withheld", "dead"]
    story: str | None = None  # our own key
    kind: Kind | None = None
    status: Status | None = None
    relation: Relation | None = None
    of: str | None = None  # the file, relative to the root, whose dispatch it repeats
    recalls: tuple[str, ...] = ()  # the files whose dispatches are recalled because of it
    reason: Reason | None = None

    @model_validator(mode="after")
    def _says_why_it_is_dead(self) -> Expected:
        if (self.disposition == "dead") != (self.reason is not None):
            raise ValueError("a dead item, and only a dead item, has a reason")
        return self


class _Payload(SampleModel):
    file: str
    feed: str = Field(min_length=1)
    format: str = Field(min_length=1)
    content_type: str
    time: Instant
    items: Annotated[tuple[Expected, ...], Field(min_length=1)]


class _Manifest(SampleModel):
    stories: dict[str, tuple[str, ...]]
    payloads: Annotated[tuple[_Payload, ...], Field(max_length=PAYLOADS_MAX)]


@dataclass(frozen=True, slots=True)
class Sample:
    """One payload, as a publisher would send it, and what must come of each of its items."""

    path: Path
    file: str  # the path below the root, with slashes
    feed: str
    format: str  # a name in formats.FORMATS
    content_type: str
    time: datetime  # received; aware, UTC
    items: tuple[Expected, ...]

    @property
    def data(self) -> bytes:
        """The payload."""
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True)
class Samples:
    """All payloads in order of arrival, and for each story the labels that a reader would accept, best first."""

    payloads: tuple[Sample, ...]
    labels: dict[str, tuple[str, ...]]


def read_samples(root: Path) -> Samples:
    """The samples below `root`.  Raises ValueError for a wrong manifest, OSError if there is none."""
    try:
        manifest = _Manifest.model_validate(yaml.safe_load((root / MANIFEST).read_bytes()))
    except yaml.YAMLError as error:
        raise ValueError(f"{MANIFEST} is no YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}" for one in error.errors()]
        more = [f"and {len(problems) - PROBLEMS_MAX} more"] if len(problems) > PROBLEMS_MAX else []
        raise ValueError(f"{MANIFEST}: {'; '.join(problems[:PROBLEMS_MAX] + more)}") from None
    return Samples(tuple(_sample(root, payload) for payload in manifest.payloads), manifest.stories)


def _sample(root: Path, payload: _Payload) -> Sample:
    return Sample(
        path=root / payload.file,
        file=payload.file,
        feed=payload.feed,
        format=payload.format,
        content_type=payload.content_type,
        time=payload.time.astimezone(UTC),
        items=payload.items,
    )
