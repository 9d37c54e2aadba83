"""What is published quietly raises no alert, nor does anything that it causes; the same, published aloud, does."""

from __future__ import annotations

import pytest
from walk import FEED, START_MS, ninjs

from pipeline.envelope import IS_QUIET, QUIET
from pipeline.replay import Replay
from pipeline.replay import payload as raw
from pipeline.runtime.publish.publisher import headers
from pipeline.runtime.publish.sources import RawPayload

BODY = " ".join(f"Talks of round {number} began in Brussels on Wednesday." for number in range(9))


@pytest.mark.parametrize("quiet", [True, False])
def test_quiet_travels(quiet: bool) -> None:
    """A flash, its copy, an item whose embargo ends, a correction, and a kill with its recall."""
    replay = Replay()
    sent = (
        (FEED, ninjs("a", body=BODY, urgency=1)),
        ("polder", ninjs("copy", body=BODY, urgency=1)),
        (FEED, ninjs("late", urgency=1, embargoedUntil="2022-01-12T09:03:30Z")),
        (FEED, ninjs("a", 2, body=BODY.replace("round 3", "round 30"), headlines=[{"value": "CORRECTED-Talks"}])),
        (FEED, ninjs("a", 3, pubStatus="canceled", bodies=[])),
        ("polder", ninjs("b", body="Nothing of this has to do with anything else.")),
    )
    for minute, (feed, data) in enumerate(sent):
        now = START_MS + minute * 60_000
        replay.publish(raw(feed, data, now, (IS_QUIET,) if quiet else ()), now)
    assert len(replay.log["wire.enriched"]) > len(sent)
    assert {record.header(QUIET) for record in replay.log["wire.enriched"]} == {b"true" if quiet else None}
    events = [record.value for record in replay.log["wire.alerts"]]
    assert (len(events) == 0) is quiet


def test_the_publisher_says_it() -> None:
    """`publish --quiet` puts the header on each payload; without it there is none."""
    payload = RawPayload("a.txt", FEED, b"copy")
    assert dict(headers(payload, START_MS, quiet=True))[QUIET] == b"true"
    assert QUIET not in dict(headers(payload, START_MS))
