"""What is asked for beside a page, and what is done behind the commit."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.ingest.api.page import Page
from pipeline.ingest.http.exchange import Already, Get


@dataclass(frozen=True, slots=True)
class Text:
    """The text of the first item of a page that is not yet known."""

    get: Get
    page: Page
    of: Get  # the request for the page


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a page, out of which something was taken: nobody is asked."""

    page: Page
    of: Get


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """An item is taken: it is deleted from its queue by this address."""

    url: str


ApiQuestion = Get | Already | Text | Rest
