"""What the connector of a feed that is polled is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

EVERY_MS_MIN, EVERY_MS_MAX = MINUTE_MS, HOUR_MS  # between two requests for a feed whose rhythm is learnt


class Identity(StrEnum):
    """What says that two entries are one."""

    AUTO = "auto"  # the guid, or the link without one; guids that change all at once are recognised
    GUID = "guid"  # the guid, whatever else is the same
    LINK = "link"  # the link, whatever the guid is


@dataclass(frozen=True, slots=True)
class Polling:
    """A feed that is polled."""

    url: str  # or where it is, if it is secret: then only the driver knows it
    every_ms: int | None = None  # None: as often as it has something
    every_ms_min: int = EVERY_MS_MIN
    every_ms_max: int = EVERY_MS_MAX
    identity: Identity = Identity.AUTO
    allow_private: bool = False  # addresses inside the network, and those of this machine
    allow_http: bool = False  # a redirect from https to http
