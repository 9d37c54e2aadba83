"""The body as HTML, for a browser as it is: the paragraphs of the copy in the markup that they came with.

The markup keeps what a news text needs: subheads, lists, tables, quotations, emphasis, links.  The clean copy
decides on the words: a paragraph that it dropped is left out, one that it changed (dateline, repair) is here in its
own words, without markup.  So what copy withholds, such as a non-public note, cannot get out through the markup.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from itertools import groupby

import nh3

from pipeline.copy.damage import repair
from pipeline.formats.text.html import Block, blocks, text_of
from pipeline.values.blanks import one_line

INLINE = {"a", "abbr", "b", "br", "cite", "code", "em", "i", "q", "s", "small", "strong", "sub", "sup", "u"}
CELLS = {"table", "tbody", "tr", "td", "th"}
CELL = re.compile(r"<t[dh]\b", re.IGNORECASE)
PIECE_CHARACTERS_MAX = 8_192  # of one paragraph's markup; nh3 is quadratic in elements nested crosswise
HTML_BYTES_MAX = 262_144
KINDS = {"h1": "h2", "hl1": "h2", "hl2": "h3", "h5": "h4", "h6": "h4", "bq": "blockquote"}  # h1 is the headline
# `https:quay` and `https:/quay` are absolute in a parser without a base, and relative in a page of that scheme.
ABSOLUTE = re.compile(r"https?://[^\s/?#\\]|mailto:[^\s/]", re.IGNORECASE)
_CLEAN = nh3.Cleaner(
    tags=INLINE | CELLS,
    attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",  # it would lead to the site of whoever shows it
    attribute_filter=lambda _, name, value: value if name != "href" or ABSOLUTE.match(value) else None,
    link_rel="noopener noreferrer nofollow",
)


def body_html(markup: str, kept: Sequence[str]) -> str:
    """The HTML of the paragraphs `kept`, in their order; empty if it adds nothing to them.

    Elements: p h2 h3 h4 ul ol li table tbody tr td th blockquote, INLINE.  Attributes: href (http, https, mailto),
    colspan, rowspan, and rel, which is ours.  Raises nothing; no more than linear in `markup`.
    """
    if "<" not in markup:
        return ""
    found: defaultdict[str, deque[Block]] = defaultdict(deque)
    for block in blocks(markup):
        found[repair(block.text)].append(block)
    pieces = [_piece(found[text].popleft() if found.get(text) else None, text) for text in kept]
    if all(kind == "p" and "<" not in inner for kind, inner in pieces):
        return ""
    whole = "\n".join(_grouped(pieces))
    return whole if len(whole.encode()) <= HTML_BYTES_MAX else ""


def _piece(block: Block | None, text: str) -> tuple[str, str]:
    """A paragraph's element and its clean content; the plain words where the markup would show others."""
    if block is None or len(block.markup) > PIECE_CHARACTERS_MAX:
        return "p", html.escape(text, quote=False)
    kind = KINDS.get(block.kind) or (block.within if block.kind == "li" else block.kind)
    if kind == "tr" and not CELL.search(block.markup):
        kind = "p"  # a paragraph within a cell: it breaks the row, and is not a paragraph
    if kind == "tr":
        row = _CLEAN.clean(f"<table><tr>{block.markup}</tr></table>")
        inner = row.removeprefix("<table><tbody>").removesuffix("</tbody></table>")
    elif "<" in block.markup:
        inner = _CLEAN.clean(block.markup)
    else:
        inner = ""
    if "<" not in inner:  # nothing is left of the markup
        return kind, html.escape(text, quote=False)
    inner = one_line(inner)  # the line breaks of a payload mean nothing
    return (kind, inner) if text_of(inner) == block.text else ("p", html.escape(text, quote=False))


def _grouped(pieces: Iterable[tuple[str, str]]) -> Iterable[str]:
    """The elements, with one list or table around neighbours of a kind."""
    for kind, group in groupby(pieces, key=lambda piece: piece[0]):
        inner = [piece for _, piece in group]
        if kind == "tr":
            yield f"<table><tbody>{''.join(inner)}</tbody></table>"
        elif kind in ("ul", "ol"):
            yield f"<{kind}>{''.join(f'<li>{item}</li>' for item in inner)}</{kind}>"
        elif kind == "blockquote":
            yield f"<{kind}>{''.join(f'<p>{item}</p>' for item in inner)}</{kind}>"
        else:
            yield from (f"<{kind}>{item}</{kind}>" for item in inner)
