"""What tags within a copy say about the item by their names, or by those of their attributes.

`<meta name="embargo" content="2099-01-01">`, `<article data-embargo="…">`, `<?embargo until="…"?>`, `<embargo>…`:
a reader of the page sees none of them.  Only names that say it strongly count; other attributes are no copy either.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from pipeline.formats.named import STRONG, Sense, is_flag, sense_of
from pipeline.formats.text.hidden import ATTRIBUTE
from pipeline.records import Reason, Rejected

# Attributes that name what the value of another one is; the first pair that is there counts.
PAIRS = (
    ("FormalName", "Value"), ("name", "content"), ("property", "content"), ("itemprop", "content"),
    ("key", "value"), ("name", "value"), ("rel", "value"), ("role", "value"), ("type", "value"), ("id", "value"),
)  # fmt: skip
VALUES = frozenset(value for _, value in PAIRS)
UNSHOWN_VALUES = frozenset({"meta", "input", "param", "data"})  # elements whose words are in an attribute
# Classes of a paragraph that is the embargo: `<p class="embargo">Tuesday, 18:00</p>`.  `tag-embargo` is a topic.
EMBARGO_CLASSES = frozenset({"embargo", "embargoed", "embargo-note", "embargo-notice", "sperrfrist"})
INSTANTS = ("datetime", "data-datetime")
EMBARGO_STEMS = ("embargo", "sperrfrist")
CLASSES = re.compile(
    rf"""\bclass\s?=\s?(?:"[^"]{{0,200}}?|'[^']{{0,200}}?|)\b({"|".join(EMBARGO_STEMS)})""", re.IGNORECASE
)
NAME_CHARACTERS_MAX = 100  # of an attribute; a longer one is of no vocabulary
VALUE_CHARACTERS_MAX = 4_000
HEEDED_MAX = 1_000  # tags of a page that are read; no page has as many
TAG_AND_TEXT = re.compile(r"<([A-Za-z?][^\s<>/=\"']*+)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)([^<]{0,200}+)")
BARE = re.compile(  # the last of a tag: `<p hold>`
    r"""<[A-Za-z][^<>]{0,500}[\s"']((?:is-?)?(?:embargo(?:ed)?|(?:on-?)?hold|with-?h[eo]ld|kill(?:ed)?|withdrawn|retracted"""
    r"""|sperrfrist))(?=[\s/>])""",
    re.IGNORECASE,
)
TAG_NAME = re.compile(r"<([A-Za-z?][^\s<>/=\"']{1,100}+)")


class Said(NamedTuple):
    """A value, and what the name of its tag or its attribute says; no sense: words that nobody sees."""

    sense: Sense | None
    name: str
    value: str


def said_in_markup(markup: str) -> Iterator[Said]:
    """What the tags of a page say about the item.  Raises Rejected(TOO_LARGE)."""
    telling = _telling_names(markup) if "<" in markup else ()
    if not telling:
        return
    heeded = 0
    for tag in TAG_AND_TEXT.finditer(markup):
        name, written = tag[1].lower().strip("?"), tag[2].lower()
        if name in telling or any(map(written.__contains__, telling)):
            heeded += 1
            if heeded > HEEDED_MAX:
                raise Rejected(Reason.TOO_LARGE, f"more than {HEEDED_MAX:,} tags whose names say something")
            found = ATTRIBUTE.findall(tag[2])
            attributes = {
                key.lower(): html.unescape(double or single or bare) for key, double, single, bare in found
            }
            yield from _said_by(name, attributes, tag[3].lstrip("/>"))


def said_in_tree(copy: etree._Element) -> Iterator[Said]:
    """The same of a copy that is XML."""
    for element in copy.iter():
        keys = element.keys()
        if _sense(element.tag) or (keys and any(_tells(element, key) for key in map(str, keys))):
            attributes = {str(key): str(value) for key, value in element.items()}
            yield from _said_by(element.tag, attributes, "".join(map(str, element.itertext())))


def _tells(element: etree._Element, key: str) -> bool:
    return key in VALUES or bool(_sense(key)) or (key == "class" and _is_embargo(element.get(key, "")))


def _is_embargo(classes: str) -> bool:
    return not EMBARGO_CLASSES.isdisjoint(classes.lower().split())


def said_by_instruction(text: str) -> Iterator[Said]:
    """What a processing instruction says by its target and what looks like attributes in it."""
    target, *_ = text.split(None, 1) or ("",)
    found = {key: double or single or bare for key, double, single, bare in ATTRIBUTE.findall(text[len(target) :])}
    yield from _said_by(target, found, "" if found else text[len(target) :])


def _said_by(tag: str, attributes: Mapping[str, str], text: str) -> Iterator[Said]:
    """What one tag says, and the text behind it if the tag itself has a name that counts."""
    if sense := _sense(tag):
        values = [value for value in (*attributes.values(), text.strip()) if value]
        yield from (Said(sense, tag, value[:VALUE_CHARACTERS_MAX]) for value in values or _flag(tag))
        return
    for name, value in attributes.items():
        if sense := _sense(name):
            values = [value] if value else _flag(name)
            yield from (Said(sense, name, one[:VALUE_CHARACTERS_MAX]) for one in values)
    if text.strip() and _is_embargo(attributes.get("class", "")):
        end = next((attributes[name] for name in INSTANTS if name in attributes), "")  # dpa
        yield Said(Sense.EMBARGO, "embargo", (end or text).strip()[:VALUE_CHARACTERS_MAX])
    named = next((pair for pair in PAIRS if pair[0] in attributes and pair[1] in attributes), None)
    if named is None:
        return
    label, value = (attributes[key] for key in named)
    if (sense := _sense(label)) or tag in UNSHOWN_VALUES:
        yield Said(sense, label, value[:VALUE_CHARACTERS_MAX])


def _flag(name: str) -> list[str]:
    """The value of a name without one: `<p hold>`, `<embargo/>`."""
    return ["true"] if _sense(name) in STRONG and is_flag(name) else []


def _sense(name: str) -> Sense | None:
    return _strong_sense(name) if len(name) <= NAME_CHARACTERS_MAX else None


@lru_cache(4_096)  # the same names come again with every copy
def _strong_sense(name: str) -> Sense | None:
    return sense_of(name, weak=False)


def _telling_names(markup: str) -> frozenset[str]:
    """The names of its tags and attributes that say something, or that hold what another one names."""
    pieces = (piece[-NAME_CHARACTERS_MAX:].split() for piece in markup.split("=")[:-1])
    names = {words[-1].rpartition('"')[2].rpartition("'")[2].lower() for words in pieces if words}
    names.update(name.lower().strip("?") for name in TAG_NAME.findall(markup))
    names.update(map(str.lower, BARE.findall(markup)))
    found = frozenset(name for name in names if name in VALUES or _sense(name))
    if not any(map(markup.lower().__contains__, EMBARGO_STEMS)):  # most pages: the pattern looks at each class
        return found
    return found | frozenset(map(str.lower, CLASSES.findall(markup)))
