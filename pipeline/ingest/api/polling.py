"""What the connector of an interface is told, and what it remembers."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from pipeline.ingest.api.styles import Style
from pipeline.ingest.contract import Health
from pipeline.ingest.http.polling import Polling


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """An interface that is polled."""

    polling: Polling  # its address, its rhythm, and what it may reach
    style: Style
    with_texts: bool = True  # fetch the text of a story that is only linked


class ApiCursor(msgspec.Struct, frozen=True, omit_defaults=True):
    """Written with the payloads, in one transaction."""

    row: bytes = b""  # a hash of what feeds.yaml says
    page: str = ""  # what to ask next; empty: the address of feeds.yaml
    etag: str = ""  # of that page, when it was asked last
    failures: int = 0  # in a row
    patience_ms: int = 0  # nothing is asked before
    health: Health = Health.OK
