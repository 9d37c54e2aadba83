"""AFP's API: documents alone and as a search lists them, alerts, pictures, and what holds or kills one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from news import parse
from walk import Newsroom

from pipeline.formats.parsed import Broken, Parsed, Payload
from pipeline.items import PubStatus, Signal

UNO = "newsml.afp.com.20220112T093000Z.doc-7a7a"
NEWS = ["The ferry from Lomsk came in late on Wednesday.", "Nobody minded."]
DOCUMENT = {
    "uno": UNO, "afpshortid": "7A7A", "class": "text", "lang": "fr", "revision": 2, "status": "Usable",
    "urgency": 4,
    "created": "2022-01-12T09:29:00Z", "published": "2022-01-12T09:30:00Z", "headline": "Ferry late", "news": NEWS,
    "city": "Lomsk", "countryname": "Norway", "provider": "AFP", "creator": "AFP", "slug": ["Norway", "ferry"],
    "genre": "General", "product": "news",
}  # fmt: skip
MINUTE = datetime(2022, 1, 12, 9, 30, tzinfo=UTC)


def read(document: Any) -> tuple[str, tuple[Parsed | Broken, ...]]:
    name, parsed = parse(Payload(json.dumps(document).encode(), "quay", MINUTE))
    return name, parsed.items


def one(**members: Any) -> Parsed:
    (item,) = read(DOCUMENT | members)[1]
    assert isinstance(item, Parsed)
    return item


def test_a_document_in_full() -> None:
    """Every field that AFP's own client reads."""
    name, (item,) = read(DOCUMENT)
    assert name == "afp-json"
    assert isinstance(item, Parsed)
    assert (item.native_id, item.version, item.language, item.urgency) == (UNO, "2", "fr", 4)
    assert (item.version_created, item.first_created) == (MINUTE, MINUTE.replace(minute=29))
    assert (item.headline, item.paragraphs, item.slugline) == ("Ferry late", tuple(NEWS), "Norway-ferry")
    assert (item.located, [one.name for one in item.places]) == ("Lomsk", ["Norway"])
    assert ([one.name for one in item.info_sources], item.by) == (["AFP"], None)
    assert [(one.role, one.value) for one in item.alt_ids] == [("afpshortid", "7A7A")]
    assert (item.pub_status, item.embargo, item.signals) == (PubStatus.USABLE, None, ())


def test_an_answer_lists_its_documents() -> None:
    """The status of the request is not theirs; a broken one is alone in being dead."""
    answer = {"docs": [DOCUMENT, DOCUMENT | {"uno": f"{UNO}b"}, "none"], "numFound": 3, "status": {"code": 0}}
    name, items = read({"response": answer, "error": None})
    assert name == "afp-json"
    assert [item.native_id for item in items if isinstance(item, Parsed)] == [UNO, f"{UNO}b"]
    assert [type(item) for item in items] == [Parsed, Parsed, Broken]
    assert len(Newsroom("normalise", "resolve").send(json.dumps({"response": answer}).encode())) == 2


def test_what_is_said_around_the_documents_is_said_of_each() -> None:
    """An embargo beside the answer, or in it, holds what it lists."""
    for around in ({"note": "Embargoed until further notice."}, {}):
        answer = {"docs": [DOCUMENT]} | ({} if around else {"note": "Embargoed until further notice."})
        assert not Newsroom("normalise", "resolve").send(json.dumps({"response": answer} | around).encode())


@pytest.mark.parametrize(
    ("news", "headline", "paragraphs"),
    [
        (NEWS, NEWS[0], NEWS[1:]),
        (NEWS[:1], "", NEWS[:1]),
    ],
)
def test_an_alert_has_its_headline_in_its_lines(news: list[str], headline: str, paragraphs: list[str]) -> None:
    """The first, if another follows; alone it is the copy."""
    item = one(headline=None, news=news, urgency=1)
    assert (item.headline, item.paragraphs, item.signals) == (headline, tuple(paragraphs), (Signal.FLASH,))


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"status": "Usable"}, PubStatus.USABLE),
        ({"status": ""}, PubStatus.USABLE),  # so AFP documents it
        ({"status": None}, PubStatus.USABLE),
        ({"status": "Canceled"}, PubStatus.CANCELED),
        ({"status": "WithHeld"}, PubStatus.WITHHELD),
        ({"status": "Withdrawing"}, PubStatus.WITHHELD),  # unknown
        ({"status": ["Usable", "Canceled"]}, PubStatus.CANCELED),
    ],
)
def test_a_status_fails_closed(members: dict[str, Any], status: PubStatus) -> None:
    """Of several the strictest counts, and an unknown one holds."""
    assert one(**members).pub_status is status


@pytest.mark.parametrize(
    ("members", "out"),
    [
        ({}, True),
        ({"embargoed": "2099-01-01T00:00:00Z"}, False),
        ({"embargoed": ""}, False),
        ({"embargoed": "2001-01-01T00:00:00Z"}, True),
        ({"advisory": "EMBARGOED UNTIL FURTHER NOTICE"}, False),
        ({"advisory": "(Photo, Video)"}, True),
        ({"advisory": "RESTRICTED TO EDITORIAL USE"}, True),
        ({"subheadline": "Foto vorhanden"}, True),
        ({"rules": ["GERMANY OUT"], "country_out": ["GERMANY"]}, True),
        ({"bagItem": [{"uno": "p", "caption": "The ferry."}]}, True),
        ({"bagItem": [{"uno": "p", "ednote": "Embargo until further notice"}]}, False),
        ({"hopHistory": {"hop": [{"action": [{"uri": "urn:afp:validatedAsFlashOrAlertOrUrgent"}]}]}}, True),
        ({"initialStatus": "Usable", "expires": "2023-10-05T13:01:14Z"}, True),
        ({"signal": ["update", "cwarn"]}, True),
        ({"signal": "hold"}, False),
    ],
)
def test_what_holds_a_document(members: dict[str, Any], out: bool) -> None:
    """Its embargo, and what it says to editors anywhere; what pictures are for says nothing of it."""
    assert bool(Newsroom("normalise", "resolve").send(json.dumps(DOCUMENT | members).encode())) is out


@pytest.mark.parametrize(
    ("signal", "signals"),
    [("correction", (Signal.CORRECTION,)), (["update", "cwarn"], (Signal.UPDATE,)), (None, ())],
)
def test_signals_are_one_or_several(signal: Any, signals: tuple[Signal, ...]) -> None:
    """A warning of contents is none."""
    assert one(signal=signal).signals == signals


def test_the_words_of_a_picture_are_its_caption() -> None:
    """As in other formats, with a warning; a kill of it goes out without them."""
    picture = {key: value for key, value in DOCUMENT.items() if key not in ("headline", "news")}
    picture |= {"class": "picture", "title": "HARBOUR-FERRY", "caption": ["The ferry."]}
    (item,) = read(picture)[1]
    assert isinstance(item, Parsed)
    assert (item.headline, item.paragraphs, item.descriptions) == ("", (), ("The ferry.",))
    assert "class picture: only its words are read" in item.warnings
    room = Newsroom("normalise", "resolve")
    room.send(json.dumps(DOCUMENT).encode())
    (killed,) = room.send(json.dumps(picture | {"status": "Canceled"}).encode())
    assert killed.pub_status is PubStatus.CANCELED


def test_who_wrote_it_is_a_name() -> None:
    """AFP itself is none."""
    assert (one(creator="Ana RUIZ").by, one(creator="AFP").by) == ("Ana RUIZ", None)
