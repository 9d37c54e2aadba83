"""Text from an XML tree whose tags are local names (xml.text.parse_tree): in one line, or as a body's paragraphs.

Mixed content is kept in its order: `<p>a <b>b</b> c</p>` is one paragraph.  Bodies are XHTML, NITF or a vendor's
mixture of both, so one table of elements serves them all: that of text.html.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from pipeline.formats.text import html, plain
from pipeline.formats.text.hidden import AUDIENCES, HIDDEN_TAGS, UNSHOWN, is_hidden
from pipeline.values.blanks import one_line

Element = etree._Element
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

# Block elements of NITF 3.6 that do not occur in a body.content.
NITF_BLOCKS = frozenset({"body.content", "byline", "dateline", "note"})
BREAK = re.compile(f"[{html.PARAGRAPH}{html.LINE}]")
SEPARATORS = {
    **dict.fromkeys(html.BLOCKS | NITF_BLOCKS, html.PARAGRAPH),
    **dict.fromkeys((*html.CELLS, "story.date"), " "),
    "br": html.LINE,
}
PARAGRAPHS = frozenset({"p", "P"})
# Their content is not copy: scripts, and pictures with their captions between the paragraphs.
NO_COPY = frozenset(
    ["script", "style", "template", "svg", "math", "object", "audio", "video", "iframe", "media",
     "nitf-table-metadata"]
)  # fmt: skip
# Elements within a line, of HTML, NITF and G2; a word may go on in one.
INLINE = frozenset(
    ["a", "abbr", "acronym", "alt-code", "b", "bdo", "big", "chron", "city", "cite", "classifier", "code",
     "copyrite", "country", "del", "dfn", "em", "event", "font", "function", "i", "inline", "ins", "kbd", "lang",
     "location", "mark", "money", "num", "object.title", "org", "person", "pronounce", "q", "region", "s", "samp",
     "small", "span", "state", "strike", "strong", "sub", "sublocation", "sup", "tt", "u", "var", "virtloc"]
)  # fmt: skip
# Attributes that may hide an element.
HIDING = AUDIENCES | {"hidden", "aria-hidden", "style", "class", "popover"}
NOT_SHOWN = HIDDEN_TAGS | UNSHOWN
PUBLIC_NOTES = frozenset({"cpyrt", "end", "hd", "trademk"})  # NITF 3.6, note@noteclass


class Body(NamedTuple):
    """A body: its paragraphs and its markup."""

    paragraphs: tuple[str, ...] = ()
    html: str = ""


def words(element: Element | None) -> str:
    """All text of the element in one line, without NO_COPY and private notes; empty for None."""
    if element is None:
        return ""
    if not len(element):
        return one_line(element.text or "")
    return one_line(BREAK.sub(" ", "".join(_pieces(element, NO_COPY))))


def is_private(element: Element) -> bool:
    """Whether it is hidden, a NITF tagline marked as private, or a note that is not certain to be public.

    The `type` of a note: `npa` is a non-publishable advisory, `pa` a publishable one, `std` says nothing.
    """
    keys = element.keys()
    if element.tag in NOT_SHOWN:
        return not (element.tag == "dialog" and "open" in keys)
    if not keys:
        return element.tag == "note"
    if not HIDING.isdisjoint(keys):
        written = {str(name): element.get(name) for name in keys if name in HIDING}
        if is_hidden(element.tag, written):
            return True
    kind = element.get("type")
    if kind == "npa" or element.tag != "note":
        return kind == "npa"
    return kind != "pa" and not (kind in (None, "std") and element.get("noteclass") in PUBLIC_NOTES)


def body_paragraphs(body: Element, without: frozenset[str] = NO_COPY) -> tuple[str, ...]:
    """The paragraphs, none empty, each in one line; without private notes and the elements named `without`.

    A body without any markup is plain text: its lines and blank lines separate paragraphs.
    """
    if not len(body):
        return plain.paragraphs(body.text or "")
    text = html.resolve_line_breaks("".join(_pieces(body, without)))
    pieces = [piece for piece in text.split(html.PARAGRAPH) if piece.strip()]
    wired = plain.of_wire_copy(pieces[0]) if len(pieces) == 1 else ()
    return wired or tuple(joined for piece in pieces if (joined := one_line(piece)))


def _pieces(element: Element, without: frozenset[str]) -> list[str]:
    """Text and separators in document order.  XML allows no control characters, so the text has no separators."""
    pieces: list[str] = []
    _collect(element, without, pieces)
    return pieces


def _collect(element: Element, without: frozenset[str], pieces: list[str], *, private: bool = False) -> bool:
    """Adds to `pieces`, also what is `private`, each element that is not INLINE then on a line of its own.

    Returns whether there are paragraphs in it.  Recursive: libxml2 bounds the depth of a tree at 256.
    """
    pieces.append(element.text or "")
    gaps: list[int] = []  # before a vendor's own elements
    has_paragraphs = False
    for child in element:
        if child.tag not in without and (private or not is_private(child)):
            separator = SEPARATORS.get(child.tag) or _separator(child, private=private)
            if not separator and child.tag not in INLINE and child.getprevious() is not None:
                gaps.append(len(pieces))
                pieces.append("")
            pieces.append(separator)
            if child.tag == "pre":
                pieces.append(html.PARAGRAPH.join(plain.paragraphs(_all_text(child))))
            else:
                has_paragraphs |= _collect(child, without, pieces, private=private) or child.tag in PARAGRAPHS
            pieces.append(separator if child.tag != "br" else "")
        pieces.append(child.tail or "")
    if gaps and not _has_words_of_its_own(element):
        for at in gaps:
            pieces[at] = html.PARAGRAPH if has_paragraphs else " "
    return has_paragraphs


def _separator(child: Element, *, private: bool) -> str:
    """What separates an element that is no block: a vendor's own empty one (`May<endash/>June`) parts two words."""
    if child.tag in INLINE:
        return ""
    return html.LINE if private else " " if not (len(child) or child.text) and child.tag != "wbr" else ""


def _has_words_of_its_own(element: Element) -> bool:
    return any((text or "").strip() for text in (element.text, *(child.tail for child in element)))


def _all_text(element: Element) -> str:
    return etree.tostring(element, method="text", encoding="unicode", with_tail=False)


def every_line(element: Element) -> list[str]:
    """All text of the element, also what is private: its paragraphs, or its lines if it has no markup."""
    if not len(element):
        found = (element.text or "").splitlines()
    else:
        pieces: list[str] = []
        _collect(element, frozenset(), pieces, private=True)
        found = BREAK.split("".join(pieces))
    return [line for one in found if (line := one_line(one))]


def private_words(body: Element) -> tuple[str, ...]:
    """The words of what is not for readers: hidden elements and private notes, one text each."""
    found = (each for each in body.iter() if is_private(each))
    return tuple(text for each in found if (text := one_line(_all_text(each))))


def body_markup(body: Element) -> str:
    """The markup of the body, for Parsed.html; empty without any.  Empties what is private, also in the tree."""
    if not len(body):
        return ""
    for element in [each for each in body.iter() if is_private(each)]:
        element.clear(keep_tail=True)  # type: ignore[call-arg] # not in the stubs
    return etree.tostring(body, encoding="unicode", with_tail=False)
