"""What is known of a feed: the headers `feed-…` of a payload, and an item completed by them.

What an item says itself always counts first.  A value that cannot be used is ignored, and each item of the payload
has a warning that names it: nothing is guessed from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from pipeline import notes
from pipeline.copy import damage
from pipeline.copy.findings import STRIPPED_LENGTH_MAX, STRIPPED_MAX, StrippedKind
from pipeline.envelope import (
    BOILERPLATE_BYTES_MAX,
    BOILERPLATE_LINE_CHARACTERS_MAX,
    BOILERPLATE_LINES_MAX,
    FEED_AGENCY,
    FEED_BOILERPLATE,
    FEED_ID,
    FEED_LANGUAGE,
    FEED_RATE,
    FEED_ZONE,
    RATE_MAX,
    Headers,
    only,
)
from pipeline.formats.parsed import Identity, Parsed
from pipeline.items import Copy, Stripped
from pipeline.language import Language
from pipeline.outside import clean_line
from pipeline.values.agencies import NAME_LENGTH_MAX, agency_named, codes
from pipeline.values.blanks import one_line
from pipeline.values.dates import NO_OFFSET, in_zone
from pipeline.values.time_zones import clock_of

VALUE_BYTES_MAX = 200  # of a header, but for the boilerplate; a longer one is ignored
FEEDS_CACHED = 256  # sets of headers whose meaning is kept: at most 8 MiB


@dataclass(frozen=True, slots=True)
class Declared:
    """What is known of a feed."""

    zone: ZoneInfo | None = None  # of dates that name none
    language: str | None = None  # of items that name none
    agency: str | None = None  # likewise: a code of agencies.tsv, or a name that the table does not have
    identity: Identity = Identity.GUID
    boilerplate: frozenset[str] = frozenset()  # folded
    rate: int | None = None  # payloads a minute, at the most
    warnings: tuple[str, ...] = ()

    @property
    def forwarded(self) -> Headers:
        """The headers that go on with each item, for the room watch."""
        return ((FEED_RATE, b"%d" % self.rate),) if self.rate else ()

    def complete(self, parsed: Parsed) -> Parsed:
        """The item with what it does not say itself."""
        if self is NOTHING:
            return parsed
        changes: dict[str, Any] = {}
        warnings = parsed.warnings
        if self.zone:
            changes["version_created"] = in_zone(parsed.version_created, self.zone)
            changes["first_created"] = in_zone(parsed.first_created, self.zone)
            warnings = tuple(one for one in warnings if not one.endswith(NO_OFFSET))
        if self.language and not Language.of(parsed.language).known:
            changes["language"] = self.language
        return replace(parsed, **changes, warnings=(*warnings, *self.warnings))

    def without_boilerplate(self, parsed: Parsed) -> Parsed:
        """The item without the lines that are no part of any text."""
        if not self.boilerplate:
            return parsed
        described = ("\n".join(self._kept(text.split("\n"))) for text in parsed.descriptions)
        return replace(
            parsed, paragraphs=self._kept(parsed.paragraphs), descriptions=tuple(text for text in described if text)
        )

    def with_boilerplate(self, furniture: Copy, parsed: Parsed) -> Copy:
        """What was taken out of the copy, with the lines that `without_boilerplate` takes out of this item."""
        if not self.boilerplate:
            return furniture
        lines = [text for text in parsed.paragraphs if _folded(text) in self.boilerplate]
        kind = StrippedKind.BOILERPLATE.value
        found = (
            Stripped(kind=kind, text=text[:STRIPPED_LENGTH_MAX], rule=FEED_BOILERPLATE)
            for text in map(damage.repair, lines)
        )
        return furniture.model_copy(update={"stripped": (*furniture.stripped, *found)[:STRIPPED_MAX]})

    def _kept(self, lines: Any) -> tuple[str, ...]:
        return tuple(line for line in lines if _folded(line) not in self.boilerplate)


NOTHING = Declared()


def declared_in(headers: Headers) -> Declared:
    """What the headers of a payload say of its feed; of a name that occurs twice the first counts."""
    found = only(headers, *READERS)
    return _read(found) if found else NOTHING


@lru_cache(maxsize=FEEDS_CACHED)
def _read(headers: Headers) -> Declared:
    found: dict[str, Any] = {}
    warnings: list[str] = []
    for name, value in dict(reversed(headers)).items():
        member, bytes_max, read = READERS[name]
        try:
            if len(value) > bytes_max:
                raise ValueError(f"{len(value):,} bytes, at most {bytes_max:,}")
            found[member] = read(value.decode().strip(), warnings)
        except (ValueError, KeyError) as error:  # UnicodeDecodeError and what orjson raises are ValueErrors
            unknown = f"{value[:40].decode(errors='replace')!r} is unknown"
            why = unknown if isinstance(error, KeyError) else str(error)[:150]
            warnings.append(clean_line(f"{name}: {why}; ignored"))
    return Declared(**found, warnings=tuple(sorted(warnings)))


def _zone(text: str, warnings: list[str]) -> ZoneInfo:
    return clock_of(text)


def _language(text: str, warnings: list[str]) -> str:
    language = Language.of(text)
    if not language.known:
        raise ValueError(f"{text[:40]!r} is no language tag")
    return language.tag


def _agency(text: str, warnings: list[str]) -> str:
    if not 0 < len(text) <= NAME_LENGTH_MAX or clean_line(text) != text:
        raise ValueError(f"{text[:40]!r} is no name of 1 to {NAME_LENGTH_MAX} characters")
    known = agency_named(text)
    return known.code if known and text not in codes() else text


def _identity(text: str, warnings: list[str]) -> Identity:
    if text not in tuple(Identity):
        raise ValueError(f"{text[:40]!r} is neither {' nor '.join(Identity)}")
    return Identity(text)


def _rate(text: str, warnings: list[str]) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= RATE_MAX):
        raise ValueError(f"{text[:40]!r} is no whole number from 1 to {RATE_MAX:,}")
    return int(text)


def _boilerplate(text: str, warnings: list[str]) -> frozenset[str]:
    """The lines, folded.  A line that is a note to editors is none: it has to be read wherever it is."""
    lines = orjson.loads(text)
    if not isinstance(lines, list) or not all(isinstance(line, str) and line.strip() for line in lines):
        raise ValueError("no JSON list of lines")
    lines_max, characters_max = BOILERPLATE_LINES_MAX, BOILERPLATE_LINE_CHARACTERS_MAX
    if len(lines) > lines_max or any(len(line) > characters_max for line in lines):
        raise ValueError(f"more than {lines_max} lines, or one of more than {characters_max} characters")
    is_note = [bool(found.removed) or found.meaning != PLAIN for found in map(_noted, lines)]
    if numbers := [str(number) for number, note in enumerate(is_note, start=1) if note]:
        warnings.append(f"{FEED_BOILERPLATE}: line {', '.join(numbers)[:80]} is a note to editors; ignored")
    return frozenset(_folded(line) for line, note in zip(lines, is_note, strict=True) if not note)


def _noted(line: str) -> notes.PublicText:
    return notes.public_text([line], titled=False)


def _folded(text: str) -> str:
    return one_line(damage.repair(text)).casefold().replace("’", "'")


PLAIN = notes.NoteMeaning()  # a line that is no note
# By header: the member of Declared, the longest value, and its reader, which raises ValueError or KeyError.
READERS: dict[str, tuple[str, int, Callable[[str, list[str]], Any]]] = {
    FEED_ZONE: ("zone", VALUE_BYTES_MAX, _zone),
    FEED_LANGUAGE: ("language", VALUE_BYTES_MAX, _language),
    FEED_AGENCY: ("agency", VALUE_BYTES_MAX, _agency),
    FEED_ID: ("identity", VALUE_BYTES_MAX, _identity),
    FEED_BOILERPLATE: ("boilerplate", BOILERPLATE_BYTES_MAX, _boilerplate),
    FEED_RATE: ("rate", VALUE_BYTES_MAX, _rate),
}
