"""Ids: a kill by any name meets its dispatch, and an id that identifies nothing makes no dispatch of two."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from news import parse

from pipeline.formats.ids import identifies, lists_others, names_of
from pipeline.formats.parsed import Parsed, Payload
from pipeline.items import Item
from pipeline.replay import Replay, payload

START_MS = 1_641_990_000_000
FERRY = "The ferry from Bergen came three hours late on Wednesday, because the quay was frozen."
MUSEUM = "A museum in Kelby bought eleven drawings that had been lost since before the first war."


def ninjs(uri: str, copy: str = FERRY, **more: Any) -> bytes:
    item = {"uri": uri, "headline": copy[:30], "body_text": copy, "language": "en", "type": "text", **more}
    return json.dumps(item).encode()


def nitf(docdata: str, status: str = "usable", copy: str = FERRY) -> bytes:
    return (
        f'<nitf baselang="en"><head><docdata management-status="{status}">{docdata}'
        '<date.issue norm="20220112T093000Z"/></docdata></head><body><body.head><hedline>'
        f"<hl1>{copy[:30]}</hl1></hedline></body.head><body.content><p>{copy}</p></body.content></body></nitf>"
    ).encode()


def g2(guid: str, meta: str = "", status: str = "usable", copy: str = FERRY) -> bytes:
    return (
        f'<newsItem guid="urn:newsml:quay.example:20220112:{guid}" version="1"><itemMeta>'
        '<itemClass qcode="x:text"/>'
        f'<versionCreated>2022-01-12T09:30:00Z</versionCreated><pubStatus qcode="stat:{status}"/>{meta}</itemMeta>'
        f'<contentMeta><language tag="en"/><headline>{copy[:30]}</headline></contentMeta>'
        f"<contentSet><inlineXML><html><body><p>{copy}</p></body></html></inlineXML></contentSet></newsItem>"
    ).encode()


def ap(status: str = "usable", copy: str = FERRY, **more: Any) -> bytes:
    item = {
        "altids": {}, "type": "text", "editorialpriority": "r", "signals": ["newscontent"], "pubstatus": status,
        "language": "en", "headline": copy[:30], "body_text": copy, **more,
    }  # fmt: skip
    return json.dumps(item).encode()


def rss(*items: str) -> bytes:
    entries = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss><channel><title>Quay</title><language>en</language>{entries}</channel></rss>".encode()


def atom(entries: str) -> bytes:
    names = 'xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"'
    return f"<feed {names}><title>Quay</title><id>urn:quay</id>{entries}</feed>".encode()


def entry(guid: str, link: str, copy: str = FERRY, more: str = "") -> str:
    ids = f"<guid>{guid}</guid><link>{link}</link>" if guid else f"<link>{link}</link>"
    return f"{ids}<title>{copy[:30]}</title><description>{copy}</description>{more}"


def mail(own: str, subject: str = "Ferry late", more: str = "") -> bytes:
    head = f"Message-ID: <{own}@quay.example>\r\nFrom: A <a@quay.example>\r\n{more}Subject: {subject}\r\n"
    return f"{head}MIME-Version: 1.0\r\nContent-Language: en\r\n\r\n{FERRY}\r\n\r\nNobody minded.\r\n".encode()


HASH = "7a" * 16
LINKED = '<link rel="irel:previousVersion" residref="urn:newsml:quay.example:20220112:a1"/>'
DELETED = '<status state="deleted"/>'
KILLED: dict[str, tuple[bytes, ...]] = {  # the revisions of a dispatch, the kill last
    "ninjs: an association that it replaces": (
        ninjs("urn:q:20220112:a1"),
        ninjs(
            "urn:q:20220112:k1",
            pubstatus="canceled",
            associations=[{"rel": "replaces", "uri": "urn:q:20220112:a1"}],
        ),
    ),
    "ninjs: an association by name (1.x)": (
        ninjs("urn:q:20220112:a1"),
        ninjs("urn:q:20220112:k1", pubstatus="canceled", associations={"kills": {"uri": "urn:q:20220112:a1"}}),
    ),
    "ninjs: what it said that it would be replaced by": (
        ninjs("urn:q:20220112:a1", replacedby="urn:q:20220112:a2"),
        ninjs("urn:q:20220112:a2", pubstatus="canceled"),
    ),
    "ninjs: the id of the article that both were made from": (
        ninjs("urn:q:20220112:a1", original_id="tag:q.example,2022:8841"),
        ninjs("urn:q:20220112:a2", original_id="tag:q.example,2022:8841", pubstatus="canceled"),
    ),
    "ninjs: a version in the query": (
        ninjs("https://q.example/a7?v=1"),
        ninjs("https://q.example/a7?v=2", pubstatus="canceled"),
    ),
    "G2: what it said that it would be replaced by": (
        g2("a1", '<link rel="irel:isReplacedBy" residref="urn:newsml:quay.example:20220112:a2"/>'),
        g2("a2", status="canceled"),
    ),
    "mail: the host in capitals": (
        mail("a.7"),
        mail("a.7", "KILL: Ferry late").replace(b"a.7@quay.example", b"a.7@QUAY.example"),
    ),
    "NITF: du-key and doc-id, killed by the doc-id": (
        nitf('<du-key key="ferry-late"/><doc-id id-string="q-7"/>'),
        nitf('<doc-id id-string="q-7"/>', "canceled"),
    ),
    "NITF: du-key and doc-id, killed by the du-key": (
        nitf('<du-key key="ferry-late"/><doc-id id-string="q-7"/>'),
        nitf('<du-key key="ferry-late"/>', "canceled"),
    ),
    "NITF: doc-id, killed by the second id of another document": (
        nitf('<doc-id id-string="q-7"/>'),
        nitf('<doc-id id-string="q-8"/><doc-id regsrc="quay" id-string="q-7"/>', "canceled"),
    ),
    "NITF: the second of two doc-ids": (
        nitf('<doc-id id-string="q-8"/><doc-id regsrc="quay" id-string="q-7"/>'),
        nitf('<doc-id id-string="q-7"/>', "canceled"),
    ),
    "ninjs: a urn in capitals": (
        ninjs("urn:newsml:quay.example:20220112:T-77"),
        ninjs("URN:NEWSML:Quay.example:20220112:T-77", pubstatus="canceled"),
    ),
    "ninjs: the default port": (
        ninjs("http://quay.example:80/item/8841"),
        ninjs("https://QUAY.example/item/8841", pubstatus="canceled"),
    ),
    "ninjs: escapes and Unicode forms": (
        ninjs("https://quay.example/caf%C3%A9%20late/8841"),
        ninjs("https://quay.example/cafe\u0301 late/8841", pubstatus="canceled"),
    ),
    "NITF: doc-id, killed by one that names it": (
        nitf('<doc-id id-string="q-7"/>'),
        nitf('<doc-id id-string="q-8"/><correction id-string="q-7"/>', "canceled"),
    ),
    "NITF: a new doc-id each, one du-key": (
        nitf('<du-key key="ferry-late" version="1"/><doc-id id-string="q-7"/>'),
        nitf('<du-key key="ferry-late" version="2"/><doc-id id-string="q-8"/>'),
        nitf('<du-key key="ferry-late" version="3"/><doc-id id-string="q-9"/>', "canceled"),
    ),
    "NITF: a du-key in capitals, the only one of its day": (
        nitf('<du-key key="FERRY-LATE"/><doc-id id-string="q-7"/>'),
        nitf('<du-key key="FERRY-LATE"/><doc-id id-string="q-8"/>', "canceled"),
    ),
    "NITF: a product, killed by its headline": (
        nitf('<du-key key="NU-FLASH-Q"/><doc-id id-string="q-7"/>'),
        nitf('<du-key key="NU-FLASH-Q"/><doc-id id-string="q-8"/>', copy=MUSEUM),
        nitf('<du-key key="NU-FLASH-Q"/><doc-id id-string="q-9"/>', "canceled"),
    ),
    "NITF: a generation, killed without it": (
        nitf('<du-key key="ferry-late" generation="3"/><doc-id id-string="q-7"/>'),
        nitf('<du-key key="ferry-late"/><doc-id id-string="q-8"/>', "canceled"),
    ),
    "NITF: the next generation": (
        nitf('<du-key key="ferry-late" generation="1"/><doc-id id-string="q-7"/>'),
        nitf('<du-key key="ferry-late" generation="2"/><doc-id id-string="q-8"/>', "canceled", MUSEUM),
    ),
    "ninjs: guid beside uri": (
        ninjs("urn:q:1", guid="tag:q.example,2022:7"),
        ninjs("tag:q.example,2022:7", pubstatus="canceled"),
    ),
    "AP: a reference": (
        ap(altids={"itemid": HASH, "referenceid": "Q4711"}),
        ap("canceled", altids={"itemid": "7b" * 16, "referenceid": "Q4711"}),
    ),
    "RSS: another spelling of the address": (
        rss(entry("q-7", "http://Q.example/ferry-7/?utm_source=rss")),
        rss(entry("", "https://q.example/ferry-7", more=DELETED)),
    ),
    "NITF: killed after midnight": (
        nitf('<du-key key="ferry-late"/><doc-id id-string="q-7"/>'),
        nitf('<du-key key="ferry-late"/><doc-id id-string="q-8"/>', "canceled").replace(b"20220112", b"20220113"),
    ),
    "NITF: a doc-id that begins with the du-key, killed by the key alone": (
        nitf('<du-key key="ferry-7"/><doc-id id-string="ferry-7_2"/>'),
        nitf('<du-key key="ferry-7"/>', "canceled"),
    ),
    "G2: an address that the kill replaces": (
        g2("a1").replace(b"urn:newsml:quay.example:20220112:a1", b"https://quay.example/a1"),
        g2("a2", '<link rel="irel:replaces" href="https://quay.example/a1"/>', "canceled"),
    ),
    "G2: evolvedFrom": (g2("a1"), g2("a2", LINKED.replace("previousVersion", "evolvedFrom"), "canceled")),
    "G2: evolvedFrom, killed by the first": (
        g2("a1"),
        g2("a2", LINKED.replace("previousVersion", "evolvedFrom")),
        g2("a1", status="canceled"),
    ),
    "G2: an altId of any type": tuple(
        g2(guid, status=status).replace(b"<contentMeta>", b'<contentMeta><altId type="q:textId">120123822</altId>')
        for guid, status in (("a1", "usable"), ("a2", "canceled"))
    ),
    "G2: killed by a later guid of the chain": (g2("a1"), g2("a2", LINKED), g2("a2", status="canceled")),
    "G2: killed by the first guid": (g2("a1"), g2("a2", LINKED), g2("a1", status="canceled")),
    "ninjs: replacing": (ninjs("urn:q:1"), ninjs("urn:q:2", replacing="urn:q:1", pubstatus="canceled")),
    "ninjs: evolvedfrom": (
        ninjs("urn:q:1"),
        ninjs("urn:q:2", evolvedfrom="urn:q:1"),
        ninjs("urn:q:2", pubstatus="canceled"),
    ),
    "ninjs: replaces, an object": (
        ninjs("urn:q:1"),
        ninjs("urn:q:2", replaces=[{"uri": "urn:q:1"}], pubstatus="canceled"),
    ),
    "ninjs: rewrite_of": (
        ninjs("urn:q:1"),
        ninjs("urn:q:2", rewrite_of="urn:q:1", pubstatus="canceled"),
    ),
    "ninjs: previousversion": (
        ninjs("urn:q:1"),
        ninjs("urn:q:2", previousversion="urn:q:1", pubstatus="canceled"),
    ),
    "ninjs: an id that the note writes out": (
        ninjs("urn:q:1"),
        ninjs("urn:q:2", ednote="Please kill urn:q:1.", pubstatus="canceled"),
    ),
    "G2: another code of the signal": (g2("a1"), g2("a1", '<signal qcode="sig:retract"/>')),
    "ninjs: an altId of both": (
        ninjs("urn:q:1", altids={"desk": "q-17"}),
        ninjs("urn:q:2", altids={"desk": "q-17"}, pubstatus="canceled"),
    ),
    "ninjs: altIds": (
        ninjs("urn:q:1", altIds=[{"role": "origin", "value": "QW-4711"}]),
        ninjs("QW-4711", pubstatus="canceled"),
    ),
    "AP: killed by its uri": (
        ap(altids={"itemid": HASH, "etag": f"{HASH}_1"}),
        ap("canceled", uri=f"https://q.example/media/v/content/{HASH}?qt=x", altids={"etag": f"{HASH}_2"}),
    ),
    "AP: killed by its management id": (
        ap(altids={"itemid": HASH, "etag": f"{HASH}_1"}, managementid="urn:publicid:q.example:m7"),
        ap(
            "canceled",
            altids={"itemid": "7b" * 16, "etag": f"{'7b' * 16}_1"},
            managementid="urn:publicid:q.example:m7",
        ),
    ),
    "RSS: killed by its link": (
        rss(entry("q-7", "https://q.example/ferry-7")),
        rss(entry("", "https://q.example/ferry-7", more=DELETED)),
    ),
    "Atom: another id, with a link to the version before": (
        atom(
            '<entry><id>tag:q.example,2022:7</id><link href="https://q.example/7"/><title>Ferry late</title>'
            "<content>Three hours.</content></entry>"
        ),
        atom(
            '<entry><id>tag:q.example,2022:8</id><link rel="predecessor-version" href="https://q.example/7"/>'
            '<app:control xmlns:app="http://www.w3.org/2007/app"><app:draft>yes</app:draft></app:control>'
            "<title>KILL KILL KILL: Ferry late</title><content>Kill the ferry.</content></entry>"
        ),
    ),
    "Atom: a tombstone": (
        atom(
            "<entry><id>tag:q.example,2022:7</id><title>Ferry late</title><content>Three hours.</content></entry>"
        ),
        atom('<at:deleted-entry ref="tag:q.example,2022:7" when="2022-01-12T12:00:00Z"/>'),
    ),
    "mail: superseded by a kill": (mail("m1"), mail("m2", "KILL KILL KILL", "Supersedes: <m1@quay.example>\r\n")),
    "mail: answered by a kill": (mail("m1"), mail("m2", "KILL KILL KILL", "In-Reply-To: <m1@quay.example>\r\n")),
}
EMBARGO = '<ed-msg info="Embargoed until further notice"/>'
HELD: dict[str, tuple[bytes, ...]] = {  # the embargoed report, and a version that says nothing of an embargo
    "NITF: the next generation": (
        nitf(f'<du-key key="ferry-late" generation="1"/><doc-id id-string="q-7"/>{EMBARGO}'),
        nitf('<du-key key="ferry-late" generation="2"/><doc-id id-string="q-8"/>'),
    ),
    "NITF: the next day": (
        nitf(f'<du-key key="ferry-late"/><doc-id id-string="q-7"/>{EMBARGO}'),
        nitf('<du-key key="ferry-late"/><doc-id id-string="q-8"/>').replace(b"20220112", b"20220113"),
    ),
    "mail: an answer with the copy": (
        mail("m1", "EMBARGOED: Ferry late"),
        mail("m2", "Re: Ferry late", "In-Reply-To: <m1@quay.example>\r\n"),
    ),
    "G2: evolvedFrom": (
        g2("a1", "<embargoed/>"),
        g2("a2", LINKED.replace("previousVersion", "evolvedFrom")),
    ),
}
APART: dict[str, tuple[bytes, ...]] = {  # separate reports, whatever ids they share
    "NewsML 1: NewsItemId 0": tuple(
        b"<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>q.example</ProviderId>"
        b"<DateId>20220112</DateId>"
        b"<NewsItemId>0</NewsItemId><RevisionId>0</RevisionId></NewsIdentifier></Identification><NewsComponent>"
        b"<ContentItem><DataContent>%b</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
        % copy.encode()
        for copy in (FERRY, MUSEUM)
    ),
    "NITF: a du-key that names a product": tuple(
        nitf(f'<du-key key="NU-FLASH-Q" version="04"/><doc-id id-string="q-{number}"/>', copy=copy)
        for number, copy in enumerate((FERRY, MUSEUM), 1)
    ),
    "NITF: a kill of another document of the product": (
        nitf('<du-key key="NU-FLASH-Q"/><doc-id id-string="q-1"/>'),
        nitf(
            '<du-key key="NU-FLASH-Q"/><doc-id id-string="q-8"/><correction id-string="q-5"/>', "canceled", MUSEUM
        ),
        nitf('<doc-id id-string="q-2"/>', copy=MUSEUM),
    ),
    "G2: what both are derived from": tuple(
        g2(guid, LINKED.replace("previousVersion", "derivedFrom"), copy=copy)
        for guid, copy in (("a2", FERRY), ("a3", MUSEUM))
    ),
    "G2: a counter as altId": (
        *(
            g2(guid, status=status, copy=copy).replace(b"<contentMeta>", b"<contentMeta><altId>QUA0379</altId>")
            for guid, status, copy in (("a2", "usable", FERRY), ("a4", "canceled", FERRY), ("a3", "usable", MUSEUM))
        ),
    ),
    "ninjs: a short altId of two": (
        ninjs("urn:q:1", altids={"desk": "q-17"}),
        ninjs("urn:q:2", MUSEUM, altids={"desk": "q-17"}),
    ),
    "ninjs: a constant": (ninjs("none"), ninjs("none", MUSEUM)),
    "ninjs: zeros": (
        ninjs("00000000-0000-0000-0000-000000000000"),
        ninjs("00000000-0000-0000-0000-000000000000", MUSEUM),
    ),
    "ninjs: the provider": (
        ninjs("Quay Wire", infosource=[{"name": "Quay Wire"}]),
        ninjs("quay wire", MUSEUM, infosource=[{"name": "Quay Wire"}]),
    ),
    "ninjs: one id for two items of a list": (
        b"[" + ninjs("urn:q:list-7", version="1") + b"," + ninjs("urn:q:list-7", MUSEUM, version="1") + b"]",
    ),
    "RSS: a guid of all entries": (
        rss(entry("alert-7", "https://q.example/a-1"), entry("alert-7", "https://q.example/a-2", MUSEUM)),
    ),
    "RSS: a word as guid, a payload each": (
        rss(entry("alert", "https://q.example/a-1")),
        rss(entry("alert", "https://q.example/a-2", MUSEUM)),
    ),
    "RSS: the home page as link": (
        rss(entry("", "https://q.example/")),
        rss(entry("", "https://q.example/", MUSEUM)),
    ),
    "minus one, which databases write for none": (
        ninjs("-1"),
        ninjs("-1", MUSEUM),
    ),
    "a UUID of zeros": (
        ninjs("urn:uuid:00000000-0000-0000-0000-000000000000"),
        ninjs("urn:uuid:00000000-0000-0000-0000-000000000000", MUSEUM),
    ),
    "RSS: a section page as link": (
        rss(entry("", "https://q.example/news/")),
        rss(entry("", "https://q.example/news/", MUSEUM)),
    ),
    "RSS: one link for two entries": (
        rss(entry("", "https://q.example/today-7"), entry("", "https://q.example/today-7", MUSEUM)),
    ),
    "mail: an answer that is a report": (
        mail("m1"),
        mail("m2", "Museum buys drawings", "In-Reply-To: <m1@quay.example>\r\n"),
    ),
}


def resolved(*payloads: bytes) -> list[Item]:
    replay = Replay(rooms=("normalise", "resolve"))
    for number, data in enumerate(payloads):
        replay.publish(payload("quay", data, START_MS + 60_000 * number), START_MS + 60_000 * number)
    assert not replay.log["wire.dead"]
    return [Item.model_validate_json(record.value) for record in replay.log["wire.resolved"]]


@pytest.mark.parametrize("case", KILLED)
def test_a_kill_by_any_name_meets_its_dispatch(case: str) -> None:
    """The last revision kills what the first published."""
    first, *_, last = resolved(*KILLED[case])
    assert (last.dispatch.kind, last.dispatch.id) == ("kill", first.dispatch.id)


@pytest.mark.parametrize("case", KILLED)
def test_a_kill_by_another_name_meets_nothing(case: str) -> None:
    """The twin: a kill of something else leaves the dispatch alone."""
    items = resolved(KILLED[case][0], ninjs("urn:elsewhere:9", pubstatus="canceled"))
    assert [item.dispatch.kind for item in items] == ["new"]


@pytest.mark.parametrize("case", HELD)
def test_an_embargo_is_inherited_by_any_name(case: str) -> None:
    """A version that says nothing of an embargo waits too; its twin without the embargoed one is published."""
    assert resolved(*HELD[case]) == []
    assert [item.dispatch.kind for item in resolved(HELD[case][1])] == ["new"]


@pytest.mark.parametrize("case", ["NITF: the next generation", "NITF: the next day"])
def test_an_embargo_is_not_inherited_by_another_report(case: str) -> None:
    """A name that others may have joins a report to what is held only if it has its words."""
    other = (
        HELD[case][1].replace(FERRY.encode(), MUSEUM.encode()).replace(FERRY[:30].encode(), MUSEUM[:30].encode())
    )
    assert [item.dispatch.kind for item in resolved(HELD[case][0], other)] == ["new"]


@pytest.mark.parametrize("case", APART)
def test_separate_reports_stay_apart(case: str) -> None:
    """Two reports are two dispatches; neither replaces the other."""
    items = resolved(*APART[case])
    assert [item.dispatch.kind for item in items] == ["new", "new"]
    assert len({item.dispatch.id for item in items}) == 2


def test_the_comment_of_a_tombstone_is_its_own() -> None:
    """It says nothing about the other entries of the feed."""
    living = "<entry><id>tag:q.example,2022:{}</id><title>{}</title><content>{}</content></entry>"
    first = atom(living.format(7, "Ferry late", FERRY) + living.format(8, "Museum buys", MUSEUM))
    comment = "<at:comment>Killed: legal reasons.</at:comment>"
    gone = f'<at:deleted-entry ref="tag:q.example,2022:7">{comment}</at:deleted-entry>'
    items = resolved(first, atom(living.format(8, "Museum buys", MUSEUM) + gone))
    assert [item.dispatch.kind for item in items] == ["new", "new", "repeat", "kill"]


def test_an_id_that_identifies_nothing_is_warned_of() -> None:
    """A warning names it, and it is shown as what it is."""
    (item,) = resolved(ninjs("none"))
    assert "id 'none' identifies nothing: the text identifies it" in item.wire.warnings
    assert ("weak", "none") in {(one.role, one.value) for one in item.alt_ids}


def test_versions_of_one_dispatch_may_share_a_payload() -> None:
    """A feed that lists two revisions of a report, or a list with two versions, is one dispatch."""
    edited = FERRY.replace("three", "four")
    two = rss(entry("q-7", "https://q.example/f-7", edited), entry("q-7", "https://q.example/f-7"))
    listed = b"[" + ninjs("urn:q:1", version="1") + b"," + ninjs("urn:q:1", MUSEUM, version="2") + b"]"
    for data in (two, listed):
        assert len({item.dispatch.id for item in resolved(data)}) == 1


def test_the_same_text_with_another_date_is_a_repeat() -> None:
    """A date alone that moves is no revision; another text is."""
    dated = "<pubDate>Wed, 12 Jan 2022 0{}:00:00 GMT</pubDate>"
    edited = FERRY.replace("three", "four")
    payloads = [
        rss(entry("q-7", "https://q.example/f-7", copy, dated.format(hour)))
        for hour, copy in ((7, FERRY), (8, FERRY), (9, edited))
    ]
    assert [item.dispatch.kind for item in resolved(*payloads)] == ["new", "repeat", "update"]


IDS = [
    ("urn:newsml:quay.example:20220112:7", True), ("7", True), ("a", True), ("q-7", True), 
    ("breaking-news-7", True), ("https://q.example/2022/ferry-late", True), ("https://q.example/?p=1", True), 
    ("https://q.example/news?id=7", True),     ("ferry-late", True), ("ñandú-7", True), ("新闻7", True),
    ("", False), ("0", False), ("0000", False), ("-", False), ("null", False), ("None", False), ("N/A", False),
    ("ntb.no", False), ("www.news.ntb.no", False), ("urn:newsml", False), ("urn:x:", False), ("tag:", False),
    ("12345", False), ("1234567890", False), ("0123", False), ("777", False), ("12346", True), ("77.no", True),
    ("urn:quay:0", True), ("urn:quay-b:123", True), ("URN:quay:777", True), ("urn:quay:00", False),
    ("urn:quay:null", False), ("urn:uuid:0", False), ("urn:newsml:0", False), ("urn:newsml:quay.example:0", False),
    ("tag:0", False), ("q7.ntb.no", True), ("urn:q:1", True), ("2022.01.12", True),
    ("alert", False), ("Nachrichten", False), ("guid", False), ("urn:newsml:www.quay.example", False),
    ("tag:quay.example,2022", False), ("https://q.example", False), ("https://q.example/", False),
    ("https://q.example/2022/01/12/asia/ferry-late/index.html", True), ("https://q.example/index.html", False),
    ("https://q.example/on/ferry-late-at-quay/index.html", True), ("https://q.example/asia/index.html", False),
    ("https://q.example/2022/01/12/index.html", False), ("https://q.example/world-news/index.html", False),
    ("http://q.example/news", False), ("https://q.example/en/sport/", False), ("https://q.example/rss.xml", False),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), IDS)
def test_kinds_of_ids(written: str, expected: bool) -> None:
    """What identifies a report, and what cannot."""
    assert identifies(written) is expected
    assert expected or not lists_others(written) or not names_of(links=[written])


def test_the_first_number_of_a_counter_meets_its_kill() -> None:
    """`urn:quay:0` is the first record of a namespace: its kill reaches it, and its next version replaces it."""
    payloads = [ninjs("urn:quay:0", version=version) for version in "12"]
    killed = b'{"uri":"urn:quay:0","version":"3","pubstatus":"canceled"}'
    assert [item.dispatch.kind for item in resolved(*payloads, killed)][-1] == "kill"
    assert len({item.dispatch.id for item in resolved(*payloads, killed)}) == 1


def test_names_are_bounded_and_once() -> None:
    """At most twenty, none longer than a name may be, each once."""
    found = names_of([f"q-{number}" for number in range(50)] * 2, ["https://q.example/" + "7" * 2_000])
    assert len(found) == len(set(found)) == 20
    (item,) = parse(Payload(ninjs("urn:q:1"), "quay", datetime(2022, 1, 12, tzinfo=UTC)))[1].items
    assert isinstance(item, Parsed)
    assert item.names == ("id:urn:q:1",)
