"""XML: which documents are parsed, and the text, paragraphs and paths of a tree."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from growth import assert_linear
from lxml import etree

from pipeline.formats.xml.paths import Paths
from pipeline.formats.xml.text import CHARACTERS_READ, ENTITIES_READ, PREFIXES_READ, load_xml, parse_tree
from pipeline.formats.xml.tree import body_paragraphs, words
from pipeline.records import Reason, Rejected

REJECTED = [
    ("an entity of its own", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', Reason.MALFORMED),
    ("entities that grow", b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><a>&z;</a>', Reason.MALFORMED),
    ("an entity from outside", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///quay">]><a>&x;</a>', Reason.MALFORMED),
    ("an entity behind a DTD", b'<!DOCTYPE a [<!ENTITY % x SYSTEM "q"> %x;<!ENTITY y "z">]><a/>', Reason.MALFORMED),
    ("a parameter entity's text", b'<!DOCTYPE a [<!ENTITY % x "y"> %x;]><a/>', Reason.MALFORMED),
    ("defaults of its own", b'<!DOCTYPE a [<!ATTLIST a b CDATA "c">]><a/>', Reason.MALFORMED),
    ("a document type that never ends", b"<!DOCTYPE a <a/>", Reason.MALFORMED),
    ("an unknown entity", b"<a>&quay;</a>", Reason.MALFORMED),
    ("cut short", b"<a><b>", Reason.MALFORMED),
    ("two roots", b"<a/><a/>", Reason.MALFORMED),
    ("nested too deep", b"<a>" * 1000, Reason.TOO_DEEP),
    ("too many elements", b"<a>" + b"<b/>" * 70_000 + b"</a>", Reason.TOO_LARGE),
    ("too many attributes", b"<a " + b" ".join(b'a%d=""' % n for n in range(60_000)) + b"/>", Reason.TOO_LARGE),
    ("a NUL", b"<a>\0</a>", Reason.ENCODING),
]  # fmt: skip


@pytest.mark.parametrize(("data", "reason"), [row[1:] for row in REJECTED], ids=[row[0] for row in REJECTED])
def test_rejected(data: bytes, reason: Reason) -> None:
    """Malformed documents and those with entities of their own are rejected; nothing is expanded or fetched."""
    with pytest.raises(Rejected) as caught:
        parse_tree(data)
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    "unit",
    [
        '<!DOCTYPE "',
        "<!DOCTYPE a '>",
        "<!DOCTYPE a>",
        "<!DOCTYPE[",
        "<!DOCTYPE[%a;",
        '<!DOCTYPE[<!ENTITY % a SYSTEM "b">',
        "<![CDATA[",
        "<!--",
        "&a;",
        "<a b='",
        "<a:",
        " a:b",
        '<!-- <a b:c=""',
    ],
)
@pytest.mark.slow
def test_a_megabyte_of_beginnings(unit: str) -> None:
    """Time grows linearly with size, also for a text of nothing but beginnings."""

    def prepared(size: int) -> Callable[[], object]:
        data = (unit * (size // len(unit))).encode()
        with pytest.raises(Rejected):
            parse_tree(data)
        return partial(parse_tree, data)

    assert_linear(prepared, 500_000)


@pytest.mark.parametrize(
    ("data", "warnings"),
    [
        (b'<!DOCTYPE nitf SYSTEM "../dtd/nitf-3-2.dtd"><a xmlns="urn:x" xmlns:y="urn:y"><y:b>Quay</y:b></a>', ()),
        (b'<!DOCTYPE NewsML PUBLIC "-//IPTC//DTD 1.2//EN" "NewsML.dtd" ><a><!-- x --><?y z?><b>Quay</b></a>', ()),
        (b'<!DOCTYPE a SYSTEM "a"\n[<!ENTITY % x SYSTEM "http://quay.example/"> %x; ]><a><b>Quay</b></a>', ()),
        (b"<a><b>&nbsp;Quay&nbsp;</b></a>", (ENTITIES_READ,)),
        ("<?xml version='1.0' encoding='iso-8859-1'?><a><b>Quay</b></a>".encode("latin-1"), ()),
        (b'<?xml version="1.0"?><!-- <c> --><a x:c="1"><y:b>Quay</y:b></a>', (PREFIXES_READ,)),
        (b'<a xmlns:y="urn:y"><b x:c="1"><?y?>Quay</b></a>', (PREFIXES_READ,)),
        (b"<y:a><b>&nbsp;Quay</b></y:a>", (PREFIXES_READ, ENTITIES_READ)),
        (b'<a><b c="?d=1&e=2&Sig=3">Quay</b></a>', (CHARACTERS_READ,)),
        (b"<a><b>Qu\x07ay</b></a>", (CHARACTERS_READ,)),
    ],
)  # fmt: skip
def test_read(data: bytes, warnings: tuple[str, ...]) -> None:
    """A document type that only names DTDs is skipped; tags are local names; comments are dropped."""
    root, found = parse_tree(data)
    assert ([element.tag for element in root.iter()], words(root), found) == (["a", "b"], "Quay", warnings)


BODIES = [
    ("<p>A <b>ferry <i>was</i></b> late.</p>\n  <p/><p>Again.</p>", ("A ferry was late.", "Again.")),
    ("<block><p>One</p>two<hl2>Three</hl2></block>", ("One", "two", "Three")),
    ("One<br/>two", ("One", "two")),
    ("<p>One<br/>two</p><p>Three</p>", ("One two", "Three")),
    ("<p>One<br/> <br/>two</p>", ("One", "two")),
    ("<table><tr><td>Oslo</td><td>3</td></tr><tr><td>Rome</td><td>4</td></tr></table>", ("Oslo 3", "Rome 4")),
    ("<p>Late.</p><media><media-caption><p>A ferry</p></media-caption></media><script>x()</script>", ("Late.",)),
    ("<pre>  One\n  goes on\n\n  Two</pre>", ("One goes on", "Two")),
    ("One\n\nTwo", ("One", "Two")),
    ('<p>One</p><note type="npa"><body.content><p>Call Ada</p></body.content></note><p>Two</p>', ("One", "Two")),
    ('<note noteclass="editorsnote"><body.content><p>Call Ada</p></body.content></note>Two', ("Two",)),
    ('<note type="pa"><body.content><p>Names changed</p></body.content></note>Two', ("Names changed", "Two")),
    ('<note noteclass="end"><body.content><p>Names changed</p></body.content></note>Two', ("Names changed", "Two")),
    ("<p>عاجل: <b>تأخر</b> العبّارة</p>", ("عاجل: تأخر العبّارة",)),
]


@pytest.mark.parametrize(("body", "expected"), BODIES)
def test_paragraphs(body: str, expected: tuple[str, ...]) -> None:
    """A body keeps every word in its order and mixed content in one paragraph, without pictures and scripts."""
    assert body_paragraphs(etree.fromstring(f"<body>{body}</body>")) == expected


@pytest.mark.parametrize(
    ("label", "written", "warned"),
    [
        ("iso-8859-1", "utf-8", True),
        ("iso-8859-1", "cp1252", False),
        ("windows-1252", "utf-8", True),
        ("utf-8", "utf-8", False),
        ("utf-8", "cp1252", True),
    ],
)
def test_an_encoding_that_is_declared_wrongly(label: str, written: str, warned: bool) -> None:
    """The bytes decide between UTF-8 and an encoding of one byte a letter, whatever is declared."""
    root, warnings = parse_tree(f'<?xml version="1.0" encoding="{label}"?><a>Fähre spät</a>'.encode(written))
    assert (words(root), bool(warnings)) == ("Fähre spät", warned)


def test_text() -> None:
    """The first path that has text is used."""
    paths = Paths((etree.fromstring("<a><b/><b> x  <i>y</i></b><c>z<br/>w</c></a>"),))
    assert (paths.text("d", "b", "c"), paths.text("c"), paths.text("d")) == ("x y", "z w", None)


def test_attributes() -> None:
    """A path may end in an attribute, also of the root; empty ones are skipped."""
    paths = Paths((etree.fromstring('<a id=" x  y " xml:lang="de"><b q="u"/><b q=""/><b q="v">z</b></a>'),))
    assert (paths.text("@id"), paths.text("@xml:lang"), list(paths.values("b/@q"))) == ("x y", "de", ["u", "v"])
    assert (paths.text("@q", "b"), list(paths.values("b"))) == ("z", ["z"])


def test_several_roots() -> None:
    """A path finds what is below each of several elements, in their order; named roots are separate."""
    inner, outer = etree.fromstring("<a><b>1</b></a>"), etree.fromstring("<a><c/><b>2</b></a>")
    paths = Paths.of(item=(inner, outer), envelope=())
    assert list(paths.values("item/b")) == ["1", "2"]
    assert (paths.text("envelope/b", "other/b"), paths.every("item/c/@x")) == (None, [outer[0]])


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Ash & Oak, A&O, R&amp;B, &#8217;", "Ash & Oak, A&O, R&B, ’"),
        ("<![CDATA[Ash & Oak]]> & Elm", "Ash & Oak & Elm"),
        ("Ash &nbsp; & Oak", "Ash & Oak"),
    ],
)
def test_an_ampersand_that_begins_no_reference(text: str, read: str) -> None:
    """It is one, in a feed, too; in CDATA it stays as it is."""
    document = f"<a>{text}</a>".encode()
    assert words(parse_tree(document)[0]) == read
    assert CHARACTERS_READ in load_xml(document)[1]


@pytest.mark.parametrize("document", [b"<a>&#x7;</a>", b"<a>& <b</a>", b"<a>&</b>", b"<a>&quay; &</a>"])
def test_other_errors_beside_it_are_not_mended(document: bytes) -> None:
    """Nobody knows what was meant."""
    for read in (parse_tree, load_xml):
        with pytest.raises(Rejected):
            read(document)
