"""Tags of kills, holds and releases: `KILL KILL KILL`, `MANDATORY KILL: …`, `EMBARGO LIFTED: …`."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.items import Signal
from pipeline.notes.effects import DOUBT, SIGNALS, is_denied
from pipeline.notes.fold import WORD, fold
from pipeline.notes.marks import Text, mark_at
from pipeline.notes.phrases import Act, Counts, phrases

TAG = frozenset({Counts.TAG})
TAG_LENGTH_MAX = 160  # of what is looked at


class Tag(NamedTuple):
    """A tag that a headline or paragraph begins with."""

    text: str
    end: int
    signals: tuple[Signal, ...]


def read_tag(line: str) -> Tag | None:
    """The tag that the line begins with; None for nearly all lines."""
    word = WORD.search(line, 0, TAG_LENGTH_MAX)
    if word is None or fold(word[0]) not in phrases(TAG) or line[: word.start()].strip(" ([*-"):
        return None
    text = Text(line[:TAG_LENGTH_MAX])
    mark = mark_at(text, word.start(), TAG)
    if mark is None:
        return None
    shown = text.plain[mark.start : mark.end]
    rest = text.plain[mark.end :]
    if shown.isalpha() and rest.startswith(":") and rest[1:].lstrip()[:1].islower():
        return None  # `WITHDRAWN: a look at …` is a headline
    if mark.act is Act.RELEASE and (is_denied(text, mark.end) or DOUBT.match(rest.lstrip(" :-–—"))):
        return None  # `EMBARGO LIFTED: no`
    return Tag(shown, mark.end, (SIGNALS[mark.act],))
