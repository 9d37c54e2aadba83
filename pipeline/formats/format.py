"""What a format is: how it is recognised, split into documents, and how one document is read as an item."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from email.message import Message
from enum import Enum, auto
from html import unescape
from itertools import chain
from typing import Any, NamedTuple

from lxml import etree

from pipeline.formats.attributes import said_by_instruction
from pipeline.formats.ids import identified, named_in_notes, without_shared_ids
from pipeline.formats.limits import bounded
from pipeline.formats.named import warnings_of
from pipeline.formats.parsed import Broken, Parse, Parsed, Payload
from pipeline.formats.parts import Enveloped, Unreadable
from pipeline.formats.places import Places, lines_of, lines_of_source, passages_said
from pipeline.formats.text.documents import (
    ANY_DOCUMENT,
    DOCUMENT,
    DOCUMENT_OR_NITF,
    document_in,
    written_document_in,
)
from pipeline.formats.text.mail_headers import mail_in
from pipeline.formats.text.prose import structure_in
from pipeline.formats.xml.text import remarks_in
from pipeline.items import PubStatus
from pipeline.notes import Addressee, Passage
from pipeline.records import Fault, Reason, Rejected
from pipeline.values.references import without_references

ITEMS_MAX = 1_000  # of one payload; with more the whole payload is rejected, so that no item is lost unnoticed

ESCAPED = re.compile(r"&(?:lt|amp|nbsp|#\d{2,4});")
LONG_CHARACTERS = (65_536, 3_000)  # of a text whose item is too large; the second if the first is not enough
CUT_CHARACTERS = 1_000  # of each of its ends


class PayloadKind(Enum):
    """What a payload looks like at first sight."""

    TEXT = auto()
    XML = auto()
    JSON = auto()


class Recogniser(NamedTuple):
    """A test that recognises a format in one kind of payload.

    The test sees the beginning of a text, the local name of an XML root element, or the first object of a JSON
    payload.
    """

    kind: PayloadKind
    test: Callable[[Any], object]


def begins_with(pattern: str) -> Recogniser:
    """Recognises a text by its beginning."""
    return Recogniser(PayloadKind.TEXT, re.compile(pattern).match)


def has_root(pattern: str) -> Recogniser:
    """Recognises XML by the local name of its root element."""
    return Recogniser(PayloadKind.XML, re.compile(pattern).fullmatch)


def has_keys(*keys: str) -> Recogniser:
    """Recognises a JSON object that has all of these keys."""
    names = frozenset(keys)
    return Recogniser(PayloadKind.JSON, lambda found: names <= found.keys())


@dataclass(frozen=True, slots=True)
class Parts:
    """The documents of a payload, and warnings that concern all of them."""

    documents: tuple[Any, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A row of FORMATS.  `split` and `read` are pure and raise nothing but Rejected."""

    name: str
    description: str
    recognisers: tuple[Recogniser, ...]  # any of them suffices
    split: Callable[[Payload], Parts]
    read: Callable[[Any], Parsed]
    sources: Mapping[str, tuple[str, ...]]  # a field of Parsed -> where it is read from, the best place first
    places: Places  # a place of the payload -> to whom its text is addressed (places)
    reads_nitf: bool = False  # whether NITF may be a body as a text

    def parse(self, payload: Payload, warnings: tuple[str, ...] = ()) -> Parse:
        """The items of the payload, in its order; each of them carries `warnings`.

        A broken item among several becomes a Broken; the others are kept.
        Raises Rejected: NO_ITEM, TOO_LARGE (too many items), or the reason why the only item cannot be read.  One
        that can be read but not be published is `unfit`: what kills or holds, in whatever words, is known only when
        all of them are read.
        """
        parts = self.split(payload)
        parts = replace(parts, warnings=(*warnings, *parts.warnings)) if warnings else parts
        said = self._remarks(payload)
        if not parts.documents:
            raise Rejected(Reason.NO_ITEM, "well-formed, but without an item")
        if len(parts.documents) > ITEMS_MAX:
            raise Rejected(Reason.TOO_LARGE, f"{len(parts.documents):,} items; at most {ITEMS_MAX:,} a payload")
        if len(parts.documents) == 1:
            return Parse((self._item(parts.documents[0], parts.warnings, said),))
        items = [self._part(number, document, parts, said) for number, document in enumerate(parts.documents)]
        return Parse(without_shared_ids(items))

    def _remarks(self, payload: Payload) -> tuple[Passage, ...]:
        """What the comments of an XML payload say, of each of its items; a line of them may be a note."""
        if all(row.kind is not PayloadKind.XML for row in self.recognisers):
            return ()
        comments, instructions = remarks_in(payload.data)
        texts = (*comments, *(one.partition(" ")[2] for one in instructions))
        lines = (read(text) for text in texts for read in (lines_of, lines_of_source))
        remarks = (Passage(Addressee.PUBLIC, "\n".join(found), "comment") for found in lines if found)
        named = chain.from_iterable(map(said_by_instruction, instructions))
        return (*remarks, *passages_said(named, "instruction"))

    def _part(self, number: int, document: Any, parts: Parts, said: tuple[Passage, ...]) -> Parsed | Broken:
        try:
            return self._item(document, parts.warnings, said)
        except Rejected as rejected:
            return Broken(number, rejected.reason, rejected.detail)

    def _item(self, document: Any, warnings: tuple[str, ...], said: tuple[Passage, ...]) -> Parsed:
        if isinstance(document, Unreadable):
            raise Rejected(document.reason, document.detail)
        if isinstance(document, Enveloped):
            document, said = document.document, (*document.said, *said)
        item = identified(self._read(document))
        item = _without_references(item)
        if named := named_in_notes(item):
            item = replace(item, corrected_names=(*item.corrected_names, *named))
        words = "\n".join((*item.paragraphs, *item.descriptions))
        shown = unescape(words) if "&" in words else words
        if said := (*said, *_escaped_passages(words, shown)):
            item = replace(item, passages=(*item.passages, *said))
        warnings = (*warnings, *warnings_of(item.passages), *item.warnings)
        return bounded(replace(item, warnings=(*warnings, *_no_words(item), *self._no_copy(item, shown))))

    def _read(self, document: Any) -> Parsed:
        """The item; of a document with texts that are too large, without their middles, and with a Fault."""
        try:
            return self.read(document)
        except Rejected as rejected:
            if rejected.reason is not Reason.TOO_LARGE or isinstance(document, str):  # a text alone has no id
                raise
            fault = Fault(rejected.reason, rejected.detail)
        for most in LONG_CHARACTERS:
            try:
                item = self.read(_shortened(document, most))
                return replace(item, warnings=(fault, *item.warnings))
            except Rejected as rejected:
                if rejected.reason is not Reason.TOO_LARGE:
                    raise
        raise Rejected(fault.reason, fault)

    def _no_copy(self, item: Parsed, shown: str) -> Iterator[Fault]:
        """The fault of an item with a document in its body, whose embargo nobody would read.

        Text is shown as it is written, so it may have no sign of a structure.  NITF is a body of ninjs and of AP.
        In the words of other bodies only a whole document is one: an article may show code.  `shown`: these words,
        without their references.
        """
        is_text = any(row.kind is PayloadKind.TEXT for row in self.recognisers)
        is_checked = self.name == "plain"  # all of it, before it was split
        found = structure_in("\n".join((item.headline, *item.paragraphs))) if is_text and not is_checked else None
        found = found or (mail_in(item.html) if is_text else None)
        found = found or (None if is_text else written_document_in(shown))
        if found := found or document_in(
            item.html, ANY_DOCUMENT if is_text else DOCUMENT if self.reads_nitf else DOCUMENT_OR_NITF
        ):
            yield Fault(Reason.UNKNOWN_FORMAT, f"{self.name} around something that is not copy: {found}")


def _without_references(item: Parsed) -> Parsed:
    """The item, its headlines and descriptions without references: these were escaped once too often."""
    lines = (item.headline, *item.descriptions, *(one.value for one in item.further_headlines))
    headline, *others = read = [without_references(line) for line in lines]
    if read == [*lines]:
        return item
    count = len(item.descriptions)
    return replace(
        item,
        headline=headline,
        descriptions=tuple(others[:count]),
        further_headlines=tuple(
            one.model_copy(update={"value": value})
            for one, value in zip(item.further_headlines, others[count:], strict=True)
        ),
        warnings=(*item.warnings, "headlines or descriptions escaped twice, read"),
    )


def _escaped_passages(words: str, shown: str) -> tuple[Passage, ...]:
    """The lines without their tags and references: HTML that was escaped too often shows them to readers."""
    if "</" not in words and not ESCAPED.search(words):
        return ()
    known = frozenset(words.splitlines())
    written = [line for line in shown.splitlines() if "<" in line or line not in known]
    found = [line for one in written for line in lines_of(unescape(one))]
    return (Passage(Addressee.PUBLIC, "\n".join(found), "paragraphs"),) if found else ()


def _shortened(value: Any, most: int) -> Any:
    """A document with its long texts cut, so that a kill or a hold in it takes effect; it may be changed itself."""
    if isinstance(value, str):
        return _ends(value, most)
    if isinstance(value, dict):
        return {name: _shortened(each, most) for name, each in value.items()}
    if isinstance(value, list):
        return [_shortened(each, most) for each in value]
    if isinstance(value, tuple):
        made = [_shortened(each, most) for each in value]
        return type(value)(*made) if hasattr(value, "_fields") else tuple(made)
    if isinstance(value, etree._Element):
        for each in value.iter():
            each.text, each.tail = (text and _ends(text, most) for text in (each.text, each.tail))
    if isinstance(value, Message):
        for part in value.walk():
            if isinstance(written := part.get_payload(), str):
                part.set_payload(_ends(written, most))
    return value


def _ends(text: str, most: int) -> str:
    """The beginning and the end of a long text: a telegram has its header in the one and its time in the other."""
    return text if len(text) <= most else f"{text[:CUT_CHARACTERS]}\n{text[-CUT_CHARACTERS:]}"


def _no_words(item: Parsed) -> Iterator[Fault]:
    """The fault of an item without words.  A kill or a hold needs only the id of its dispatch."""
    has_words = item.headline or item.paragraphs or item.descriptions
    if not has_words and (item.pub_status is PubStatus.USABLE or not (item.native_id or item.names)):
        yield Fault(Reason.NO_ITEM, "neither headline nor body nor description")
