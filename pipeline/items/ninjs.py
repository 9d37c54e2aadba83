"""The parts of a ninjs 3.1 item."""

from __future__ import annotations

from enum import StrEnum

from pipeline.items.model import Model


class Text(Model):
    """A headline, description or body; the counts are a body's only (ninjs 3.1)."""

    value: str
    role: str | None = None
    content_type: str | None = None
    char_count: int | None = None
    word_count: int | None = None


class Concept(Model):
    """A place or subject: ninjs `places[]`, `subjects[]`."""

    name: str | None = None
    rel: str | None = None
    uri: str | None = None
    literal: str | None = None


class InfoSource(Model):
    """Who the content comes from: ninjs `infoSources[]`; role `origin` is the agency that the copy names."""

    name: str | None = None
    role: str | None = None
    uri: str | None = None
    literal: str | None = None


class AltId(Model):
    """ninjs `altIds[]`; role `native` is the agency's own id of the dispatch."""

    role: str
    value: str


class PubStatus(StrEnum):
    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"
