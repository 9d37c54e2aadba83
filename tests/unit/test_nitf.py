"""NITF: documents of one dispatch, embargoes, kills, and private notes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hostile import assert_linear_in, damaged, outcome
from hypothesis import given, settings
from news import parse
from noticed import noticed

from pipeline.formats.parsed import Parsed, Payload
from pipeline.items import AltId, Concept, InfoSource, Text
from pipeline.records import Reason, Rejected
from tests.examples import examples

NO_ID = ("no doc-id: its revisions cannot be linked",)
RECEIVED = datetime(2022, 1, 13, 11, tzinfo=UTC)
FULL = """<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE nitf SYSTEM "nitf-3-6.dtd">
<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/" version="-//IPTC//DTD NITF 3.6//EN" baselang="en-GB">
  <head>
    <title>Ferries</title>
    <meta name="anpa-keyword" content="Ferry-Late"/>
    <tobject tobject.type="news">
      <tobject.property tobject.property.type="current"/>
      <tobject.subject tobject.subject.refnum="04015002" tobject.subject.type="economy"
        tobject.subject.detail="shipping"/>
      <tobject.subject tobject.subject.ipr="QUAY" tobject.subject.refnum="Q7"/>
    </tobject>
    <docdata management-status="usable">
      <evloc city="Bergen" state-prov="Vestland" iso-cc="NO"/>
      <doc-id regsrc="Harbour" id-string="harbour.7"/>
      <urgency ed-urg="3"/>
      <fixture fix-id="ferry-report"/>
      <date.issue norm="20220112T093000+0100"/>
      <date.release norm="20220112T093000+0100"/>
      <date.expire norm="20220212T093000+0100"/>
      <doc-scope scope="West Coast"/>
      <series series.name="Ferries" series.part="2"/>
      <ed-msg info="Call Ada at home: 0042"/>
      <doc.copyright year="2022" holder="Harbour Wire"/>
      <doc.rights owner="Harbour" limitations="no archive"/>
      <key-list><keyword key="ferries"/><keyword key="quays"/><keyword>tides</keyword></key-list>
      <identified-content><org value="BL" idsrc="quay.example"/><location>Stord</location></identified-content>
    </docdata>
  </head>
  <body>
    <body.head>
      <hedline><hl1>Ferry <em>Fähre</em> late</hl1><hl2>Nobody minded</hl2></hedline>
      <note noteclass="editorsnote" type="npa"><body.content><p>Ada was aboard</p></body.content></note>
      <note type="pa"><body.content><p>Times are local.</p></body.content></note>
      <byline>By <person>Ada Quay</person><byttl>Harbour Writer</byttl></byline>
      <distributor><org>Pier News</org></distributor>
      <dateline><location><city>Bergen</city></location>,
        <story.date norm="20220112T080000+0100">Jan. 12</story.date></dateline>
      <abstract><p>A ferry came late.</p></abstract>
    </body.head>
    <body.content>
      <block>
        <p lede="true">The <org>Stord</org> ferry<br/>came late on <chron>Wednesday</chron>.</p>
        <hl2>Why</hl2>
        <media media-type="image"><media-caption>The ferry</media-caption></media>
        <ul><li>Fog</li><li>Ice</li></ul>
        <note type="npa"><body.content><p>Skipper is her uncle</p></body.content></note>
        <table><tr><td>Bergen</td><td>9.40</td></tr></table>
        <bq><block><p>Nobody minded.</p></block></bq>
      </block>
    </body.content>
    <body.end><tagline>Li Quay contributed.</tagline><bibliography>Logbook</bibliography></body.end>
  </body>
</nitf>""".encode("iso-8859-1")  # fmt: skip


def read(data: bytes | str) -> Parsed:
    name, found = parse(Payload(data.encode() if isinstance(data, str) else data, "harbour", RECEIVED))
    (item,) = found.items
    assert name == "nitf"
    assert isinstance(item, Parsed)
    return noticed(item)


def whole(docdata: str = "", head: str = "", content: str = "", end: str = "", headline: str = "Late") -> str:
    """A document with these parts."""
    head = f"<hedline><hl1>{headline}</hl1></hedline>{head}"
    body = f"<body.head>{head}</body.head><body.content>{content}</body.content><body.end>{end}</body.end>"
    return f"<nitf><head><docdata>{docdata}</docdata></head><body>{body}</body></nitf>"


def nitf(
    docdata: str, body: str = "<body><body.content><p>The ferry came late.</p></body.content></body>"
) -> Parsed:
    """A document with this docdata."""
    return read(f"<nitf><head>{docdata}</head>{body}</nitf>")


def test_a_document_in_full() -> None:
    """Every field is read, the copy in its order; pictures and private notes are left out."""
    item = read(FULL)
    assert item.html.startswith("<body.content")
    assert item == Parsed(
        paragraphs=(
            "The Stord ferry came late on Wednesday.", "Why", "Fog", "Ice", "Bergen 9.40", "Nobody minded.",
        ),
        html=item.html,
        headline="Ferry Fähre late",
        further_headlines=(Text(value="Nobody minded", role="subhead", content_type="text/plain"),),
        native_id="harbour.7",
        version_created=datetime(2022, 1, 12, 8, 30, tzinfo=UTC),
        first_created=datetime(2022, 1, 12, 7, tzinfo=UTC),
        language="en-GB",
        urgency=3,
        slugline="Ferry-Late",
        by="By Ada Quay, Harbour Writer",
        located="Bergen",
        dateline="Bergen, Jan. 12",
        sign_off="Li Quay contributed.",
        descriptions=("A ferry came late.",),
        info_sources=(
            InfoSource(name="Harbour", role="originator"),
            InfoSource(name="Pier News", role="distributor"),
        ),
        places=(Concept(name="Bergen, Vestland, NO", rel="event"), Concept(name="Stord", rel="about")),
        subjects=(
            Concept(name="shipping", literal="04015002"),
            Concept(literal="QUAY:Q7"),
            Concept(name="ferries", rel="keyword"),
            Concept(name="quays", rel="keyword"),
            Concept(name="tides", rel="keyword"),
            Concept(name="ferry-report", rel="fixture"),
            Concept(name="Ferries", rel="series"),
            Concept(name="West Coast", rel="scope"),
            Concept(name="news", rel="type"),
            Concept(name="current", rel="genre"),
            Concept(rel="org", literal="quay.example:BL"),
        ),
        ed_note="Times are local.",
        copyright_notice="Copyright 2022 Harbour Wire",
        usage_terms="Harbour; no archive",
        warnings=(
            "bibliography: not kept", "date.expire: not kept", "notes that are not for publication: not kept",
        ),
    )  # fmt: skip


# docdata -> native id, version, signals
UUID = "0b5c7a1e-6d2f-4c38-9a4b-1f2e3d4c5b6a"
CHAINS = [
    ('<doc-id id-string="a"/>', "a", None, ()),
    ('<doc-id id-string="b"/><correction id-string="a"/>', "a", None, ("correction",)),
    ('<doc-id id-string="b"/><correction info="" id-string=""/>', "b", None, ()),
    ('<du-key key="K" version="2"/><doc-id id-string="b"/>', "K/20220113", "2", ()),
    ('<du-key key="K" version="3"/><date.issue norm="20220112T233000-0500"/>', "K/20220112", "3", ()),
    ('<du-key key="K" version="3"/><date.issue norm="2022-01-12T23:30:00-05:00"/>', "K/20220112", "3", ()),
    ('<du-key key="K" version="3"/><pubdata date.publication="20220112T233000-0500"/>', "K/20220112", "3", ()),
    ('<du-key key="K" generation="14" version="1"/><doc-id id-string="b"/>', "K/14", "1", ()),
    ('<du-key key="K" generation="14" version="1" part="02"/>', "K/14/part 02", "1", ("take",)),
    ('<du-key key="K" generation="14" version="1" part="1"/>', "K/14", "1", ()),
    ('<du-key key="K" version="2"/><doc-id id-string="K-9"/>', "K", "2", ()),
    ('<du-key key="K" version="2"/><correction id-string="a"/>', "K/20220113", "2", ("correction",)),
    (f'<du-key key="FERRY" version="9"/><doc-id id-string="NTB{UUID}_08"/>', f"NTB{UUID}", "08", ()),
    (f'<doc-id id-string="{UUID}_02"/><correction id-string="{UUID}_01"/>', UUID, "02", ("correction",)),
    ('<doc-id id-string="urn:newsml:quay.example:20220112:7:2"/>', "urn:newsml:quay.example:20220112:7", "2", ()),
    ('<doc-id regsrc="AP"/>', None, None, ()),
]  # fmt: skip


@pytest.mark.parametrize(("docdata", "native_id", "version", "signals"), CHAINS)
def test_documents_of_one_dispatch(
    docdata: str, native_id: str, version: str | None, signals: tuple[str, ...]
) -> None:
    """A dispatch is identified by an id with a revision, the key of the day, the linked document, or its own id."""
    item = nitf(f"<docdata>{docdata}</docdata>")
    assert (item.native_id, item.version, item.signals) == (native_id, version, signals)
    assert item.warnings == (() if native_id else NO_ID)


def test_ids_that_do_not_name_the_dispatch_are_kept() -> None:
    """Ids that do not identify the dispatch are kept as altIds."""
    item = nitf(
        '<docdata management-doc-idref="a"><du-key key="K" generation="2"/><doc-id id-string="b"/></docdata>'
    )
    assert item.alt_ids == (
        AltId(role="doc-id", value="b"), AltId(role="du-key", value="K"), AltId(role="link", value="a"),
    )  # fmt: skip


# management-status, management-idref-status -> status, signals, warned
STATUS = [
    (None, None, "usable", (), False),
    ("usable", None, "usable", (), False),
    (" Canceled ", None, "canceled", ("kill",), False),
    ("withheld", None, "withheld", ("hold",), False),
    ("", None, "withheld", ("hold",), True),
    ("perhaps", None, "withheld", ("hold",), True),
    ("usable", "canceled", "usable", ("correction",), False),
    ("usable", "withheld", "withheld", ("hold",), True),
    ("canceled", "canceled", "canceled", ("kill",), False),
]


@pytest.mark.parametrize(("own", "link", "status", "signals", "warned"), STATUS)
def test_status(own: str | None, link: str | None, status: str, signals: tuple[str, ...], warned: bool) -> None:
    """Canceled is a kill, withheld and unknown statuses are holds; the status of the linked document counts too."""
    written = {"status": own, "idref-status": link}
    attributes = " ".join(f'management-{name}="{value}"' for name, value in written.items() if value is not None)
    item = nitf(f'<docdata {attributes}><doc-id id-string="a"/></docdata>')
    assert (item.pub_status, item.signals, bool(item.warnings)) == (status, signals, warned)


@pytest.mark.parametrize(
    "docdata",
    [
        '<docdata management-status="canceled" management-doc-idref="a"/>',
        '<docdata management-status="canceled"><doc-id id-string="a"/></docdata>',
        '<docdata management-status="canceled"><correction id-string="a"/></docdata>',
    ],
)
def test_a_kill_needs_no_words(docdata: str) -> None:
    """A kill needs neither headline nor body, only its dispatch."""
    item = nitf(docdata, body="")
    assert (item.native_id, item.pub_status, item.paragraphs, item.headline) == ("a", "canceled", (), "")


NINE, TEN = datetime(2022, 1, 12, 9, tzinfo=UTC), datetime(2022, 1, 12, 10, tzinfo=UTC)
ISSUED = '<date.issue norm="20220112T100000+0100"/>'
EMBARGOES = [
    ("usable", "", None),
    ("usable", '<date.release norm="20220112T100000+0100"/>', None),
    ("usable", '<date.release norm="20220112T090000Z"/>', None),
    ("usable", '<date.release norm="20220112T110000+0100"/>', TEN),
    ("usable", '<date.release norm="20220112T110000"/>', "held"),
    ("usable", '<date.release norm="when it is over"/>', "held"),
    ("usable", '<date.release norm=""/>', "held"),
    ("usable", "<date.release/>", "held"),
    ("embargoed", "", "held"),
    ("Embargoed", '<date.release norm=""/>', "held"),
    ("embargoed", '<date.release norm="20220112T110000"/>', "held"),
    ("embargoed", '<date.release norm="20220112T100000+0100"/>', NINE),
    ("embargoed", '<date.release norm="20220112T110000+0100"/>', TEN),
    ("usable", '<ed-msg info="EMBARGOED until the minister speaks."/>', "held"),
    ("usable", '<ed-msg info="Map to come. Embargoed until ten"/>', "held"),
    ("usable", '<ed-msg info="Embargo lifted"/>', None),
    ("embargoed", '<ed-msg info="Map to come"/><date.release norm="20220112T110000+0100"/>', TEN),
    ("embargoed", '<ed-msg info="Embargoed until ten"/><date.release norm="20220112T110000+0100"/>', "held"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "release", "until"), EMBARGOES)
def test_an_embargo_fails_closed(status: str, release: str, until: datetime | str | None) -> None:
    """An embargo ends only at a date that can be read; a release after the date of issue is an embargo too."""
    item = nitf(f'<docdata management-status="{status}">{ISSUED}{release}</docdata>')
    assert item.pub_status == "usable"
    assert (item.embargo and (item.embargo.until or "held")) == until


def test_a_release_up_to_the_issue_is_no_embargo() -> None:
    """A release up to the date of issue is no embargo, even without offsets (AAP)."""
    dates = '<date.issue norm="20220112T100000"/><date.release norm="20220112T100000"/>'
    assert nitf(f"<docdata>{dates}</docdata>").embargo is None


def note(attributes: str = "") -> str:
    return f"<note {attributes}><body.content><p>SECRET</p></body.content></note>"


PRIVATE = [
    {"docdata": '<ed-msg info="SECRET"/>'},
    {"docdata": '<ed-msg info=""/><ed-msg msg-type="news" info="SECRET"/>'},
    {"head": note()},
    {"head": note('type="npa" noteclass="hd"')},
    {"head": note('type="std" noteclass="editorsnote"')},
    {"head": note('type="quay" noteclass="hd"')},
    {"content": "<p>A" + note('type="npa"') + "b</p>"},
    {"content": f"<fn><body.content>{note()}</body.content></fn>"},
    {"end": '<tagline type="npa">SECRET</tagline>'},
]


@pytest.mark.parametrize("where", PRIVATE)
def test_private_notes_are_not_kept(where: dict[str, str]) -> None:
    """No field has a word of a note that is not certain to be public; a warning says that there was one."""
    item = read(whole(**where))
    assert "SECRET" not in repr(item)
    assert item.warnings == (*NO_ID, "notes that are not for publication: not kept")


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"docdata": '<doc-id id-string="a"/>', "content": "<p/>"},
        {"content": '<media media-type="image"><media-caption>A ferry</media-caption></media>'},
    ],
)
def test_without_words_it_is_rejected(where: dict[str, str]) -> None:
    """A document without words is rejected, and so is a kill without an id."""
    for data in (whole(headline="", **where), '<nitf><head><docdata management-status="canceled"/></head></nitf>'):
        with pytest.raises(Rejected) as caught:
            read(data)
        assert caught.value.reason is Reason.NO_ITEM


BENT = [
    ("<nitf><body><p>One</p></body></nitf>", "", ("One",), 0),
    ("<nitf><head><title>Late</title></head><body>One\n\nTwo</body></nitf>", "Late", ("One", "Two"), 1),
    ("<q:nitf xmlns:q='urn:x'><q:body><q:p>One</q:p></q:body></q:nitf>", "", ("One",), 0),
    ("<nitf><body><p>Fj&oslash;rd</p></body></nitf>", "", ("Fjørd",), 1),
    ("\ufeff<nitf>\r\n<body><p>عاجل: <b>تأخر</b></p>\r\n</body></nitf>", "", ("عاجل: تأخر",), 0),
    ("<?xml version='1.0' encoding='iso-8859-1'?><nitf><body><p>Fähre</p></body></nitf>", "", ("Fähre",), 1),
]


@pytest.mark.parametrize(("data", "headline", "paragraphs", "warnings"), BENT)
def test_damaged_documents(data: str, headline: str, paragraphs: tuple[str, ...], warnings: int) -> None:
    """Missing parts, prefixes and a wrong encoding are read, with a warning if something was repaired."""
    item = read(data)
    assert (item.headline, item.paragraphs) == (headline, paragraphs)
    assert len(set(item.warnings) - set(NO_ID)) == warnings


@pytest.mark.parametrize(
    ("docdata", "reason"),
    [
        ('<date.issue norm="99990112T100000Z"/>', Reason.BAD_DATE),
        ('<date.release norm="00010112"/>', Reason.BAD_DATE),
    ],
)
def test_an_impossible_year_is_rejected(docdata: str, reason: Reason) -> None:
    """A date with an impossible year rejects the item."""
    with pytest.raises(Rejected) as caught:
        nitf(f"<docdata>{docdata}</docdata>")
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("head", "tail", "unit"),
    [
        ("<nitf><body><body.content>", "</body.content></body></nitf>", "<p>a</p>"),
        ("<nitf><body><body.content><p>", "</p></body.content></body></nitf>", "a_0"),
        ('<nitf><head><docdata><doc-id id-string="', '"/></docdata></head></nitf>', "0b5c7a1e-6d2f-"),
        ('<nitf><head><docdata><ed-msg info="', '"/></docdata></head></nitf>', "embargoed until "),
    ],
)
@pytest.mark.slow
def test_a_megabyte(head: str, tail: str, unit: str) -> None:
    """Time grows linearly with size."""
    assert_linear_in("nitf", head.encode(), unit, tail.encode(), 400_000)


@settings(max_examples=examples(150), deadline=None)
@given(damaged(FULL))
def test_a_damaged_document_is_read_or_rejected(data: bytes) -> None:
    """A damaged document raises nothing but Rejected, and gives the same result twice."""
    assert outcome("nitf", data) == outcome("nitf", data)


@pytest.mark.parametrize(("style", "stays"), [("EXTERNAL-LINKS", False), ("related-links", False), ("links", True)])
def test_a_block_of_links_is_no_copy(style: str, stays: bool) -> None:
    """dpa has one below the copy; a note in it is heard, and a name in it is no byline."""
    block = '<block style="{}"><p><a href="https://quay.example">Quay Festival</a></p>{}</block><p>It is old.</p>'
    item = read(whole(content=f"<p>The quay was shut.</p>{block.format(style, '')}"))
    assert ("Quay Festival" in item.paragraphs, item.paragraphs[-1], item.by) == (stays, "It is old.", None)
    held = read(whole(content=f"<p>Late.</p>{block.format(style, '<p>EMBARGOED UNTIL TUESDAY</p>')}"))
    assert held.embargo is not None or "EMBARGOED UNTIL TUESDAY" in held.paragraphs
