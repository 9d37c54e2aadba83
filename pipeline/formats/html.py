"""HTML to paragraphs: plain text, every word of the copy, block elements part it.

Mixed content is one paragraph, all of it (`<p>a <b>b</b> c</p>`); whitespace of the source means nothing.  This
reads the tags as the HTML standard's tokeniser does and builds no tree: where a paragraph ends needs none, and tree
builders are quadratic in what a hostile payload chooses (measured with lexbor: 100,000 nested elements or 100,000
attributes of one tag, 17 s each).  Here every character is looked at once.
"""

from __future__ import annotations

import html
import re

from pipeline.formats.blanks import one_line

BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir",
     "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
     "head", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option",
     "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"]
)  # fmt: skip
CELLS = frozenset(["td", "th"])  # parted by a blank within their row
# What stands inside is no copy.  Of the first kind HTML reads no tags, up to the end tag or the end of all.
RAW = "script|style|textarea|title|iframe|noscript|noembed|noframes|xmp"
NO_COPY = "template|svg|math|object|audio|video|canvas|select|button"

PARAGRAPH, LINE = "\x1e", "\x1f"  # stand in the text where it parts; control characters, so no copy holds them
DOUBLED = re.compile(rf"{LINE}(?:[ \t\r\n\xa0]|&nbsp;)*+{LINE}")  # not \s: that takes the marks for blanks
END = r"(?:>|\Z)"
# Possessive, and every branch that looks for an end takes the text's own end for it: linear whatever the text.
TOKEN = re.compile(
    rf"<!--(?:-?>|.*?(?:--!?>|\Z))|<[!?][^>]*+{END}"  # comments, declarations, processing instructions
    rf"|<({RAW})\b.*?(?:</\1\b[^>]*+{END}|\Z)"
    rf"|<({NO_COPY})\b(?:(?!</?\2\b).)*+</\2\b[^>]*+{END}"
    rf"|</?(?P<tag>[a-z][^\s/>]*+)(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+{END}",  # with its attributes
    re.DOTALL | re.IGNORECASE,
)
MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def paragraphs(markup: str) -> tuple[str, ...]:
    """The paragraphs, none of them empty, each in one line."""
    text = TOKEN.sub(_mark, markup.replace(PARAGRAPH, " ").replace(LINE, " "))
    pieces = parted(text).split(PARAGRAPH)
    return tuple(joined for piece in pieces if (joined := one_line(html.unescape(piece))))


def line(markup: str) -> str:
    """A headline or another short text in one line, its markup resolved if it has any."""
    text = " ".join(paragraphs(markup)) if has_markup(markup) else markup
    return one_line(text)


def has_markup(text: str) -> bool:
    """Whether the text holds a tag or a character reference."""
    return MARKUP.search(text) is not None


def _mark(token: re.Match[str]) -> str:
    """What stands in the text for a tag; nothing for an inline one: `<b>K</b>yiv` is one word."""
    name = (token["tag"] or "").lower()
    if name in BLOCKS:
        return PARAGRAPH
    return LINE if name == "br" else " " if name in CELLS else ""


def parted(text: str) -> str:
    """Without LINE: line breaks part paragraphs if nothing else does (`a<br>b`), or doubled; else blanks."""
    if PARAGRAPH not in text.strip(f" \t\r\n{PARAGRAPH}{LINE}"):
        return text.replace(LINE, PARAGRAPH)
    return DOUBLED.sub(PARAGRAPH, text).replace(LINE, " ")
