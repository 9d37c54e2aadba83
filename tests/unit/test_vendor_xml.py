"""Vendors' own XML: Ritzau's RBNews and the press releases of Solita's service."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from news import parse
from noticed import noticed
from one_item import RECEIVED, published, read

from pipeline.formats.parsed import Parsed, Payload
from pipeline.items import PubStatus, Signal
from pipeline.records import Reason, Rejected

COPY = (
    "&lt;p&gt;F&#xE6;rgen kom fire timer for sent onsdag.&lt;/p&gt;"
    "&lt;p&gt;Kajen var frosset til.&lt;br /&gt;&lt;/p&gt;"
)
RBNEWS = f"""<?xml version="1.0"?>
<RBNews xmlns="" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">
  <NewsID>7a7a55fc-11da-46b6-9903-439ebb288f2d</NewsID><PublishDate>2022-01-12T09:30:00.73</PublishDate>
  <strapline>NET/QUAY/FERRY</strapline><headline>F&#xE6;rge kom for sent</headline>
  <subtitle>Frost lukkede kajen.&lt;br /&gt;</subtitle><town>Aarhus</town><origin>/ritzau/Reuters</origin>
  <section>Indland</section><version>2</version><replacedID i:nil="true"/><content>{COPY}</content>
  <HistID>ABC-1834828</HistID><Priority>3</Priority>
  <IPTCList xmlns:a="http://schemas.microsoft.com/2003/10/Serialization/Arrays"><a:int>4000000</a:int></IPTCList>
  <Annuleret>false</Annuleret><NyVersion>false</NyVersion><Korrektion>false</Korrektion>
  <byLine>Kari Holm</byLine><byLineEmail>kari@quay.example</byLineEmail><byLinePhone>55501001</byLinePhone>
  <TilRedaktionen i:nil="true"/><Status>New news</Status>
</RBNews>"""
RELEASE = """<release id="17854111" lang="no">
  <longurl>https://quay.example/pressemelding/ferge?releaseId=17854111</longurl>
  <body>&lt;p&gt;&amp;ndash; Ferga kom fire timer for sent, sier havnesjef Kari Holm.&lt;/p&gt;</body>
  <boilerplate>Havna er en havn.</boilerplate>
  <contactsAsText>Kari Holm kari@quay.example 555 01 001</contactsAsText><embargo/><keywords>ferge</keywords>
  <leadtext>Kaia var frosset.</leadtext><publicationDate>12.01.2022 10:30</publicationDate>
  <title>Ferga kom sent</title>
  <type id="19"><label>Pressemelding</label></type>
  <publisher id="14424980"><name>Havna</name><description>Havna er stor.</description></publisher>
</release>"""


def test_rbnews_gives_each_field_its_place() -> None:
    """Copy out of its escaped HTML, place and agency as a dateline, subject codes with their noughts."""
    item = published(RBNEWS)
    assert item.body == "Færgen kom fire timer for sent onsdag.\n\nKajen var frosset til."
    assert (item.headline, item.by, item.slugline) == ("Færge kom for sent", "Kari Holm", "NET/QUAY/FERRY")
    assert (item.version, item.urgency, item.language.tag) == ("2", 3, "da")
    assert item.version_created == datetime(2022, 1, 12, 9, 30, 0, 730_000, tzinfo=UTC)
    assert item.furniture.dateline is not None
    assert (item.furniture.dateline.city, item.wire.agency) == ("Aarhus", "ritzau")
    assert [(one.name, one.role) for one in item.info_sources][:2] == [
        ("ritzau", "provider"),
        ("Reuters", "source"),
    ]
    assert [one.literal or one.name for one in item.subjects] == ["04000000", "Indland"]
    assert [text.value for text in item.descriptions] == ["Frost lukkede kajen."]
    assert "quay.example" not in item.model_dump_json()


@pytest.mark.parametrize(
    ("name", "status", "signals"),
    [
        ("Annuleret", PubStatus.CANCELED, (Signal.KILL,)),
        ("Korrektion", PubStatus.USABLE, (Signal.CORRECTION,)),
        ("NyVersion", PubStatus.USABLE, (Signal.UPDATE,)),
        ("TopWeb", PubStatus.USABLE, ()),
    ],
)
def test_flags_of_rbnews(name: str, status: PubStatus, signals: tuple[Signal, ...]) -> None:
    """A cancelled report is a kill; corrections and new versions are told apart; other flags say nothing."""
    flagged = RBNEWS.replace(f"<{name}>false</{name}>", "").replace("<Status>", f"<{name}>true</{name}><Status>")
    item = read(flagged)
    assert (item.pub_status, item.signals) == (status, signals)


def test_a_report_that_replaces_another_has_its_name() -> None:
    """The replaced id is a name of the dispatch, so that a kill of either meets it."""
    other = "8b8b55fc-11da-46b6-9903-439ebb288f2d"
    item = read(RBNEWS.replace('<replacedID i:nil="true"/>', f"<replacedID>{other}</replacedID>"))
    assert f"id:{other}" in item.names
    assert len(read(RBNEWS).names) == 1


@pytest.mark.parametrize(
    ("note", "is_held"),
    [("EMBARGO until further notice", True), ("Not for publication", True), ("A picture follows", False)],
)
def test_notes_to_editors_of_rbnews_are_heard_and_not_kept(note: str, is_held: bool) -> None:
    """They may hold the report; no word of them is published."""
    item = published(RBNEWS.replace('<TilRedaktionen i:nil="true"/>', f"<TilRedaktionen>{note}</TilRedaktionen>"))
    assert bool({"embargo", "hold", "unpublishable"}.intersection(item.dispatch.signals)) is is_held
    assert note not in item.model_dump_json()


QUEUE = (
    "<XMLNewsQueuedResponse><XMLNewsQueuedResult><error>0</error>{}<ListOfRBNews>{}</ListOfRBNews>"
    "</XMLNewsQueuedResult></XMLNewsQueuedResponse>"
)


def test_a_queue_of_rbnews() -> None:
    """Each report is an item; what the queue says beside them is heard for each."""
    bare = RBNEWS.partition("\n")[2]
    reports = [bare, bare.replace("7a7a", "8b8b"), bare.replace(">F&#xE6;rge", ">Endnu en f&#xE6;rge")]
    for note, is_held in (
        ("", False),
        ("<errormsg>none</errormsg>", False),
        ("<note>Hold this report</note>", True),
    ):
        payload = Payload(QUEUE.format(note, "".join(reports)).encode(), "ritzau", RECEIVED)
        found = [one for one in parse(payload)[1].items if isinstance(one, Parsed)]
        assert [noticed(one).headline for one in found] == [read(one).headline for one in reports]
        assert [Signal.HOLD in noticed(one).signals for one in found] == [is_held] * len(reports)


def test_a_press_release_gives_each_field_its_place() -> None:
    """Lead, publisher and language; contacts and the publisher's description are no copy and are not kept."""
    item = published(RELEASE)
    assert item.body == "– Ferga kom fire timer for sent, sier havnesjef Kari Holm."
    assert (item.headline, item.language.tag) == ("Ferga kom sent", "no")
    assert item.version_created == datetime(2022, 1, 12, 10, 30, tzinfo=UTC)
    assert [text.value for text in item.descriptions] == ["Kaia var frosset."]
    assert [(one.name, one.rel) for one in item.subjects] == [("ferge", "keyword"), ("Pressemelding", "genre")]
    assert item.info_sources[0].name == "Havna"
    assert item.dispatch.signals == ()
    assert "kari@" not in item.model_dump_json()


@pytest.mark.parametrize("embargo", ["14.01.2022 08:00", "14.01.2022", "fredag"])
def test_an_embargo_of_a_press_release_has_no_zone_so_no_end(embargo: str) -> None:
    """Whatever is written holds it; every release has the empty element, which is none."""
    found = read(RELEASE.replace("<embargo/>", f"<embargo>{embargo}</embargo>")).embargo
    assert found is not None
    assert found.until is None
    assert read(RELEASE).embargo is None


def test_a_release_of_next_week_is_held_until_then() -> None:
    """A date that surely lies ahead is a plan, as in feeds; one of today is not."""
    found = read(RELEASE.replace("12.01.2022 10:30", "19.01.2022 10:30")).embargo
    assert found is not None
    assert found.until == datetime(2022, 1, 19, 10, 30, tzinfo=UTC)
    assert read(RELEASE.replace("12.01.2022 10:30", "12.01.2022 14:30")).embargo is None


def test_another_release_is_no_press_release() -> None:
    """The root's name is a common word: without title and publisher it is an unknown format."""
    with pytest.raises(Rejected) as rejected:
        parse(Payload(b'<release version="1.2"><notes>Fixed.</notes></release>', "quay", RECEIVED))
    assert rejected.value.reason is Reason.UNKNOWN_FORMAT
