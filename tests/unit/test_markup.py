"""The body as HTML: clean, and no word more than the body as text."""

from __future__ import annotations

from functools import partial

import pytest
from growth import assert_linear
from hypothesis import given
from hypothesis import strategies as st

from pipeline.copy.damage import repair
from pipeline.formats.text.html import blocks, paragraphs
from pipeline.normalise.markup import body_html
from pipeline.values.blanks import untagged

SHOWN = [
    ("<p>The <b>ferry</b> was late.</p>", "<p>The <b>ferry</b> was late.</p>"),
    ("<p>Late.</p><p>Again.</p>", ""),  # says no more than the text
    ("Late & cold", ""),
    (
        "<h2>Why</h2><p>Ice &amp; fog</p><ul><li>ice</li><li>fog</li></ul><ol><li>x</li></ol>",
        "<h2>Why</h2>\n<p>Ice &amp; fog</p>\n<ul><li>ice</li><li>fog</li></ul>\n<ol><li>x</li></ol>",
    ),
    (
        "<table><thead><tr><th>a</th></tr></thead><tr><td colspan=2 style=x>b</td><td>c</td></tr></table>",
        '<table><tbody><tr><th>a</th></tr><tr><td colspan="2">b</td><td>c</td></tr></tbody></table>',
    ),
    (
        "<table><tr><td>a</td><td><p><b>b</b></p><p>c</p></td></tr><tr><td>d</td></tr></table>",
        "<table><tbody><tr><td>a</td><td></td></tr></tbody></table>\n<p><b>b</b></p>\n<p>c</p>\n"
        "<table><tbody><tr><td>d</td></tr></tbody></table>",
    ),
    (
        '<p>See <a href="https://quay.example/?a=1&b=2" onclick="x()" target=_top>here</a>.</p>',
        '<p>See <a href="https://quay.example/?a=1&amp;b=2" rel="noopener noreferrer nofollow">here</a>.</p>',
    ),
    ('<p>See <a href="/logout">here</a>.</p>', '<p>See <a rel="noopener noreferrer nofollow">here</a>.</p>'),
    (
        "<hl2>Why</hl2><bq><block><p>Said so</p></block></bq>",
        "<h3>Why</h3>\n<blockquote><p>Said so</p></blockquote>",
    ),
    ("<blockquote><p>One</p><p>Two</p></blockquote>", "<blockquote><p>One</p><p>Two</p></blockquote>"),
    (
        "<h2>Why</h2><p>By <quay>\n  Ada</quay></p>",
        "<h2>Why</h2>\n<p>By Ada</p>",
    ),  # nothing left of a vendor's element
    ("<li><p>One <em>i</em></p>", "<ul><li>One <em>i</em></li></ul>"),
]


@pytest.mark.parametrize(("markup", "expected"), SHOWN)
def test_what_is_kept(markup: str, expected: str) -> None:
    """Subheads, lists, tables, quotations, emphasis and links stay; without any there is no second body."""
    assert body_html(markup, paragraphs(markup)) == expected


HOSTILE = [
    "<p><b>a</b><script>alert(1)</script></p>",
    '<p><b>a</b><img src=x onerror="alert(1)"></p>',
    '<p><a href="javascript:alert(1)">a</a> <a href="data:text/html,x">b</a></p>',
    "<p><b onmouseover=alert(1) style='background:url(x)'>a</b></p>",
    "<p><b>a</b><svg><script>alert(1)</script></svg><math><mtext></mtext></math></p>",
    "<p><b>a</b><iframe srcdoc='<script>x</script>'></iframe><object data=x></object><style>@import x</style></p>",
    "<p><b>a</b>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "<table><tr><td><b>a</b></td></tr></table><form action=x><input name=y></form>",
    '<p><b title="</b><script>alert(1)</script>">a</b></p>',
    "<p><b>a</b><!--><script>alert(1)</script>--></p>",
]
FORBIDDEN = (
    "<script",
    "<img",
    "<svg",
    "<iframe",
    "<object",
    "<style",
    "<form",
    "<input",
    "javascript:",
    "data:",
    "=x",
)


@pytest.mark.parametrize("markup", HOSTILE)
def test_nothing_runs(markup: str) -> None:
    """Neither body holds anything that a browser would run, fetch or submit."""
    body = tuple(untagged(text) for text in paragraphs(markup))
    for text in (body_html(markup, body), *body):
        assert not [word for word in FORBIDDEN if word in text.lower()], text


def test_the_copy_decides_what_is_said() -> None:
    """A paragraph that the copy dropped is not here, one that it changed is here in its own words."""
    markup = (
        "<p>OSLO (Norden) - The <b>ferry</b> was late.</p><p><i>Ice</i></p><p>Call <b>Ada</b>, not for print</p>"
    )
    assert body_html(markup, ("The ferry was late.", "Ice")) == "<p>The ferry was late.</p>\n<p><i>Ice</i></p>"


PIECES = [
    "<p>", "</p>", "<b>", "</b>", "<li>", "<tr><td>", "<a href='x'>", "</a>", "<br>", "<!--", "-->", "<script>",
    "</script>", "<", ">", "&lt;", "&#60;b>", '"', "a", " b", "é", "\u200b",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_word_more(markup: str) -> None:
    """Whatever the markup, the HTML body has the words of the paragraphs, all of them, in their order."""
    kept = tuple(seen for text in paragraphs(markup) if (seen := repair(text)))  # as copy keeps them
    if whole := body_html(markup, kept):
        assert " ".join(map(repair, paragraphs(whole))).split() == " ".join(kept).split()


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_blocks_are_the_paragraphs(markup: str) -> None:
    """The blocks hold the same words as the paragraphs."""
    assert " ".join(block.text for block in blocks(markup)).split() == " ".join(paragraphs(markup)).split()


@pytest.mark.parametrize(
    "unit", ["<b>", "<a><b><i></a>", "<li>", "<ul><li>", "</li>", "<tr><td>", "<p", "<!--", "x<br>"]
)
@pytest.mark.slow
def test_a_long_body_takes_no_longer_than_its_length(unit: str) -> None:
    """Twice the markup takes about twice the time."""

    def prepared(size: int) -> partial[str]:
        markup = unit * (size // len(unit)) + "x"
        return partial(body_html, markup, paragraphs(markup))

    assert_linear(prepared, 45_000)  # with more tags than TAGS_MAX it is refused


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<html><head><title /></head><body><p>One.</p></body></html>", ("One.",)),
        ('<p>One.</p><script src="a.js"/><p>Two.</p>', ("One.", "Two.")),
        ("<p>One.</p><title/><p>Two.</p></title><p>Three.</p>", ("One.", "Three.")),
        ("<p>One.</p><title><p>Two.</p>", ("One.",)),
        ("<p>One.</p><br/><p>Two.</p>", ("One.", "Two.")),
    ],
)
def test_an_element_that_is_closed_at_once_takes_no_copy(markup: str, shown: tuple[str, ...]) -> None:
    """XHTML closes a title so, which in HTML would take all that follows; with an end tag it still does."""
    assert paragraphs(markup) == shown
