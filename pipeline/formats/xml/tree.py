"""Words out of an XML tree whose tags are local names (xml_text.tree): one line, or a body's paragraphs.

Mixed content is kept, all of it and in its order: `<p>a <b>b</b> c</p>` is one paragraph.  Bodies are XHTML, NITF
or a vendor's mixture of both, so one table of elements serves them all: that of `html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from pipeline.formats.text import html, plain
from pipeline.values.blanks import one_line

Element = etree._Element
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

# What parts paragraphs in NITF 3.6 and is no element of a body.content.
NITF_BLOCKS = frozenset({"body.content", "byline", "dateline", "note"})
BREAK = re.compile(f"[{html.PARAGRAPH}{html.LINE}]")
MARKS = {
    **dict.fromkeys(html.BLOCKS | NITF_BLOCKS, html.PARAGRAPH),
    **dict.fromkeys(html.CELLS, " "),
    "br": html.LINE,
}
# What stands inside is no copy: scripts, and pictures with their captions between the paragraphs.
NO_COPY = frozenset(
    ["script", "style", "template", "svg", "math", "object", "audio", "video", "iframe", "media",
     "nitf-table-metadata"]
)  # fmt: skip
PUBLIC_NOTES = frozenset({"cpyrt", "end", "hd", "trademk"})  # NITF 3.6, note@noteclass


def words(element: Element | None) -> str:
    """All text inside in one line, but for what is no copy; nothing for nothing."""
    if element is None:
        return ""
    if not len(element):
        return one_line(element.text or "")
    return one_line(BREAK.sub(" ", "".join(_pieces(element, NO_COPY))))


def text(root: Element, *paths: str) -> str | None:
    """The first words that stand at one of the paths, the earlier path first.

    A path is an ElementPath, or ends in an attribute: `@guid`, `itemMeta/pubStatus/@qcode`.
    """
    return next((found for path in paths for found in values(root, path)), None)


def values(root: Element, path: str) -> Iterator[str]:
    """All words that stand at the path, none empty, each in one line."""
    where, slash, attribute = path.rpartition("/") if path[:1] != "@" else (".", "/", path)
    if slash and attribute[:1] == "@":
        name = LANGUAGE if attribute == "@xml:lang" else attribute[1:]
        yield from (one for element in root.iterfind(where) if (one := one_line(element.get(name) or "")))
    else:
        yield from (found for element in root.iterfind(path) if (found := words(element)))


def is_private(element: Element) -> bool:
    """Whether it is a NITF note or tagline that is not for publication, or a note that is not surely for it.

    Their `type`: `npa`, non-publishable advisory, `pa`, publishable, or `std`, which says nothing.
    """
    kind = element.get("type")
    if kind == "npa" or element.tag != "note":
        return kind == "npa"
    return kind != "pa" and not (kind in (None, "std") and element.get("noteclass") in PUBLIC_NOTES)


def paragraphs(body: Element, without: frozenset[str] = NO_COPY) -> tuple[str, ...]:
    """The paragraphs, none of them empty, each in one line, but for private notes and elements named `without`.

    A body without any markup is plain text: its lines and blank lines part it.
    """
    if not len(body):
        return plain.paragraphs(body.text or "")
    gathered = html.parted("".join(_pieces(body, without))).split(html.PARAGRAPH)
    return tuple(joined for piece in gathered if (joined := one_line(piece)))


def _pieces(element: Element, without: frozenset[str]) -> list[str]:
    """Text and marks in document order.  XML has no control characters, so no mark stands in the text itself."""
    pieces: list[str] = []
    _gather(element, without, pieces)
    return pieces


def _gather(element: Element, without: frozenset[str], pieces: list[str]) -> None:
    """Adds to `pieces`; no deeper than a tree is (libxml2: 256)."""
    pieces.append(element.text or "")
    for child in element:
        if child.tag not in without and not is_private(child):
            mark = MARKS.get(child.tag, "")
            pieces.append(mark)
            if child.tag == "pre":
                pieces.append(html.PARAGRAPH.join(plain.paragraphs(_all(child))))
            else:
                _gather(child, without, pieces)
            pieces.append(mark if mark != html.LINE else "")
        pieces.append(child.tail or "")


def _all(element: Element) -> str:
    return etree.tostring(element, method="text", encoding="unicode", with_tail=False)


def markup(body: Element) -> str:
    """The body as it is marked up, for Parsed.html.  Private notes are emptied, in the tree too."""
    if not len(body):
        return ""
    for element in [each for each in body.iter() if is_private(each)]:
        element.clear(keep_tail=True)  # type: ignore[call-arg] # not in the stubs
    return etree.tostring(body, encoding="unicode", with_tail=False)
