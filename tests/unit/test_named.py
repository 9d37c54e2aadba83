"""Fields whose names say embargo, hold or kill are heeded in every format, though no parser reads them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from planting import COPY, G2, HAS_FIELDS, NEWSML1, NINJS, NITF, PLANTERS, RSS, UNKNOWN

from pipeline.envelope import FORMAT
from pipeline.formats.named import sense_of
from pipeline.notes.named import read_release
from pipeline.replay import Replay, payload

ARRIVED = datetime(2022, 1, 12, 12, tzinfo=UTC)
ARRIVED_MS = round(ARRIVED.timestamp() * 1000)
AHEAD, PAST = "2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z"


def is_published(data: bytes, name: str = "ninjs") -> bool:
    """Whether the words leave resolve now."""
    replay = Replay(rooms=("normalise", "resolve"))
    replay.publish(payload("quay", data, ARRIVED_MS, ((FORMAT, name.encode()),)), ARRIVED_MS)
    assert not replay.log["wire.dead"]
    return any(COPY[:40].encode() in record.value for record in replay.log["wire.resolved"])


FIELDS = (  # a name, a value that holds or kills, the value of its twin
    ("embargoeduntil", AHEAD, PAST),
    ("EmbargoUntil", "Tuesday", "none"),
    ("sperrfrist", AHEAD, "keine"),
    ("releaseTime", AHEAD, PAST),
    ("release_date", "2022-02-12", "2022-01-12"),
    ("releaseTime", "2022-01-12T18:00:00", "2022-01-11T18:00:00"),
    ("releaseTime", "Friday 18:00", "Press release"),
    ("releaseTime", "4070908800", "1600000000"),
    ("availableFrom", AHEAD, PAST),
    ("dateAvailable", AHEAD, PAST),
    ("validFrom", AHEAD, PAST),
    ("notBefore", AHEAD, PAST),
    ("publishAfter", AHEAD, PAST),
    ("datePublished", AHEAD, PAST),
    ("publishDate", "2022-02-12T18:00:00", "2022-01-12T18:00:00"),
    ("hold", "true", "false"),
    ("onHold", "yes", "no"),
    ("legal-hold", "until the lawyer has read it", "0"),
    ("withheld", "1", "0"),
    ("doNotPublish", "true", "false"),
    ("killed", "true", "12"),
    ("withdrawn", PAST, "false"),
    ("deletedAt", PAST, "null"),
    ("publishable", "false", "true"),
    ("isPublic", "no", "yes"),
    ("draft", "true", "false"),
    ("freigabe", AHEAD, PAST),
    ("earliestUse", AHEAD, PAST),
    ("liveDate", AHEAD, PAST),
    ("clearedForPublication", "false", "true"),
    ("printable", "no", "yes"),
    ("for_internal_use", "true", "false"),
    ("confidential", "yes", "Ada wrote this."),
    ("visibility", "hidden", "public"),
    ("access", "internal", "open"),
    ("audience", "private", "general"),
)
OTHERS = (
    ("remark", "null"),
    ("remark", "Null"),
    ("threshold", "true"),
    ("household", "yes"),
    ("shareholder", "true"),
    ("validTo", AHEAD),
    ("killDate", AHEAD),
)


def planted(name: str, field: str, value: str) -> bytes:
    if name == "e-mail":
        return PLANTERS[name](UNKNOWN, value).replace(b"X-Remark", f"X-{field}".encode())
    return PLANTERS[name](field, value)


@pytest.mark.parametrize("name", HAS_FIELDS)
@pytest.mark.parametrize(("field", "value", "twin"), FIELDS, ids=[f"{row[0]}={row[1]}" for row in FIELDS])
def test_a_name_is_heeded_in_every_format(name: str, field: str, value: str, twin: str) -> None:
    """The item is held or killed; with another value of the same field it is published."""
    assert not is_published(planted(name, field, value), name)
    assert is_published(planted(name, field, twin), name)


@pytest.mark.parametrize(("field", "value"), OTHERS)
def test_what_only_looks_like_one(field: str, value: str) -> None:
    """Words that have one of these inside, and times that end the use of an item."""
    assert is_published(planted("ninjs", field, value))


MEMBERS: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({"embargo": {"until": AHEAD}}, {"embargo": {"until": PAST}}),
    ({"release": {"date": AHEAD}}, {"release": {"date": PAST}}),
    ({"availability": {"from": AHEAD}}, {"availability": {"to": AHEAD}}),
    ({"embargo": {"active": True}}, {"embargo": {"active": False, "until": None}}),
    ({"extra": {"hold": {"by": "Ada"}}}, {"extra": {"threshold": {"by": "Ada"}}}),
    ({"extra": [{"name": "releaseTime", "value": AHEAD}]}, {"extra": [{"name": "releaseTime", "value": PAST}]}),
    ({"extra": [{"key": "hold", "value": True}]}, {"extra": [{"key": "hold", "value": False}]}),
    ({"publishable": False}, {"publishable": True}),
    ({"hold": True}, {"hold": False}),
    ({"hold": True}, {"ednote": [{"value": "With a map.", "private": True}]}),
    ({"releaseTime": 4_070_908_800_000}, {"releaseTime": 1_600_000_000_000}),
    ({"releaseTime": "9999-12-31T00:00:00"}, {"releaseTime": "0001-01-01T00:00:00"}),
)


@pytest.mark.parametrize(("members", "twin"), MEMBERS)
def test_members_of_json(members: dict[str, Any], twin: dict[str, Any]) -> None:
    """Booleans, numbers, objects, and lists of names and values."""
    assert not is_published(json.dumps({**NINJS, **members}).encode())
    assert is_published(json.dumps({**NINJS, **twin}).encode())


ELEMENTS = (
    ("<hold/>", "<holdings/>"),
    ("<embargo/>", "<embargoDate/>"),
    ('<Property FormalName="ReleaseTime" Value="2099-01-01T00:00:00Z"/>', '<Property FormalName="Age" Value="x"/>'),
    ('<x rel="x:releaseTime" value="2099-01-01T00:00:00Z"/>', '<x rel="x:expires" value="2099-01-01T00:00:00Z"/>'),
    ('<field name="hold">true</field>', '<field name="hold">false</field>'),
    ('<x withheld="yes"/>', '<x withheld="no"/>'),
)


@pytest.mark.parametrize(("element", "twin"), ELEMENTS)
def test_elements_of_xml(element: str, twin: str) -> None:
    """Empty elements, attributes, and elements that an attribute names."""
    for one, held in ((element, True), (twin, False)):
        data = NEWSML1.replace("</NewsManagement>", f"{one}</NewsManagement>")
        assert is_published(data.encode(), "newsml-1.2") is not held


PAGE = '{"uri": "urn:quay:7", "version": "1", "headline": "Ferry late", "body_html": "~"}'
TAGS = (  # within a body: what holds the item, and its twin
    ('<meta name="embargo" content="2099-01-01T00:00:00Z">', '<meta name="viewport" content="width=1">'),
    (
        '<meta property="x:releaseTime" content="2099-01-01">',
        '<meta property="x:releaseTime" content="2001-01-01">',
    ),
    (
        '<meta name="description" content="EMBARGOED UNTIL TUESDAY">',
        '<meta name="description" content="It lifted an embargo.">',
    ),
    ('<input type="hidden" name="hold" value="true">', '<input type="hidden" name="token" value="true">'),
    ('<p data-embargo-until="2099-01-01T00:00:00Z">x</p>', '<p data-embargo-until="">x</p>'),
    ("<p hold=''>x</p>", "<p holder=''>x</p>"),
    ("<embargo>2099-01-01T00:00:00Z</embargo>", "<em>2099-01-01T00:00:00Z</em>"),
    ("<p title='a > b' withheld='yes'>x</p>", "<p title='withheld'>x</p>"),
    ('<?embargo until="2099-01-01T00:00:00Z"?>', '<?php echo="2099-01-01T00:00:00Z"?>'),
    ("<?note Embargoed until Tuesday?>", "<?note With a map?>"),
    ("<!note Embargoed until Tuesday>", "<!DOCTYPE html>"),
)


@pytest.mark.parametrize(("tag", "twin"), TAGS)
def test_names_within_a_page(tag: str, twin: str) -> None:
    """Names of tags and of attributes, and names beside values, where the body is HTML."""
    for one, held in ((tag, True), (twin, False)):
        document = json.loads(PAGE.replace("~", "x")) | {"body_html": f"{one}<p>{COPY}</p>"}
        assert is_published(json.dumps(document).encode()) is not held


IN_TREES = (
    (G2, "<body>", '<head><meta name="~" content="2099-01-01"/></head><body>', "embargo", "viewport"),
    (G2, "<p>", '<p data-~="2099-01-01">', "embargo", "page"),
    (G2, "<body>", "<body><~>2099-01-01</~>", "embargo", "b"),
    (G2, "<contentSet>", '<contentSet ~="yes">', "withheld", "original"),
    (NITF, "<p>", '<p ~="yes">', "withheld", "lede"),
    (NITF, "<nitf>", '<?~ until="2099-01-01"?><nitf>', "embargo", "style"),
    (NEWSML1, "<DataContent>", '<DataContent ~="2099-01-01">', "embargo", "lang"),
    (NEWSML1, "<NewsItem>", '<NewsItem ~="yes">', "hold", "lang"),
    (NEWSML1, "<NewsML>", '<NewsML ~="yes">', "hold", "lang"),
    (RSS, "<rss>", '<rss ~="2099-01-01">', "embargo", "lang"),
    (RSS, "<item>", '<item ~="2099-01-01">', "embargo", "lang"),
    (RSS, "<guid>", '<guid ~="2099-01-01">', "embargo", "isPermaLink"),
)


@pytest.mark.parametrize(("document", "at", "planted_there", "name", "twin"), IN_TREES)
def test_names_within_xml(document: str, at: str, planted_there: str, name: str, twin: str) -> None:
    """The same in bodies of XML, and on the elements around the item."""
    for one, held in ((name, True), (twin, False)):
        data = document.replace(at, planted_there.replace("~", one), 1)
        assert is_published(data.encode(), "") is not held


def test_a_long_name_costs_nothing_more() -> None:
    """A name is looked at up to a limit."""
    assert sense_of("x" * 1_000_000 + "embargo") is None
    assert sense_of("is_hold_" * 1_000_000) is not None


@pytest.mark.parametrize(
    ("written", "year"), [(AHEAD, 2099), ("99999-01-01T00:00:00Z", None), ("9999-12-31", None)]
)
def test_the_end_of_a_release_that_lies_ahead(written: str, year: int | None) -> None:
    """A year that no wire has is no end."""
    embargo = read_release(written, ARRIVED).embargo
    assert embargo
    assert (embargo.until and embargo.until.year) == year


@pytest.mark.parametrize(
    "member", ["qcode", "@qcode", "code", "uri", "literal", "value", "#text", "id", "FormalName"]
)
@pytest.mark.parametrize("code", ["stat:{}", "{}", "http://cv.iptc.org/newscodes/pubstatusg2/{}"])
def test_a_status_in_an_object(member: str, code: str) -> None:
    """As converters of XML write it, in a field that no parser reads; a list of such objects likewise."""
    for status, published in (("withheld", False), ("canceled", False), ("usable", True)):
        for value in ({member: code.format(status)}, [{member: code.format(status)}]):
            assert is_published(json.dumps({**NINJS, "publishingStatus": value}).encode()) is published
        if member.isalpha():
            written = f'<publishingStatus {member}="{code.format(status)}"/></docdata>'
            assert is_published(NITF.replace("</docdata>", written).encode(), "nitf") is published


PROPERTIES = (  # a name, a value that holds or kills, the value of its twin
    ("releaseTime", AHEAD, PAST), ("embargo", AHEAD, "none"), ("hold", "true", "false"),
    ("publishable", "false", "true"), ("killed", "true", "12"), ("status", "withheld", "usable"),
    ("onHold", "yes", "no"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "value", "twin"), PROPERTIES)
@pytest.mark.parametrize(
    ("format_", "document", "before"),
    [("newsml-g2", G2, "</itemMeta>"), ("nitf", NITF, "</docdata>"), ("newsml-1.2", NEWSML1, "</NewsManagement>")],
)
def test_a_name_and_its_value_in_elements(
    name: str, value: str, twin: str, format_: str, document: str, before: str
) -> None:
    """`<property><name>releaseTime</name><value>…</value></property>`; a date may be in `norm`, as in NITF."""
    for written, published in ((value, False), (twin, True)):
        found = f"<property><name>{name}</name><value>{written}</value></property>{before}"
        assert is_published(document.replace(before, found).encode(), format_) is published, written
    for written, published in (("20990101T000000Z", False), ("20010101T000000Z", True)):
        found = f'<x:releaseTime xmlns:x="urn:x" norm="{written}"/>{before}'
        assert is_published(document.replace(before, found).encode(), format_) is published, written
