"""A payload of which only a part was received: nothing of it is used but what takes back."""

from __future__ import annotations

import pytest
from planting import COPY, PLANTERS
from walk import START_MS, Newsroom

from pipeline.dead import Letter
from pipeline.envelope import CUT_OFF
from pipeline.items import Item, PubStatus
from pipeline.records import Reason
from pipeline.replay import payload

WHY = (CUT_OFF, b"its end was lost")
TAKEN_BACK = [("KILL KILL KILL", PubStatus.CANCELED), ("HOLD HOLD HOLD", PubStatus.WITHHELD)]


def sent(newsroom: Newsroom, data: bytes, *headers: tuple[str, bytes]) -> list[tuple[PubStatus, str]]:
    """Status and body of what came out."""
    newsroom.replay.publish(payload("hafen", data, START_MS, headers), START_MS)
    items = (Item.model_validate_json(record.value) for record in newsroom.records())
    return [(item.pub_status, item.body) for item in items]


@pytest.mark.parametrize(("words", "status"), TAKEN_BACK)
def test_a_part_is_dead_unless_it_takes_back(words: str, status: PubStatus) -> None:
    """The same telegram: whole it comes through, as a part it dies, and a kill or a hold takes effect wordless."""
    data = PLANTERS["iptc7901"]("header lines", "MORE")
    ((_, body),) = sent(Newsroom("normalise"), data)
    assert COPY in body
    newsroom = Newsroom("normalise")
    assert sent(newsroom, data, WHY) == []
    letter = Letter(next(newsroom.records("wire.dead")))
    assert letter.reason == Reason.MALFORMED.value
    assert "its end was lost" in letter.detail
    assert sent(Newsroom("normalise"), data.replace(b"MORE", words.encode()), WHY) == [(status, "")]
