"""The texts of an XML tree by place: elements by their path, attributes as `path/@attribute`."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.formats.places import Place, Places, Unread, labelled, passages_of, unlabelled
from pipeline.formats.xml.tree import Element, every_line
from pipeline.notes import Passage
from pipeline.records import Reason, Rejected

ATTRIBUTES_MAX = 500  # of one element: lxml looks for each value from the first on
# Attributes that name what the value of another one is; the first pair that is there counts.
PAIRS = (("FormalName", "Value"), ("name", "content"), ("key", "value"), ("name", "value"))
NAMED = frozenset(named for _, named in PAIRS)
SKIPPED = frozenset(  # attributes that never hold a text
    ["id", "guid", "uri", "href", "residref", "guidref", "rel", "version", "norm", "Duid", "Euid", "style", "dir",
     "tag", "contenttype", "size", "creator", "modified", "scheme"]
)  # fmt: skip


def passages_in(element: Element, places: Places, path: str = "") -> list[Passage]:
    """The texts of the element, of its attributes and of what is in it, each with the class of its place.

    `path`: that of the element, from which the paths in `places` go on.  An element with text of its own is one
    text, with that of the elements in it.
    """
    found: list[Passage] = []
    waiting = [(element, places.root(path, element.tag), False)]
    while waiting:
        one, place, is_part = waiting.pop()
        if keys := one.keys():
            _add_attributes(one, keys, place, found)
        children = list(one)
        text = one.text
        is_text = bool(text and text.strip())
        if children and not (is_part or is_text):
            is_text = any((tail := child.tail) and tail.strip() for child in children)
        own = place.own
        if is_text and not is_part and not isinstance(own, Unread):
            whole = "\n".join(every_line(one)) if children else text or ""
            found += (
                labelled(place.path, whole, place.name)
                if place.names_embargo
                else unlabelled(own, place.path, whole)
            )
        is_part = is_part or is_text
        for child in reversed(children):
            name = child.tag
            known = place.children
            inner = known[name] if name in known else place.child(name)
            if inner is not None:
                waiting.append((child, inner, is_part))
    return found


def _add_attributes(element: Element, keys: Sequence[str | bytes], place: Place, found: list[Passage]) -> None:
    if len(keys) > ATTRIBUTES_MAX:
        raise Rejected(Reason.TOO_LARGE, f"an element of more than {ATTRIBUTES_MAX:,} attributes")
    known = place.attributes
    for key in map(str, keys):
        if key in SKIPPED:
            continue
        inner = known[key] if key in known else place.attribute(key)
        if inner is None or isinstance(inner.own, Unread):
            continue
        value = element.get(key, "")
        naming = (
            next((name for name, named in PAIRS if named == key and name in keys), None) if key in NAMED else None
        )
        if naming:
            found += passages_of(inner.own, inner.path, value, element.get(naming, ""))
        elif inner.names_embargo:
            found += labelled(inner.path, value, inner.name)
        else:
            found += unlabelled(inner.own, inner.path, value)
