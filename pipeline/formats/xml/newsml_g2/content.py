"""The contentSet of a NewsML-G2 newsItem: which content is the copy, and its paragraphs.

    inlineXML      XHTML, NITF, or a vendor's own markup, if it has paragraphs
    inlineData     plain text or escaped HTML; encoded data (base64) is never decoded
    remoteContent  pictures, sound, files at an address: nothing is fetched

Of several texts one is read: in the language of the item before others, XML before data, then the longest.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Collection
from itertools import islice
from typing import NamedTuple

from pipeline.formats.text import html, plain
from pipeline.formats.xml.newsml_g2.fields import G2Fields, code_of, name_of
from pipeline.formats.xml.tree import LANGUAGE, NO_COPY, Body, Element, body_markup, body_paragraphs, words
from pipeline.items import Text
from pipeline.notes import Addressee, Passage
from pipeline.values.blanks import one_line
from pipeline.values.roles import is_for_editors

BODIES = (".//body.content", ".//body")  # of NITF, of XHTML
# Not copy: the head of NITF or of an article (headline, byline, codes), all of which is in the metadata too.
NOT_COPY = NO_COPY | {"head", "body.head", "header", "BILD"}  # the last: TT's pictures, with caption and credit
TEASER = ".//p[@class='teaser']"  # dpa
REPEATED_MAX = 8  # of headings that are looked at; they may be nested
HEADINGS = ("h1", "h2", "h3", "hl1", "hl2")
# Copy has at least one of these elements; in vendors' own XML paragraphs may have other names.
PROSE = frozenset({"p", "div", "li", "td", "pre", "section", "article", "blockquote", "block", *HEADINGS})
PARAGRAPHS = frozenset({"P", "para", "Para", "paragraph", "Paragraph", "element"})  # the last in Naviga's idf

TAG = re.compile(r"</?[A-Za-z][^<>]*>")
PAIRED = re.compile(r"<([A-Za-z]{1,20})>([^<>]*+)</\1>")  # STT: escaped twice, so that it appears as text
ONE_PARAGRAPH = re.compile(r"\s*<p>([^<]*)</p>\s*")  # ANSA: wire copy with its lines and indents in one element

MAIN_HEADLINES = frozenset({"main", "mainheadline", "title", "headline"})
SUB_HEADLINES = frozenset(
    {"sub", "subheadline", "subhead", "deck", "kicker"}
)  # ANSA's is beside one without a role
NO_DESCRIPTIONS = frozenset({"audio"})  # Reuters video: the language of its narration


def read_headlines(fields: G2Fields) -> tuple[str, tuple[Text, ...]]:
    """The main headline, and the others with their roles; by role, then by rank (dpa: 1 main, 3 kicker)."""
    written = (one for one in fields.elements_with_text("headline") if not is_for_editors(one[0].get("role")))
    found = sorted(written, key=lambda one: _order(one[0]))
    if not found:
        if title := fields.text("title"):
            fields.warnings.append("headline is the title")
        return title or "", ()
    if fields.is_foreign(found[0][0]):
        fields.warnings.append(f"headline in {found[0][0].get(LANGUAGE)}, the item is {fields.language}")
    further = {
        line: Text(value=line, role=name_of(element.get("role")), content_type="text/plain")
        for element, line in found
        if line != found[0][1]
    }
    return found[0][1], tuple(further.values())


def _order(headline: Element) -> tuple[int, int]:
    role, rank = code_of(headline.get("role")), headline.get("rank") or "1"
    of_role = 0 if role in MAIN_HEADLINES else 3 if role in SUB_HEADLINES else 2 if role else 1
    return of_role, int(rank) if rank in frozenset("123456789") else 9


def read_descriptions(fields: G2Fields) -> tuple[str, ...]:
    """Captions, summaries, scripts: each once."""
    found = fields.elements_with_text("descriptions")
    public = ((element, line) for element, line in found if not is_for_editors(element.get("role")))
    return tuple(
        dict.fromkeys(line for element, line in public if code_of(element.get("role")) not in NO_DESCRIPTIONS)
    )


class Content(NamedTuple):
    """The copy, and the texts that were not chosen."""

    body: Body
    others: tuple[Passage, ...]


def read_content(fields: G2Fields, repeated: Collection[str]) -> Content:
    """The copy; an empty Body if there is none.  Warnings name what is not read.

    `repeated`: headlines and descriptions, which a body may repeat above its text; they are left out there.
    """
    texts = []
    for element in fields.of_every_language("paragraphs"):
        read_one = _read_xml if element.tag == "inlineXML" and len(element) else _read_data
        content = read_one(element, repeated, fields.warnings)
        if content.paragraphs:
            foreign = fields.is_foreign(element)
            texts.append((foreign, element.tag != "inlineXML", -_length(content), content))
            if foreign:
                fields.warnings.append(f"a text in {element.get(LANGUAGE)}, the item is {fields.language}")
    if not texts:
        kinds = [(element.get("contenttype") or "").lower() for element in fields.every("elsewhere")]
        wanted = dict.fromkeys(kind for kind in kinds if kind.startswith("text/") or kind.endswith("+xml"))
        fields.warnings += [f"remoteContent of {kind[:40]}: not fetched" for kind in wanted]
    if len({content.paragraphs for *_, content in texts}) > 1:
        fields.warnings.append(f"{len(texts)} texts in the contentSet: only one is read")
    chosen: Body = min(texts, key=lambda text: text[:3], default=(Body(),))[-1]
    others = [content.paragraphs for *_, content in texts if content.paragraphs != chosen.paragraphs]
    return Content(chosen, tuple(Passage(Addressee.PUBLIC, "\n".join(one), "contentSet") for one in others))


def _length(content: Body) -> int:
    return sum(map(len, content.paragraphs))


def _read_xml(element: Element, repeated: Collection[str], warnings: list[str]) -> Body:
    body = next((inner for path in BODIES if (inner := element.find(path)) is not None), None)
    if body is None:
        body = element
        if not _is_prose(element):
            warnings.append(f"inlineXML {element[0].tag[:40]}: no paragraphs in it, not read")
            return Body()
    # A figure is a picture with its caption; but HTML has tables in figures too.
    without = NOT_COPY | {"figure" if body.find(".//table") is None else "figcaption"}
    found = [text for one in body_paragraphs(body, without) if (text := _without_escaped_tags(one))]
    headings = {
        words(one)
        for one in (*islice(body.iter(*HEADINGS), REPEATED_MAX), *islice(body.iterfind(TEASER), REPEATED_MAX))
    }
    above = 0
    while above < len(found) and found[above] in headings and found[above] in repeated:
        above += 1
    return Body(tuple(found[above:]), body_markup(body))


def _without_escaped_tags(paragraph: str) -> str:
    """The paragraph without tags that were escaped twice; a share symbol such as `<QUAY.N>` has no end tag."""
    return one_line(PAIRED.sub(r"\2", paragraph)) if "</" in paragraph else paragraph


def _is_prose(element: Element) -> bool:
    """Whether a vendor's markup holds copy: paragraphs of any name, or text between its elements."""
    tags = {child.tag for child in element.iterdescendants()}
    if not tags & PROSE:
        for child in list(element.iter(*PARAGRAPHS)):
            child.tag = "p"
    return bool(tags & (PROSE | PARAGRAPHS)) or any((text or "").strip() for text in _between(element))


def _between(element: Element) -> list[str | None]:
    return [element.text, *(child.tail for child in element)]


def _read_data(element: Element, repeated: Collection[str], warnings: list[str]) -> Body:
    encoding = element.get("encoding") or element.get("encodinguri")
    kind = (element.get("contenttype") or "text/").lower()
    if encoding or not ("text/" in kind or "xml" in kind or "html" in kind):
        warnings.append(f"{element.tag} of {kind[:40]}{', encoded' if encoding else ''}: not opened")
        return Body()
    text = "".join(map(str, element.itertext()))
    single = ONE_PARAGRAPH.fullmatch(text)
    text = single[1] if single else text
    if TAG.search(text):
        return Body(html.paragraphs(text), text)
    return Body(plain.paragraphs(entities.unescape(text)))
