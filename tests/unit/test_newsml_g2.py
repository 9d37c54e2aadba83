"""NewsML-G2: fields as vendors write them, contents of every kind, embargoes and notes."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from growth import assert_linear
from hypothesis import given, settings
from hypothesis import strategies as st
from news import parse, parse_as
from noticed import noticed
from walk import Newsroom

from pipeline.formats import FORMATS
from pipeline.formats.parsed import Broken, Parsed, Payload
from pipeline.items import AltId, Concept, InfoSource, Kind, Signal, Text
from pipeline.records import Reason, Rejected
from pipeline.values.embargo import Embargo
from tests.examples import examples
from tests.real_data import ROOT, STAND_INS, real, stand_in

SEEDS = Path(__file__).parents[2] / "seeds"
NAR = "http://iptc.org/std/nar/2006-10-01/"
ARRIVED = datetime(2022, 1, 13, tzinfo=UTC)

# One item with a field of every kind: parts of a template, so that each test changes the part that it is about.
ATTRIBUTES = 'guid="urn:newsml:quay.example:20220112:ferry" version="3" xml:lang="en-GB"'
RIGHTS = """<copyrightHolder literal="Quay"/><copyrightNotice xml:lang="nb">(c) Kaia</copyrightNotice>
<copyrightNotice xml:lang="en">(c) Quay</copyrightNotice>
<usageTerms>Print only</usageTerms><usageTerms>None</usageTerms>"""
CLASS = '<itemClass qcode="ninat:text"/><provider qcode="nprov:quay"><name>Quay Wire</name></provider>'
CREATED = "<versionCreated>2022-01-12T09:30:00.250+0100</versionCreated>"
STATUS = '<pubStatus qcode="stat:usable"/>'
ITEM_META = f"{CLASS}{CREATED}<firstCreated>2022-01-12T08:00:00Z</firstCreated>{STATUS}"
NOTE = "<edNote>Adds quay.</edNote>"
SIGNAL = '<signal qcode="sig:update"/>'
MEMBER = '<memberOf literal="Transport"><name>Transport and ports</name></memberOf>'
HEADLINE = '<headline role="hld:sub">Nobody minded</headline><headline>Ferry late</headline>'
CONTENT_META = """<urgency> 3 </urgency><located type="cptype:city" literal="Bergen"/>
<infoSource role="cRole:origProv" literal="Harbour"/><altId type="idType:USN">Q42</altId><altId type="idType:x"/>
<language tag="en"/><keyword>ferries</keyword><genre qcode="genre:Current"><name>Current</name></genre>
<subject type="cpnat:abstract" qcode="medtop:20001239">
<name xml:lang="nb">ferge</name><name xml:lang="en">ferry</name>
<broader qcode="medtop:20001238"><name>water transport</name></broader></subject>
<subject type="cpnat:geoArea" uri="http://quay.example/geo/bergen"><name>Bergen</name></subject>
<subject><mainConcept qcode="medtop:20001057"/>
<facetConcept qcode="x:y"><name>slalom</name></facetConcept></subject>
<slugline separator="-">FERRY-BERGEN</slugline><dateline>BERGEN (Quay) -</dateline><by>Ada Quay</by>
<creditline>Quay/Harbour</creditline><description role="drol:summary">A ferry came late.</description>"""
BODY = "<p>The <b>ferry</b> came <i>late</i>.</p><p>Nobody minded.</p>"
XHTML = """<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head>
<title>Ferry late</title></head><body>{}</body></html></inlineXML>"""
HEADER = (
    """<header><sent>2022-01-12T09:31:00Z</sent><transmitId>quay:7</transmitId><priority>5</priority></header>"""
)


def item(
    meta: str = ITEM_META + NOTE + SIGNAL + MEMBER,
    content_meta: str = HEADLINE + CONTENT_META,
    content: str = XHTML.format(BODY),
    attributes: str = ATTRIBUTES,
    rest: str = f"<rightsInfo>{RIGHTS}</rightsInfo>",
) -> str:
    return (
        f'<newsItem xmlns="{NAR}" {attributes}>{rest}<itemMeta>{meta}</itemMeta>'
        f"<contentMeta>{content_meta}</contentMeta><contentSet>{content}</contentSet></newsItem>"
    )


def message(*items: str, header: str = HEADER) -> str:
    return f'<newsMessage xmlns="{NAR}">{header}<itemSet>{"".join(items)}</itemSet></newsMessage>'


READ = Parsed(
    paragraphs=("The ferry came late.", "Nobody minded."),
    html=f'<body xmlns="http://www.w3.org/1999/xhtml">{BODY}</body>',
    headline="Ferry late",
    further_headlines=(Text(value="Nobody minded", role="sub", content_type="text/plain"),),
    native_id="urn:newsml:quay.example:20220112:ferry",
    version="3",
    version_created=datetime(2022, 1, 12, 8, 30, 0, 250_000, UTC),
    first_created=datetime(2022, 1, 12, 8, tzinfo=UTC),
    language="en",
    urgency=3,
    slugline="FERRY-BERGEN",
    by="Ada Quay",
    located="Bergen",
    dateline="BERGEN (Quay) -",
    descriptions=("A ferry came late.",),
    info_sources=(
        InfoSource(name="Harbour", role="origProv", literal="Harbour"),
        InfoSource(name="Quay/Harbour", role="creditline"),
        InfoSource(name="Quay Wire", role="provider", literal="nprov:quay"),
    ),
    places=(
        Concept(name="Bergen", rel="located", literal="Bergen"),
        Concept(name="Bergen", uri="http://quay.example/geo/bergen"),
    ),
    subjects=(
        Concept(name="ferry", literal="medtop:20001239"),
        Concept(literal="medtop:20001057"),
        Concept(name="ferries", rel="keyword"),
        Concept(name="Current", rel="genre", literal="genre:Current"),
        Concept(name="Transport and ports", rel="memberOf", literal="Transport"),
    ),
    alt_ids=(AltId(role="USN", value="Q42"), AltId(role="transmitId", value="quay:7")),
    ed_note="Adds quay.",
    copyright_notice="(c) Quay",
    usage_terms="Print only",
    signals=(Signal.UPDATE,),
)


def read_all(data: bytes | str) -> tuple[Parsed | Broken, ...]:
    name, found = parse(Payload(data.encode() if isinstance(data, str) else data, "quay", ARRIVED))
    assert name == "newsml-g2"
    return found.items


def read(data: bytes | str) -> Parsed:
    (found,) = read_all(data)
    assert isinstance(found, Parsed)
    return noticed(found)


def rejected(data: bytes | str) -> Rejected:
    with pytest.raises(Rejected) as caught:
        read_all(data)
    return caught.value


# ---- fields ----------------------------------------------------------------------------------------------------


def test_every_field_has_its_place() -> None:
    """Every field is read: names in the language of the item, without placeholders and empty ids."""
    assert read(message(item())) == READ


PREFIXED = message(item(content="")).replace("</", "</n:").replace("<", "<n:").replace("<n:/n:", "</n:")


@pytest.mark.parametrize(
    ("data", "but"),
    [
        (item().encode(), {"alt_ids": READ.alt_ids[:1]}),  # no message, no header
        (b"\xef\xbb\xbf" + message(item()).replace("\n", "\r\n").encode(), {}),
        (f'<?xml version="1.0" encoding="utf-16"?>{message(item())}'.encode("utf-16"), {}),
        (message(item()).replace('"stat:usable"', '" stat:usable\n"').replace('version="3"', 'version=" 3 "'), {}),
        (PREFIXED.replace("n:newsMessage xmlns=", "n:newsMessage xmlns:n=").replace("n:newsItem xmlns=",
         "n:newsItem x="),
         {"paragraphs": (), "html": ""}),
    ],
)  # fmt: skip
def test_wrappings_make_no_difference(data: bytes | str, but: dict[str, Any]) -> None:
    """An item is the same alone, with a byte order mark and CRLF, in UTF-16, padded, or with a prefix."""
    found = read(data)
    assert {field: getattr(found, field) for field in Parsed.__slots__} == {
        field: but.get(field, getattr(READ, field)) for field in Parsed.__slots__
    }


@pytest.mark.parametrize(
    ("status", "expected", "signals", "warned"),
    [
        ('<pubStatus qcode="stat:usable"/>', "usable", (), False),
        ("", "usable", (), False),  # the default
        ('<pubStatus qcode="stat:canceled"/>', "canceled", ("kill",), False),
        ('<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"/>', "canceled", ("kill",), False),
        ('<pubStatus code="stat:canceled"/>', "canceled", ("kill",), False),  # G2 1.0
        ("<pubStatus>Canceled</pubStatus>", "canceled", ("kill",), False),
        ('<pubStatus qcode="stat:withheld"/>', "withheld", ("hold",), False),
        ('<pubStatus qcode="tt:replaced"/>', "withheld", ("hold",), True),
        ("<pubStatus/>", "withheld", ("hold",), True),
        ('<signal qcode="sig:correction"/>', "usable", ("correction",), False),
        ('<signal uri="http://cv.iptc.org/newscodes/signal/correction"/>', "usable", ("correction",), False),
        ('<signal qcode="sig:update"/><signal qcode="update:append-major"/>', "usable", ("update",), False),
        ('<signal qcode="edStat:N"/><signal qcode="pmt:text"/>', "usable", (), False),
        ('<signal qcode="edStat:U"/>', "usable", ("update",), False),
        ('<signal qcode="edStat:C"/>', "usable", ("correction",), False),
        ('<signal qcode="edStat:D"/><pubStatus qcode="stat:usable"/>', "canceled", ("kill",), False),
        ('<provider qcode="nprov:dpa"/>', "usable", ("bulletin",), False),  # of urgency 2, Eil
        (
            '<edNote role="dnlrole:ap.ednote" pubconstraint="x:y">Eds: CORRECTS: name</edNote>',
            "usable",
            ("correction",),
            False,
        ),
        ('<edNote role="sttnote:private">KILL KILL KILL</edNote>', "usable", ("kill",), False),
    ],
)
def test_status_and_signals(status: str, expected: str, signals: tuple[str, ...], warned: bool) -> None:
    """The status may be a code, a URI or a text under any alias; an unknown one is a hold; a signal may kill."""
    found = read(item(f'<itemClass qcode="ninat:text"/>{CREATED}{status}', HEADLINE + "<urgency>2</urgency>"))
    assert (found.pub_status, found.signals, bool(found.warnings)) == (expected, signals, warned)


@pytest.mark.parametrize(
    ("content_meta", "content", "headline"),
    [
        (HEADLINE, XHTML.format("<p/>"), "Ferry late"),
        ("", "", ""),
    ],
)
def test_a_kill_needs_no_words(content_meta: str, content: str, headline: str) -> None:
    """A kill needs no body and no headline, also for a picture."""
    for kind in ("text", "picture"):
        meta = f'<itemClass qcode="ninat:{kind}"/><pubStatus qcode="stat:canceled"/>'
        found = read(message(item(meta, content_meta, content)))
        assert (found.native_id, found.headline, found.paragraphs) == (READ.native_id, headline, ())
        assert found.signals == ("kill",)


@pytest.mark.parametrize(
    ("embargoed", "embargo"),
    [
        ("", None),
        ("<embargoed/>", Embargo(None, "")),
        ('<embargoed xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>', Embargo(None, "")),
        ("<embargoed> until noon </embargoed>", Embargo(None, "until noon")),
        ("<embargoed>2022-01-15T10:00:00</embargoed>", Embargo(None, "2022-01-15T10:00:00")),
        ("<embargoed>2022-01-15T10:00:00+01:00</embargoed>",
         Embargo(datetime(2022, 1, 15, 9, tzinfo=UTC), "2022-01-15T10:00:00+01:00")),
        ("<embargoed>2022-01-11T10:00:00Z</embargoed>",
         Embargo(datetime(2022, 1, 11, 10, tzinfo=UTC), "2022-01-11T10:00:00Z")),
        ('<edNote role="x:embargo">Not before ten</edNote>', Embargo(None)),
        ('<edNote role="x:embargo">Not before ten</edNote><embargoed>2022-01-15T10:00:00Z</embargoed>',
         Embargo(datetime(2022, 1, 15, 10, tzinfo=UTC), "2022-01-15T10:00:00Z")),
        ('<edNote pubconstraint="x:nonpublic">EMBARGOED until ten</edNote>', Embargo(None)),
        ('<edNote role="x:notepad"><ul><li class="embargoed">ten</li></ul></edNote>', Embargo(None)),
        ("<edNote>The text speaks of the arms embargo.</edNote>", None),
        ("<edNote>Note to editors: STRICTLY EMBARGOED. More later.</edNote>", Embargo(None)),
        ('<embargoed pubconstraint="x:y">2022-01-11T10:00:00Z</embargoed>', Embargo(None, "")),
    ],
)  # fmt: skip
def test_an_embargo_fails_closed(embargoed: str, embargo: Embargo | None) -> None:
    """Only a complete instant ends an embargo; one that only a note mentions, public or not, has no end."""
    assert read(item(ITEM_META + embargoed)).embargo == embargo


LINK = '<link rel="irel:{}" {}="urn:newsml:quay.example:20220111:{}" version="{}"/>'


@pytest.mark.parametrize(
    ("attributes", "links", "native_id", "version", "others"),
    [
        ('guid="tag:reuters.com,2022:newsml_L1N2" version="536317572"', "", "tag:reuters.com,2022:newsml_L1N2",
         "536317572", ()),
        ('guid="tag:reuters.com,2022:newsml_L1N2:536317572"', "", "tag:reuters.com,2022:newsml_L1N2",
         "536317572", ()),
        ('guid="urn:newsml:q.example:20220112:ferry:4" version="4"', "", "urn:newsml:q.example:20220112:ferry",
         "4", ()),
        ('guid="urn:newsml:q.example:20220112:dsv:52" version="4"', "", "urn:newsml:q.example:20220112:dsv:52",
         "4", ()),
        ('version="2"', "", None, "2", ()),
        (ATTRIBUTES, LINK.format("seeAlso", "residref", "quay", 1), READ.native_id, "3", ()),
        (ATTRIBUTES, LINK.format("evolvedFrom", "residref", "quay", 1), READ.native_id, "3", ()),
        (ATTRIBUTES, LINK.format("previousVersion", "residref", "x", 2).replace("20220111:x", "20220112:ferry"),
         READ.native_id, "3", ()),
        (ATTRIBUTES, LINK.format("previousVersion", "href", "a", 1) + LINK.format("previousVersion", "href",
         "b", 1),
         "urn:newsml:quay.example:20220111:a", "20220112083000", (READ.native_id,)),
        (ATTRIBUTES, '<link rel="irel:previousVersion" href="https://quay.example/1"/>', READ.native_id, "3", ()),
        (ATTRIBUTES, LINK.format("prevVersion", "residref", "a", 1), "urn:newsml:quay.example:20220111:a",
         "20220112083000", (READ.native_id,)),
        (ATTRIBUTES, '<link guidref="urn:newsml:quay.example::a" version="2"/>', "urn:newsml:quay.example::a",
         "20220112083000", (READ.native_id,)),
        (ATTRIBUTES, '<link guidref="urn:newsml:quay.example::a" version=" 2 "/>', "urn:newsml:quay.example::a",
         "20220112083000", (READ.native_id,)),
        (ATTRIBUTES, '<link guidref="urn:newsml:quay.example::a" version="3"/>', READ.native_id, "3", ()),
        (ATTRIBUTES, f'<link guidref="urn:newsml:quay.example::a" version="{"1" * 5000}"/>', READ.native_id, "3",
         ()),
    ],
)  # fmt: skip
def test_dispatch_and_revision(
    attributes: str, links: str, native_id: str | None, version: str, others: tuple[str, ...]
) -> None:
    """A revision is removed from the guid, another last number is not; a chain has its first guid."""
    found = read(item(f"{ITEM_META}{links}", HEADLINE, attributes=attributes))
    assert (found.native_id, found.version, tuple(one.value for one in found.alt_ids)) == (
        native_id,
        version,
        others,
    )
    assert bool(found.warnings) == (native_id is None or ("20220112083000" in version and "guidref" in links))


def test_what_corrects_another_guid_is_its_correction() -> None:
    """A link alone makes an item a correction."""
    found = read(item(ITEM_META + LINK.format("corrects", "residref", "a", 1), HEADLINE))
    assert (found.native_id, found.signals) == ("urn:newsml:quay.example:20220111:a", ("correction",))


def test_a_chain_of_guids_is_one_dispatch_down_to_its_kill() -> None:
    """TT gives each revision its own guid, version 1 and links to all earlier ones."""
    newsroom = Newsroom("normalise", "resolve")
    kinds = []
    for number, status in enumerate(["usable", "usable", "canceled", "usable"]):
        links = "".join(LINK.format("previousVersion", "residref", before, 1) for before in range(number))
        created = f"<versionCreated>2022-01-12T0{number}:00:00Z</versionCreated>"
        meta = f'{CLASS}{created}<pubStatus qcode="stat:{status}"/>{links}'
        guid = f'guid="urn:newsml:quay.example:20220111:{number}" version="1" xml:lang="en"'
        sent = newsroom.send(item(meta, f"<headline>Ferry {number}</headline>", attributes=guid).encode())
        kinds.append([one.dispatch.kind for one in sent])
    assert kinds == [[Kind.NEW], [Kind.UPDATE], [Kind.KILL], []]  # nothing resurrects it


@pytest.mark.parametrize(
    ("headlines", "expected"),
    [
        ('<headline rank="3">Quay</headline><headline rank="1">Ferry</headline>', ["Ferry", "Quay"]),
        ('<headline role="x:subtitle">Quay</headline><headline role="x:title">Ferry</headline>', ["Ferry", "Quay"]),
        ('<headline role="x:subHeadline">Quay</headline><headline>Ferry</headline>', ["Ferry", "Quay"]),
        ('<headline>Quay</headline><headline role="x:main">Ferry</headline>', ["Ferry", "Quay"]),
        (
            '<headline role="x:subHeadline">Quay</headline><headline role="x:mainHeadline">Ferry</headline>',
            ["Ferry", "Quay"],
        ),
        ('<headline role="x:kicker">Quay</headline><headline role="x:web">Ferry</headline>', ["Ferry", "Quay"]),
        ('<headline role="x:web">Ferry</headline><headline role="x:mobile">Quay</headline>', ["Ferry", "Quay"]),
        ('<headline xml:lang="nb">Ferge</headline><headline xml:lang="en">Ferry</headline>', ["Ferry"]),
        ('<headline xml:lang="nb">Ferge</headline>', ["Ferge"]),
        ("<headline> Ferry <b>late</b>\n again</headline><headline/>", ["Ferry late again"]),
        ("<headline/>", ["Ferry in NITF"]),
    ],
)
def test_the_main_headline_comes_first(headlines: str, expected: list[str]) -> None:
    """The headline is chosen by role, then rank, in the item's language; else it is that of the NITF inside."""
    nitf = NITF.replace("Ferry late", "Ferry in NITF")
    found = read(item(ITEM_META, f'<language tag="en-GB"/>{headlines}', nitf))
    assert [found.headline, *(one.value for one in found.further_headlines)] == expected


def test_a_title_is_a_headline_for_want_of_one() -> None:
    """Without a headline the title is used, with a warning."""
    found = read(item(ITEM_META + "<title>Ferry late</title>", ""))
    assert (found.headline, found.warnings) == ("Ferry late", ("headline is the title",))


@pytest.mark.parametrize(
    ("attributes", "content_meta", "content", "language"),
    [
        ('guid="a" xml:lang="de"', '<language tag="pt-BR"/><language tag="en"/>', "", "pt-BR"),
        ('guid="a" xml:lang="de"', "", '<inlineXML xml:lang="ar"><p>x</p></inlineXML>', "ar"),
        ('guid="a" xml:lang="de"', "", '<inlineXML><html lang="ar"><p>x</p></html></inlineXML>', "ar"),
        ('guid="a" xml:lang="de"', "", "<inlineXML><p>x</p></inlineXML>", "de"),
        ('guid="a"', "", "<inlineXML><p>x</p></inlineXML>", None),
    ],
)
def test_language(attributes: str, content_meta: str, content: str, language: str | None) -> None:
    """The language is that of the content, else that of the metadata."""
    assert read(item(ITEM_META, HEADLINE + content_meta, content, attributes)).language == language


@pytest.mark.parametrize(
    ("meta", "content_meta", "created", "warnings"),
    [
        ("<versionCreated/>", "<contentModified>2022-01-12T09:00:00Z</contentModified>",
         datetime(2022, 1, 12, 9, tzinfo=UTC),
         ("no versionCreated: contentModified read instead",)),
        ("", "", datetime(2022, 1, 12, 9, 31, tzinfo=UTC), ("no versionCreated: sent read instead",)),
        ("<versionCreated>2022-01-12T09:00:00</versionCreated>", "", datetime(2022, 1, 12, 9, tzinfo=UTC),
         ("versionCreated: no offset, read as UTC",)),
        ("<versionCreated>noon</versionCreated>", "", None, ("versionCreated: unreadable date 'noon'",)),
    ],
)  # fmt: skip
def test_damaged_dates_warn(
    meta: str, content_meta: str, created: datetime | None, warnings: tuple[str, ...]
) -> None:
    """Missing and unreadable dates give warnings, which name what was read instead."""
    found = read(message(item(meta, HEADLINE + content_meta)))
    assert (found.version_created, found.warnings) == (created, warnings)


def test_an_impossible_date_dies() -> None:
    """An impossible year rejects the item."""
    assert rejected(item("<versionCreated>9999-01-01T00:00:00Z</versionCreated>")).reason is Reason.BAD_DATE


def test_urgency_is_the_messages_for_want_of_its_own() -> None:
    """The priority of the header is read as urgency too; anything but 1 to 9 gives a warning."""
    assert read(message(item(ITEM_META, HEADLINE))).urgency == 5
    assert read(item(ITEM_META, f"{HEADLINE}<urgency>high</urgency>")).warnings == ("urgency 'high' is not 1 to 9",)


# ---- content ---------------------------------------------------------------------------------------------------

NITF = """<inlineXML contenttype="application/nitf+xml"><nitf><body><body.head><hedline>
<hl1>Ferry late</hl1></hedline>
<byline>By Ada</byline><abstract><p>Late.</p></abstract></body.head><body.content><block>
<p>A <em>ferry</em> came.</p><media><media-caption>A photo</media-caption></media>
<note type="npa">Secret</note><hl2>Quay</hl2><p>Shut.</p></block>
</body.content><body.end><tagline>ada</tagline></body.end></body></nitf></inlineXML>"""
DPA = """<header><time>12.01.</time><ul class="slugline"><li>Ferry</li></ul><h1>Ferry late</h1></header>
<section class="main">
<p class="teaser">A ferry came late.</p><p><span class="dateline">Bergen (quay) - </span>It came.</p></section>"""
DATA = '<inlineData contenttype="text/plain">{}</inlineData>'


@pytest.mark.parametrize(
    ("content", "paragraphs", "warnings"),
    [
        (XHTML.format("<p>a <b>b</b> c</p><p/><p>d<br/><br/>e</p>"), ("a b c", "d", "e"), ()),
        (XHTML.format("<h1>Ferry late</h1><h2>Nobody minded</h2><p>It came.</p><h2>Quay</h2>"), ("It came.",
         "Quay"), ()),
        (XHTML.format("<p>Ferry late</p>"), ("Ferry late",), ()),  # an alert
        (XHTML.format(DPA), ("Bergen (quay) - It came.",), ()),
        (XHTML.format("<p>It came.</p><figure><img/><figcaption>A photo</figcaption></figure>"), ("It came.",), ()),
        (XHTML.format("<figure><table><tr><td>1</td><td>2</td></tr></table><figcaption/></figure>"), ("1 2",), ()),
        (XHTML.format('<p>It came.</p><section class="np-nonpublic"><p>Secret</p></section><p>Late.</p>'),
         ("It came.", "Late."), ()),
        (XHTML.format("<p>From 3&lt;endash&gt;-&lt;/endash&gt;4, &lt;QUAY.N&gt; said.</p>"),
         ("From 3-4, ‹QUAY.N› said.",), ()),
        (NITF, ("A ferry came.", "Quay", "Shut."), ()),
        (NITF.replace("body.content", "x"), ("A ferry came.", "Quay", "Shut.", "ada"), ()),
        ("<inlineXML><p>It came.</p></inlineXML>", ("It came.",), ()),
        ("<inlineXML>It <b>came</b>.</inlineXML>", ("It came.",), ()),
        ("<inlineXML><story><para>It <x>came</x>.</para><para>Late.</para></story></inlineXML>", ("It came.",
         "Late."), ()),
        ("<inlineXML><idf><group><element>It came.</element><element>Late.</element></group></idf></inlineXML>",
         ("It came.", "Late."), ()),
        ("<inlineXML><![CDATA[<p>It <b>came</b>.</p><p>Late.</p>]]></inlineXML>", ("It came.", "Late."), ()),
        ("<inlineXML><sports-content><name>Quay</name></sports-content></inlineXML>", (),
         ("inlineXML sports-content: no paragraphs in it, not read",)),
        (DATA.format("It came.\n\nLate &amp;amp; slow."), ("It came.", "Late & slow."), ()),
        (DATA.format("&lt;p&gt;\n   It came\nlate.\n   Nobody\nminded.\n&lt;/p&gt;"), ("It came late.",
         "Nobody minded."), ()),
        (DATA.format("&lt;p&gt;It came.&lt;/p&gt;&lt;p&gt;Late.&lt;/p&gt;"), ("It came.", "Late."), ()),
        (DATA.replace("<inlineData", '<inlineData encoding="encd:b64"').format("U2VjcmV0"), (),
         ("inlineData of text/plain, encoded: not opened",)),
        ('<inlineData contenttype="application/pdf">JVBERi0x</inlineData>', (),
         ("inlineData of application/pdf: not opened",)),
        ('<remoteContent contenttype="text/html" href="http://quay.example/7"/>', (),
         ("remoteContent of text/html: not fetched",)),
        ('<remoteContent contenttype="image/jpeg" href="http://quay.example/7.jpg"/>', (), ()),
        (DATA.format("It came late, the ferry.") + XHTML.format("<p>It came.</p>"), ("It came.",),
         ("2 texts in the contentSet: only one is read",)),
        (XHTML.format("<p>It came.</p>") + NITF, ("A ferry came.", "Quay", "Shut."),
         ("2 texts in the contentSet: only one is read",)),
        (XHTML.replace("<inlineXML", '<inlineXML xml:lang="nb"').format("<p>Fergen kom for sent i dag.</p>")
         + XHTML.replace("<inlineXML", '<inlineXML xml:lang="en"').format("<p>It came.</p>"), ("It came.",),
         ("a text in nb, the item is en", "2 texts in the contentSet: only one is read")),
        (XHTML.format("<p>عاجل: <b>تأخر</b> العبّارة</p><p>Па́ром опоздал 渡轮</p>"), ("عاجل: تأخر العبّارة",
         "Па́ром опоздал 渡轮"), ()),
        ("", (), ()),
    ],
)  # fmt: skip
def test_content(content: str, paragraphs: tuple[str, ...], warnings: tuple[str, ...]) -> None:
    """All of the copy is read from whichever content holds it; other contents are named."""
    found = read(item(content=content))
    assert (found.paragraphs, found.warnings) == (paragraphs, warnings)
    assert "Secret" not in "".join(found.paragraphs)


def test_what_nitf_alone_says_is_read() -> None:
    """Byline and abstract of the NITF inside are read if the metadata have none."""
    found = read(item(ITEM_META, HEADLINE, NITF))
    assert (found.by, found.descriptions) == ("By Ada", ("Late.",))


# ---- items of other kinds --------------------------------------------------------------------------------------

OTHERS = ("packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")
PHOTO = ITEM_META.replace("ninat:text", "ninat:picture")


@pytest.mark.parametrize("kind", OTHERS)
def test_other_kinds_alone_are_no_news(kind: str) -> None:
    """Items of other kinds are named in the rejection, as the root or alone in a message."""
    for data in (f'<{kind} xmlns="{NAR}" guid="a"/>', message(f'<{kind} guid="a"/>')):
        assert (rejected(data).reason, rejected(data).detail) == (Reason.NO_ITEM, f"1 {kind}: not news")


def test_a_message_of_mixed_kinds() -> None:
    """newsItems keep their order, each names the other items, and a broken one does not reject the others."""
    broken = item("<versionCreated>9999-01-01T00:00:00Z</versionCreated>")
    photo = item(PHOTO, HEADLINE, '<remoteContent contenttype="image/jpeg"/>')
    wordless = item(PHOTO, "", '<remoteContent contenttype="image/jpeg"/>')
    found = read_all(message("<packageItem/>", item(), wordless, broken, "<conceptItem/><conceptItem/>", photo))
    text, dead, picture = found
    beside = ("1 packageItem beside the news: not read", "1 picture without words beside the news: not read",
              "2 conceptItem beside the news: not read")  # fmt: skip
    assert isinstance(text, Parsed)
    assert isinstance(picture, Parsed)
    assert (text.paragraphs, text.warnings) == (READ.paragraphs, beside)
    assert (picture.headline, picture.warnings) == (
        "Ferry late", (*beside, "itemClass picture: only its words are read")
    )  # fmt: skip
    assert dead == Broken(1, Reason.BAD_DATE, "'9999-01-01T00:00:00Z': year 9999 is outside 1900..2100")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (message(), Reason.NO_ITEM),
        (item(ITEM_META, "", ""), Reason.NO_ITEM),
        (message(item(PHOTO, "", ""), item(PHOTO, "", "")), Reason.NO_ITEM),
        (item()[:-20], Reason.MALFORMED),
    ],
)
def test_what_has_no_words_is_rejected(data: str, reason: Reason) -> None:
    """Messages without items, without words and truncated payloads are rejected."""
    assert rejected(data).reason is reason


def test_a_declared_format_does_not_make_it_g2() -> None:
    """Another root element declared as G2 is rejected."""
    with pytest.raises(Rejected, match="not NewsML-G2: its root element is quay"):
        parse_as("newsml-g2", Payload(b"<quay/>", "quay", ARRIVED))


# ---- what is not public ----------------------------------------------------------------------------------------

SECRET = "Kaimauer"
PUBLIC_ROLES = ("x:editorialnote", "sttnote:public", "aparole:note", "dpaednoterole:correction")
HIDDEN = [
    'role="sttnote:private"', 'role="x:dpacontacts"', 'role="x:internal"', 'role="x:whatever"',
     'pubconstraint="x:nonpublic"',
    'role="x:editorialnote" pubconstraint="x:y"', 'role="x:note" pubconstraint=""',
     'pubconstraint="x:nonpublic x:public"',
    'role="dpaednoterole:notepad"', 'role="dnlrole:ap.ednote"',
]  # fmt: skip


@pytest.mark.parametrize("role", PUBLIC_ROLES)
def test_public_notes_are_kept(role: str) -> None:
    """Several notes become one text without repeats; wrapped lines are joined."""
    note = f'<edNote role="{role}">Adds\n    quay.\n+ Pix</edNote>'
    found = read(item(ITEM_META + note + note + "<edNote>Pix.<br/><br/>More.</edNote>"))
    assert (found.ed_note, found.warnings) == ("Adds quay.\n+ Pix\nPix.\nMore.", ())


@pytest.mark.parametrize(
    ("note", "until"),
    [
        ('<edNote role="x:embargo">STRICTLY EMBARGOED until ten</edNote>', "2022-01-15T10:00:00+00:00"),
        ('<edNote><p class="embargoed">Not before ten</p></edNote>', "2022-01-15T10:00:00+00:00"),
        ("<edNote>STRICTLY EMBARGOED until ten</edNote>", None),
    ],
)
def test_the_words_of_the_embargo_do_not_outlast_it(note: str, until: str | None) -> None:
    """A note in the role of the embargo repeats `embargoed`; any other is an embargo of its own, without an end."""
    found = read(item(f"{ITEM_META}{NOTE}{note}<embargoed>2022-01-15T10:00:00Z</embargoed>"))
    assert found.embargo is not None
    assert (found.embargo.until and found.embargo.until.isoformat()) == until


def test_a_sign_off_is_not_a_note() -> None:
    """dpa's closing line is the sign-off; its notes about pictures are for editors."""
    notes = '<edNote role="x:closingline">quay ad ka</edNote><edNote role="x:picture">Foto</edNote>'
    found = read(item(ITEM_META + notes))
    assert (found.sign_off, found.ed_note) == ("quay ad ka", None)


hidden_notes = st.builds(
    lambda attributes, text: f"<edNote {attributes}>{text.format(SECRET)}</edNote>",
    st.sampled_from(HIDDEN),
    st.sampled_from(["{}", "Eds: CORRECTS: {}", "Sperrfrist {}", "<ul><li>{}</li></ul>", "KILL {}"]),
)  # fmt: skip
hidden_meta = st.sampled_from(
    [
        "",
        f'<headline pubconstraint="x:y">{SECRET}</headline>',
        f'<description pubconstraint="x:y">{SECRET}</description>',
        f'<subject pubconstraint="x:y" qcode="a:{SECRET}"><name>{SECRET}</name></subject>',
        f'<subject qcode="a:b"><name pubconstraint="x:y">{SECRET}</name><name>quay</name></subject>',
        f'<by pubconstraint="x:y">{SECRET}</by><creator><name>{SECRET}</name></creator>',
    ]
)
hidden_body = st.sampled_from(
    [
        XHTML.format(BODY),
        XHTML.format(f'<p>The ferry.</p><div pubconstraint="x:y"><p>{SECRET}</p></div><p>Late.</p>'),
        XHTML.format(f'<p>The ferry.</p><div class="x np-nonpublic"><p>{SECRET}</p></div>'),
        XHTML.format(f"<p>The ferry.</p><p>Not for publication:</p><p>{SECRET}</p>"),
        XHTML.replace("<inlineXML", '<inlineXML pubconstraint="x:y"').format(f"<p>{SECRET}</p>"),
        NITF.replace("Secret", SECRET),
    ]
)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(hidden_notes, max_size=4), hidden_meta, hidden_body)
def test_private_notes_are_never_published(notes: list[str], meta: str, body: str) -> None:
    """Notes of private and unknown roles, constrained elements and notepads are in no output."""
    newsroom = Newsroom("normalise")
    newsroom.send(item(ITEM_META + "".join(notes), HEADLINE + meta, body).encode())
    published = list(newsroom.records("wire.normalised"))
    assert published
    for record in published:
        assert SECRET.encode() not in record.value
        assert all(SECRET.encode() not in value for _, value in record.headers)


def test_what_hides_can_be_seen() -> None:
    """The secret of the test above is found if it is public, so that test can fail."""
    newsroom = Newsroom("normalise")
    newsroom.send(
        item(ITEM_META + f"<edNote>{SECRET}</edNote>", HEADLINE, XHTML.format(f"<p>{SECRET} x.</p>")).encode()
    )
    (record,) = newsroom.records("wire.normalised")
    assert record.value.count(SECRET.encode()) == 2


# ---- whatever arrives ------------------------------------------------------------------------------------------

fragments = st.sampled_from(
    ["<headline", "role=", "</p>", "<link/>", "<edNote>",
     '"', "<embargoed/>", "<name/>", "&amp;", "xml:lang='x'", "<?x?>",
     "<html>", "</newsItem>", "<newsItem>", "<body.head><hl1/>", "<figure>", "<mainConcept/>", "é", "\ud7ff"]
)  # fmt: skip


@settings(max_examples=examples(300), deadline=None)
@given(st.data())
def test_any_damage_is_read_or_rejected(data: st.DataObject) -> None:
    """A damaged payload raises nothing but Rejected, and gives the same result twice."""
    text = message(item(), "<packageItem/>", item(PHOTO, HEADLINE, ""))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(fragments | st.text(max_size=4)) + text[at + data.draw(st.integers(0, 30)) :]
    payload = Payload(text.encode("utf-8", "replace"), "quay", ARRIVED)
    with contextlib.suppress(Rejected):
        found = parse_as("newsml-g2", payload)
        assert parse_as("newsml-g2", payload) == found


NESTED = 100  # elements within each other, well below what XML trees allow


@pytest.mark.parametrize(
    "build",
    [
        lambda size: item(content="<inlineXML>" + "<p>a</p>" * (size // 100) + "a " * (size // 2) + "</inlineXML>"),
        lambda size: item(content=XHTML.format("<h1>" * NESTED + "a " * (size // 2) + "</h1>" * NESTED)),
        lambda size: item(content=XHTML.format("<figure>" * NESTED + "<i/>" * (size // 80) + "</figure>" * NESTED)),
        lambda size: item(content="<inlineXML>" + "<body.head>" * NESTED + "<hl1/>" * (size // 80)
         + "</body.head>" * NESTED
                          + "</inlineXML>"),
        lambda size: item(ITEM_META + f"<edNote>{'Sperrfrist ' * (size // 11)}</edNote>"),
        lambda size: item(ITEM_META + "<edNote>\n</edNote>" * (size // 60)),
        lambda size: item(content_meta=HEADLINE + '<subject type="x:geoArea" literal="a"/>' * (size // 60)),
        lambda size: item(content=DATA.format("&lt;p" * (size // 5))),
        lambda size: item(content=DATA.format("&lt;a&gt;" * (size // 9))),
        lambda size: item(content=XHTML.format(f"<p>{'&lt;a&gt;&lt;/' * (size // 14)}</p>")),
        lambda size: item(content=DATA.format(" " * size + "&lt;p&gt;")),
        lambda size: message(*[f'<newsItem guid="{number}"/>' for number in range(size // 60)]),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_a_megabyte(build: Any) -> None:
    """Time grows linearly with size."""
    assert_linear(
        lambda size: partial(FORMATS["newsml-g2"].parse, Payload(build(size).encode(), "quay", ARRIVED)), 500_000
    )


# ---- whole payloads --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wire", "payloads", "read"),
    [
        stand_in(STAND_INS / "wire", 2, 2),
        stand_in(ROOT / "seeds", 4, 4, id="samples"),
        *real("wire", 131, 141),  # of 167 payloads
    ],
)
def test_every_news_item_is_read(wire: Path, payloads: int, read: int) -> None:
    """Real newsItems have id and version, and no unreadable dates."""
    outcomes: dict[str, int] = {}
    for path in sorted(wire.glob("*/*")):
        with contextlib.suppress(Rejected):
            payload = Payload(path.read_bytes(), "quay", ARRIVED)
            name, found = parse(payload)
            if name == "newsml-g2":
                outcomes["payloads"] = outcomes.get("payloads", 0) + 1
                items = [one for one in found.items if isinstance(one, Parsed)]
                outcomes["items"] = outcomes.get("items", 0) + len(items)
                assert all(one.native_id and one.version for one in items)
                assert not [warning for one in items for warning in one.warnings if "unreadable" in warning]
    assert outcomes == {"payloads": payloads, "items": read}


POI = "<POIDetails><address><locality><name>Lomsk</name></locality></address></POIDetails>"


@pytest.mark.parametrize(
    ("asserted", "located"),
    [
        (f'<assert literal="p1">{POI}</assert>', "Lomsk"),
        ('<assert literal="p1"><name>Lomsk Quay</name></assert>', "Lomsk Quay"),
        ('<assert literal="p1"><POIDetails/></assert>', None),
        ('<assert literal="p2"><name>Lomsk</name></assert>', "p1"),
        ("", "p1"),
    ],
)
def test_a_literal_that_the_item_asserts_is_a_label(asserted: str, located: str | None) -> None:
    """What is asserted of it has the name; without any it says nothing.  Another literal is a name itself."""
    place = '<located literal="p1" type="cpnat:poi"/><subject literal="p1" type="cpnat:poi"/>'
    found = read(item(content_meta=HEADLINE + place, rest=asserted))
    assert found.located == located
    assert {one.name for one in (*found.places, *found.subjects) if one.rel != "memberOf"} <= {located}
