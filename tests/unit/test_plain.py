"""Plain copy, HTML and dates, as wires and vendors write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news import parse
from selectolax.lexbor import LexborHTMLParser

from pipeline.formats.parsed import Parsed, Payload
from pipeline.formats.text import html, plain
from pipeline.formats.text.encoding import AS_CP1252
from pipeline.records import Rejected
from pipeline.values.blanks import one_line
from pipeline.values.dates import parse_moment, read_instant

WRAPPED = (
    "The ferry to the northern islands came late on Wednesday, for\n- said its owner - the quay was icy there."
)
LONG = "The ferry to the northern islands came late on Wednesday because the quay was icy, its owner said there."


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("One.\n\nTwo.", ("One.", "Two.")),
        ("One.\r\n \t\r\nTwo.\r\n", ("One.", "Two.")),
        ("One.\nTwo.\nThree.", ("One.", "Two.", "Three.")),
        ("The ferry\ncame late.\n\nNobody\nminded.", ("The ferry came late.", "Nobody minded.")),
        (
            f"Ferry late\n{LONG}\n\n{LONG}",
            ("Ferry late", LONG, LONG),
        ),  # too long to be wrapped: its breaks are meant
        ("    The ferry\ncame late.\n    Nobody\nminded.", ("The ferry came late.", "Nobody minded.")),
        ("\tOne.\n\tTwo.", ("One.", "Two.")),
        ("One.\rTwo.\u2028Three.", ("One.", "Two.", "Three.")),
        ("The ferry\r\r\ncame late.\r\r\n\r\r\nAgain.", ("The ferry came late.", "Again.")),  # teleprinters
        (f"Bergen:\n{WRAPPED}\n\nAgain.", ("Bergen:", " ".join(WRAPPED.split()), "Again.")),  # it was meant to end
        ("Again.\n\n- One ferry and\n  the quay\n- Two", ("Again.", "- One ferry and the quay", "- Two")),
        ("Again.\n\nKai 4    2:1\nQuay     0:0", ("Again.", "Kai 4 2:1", "Quay 0:0")),
        (
            "Late:\n\nFerries\n3.00 Kai\n4.50 Quay\n9.00 Pier",
            ("Late:", "Ferries", "3.00 Kai", "4.50 Quay", "9.00 Pier"),
        ),
    ],
)
def test_paragraphs_as_the_wires_part_them(text: str, paragraphs: tuple[str, ...]) -> None:
    """Blank lines, one line a paragraph, hard wraps and indents are recognised by the lines themselves."""
    assert plain.paragraphs(text) == paragraphs


def test_wire_copy_in_one_element() -> None:
    """Indents part it if lines go on, or with blank lines among them; XML that a tool indents has no such lines."""
    blank = (
        "(Recasts)\n    * Ship sold\n\n    By Ana Ruiz\n    HOLM (Norden) - The ferry came late.\n    Nobody spoke."
    )
    found = ("(Recasts)", "* Ship sold", "By Ana Ruiz", "HOLM (Norden) - The ferry came late.", "Nobody spoke.")
    assert plain.of_wire_copy(blank) == found
    assert plain.of_wire_copy(blank.replace("ferry came", "ferry\ncame").replace("\n\n", "\n")) == found
    assert plain.of_wire_copy("\n    The ferry\n    came late.\n    Nobody spoke.\n") == ()


def test_a_format_that_wraps_its_lines() -> None:
    """In a hard-wrapped format one block is one paragraph; in an unknown text each line is one."""
    assert plain.unwrapped("The ferry\ncame late.") == ("The ferry came late.",)
    assert plain.unwrapped(f"The ferry\ncame late.\n\n{LONG}") == ("The ferry came late.", LONG)


@pytest.mark.parametrize(
    ("data", "paragraphs"),
    [
        (b"\x01FERRY\x1f7\x1fLATE " + b"late " * 40 + b".", ("FERRY 7 LATE" + " late" * 40 + " .",)),
        (b"\x01\x02\x03Ferry", None),
    ],
)
def test_control_characters(data: bytes, paragraphs: tuple[str, ...] | None) -> None:
    """A few control characters are dropped with a warning; binary data is rejected."""
    payload = Payload(data, "harbour", datetime(2022, 1, 3, tzinfo=UTC))
    if paragraphs is None:
        with pytest.raises(Rejected):
            parse(payload)
    else:
        assert parse(payload)[1].items == (Parsed(paragraphs=paragraphs, warnings=(plain.DROPPED,)),)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))).map(lambda text: re.sub(r"(\S{5})", r"\1\n", text)))
def test_plain_copy_loses_and_adds_no_word(text: str) -> None:
    """Whatever the lines, all words are kept in their order."""
    assert " ".join(plain.paragraphs(text)).split() == text.split()


@pytest.mark.parametrize(
    ("data", "warnings"),
    [
        ("Fähre – spät".encode(), ()),
        ("Fähre – spät".encode("utf-8-sig"), ()),
        ("Fähre – spät".encode("utf-16"), ()),
        ("Fähre – spät".encode("cp1252"), (AS_CP1252,)),
    ],
)
def test_letters_survive_their_encoding(data: bytes, warnings: tuple[str, ...]) -> None:
    """A text is UTF-8, what its byte order mark says, or Windows-1252 with a warning."""
    name, found = parse(Payload(data, "harbour", datetime(2022, 1, 3, tzinfo=UTC)))
    assert (name, found.items) == ("plain", (Parsed(paragraphs=("Fähre – spät",), warnings=warnings),))


@pytest.mark.parametrize(
    ("markup", "paragraphs"),
    [
        ("<p>a <b>b</b> c</p>", ("a b c",)),
        ("<b>K</b>yiv", ("Kyiv",)),
        ("<div>a<p>b</p>c</div>", ("a", "b", "c")),
        ("a<br>b<BR/>c", ("a", "b", "c")),
        ("<p>a<br>b</p><p>c<br/> &nbsp;<br/>d</p>", ("a b", "c", "d")),
        ("<p>a\n   b</p>\n\n<p>&nbsp;</p>", ("a b",)),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", ("a b", "c")),
        ("a<script>if (a<b) { x('</p>') }</script>b<style>p > a {}</style>", ("ab",)),
        ("a<script>never closed", ("a",)),
        ("a<svg><title>t</title><path/></svg>b", ("ab",)),
        ("a<svg>not closed", ("anot closed",)),
        ("a<!-- <p> -->b<!-->c<![CDATA[d]]>e", ("abce",)),
        ("a &lt;b&gt; &amp;amp; &eacute;", ("a <b> &amp; é",)),
        ('<p title="a > b" class=\'">\'>c</p>', ("c",)),
        ("5 < 6 & 7 > 2", ("5 < 6 & 7 > 2",)),
        ("<html><head><title>t</title></head><body>a</body></html>", ("a",)),
        ("", ()),
    ],
)
def test_html_becomes_paragraphs(markup: str, paragraphs: tuple[str, ...]) -> None:
    """Mixed content is one paragraph, blocks separate paragraphs, scripts are dropped, entities become letters."""
    assert html.paragraphs(markup) == paragraphs


TAGS = st.sampled_from(["p", "div", "b", "i", "a href='x>y'", "li", "h2", "blockquote", 'span class="z"', "em"])
WORDS = st.sampled_from(["ferry ", " late ", "&amp;", "&eacute;", "5 < 6 ", "<!-- no -->", "<br>", "<img alt='>'>"])
TREES = st.recursive(
    WORDS,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.split()[0]}>", TAGS, st.lists(inner, max_size=4)
    ),
    max_leaves=12,
)


@given(TREES)
def test_html_has_the_words_of_a_browsers_tree(markup: str) -> None:
    """The text has the same letters as the tree that lexbor builds, as browsers do."""
    body = LexborHTMLParser(markup).body
    expected = "" if body is None else body.text()
    assert re.sub(r"\s", "", "".join(html.paragraphs(markup))) == re.sub(r"\s", "", expected)


ZONES = {"Z": UTC, "+0100": timezone(timedelta(hours=1)), "-05:30": timezone(-timedelta(hours=5, minutes=30))}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        *((f"2022-01-12T10:00:00{zone}", datetime(2022, 1, 12, 10, tzinfo=info)) for zone, info in ZONES.items()),
        ("2022-01-12T10:00:00.123456789+01", datetime(2022, 1, 12, 10, 0, 0, 123456, ZONES["+0100"])),
        ("20220112T100000Z", datetime(2022, 1, 12, 10, tzinfo=UTC)),
        ("2022-01-12 10:00 UTC", datetime(2022, 1, 12, 10, tzinfo=UTC)),
        ("Wed, 12 Jan 2022 10:00:00 GMT", datetime(2022, 1, 12, 10, tzinfo=UTC)),
        ("12 Jan 2022 10:00 +0100", datetime(2022, 1, 12, 10, tzinfo=ZONES["+0100"])),
        ("2022-01-12T10:00:00", datetime(2022, 1, 12, 10)),  # noqa: DTZ001 - no offset is what it tests
        ("2022-13-12T10:00:00Z", None),
        ("1641981600", datetime(2022, 1, 12, 10, tzinfo=UTC)),
        ("1641981600000", datetime(2022, 1, 12, 10, tzinfo=UTC)),
        ("164198160", None),
        ("16419816000", None),
        ("20220112", datetime(2022, 1, 12)),  # noqa: DTZ001 - likewise
        ("yesterday", None),
        ("x" * 10_000, None),
    ],
)
def test_dates_as_wires_write_them(text: str, moment: datetime | None) -> None:
    """All known forms of dates are read, and nothing else."""
    assert parse_moment(text) == moment


def test_a_date_without_offset_is_utc_and_says_so() -> None:
    """A date without an offset is read as UTC, with a warning."""
    warnings: list[str] = []
    assert read_instant("2022-01-12T10:00:00", "published", warnings) == datetime(2022, 1, 12, 10, tzinfo=UTC)
    assert warnings == ["published: no offset, read as UTC"]


@given(st.text(st.sampled_from("ab \u00a0\u2009\u3000\u200b\n\t\x1c\x85é"), max_size=12))
def test_one_line(text: str) -> None:
    """The fast path of one_line gives the same as split and join, for any kind of blank."""
    assert one_line(text) == " ".join(text.split())
