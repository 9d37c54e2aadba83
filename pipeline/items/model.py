"""The base of every published model, and how one is written and read."""

from __future__ import annotations

from datetime import UTC, datetime
from operator import not_
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from pipeline.records import Reason, Rejected


def _in_utc(moment: datetime) -> datetime:
    """The moment in UTC.  Raises ValueError if that is outside the calendar."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("not in the years 1 to 9999 of UTC") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Model(BaseModel):
    """Frozen, strict about names, camelCase on the wire."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


M = TypeVar("M", bound=Model)


def many(description: str) -> Any:
    """The field of an optional list: empty by default, and an empty one is not written."""
    return Field((), exclude_if=not_, description=description)


def dump(model: Model) -> bytes:
    """A model as the wire carries it: compact JSON, ninjs names, nothing that is absent, no empty list."""
    # What model_dump_json calls, without its way from bytes to str and back.
    return model.__pydantic_serializer__.to_json(model, by_alias=True, exclude_none=True)


def parse(model: type[M], value: bytes, reason: Reason) -> M:
    """The model that the JSON holds.  Raises Rejected(reason), naming the first field that is wrong."""
    try:
        return model.model_validate_json(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or model.__name__.lower()
        raise Rejected(reason, f"{place}: {first['msg']}") from None


def instant(ms: int) -> datetime:
    """An aware UTC instant out of milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 out of an aware instant."""
    return round(moment.timestamp() * 1000)
