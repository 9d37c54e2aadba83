"""The texts of an XML tree by place: elements by their path, attributes as `path/@attribute`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from lxml import etree

from pipeline.formats.attributes import PAIRS, VALUES
from pipeline.formats.named import STRONG, Sense, is_flag, sense_of
from pipeline.formats.places import CODE, UNREAD, Place, Places, Unread, is_code, labelled, of_code, unlabelled
from pipeline.formats.xml.tree import Element, every_line, words
from pipeline.notes import Addressee, Passage
from pipeline.records import Reason, Rejected

ATTRIBUTES_MAX = 500  # of one element: lxml looks for each value from the first on
NAMING = ("FormalName", "name", "key", "role", "type", "rel", "property", "id")  # what the text of an element is
# `<property><name>releaseTime</name><value>2022-01-04</value></property>`
NAME_ELEMENTS = frozenset({"name", "key", "property", "field", "label", "id"})
VALUE_ELEMENTS = frozenset({"value", "val"})
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
        if attributes := one.attrib:
            _add_attributes(one, attributes, place, found)
        children = list(one)
        text = one.text
        is_text = bool(text and text.strip())
        if children and not (is_part or is_text):
            is_text = any((tail := child.tail) and tail.strip() for child in children)
        own = place.own
        if is_text and not is_part and own is not UNREAD:
            whole = "\n".join(every_line(one)) if children else text or ""
            found += _text_passages(one, place, own, whole)
        elif not (is_text or attributes or children) and place.sense in STRONG and is_flag(place.name):
            found.append(Passage(Addressee.HOLD, place.name, place.path))
        is_part = is_part or is_text
        has_value = own is Addressee.EDITORS and any(child.tag in VALUE_ELEMENTS for child in children)
        for child in reversed(children):
            name = child.tag
            if has_value and name in VALUE_ELEMENTS:
                found += _named_by_sibling(child, children, place)
            elif has_value and name in NAME_ELEMENTS and is_code(words(child)):
                continue  # the name of the value
            known = place.children
            inner = known[name] if name in known else place.child(name)
            if inner is not None:
                waiting.append((child, inner, is_part))
    return found


def attributes_of(element: Element, places: Places) -> list[Passage]:
    """The texts of the attributes of an element whose content is read by itself."""
    found: list[Passage] = []
    if attributes := element.attrib:
        _add_attributes(element, attributes, places.root("", ""), found)
    return found


def _text_passages(element: Element, place: Place, own: Addressee | Unread, text: str) -> tuple[Passage, ...]:
    """The passages of an element's text: by the name of its place, or by an attribute that names it."""
    if isinstance(own, Unread):
        return of_code(place, text) if own is CODE else ()
    sense, label = place.sense, place.name
    if sense is None and element.keys():
        names = NAMING if own is Addressee.EDITORS else ("role",)
        sense, label = _named((element.get(name, "") for name in names), place)
        if own is not Addressee.EDITORS and sense is not Sense.EMBARGO:
            sense, label = None, place.name
    return labelled(sense, own, place.path, text, label) if sense else unlabelled(own, place.path, text)


def _named_by_sibling(value: Element, siblings: Iterable[Element], place: Place) -> tuple[Passage, ...]:
    """What an element says by the name that one beside it gives it."""
    sense, label = _named((words(one) for one in siblings if one.tag in NAME_ELEMENTS), place)
    return labelled(sense, Addressee.EDITORS, place.path, words(value), label) if sense else ()


def _named(labels: Iterable[str], place: Place) -> tuple[Sense | None, str]:
    """What the first of the labels that says something says, and that label."""
    weak = "note" not in place.path.lower()
    senses = ((sense_of(label, weak=weak), label) for label in labels if label)
    return next(((sense, label) for sense, label in senses if sense), (None, ""))


def _add_attributes(element: Element, attributes: etree._Attrib, place: Place, found: list[Passage]) -> None:
    if len(attributes) > ATTRIBUTES_MAX:
        raise Rejected(Reason.TOO_LARGE, f"an element of more than {ATTRIBUTES_MAX:,} attributes")
    known = place.attributes
    for key, value in cast(Iterable[tuple[str, str]], attributes.items()):
        if key in SKIPPED and place.sense is not Sense.STATUS and not (key == "norm" and place.sense):
            continue
        inner = known[key] if key in known else place.attribute(key)
        if inner is None:
            continue
        own = inner.own
        if isinstance(own, Unread):
            if inner.sense or not is_code(value):
                found += of_code(inner, value)
            continue
        if key in NAMING and " " not in value and _names_a_value(element, key):
            continue  # `<field name="hold">false</field>`
        sense, label = inner.sense, inner.name
        if key in VALUES and sense is None:
            sense, label = _named((element.get(name, "") for name, named in PAIRS if named == key), inner)
        found += labelled(sense, own, inner.path, value, label) if sense else unlabelled(own, inner.path, value)


def _names_a_value(element: Element, key: str) -> bool:
    """Whether the attribute is the name of the element's text or of another attribute's value."""
    has_text = bool(element.text and element.text.strip())
    return has_text or any(element.get(named) for name, named in PAIRS if name == key)
