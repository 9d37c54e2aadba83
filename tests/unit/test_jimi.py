"""The Canadian Press's Jimi XML: each field in its place, and what is not out before its time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from news import parse
from one_item import RECEIVED, published, read

from pipeline.formats.parsed import Payload
from pipeline.items import PubStatus, Signal
from pipeline.records import Reason, Rejected

JIMI = """<?xml version="1.0" encoding="utf-8"?>
<Publish>
  <ContentItem>
    <Name/><FileName>7a7a55fc-11da-46b6-9903-439ebb288f2d</FileName><NewsCompID>00000843</NewsCompID>
    <SystemSlug>8b8b55fc11da46b69903439ebb288f2d</SystemSlug><ContentItemID>00000091</ContentItemID>
    <Type>0</Type><MediaType>0</MediaType><Status>0</Status><Note>National</Note>
    <EmbargoTime>0001-01-01T00:00:00</EmbargoTime><CreatedDateTime>2022-01-12T09:00:00</CreatedDateTime>
    <UpdatedDateTime>2022-01-12T04:30:00-05:00</UpdatedDateTime><ContentType>Text</ContentType>
    <Headline>Ferry late</Headline><Headline2>Ferry comes four hours late</Headline2>
    <SlugProper>Ferry-Late</SlugProper><Credit>THE CANADIAN PRESS</Credit><Source>CP</Source>
    <DirectoryText>The ferry came four hours late on Wednesday.</DirectoryText>
    <ContentText>&lt;p&gt;PINEWOOD, Ont. - The ferry came four hours late on Wednesday.&lt;/p&gt;
    &lt;p&gt;The quay was frozen.&lt;br /&gt;&lt;/p&gt;</ContentText>
    <Language>1</Language><Category>National,Travel</Category><RankingValue>3</RankingValue><Ranking>News</Ranking>
    <Keyword>ferry,quay</Keyword><City>Pinewood</City><Province>Ontario</Province><Country>Canada</Country>
    <Placeline>Pinewood;Ontario;Canada</Placeline><WritethruValue>0</WritethruValue><Byline>Kari Holm</Byline>
    <EditorNote/>
  </ContentItem>
  <Reschedule>false</Reschedule><IsRegional>false</IsRegional><PublishID>91</PublishID><Username/>
  <Services>Print</Services><PscCodes>National</PscCodes><PublishDateTime>2022-01-12T09:00:00</PublishDateTime>
</Publish>"""


def test_each_field_has_its_place() -> None:
    """The longer headline is the main one, the copy comes out of its escaped HTML; nothing holds it."""
    item = published(JIMI)
    assert item.body == "The ferry came four hours late on Wednesday.\n\nThe quay was frozen."
    assert [one.value for one in item.headlines] == ["Ferry comes four hours late", "Ferry late"]
    assert (item.by, item.slugline, item.located, item.urgency) == ("Kari Holm", "Ferry-Late", "Pinewood", 3)
    assert (item.version_created, item.language.tag) == (datetime(2022, 1, 12, 9, 30, tzinfo=UTC), "en")
    assert [one.name for one in item.subjects] == ["National", "Travel", "ferry", "quay"]
    assert (item.pub_status, item.embargoed_until, item.dispatch.signals) == (PubStatus.USABLE, None, ())
    assert item.dispatch.names == (
        "id:8b8b55fc11da46b69903439ebb288f2d",
        "id:7a7a55fc-11da-46b6-9903-439ebb288f2d",
    )
    assert item.wire.warnings == ("first_created: no offset, read as UTC",)


@pytest.mark.parametrize("written", ["2022-01-14T08:00:00", "", "Friday"])
def test_an_embargo_has_no_zone_so_no_end(written: str) -> None:
    """Whatever is written holds it; the time of year 1 is none."""
    found = read(JIMI.replace("<EmbargoTime>0001-01-01T00:00:00", f"<EmbargoTime>{written}")).embargo
    assert found is not None
    assert found.until is None
    assert read(JIMI).embargo is None


@pytest.mark.parametrize("zone", ["", "Z", "-05:00", "+05:30"])
@pytest.mark.parametrize("clock", ["", "T00:00", "T00:00:00", " 00:00:00", "T00:00:00.0000000"])
def test_a_time_that_nobody_set(clock: str, zone: str) -> None:
    """In all spellings of .NET's year 1; a minute later is an embargo without an end."""
    never = f"0001-01-01{clock}{zone}"
    unset = JIMI.replace("0001-01-01T00:00:00", never).replace(
        "<CreatedDateTime>2022-01-12T09:00:00", f"<CreatedDateTime>{never}"
    )
    assert (read(unset).embargo, read(unset).first_created) == (None, None)
    assert read(JIMI.replace("0001-01-01T00:00:00", "0001-01-01T00:01:00")).embargo is not None


@pytest.mark.parametrize(
    ("old", "new", "status", "signals"),
    [
        ("<WritethruValue>0", "<WritethruValue>2", PubStatus.USABLE, (Signal.UPDATE,)),
        ("<EditorNote/>", "<Corrections>Corrects the hour.</Corrections>", PubStatus.USABLE, (Signal.CORRECTION,)),
        ("<EditorNote/>", "<Corrections/>", PubStatus.USABLE, ()),
        ("<EditorNote/>", "<Published>false</Published><HoldFlag>false</HoldFlag>", PubStatus.USABLE, ()),
        ("<Status>0", "<Status>7", PubStatus.WITHHELD, ()),
    ],
)
def test_what_a_version_is(old: str, new: str, status: PubStatus, signals: tuple[Signal, ...]) -> None:
    """A writethru is an update; a status that nobody knows holds the item."""
    item = read(JIMI.replace(old, new))
    assert (item.pub_status, item.signals) == (status, signals)


@pytest.mark.parametrize(
    ("note", "is_held"),
    [("EMBARGO until further notice", True), ("Not for publication", True), ("A picture follows", False)],
)
def test_notes_to_editors_are_heard_and_not_kept(note: str, is_held: bool) -> None:
    """They may hold the report, in the item and around it; no word of them is published."""
    for place in ("<EditorNote/>", "<Username/>"):
        item = published(JIMI.replace(place, f"<EditorNote>{note}</EditorNote>"))
        assert bool({"embargo", "hold", "unpublishable"}.intersection(item.dispatch.signals)) is is_held
        assert note not in item.model_dump_json()


@pytest.mark.parametrize("document", ["<Publish><Topic>a</Topic></Publish>", JIMI.replace("SystemSlug", "Slug")])
def test_another_document_of_that_name_is_unknown(document: str) -> None:
    """The root's name is a common word."""
    with pytest.raises(Rejected) as rejected:
        parse(Payload(document.encode(), "quay", RECEIVED))
    assert rejected.value.reason is Reason.UNKNOWN_FORMAT
