"""Several bodies of one item, one of them the copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.formats import html, plain
from pipeline.formats.blanks import one_line
from pipeline.formats.fields import Piece
from pipeline.formats.parsed import Parsed
from pipeline.records import Reason, Rejected


def paragraphs(pieces: Sequence[Piece], warnings: list[str]) -> tuple[str, ...]:
    """The copy: text/plain; HTML if that is absent or has lost its paragraphs; XML (NITF) for want of both."""
    flat = _longest(plain.paragraphs(piece.value) for piece in pieces if _kind(piece) == "plain")
    if len(flat) > 1:
        return flat
    marked = _longest(html.paragraphs(piece.value) for piece in pieces if _kind(piece) == "html")
    if flat or marked:
        return marked if len(marked) > len(flat) else flat
    found = _longest(html.paragraphs(piece.value) for piece in pieces if _kind(piece) == "xml")
    if found:
        warnings.append("body read from XML as if it were HTML")
    return found


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


def _longest(bodies: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The body with most text; the first of equals."""
    return max(bodies, key=lambda body: sum(map(len, body)), default=())


def short(piece: Piece) -> str:
    """A headline or description in one line."""
    return one_line(piece.value) if piece.content_type == "text/plain" else html.line(piece.value)
