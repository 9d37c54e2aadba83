"""What a reader of a page does not see is no copy, but what it says to editors counts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from planting import AP, COPY, G2, NEWSML1, NINJS, NITF, RSS, in_json
from walk import Newsroom

from pipeline.formats.text import html

SECRET = "Zanzibarword"
HOLD = "EMBARGOED UNTIL FURTHER NOTICE"
HIDDEN = [
    "<p hidden>~</p>", "<p aria-hidden=true>~</p>", "<!-- ~ -->", "<dialog>~</dialog>", "<p>so <del>~</del> on</p>",
    "<p>so <s>~</s> on</p>", "<p>so <strike>~</strike> on</p>", '<p style="text-decoration:line-through">~</p>',
    "<datalist><option>~</option></datalist>", "<ruby>a<rp>~</rp></ruby>", "<p popover>~</p>",
    "<p data-visibility=private>~</p>", "<?note ~?>", "<![CDATA[~]]>",
    "<template><p>~</p></template>", "<noscript><p>~</p></noscript>", "<textarea>~</textarea>",
    *(f'<p class="{one}">~</p>' for one in (
        "hidden", "text d-none", "HIDDEN", "sr-only", "visually-hidden", "private", "internal-note", "np-nonpublic",
        "note-private", "internal_comment", "editors-only",
    )),
    *(f'<p style="{one}">~</p>' for one in (
        "display:none", "DISPLAY : NONE !important", "display:/**/none", r"d\69 splay:none", "visibility:hidden",
        "font-size:0", "font-size: .0em", "font-size:1px", "opacity:0.0", "color:transparent",
        "color:#fff;background:white", "background-color:#eee;color:#EEE", "position:absolute;left:-9999px",
        "text-indent:-999em", "height:0;overflow:hidden", "overflow:hidden;max-height: 0px", "clip:rect(0 0 0 0)",
        "clip-path:inset(50%)", "transform:scale(0)", "mso-hide:all", "visibility:collapse",
        "filter: blur(0) opacity(0%)", "color:rgba(0,0,0,0)", "color:#0000",
        "transform:translateX(-9999px)", "font:0/0 a",
        "width:1px;height:1px;overflow:hidden",
    )),
]  # fmt: skip
SHOWN = [
    "<p>~</p>", "<dialog open>~</dialog>", "<details><summary>More</summary>~</details>", "<ins>~</ins>",
    "<small>~</small>", '<p style="text-decoration:underline">~</p>',
    *(f'<p class="{one}">~</p>' for one in (
        "unhidden", "hidden md:block", "d-none d-md-block", "private-equity", "internal-affairs",
    )),
    *(f'<p style="{one}">~</p>' for one in (
        "display:block", "font-size:10px", "font-size:0.9em", "opacity:.5", "color:#fff;background:#000",
        "border-color:transparent", "margin-left:-15px", "line-height:0;overflow:hidden", "transform:scale(0.9)",
        "height:100px;overflow:hidden", "color:#100", "filter:opacity(50%)", "transform:translateX(-5px)",
        "color:rgba(0,0,0,.5)",
        "font:12px/0 a",
    )),
]  # fmt: skip


@pytest.mark.parametrize("way", HIDDEN)
def test_what_is_hidden_is_heard_and_not_shown(way: str) -> None:
    """What follows it is shown."""
    markup = f"<p>{COPY}</p>{way.replace('~', SECRET)}<p>Ends.</p>"
    assert html.paragraphs(markup)[-1] == "Ends."
    assert SECRET not in "".join(html.paragraphs(markup))
    assert SECRET in "".join(html.hidden_texts(markup))
    assert SECRET not in "".join(block.markup for block in html.blocks(markup))


@pytest.mark.parametrize("way", SHOWN)
def test_what_only_looks_hidden_is_shown(way: str) -> None:
    """The twins."""
    markup = f"<p>{COPY}</p>{way.replace('~', SECRET)}"
    assert SECRET in "".join(html.paragraphs(markup))
    assert html.hidden_texts(markup) == ()


TREES = {  # formats whose bodies are XML: the place of a paragraph
    "newsml-g2": (G2, "</body>"),
    "nitf": (NITF, "</body.content>"),
    "newsml-1.2": (NEWSML1.replace(COPY, f"<p>{COPY}</p>"), "</DataContent>"),
}
IN_XML = [
    way for way in HIDDEN if not any(one in way for one in ("hidden>", "popover>", "=true", "=private", "<!", "<?"))
]


@pytest.mark.parametrize("way", [IN_XML[0], *IN_XML[1:5], IN_XML[8], IN_XML[16]])
@pytest.mark.parametrize("name", TREES)
def test_bodies_of_xml_hide_the_same(name: str, way: str) -> None:
    """One table for both; a note in it holds the item."""
    document, end = TREES[name]
    newsroom = Newsroom("normalise", "resolve")
    (item,) = newsroom.send(document.replace(end, f"{way.replace('~', SECRET)}{end}").encode())
    assert SECRET not in item.model_dump_json()
    assert (
        Newsroom("normalise", "resolve").send(document.replace(end, f"{way.replace('~', HOLD)}{end}").encode())
        == []
    )


def is_published(data: str) -> bool:
    return bool(Newsroom("normalise", "resolve").send(data.encode()))


BESIDE_COPY = (
    '<img src="a" alt="~">', '<p title="~">Ends.</p>', '<section aria-label="~">Ends.</section>',
    '<p data-note="~">Ends.</p>', '<input placeholder="~">', '<iframe srcdoc="<p>~</p>"></iframe>',
    "<iframe>~</iframe>", "<svg><text>~</text></svg>", "<svg><title>~</title></svg>",
    "<select><option>Ends</option><option>~</option></select>", '<select><optgroup label="~"></optgroup></select>',
    "<button>~</button>", "<object>~</object>", "<audio>~</audio>", "<math><annotation>~</annotation></math>",
    '<script type="application/ld+json">{"note": "~"}</script>', "<!DOCTYPE ~>", "<ruby>x<rt>~</rt></ruby>",
    "<table><tr><td>Note</td><td>~</td></tr></table>", "<table><tr><th>Note<td>~</table>",
)  # fmt: skip


@pytest.mark.parametrize("way", BESIDE_COPY)
def test_what_is_beside_the_copy_is_heard(way: str) -> None:
    """In attributes, drawings, controls, frames, data, parts of a line; its twin is published."""
    for text, held in (("Embargoed until Tuesday", True), ("Extended until Tuesday", False)):
        item = {**NINJS, "body_text": None, "body_html": f"<p>{COPY}</p>{way.replace('~', text)}"}
        assert is_published(json.dumps(item)) is not held, text


@pytest.mark.parametrize("name", TREES)
@pytest.mark.parametrize(
    "way", [one for one in BESIDE_COPY if one.endswith("></p>") or "<svg" in one or "td" in one]
)
def test_what_is_beside_the_copy_of_xml_is_heard(name: str, way: str) -> None:
    """The same in a tree."""
    document, end = TREES[name]
    for text, held in (("Embargoed until Tuesday", True), ("Extended until Tuesday", False)):
        way = way if "<th>" not in way else "<table><tr><td>~</td></tr></table>"
        assert is_published(document.replace(end, f"{way.replace('~', text)}{end}")) is not held, text


def test_a_table_may_be_about_holds() -> None:
    """A cell of one or two words is what the table is about."""
    for cell in ("Hold", "On hold", "Cancelled", "Withdrawn", "Embargo"):
        table = f"<table><tr><td>Quay</td><td>{cell}</td></tr></table>"
        item = {**NINJS, "body_text": None, "body_html": f"<p>{COPY}</p>{table}"}
        assert is_published(json.dumps(item)), cell


REMARKS = ("<!-- ~ -->", "<!--\n~\n-->", "<?note ~?>")


@pytest.mark.parametrize("remark", REMARKS)
@pytest.mark.parametrize(
    ("document", "before"),
    [(G2, "</itemMeta>"), (NITF, "</docdata>"), (NEWSML1, "</NewsManagement>"), (RSS, "<guid>")],
)
def test_comments_of_xml(document: str, before: str, remark: str) -> None:
    """A note in a comment or a processing instruction holds the items; what explains the document does not."""
    for text, held in ((HOLD, True), ("made by 1.2", False)):
        assert is_published(document.replace(before, f"{remark.replace('~', text)}{before}", 1)) is not held


@pytest.mark.parametrize("remark", REMARKS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_remarks_before_the_root(remark: str, encoding: str) -> None:
    """With an XML declaration and without, in any encoding."""
    for before in ("", '<?xml version="1.0"?>'):
        for text, held in ((HOLD, True), ("made by 1.2", False)):
            data = f"{before}{remark.replace('~', text)}{NITF}".encode(encoding)
            assert bool(Newsroom("normalise", "resolve").send(data)) is not held


def test_a_comment_within_an_entry_is_said_of_it_alone() -> None:
    """HTML in CDATA has comments of its own."""
    other = f"<item><guid>quay-8</guid><description>{COPY} Again.</description></item>"
    data = RSS.replace(COPY, f"<![CDATA[<p>{COPY}</p><!-- {HOLD} -->]]>").replace(
        "</channel>", f"{other}</channel>"
    )
    assert len(Newsroom("normalise", "resolve").send(data.encode())) == 1


def test_html_that_was_escaped_twice() -> None:
    """Readers see its tags, and the reader of notes reads the line without them."""
    for text, held in ((HOLD, True), ("Lomsk news", False)):
        first, rest = text.split(" ", 1)
        for written in (f"&lt;b&gt;{first}&lt;/b&gt; {rest}", f"&amp;lt;b&amp;gt;{first}&amp;lt;/b&amp;gt; {rest}"):
            data = RSS.replace(COPY, f"<![CDATA[<p>{written}</p><p>&amp;nbsp;{COPY}</p>]]>")
            assert is_published(data) is not held


NITF_IN = (
    '<nitf><head><docdata management-status="usable">~</docdata></head><body><body.content>'
    f"<p>{COPY}</p>^</body.content></body></nitf>"
)
NOTES = (  # in the head and in the body of the NITF; what holds or kills, and its twin
    ('<date.release norm="20990101T000000Z"/>', "", '<date.release norm="20010101T000000Z"/>', ""),
    (f'<ed-msg info="{HOLD}"/>', "", '<ed-msg info="With a map."/>', ""),
    ("", f"<note><p>{HOLD}</p></note>", "", "<note><p>With a map.</p></note>"),
    ("", f"<media><caption>{HOLD}</caption></media>", "", "<media><caption>A quay.</caption></media>"),
)  # fmt: skip


@pytest.mark.parametrize("name", ["ninjs", "ap-json"])
@pytest.mark.parametrize(("head", "body", "twin_head", "twin_body"), NOTES)
def test_nitf_within_json(name: str, head: str, body: str, twin_head: str, twin_body: str) -> None:
    """Its embargo, its notes and its status count, in ninjs as in AP's; only its copy is shown."""
    document: dict[str, Any] = {**(NINJS if name == "ninjs" else AP), "body_text": None}
    member = "body_xhtml" if name == "ninjs" else "body_nitf"
    for one, other, held in ((head, body, True), (twin_head, twin_body, False)):
        data = in_json(document)(member, NITF_IN.replace("~", one).replace("^", other)).decode()
        found = Newsroom("normalise", "resolve").send(data.encode())
        assert bool(found) is not held
        assert [item.body for item in found] == [COPY] * (not held)


def test_a_withheld_nitf_within_ninjs() -> None:
    """Its status counts; and a kill by its doc-id meets the item."""
    markup = NITF_IN.replace("~", '<doc-id id-string="nitf:77341"/>').replace("^", "")
    members = {**NINJS, "body_text": None, "body_xhtml": markup}
    assert not is_published(json.dumps(members).replace('\\"usable', '\\"withheld'))
    newsroom = Newsroom("normalise", "resolve")
    assert len(newsroom.send(json.dumps(members).encode())) == 1
    kill = NITF.replace('"usable"', '"canceled"').replace("quay-7", "nitf:77341")
    assert [item.pub_status for item in newsroom.send(kill.encode())] == ["canceled"]
    assert not is_published(json.dumps({**members, "body_xhtml": markup.replace("</docdata>", "")}))
