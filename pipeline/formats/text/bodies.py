"""Several bodies of one item, one of them the copy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.formats.json.fields import Piece
from pipeline.formats.parsed import Parsed
from pipeline.formats.text import html, plain
from pipeline.records import Reason, Rejected
from pipeline.values.blanks import one_line

ALIKE_CHARACTERS = 400
# What stands in a NITF body and is no copy: notes, of which some are not public, and media with their captions.
NO_COPY = re.compile(
    r"<(note|media|nitf-table-metadata)(?=[\s/>])[^>]*+"
    r"(?:(?<=/)>|>(?:(?!</\1[\s>]).)*+(?:</\1[^>]*+>|\Z)|\Z)",
    re.DOTALL,
)


def paragraphs(pieces: Sequence[Piece], warnings: list[str]) -> tuple[str, ...]:
    """The copy: text/plain; HTML if that is absent or has lost paragraphs; XML (NITF) for want of both."""
    flat = _longest(plain.paragraphs(piece.value) for piece in pieces if _kind(piece) == "plain")
    marked = _longest(html.paragraphs(piece.value) for piece in pieces if _kind(piece) == "html")
    if flat or marked:
        return marked if len(marked) > len(flat) and (len(flat) < 2 or _begin_alike(flat, marked)) else flat
    found = _longest(html.paragraphs(of_nitf(piece.value)) for piece in pieces if _kind(piece) == "xml")
    if found:
        warnings.append("body read from XML as if it were HTML")
    return found


def of_nitf(text: str) -> str:
    """The inside of a NITF document's body, without what is no copy; another text as it is, likewise without."""
    opened = text.partition("<body.content")[2].partition(">")[2]  # not a pattern: it would begin at each of many
    return NO_COPY.sub(" ", opened.partition("</body.content")[0] or text)


def markup(pieces: Sequence[Piece]) -> str:
    """The longest body that is marked up, as it came; nothing if none is."""
    return max((piece.value for piece in pieces if _kind(piece) != "plain"), key=len, default="")


def check_words(item: Parsed) -> None:
    """Raises Rejected(NO_ITEM) for an item without words; a kill or a hold needs none, only its dispatch."""
    if item.headline or item.paragraphs or item.descriptions:
        return
    if item.native_id is None or item.pub_status == "usable":
        raise Rejected(Reason.NO_ITEM, "neither headline nor body nor description")


def _kind(piece: Piece) -> str:
    """plain, html or xml, by the declared media type; without one by its looks."""
    media_type = (piece.content_type or "").lower()
    if "html" in media_type:
        return "html"
    if "xml" in media_type or "nitf" in media_type:
        return "xml"
    if media_type == "text/plain":
        return "plain"
    return "html" if html.has_markup(piece.value) else "plain"


def _begin_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two bodies are the same copy, however it is parted: their beginnings without blanks."""
    first, second = ("".join("".join(body).split())[:ALIKE_CHARACTERS] for body in (one, other))
    return first == second


def _longest(bodies: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The body with most text; the first of equals."""
    return max(bodies, key=lambda body: sum(map(len, body)), default=())


def short(piece: Piece) -> str:
    """A headline or description in one line."""
    return one_line(piece.value) if piece.content_type == "text/plain" else html.line(piece.value)
