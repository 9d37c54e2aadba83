"""Tags of kills, holds and releases: `KILL KILL KILL`, `MANDATORY KILL: …`, `EMBARGO LIFTED: …`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pipeline.items import Signal
from pipeline.notes.effects import DOUBT, SIGNALS, is_denied
from pipeline.notes.fold import WORD, fold
from pipeline.notes.lifts import is_lift_of_all, is_lift_of_headline
from pipeline.notes.phrase_matches import PhraseMatch, Text, phrase_at
from pipeline.notes.phrases import Act, CountsIn, phrases

TAG = frozenset({CountsIn.TAG})
PHRASE_TAG_LENGTH_MAX = 160  # of what is looked at


class Tag(NamedTuple):
    """A tag that a headline or paragraph begins with."""

    text: str
    end: int
    signals: tuple[Signal, ...]


def read_tag(line: str, *, titled: bool = True) -> Tag | None:
    """The tag that the line begins with; None for nearly all lines.

    `titled`: it is a headline, so that something may follow a lift: resolve compares it with what is held.
    """
    word = WORD.search(line, 0, PHRASE_TAG_LENGTH_MAX)
    if word is None or fold(word[0]) not in phrases(TAG) or line[: word.start()].strip(" ([*-"):
        return None
    text = Text(line[:PHRASE_TAG_LENGTH_MAX])
    match = phrase_at(text, word.start(), TAG)
    if match is None:
        return None
    shown = text.plain[match.start : match.end]
    rest = text.plain[match.end :]
    if shown.isalpha() and rest.startswith(":") and rest[1:].lstrip()[:1].islower():
        return None  # `WITHDRAWN: a look at …` is a headline
    if match.act is Act.RELEASE and not (_lifts(text, match) and (titled or is_lift_of_all(text, [match]))):
        return None  # `EMBARGO LIFTED: no`
    return Tag(shown, match.end, (SIGNALS[match.act],))


def lifts_by_tag(headline: str, tags: Iterable[str]) -> bool:
    """Whether one of the tags of a headline lifts an embargo, so that the headline may be a limit of it.

    A headline that is nothing but the tag has no limit.
    """
    lifts = (tag for text in tags if (tag := read_tag(text)) and Signal.RELEASE in tag.signals)
    return any(lift.text.casefold() != headline.casefold() for lift in lifts)


def limits_lift(line: str) -> bool:
    """Whether a headline begins with `EMBARGO LIFTED` and something that takes it back or is not understood."""
    word = WORD.search(line, 0, PHRASE_TAG_LENGTH_MAX)
    if word is None or fold(word[0]) not in phrases(TAG):
        return False
    text = Text(line)
    match = phrase_at(text, word.start(), TAG)
    return match is not None and match.act is Act.RELEASE and not _lifts(text, match)


def _lifts(text: Text, match: PhraseMatch) -> bool:
    """Whether a tag that says so lifts the embargo."""
    rest = text.plain[match.end :].lstrip(" :-–—")
    return not is_denied(text, match.end) and not DOUBT.match(rest) and is_lift_of_headline(text, match.end)
