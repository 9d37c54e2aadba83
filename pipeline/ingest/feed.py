"""What feeds.yaml says of one feed, whatever its way in: what is known of it travels with each of its payloads."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

import orjson
from pydantic import AfterValidator, BeforeValidator, Field

from pipeline.envelope import (
    FEED_AGENCY,
    FEED_BOILERPLATE,
    FEED_ID,
    FEED_LANGUAGE,
    FEED_RATE,
    FEED_ZONE,
    FORMAT,
    Headers,
)
from pipeline.formats.parsed import Identity
from pipeline.formats.table import FORMATS
from pipeline.language import Language
from pipeline.rule_values import SecretiveModel
from pipeline.suggestions import did_you_mean

BOILERPLATE_LINES_MAX, LINE_CHARACTERS_MAX = 50, 500
RATE_MAX = 60_000


def _format(name: str) -> str:
    if name not in FORMATS:
        near = did_you_mean(name, list(FORMATS))
        raise ValueError(f"there is no format {name!r}{near or '; there are ' + ', '.join(FORMATS)}")
    return name


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; write its name, as Europe/Oslo") from None
    return name


def _language(tag: str) -> str:
    if not Language.of(tag).known:
        raise ValueError(f"{tag!r} is no language; write its tag, as nb or pt-BR")
    return str(Language.of(tag))


def _lines(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Line = Annotated[str, Field(min_length=1, max_length=LINE_CHARACTERS_MAX)]


class Facts(SecretiveModel):
    """What is known of a feed, or by default of all."""

    format: Annotated[str, AfterValidator(_format)] | None = Field(
        None, description="the format of its payloads; their content decides without it"
    )
    zone: Annotated[str, AfterValidator(_zone)] | None = Field(
        None, description="the time zone of dates that name none, as `Europe/Oslo`"
    )
    language: Annotated[str, AfterValidator(_language)] | None = Field(
        None, description="the language of items that name none, as `nb`"
    )
    agency: Annotated[str, Field(min_length=1, max_length=100)] | None = Field(
        None, description="whose copy it is, where its items name nobody"
    )
    boilerplate: Annotated[tuple[Line, ...], BeforeValidator(_lines), Field(max_length=BOILERPLATE_LINES_MAX)] = (
        Field((), description="lines that are no part of any text")
    )
    id: Identity | None = Field(
        None, description="what identifies an item, `link` or `guid`; the format decides without it"
    )
    rate: Annotated[int, Field(ge=1, le=RATE_MAX)] | None = Field(
        None, description="payloads a minute that it sends at the most"
    )

    @property
    def headers(self) -> Headers:
        """The headers that each of its payloads gets."""
        pairs = (
            (FORMAT, self.format),
            (FEED_ZONE, self.zone),
            (FEED_LANGUAGE, self.language),
            (FEED_AGENCY, self.agency),
            (FEED_BOILERPLATE, orjson.dumps(self.boilerplate).decode() if self.boilerplate else None),
            (FEED_ID, self.id),
            (FEED_RATE, self.rate),
        )
        return tuple((name, str(value).encode()) for name, value in pairs if value is not None)


class Feed(Facts):
    """One feed: a way in, and what is known of it.  A subclass for each way in, with its settings."""

    kind: ClassVar[str]  # the member that names the way in
