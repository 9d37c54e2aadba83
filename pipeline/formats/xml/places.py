"""The texts of an XML tree by place: elements by their path, attributes as `path/@attribute`."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.formats.places import Places, Unread, passages_of
from pipeline.formats.xml.tree import Element, every_line
from pipeline.notes import Addressee, Passage
from pipeline.records import Reason, Rejected

ATTRIBUTES_MAX = 500  # of one element: lxml looks for each value from the first on
# Attributes that name what the value of another one is.
PAIRS = (("FormalName", "Value"), ("name", "content"), ("name", "value"), ("key", "value"))
SKIPPED = frozenset(  # attributes that never hold a text
    ["id", "guid", "uri", "href", "residref", "guidref", "rel", "version", "norm", "Duid", "Euid", "style", "dir",
     "tag", "contenttype", "size", "creator", "modified", "scheme"]
)  # fmt: skip


def passages_in(
    element: Element, places: Places, path: str = "", around: Addressee | Unread = Addressee.EDITORS
) -> Iterator[Passage]:
    """The texts of the element, of its attributes and of what is in it, each with the class of its place.

    `path`: that of the element, from which the paths in `places` go on.  An element with text of its own is one
    text, with that of the elements in it.
    """
    waiting = [(element, path, places.class_of(path, element.tag, around), False)]
    while waiting:
        one, at, own, is_part = waiting.pop()
        if one.attrib:
            yield from _attributes(one, places, at, own)
        children = list(one)
        text = one.text
        is_text = bool(text and text.strip()) or any(child.tail and child.tail.strip() for child in children)
        if is_text and not is_part and not isinstance(own, Unread):
            yield from passages_of(own, at, "\n".join(every_line(one)) if children else text or "", one.tag)
        for child in reversed(children):
            inner = f"{at}/{child.tag}" if at else child.tag
            of_child = places.class_of(inner, child.tag, own)
            if not places.is_left_out(inner, of_child):
                waiting.append((child, inner, of_child, is_part or is_text))


def _attributes(element: Element, places: Places, path: str, around: Addressee | Unread) -> Iterator[Passage]:
    if len(element.attrib) > ATTRIBUTES_MAX:
        raise Rejected(Reason.TOO_LARGE, f"an element of more than {ATTRIBUTES_MAX:,} attributes")
    attributes = {str(key): str(value) for key, value in element.items() if key not in SKIPPED}
    labels = {value: key for key, value in PAIRS if key in attributes and value in attributes}
    for key, value in attributes.items():
        own = places.class_of(f"{path}/@{key}", f"@{key}", around)
        if not isinstance(own, Unread):
            label = attributes[labels[key]] if key in labels else f"{element.tag} {key}"
            yield from passages_of(own, f"{path}/@{key}", value, label)
