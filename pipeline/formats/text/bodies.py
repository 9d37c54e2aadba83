"""Several bodies of one item: the one that is read as its copy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

from lxml import etree

from pipeline.formats.attributes import said_in_markup, said_in_tree
from pipeline.formats.limits import PASSAGES_MAX
from pipeline.formats.places import lines_of, passages_said
from pipeline.formats.text import html, plain
from pipeline.formats.text.unshown import titles, unshown_in_tree, unshown_words
from pipeline.notes import Addressee, Passage
from pipeline.values.blanks import one_line
from pipeline.values.roles import is_for_editors

ALIKE_CHARACTERS = 400
# In a NITF body, but not copy: notes, some of which are not public, and media with their captions.
NO_COPY = re.compile(
    r"<(note|media|nitf-table-metadata)(?=[\s/>])[^>]*+"
    r"(?:(?<=/)>|>(?:(?!</\1[\s>]).)*+(?:</\1[^>]*+>|\Z)|\Z)",
    re.DOTALL,
)


ESCAPED_AGAIN = re.compile(r"&amp;(?=(?:apos|quot|nbsp|#\d{1,6});)")  # within such a page, a mark once more
ESCAPED_TAG = re.compile(
    r"&lt;/(?:p|div|span|h[1-6]|ul|ol|li|b|i|em|strong|a|blockquote|table)\s{0,9}&gt;", re.IGNORECASE
)


CLOSED_BLOCK = re.compile(r"</(?:p|div|h[1-6]|ul|ol|li|table|t[rdh]|blockquote)\s{0,9}>", re.IGNORECASE)


class BodyKind(Enum):
    """How a body is written."""

    PLAIN = auto()
    HTML = auto()
    XML = auto()


class TypedText(NamedTuple):
    """One of several bodies, headlines or descriptions."""

    value: str
    role: str | None = None
    content_type: str | None = None


def paragraphs(pieces: Sequence[TypedText], warnings: list[str]) -> tuple[str, ...]:
    """The copy: text/plain; HTML if there is none or it has lost paragraphs; XML (NITF) if there is neither."""
    flats = [plain.paragraphs(piece.value) for piece in pieces if _kind(piece) is BodyKind.PLAIN]
    if len({found for found in flats if found}) > 1:
        warnings.append(f"{len(flats)} bodies of plain text: only the longest is read")
    flat = _longest(flats)
    marked = _longest(html.paragraphs(piece.value) for piece in pieces if _kind(piece) is BodyKind.HTML)
    if flat or marked:
        return marked if len(marked) > len(flat) and (len(flat) < 2 or _begin_alike(flat, marked)) else flat
    found = _longest(html.paragraphs(of_nitf(piece.value)) for piece in pieces if _kind(piece) is BodyKind.XML)
    if found:
        warnings.append("body read from XML as if it were HTML")
    return found


def unescaped(markup: str, warnings: list[str]) -> str:
    """The markup of a page that was escaped once too often, so that it has tags in its words and nowhere else."""
    if "&lt;/" not in markup or html.has_tags(markup) or not ESCAPED_TAG.search(markup):
        return markup
    warnings.append("markup escaped twice, read")
    return ESCAPED_AGAIN.sub("&", html.unescape(markup))


def others(pieces: Sequence[TypedText], chosen: Sequence[str]) -> Iterator[Passage]:
    """What the bodies say beside the chosen copy: in other versions of it, in hidden text, to editors."""
    known = set(chosen)
    for piece in pieces:
        for_editors, is_plain = is_for_editors(piece.role), _kind(piece) is BodyKind.PLAIN
        if for_editors or len(pieces) > 1:
            found = plain.paragraphs(piece.value) if is_plain else html.paragraphs(piece.value)
            left = found if for_editors else [text for text in found if text not in known]
            if left:
                addressee = Addressee.EDITORS if for_editors else Addressee.PUBLIC
                yield Passage(addressee, "\n".join(left), "another body")
        if not is_plain:
            yield from unseen_in([piece.value])


def unseen_in(markups: Iterable[str]) -> Iterator[Passage]:
    """What a reader of these pages does not see, or only beside the copy, and what tags say by their names."""
    for markup in markups:
        yield from (Passage(Addressee.HEADLINE, text, "title") for text in titles(markup))
        yield from _beside_copy(unshown_words(markup))
        captions = html.captions(markup)
        yield from _beside_copy(captions)
        # `KILL KILL KILL`: what kills as the first line of copy kills as a caption.
        yield from (Passage(Addressee.HEADLINE, text, "caption") for text in captions if text.isupper())
        if hidden := html.hidden_texts(markup):
            yield Passage(Addressee.EDITORS, "\n".join(hidden), "hidden text")
        yield from passages_said(said_in_markup(markup), "copy")


def unseen_in_tree(copy: etree._Element) -> Iterator[Passage]:
    """The same of a copy that is XML, but for what is private in it (xml.tree.private_words)."""
    yield from _beside_copy(unshown_in_tree(copy))
    yield from passages_said(said_in_tree(copy), "copy")


def _beside_copy(texts: Iterable[str]) -> Iterator[Passage]:
    """A passage for each of the texts, once; of too many one more than an item may have, which is a Fault."""
    found: dict[Passage, None] = {}
    for text in dict.fromkeys(texts):
        found[Passage(Addressee.PUBLIC, "\n".join(lines_of(text)), "beside the copy")] = None
        if len(found) > PASSAGES_MAX:
            break
    yield from found


def of_nitf(text: str) -> str:
    """The text within body.content of a NITF document, or all of another text; both without what is not copy."""
    # Not a pattern: it would try every one of many beginnings.
    opened = text.partition("<body.content")[2].partition(">")[2]
    return NO_COPY.sub(" ", opened.partition("</body.content")[0] or text)


def asides(pieces: Iterable[TypedText]) -> Iterator[Passage]:
    """What `of_nitf` takes out of these texts: notes, captions, and what is hidden around the body."""
    for piece in pieces:
        before, _, rest = piece.value.partition("<body.content")
        if rest and (hidden := html.hidden_texts(before + rest.partition("</body.content")[2])):
            yield Passage(Addressee.EDITORS, "\n".join(hidden), "hidden text")
        for found in NO_COPY.finditer(piece.value):
            if lines := html.paragraphs(found[0]):
                addressee = Addressee.EDITORS if found[1] == "note" else Addressee.PUBLIC
                yield Passage(addressee, "\n".join(lines), found[1])


def markup(pieces: Sequence[TypedText]) -> str:
    """The longest body that has markup, as it came; empty if none has."""
    return max((piece.value for piece in pieces if _kind(piece) is not BodyKind.PLAIN), key=len, default="")


def _kind(piece: TypedText) -> BodyKind:
    """The kind by the declared media type; by the text itself without one, or if plain text closes a block."""
    media_type = (piece.content_type or "").lower()
    if "html" in media_type:
        return BodyKind.HTML
    if "xml" in media_type or "nitf" in media_type:
        return BodyKind.XML
    if media_type == "text/plain" and not ("</" in piece.value and CLOSED_BLOCK.search(piece.value)):
        return BodyKind.PLAIN
    return BodyKind.HTML if html.has_markup(piece.value) else BodyKind.PLAIN


def _begin_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two bodies begin with the same copy, whatever their paragraphs and blanks."""
    first, second = ("".join("".join(body).split())[:ALIKE_CHARACTERS] for body in (one, other))
    return first == second


def _longest(bodies: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The body with most text; the first if several are equally long."""
    return max(bodies, key=lambda body: sum(map(len, body)), default=())


def short_text(piece: TypedText) -> str:
    """A headline in one line."""
    return one_line(piece.value) if piece.content_type == "text/plain" else html.line(piece.value)


def description(piece: TypedText) -> str:
    """A description, a paragraph a line."""
    is_plain = _kind(piece) is BodyKind.PLAIN
    return "\n".join(plain.paragraphs(piece.value) if is_plain else html.paragraphs(piece.value))
