"""Recognising formats: by the content alone, and never as plain copy by mistake."""

from __future__ import annotations

import contextlib
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news import parse

from benchmarks.formats import SHELLS
from pipeline.formats import FORMATS
from pipeline.formats.parsed import Payload
from pipeline.formats.sniff import sniff
from pipeline.items import instant
from pipeline.records import Reason, Rejected
from pipeline.samples import read_samples
from tests.real_data import ROOT, STAND_INS, real, stand_in

G2 = b'xmlns="http://iptc.org/std/nar/2006-10-01/"'

RECOGNISED = [
    ("plain", b"BERGEN (Harbour) - The ferry came late."),
    ("plain", b"[Corrected] The ferry came late."),
    ("plain", b"<3 ferries came late"),
    ("plain", b"Note: the ferry came late.\nQuay: shut."),
    ("plain", "Fähre spät".encode("cp1252")),
    ("ninjs", b'{"headline": "Ferry late"}'),
    ("ninjs", b'\xef\xbb\xbf [{"uri": "a:1", "pubStatus": "canceled"}]'),
    ("ninjs", '{"uri": "a:1"}'.encode("utf-16")),
    ("ninjs", b'{"headline": "Ferry \\\xe2\x80\x9clate\\\xe2\x80\x9d"}'),
    ("ninjs", b'{"uri": "a:1", "altids": {"itemid": "7", "etag": "8"}}'),
    ("rss", b"<?xml version='1.0'?>\n<!-- <feed> -->\n<rss version='2.0'>"),
    ("rss", b'<rdf:RDF xmlns="http://purl.org/rss/1.0/">'),
    ("atom", b'<a:feed xmlns:a="http://www.w3.org/2005/Atom">'),
    ("atom", '<?xml version="1.0"?><feed>'.encode("utf-16")),
    ("newsml-g2", b"<newsItem " + G2 + b' guid="a">'),
    ("newsml-g2", b"<ns0:newsMessage xmlns:ns0='http://iptc.org/std/nar/2006-10-01/'>"),
    ("newsml-1.2", b'<!DOCTYPE NewsML SYSTEM "NewsML.dtd" [<!ENTITY a "b>c">]><NewsML Version="1.2">'),
    ("nitf", b'<nitf version="-//IPTC//DTD NITF 3.6//EN">'),
    ("rbnews", b'<?xml version="1.0"?>\n<RBNews xmlns="">'),
    ("press-release", b'<release id="17854111" lang="no">'),
    ("jimi", b'<?xml version="1.0"?><Publish><ContentItem><SystemSlug>a</SystemSlug>'),
    ("html", b"<!doctype html><HTML>"),
    ("html", b"<p>The ferry came late.</p>"),
    ("json-feed", b'{"version": "https://jsonfeed.org/version/1.1", "items": []}'),
    ("digitalwires", b'{"format": "digitalwires@0.9.1", "headline": "Ferry late"}'),
    ("digitalwires", b'{"urn": "urn:a", "entry_id": "7", "version_created": "2022-01-12", "headline": "x"}'),
    ("ap-json", b'{"api_version": "2.1", "data": {"item": {}}}'),
    ("ap-json", b'{"uri": "a", "altids": {}, "editorialpriority": "r", "headline": "Ferry late"}'),
    ("digitalwires", b'{"entries": [{"format": "digitalwires@0.9.1", "headline": "Ferry late"}]}'),
    ("ap-json", b'{"uri": "a", "altids": {"itemid": "7", "etag": "7_0a1"}, "headline": "Ferry late"}'),
    ("ap-json", b'{"item": {"altids": {"itemid": "7"}, "signals": [], "headline": "Ferry late"}}'),
    ("afp-json", b'{"uno": "newsml.afp.com.20220112T093000Z.doc-7a7a", "class": "text", "headline": "Ferry late"}'),
    ("afp-json", b'{"response": {"docs": [{"uno": "newsml.afp.com.20220112.7a7a"}], "numFound": 1}}'),
    ("iptc7901", b"\x01hbr0042 4 pl 110  hbr 0001\r\n\r\nFerries/\r\n\x02Ferry late =\r\n"),
    ("iptc7901", b"hbr00042 3 i 510    hbr 1003\n\nFerries/\nFerry late =\n"),  # the SOH lost at a gateway
    ("iptc7901", b"\0\x7f\r\nINT001 3 GEN 0091 F BELGA-0031 COR 703\nNORVEGE/\n"),
    ("iptc7901", b"\x01hamburg0003 3  42"),
    ("plain", b"ABC123 4 ferries came late"),
    ("anpa", b"\0\x16\x01 0042KYODO\x1fkoko-\n"),
    ("e-mail", b"From 7 Wed\nFrom: ada@quay.example\nTo: desk@quay.example\nSubject: Ferry\n\nLate."),
    ("plain", b"From: the quay\nSubject: the ferry\n\nLate."),
    ("anpa", b"\x16\x16\x01H0042\x1f_harbo\r\nr a\x13\x11 BC-Ferry   01-12 0100\r\n"),
    ("zczc", b"\r\nZCZC HBR001\r\nFERRY LATE\r\nNNNN\r\n"),
    ("e-mail", b"Received: by quay.example\r\n\tid 7\r\nFrom: ada@quay.example\r\nSubject: Ferry\r\n\r\nLate."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data"), RECOGNISED, ids=[f"{row[0]}-{number}" for number, row in enumerate(RECOGNISED)]
)
def test_a_format_is_recognised_by_its_content(name: str, data: bytes) -> None:
    """Each format is recognised, and so are HTML pages, which are not parsed."""
    assert sniff(data) == name


@pytest.mark.parametrize("whole", [b"<rss version='2.0'><channel/></rss>", b'{"headline": "Ferry late"}'])
def test_no_beginning_of_a_document_is_plain_copy(whole: bytes) -> None:
    """Truncated XML and JSON are recognised or rejected as malformed."""
    for length in range(2, len(whole)):
        try:
            assert sniff(whole[:length]) in {"rss", "ninjs"}
        except Rejected as rejected:
            assert rejected.reason is Reason.MALFORMED, whole[:length]  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_recognises_its_own(name: str) -> None:
    """A small payload of each format is taken for that format, whatever the others recognise."""
    head, tail = SHELLS[name]
    assert sniff(f"{head}Ferry late{tail}".encode()) == name


def test_what_is_recognised_is_parsed() -> None:
    """Every name that is recognised has a parser, except HTML pages, which are rejected."""
    assert {row[0] for row in RECOGNISED} <= {*FORMATS, "html"}
    with pytest.raises(Rejected, match="recognised as html") as caught:
        parse(Payload(b"<!doctype html><html><body><p>Ferry late</p></body></html>", "harbour", instant(0)))
    assert caught.value.reason is Reason.UNKNOWN_FORMAT


@given(st.binary(max_size=80))
def test_whatever_arrives_is_named_or_rejected(data: bytes) -> None:
    """Any bytes raise nothing but Rejected."""
    with contextlib.suppress(Rejected):
        assert sniff(data)


# By origin: what its payloads are.  Binaries among them (photos) look like plain copy here and die of their NULs.
ORIGINS = {
    "apa-it_xml-newsml-g2": {"newsml-g2": 57, "plain": 1},
    "dpa-newslab_dpa-digitalwires-to-iptc7901": {"digitalwires": 13, "iptc7901": 6},
    "dpa-newslab_dpa-digitalwires-to-newsmlg2": {"digitalwires": 19, "newsml-g2": 18},
    "gextech_iptc-newsml": {"newsml-1.2": 3, "newsml-g2": 1, "plain": 1},
    "iptc_newsinjson": {"newsml-1.2": 4, "ninjs": 31, "unknown-format": 1},
    "iptc_newsml-g2": {"newsml-g2": 30, "unknown-format": 5},
    "iptc_python-newsmlg2": {"newsml-g2": 25, "unknown-format": 5},
    "superdesk_superdesk-aap": {"newsml-g2": 3, "plain": 12, "unknown-format": 1, "zczc": 9},
    "superdesk_superdesk-belga": {"anpa": 1, "e-mail": 1, "iptc7901": 2, "newsml-1.2": 8, "newsml-g2": 2},
    "superdesk_superdesk-core": {
        "anpa": 9, "ap-json": 2, "e-mail": 3, "iptc7901": 3, "newsml-1.2": 2, "newsml-g2": 18, "ninjs": 6,
        "nitf": 10, "plain": 9, "rbnews": 2, "rss": 1,
    },
    "superdesk_superdesk-cp": {"ap-json": 9, "newsml-1.2": 1, "newsml-g2": 4, "unknown-format": 1},
    "superdesk_superdesk-ntb": {
        "newsml-1.2": 1, "newsml-g2": 2, "press-release": 3, "rbnews": 2, "unknown-format": 3,
    },
    "superdesk_superdesk-stt": {"newsml-g2": 7},
}  # fmt: skip


SAMPLES = [each for each in read_samples(ROOT / "seeds").payloads if each.items[0].disposition != "dead"]
OURS = {
    "ap": {"ap-json": 2},
    "digitalwires": {"digitalwires": 1},
    "exports": {"digitalwires": 2, "newsml-g2": 2},
    "ninjs": {"ninjs": 4, "unknown-format": 1},
    "releases": {"ninjs": 1, "newsml-1.2": 1},
    "telegrams": {"digitalwires": 2, "iptc7901": 2},
}


@pytest.mark.parametrize(
    ("folder", "formats"),
    [
        *(stand_in(STAND_INS / "wire" / name, formats, id=name) for name, formats in OURS.items()),
        *chain.from_iterable(real(f"wire/{name}", formats, id=name) for name, formats in ORIGINS.items()),
    ],
)
def test_payloads_are_not_confused(folder: Path, formats: dict[str, int]) -> None:
    """Payloads of each origin, real ones too, are recognised as the format that the origin sends.

    Unknown are fragments of G2, calendars and vendors' own XML; the sums agree with a count of the root elements.
    """
    assert Counter(recognised_as(path) for path in folder.iterdir()) == formats


@pytest.mark.stand_in
def test_our_samples_are_not_confused() -> None:
    """Every sample is recognised as the format in its row of the manifest."""
    found = {each.file: recognised_as(ROOT / "seeds" / each.file) for each in SAMPLES}
    assert found == {each.file: each.format for each in SAMPLES}


def recognised_as(path: Path) -> str:
    try:
        return sniff(path.read_bytes())
    except Rejected as rejected:
        return rejected.reason
