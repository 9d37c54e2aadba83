"""Look-ups in an XML tree by path, many of them: a level is grouped by its names once, when it is first asked for.

A path is the names down to an element, `head/docdata/doc-id`, and may end in an attribute, `…/@id-string`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.formats.xml.tree import LANGUAGE, Element, words
from pipeline.values.blanks import one_line


class Paths:
    """What stands below some elements, in their order and within each in the document's."""

    __slots__ = ("_below", "elements")

    def __init__(self, elements: Sequence[Element], below: dict[str, Paths] | None = None) -> None:
        self.elements = elements
        self._below = below

    @classmethod
    def of(cls, **roots: Sequence[Element]) -> Paths:
        """Several places under names of our own: the first name of a path says from where it goes on."""
        return cls((), {name: cls(elements) for name, elements in roots.items()})

    def every(self, path: str) -> Sequence[Element]:
        """The elements at the path; an attribute at its end does not count."""
        return self._elements(_steps(path)[0])

    def values(self, path: str) -> Iterator[str]:
        """All words that stand at the path, none empty, each in one line."""
        steps, attribute = _steps(path)
        if attribute is None:
            return (found for element in self._elements(steps) if (found := words(element)))
        return (one for element in self._elements(steps) if (one := one_line(element.get(attribute) or "")))

    def text(self, *paths: str) -> str | None:
        """The first words that stand at one of the paths, the earlier path first."""
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


@lru_cache(maxsize=1024)  # the parsers' own tables, never a payload's words
def _steps(path: str) -> tuple[tuple[str, ...], str | None]:
    *names, last = path.split("/")
    if last[:1] != "@":
        return (*names, last), None
    return tuple(names), LANGUAGE if last == "@xml:lang" else last[1:]
