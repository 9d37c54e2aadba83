"""What feeds.yaml may say of an agency's own interface."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from pipeline.ingest.api.polling import ApiSettings
from pipeline.ingest.api.styles import STYLES
from pipeline.ingest.http.polling import Polling
from pipeline.ingest.http.rss import FeedAddress, PolledFeed, not_too_often
from pipeline.rule_values import Duration
from pipeline.suggestions import did_you_mean


def _style(name: str) -> str:
    if name not in STYLES:
        near = did_you_mean(name, list(STYLES)) or f"; there are {', '.join(STYLES)}"
        raise ValueError(f"there is no style {name!r}{near}")
    return name


class ApiFeed(PolledFeed):
    """An agency's own interface, in JSON."""

    kind: ClassVar[str] = "api"

    api: FeedAddress = Field(description="the address of its first page, or of its queue")
    style: Annotated[str, AfterValidator(_style)] = Field(
        "ap", description="`ap`: AP Media API; `wireq`: dpa wireQ, whose entries are deleted when Kafka has them"
    )
    every: Annotated[Duration, AfterValidator(not_too_often)] | None = Field(
        None, description="from one request to the next while there is nothing new; 30 s without it"
    )
    texts: bool = Field(True, description="fetch the text of a story that is only linked")

    @property
    def settings(self) -> ApiSettings:
        """What its connector is told."""
        polling = Polling(
            self.api, every_ms=self.every, allow_private=self.allow_private, allow_http=self.allow_http
        )
        return ApiSettings(polling, STYLES[self.style], self.texts)
