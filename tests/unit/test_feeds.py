"""RSS, Atom, Media RSS: identity, status, body or description, and XML that is rejected."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest
from news import parse
from noticed import noticed
from one_item import published
from walk import Newsroom

from pipeline.formats.feeds.entry import BODY_IS_DESCRIPTION
from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.xml.text import ENTITIES_READ
from pipeline.items import AltId, Concept, InfoSource
from pipeline.records import Reason, Rejected

NAMESPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def rss(inside: str, channel: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {NAMESPACES}><channel>'
        f"<title>Harbour Wire</title>{channel}<item><title>Ferry late</title>{inside}</item></channel></rss>"
    ).encode()


def atom(inside: str) -> bytes:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nb"><title>Harbour Wire</title>'
        f"<entry><title>Ferry late</title>{inside}</entry></feed>"
    ).encode()


def read(data: bytes) -> Parsed:
    (item,) = parse(Payload(data, "harbour", datetime(2022, 1, 13, tzinfo=UTC)))[1].items
    assert isinstance(item, Parsed)
    return noticed(item)


def test_an_rss_item_in_full() -> None:
    """Every field of RSS and its modules is read."""
    item = read(
        rss(
            "<guid>tag:reuters.com,2022:newsml_KBN2JM0AB:4</guid><link>https://harbour.example/7</link>"
            "<pubDate>Wed, 12 Jan 2022 09:30:00 +0100</pubDate><dc:creator>Ada Quay</dc:creator>"
            '<category domain="ISO-3166">NO</category><category>ferries</category>'
            "<description>The ferry came &amp;lt;late&amp;gt; …</description>"
            "<content:encoded><![CDATA[<p>The <b>ferry</b> came late.</p><p>Nobody minded.</p>]]></content:encoded>"
            '<source url="https://quay.example">Quay News</source>',
            "<language>en-GB</language><copyright>(c) Harbour</copyright>",
        )
    )
    moment = datetime(2022, 1, 12, 8, 30, tzinfo=UTC)
    assert item == Parsed(
        paragraphs=("The ferry came late.", "Nobody minded."),
        html="<p>The <b>ferry</b> came late.</p><p>Nobody minded.</p>",
        headline="Ferry late",
        native_id="tag:reuters.com,2022:newsml_KBN2JM0AB",
        version="4",
        version_created=moment,
        first_created=moment,
        revision_undated=True,
        language="en-GB",
        by="Ada Quay",
        descriptions=("The ferry came ‹late› …",),
        info_sources=(InfoSource(name="Quay News"),),
        subjects=(Concept(name="NO", literal="ISO-3166:NO"), Concept(name="ferries", literal="ferries")),
        alt_ids=(AltId(role="link", value="https://harbour.example/7"),),
        copyright_notice="(c) Harbour",
    )


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        ("Tanjug", "Tanjug"),
        ("Adnkronos - Cronaca", "Adnkronos"),
        ("Reuters | World", "Reuters"),
        ("PA - Business", None),
        ("News from Reuters", None),
        ("Reuters Gazette", None),
        ("", None),
    ],
)
def test_an_agency_is_named_by_the_title_of_its_feed(title: str, agency: str | None) -> None:
    """As who carries the entries: one may name another source."""
    data = rss("<guid>a-1</guid>").replace(b"Harbour Wire", title.encode())
    carried = (InfoSource(name=agency, role="provider"),) if agency else ()
    assert read(data).info_sources == carried
    named = data.replace(b"</guid>", b"</guid><dc:publisher>EFE</dc:publisher>")
    assert read(named).info_sources == (InfoSource(name="EFE"),)


def test_an_atom_entry_in_full() -> None:
    """In Atom `updated` is the version, xml:lang the language, and XHTML content is the body."""
    item = read(
        atom(
            "<id>urn:uuid:7</id><published>2022-01-12T08:30:00Z</published>"
            "<updated>2022-01-12T10:00:00.5+01:00</updated><author><name>Ada Quay</name></author>"
            "<author><name>Bo Pier</name></author><summary>Late.</summary>"
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The <i>ferry</i> came late.</p>'
            "</div></content>"
        )
    )
    assert (item.native_id, item.version, item.language) == ("urn:uuid:7", None, "nb")
    assert (item.first_created, item.by) == (datetime(2022, 1, 12, 8, 30, tzinfo=UTC), "Ada Quay, Bo Pier")
    assert (item.paragraphs, item.descriptions) == (("The ferry came late.",), ("Late.",))


@pytest.mark.parametrize(
    ("guid", "native_id", "version"),
    [
        ("urn:newsml:harbour.example:20220112:ferry-7:3U", "urn:newsml:harbour.example:20220112:ferry-7", "3"),
        ("urn:newsml:dpa.com:20090101:190510-99-167362", "urn:newsml:dpa.com:20090101:190510-99-167362", None),
        ("tag:harbour.example,2022:7", "tag:harbour.example,2022:7", None),
        ("https://harbour.example:8080/7", "https://harbour.example:8080/7", None),
    ],
)
def test_only_a_known_kind_of_guid_gives_up_its_revision(guid: str, native_id: str, version: str | None) -> None:
    """Reuters' guids end in the revision; in other guids the last number belongs to the id."""
    item = read(rss(f'<guid isPermaLink="false">{guid}</guid>'))
    assert (item.native_id, item.version) == (native_id, version)


@pytest.mark.parametrize(
    ("state", "status", "signals"),
    [
        ("active", "usable", ()),
        ("Deleted", "canceled", ("kill",)),
        ("blocked", "withheld", ("hold",)),
        ("perhaps", "withheld", ("hold",)),
        ("", "withheld", ("hold",)),
    ],
)
def test_media_status_kills_and_holds(state: str, status: str, signals: tuple[str, ...]) -> None:
    """Deleted is a kill, blocked and unknown states are holds; the state of a feed applies to its items."""
    element = f'<media:status state="{state}" reason="https://harbour.example/why"/>'
    for item in (read(rss(element)), read(rss("", element))):
        assert (item.pub_status, item.signals) == (status, signals)


def test_a_category_that_is_escaped_twice_is_a_name() -> None:
    """WordPress escapes its tags within CDATA."""
    categories = ("<![CDATA[Ferries &amp; quays]]>", "A &lt; B")
    item = read(rss("<title>Late</title>" + "".join(f"<category>{one}</category>" for one in categories)))
    assert [one.name for one in item.subjects] == ["Ferries & quays", "A < B"]


def test_a_description_is_the_body_only_for_want_of_another() -> None:
    """A body that is only the description gives a warning."""
    item = read(rss("<guid>7</guid><description>&lt;p&gt;The ferry &amp;amp; the quay&lt;/p&gt;</description>"))
    assert item.paragraphs == item.descriptions == ("The ferry & the quay",)
    assert item.warnings == (BODY_IS_DESCRIPTION,)


@pytest.mark.parametrize(
    ("second", "held"),
    [
        ("El club y la liga piden la suspensión temporal, sin que nadie publique por qué", False),
        ("EMBARGOED UNTIL TUESDAY: tunnel", True),
    ],
)
def test_a_second_headline_is_read_as_one(second: str, held: bool) -> None:
    """dcterms:alternative is the line below the headline: its tags count, its words are news."""
    element = f'<d:alternative xmlns:d="http://purl.org/dc/terms/">{second}</d:alternative>'
    signals = published(rss(f"<guid>7</guid><title>Late</title>{element}<description>Late.</description>").decode())
    assert bool(signals.dispatch.signals) is held


def test_a_caption_is_not_the_body() -> None:
    """The text of a media:content is never the body."""
    caption = (
        '<media:content url="a.jpg"><media:description>The quay > at night</media:description></media:content>'
    )
    for order in (caption + "<description>Late.</description>", "<description>Late.</description>" + caption):
        assert read(rss("<guid>7</guid>" + order)).paragraphs == ("Late.",)


CAPTION = "<figure><img src='a.jpg'/><figcaption>The ferry. Photo: Jan Lis</figcaption></figure>"


@pytest.mark.parametrize(
    ("markup", "paragraphs"),
    [
        (f"{CAPTION}<p>It came.</p><p>Nobody minded.</p>", ("It came.", "Nobody minded.")),
        (f"<p>It came.</p>{CAPTION}<p>Nobody minded.</p>", ("It came.", "Nobody minded.")),
        (CAPTION, ("The ferry. Photo: Jan Lis",)),  # there is nothing else
        ("<p>It came.</p><figcaption>Late <b>again", ("It came.", "Late again")),  # no end: no caption
        ("<div><p class='wp-caption-text'>The ferry</p></div><p>It came.</p>", ("It came.",)),
        ('<p>It came.</p><div id="a" class="img-caption small">The ferry</div>', ("It came.",)),
        ("<p>It came.</p><p class='no-caption-here'>Late again</p>", ("It came.", "Late again")),
        ("<p class='wp-caption-text'>The ferry</p>", ("The ferry",)),  # there is nothing else
        ("<pre>It came\nlate.\n\nNobody minded.</pre>", ("It came late.", "Nobody minded.")),
        ("<pre>It came\nlate.</pre>", ("It came late.",)),
        ("<figure><p>It came.</p></figure>", ("It came.",)),
    ],
)
def test_the_caption_of_a_picture_is_not_copy(markup: str, paragraphs: tuple[str, ...]) -> None:
    """WordPress has it above the first paragraph, where it would hide the dateline."""
    item = read(rss(f"<guid>a-1</guid><content:encoded><![CDATA[{markup}]]></content:encoded>"))
    assert item.paragraphs == paragraphs


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("EMBARGOED UNTIL FURTHER NOTICE", True),
        ("KILL KILL KILL", True),
        ("Please kill this item.", True),
        ("HOLD HOLD HOLD", True),
        ("The embargo on fish", False),
        ("THE CRANE. PHOTO: JAN LIS", False),
        ("KILL BILL", False),
        ("OIL EMBARGO", False),
        ("A hold-up in the port", False),
    ],
)
def test_what_a_caption_says_to_editors_is_heard(said: str, held: bool) -> None:
    """Though it is not copy."""
    page = f"<figure><figcaption>{said}</figcaption></figure><p>It came.</p>"
    data = rss(f"<guid>a-1</guid><content:encoded><![CDATA[{page}]]></content:encoded>")
    assert bool(Newsroom("normalise", "resolve").send(data)) is not held


def test_without_a_guid_the_link_names_the_item() -> None:
    """An entry without a guid is identified by its link, with a warning; without a link not at all."""
    linked, bare = read(rss("<link>https://harbour.example/7</link>")), read(rss(""))
    assert (linked.native_id, len(linked.warnings)) == ("https://harbour.example/7", 1)
    assert (bare.native_id, len(bare.warnings)) == (None, 1)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'<!DOCTYPE rss [<!ENTITY a "b">]>' + rss("<guid>&a;</guid>").partition(b"?>")[2], Reason.MALFORMED),
        (rss("<guid>7"), Reason.MALFORMED),
        (rss("<guid>&unknown;</guid>"), Reason.MALFORMED),
        (rss("") + b"<again/>", Reason.MALFORMED),
        (rss("<undeclared:x/>"), Reason.MALFORMED),
        (b'<RDF xmlns="http://harbour.example/no-feed"><a/></RDF>', Reason.MALFORMED),
        (rss("<pubDate>Fri, 31 Dec 9999 00:00:00 GMT</pubDate>"), Reason.BAD_DATE),
    ],
)
def test_xml_that_is_refused(data: bytes, reason: Reason) -> None:
    """A document that is malformed, has a document type or is no feed is rejected as a whole."""
    with pytest.raises(Rejected) as caught:
        read(data)
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("data", "warnings"),
    [
        (rss("<guid>Fähre-7</guid>"), ()),
        (rss("<guid>Fähre-7</guid>").decode().encode("utf-8-sig"), ()),
        (rss("<guid>Fähre-7</guid>").decode().encode("utf-16"), ()),
        (rss("<guid>Fähre-7</guid>").decode().replace("utf-8", "iso-8859-1").encode("latin-1"), ()),
        (
            rss("<guid>Fähre-7</guid>").replace(b"utf-8", b"iso-8859-1"),
            ("declared as iso-8859-1, which it is not",),
        ),
        (
            rss("<guid>Fähre-7</guid>").replace(b"utf-8", b"windows-1251"),
            ("declared as windows-1251, which it is not",),
        ),
        (rss("<guid>Fähre-7</guid>").replace(b"utf-8", b"utf-16"), ()),  # ASCII says that it is UTF-16
        (rss("<guid>Fähre-7</guid>").decode().encode("latin-1"), ("not UTF-8: read as Windows-1252",)),
        (rss("<guid>F&auml;hre-7</guid>"), (ENTITIES_READ,)),
        (rss("<guid>Fähre-7</guid>").replace(b"utf-8", b"rot13"), ()),
    ],
)
def test_a_wrongly_declared_encoding_is_harmless(data: bytes, warnings: tuple[str, ...]) -> None:
    """A wrong declaration of the encoding does no harm; it gives a warning."""
    item = read(data)
    assert (item.native_id, item.warnings) == ("Fähre-7", warnings)


def test_no_network_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is fetched: an address is copy, and references to addresses are ignored."""
    monkeypatch.setattr(socket, "socket", None)
    assert (
        parse(Payload(b"https://harbour.example/feed", "harbour", datetime(2022, 1, 13, tzinfo=UTC)))[0] == "plain"
    )
    assert read(rss('<link>https://harbour.example/7</link><media:content url="https://harbour.example/a.jpg"/>'))
