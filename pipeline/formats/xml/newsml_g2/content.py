"""The contentSet of a NewsML-G2 newsItem: which of its contents is the copy, and its paragraphs.

    inlineXML      XHTML, NITF, or a vendor's own markup, if it has paragraphs
    inlineData     plain text or escaped HTML; what is encoded (base64) is never opened
    remoteContent  pictures, sound, files that lie elsewhere: no words, nothing is fetched

Of several texts the one in the item's language is read, XML before data, the longest of equals.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Collection
from itertools import islice
from typing import NamedTuple

from pipeline.formats.text import html, plain
from pipeline.formats.xml.newsml_g2.fields import Fields, code, name_of
from pipeline.formats.xml.tree import NO_COPY, Element, markup, paragraphs, words
from pipeline.items import Text
from pipeline.values.blanks import one_line

BODIES = (".//body.content", ".//body")  # of NITF, of XHTML
# Beside the copy: NITF's and an article's own head (headline, byline, codes: all of it in the metadata too).
BESIDE = NO_COPY | {"head", "body.head", "header"}
TEASER = ".//p[@class='teaser']"  # dpa
REPEATED_MAX = 8  # of headings that are looked at; they may lie within each other
HEADINGS = ("h1", "h2", "h3", "hl1", "hl2")
# Of these a copy has at least one; vendors' own XML calls its paragraphs otherwise.
PROSE = frozenset({"p", "div", "li", "td", "pre", "section", "article", "blockquote", "block", *HEADINGS})
PARAGRAPHS = frozenset({"P", "para", "Para", "paragraph", "Paragraph", "element"})  # the last in Naviga's idf

TAG = re.compile(r"</?[A-Za-z][^<>]*>")
PAIRED = re.compile(r"<([A-Za-z]{1,20})>([^<>]*+)</\1>")  # STT: escaped once more, so that it comes out as text
ONE_PARAGRAPH = re.compile(r"\s*<p>([^<]*)</p>\s*")  # ANSA: wire copy, its lines and indents, in one element

MAIN_HEADLINES = frozenset({"main", "title", "headline"})
NO_DESCRIPTIONS = frozenset({"audio"})  # Reuters video: the language of its narration


class Content(NamedTuple):
    """The copy: its paragraphs, and the markup that they came in."""

    paragraphs: tuple[str, ...] = ()
    html: str = ""


def headlines(fields: Fields) -> tuple[str, tuple[Text, ...]]:
    """The main headline, and the others with their roles: by role, then by rank (dpa: 1 main, 3 kicker)."""
    found = sorted(fields.worded("headline"), key=lambda one: _order(one[0]))
    if not found:
        if title := fields.text("title"):
            fields.warnings.append("headline is the title")
        return title or "", ()
    further = {
        line: Text(value=line, role=name_of(element.get("role")), content_type="text/plain")
        for element, line in found
        if line != found[0][1]
    }
    return found[0][1], tuple(further.values())


def _order(headline: Element) -> tuple[int, int]:
    role, rank = code(headline.get("role")), headline.get("rank") or "1"
    return 0 if role in MAIN_HEADLINES else 2 if role else 1, int(rank) if rank in frozenset("123456789") else 9


def descriptions(fields: Fields) -> tuple[str, ...]:
    """Captions, summaries, scripts: each once."""
    found = fields.worded("descriptions")
    return tuple(dict.fromkeys(line for element, line in found if code(element.get("role")) not in NO_DESCRIPTIONS))


def read(fields: Fields, repeated: Collection[str]) -> Content:
    """The copy; nothing if there is none.  What is not read is named in the warnings.

    `repeated`: headlines and descriptions, which a body may show once more above its text; they are left out there.
    """
    texts = []
    for element in fields.every("paragraphs"):
        read_one = _of_xml if element.tag == "inlineXML" and len(element) else _of_data
        content = read_one(element, repeated, fields.warnings)
        if content.paragraphs:
            texts.append((fields.is_foreign(element), element.tag != "inlineXML", -_length(content), content))
    if not texts:
        kinds = [(element.get("contenttype") or "").lower() for element in fields.every("elsewhere")]
        wanted = dict.fromkeys(kind for kind in kinds if kind.startswith("text/") or kind.endswith("+xml"))
        fields.warnings += [f"remoteContent of {kind[:40]}: not fetched" for kind in wanted]
    if len({content.paragraphs for *_, content in texts}) > 1:
        fields.warnings.append(f"{len(texts)} texts in its contentSet: one is read")
    return min(texts, key=lambda text: text[:3], default=(Content(),))[-1]


def _length(content: Content) -> int:
    return sum(map(len, content.paragraphs))


def _of_xml(element: Element, repeated: Collection[str], warnings: list[str]) -> Content:
    body = next((inner for path in BODIES if (inner := element.find(path)) is not None), None)
    if body is None:
        body = element
        if not _is_prose(element):
            warnings.append(f"inlineXML {element[0].tag[:40]}: no paragraphs in it, not read")
            return Content()
    # A figure is a picture with its caption; but HTML has tables in figures too.
    without = BESIDE | {"figure" if body.find(".//table") is None else "figcaption"}
    found = [resolved for one in paragraphs(body, without) if (resolved := _resolved(one))]
    shown = {
        words(one)
        for one in (*islice(body.iter(*HEADINGS), REPEATED_MAX), *islice(body.iterfind(TEASER), REPEATED_MAX))
    }
    above = 0
    while above < len(found) and found[above] in shown and found[above] in repeated:
        above += 1
    return Content(tuple(found[above:]), markup(body))


def _resolved(paragraph: str) -> str:
    """Without tags that came out as text; a share symbol such as `<QUAY.N>` is none, it has no end."""
    return one_line(PAIRED.sub(r"\2", paragraph)) if "</" in paragraph else paragraph


def _is_prose(element: Element) -> bool:
    """Whether a vendor's markup holds copy: paragraphs, by whatever name, or text beside its elements."""
    tags = {child.tag for child in element.iterdescendants()}
    if not tags & PROSE:
        for child in list(element.iter(*PARAGRAPHS)):
            child.tag = "p"
    return bool(tags & (PROSE | PARAGRAPHS)) or any((text or "").strip() for text in _beside(element))


def _beside(element: Element) -> list[str | None]:
    return [element.text, *(child.tail for child in element)]


def _of_data(element: Element, repeated: Collection[str], warnings: list[str]) -> Content:
    encoding = element.get("encoding") or element.get("encodinguri")
    kind = (element.get("contenttype") or "text/").lower()
    if encoding or not ("text/" in kind or "xml" in kind or "html" in kind):
        warnings.append(f"{element.tag} of {kind[:40]}{', encoded' if encoding else ''}: not opened")
        return Content()
    text = "".join(map(str, element.itertext()))
    one = ONE_PARAGRAPH.fullmatch(text)
    text = one[1] if one else text
    if TAG.search(text):
        return Content(html.paragraphs(text), text)
    return Content(plain.paragraphs(entities.unescape(text)))
