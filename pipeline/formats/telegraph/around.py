"""What is around a telegraph message: text before its header, header fields, text after its end."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.formats.places import lines_of
from pipeline.notes import Addressee, Passage

AROUND_CHARACTERS_MAX = 20_000  # before the header and after the end: gateways write a few lines there


def envelope_passages(before: str, header: str, after: str) -> Iterator[Passage]:
    """Lines before and after the message, which readers may see, and its header, which is for editors."""
    for name, text in (("before the header", before), ("after the end", after)):
        if lines := lines_of(text[:AROUND_CHARACTERS_MAX]):
            yield Passage(Addressee.PUBLIC, "\n".join(lines), name)
    if header.strip():
        yield Passage(Addressee.EDITORS, header, "header")
