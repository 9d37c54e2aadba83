"""What is around a telegraph message: text before its header, header fields, text after its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pipeline.formats.places import lines_of, lines_of_source
from pipeline.formats.text import bodies, html
from pipeline.notes import Addressee, Passage


def messages_in(text: str, starts: Sequence[int], end_of: Callable[[str], int | None]) -> Iterator[tuple[str, str]]:
    """Each message, and the text before it: nobody knows to which of its neighbours that belongs.

    `starts`: where the messages begin.  `end_of`: where the copy of a message ends; None if it has no end mark, and
    then all of its text may be said of the message behind it.
    """
    before = text[: starts[0]]
    for start, stop in zip(starts, (*starts[1:], len(text)), strict=True):
        message = text[start:stop]
        yield message, before
        before = message[end_of(message) :]


def envelope_passages(before: str, header: str, after: str) -> Iterator[Passage]:
    """Lines before and after the message, which readers may see, and its header, which is for editors.

    Such text may be a page, in which line breaks mean nothing, or lines with a tag among them: it is read as both.
    """
    for name, text in (("before the header", before), ("after the end", after)):
        for lines in filter(None, (lines_of(text), lines_of_source(text))):
            yield Passage(Addressee.PUBLIC, "\n".join(lines), name)
        yield from bodies.unseen_in([text] if html.has_tags(text) else [])
    if header.strip():
        yield Passage(Addressee.EDITORS, header, "header")
