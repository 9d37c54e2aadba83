"""What is known of a feed, with payloads that are published by hand: as `wiredesk ingest` sends it with its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pipeline.envelope import Headers, joined
from pipeline.runtime.publish.sources import RawPayload, Skipped


def with_what_is_known(
    found: Iterable[RawPayload | Skipped], known: Mapping[str, Headers], file: str
) -> Iterator[RawPayload | Skipped]:
    """Each payload with the headers of its feed; one of a feed that the file does not have is skipped.

    What the source itself says of a payload stays: a captured record is as it was.
    """
    for one in found:
        if isinstance(one, Skipped):
            yield one
        elif one.feed not in known:
            yield Skipped(one.name, f"its feed {one.feed!r} is not in {file}; name another one by --feed")
        else:
            yield replace(one, headers=joined(one.headers, known[one.feed]))
