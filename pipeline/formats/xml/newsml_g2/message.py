"""NewsML-G2 messages: which items are news, which of their elements may be published, what is said around them.

Only newsItems are news.  Packages, concepts, knowledge, planning and catalogue items beside one are named in its
warnings; a message with nothing else is rejected.  A package that kills or holds takes effect; nothing was ever
published of the others, so there is nothing to take back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, cast

from lxml import etree

from pipeline.formats.format import Parts
from pipeline.formats.parsed import Payload
from pipeline.formats.xml.newsml_g2.content import read_descriptions
from pipeline.formats.xml.newsml_g2.fields import G2Fields, code_of, identifier_of
from pipeline.formats.xml.newsml_g2.places import item_passages, note_passages
from pipeline.formats.xml.newsml_g2.status import TEXT_CLASSES, ends_embargo, item_usage
from pipeline.formats.xml.text import parse_tree
from pipeline.formats.xml.tree import Element, every_line
from pipeline.items import PubStatus
from pipeline.notes import Addressee, Passage
from pipeline.records import Reason, Rejected

NEWS, PACKAGE = "newsItem", "packageItem"
ITEMS = (NEWS, PACKAGE, "conceptItem", "knowledgeItem", "planningItem", "catalogItem")
# Any element may have a `pubconstraint`, which applies to all of its content; dpa's notepads use a class too.  A
# payload without any of TRACES in its bytes has neither: `&#` may spell a class, NULs are UTF-16.
TRACES = (b"pubconstraint", b"nonpublic", b"&#", b"\0")
CONSTRAINED = etree.XPath("descendant-or-self::*[@pubconstraint or contains(@class, 'nonpublic')]")


class NewsItem(NamedTuple):
    """A newsItem without its private elements, what is around it, and its texts for editors."""

    item: Element
    around: tuple[Element, ...]  # the packages that it came in, and the header of its message
    passages: tuple[Passage, ...]


def split_g2(payload: Payload) -> Parts:
    """The newsItems.

    Raises Rejected: NO_ITEM if there are only items of other kinds, MALFORMED for another root element, and
    whatever parse_tree raises.
    """
    root, warnings = parse_tree(payload.data)
    if root.tag not in (*ITEMS, "newsMessage"):
        raise Rejected(Reason.MALFORMED, f"not NewsML-G2: its root element is {root.tag[:40]}")
    parents = (root, *root.iterfind("itemSet"))
    items = [root] if root.tag in ITEMS else [child for parent in parents for child in parent if child.tag in ITEMS]
    packages = [item for item in items if item.tag == PACKAGE]
    found = [_news_item(item, packages, root.find("header")) for item in items]  # before what is private is emptied
    if any(trace in payload.data for trace in TRACES):
        warnings += _without_private(root)
    kinds = [_kind(one) for one in found]
    news = tuple(one for one, kind in zip(found, kinds, strict=True) if kind == NEWS)
    not_news = [f"{number} {kind}" for kind, number in Counter(kinds).items() if kind != NEWS]
    if not_news and not news:
        raise Rejected(Reason.NO_ITEM, f"{', '.join(not_news)}: not news")
    return Parts(news, (*warnings, *(f"{several} beside the news: not read" for several in not_news)))


def _news_item(item: Element, packages: Sequence[Element], header: Element | None) -> NewsItem:
    """The item with what its message says about it."""
    packages = _packages_of(item, packages) if item.tag == NEWS else ()
    around = packages if header is None else (*packages, header)
    constrained = [one for one in cast(list[Element], CONSTRAINED(item)) if _is_private(one)]
    private = (Passage(Addressee.EDITORS, "\n".join(every_line(one)), f"private {one.tag}") for one in constrained)
    has_end = ends_embargo((item, *around))
    return NewsItem(
        item,
        around,
        (*item_passages(item, header, packages), *note_passages((item, *around), has_end=has_end), *private),
    )


def _packages_of(item: Element, packages: Sequence[Element]) -> tuple[Element, ...]:
    """The packages that refer to the item; those that refer to nothing that came with them count for all."""
    guid = item.get("guid")
    refers = [(one, {ref.get("residref") or ref.get("guidref") for ref in one.iter("itemRef")}) for one in packages]
    return tuple(one for one, refs in refers if guid in refs or not refs)


def _without_private(root: Element) -> tuple[str, ...]:
    """Empties every element that has a constraint on its publication, so that nothing of it can be published."""
    found = [element for element in cast(list[Element], CONSTRAINED(root)) if _is_private(element)]
    warned = {element.tag for element in found} - {"edNote", "section"}  # dpa's items all have notes and notepads
    for element in found:
        tail = element.tail
        element.clear()
        element.tail = tail
    return tuple(f"{tag[:40]} not for publication: left out" for tag in sorted(warned))


def _is_private(element: Element) -> bool:
    constraints = element.get("pubconstraint")
    is_for_all = constraints is None or {code_of(one) for one in constraints.split()} == {"public"}
    return not is_for_all or "nonpublic" in element.get("class", "")


def _kind(news: NewsItem) -> str:
    """The kind of the item; its class for a picture, sound or film without words.  A kill is news."""
    item = news.item
    shown = item.find("itemMeta/itemClass")
    item_class = "" if shown is None else code_of(identifier_of(shown))
    if item.tag not in (NEWS, PACKAGE) or (item.tag == NEWS and item_class in TEXT_CLASSES):
        return item.tag
    fields = G2Fields(item)
    if item_usage(fields, news.around)[0] is not PubStatus.USABLE:
        return NEWS
    if item.tag != NEWS or any(map(fields.text, ("headline", "title", "paragraphs"))) or read_descriptions(fields):
        return item.tag
    return f"{item_class[:40]} without words"
