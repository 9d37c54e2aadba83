"""What counts as an independent report: the text of an agency once, whoever carries it; notices never.

Each case goes through all rooms; counted are the items and the independent reports of the story of its first item.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple

import orjson
import pytest

from pipeline.items import Item, Story
from pipeline.replay import EPOCH_MS, Replay, payload

MINUTE_MS = 60_000
DAYS = 24 * 60
SENTENCES = (
    "A ferry with 212 passengers ran aground off the island of Harsund on Monday evening, the coastguard said.",
    "The captain had steered the ferry closer to the reef because of fog, according to the harbour master.",
    "Lifeboats brought all passengers of the ferry to Harsund, where a school was opened for the night.",
    "A tug is to pull the ferry off the reef at high tide on Wednesday if the hull is not damaged further.",
    "Divers found a tear of three metres in the hull of the ferry, but no fuel has leaked into the harbour.",
    "The shipping line has cancelled its crossings to Harsund until Friday and promised passengers a refund.",
    "Coastguard officers questioned the captain of the ferry for four hours and took the log of the bridge.",
    "The island of Harsund lives on the ferry, which also brings post, milk and the doctor twice a week.",
)
TEXT = "\n\n".join(SENTENCES)
HEADLINE = "Ferry runs aground off Harsund, 212 passengers safe"
FLASH = "Ferry with 212 passengers aground off Harsund in fog, lifeboats under way, coastguard says"
OTHER = "Parliament votes for a tax on diesel; farmers block the roads into the capital with tractors and hay."


def own_words(seed: int) -> str:
    """Another report of the same event: its words, in sentences of its own."""
    dice, words = random.Random(seed), TEXT.replace(".", "").replace(",", "").split()
    return "\n\n".join(" ".join(dice.sample(words, 14)).capitalize() + "." for _ in range(8))


def edited(text: str, every: int = 23) -> str:
    """The text with one word in so many changed."""
    words = text.split(" ")
    return " ".join("indeed" if n % every == 11 else word for n, word in enumerate(words))


class Sent(NamedTuple):
    """A payload: who sends it, the agency's id, the copy, and when."""

    feed: str
    uri: str
    body: str = TEXT
    headline: str = HEADLINE
    version: int = 1
    minutes: float | None = None  # since the first; without it a minute after the last
    more: dict[str, Any] | None = None


def counts(sent: list[Sent]) -> tuple[int, int]:
    """Items and independent reports of the story of the first item, after all of them."""
    replay, minutes = Replay(), 0.0
    for one in sent:
        minutes = minutes + 1 if one.minutes is None else one.minutes
        time_ms = EPOCH_MS + round(minutes * MINUTE_MS)
        document = {
            "uri": one.uri,
            "version": str(one.version),
            "language": "en",
            "headlines": [{"value": one.headline}] if one.headline else [],
            "bodies": [{"value": one.body, "contentType": "text/plain"}] if one.body else [],
            **(one.more or {}),
        }
        replay.publish(payload(one.feed, orjson.dumps(document), time_ms), time_ms)
    assert not replay.log["wire.dead"]
    first = Item.model_validate_json(replay.log["wire.enriched"][0].value)
    assert first.story
    stories = [Story.model_validate_json(record.value) for record in replay.log["wire.stories"]]
    last = [story for story in stories if story.id == first.story.id][-1]
    return last.items, last.independent


A = Sent("agency", "a1")
KILLED = {"pubStatus": "canceled"}
HELD = {"pubStatus": "withheld"}
CASES = [
    # (what is sent, items, independent reports)
    pytest.param([A], (1, 1), id="one report"),
    pytest.param([A, Sent("b", "b1", own_words(1)), Sent("c", "c1", own_words(2))], (3, 3), id="three reports"),
    # an agency's text, whoever carries it
    pytest.param([A, *(Sent(feed, f"{feed}1") for feed in "bcd")], (4, 1), id="carried word for word"),
    pytest.param(
        [A, Sent("b", "b1", headline="Stranded: a night on the reef")], (2, 1), id="under a headline of its own"
    ),
    pytest.param(
        [A, Sent("b", "b1", f"HARSUND, Jan 3 (Agency) - {TEXT}\n\n(Reporting by Ada Lind; Editing by Per Holm)")],
        (2, 1),
        id="with dateline and sign-off",
    ),
    pytest.param([A, Sent("b", "b1", "\n\n".join(SENTENCES[:3]))], (2, 1), id="cut to its beginning"),
    pytest.param([A, Sent("b", "b1", "\n\n".join(SENTENCES[3:]))], (2, 1), id="cut to its end"),
    pytest.param(
        [A, Sent("b", "b1", "\n\n".join(SENTENCES[:4])), Sent("c", "c1", "\n\n".join(SENTENCES[4:]))],
        (3, 1),
        id="cut in two",
    ),
    pytest.param([A, Sent("b", "b1", f"{TEXT}\n\n{own_words(3)[:200]}")], (2, 1), id="with something added"),
    pytest.param([A, Sent("b", "b1", edited(TEXT))], (2, 1), id="edited"),
    pytest.param(
        [A, Sent("b", "b1", edited(TEXT)), Sent("c", "c1", edited(edited(TEXT), 31))], (3, 1), id="edited twice"
    ),
    pytest.param([Sent("b", "b1"), A, Sent("c", "c1")], (3, 1), id="carried before the agency's own"),
    pytest.param([A, Sent("b", "b1", more={"language": "en-GB"})], (2, 1), id="in another region"),
    pytest.param([A, Sent("b", "b1", minutes=4 * DAYS)], (2, 1), id="carried four days later"),
    pytest.param(
        [A, *(Sent("b", f"b{n}", minutes=n * DAYS) for n in range(1, 8))], (8, 1), id="carried every day for a week"
    ),
    pytest.param([A, Sent("agency", "a2", f"{TEXT}\n\n{own_words(4)[:150]}")], (2, 1), id="again under another id"),
    pytest.param(
        [A, Sent("agency", "a1", edited(TEXT), version=2), Sent("b", "b1", edited(TEXT)), Sent("c", "c1")],
        (3, 1),
        id="both versions of it",
    ),
    # texts too short for fingerprints
    pytest.param([Sent("agency", "a1", "", FLASH), Sent("b", "b1", "", FLASH)], (2, 1), id="a flash"),
    pytest.param(
        [Sent("agency", "a1", "", FLASH), Sent("b", "b1", "", f"BREAKING: {FLASH}")],
        (2, 1),
        id="a flash with a tag",
    ),
    pytest.param([Sent("agency", "a1", FLASH, ""), Sent("b", "b1", "", FLASH)], (2, 1), id="a flash as a body"),
    pytest.param(
        [Sent("agency", "a1", "More to come.", FLASH), Sent("b", "b1", "Details to follow.", FLASH)],
        (2, 1),
        id="a flash with a stub",
    ),
    # revisions
    pytest.param(
        [A, Sent("agency", "a1", f"{TEXT}\n\n{own_words(5)}", version=2)], (1, 1), id="an update of its own"
    ),
    pytest.param(
        [A, Sent("agency", "a1", edited(TEXT), f"CORRECTED-{HEADLINE}", version=2)],
        (1, 1),
        id="a correction of its own",
    ),
    pytest.param([A, A], (1, 1), id="the same again"),
    pytest.param(
        [A._replace(version=3), A._replace(body=edited(TEXT))], (1, 1), id="an older version that is late"
    ),
    pytest.param(
        [A, Sent("b", "b1"), Sent("b", "b1", own_words(6), version=2)], (2, 2), id="a copy becomes a report"
    ),
    pytest.param(
        [A, Sent("b", "b1", own_words(7)), Sent("b", "b1", version=2)], (2, 1), id="a report becomes a copy"
    ),
    # notices
    pytest.param([A, Sent("agency", "a1", "", version=2, more=KILLED)], (0, 0), id="a kill"),
    pytest.param(
        [A, Sent("b", "b1"), Sent("agency", "a1", "", version=2, more=KILLED)], (1, 0), id="a kill and its recall"
    ),
    pytest.param(
        [A, Sent("agency", "a1", "", version=2, more=KILLED), Sent("b", "b1"), Sent("agency", "a1", version=3)],
        (0, 0),
        id="after a kill",
    ),
    pytest.param([A, Sent("agency", "a2", TEXT, f"RPT-{HEADLINE}")], (2, 1), id="a repeat"),
    pytest.param(
        [A, Sent("agency", "a2", TEXT, f"RPT-{HEADLINE}", minutes=4 * DAYS)], (2, 1), id="a repeat days later"
    ),
    pytest.param([A, Sent("agency", "a2", own_words(8), f"RPT-{HEADLINE}")], (2, 1), id="a repeat in other words"),
    pytest.param([A, Sent("agency", "a2", own_words(9), f"ADVISORY-{HEADLINE}")], (2, 1), id="a note to editors"),
    pytest.param([A, Sent("b", "b1", own_words(9), "Advisory: the tug is late")], (2, 1), id="a note in words"),
    pytest.param([Sent("agency", "a1", TEXT, f"RPT-{HEADLINE}")], (1, 0), id="a repeat alone"),
    pytest.param([Sent("agency", "a1", TEXT, f"RPT-{HEADLINE}"), A._replace(uri="a2")], (2, 1), id="and its text"),
    pytest.param([A, A._replace(version=2, more=HELD), A._replace(version=3)], (1, 1), id="a hold and its end"),
    # round-ups
    pytest.param(
        [A, Sent("b", "b1", own_words(1)), Sent("c", "c1", f"{TEXT}\n\n{OTHER * 3}", "News in brief")],
        (2, 2),
        id="a round-up",
    ),
]


@pytest.mark.parametrize(("sent", "expected"), CASES)
def test_independent_reports(sent: list[Sent], expected: tuple[int, int]) -> None:
    """The story of the first item has so many items, and so many independent reports."""
    assert counts(sent) == expected
