"""The parsed item with what its notes to editors say, and without what in its fields is not for publication."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pipeline.formats.parsed import Parsed
from pipeline.items import Signal, Text
from pipeline.notes import (
    Addressee,
    Passage,
    is_for_newsroom,
    is_public,
    public_part,
    read_notes,
    without_private,
)
from pipeline.values.blanks import one_line
from pipeline.values.embargo import strictest

# The published fields of one text each, by whom they are addressed to.  Headline and body are read by `copy`.
ADDRESSEES = {
    "ed_note": Addressee.EDITORS,
    "usage_terms": Addressee.TERMS,  # `may not be used after thirty days` is not an embargo
    "slugline": Addressee.SLUG,
    "copyright_notice": Addressee.TERMS,
    "by": Addressee.PUBLIC,
    "located": Addressee.NAME,
    "dateline": Addressee.PUBLIC,
    "sign_off": Addressee.PUBLIC,
}
MAIL_ADDRESS = re.compile(
    r"[\s,;]{0,9}[(<\[]?\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+[)>\]]?"
)  # a contact: no byline
CONCEPTS = ("places", "subjects", "info_sources")


def heed_notes(parsed: Parsed, issued: datetime) -> Parsed:
    """The item with the signals and the strictest embargo of its notes; no published field has a private word left.

    `issued`: when its payload had arrived, by the clock of the log.
    """
    written = max(issued, parsed.version_created) if parsed.version_created else issued
    notice = read_notes(passages_of(parsed), written)
    changes = dict(_changes(parsed))
    if signals := signals_with(parsed.signals, notice.signals):
        changes["signals"] = signals
    if notice.embargo:
        changes["embargo"] = strictest((parsed.embargo, notice.embargo))
    return replace(parsed, **changes) if changes else parsed


def signals_with(own: Sequence[Signal], of_notes: Iterable[Signal]) -> tuple[Signal, ...]:
    """The signals of the format and those of notes; a note adds no hold to a kill, which is stricter."""
    found = tuple(dict.fromkeys((*own, *of_notes)))
    needless = Signal.KILL in found and Signal.HOLD not in own
    return tuple(signal for signal in found if not (needless and signal is Signal.HOLD))


def passages_of(parsed: Parsed) -> Iterator[Passage]:
    """All text that may hold a note, except headline and body."""
    yield from parsed.passages
    for field, addressee in ADDRESSEES.items():
        if text := getattr(parsed, field):
            yield Passage(addressee, text, field)
    for headline in parsed.further_headlines:
        yield Passage(Addressee.HEADLINE, headline.value, "further_headlines")
    for description in parsed.descriptions:
        yield Passage(Addressee.PUBLIC, description, "descriptions")


def _changes(parsed: Parsed) -> Iterator[tuple[str, Any]]:
    """The fields that lose something private."""
    for field, addressee in ADDRESSEES.items():
        text = getattr(parsed, field)
        public = text and (_public_note(text) if addressee is Addressee.EDITORS else public_part(text))
        public = MAIL_ADDRESS.sub("", public).strip() if field == "by" and public else public
        if public != text:
            yield field, public or None
    headlines = tuple(_public_texts(parsed.further_headlines))
    if headlines != parsed.further_headlines:
        yield "further_headlines", headlines
    yield from _public_concepts(parsed)
    descriptions = tuple(public for text in parsed.descriptions if (public := one_line(public_part(text))))
    if descriptions != parsed.descriptions:
        yield "descriptions", descriptions


def _public_concepts(parsed: Parsed) -> Iterator[tuple[str, Any]]:
    """The places, subjects and sources without those whose name has something private."""
    for field in CONCEPTS:
        concepts = getattr(parsed, field)
        names = [one_line(one.name) for one in concepts if one.name]
        if all(map(is_public, names)):
            continue  # nearly always
        if public_part("\n".join(names)) != "\n".join(names):
            yield field, tuple(one for one in concepts if not one.name or public_part(one.name) == one.name)


def _public_note(note: str) -> str:
    """The part of a note that is for publication, without lines that announce an embargo or say whom to call."""
    lines = (one for one in without_private(note).split("\n") if not is_for_newsroom(one))
    return "\n".join(one for one in lines if not read_notes((Passage(Addressee.EDITORS, one, ""),)).embargo)


def _public_texts(texts: tuple[Text, ...]) -> Iterator[Text]:
    for text in texts:
        public = public_part(text.value)
        if public:
            yield text if public == text.value else text.model_copy(update={"value": public})
