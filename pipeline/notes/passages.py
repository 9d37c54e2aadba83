"""What the reader of notes is given, and what it reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from pipeline.items import Signal
from pipeline.values.embargo import Embargo

NOTES_NOT_KEPT = "notes that are not for publication: not kept"  # a warning of the formats


class Addressee(StrEnum):
    """Whom a text is addressed to, or what its field means by its name.  It decides what counts as a note."""

    EDITORS = "editors"  # a field for editors: a phrase anywhere in it counts
    SLUG = "slug"  # a slugline, keyword, product or category: one of its parts, or a flag
    HEADLINE = "headline"  # a headline, kicker or subject of a mail: its tags, and what is in brackets
    NAME = "name"  # the name of a subject, place, person or event: as public text, but one word is a topic
    PUBLIC = "public"  # copy, summary, caption: marked lines only (`Eds:`, brackets, a line that is a note)
    TERMS = "terms"  # rights and terms of use: as public text, and requests to wait
    ASIDE = "aside"  # a note of a picture or another item beside this one: an embargo or a kill in it holds this
    CAPTION = "caption"  # a headline or caption of the same: marked lines only
    # Fields that say it by their name (formats.named), whatever their text:
    RELEASE = "release"  # a time before which the item may not be used
    PUBLISHED = "published"  # a time at which it is published: it counts if it surely lies ahead
    HOLD = "hold"  # a flag
    KILL = "kill"  # a flag

    __hash__ = str.__hash__  # that of an Enum is Python code: ten times as slow, and each text is looked up with it


NOTE_CHARACTERS_MAX = 4_000  # of a text for editors: a longer one is copy, and counts by its marked lines
NOTE_PHRASES_MAX = 100  # phrases of one text; with more it is not understood, and holds its item
SPEAKING_CHARACTERS_MAX = 20_000  # of all texts of an item that say something; likewise
REMEMBERED_LENGTH_MAX = 200  # characters of a text whose reading is remembered: a longer one seldom comes again


class Passage(NamedTuple):
    """A text of an item or of what it came in."""

    addressee: Addressee
    text: str  # one note, paragraph or row a line
    field: str  # the parser's name of the place: `itemMeta/edNote`; it appears in warnings


@dataclass(frozen=True, slots=True)
class NoteMeaning:
    """What the notes say about their item.  None of their words is kept, but for the wording of an embargo."""

    signals: tuple[Signal, ...] = ()  # sorted, unique
    embargo: Embargo | None = None  # the strictest; fails closed (docs/design/laws.md#law-5)


NOTHING = NoteMeaning()
NOT_UNDERSTOOD = NoteMeaning((), Embargo(None, "notes that are too long to be understood whole"))
