"""HTML to paragraphs: plain text, every word of the copy, block elements part it.

Mixed content is one paragraph, all of it (`<p>a <b>b</b> c</p>`); whitespace of the source means nothing.  This
reads the tags as the HTML standard's tokeniser does and builds no tree: where a paragraph ends needs none, and tree
builders are quadratic in what a hostile payload chooses (measured with lexbor: 100,000 nested elements or 100,000
attributes of one tag, 17 s each).  Here every character is looked at once.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.values.blanks import one_line

BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir",
     "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
     "head", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option",
     "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
     "block", "bq", "hl1", "hl2", "nitf-table"]  # of NITF 3.6, whose bodies are HTML otherwise
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


class Block(NamedTuple):
    """A paragraph as it is marked up."""

    kind: str  # the innermost of KINDS that it stands in: li, tr, h2 …; else p
    within: str  # of a list item: ol or ul
    markup: str  # what stands inside: text and inline tags
    text: str  # the paragraph that `paragraphs` makes of it


KINDS = frozenset(["li", "tr", "blockquote", "bq", "h1", "h2", "h3", "h4", "h5", "h6", "hl1", "hl2"])
LISTS = frozenset(["ol", "ul"])
OPEN_MAX = 64  # elements of KINDS and LISTS within each other; what is nested deeper counts for the one around it


def blocks(markup: str) -> Iterator[Block]:
    """The paragraphs with their markup.  One that single line breaks part (`a<br>b`) stays one here."""
    opened: list[str] = []
    gathered: list[str] = []
    at = 0
    for token in TOKEN.finditer(markup):
        gathered.append(markup[at : token.start()])
        at = token.end()
        name = (token["tag"] or "").lower()
        if name in BLOCKS:
            yield from _block(opened, gathered)
            _follow(opened, name, closing=token[0][1] == "/")
        elif name:
            gathered.append(token[0])
    yield from _block(opened, [*gathered, markup[at:]])


def _block(opened: list[str], gathered: list[str]) -> Iterator[Block]:
    inner = "".join(gathered)
    gathered.clear()
    if text := text_of(inner):
        kind = next((name for name in reversed(opened) if name in KINDS), "p")
        yield Block(kind, next((name for name in reversed(opened) if name in LISTS), "ul"), inner, text)


def _follow(opened: list[str], name: str, *, closing: bool) -> None:
    if name not in KINDS and name not in LISTS:
        return
    if not closing:
        opened[OPEN_MAX - 1 :] = [name]
    elif name in opened:
        del opened[len(opened) - 1 - opened[::-1].index(name) :]


def text_of(markup: str) -> str:
    """The words of a paragraph's markup in one line."""
    return " ".join(paragraphs(markup))


def line(markup: str) -> str:
    """A headline or another short text in one line, its markup resolved if it has any."""
    text = text_of(markup) if has_markup(markup) else markup
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
