"""The parts of a ninjs 3.1 item."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from pipeline.items.model import Model


class Text(Model):
    """A headline, description or body; the counts are a body's only (ninjs 3.1)."""

    value: str = Field(description="the text")
    role: str | None = Field(None, description="`main`, or the role that the feed gives it")
    content_type: str | None = Field(None, description="`text/plain` or `text/html`")
    char_count: int | None = Field(None, description="characters, of a body")
    word_count: int | None = Field(None, description="words, of a body")


def main_headline(text: str) -> tuple[Text, ...]:
    """`headlines` of an item with this headline; none for an empty text."""
    return (Text(value=text, role="main", content_type="text/plain"),) if text else ()


class Concept(Model):
    """A place or subject: ninjs `places[]`, `subjects[]`."""

    name: str | None = Field(None, description="its name")
    rel: str | None = Field(None, description="how the item relates to it")
    uri: str | None = Field(None, description="what identifies it")
    literal: str | None = Field(None, description="its code")


class InfoSource(Model):
    """Who the content comes from: ninjs `infoSources[]`; role `origin` is the agency that the copy names."""

    name: str | None = Field(None, description="its name")
    role: str | None = Field(None, description="what it did; `origin`: the agency that the copy names")
    uri: str | None = Field(None, description="what identifies it")
    literal: str | None = Field(None, description="its code")


class AltId(Model):
    """ninjs `altIds[]`; role `native` is the agency's own id of the dispatch."""

    role: str = Field(description="whose id it is; `native`: the id of the agency for the dispatch")
    value: str = Field(description="the id")


class PubStatus(StrEnum):
    """ninjs `pubStatus`: whether an item may be used."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"
