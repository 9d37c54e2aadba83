"""Look-ups by path in an XML tree: the one path engine of the XML formats.

A path names the elements down to one, `head/docdata/doc-id`, and may end in an attribute, `…/@id-string`.  The
children of a level are grouped by name once, when the level is first asked for, so that many look-ups in one item
are faster than with ElementPath.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.formats.xml.tree import LANGUAGE, Element, words
from pipeline.values.blanks import one_line


class Paths:
    """What is below some elements: in the order of these elements, and within each in document order."""

    __slots__ = ("_below", "elements")

    def __init__(self, elements: Sequence[Element], below: dict[str, Paths] | None = None) -> None:
        self.elements = elements
        self._below = below

    @classmethod
    def of(cls, **roots: Sequence[Element]) -> Paths:
        """Several roots under names of our own: the first name of a path selects the root."""
        return cls((), {name: cls(elements) for name, elements in roots.items()})

    def every(self, path: str) -> Sequence[Element]:
        """The elements at the path; an attribute at its end is ignored."""
        return self._elements(_steps(path)[0])

    def values(self, path: str) -> Iterator[str]:
        """All texts at the path that are not empty, each in one line."""
        steps, attribute = _steps(path)
        if attribute is None:
            return (found for element in self._elements(steps) if (found := words(element)))
        return (one for element in self._elements(steps) if (one := one_line(element.get(attribute) or "")))

    def text(self, *paths: str) -> str | None:
        """The first text at the first of the paths that has any."""
        return next((found for path in paths for found in self.values(path)), None)

    def _elements(self, steps: tuple[str, ...]) -> Sequence[Element]:
        level = self
        for name in steps:
            below = (level._below or level._grouped()).get(name)
            if below is None:
                return ()
            level = below
        return level.elements

    def _grouped(self) -> dict[str, Paths]:
        if self._below is None:
            groups: dict[str, list[Element]] = {}
            for element in self.elements:
                for child in element:
                    groups.setdefault(child.tag, []).append(child)
            self._below = {name: Paths(group) for name, group in groups.items()}
        return self._below


@lru_cache(maxsize=1024)  # all paths come from tables of the parsers, none from a payload
def _steps(path: str) -> tuple[tuple[str, ...], str | None]:
    *names, last = path.split("/")
    if last[:1] != "@":
        return (*names, last), None
    return tuple(names), LANGUAGE if last == "@xml:lang" else last[1:]
