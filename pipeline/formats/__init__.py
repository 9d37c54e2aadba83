"""Payload bytes to parsed items: which format, which items?

A format is a row of FORMATS.  Parsers keep what the format says and interpret nothing.
"""

from __future__ import annotations

from pipeline.formats import feeds
from pipeline.formats.format import Format
from pipeline.formats.json import ap as ap_json
from pipeline.formats.json import digitalwires, ninjs
from pipeline.formats.mail import message as mail
from pipeline.formats.parsed import Parse, Payload
from pipeline.formats.sniff import sniff
from pipeline.formats.telegraph import anpa, iptc7901, zczc
from pipeline.formats.text import plain
from pipeline.formats.xml.newsml1 import document as newsml1
from pipeline.formats.xml.newsml_g2 import item as newsml_g2
from pipeline.formats.xml.nitf import document as nitf
from pipeline.records import Reason, Rejected

PAYLOAD_BYTES_MAX = 2_097_152  # 2 MiB; the shell refuses a larger one before it gets here

FORMATS: dict[str, Format] = {
    "plain": Format("plain wire copy", ("text/plain",), plain.split, plain.read, plain.SOURCES),
    "ninjs": Format(
        "IPTC ninjs 1.x, 2.x, 3.x",
        ("application/json", "application/ninjs+json"),
        ninjs.split,
        ninjs.read,
        ninjs.SOURCES,
    ),
    "ap-json": Format("AP Media API JSON", ("application/json",), ap_json.split, ap_json.read, ap_json.SOURCES),
    "digitalwires": Format(
        "dpa digitalwires 0.9",
        ("application/json",),
        digitalwires.split,
        digitalwires.read,
        digitalwires.SOURCES,
    ),
    "newsml-g2": Format(
        "IPTC NewsML-G2 2.x",
        ("application/vnd.iptc.g2.newsmessage+xml", "application/vnd.iptc.g2.newsitem+xml"),
        newsml_g2.split,
        newsml_g2.read,
        newsml_g2.SOURCES,
    ),
    "newsml-1.2": Format(
        "IPTC NewsML 1.0 to 1.2", ("application/xml", "text/xml"), newsml1.split, newsml1.read, newsml1.SOURCES
    ),
    "nitf": Format("IPTC NITF 2.5 to 3.6", ("application/nitf+xml",), nitf.split, nitf.read, nitf.SOURCES),
    "rss": Format("RSS 0.9 to 2.0, Media RSS", ("application/rss+xml",), feeds.split, feeds.read, feeds.SOURCES),
    "atom": Format("Atom 0.3, 1.0", ("application/atom+xml",), feeds.split, feeds.read, feeds.SOURCES),
    "iptc7901": Format(
        "IPTC 7901", ("text/x-iptc7901", "text/plain"), iptc7901.split, iptc7901.read, iptc7901.SOURCES
    ),
    "anpa": Format("ANPA 1312", ("text/vnd.iptc.anpa",), anpa.split, anpa.read, anpa.SOURCES),
    "zczc": Format("telegraph envelope ZCZC … NNNN", ("text/plain",), zczc.split, zczc.read, zczc.SOURCES),
    "e-mail": Format("e-mail", ("message/rfc822",), mail.split, mail.read, mail.SOURCES),
}


def parse(payload: Payload) -> tuple[str, Parse]:
    """The format's name and the payload's items: at least one, in the payload's order.

    Raises Rejected: TOO_LARGE, EMPTY, UNKNOWN_FORMAT, ENCODING, MALFORMED, TOO_DEEP, BAD_DATE, NO_ITEM; nothing
    else.  Same payload, same outcome.
    """
    if len(payload.data) > PAYLOAD_BYTES_MAX:
        raise Rejected(Reason.TOO_LARGE, f"{len(payload.data):,} bytes; at most {PAYLOAD_BYTES_MAX:,}")
    if not payload.data.strip():
        raise Rejected(Reason.EMPTY, f"{len(payload.data)} bytes, none but whitespace")
    name, warnings = _format(payload.data, payload.format)
    return name, FORMATS[name].parse(payload, warnings)


def _format(data: bytes, said: str | None) -> tuple[str, tuple[str, ...]]:
    """The format by the content; the publisher's word, which may be wrong, only where the content tells nothing."""
    try:
        found = sniff(data)
    except Rejected as rejected:
        if rejected.reason is Reason.UNKNOWN_FORMAT and said in FORMATS and said != "plain":
            return said, ()
        raise
    if found not in FORMATS:
        raise Rejected(Reason.UNKNOWN_FORMAT, f"recognised as {found}, which this version does not parse")
    if said is None or said == found:
        return found, ()
    if found == "plain" and said in FORMATS:
        return said, ()
    return found, (f"said to be {said[:40]}, read as {found}",)
