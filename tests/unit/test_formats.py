"""parse(): what is rejected and why, and the laws that hold for any bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from growth import seconds
from hypothesis import given
from hypothesis import strategies as st
from news import parse

from pipeline import formats
from pipeline.formats import FORMATS, PAYLOAD_BYTES_MAX
from pipeline.formats.format import ITEMS_MAX
from pipeline.formats.limits import WARNINGS_MAX
from pipeline.formats.parsed import Broken, Parse, Parsed, Payload
from pipeline.records import Reason, Rejected

RECEIVED = datetime(2022, 1, 3, tzinfo=UTC)
RSS = (
    b'<rss version="2.0"><channel><title>Harbour Wire</title><item><title>Ferry late</title></item></channel></rss>'
)


def payload(data: bytes, name: str | None = None) -> Payload:
    return Payload(data, "harbour", RECEIVED, name)


def ninjs(**fields: Any) -> bytes:
    return json.dumps({"uri": "urn:harbour:1", "headline": "Ferry late", **fields}).encode()


REJECTED = [
    ("empty", b"", Reason.EMPTY),
    ("only whitespace", b" \r\n\t ", Reason.EMPTY),
    ("5 MB", b"x" * 5_000_000, Reason.TOO_LARGE),
    ("one byte over", b"x" * (PAYLOAD_BYTES_MAX + 1), Reason.TOO_LARGE),
    ("JSON cut short", ninjs()[:-4], Reason.MALFORMED),
    ("JSON of a brace", b"{", Reason.MALFORMED),
    ("JSON of a bracket", b" [", Reason.MALFORMED),
    ("JSON lines in one payload", ninjs() + b"\n" + ninjs(), Reason.MALFORMED),
    ("JSON with NaN", b'{"uri": "urn:harbour:1", "urgency": NaN}', Reason.MALFORMED),
    ("JSON with a number of 5,000 digits, broken", b'{"uri": ' + b"9" * 5_000 + b', "a": "\t"}', Reason.MALFORMED),
    ("XML cut short in the copy", RSS[:-30], Reason.MALFORMED),
    ("XML cut short in the root", b"<rs", Reason.MALFORMED),
    ("XML of a prologue", b"<?xml version='1.0'?><!-- nothing", Reason.MALFORMED),
    ("unknown XML", b"<cargo><crate/></cargo>", Reason.UNKNOWN_FORMAT),
    ("unknown JSON", b'{"crates": 3}', Reason.UNKNOWN_FORMAT),
    ("JSON of numbers", b"[[1], [2]]", Reason.UNKNOWN_FORMAT),
    ("UTF-16 without its mark", "Ferry late".encode("utf-16-le"), Reason.ENCODING),
    ("UTF-16 cut in a letter", "Ferry late".encode("utf-16")[:-1], Reason.ENCODING),
    ("NUL bytes", b"Ferry\0late", Reason.ENCODING),
    ("NUL bytes in JSON", ninjs().replace(b"late", b"l\0te"), Reason.ENCODING),
    ("NUL escaped in JSON", ninjs(headline="Ferry\0late"), Reason.MALFORMED),
    ("NUL bytes in XML", RSS.replace(b"late", b"l\0te"), Reason.ENCODING),
    ("control characters", b"Ferry\x01late", Reason.ENCODING),
    ("neither UTF-8 nor Windows-1252", b"Ferry \x81 late", Reason.ENCODING),
    ("UTF-8 with a broken letter", "Fähre über Förde später".encode() + b"\xc3", Reason.ENCODING),
    ("100,000 nested brackets", b"[" * 100_000, Reason.TOO_DEEP),
    ("100,000 nested objects", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, Reason.TOO_DEEP),
    ("10,000 nested elements", b"<rss>" + b"<a>" * 10_000, Reason.TOO_DEEP),
    ("30,000 elements", b"<rss>" + b"<a/>" * 30_000 + b"</rss>", Reason.TOO_LARGE),
    ("a feed of 200,000 lines", RSS.replace(b"Ferry late", b"\n" * 200_000), Reason.TOO_LARGE),
    ("year 9999", ninjs(versioncreated="9999-12-31T00:00:00Z"), Reason.BAD_DATE),
    ("embargo in the year 9999", ninjs(embargoed="9999-12-31T00:00:00Z"), Reason.BAD_DATE),
    ("year 9999 in RSS", RSS.replace(b"</item>", b"<pubDate>Fri, 31 Dec 9999 00:00:00 GMT</pubDate></item>"),
     Reason.BAD_DATE),
    ("year 1", ninjs(versioncreated="0001-01-01T00:00:00+14:00"), Reason.BAD_DATE),
    ("JSON of nothing", b"{}", Reason.NO_ITEM),
    ("JSON of no items", b'{"items": []}', Reason.NO_ITEM),
    ("a uri alone", b'{"uri": "urn:harbour:1"}', Reason.NO_ITEM),
    ("a feed without entries", b'<rss version="2.0"><channel/></rss>', Reason.NO_ITEM),
    ("1,001 items", json.dumps([{"headline": "x"}] * (ITEMS_MAX + 1)).encode(), Reason.TOO_LARGE),
    ("an endless uri", ninjs(uri="urn:" + "x" * 2_000), Reason.MALFORMED),
]  # fmt: skip


@pytest.mark.parametrize(("data", "reason"), [row[1:] for row in REJECTED], ids=[row[0] for row in REJECTED])
def test_bad_payloads_are_rejected_with_their_reason(data: bytes, reason: Reason) -> None:
    """Every kind of bad payload is rejected with its reason."""
    with pytest.raises(Rejected) as caught:
        parse(payload(data))
    assert caught.value.reason is reason, caught.value


def test_deep_nesting_is_refused_before_it_costs() -> None:
    """Deep nesting is rejected at its first excess bracket."""
    nested = payload(b"[" * 100_000)
    with pytest.raises(Rejected):
        parse(nested)
    assert seconds(lambda: parse(nested)) < 0.1  # measured 0.2 ms


def test_brackets_inside_strings_do_not_nest() -> None:
    """Brackets within a text do not count as nesting."""
    assert only(ninjs(body_text="[" * 5_000)).paragraphs == ("[" * 5_000,)


def test_a_broken_item_does_not_cost_its_neighbours() -> None:
    """Of several items the broken ones are named by their number and the others are read."""
    data = json.dumps(
        [{"headline": "Ferry late"}, 7, {"headline": "Quay shut", "versionCreated": "9999-01-01"}, {}]
    )
    items = parse(payload(data.encode()))[1].items
    assert isinstance(items[0], Parsed)
    assert [(item.part, item.reason) for item in items if isinstance(item, Broken)] == [
        (1, "malformed"),
        (2, "bad-date"),
        (3, "no-item"),
    ]


def test_long_fields_are_cut_with_a_warning() -> None:
    """A long field is cut with a warning, and the number of warnings is limited."""
    item = only(ninjs(headline="x" * 5_000, subject=[{"name": str(n)} for n in range(300)]))
    assert (len(item.headline), len(item.subjects)) == (1_000, 200)
    assert any(text.startswith("headline cut") for text in item.warnings)
    assert any(text.startswith("subjects cut") for text in item.warnings)
    noisy = only(ninjs(subject=[{"name": {}, "literal": "a", f"{n}": 1} for n in range(3)], **{"by": [{}] * 3}))
    assert len(noisy.warnings) <= WARNINGS_MAX


@pytest.mark.parametrize("data", [b"ab " * 100_000, ninjs(body_text="ab " * 400_000), b"ab\n\n" * 6_000])
def test_of_too_large_a_body_only_the_edges_are_kept(data: bytes) -> None:
    """Normalise rejects it, unless it is a kill or a hold, which goes out without it."""
    (item,) = formats.parse(payload(data))[1].items
    assert isinstance(item, Parsed)
    assert item.unfit
    assert len("".join(item.paragraphs)) < 12_000


def test_control_characters_and_half_letters_never_leave() -> None:
    """Control characters and surrogates from JSON escapes are removed with a warning; items fit UTF-8."""
    item = only(b'{"uri": "urn:harbour:1", "headline": "Fer\\u0007ry \\ud800late"}')
    assert item.headline == "Ferry \ufffdlate"
    assert len(item.warnings) == 2


def only(data: bytes) -> Parsed:
    (item,) = parse(payload(data))[1].items
    assert isinstance(item, Parsed)
    return item


def outcome(data: bytes, name: str | None) -> tuple[str, Parse] | str:
    try:
        return parse(payload(data, name))
    except Rejected as rejected:
        return str(rejected)


PIECES = st.sampled_from(
    [b"<rss>", b"</rss>", b"<channel>", b"<item>", b"</item>", b"<title>", b"<![CDATA[", b"]]>", b"<!DOCTYPE a [",
     b"&#0;", b"&nbsp;", b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"<entry>", b'{"uri":', b'"headline":',
     b'"bodies":', b"[", b"]", b"{", b"}", b'"', b"\\", b"\\ud800", b",", b":", b"null", b"1e999", b"<p>", b"<br",
     b"=", b"'", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\r\n", b"   ", b"2022-01-01T00:00:00",
     b"<?xml version='1.0' encoding='rot13'?>"]
)  # fmt: skip


@given(
    st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=25).map(b"".join)),
    st.sampled_from([None, *FORMATS]),
)
def test_any_bytes_parse_or_are_rejected_and_twice_the_same(data: bytes, name: str | None) -> None:
    """Any bytes under any declared name raise nothing but Rejected, and give the same result twice."""
    assert outcome(data, name) == outcome(data, name)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "role", "name"]), inner),
    max_leaves=6,
)
NAMES = ["uri", "version", "versionCreated", "embargoed", "pubStatus", "headline", "headlines", "body_html",
         "bodies", "subjects", "altids", "edNote", "urgency", "by", "infosource", "type", "items"]  # fmt: skip


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_any_value_in_any_field_is_read_or_rejected(document: dict[str, Any]) -> None:
    """Values of any type raise nothing but Rejected, and items can be written as UTF-8."""
    found = outcome(json.dumps(document).encode(), "ninjs")
    repr(found).encode()
