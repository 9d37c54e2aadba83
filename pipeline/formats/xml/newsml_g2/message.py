"""What of a NewsML-G2 message is news, and what of it may leave.

Only newsItems are news: packages, concepts, knowledge, planning and catalogue items beside one are named in its
warnings; alone they are no item.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple, cast

from lxml import etree

from pipeline.formats.format import Parts
from pipeline.formats.parsed import Payload
from pipeline.formats.xml.newsml_g2.content import descriptions
from pipeline.formats.xml.newsml_g2.fields import Fields, code, meant
from pipeline.formats.xml.newsml_g2.notes import Heard, heard
from pipeline.formats.xml.newsml_g2.status import OF_TEXT, status
from pipeline.formats.xml.text import tree
from pipeline.formats.xml.tree import Element
from pipeline.records import Reason, Rejected

NEWS = "newsItem"
ITEMS = (NEWS, "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")
# `pubconstraint` may stand at any element and holds for all inside it; dpa's notepads say it with a class too.
# Without one of MARKS in its bytes a payload holds neither: `&#` may spell a class, NULs are UTF-16.
MARKS = (b"pubconstraint", b"nonpublic", b"&#", b"\0")
RESERVED = etree.XPath("//*[@pubconstraint or contains(@class, 'nonpublic')]")


class News(NamedTuple):
    """A newsItem without what is not for publication, and what its notes said of it."""

    item: Element
    heard: Heard


def split(payload: Payload) -> Parts:
    """The newsItems.

    Raises Rejected: NO_ITEM for items of other kinds alone, MALFORMED for no NewsML-G2, and as xml_text.tree does.
    """
    root, warnings = tree(payload.data)
    if root.tag not in (*ITEMS, "newsMessage"):
        raise Rejected(Reason.MALFORMED, f"no NewsML-G2: its root element is {root.tag[:40]}")
    parents = (root, *root.iterfind("itemSet"))
    items = [root] if root.tag in ITEMS else [child for parent in parents for child in parent if child.tag in ITEMS]
    said = [heard(item) for item in items]  # before the notes are emptied
    if any(mark in payload.data for mark in MARKS):
        warnings += _without_reserved(root)
    kinds = [_kind(item) for item in items]
    news = [News(*row) for row, kind in zip(zip(items, said, strict=True), kinds, strict=True) if kind == NEWS]
    left_out = [f"{number} {kind}" for kind, number in Counter(kinds).items() if kind != NEWS]
    if left_out and not news:
        raise Rejected(Reason.NO_ITEM, f"{', '.join(left_out)}: no news item")
    return Parts(tuple(news), (*warnings, *(f"{several} beside it: not read" for several in left_out)))


def _without_reserved(root: Element) -> tuple[str, ...]:
    """Empties whatever has a constraint on its publication, wherever it stands: from here on it has no way out."""
    found = [element for element in cast(list[Element], RESERVED(root)) if _is_reserved(element)]
    told = {element.tag for element in found} - {"edNote", "section"}  # dpa's notes and notepads: in every item
    for element in found:
        tail = element.tail
        element.clear()
        element.tail = tail
    return tuple(f"{tag[:40]} not for publication: left out" for tag in sorted(told))


def _is_reserved(element: Element) -> bool:
    constraints = element.get("pubconstraint")
    is_for_all = constraints is None or {code(one) for one in constraints.split()} == {"public"}
    return not is_for_all or "nonpublic" in element.get("class", "")


def _kind(item: Element) -> str:
    """The item's kind; of a picture, sound or film without a word its class.  A kill needs none."""
    shown = item.find("itemMeta/itemClass")
    shows = "" if shown is None else code(meant(shown))
    if item.tag != NEWS or shows in OF_TEXT:
        return item.tag
    fields = Fields(item)
    has_words = any(map(fields.text, ("headline", "title", "paragraphs"))) or descriptions(fields)
    return item.tag if has_words or status(fields) != "usable" else f"{shows[:40]} without words"
