"""What feeds.yaml says of one feed, whatever its way in: what is known of it travels with each of its payloads."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import orjson
from pydantic import AfterValidator, BeforeValidator, Field

from pipeline.envelope import (
    BOILERPLATE_BYTES_MAX,
    BOILERPLATE_LINE_CHARACTERS_MAX,
    BOILERPLATE_LINES_MAX,
    FEED_AGENCY,
    FEED_BOILERPLATE,
    FEED_ID,
    FEED_LANGUAGE,
    FEED_RATE,
    FEED_ZONE,
    FORMAT,
    RATE_MAX,
    Headers,
)
from pipeline.formats.parsed import Identity
from pipeline.formats.table import FORMATS
from pipeline.language import Language
from pipeline.outside import clean_line
from pipeline.rule_values import SecretiveModel
from pipeline.suggestions import did_you_mean
from pipeline.values.agencies import NAME_LENGTH_MAX
from pipeline.values.time_zones import clock_of


def _format(name: str) -> str:
    if name not in FORMATS:
        near = did_you_mean(name, list(FORMATS))
        raise ValueError(f"there is no format {name!r}{near or '; there are ' + ', '.join(FORMATS)}")
    return name


def _zone(name: str) -> str:
    try:
        clock_of(name)
    except KeyError:
        raise ValueError(f"{name!r} is no time zone; write its name, as Europe/Oslo") from None
    return name


def _language(tag: str) -> str:
    if not Language.of(tag).known:
        raise ValueError(f"{tag!r} is no language; write its tag, as nb or pt-BR")
    return str(Language.of(tag))


def _agency(name: str) -> str:
    if not name or clean_line(name) != name:
        raise ValueError(f"{name!r} is no name; write it in one line, without blanks around it")
    return name


def _lines(value: Any) -> Any:
    return (value.splitlines() or (value,)) if isinstance(value, str) else value


def _line(text: str) -> str:
    if not text.strip():
        raise ValueError("it has only blanks; write the line as it is in the text")
    if len(text.splitlines()) > 1:
        raise ValueError("it has several lines; write each as an entry of the list")
    return text


def _as_a_whole(lines: tuple[str, ...]) -> tuple[str, ...]:
    if (size := len(orjson.dumps(lines))) > BOILERPLATE_BYTES_MAX:
        raise ValueError(f"{size:,} bytes together, at most {BOILERPLATE_BYTES_MAX:,}")
    return lines


Line = Annotated[str, Field(max_length=BOILERPLATE_LINE_CHARACTERS_MAX), AfterValidator(_line)]
Lines = Annotated[
    tuple[Line, ...], BeforeValidator(_lines), AfterValidator(_as_a_whole), Field(max_length=BOILERPLATE_LINES_MAX)
]


class Facts(SecretiveModel):
    """What is known of a feed, or by default of all.  Normalise reads every value that is taken here."""

    format: Annotated[str, AfterValidator(_format)] | None = Field(
        None, description="the format of its payloads; their content decides without it"
    )
    zone: Annotated[str, AfterValidator(_zone)] | None = Field(
        None, description="the time zone of dates that name none, as `Europe/Oslo`"
    )
    language: Annotated[str, AfterValidator(_language)] | None = Field(
        None, description="the language of items that name none, as `nb`"
    )
    agency: Annotated[str, Field(max_length=NAME_LENGTH_MAX), AfterValidator(_agency)] | None = Field(
        None, description="whose copy it is, where its items name nobody"
    )
    boilerplate: Lines = Field((), description="lines that are no part of any text")
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
