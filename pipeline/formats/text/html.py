"""HTML to paragraphs: plain text with every word of the copy, split at block elements.

Mixed content stays one paragraph (`<p>a <b>b</b> c</p>`); white space of the source has no meaning.  Tags are read
as by the tokeniser of the HTML standard, and no tree is built: the end of a paragraph can be found without one, and
tree builders are quadratic in what a hostile payload chooses (lexbor took 17 s for 100,000 nested elements, and as
long for 100,000 attributes of one tag).  Here every character is looked at once.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pipeline.formats.limits import BODY_BYTES_MAX, PARAGRAPHS_MAX
from pipeline.formats.text.hidden import Separated, separate
from pipeline.records import Reason, Rejected
from pipeline.values.blanks import one_line

BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir",
     "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
     "head", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option",
     "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
     "block", "bq", "hl1", "hl2", "nitf-table"]  # of NITF 3.6, whose bodies are otherwise HTML
)  # fmt: skip
CELLS = frozenset(["td", "th"])  # separated by a blank within their row
# A word may go on behind these if they are empty; a vendor's own one parts two words: `May<ndash/>June`.
EMPTY = frozenset(
    ["a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "img", "input", "ins",
     "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
     "wbr"]
)  # fmt: skip
# The content of these elements is not copy.  In RAW ones HTML reads no tags before the end tag or the end of the
# text.
RAW = "script|style|textarea|title|iframe|noscript|noembed|noframes|xmp"
NO_COPY = "template|svg|math|object|audio|video|canvas|select|button"

# Separators that replace tags in the text; copy holds no control characters.
PARAGRAPH, LINE = "\x1e", "\x1f"
DOUBLED = re.compile(rf"{LINE}(?:[ \t\r\n\xa0]|&nbsp;)*+{LINE}")  # not \s, which matches the separators too
END = r"(?:>|\Z)"
# Possessive, and every branch that looks for an end accepts the end of the text: linear for any text.
TOKEN = re.compile(
    rf"<!--(?:-?>|.*?(?:--!?>|\Z))|<[!?][^>]*+{END}"  # comments, declarations, processing instructions
    rf"|<(?P<unread>{RAW})\b.*?(?:</(?P=unread)\b[^>]*+{END}|\Z)"
    rf"|<(?P<uncopied>{NO_COPY})\b(?:(?!</?(?P=uncopied)\b).)*+</(?P=uncopied)\b[^>]*+{END}"
    rf"|</?(?P<tag>[a-z][^\s/>]*+)(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+{END}",  # with its attributes
    re.DOTALL | re.IGNORECASE,
)
# Of a picture, beside the copy; without its end tag it is no caption.
_CAPTION_CLASSES = (
    r"(?:wp-caption-text|(?:image|img|photo|picture|media)[-_]{0,2}caption(?:[-_]{1,2}text)?|caption-text)"
)
CAPTION = re.compile(
    rf"<(?P<tag>figcaption|(?:p|div|span|dd|small)(?=\s[^>]{{0,200}}\bclass\s*=[^>]{{0,200}}[\"'\s]{_CAPTION_CLASSES}[\"'\s]))\b"
    r"[^>]*+>(?P<text>(?:(?!</?(?P=tag)\b).)*+)</(?P=tag)\b[^>]*+>",
    re.DOTALL | re.IGNORECASE,
)
PREFORMATTED = re.compile(r"<pre\b[^>]*+>(?:(?!</pre\b).)*+", re.DOTALL | re.IGNORECASE)
BLANK_LINES = re.compile(r"\n[ \t]*+\n")
# `<ana@quay.example>` and `<https://quay.example>` are addresses: what has nothing else is no page.
_ADDRESS = r"[^\s<>@]*@|[a-zA-Z]+://"
TAG = re.compile(rf"</?(?!{_ADDRESS})[a-zA-Z][^<>]*>|<!--")
MARKUP = re.compile(
    rf"</?(?!{_ADDRESS})[a-zA-Z][^<>]*>|&(?:#\d{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|[a-zA-Z][a-zA-Z0-9]{{1,31}});"
)


# No body within the limits of its words and paragraphs has as many.
TAGS_MAX, REFERENCES_MAX = 10 * PARAGRAPHS_MAX, BODY_BYTES_MAX // 2
REMEMBERED_MAX = 4_096
REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")  # as html.unescape finds them


def _separated(markup: str) -> Separated:
    """What is visible, and what is hidden.  Raises Rejected(TOO_LARGE) for markup that cannot be a body."""
    tags, references = markup.count("<"), markup.count("&")
    if tags > TAGS_MAX or references > REFERENCES_MAX:
        raise Rejected(Reason.TOO_LARGE, f"markup with {tags:,} tags and {references:,} character references")
    return _separate(markup)


@lru_cache(maxsize=4)  # of a body for its copy, for what it hides, and for its markup
def _separate(markup: str) -> Separated:
    """What is hidden, and what of the rest is no caption; captions alone are the copy."""
    found = separate(_without_closed(_with_paragraphs(markup)), TOKEN, BLOCKS)
    if "caption" not in found.visible.lower():
        return found
    without = CAPTION.sub(" ", found.visible)
    return found._replace(visible=without) if _paragraphs(without) else found


def _with_paragraphs(markup: str) -> str:
    """The markup with blank lines of preformatted text as its paragraphs, as wire copy has them in `<pre>`."""
    if "<pre" not in markup.lower():
        return markup
    return PREFORMATTED.sub(lambda found: BLANK_LINES.sub("<br><br>", found[0]), markup)


def _without_closed(markup: str) -> str:
    """The markup without RAW elements that XHTML closes at once, `<title />`: in HTML they take all that follows.

    What such an element takes up to an end tag of its name is left to it.  XHTML has its names in small letters.
    """
    for name in RAW.split("|"):
        if f"<{name}" in markup and f"</{name}" not in markup:
            markup = re.sub(rf"<{name}\b[^<>]*/>", "", markup)
    return markup


def unescape(text: str) -> str:
    """The same as html.unescape, three times as fast where references come again."""
    return REFERENCE.sub(lambda found: of_reference(found[0]), text) if "&" in text else text


of_reference = lru_cache(REMEMBERED_MAX)(html.unescape)  # `&nbsp;`, `&#160;`


@lru_cache(maxsize=4)  # of a body for its copy, and again to see what another version of it says beside that
def paragraphs(markup: str) -> tuple[str, ...]:
    """The paragraphs that a reader sees, none of them empty, each in one line.  Raises Rejected(TOO_LARGE)."""
    return _paragraphs(_separated(markup).visible)


def _paragraphs(markup: str) -> tuple[str, ...]:
    text = TOKEN.sub(_separator, markup.replace(PARAGRAPH, " ").replace(LINE, " "))
    pieces = resolve_line_breaks(text).split(PARAGRAPH)
    return tuple(joined for piece in pieces if (joined := one_line(unescape(piece))))


def captions(markup: str) -> tuple[str, ...]:
    """The paragraphs of the captions of pictures, which are not copy.  Raises Rejected(TOO_LARGE)."""
    if "caption" not in markup.lower():
        return ()
    return tuple(text for found in CAPTION.finditer(markup) for text in _paragraphs(found["text"]))


def hidden_texts(markup: str) -> tuple[str, ...]:
    """The paragraphs of what a reader does not see: hidden elements, private classes, comments.

    Raises Rejected(TOO_LARGE).
    """
    return tuple(text for piece in _separated(markup).hidden for text in _paragraphs(piece))


class Block(NamedTuple):
    """A paragraph with its markup."""

    kind: str  # the innermost of KINDS around it: li, tr, h2 …; else p
    within: str  # of a list item: ol or ul
    markup: str  # text and inline tags
    text: str  # the same as `paragraphs` gives it


KINDS = frozenset(["li", "tr", "blockquote", "bq", "h1", "h2", "h3", "h4", "h5", "h6", "hl1", "hl2"])
LISTS = frozenset(["ol", "ul"])
OPEN_MAX = 64  # nested elements of KINDS and LISTS; a deeper one replaces the innermost


def blocks(markup: str) -> Iterator[Block]:
    """The paragraphs with their markup.  Single line breaks (`a<br>b`) do not split a paragraph here."""
    markup = _separate(markup).visible
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
    if "<" not in markup and "&" not in markup:
        return one_line(markup)  # most paragraphs; both separators are blanks
    return " ".join(paragraphs(markup))


def line(markup: str) -> str:
    """A headline or another short text in one line, without its markup."""
    text = text_of(markup) if has_markup(markup) else markup
    return one_line(text)


def has_markup(text: str) -> bool:
    """Whether the text holds a tag or a character reference."""
    return MARKUP.search(text) is not None


def has_tags(text: str) -> bool:
    """Whether the text holds a tag or a comment."""
    return "<" in text and TAG.search(text) is not None


def _separator(token: re.Match[str]) -> str:
    """What replaces a tag in the text; nothing replaces an inline one: `<b>K</b>yiv` is one word."""
    name = (token["tag"] or "").lower()
    if name in BLOCKS:
        return PARAGRAPH
    if name == "br":
        return LINE
    return " " if name in CELLS or (token[0].endswith("/>") and name and name not in EMPTY) else ""


def resolve_line_breaks(text: str) -> str:
    """The text with PARAGRAPH or a blank for each LINE.

    Line breaks separate paragraphs if nothing else does (`a<br>b`), or if there are two in a row.
    """
    if PARAGRAPH not in text.strip(f" \t\r\n{PARAGRAPH}{LINE}"):
        return text.replace(LINE, PARAGRAPH)
    return DOUBLED.sub(PARAGRAPH, text).replace(LINE, " ")
