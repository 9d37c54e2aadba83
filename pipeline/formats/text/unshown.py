"""Words of a page that are neither its copy nor hidden: in attributes, drawings, controls and frames, in cells.

A reader sees some of them, in some programs; none is copy.  Marked lines among them count as in public text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from pipeline.formats.text.html import unescape
from pipeline.values.blanks import one_line

TITLE = re.compile(r"<title\b[^>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
WORDED = re.compile(r"""=\s{0,9}(?:"([^" ]{0,99} [^"]{1,1000}+)"|'([^' ]{0,99} [^']{1,1000}+)')""")  # with a blank
NAME = re.compile(r"[\w:.-]{1,40}(?=\s{0,9}\Z)")
NAME_WITHIN = 50  # characters before the value
# Attributes whose values have blanks and no words.
WORDLESS = frozenset(
    ["class", "style", "href", "src", "srcset", "data-srcset", "sizes", "rel", "allow", "d", "points", "transform",
     "viewbox", "schemalocation"]
)  # fmt: skip
# Elements whose content is no copy, though a page may show it: drawings, controls, frames.
SHOWN = frozenset(
    ["audio", "button", "canvas", "iframe", "math", "object", "select", "svg", "video", "xmp"]
)  # fmt: skip
DATA = "script"  # that of a page may be JSON
ELEMENT = re.compile(
    rf"<({'|'.join(sorted(SHOWN | {DATA}))})\b([^<>]{{0,2000}}+)>((?:(?!</?\1\b).)*+)", re.IGNORECASE | re.DOTALL
)
JSON_TEXT = re.compile(r'"((?:[^"\\]|\\.)*+)(?:"|\\?\Z)', re.DOTALL)  # one without an end goes on to the end
ANY_TAG = re.compile(r"<[^<>]*+>?")
CELLS = frozenset({"td", "th", "rt"})  # parts of a line that are texts by themselves
CELL = re.compile(
    r"<(?:t[dh]|rt)\b[^<>]{0,500}+>((?:(?!</?(?:t(?:[dhr]|able|body)|ruby|rt)\b).)*+)", re.IGNORECASE | re.DOTALL
)
CELL_WORDS_MIN = 3  # `On hold` may be what the table is about


def titles(markup: str) -> list[str]:
    """The titles in the markup."""
    found = TITLE.findall(markup) if "<t" in markup or "<T" in markup else ()
    return _texts(map(unescape, found))


def unshown_words(markup: str) -> Iterator[str]:
    """The words that are in the markup beside its copy, a text each, none empty."""
    for value in WORDED.finditer(markup):
        name = NAME.search(markup, max(0, value.start() - NAME_WITHIN), value.start())
        if name and _has_words(name[0], text := value[1] or value[2]):
            yield from _texts([unescape(text)])
    for name, attributes, inner in ELEMENT.findall(markup):
        if name.lower() != DATA:
            yield from _texts(map(unescape, ANY_TAG.split(inner)))
        elif "json" in attributes.lower():
            yield from _texts(JSON_TEXT.findall(inner))
    yield from _cells(unescape(ANY_TAG.sub(" ", cell)) for cell in CELL.findall(markup))


def unshown_in_tree(copy: etree._Element) -> Iterator[str]:
    """The same of a copy that is XML."""
    for element in copy.iter():
        yield from _texts(value for name, value in _attributes(element) if _has_words(name, value))
        if element.tag in SHOWN:
            yield from _texts(map(str, element.itertext()))
        elif element.tag in CELLS:
            yield from _cells([" ".join(map(str, element.itertext()))])


def _attributes(element: etree._Element) -> Iterable[tuple[str, str]]:
    return ((str(name), str(value)) for name, value in element.items())


def _has_words(name: str, value: str) -> bool:
    return " " in value and name.lower() not in WORDLESS and not name.lower().startswith("on")


def _texts(found: Iterable[str]) -> list[str]:
    return [text for one in found if (text := one_line(one))]


def _cells(found: Iterable[str]) -> list[str]:
    return [text for text in _texts(found) if text.count(" ") >= CELL_WORDS_MIN - 1]
