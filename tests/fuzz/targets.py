"""The fuzz targets and their laws: any bytes raise nothing but Rejected, and every result is within the limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from functools import partial
from random import Random

from pipeline import formats
from pipeline.copy import read_copy
from pipeline.formats import FORMATS
from pipeline.formats.limits import bounded
from pipeline.formats.parsed import Parse, Parsed, Payload
from pipeline.language import UND, Language
from pipeline.records import Rejected

from .planted.cases import case_of
from .planted.cases import check as planted_fault

RECEIVED = datetime(2022, 1, 12, tzinfo=UTC)
TAG = re.compile(r"<[A-Za-z/!?]")
# normalise cleans the markup, publishes of an embargo its end, of the passages nothing; others are closed.
UNCHECKED = frozenset({"html", "embargo", "passages", "pub_status", "signals"})
LANGUAGES = tuple(map(Language.of, ("und", "en", "de", "fr", "es", "nl", "ar", "ru")))
Target = Callable[[bytes], None]


def sniffed(data: bytes) -> None:
    """A payload, parsed as the format that is recognised."""
    try:
        _, parse = formats.parse(Payload(data, "fuzz", RECEIVED))
    except Rejected:
        return
    check(parse)


def parsed_as(name: str, data: bytes) -> None:
    """A payload, parsed as the format `name`, whatever it looks like."""
    try:
        parse = FORMATS[name].parse(Payload(data, "fuzz", RECEIVED))
    except Rejected:
        return
    check(parse)


def copy(data: bytes) -> None:
    """Copy: the first byte chooses the language, the first line is the headline."""
    language = LANGUAGES[data[0] % len(LANGUAGES)] if data else UND
    headline, *paragraphs = data[1:].decode("utf-8", "replace").split("\n")
    found = read_copy(headline, paragraphs, language)
    for text in (found.headline, *found.paragraphs):
        check_text(text)


def check(parse: Parse) -> None:
    """Items are within limits, a paragraph is a line, no text looks like a tag; no word of an unfit one is used."""
    assert parse.items
    for item in parse.items:
        if isinstance(item, Parsed) and not item.unfit:
            assert bounded(item) == item
            for text in item.paragraphs:
                check_text(text)
            values = [getattr(item, field.name) for field in fields(item) if field.name not in UNCHECKED]
            assert not TAG.search(repr(values)), "a tag"


def check_text(text: str) -> None:
    assert text == " ".join(text.split()), "more than one line"
    assert not TAG.search(text), "a tag"
    text.encode()


PARSERS: dict[str, Target] = {name: partial(parsed_as, name) for name in FORMATS} | {"sniffed": sniffed}


def parsers(data: bytes) -> None:
    """All parsers: the first byte chooses one of them, or the recognised format."""
    if data:
        (*PARSERS.values(),)[data[0] % len(PARSERS)](data[1:])


class ByteDice(Random):
    """Dice that fall as the bytes say, so that libFuzzer guides them; all zeros behind their end."""

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self.left = data

    def getrandbits(self, k: int, /) -> int:
        size = (k + 7) // 8
        taken, self.left = self.left[:size].ljust(size, b"\0"), self.left[size:]
        return int.from_bytes(taken) >> (8 * size - k)


def planted(data: bytes) -> None:
    """A case of tests.fuzz.planted, chosen by the bytes."""
    case = case_of(ByteDice(data))
    fault = planted_fault(case)
    assert fault is None, (fault, case)


HARNESSES: dict[str, Target] = {"parsers": parsers, "copy": copy, "planted": planted}
TARGETS: dict[str, Target] = {**PARSERS, "copy": copy, "planted": planted}  # folders of findings
