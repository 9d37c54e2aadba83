"""Text of a page that a reader does not see: hidden elements, private classes and comments.

It is not copy, but what it says to editors counts, so it is given to the reader of notes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

# Without one of these words nothing is hidden: most texts are not looked at any closer.
TRACES = ("hidden", "<!--", "display", "mso-hide", "public", "font-size", "opacity")
HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|(?:font-size|opacity)\s*:\s*0(?:\.0{1,4})?(?:px|pt|r?em|%)?\s*(?:;|!|\Z)",
    re.IGNORECASE,
)
PRIVATE_CLASS = re.compile(r"non-?public|not-for-publication", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]*)))?""")
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
# Elements whose end tag may be left out: each ends where one of these begins, unless a list or table is between.
ENDED_BY = {
    "li": frozenset({"li"}), "dt": frozenset({"dt", "dd"}), "dd": frozenset({"dt", "dd"}), "tr": frozenset({"tr"}),
    "td": frozenset({"td", "th", "tr"}), "th": frozenset({"td", "th", "tr"}), "option": frozenset({"option"}),
}  # fmt: skip
AROUND = frozenset({"ul", "ol", "menu", "dl", "table", "select"})


def is_hidden(attributes: Mapping[str, str | None]) -> bool:
    """Whether an element with these attributes is not shown, or marked as private."""
    return (
        "hidden" in attributes
        or (attributes.get("aria-hidden") or "").strip().lower() == "true"
        or HIDING_STYLE.search(attributes.get("style") or "") is not None
        or PRIVATE_CLASS.search(attributes.get("class") or "") is not None
    )


class Separated(NamedTuple):
    """Markup without what is hidden, and the hidden pieces of it."""

    visible: str
    hidden: tuple[str, ...] = ()


@lru_cache(maxsize=8)  # a body is asked for its paragraphs, for its markup and for its hidden text
def separate(markup: str, token: re.Pattern[str], blocks: frozenset[str]) -> Separated:
    """The visible markup and the hidden pieces.

    `token` finds tags (its group `tag` is the name) and comments; `blocks` are the elements that end a paragraph.
    Linear in the length of the markup.  Raises nothing.
    """
    if not _has_trace(markup):
        return Separated(markup)
    kept: list[str] = []
    hidden: list[str] = []
    at = 0
    for begin, stop in _spans(markup, token, blocks):
        kept.append(markup[at:begin])
        hidden.append(markup[begin:stop].removeprefix("<!--").removesuffix("-->"))
        at = stop
    return Separated("".join((*kept, markup[at:])), tuple(hidden))


def _has_trace(text: str) -> bool:
    folded = (html.unescape(text) if "&#" in text else text).lower()
    return any(map(folded.__contains__, TRACES))


def _spans(markup: str, token: re.Pattern[str], blocks: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where each comment and each hidden element begins and ends; the end of the text ends an open element."""
    name, begin, depth, around = "", 0, 0, 0
    for found in token.finditer(markup):
        tag, closing = (found["tag"] or "").lower(), found[0][1:2] == "/"
        if not name:
            if found[0].startswith("<!--"):
                yield found.span()
            elif tag and not closing and tag not in VOID and _hides(found[0]):
                name, begin, depth, around = tag, found.start(), 1, 0
            continue
        if tag == name and closing and around == 0:
            depth -= 1
            if depth == 0:
                yield begin, found.end()
                name = ""
        elif _ends(name, tag, blocks, closing=closing, around=around):
            yield begin, found.start()
            hides = tag not in VOID and not closing and _hides(found[0])
            name, begin, depth, around = (tag, found.start(), 1, 0) if hides else ("", 0, 0, 0)
        elif tag == name and not closing:
            depth += 1
        if name and tag in AROUND and name not in AROUND:
            around = max(0, around + (-1 if closing else 1))
    if name:
        yield begin, len(markup)


def _ends(name: str, tag: str, blocks: frozenset[str], *, closing: bool, around: int) -> bool:
    """Whether this tag ends a hidden element without its end tag."""
    if name == "p":
        return tag in blocks
    if name not in ENDED_BY or around:
        return False
    return tag in AROUND if closing else tag in ENDED_BY[name]


def _hides(tag: str) -> bool:
    if not _has_trace(tag):
        return False
    found = ATTRIBUTE.findall(tag)
    return is_hidden({key.lower(): html.unescape(double or single or bare) for key, double, single, bare in found})
